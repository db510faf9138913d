"""Which host answers what, and in whose language and time."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone, translation

from apps.accounts import hosts
from apps.accounts.models import Domain, Tenant, User

API = "/api/v1"


@pytest.mark.parametrize("host", ["nobody.localhost", "localhost.evil.example", "xlocalhost", "a.b.localhost"])
def test_an_unknown_host_is_404(world: Any, browser_at: Any, host: str) -> None:
    browser = browser_at(host)

    assert [browser.get(path).status_code for path in ("/", "/entrar", f"{API}/auth/me", "/conversas")] == [404] * 4


def test_a_host_is_known_in_any_case_with_port_and_final_dot(world: Any, browser_at: Any) -> None:
    host = hosts.host_of(world.tenant)

    assert [browser_at(h).get("/entrar").status_code for h in (host.upper(), f"{host}:8000", f"{host}.")] == [200] * 3


@pytest.mark.parametrize("path", ["conversations", "agents", "messages", "channels", "users", "barbearia/services"])
def test_a_businesss_api_is_not_on_the_public_host(public: Any, as_ana: Any, path: str) -> None:
    public.token = as_ana.token

    assert public.get(f"{API}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["/conversas", "/agenda", "/conversas/1"])
def test_a_businesss_screens_are_not_on_the_public_host(world: Any, browser_at: Any, path: str) -> None:
    assert browser_at("localhost").get(path).status_code == 404


@pytest.mark.parametrize("path", ["auth/register", "webhooks/whatsapp", "webhooks/whatsapp/some-token"])
def test_signing_up_and_webhooks_are_not_on_a_businesss_host(as_ana: Any, path: str) -> None:
    assert as_ana.post(f"{API}/{path}", {}).status_code == 404


def test_the_back_office_shows_nothing_of_a_business(world: Any, browser_at: Any) -> None:
    browser = browser_at("admin.localhost")

    assert browser.get("/conversas").status_code in (302, 404)
    assert browser.get(f"{API}/conversations").status_code in (302, 404)


def test_health_answers_on_any_host(world: Any, browser_at: Any) -> None:
    for host in ("localhost", "10.0.0.7", hosts.host_of(world.tenant)):
        assert browser_at(host).get("/health/live").json() == {"status": "ok"}


def test_another_slug_is_another_host_and_the_same_schema(as_ana: Any, world: Any, api_for: Any) -> None:
    agents = as_ana.get(f"{API}/agents").json()["results"]
    _change(world.tenant, slug="navalha")
    Domain.objects.filter(tenant=world.tenant).update(domain="navalha.localhost")
    renamed = Tenant.objects.get(slug="navalha")

    assert api_for(world.ana, renamed).get(f"{API}/agents").json()["results"] == agents
    assert as_ana.get(f"{API}/agents").status_code == 404
    assert renamed.schema_name == world.tenant.schema_name


def test_a_request_leaves_the_connection_in_public(world: Any, as_ana: Any) -> None:
    connection.set_schema_to_public()
    as_ana.client.get(f"{API}/agents", HTTP_HOST=as_ana.host, headers={"Authorization": f"Bearer {as_ana.token}"})

    assert connection.schema_name == "public"


# Language and time ---------------------------------------------------------------------------------


def test_accept_language_changes_nothing(world: Any, browser_at: Any) -> None:
    browser = browser_at(hosts.host_of(world.tenant))

    page = browser.get("/entrar", headers={"Accept-Language": "en"})
    assert "Senha" in page.content.decode() and "Password" not in page.content.decode()


def test_a_business_speaks_its_own_language(world: Any, public: Any, as_ana: Any) -> None:
    _change(world.tenant, language="en")

    assert as_ana.get(f"{API}/messages").json()["fields"]["conversation_id"] == ["Must be a number."]
    assert public.get(f"{API}/auth/me").json()["detail"] == "As credenciais de autenticação não foram fornecidas."


@pytest.mark.parametrize("door", ["token", "session"])
def test_a_persons_language_wins_over_the_businesss(world: Any, as_ana: Any, browser_for: Any, door: str) -> None:
    User.objects.filter(pk=world.ana.pk).update(language="en")

    client = as_ana if door == "token" else browser_for(world.ana, world.tenant)
    assert client.get(f"{API}/messages").json()["fields"]["conversation_id"] == ["Must be a number."]
    assert translation.get_language() == "pt-br"


def test_times_leave_in_the_businesss_zone(world: Any, as_ana: Any) -> None:
    _change(world.tenant, timezone="America/Manaus")

    created = as_ana.get(f"{API}/agents").json()["results"][0]["created_at"]
    assert created.endswith("-04:00") and timezone.get_current_timezone_name() == "America/Sao_Paulo"


def _change(tenant: Tenant, **values: str) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(**values)
    hosts.forget()
