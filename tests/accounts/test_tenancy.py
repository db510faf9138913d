"""Entering a business, and leaving nothing of it behind."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction

from apps.accounts import hosts, signup
from apps.accounts.models import Tenant, User, new_schema_name
from apps.agents.models import Agent
from apps.audit.models import Entry
from apps.chat.models import Message
from apps.lib.tenancy import UnknownTenant, current_tenant, schema_context, tenant_context
from apps.work import handlers, runner
from apps.work.models import DueWork, IdempotencyKey, InboundEvent
from apps.work.wake import wake
from config.pool import forget_tenant
from simulators import whatsapp


@pytest.fixture
def performed(monkeypatch: Any) -> Iterator[list[str]]:
    """The schemas in which the work "test.look" was performed."""
    seen: list[str] = []
    handlers.register("test.look", lambda job: seen.append(connection.schema_name))
    runner._leases.cache_clear()
    yield seen
    handlers._kinds.pop("test.look")
    runner._leases.cache_clear()


@pytest.fixture
def other(world: Any) -> Tenant:
    """A third business, made for this test."""
    wish = signup.SignUp("Davi", "davi@example.com", "senha-boa-123", "Oficina do Davi")
    tenant, _ = signup.register(wish)
    connection.check_constraints()  # as its commit would
    return tenant


# Entering ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("schema", ["typo", "public", "t_000000000000", "", "t_x; DROP SCHEMA public"])
def test_an_unknown_schema_is_refused(world: Any, schema: str) -> None:
    with pytest.raises(UnknownTenant), schema_context(schema):
        pytest.fail("entered")

    assert connection.schema_name == "public"


@pytest.mark.parametrize(
    "tenant",
    [
        Tenant(name="Unsaved", schema_name=new_schema_name()),
        SimpleNamespace(pk=1, schema_name="public"),
        SimpleNamespace(pk=1, schema_name="pg_catalog"),
        None,
    ],
)
def test_what_is_no_stored_business_is_refused(world: Any, tenant: Any) -> None:
    with pytest.raises(UnknownTenant), tenant_context(tenant):
        pytest.fail("entered")


def test_leaving_goes_back_to_where_one_was(world: Any) -> None:
    with tenant_context(world.tenant):
        with tenant_context(world.rival):
            assert current_tenant() == world.rival
        with pytest.raises(ZeroDivisionError), tenant_context(world.rival):
            _ = 1 / 0
        assert connection.schema_name == world.tenant.schema_name
    with pytest.raises(UnknownTenant):
        current_tenant()


def test_the_same_key_is_another_row_in_another_business(world: Any) -> None:
    names = {}
    for tenant in (world.tenant, world.rival):
        with tenant_context(tenant):
            Agent.objects.update_or_create(pk=1, defaults={"name": f"Bia of {tenant.slug}"})
            names[tenant.pk] = Agent.objects.get(pk=1).name

    assert len(set(names.values())) == 2


def test_no_thread_inherits_a_business(world: Any) -> None:
    seen: list[str] = []
    with tenant_context(world.tenant):
        thread = threading.Thread(target=lambda: seen.append(connection.schema_name))
        thread.start()
        thread.join()

    assert seen == ["public"]


# What is shared between businesses -----------------------------------------------------------------


def test_a_cached_value_stays_in_its_business(world: Any) -> None:
    with tenant_context(world.tenant):
        cache.set("color", "blue")
    with tenant_context(world.rival):
        assert cache.get("color") is None
        cache.set("color", "red")
    with tenant_context(world.tenant):
        assert cache.get("color") == "blue" and world.tenant.schema_name in cache.make_key("color")
    assert cache.get("color") is None


@pytest.mark.committed
def test_a_connection_given_back_forgets_its_business(world: Any) -> None:
    connection.ensure_connection()
    raw = connection.connection
    raw.execute(f'SET search_path = "{world.tenant.schema_name}"')
    forget_tenant(raw)

    assert raw.execute("SHOW search_path").fetchone()[0] == '"$user", public'
    connection.close()


@pytest.mark.committed
def test_a_connection_taken_again_enters_the_business_again(world: Any) -> None:
    with tenant_context(world.tenant):
        Agent.objects.update(name="Bia")
        connection.close()  # as while a provider answers
        assert set(Agent.objects.values_list("name", flat=True)) == {"Bia"}
    with tenant_context(world.rival):
        connection.close()
        assert current_tenant() == world.rival and Agent.objects.exists()


@pytest.mark.committed
def test_many_requests_at_once_never_mix_businesses(world: Any, api_for: Any, together: Any) -> None:
    for tenant, name in ((world.tenant, "Bia"), (world.rival, "Lia")):
        with tenant_context(tenant):
            Agent.objects.update(name=name)
    people = [(world.ana, world.tenant, "Bia"), (world.celia, world.rival, "Lia")] * 10

    def names(user: User, tenant: Tenant) -> set[str]:
        return {agent["name"] for agent in api_for(user, tenant).get("/api/v1/agents").json()["results"]}

    heard = together(*[lambda u=user, t=tenant: names(u, t) for user, tenant, _ in people])
    assert heard == [{name} for _, _, name in people]


# Work ----------------------------------------------------------------------------------------------


def _due(schema: str) -> DueWork:
    with transaction.atomic():
        wake("test.look", key="1", schema=schema)
    return DueWork.objects.get(kind="test.look")


def test_work_is_performed_inside_its_business(world: Any, performed: list[str]) -> None:
    runner.run(_due(world.rival.schema_name).pk)

    assert performed == [world.rival.schema_name] and connection.schema_name == "public"
    assert not DueWork.objects.filter(kind="test.look").exists()


@pytest.mark.parametrize("schema", ["t_00000000dead", "public", "typo"])
def test_work_of_no_business_is_never_performed_in_public(world: Any, performed: list[str], schema: str) -> None:
    runner.run(_due(schema).pk)

    assert performed == [] and connection.schema_name == "public"
    assert not DueWork.objects.filter(kind="test.look").exists()


def test_work_of_a_deleted_business_goes_with_it(other: Tenant, performed: list[str]) -> None:
    work = _due(other.schema_name)
    signup.delete_tenant(other)

    assert not DueWork.objects.filter(schema_name=work.schema_name).exists()
    runner.run(work.pk)
    assert performed == []


# Deleting ------------------------------------------------------------------------------------------


def test_deleting_a_business_drops_its_schema_and_keeps_its_trail(other: Tenant, world: Any) -> None:
    schema, owner = other.schema_name, other.memberships.get().user
    IdempotencyKey.objects.create(schema_name=schema, actor="user:1", key="k", body_hash=b"")
    signup.delete_tenant(other)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = %s", [schema])
        assert cursor.fetchone() == (0,)
    assert not IdempotencyKey.objects.filter(schema_name=schema).exists()
    assert "tenant.created" in Entry.objects.filter(schema_name=schema).values_list("action", flat=True)
    assert User.objects.filter(pk=owner.pk).exists()


def test_deleting_a_business_leaves_the_others_whole(other: Tenant, world: Any, as_ana: Any) -> None:
    signup.delete_tenant(other)

    assert as_ana.get("/api/v1/agents").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_constraint WHERE contype = 'x'")
        assert cursor.fetchone() == (2,)


@pytest.fixture
def its_files(other: Tenant, world: Any) -> dict[str, Path]:
    """A file of that business, and one of the barbershop."""
    places = {name: Path(settings.MEDIA_ROOT) / name / "2026/11/x" for name in (other.schema_name, "t_neighbour")}
    for place in places.values():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"x")
    return places


def test_the_files_of_a_deleted_business_go_with_it_once_that_is_certain(
    other: Tenant, its_files: dict[str, Path], django_capture_on_commit_callbacks: Any
) -> None:
    mine, neighbours = its_files.values()
    with django_capture_on_commit_callbacks() as after_commit:
        signup.delete_tenant(other)
    assert mine.exists()

    [delete] = after_commit
    delete()
    assert not (Path(settings.MEDIA_ROOT) / other.schema_name).exists() and neighbours.exists()


def test_a_file_that_can_not_be_deleted_stops_nothing_and_is_logged(
    other: Tenant, its_files: dict[str, Path], django_capture_on_commit_callbacks: Any, monkeypatch: Any, caplog: Any
) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise PermissionError("not yours")

    monkeypatch.setattr(os, "unlink", refuse)
    with caplog.at_level("INFO"), django_capture_on_commit_callbacks(execute=True):
        signup.delete_tenant(other)

    assert "not yours" in caplog.text and not Tenant.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize("schema", ["", ".", "..", "public", "t_neighbour", "../t_0123456789ab"])
def test_no_other_folder_is_ever_deleted(schema: str, its_files: dict[str, Path]) -> None:
    signup._delete_files(schema)

    assert all(place.exists() for place in its_files.values())


def test_the_host_of_a_deleted_business_is_404(other: Tenant, browser_at: Any) -> None:
    browser, host = browser_at(hosts.host_of(other)), hosts.host_of(other)
    before = browser.get("/entrar").status_code
    signup.delete_tenant(other)

    assert (before, browser_at(host).get("/entrar").status_code) == (200, 404)


# People --------------------------------------------------------------------------------------------


@pytest.fixture
def written_by_bruno(customer: Any, bruno: User, as_bruno: Any, work: Any) -> Message:
    customer.sends(whatsapp.text("oi"))
    work.run(kinds="webhook")
    body = {"conversation_id": customer.conversation.pk, "content": "olá"}
    return Message.objects.get(pk=as_bruno.post("/api/v1/messages", body).json()["id"])


def test_a_person_is_anonymised_while_messages_name_them(written_by_bruno: Message, bruno: User, as_ana: Any) -> None:
    User.objects.filter(pk=bruno.pk).update(name="—", email=f"gone-{bruno.pk}@invalid.example", is_active=False)

    [shown] = as_ana.get(f"/api/v1/messages?conversation_id={written_by_bruno.conversation_id}").json()["results"][:1]
    assert shown["author"] == {"id": bruno.pk, "name": "—"}


def test_no_key_stops_a_person_from_going(written_by_bruno: Message, bruno: User, as_ana: Any) -> None:
    connection.set_schema_to_public()
    User.objects.filter(pk=bruno.pk).delete()
    connection.set_tenant(Tenant.objects.get(slug="barbearia-do-ze"))

    assert Message.objects.filter(pk=written_by_bruno.pk, author_id=bruno.pk).exists()
    page = as_ana.get(f"/api/v1/messages?conversation_id={written_by_bruno.conversation_id}")
    assert page.status_code == 200


def test_an_event_of_one_business_is_in_no_others_reach(customer: Any, as_celia: Any, work: Any) -> None:
    customer.sends(whatsapp.text("segredo do Davi"))
    work.run()

    assert InboundEvent.objects.get().state == "done"
    for path in ("conversations?q=segredo", "conversations", "channels"):
        assert as_celia.get(f"/api/v1/{path}").json()["results"] == []
