"""The platform staff's host: who enters, what it shows, and what it never shows."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.db import transaction
from django.test import Client
from django.utils import translation

from apps.accounts import hosts
from apps.accounts.models import InboundAddress, User
from apps.chat.models import Message
from apps.work import handlers, runner
from apps.work.models import DueWork, InboundEvent
from apps.work.wake import wake
from simulators import whatsapp
from tests.conftest import PASSWORD, PHONE_NUMBER_ID, WABA_ID, post_webhook

HOST = "admin.localhost"
STAFF = {"username": "staff@example.com", "password": PASSWORD}


@pytest.fixture
def staff(world: Any, browser_at: Any) -> Any:
    """The browser of a superuser, signed in."""
    User.objects.create_superuser(STAFF["username"], PASSWORD, name="Staff")
    browser = browser_at(HOST)
    assert browser.post("/login/", STAFF).status_code == 302
    return browser


def _act(staff: Any, path: str, action: str, pk: int) -> Any:
    return staff.post(path, {"action": action, "_selected_action": [pk]}, follow=True)


def test_only_shared_models_are_registered() -> None:
    apps_shown = {model.__module__.rpartition(".models")[0] for model in admin.site._registry}

    assert not apps_shown & set(settings.TENANT_APPS)


def test_every_list_and_every_row_opens(staff: Any, customer: Any, work: Any) -> None:
    customer.sends(whatsapp.text("oi"), {"type": "text"})
    work.run(kinds="webhook")
    assert staff.get("/").status_code == 200
    for model in admin.site._registry:
        path = f"/{model._meta.app_label}/{model._meta.model_name}/"
        assert staff.get(path, {"q": "x"}).status_code == 200, path
        if row := model._default_manager.first():
            assert staff.get(f"{path}{row.pk}/change/").status_code == 200, path


@pytest.mark.parametrize("model", admin.site._registry, ids=str)
def test_every_column_and_field_has_a_title_in_portuguese(model: Any) -> None:
    shown = admin.site._registry[model]
    names = [name for name in [*shown.list_display, *(shown.fields or [])] if name not in ("__str__", "id")]

    def titles() -> list[str]:
        return [str(label_for_field(name, model, shown)) for name in names]

    with translation.override("en"):
        english = titles()
    with translation.override("pt-br"):
        portuguese = titles()
    same = {title for title, other in zip(english, portuguese, strict=True) if title == other}
    assert not same - {"schema", "schema name", "e-mail"}


@pytest.mark.parametrize("who", ["nobody", "an owner"])
def test_strangers_stay_outside(world: Any, browser_at: Any, browser_for: Any, who: str) -> None:
    browser = browser_at(HOST)
    if who == "an owner":
        browser.cookies = browser_for(world.ana, world.tenant).cookies
        assert browser.post("/login/", {"username": "ana@example.com", "password": PASSWORD}).status_code == 200

    for path in ("/", "/accounts/tenant/", "/work/inboundevent/"):
        assert browser.get(path).headers["Location"].startswith("/login/")


def test_the_staffs_session_opens_no_business(staff: Any, world: Any, browser_at: Any) -> None:
    browser = browser_at(hosts.host_of(world.tenant))
    browser.cookies = staff.cookies

    assert browser.get("/conversas").status_code == 403
    assert browser.get("/api/v1/conversations").status_code in (401, 403)


def test_the_back_office_is_on_its_own_host_only(staff: Any, world: Any, browser_at: Any) -> None:
    for host in ("localhost", hosts.host_of(world.tenant)):
        browser = browser_at(host)
        browser.cookies = staff.cookies
        assert browser.get("/accounts/tenant/").status_code == 404


def test_five_failures_close_this_door_too(staff: Any, browser_at: Any) -> None:
    browser = browser_at(HOST)
    for _ in range(5):
        browser.post("/login/", STAFF | {"password": "wrong"})

    page = browser.post("/login/", STAFF)
    assert page.status_code == 200 and "Muitas tentativas" in page.content.decode()


def test_an_unreadable_webhook_is_there_to_be_looked_at(staff: Any, work: Any) -> None:
    post_webhook(Client(), None, raw=b'{"cut": "<script>alert(1)</script>')
    work.run()
    event = InboundEvent.objects.get()
    page = staff.get(f"/work/inboundevent/{event.pk}/change/").content.decode()

    assert "not JSON" in page and "&lt;script&gt;alert(1)" in page and "<script>alert(1)" not in page


def test_a_quarantined_webhook_is_received_once_its_number_is_connected(
    staff: Any, tenant: Any, graph: Any, work: Any
) -> None:
    from apps.chat import channels

    number = whatsapp.Number(PHONE_NUMBER_ID, WABA_ID)
    post_webhook(Client(), whatsapp.inbound(number, whatsapp.Customer("5511988776655", "Davi"), whatsapp.text("cedo")))
    work.run()
    event = InboundEvent.objects.get()
    channels.connect_whatsapp(channels.WhatsAppNumber("W", PHONE_NUMBER_ID, WABA_ID, "good-token"), by=None)

    assert (event.state, Message.objects.count()) == ("quarantined", 0)
    _act(staff, "/work/inboundevent/", "receive_again", event.pk)
    work.run(kinds="webhook")
    assert Message.objects.get().content == "cedo" and InboundEvent.objects.get().state == "done"


def test_a_dead_letter_is_replayed(staff: Any, tenant: Any, work: Any) -> None:
    done: list[str] = []
    handlers.register("test.replay", lambda job: done.append(job.key))
    runner._leases.cache_clear()
    with transaction.atomic():
        wake("test.replay", key="7")
    row = DueWork.objects.get(kind="test.replay")
    DueWork.objects.filter(pk=row.pk).update(state="dead", attempts=5, last_error="boom")

    _act(staff, "/work/duework/", "replay", row.pk)
    work.run(kinds="test.replay")
    handlers._kinds.pop("test.replay")
    runner._leases.cache_clear()
    assert done == ["7"] and not DueWork.objects.filter(pk=row.pk).exists()


def test_secrets_of_addresses_and_people_are_not_shown(staff: Any, channel: Any, world: Any) -> None:
    address = InboundAddress.objects.get()
    pages = [
        staff.get(f"/accounts/inboundaddress/{address.pk}/change/").content.decode(),
        staff.get(f"/accounts/user/{world.ana.pk}/change/").content.decode(),
        staff.get(f"/accounts/tenant/{world.tenant.pk}/change/").content.decode(),
    ]

    for page in pages:
        assert address.verify_token not in page and channel.reveal("verify_token") not in page
        assert world.ana.password not in page and str(world.tenant.crypto_id) not in page


@pytest.mark.parametrize("model", ["accounts/tenant", "accounts/user", "audit/entry"])
def test_nobody_deletes_businesses_people_or_the_trail_here(staff: Any, world: Any, model: str) -> None:
    answers = [
        staff.get(f"/{model}/1/delete/").status_code,
        staff.post(f"/{model}/1/delete/", {"post": "yes"}).status_code,
    ]

    assert set(answers) <= {302, 403, 404} and User.objects.filter(pk=world.ana.pk).exists()


def test_only_the_back_office_may_evaluate_scripts(staff: Any, browser_at: Any, tenant: Any) -> None:
    theirs = staff.get("/")["Content-Security-Policy"]
    ours = browser_at(hosts.host_of(tenant)).get("/entrar")["Content-Security-Policy"]

    assert "'unsafe-eval'" in theirs and "unsafe" not in ours


def test_the_back_office_has_our_icon(staff: Any, browser_at: Any) -> None:
    assert 'href="/static/img/icon' in staff.get("/").content.decode()
    assert browser_at(HOST).get("/favicon.ico").headers["Location"].startswith("/static/img/icon")
