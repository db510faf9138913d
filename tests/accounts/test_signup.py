"""Signing up, in and out through the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from apps.accounts.models import RecentSignUp, Tenant, User

WISH = {
    "name": "Davi Rocha",
    "email": "davi@example.com",
    "password": "senha-boa-123",
    "business_name": "Oficina do Davi",
    "business_type": "oficina",
}


def test_a_new_business_is_usable_at_once(public: Any, api_for: Any) -> None:
    answer = public.post("/api/v1/auth/register", WISH)

    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert body["tenant"]["slug"] == "oficina-do-davi" and body["tenant"]["host"] == "oficina-do-davi.localhost"
    agents = type(public)(body["tenant"]["host"], token=body["access"]).get("/api/v1/agents").json()["results"]
    assert [agent["ai_provider"] for agent in agents] == ["offline"]


def test_a_failed_sign_up_leaves_nothing_behind(public: Any, monkeypatch: Any) -> None:
    from apps.accounts import provision

    def fail(tenant: Tenant) -> None:
        raise RuntimeError("no space left")

    monkeypatch.setattr(provision, "run", fail)
    schemas = _schemas()
    public.client.raise_request_exception = False

    assert public.post("/api/v1/auth/register", WISH).status_code == 500
    assert not User.objects.filter(email=WISH["email"]).exists()
    assert _schemas() == schemas


def test_an_email_already_known_is_a_conflict_beside_its_field(public: Any) -> None:
    answer = public.post("/api/v1/auth/register", WISH | {"email": "ANA@example.com"})

    assert answer.status_code == 409
    assert list(answer.json()["fields"]) == ["email"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "not-an-email"),
        ("password", "123"),
        ("timezone", "Mars/Base"),
        ("slug", "Não Pode"),
        ("name", "a\x00b"),
    ],
)
def test_bad_input_is_explained_in_portuguese(public: Any, field: str, value: str) -> None:
    answer = public.post("/api/v1/auth/register", WISH | {field: value})

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid" and answer.json()["fields"][field]


def test_a_reserved_slug_is_refused(public: Any) -> None:
    assert public.post("/api/v1/auth/register", WISH | {"slug": "admin"}).status_code == 409


def _schemas() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 't\\_%'")
        return {row[0] for row in cursor.fetchall()}


def test_the_same_sign_up_sent_twice_makes_one_business(public: Any) -> None:
    first = public.post("/api/v1/auth/register", WISH, Idempotency_Key="sign-up-1")
    again = public.post("/api/v1/auth/register", WISH, Idempotency_Key="sign-up-1")
    other = public.post("/api/v1/auth/register", WISH | {"name": "Outro"}, Idempotency_Key="sign-up-1")

    assert [first.status_code, again.status_code, other.status_code] == [201, 201, 409]
    assert first.json()["tenant"] == again.json()["tenant"] and again.json()["access"]
    assert Tenant.objects.filter(name=WISH["business_name"]).count() == 1


def test_no_token_of_a_sign_up_is_kept(public: Any) -> None:
    from apps.work.models import IdempotencyKey

    answer = public.post("/api/v1/auth/register", WISH, Idempotency_Key="sign-up-1").json()

    kept = str(IdempotencyKey.objects.get(key="sign-up-1").response)
    assert answer["access"] not in kept and answer["refresh"] not in kept


def test_a_business_can_be_made_at_the_console(world: Any, capsys: Any) -> None:
    call_command(
        *("create_tenant", "--slug", "nova", "--name", "Nova", "--email", "nova@example.com"),
        *("--password", WISH["password"]),
    )

    assert "http://nova.localhost" in capsys.readouterr().out
    assert Tenant.objects.get(slug="nova").memberships.get().role == "owner"


# Limits --------------------------------------------------------------------------------------------


def _wish(number: int) -> dict[str, str]:
    return WISH | {"email": f"davi{number}@example.com"}


def _register_from(ip: str, number: int) -> int:
    client = Client(REMOTE_ADDR=ip, HTTP_HOST="localhost")
    return client.post("/api/v1/auth/register", _wish(number), content_type="application/json").status_code


def test_an_address_makes_so_many_businesses_an_hour(public: Any, settings: Any) -> None:
    settings.SIGN_UPS_PER_HOUR = 2
    answers = [public.post("/api/v1/auth/register", _wish(number)) for number in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert answers[2].json()["code"] == "too_many_sign_ups" and "60 minutos" in answers[2].json()["detail"]
    assert 3500 < int(answers[2].headers["Retry-After"]) <= 3600
    assert not User.objects.filter(email="davi2@example.com").exists()
    for row in RecentSignUp.objects.all():
        RecentSignUp.objects.filter(pk=row.pk).update(at=row.at - timedelta(hours=1))
    assert public.post("/api/v1/auth/register", _wish(2)).status_code == 201
    assert RecentSignUp.objects.count() == 1


def test_other_addresses_go_on(world: Any, settings: Any) -> None:
    settings.SIGN_UPS_PER_HOUR = 1

    assert [_register_from("203.0.113.9", 1), _register_from("203.0.113.9", 2)] == [201, 429]
    assert _register_from("203.0.113.10", 3) == 201


def test_one_customers_ipv6_addresses_are_one(world: Any, settings: Any) -> None:
    settings.SIGN_UPS_PER_HOUR = 1

    assert [_register_from("2001:db8:1:2::1", 1), _register_from("2001:db8:1:2:ffff::9", 2)] == [201, 429]
    assert _register_from("2001:db8:1:3::1", 3) == 201


def test_what_made_no_business_is_not_counted(public: Any, settings: Any) -> None:
    settings.SIGN_UPS_PER_HOUR = 2
    for wish in (WISH | {"email": "ana@example.com"}, WISH | {"slug": "admin"}, WISH | {"password": "1"}):
        assert public.post("/api/v1/auth/register", wish).status_code in (400, 409)
    for _ in range(3):
        assert public.post("/api/v1/auth/register", WISH, Idempotency_Key="sign-up-1").status_code == 201

    assert public.post("/api/v1/auth/register", _wish(2)).status_code == 201


@pytest.mark.committed
def test_the_limit_is_exact_for_those_who_come_together(world: Any, together: Any, settings: Any) -> None:
    settings.SIGN_UPS_PER_HOUR = 2
    calls = [lambda number=number: _register_from("127.0.0.1", number) for number in range(5)]

    assert sorted(together(*calls)) == [201, 201, 429, 429, 429]
