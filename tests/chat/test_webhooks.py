"""Where Meta knocks: who is let in, what is kept, and whom it reaches."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from apps.accounts import addresses
from apps.accounts.models import InboundAddress, Tenant
from apps.chat.models import Conversation, Message
from apps.lib.tenancy import tenant_context
from apps.work.models import DueWork, InboundEvent, InboundProblem
from simulators import whatsapp
from tests.chat.conftest import DAVID, RIVAL_NUMBER, RIVAL_SECRET, RIVAL_WABA, SALON, SHOP
from tests.conftest import post_webhook

URL = "/api/v1/webhooks/whatsapp"


def _verify(path: str, *, token: str, mode: str = "subscribe") -> Any:
    query = {"hub.mode": mode, "hub.verify_token": token, "hub.challenge": "<b>1158</b>"}
    return Client().get(path, query, HTTP_HOST="localhost")


# Verification --------------------------------------------------------------------------------------


def test_metas_challenge_is_echoed_as_plain_text(world: Any, settings: Any) -> None:
    answer = _verify(URL, token=settings.WHATSAPP_VERIFY_TOKEN)

    assert answer.status_code == 200 and answer.content == b"<b>1158</b>"
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("token", "mode"), [("wrong", "subscribe"), ("", "subscribe"), ("é", "subscribe"), (None, "x")]
)
def test_a_wrong_verify_token_is_refused(world: Any, settings: Any, token: str | None, mode: str) -> None:
    answer = _verify(URL, token=settings.WHATSAPP_VERIFY_TOKEN if token is None else token, mode=mode)

    assert answer.status_code == 403 and b"1158" not in answer.content


def test_a_businesss_own_url_wants_its_own_verify_token(
    rival_channel: Any, rival: Any, url_of: Any, settings: Any
) -> None:
    with tenant_context(rival):
        own = rival_channel.reveal("verify_token")

    assert _verify(url_of(rival_channel), token=own).status_code == 200
    assert _verify(url_of(rival_channel), token=settings.WHATSAPP_VERIFY_TOKEN).status_code == 403
    assert _verify(URL, token=own).status_code == 403


# Signatures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("signature", [None, "", "sha256=", "sha256=" + "0" * 64, "sha1=abc", "garbage é"])
def test_an_unsigned_webhook_is_refused_and_not_stored(world: Any, signature: str | None) -> None:
    headers = {} if signature is None else {"X-Hub-Signature-256": signature}
    answer = Client().post(URL, "{}", content_type="application/json", headers=headers, HTTP_HOST="localhost")

    assert answer.status_code == 403
    assert not InboundEvent.objects.exists() and not DueWork.objects.filter(kind="webhook.receive").exists()


def test_a_signature_over_other_bytes_is_refused(world: Any, settings: Any) -> None:
    body = whatsapp.encode(whatsapp.inbound(SHOP, DAVID, whatsapp.text("oi")))
    headers = {"X-Hub-Signature-256": whatsapp.sign(body, settings.WHATSAPP_APP_SECRET)}
    answer = Client().post(URL, body + b" ", content_type="application/json", headers=headers, HTTP_HOST="localhost")

    assert answer.status_code == 403 and not InboundEvent.objects.exists()


def test_a_businesss_own_url_wants_its_own_apps_signature(rival_channel: Any, url_of: Any) -> None:
    payload = whatsapp.inbound(SALON, DAVID, whatsapp.text("oi"))

    assert post_webhook(Client(), payload, path=url_of(rival_channel)).status_code == 403
    assert post_webhook(Client(), payload, secret=RIVAL_SECRET).status_code == 403
    assert post_webhook(Client(), payload, path=url_of(rival_channel), secret=RIVAL_SECRET).status_code == 200


def test_an_unknown_url_is_404_and_stores_nothing(world: Any) -> None:
    answer = post_webhook(Client(), {}, path=f"{URL}/no-such-token")

    assert answer.status_code == 404 and not InboundEvent.objects.exists()


def test_other_methods_are_refused(world: Any) -> None:
    assert {Client().generic(method, URL, HTTP_HOST="localhost").status_code for method in ("PUT", "DELETE")} == {405}


# Bad bodies ----------------------------------------------------------------------------------------

UNREADABLE = {
    "empty": b"",
    "cut": b'{"object": "whatsapp_business_account", "entry": [',
    "array": b"[1, 2]",
    "text": b'"hi"',
    "number": b"7",
    "null": b"null",
    "nested": b'{"entry":' * 20_000 + b"1" + b"}" * 20_000,
    "not utf-8": b"\xff\xfe{}",
    "raw nul": b'{"entry": "\x00"}',
    "long number": b'{"entry": ' + b"1" * 5000 + b"}",
}
HARMLESS = {
    "object": b"{}",
    "nan": b'{"entry": NaN}',
    "entry of another kind": b'{"entry": {"a": 1}}',
    "3 MB": b'{"entry": [], "pad": "' + b"x" * 3_000_000 + b'"}',
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_body_is_kept_and_marked_failed(world: Any, work: Any, name: str) -> None:
    assert post_webhook(Client(), None, raw=UNREADABLE[name]).status_code == 200
    work.run()

    event = InboundEvent.objects.get()
    assert event.state == "failed" and event.note and bytes(event.body) == UNREADABLE[name]
    assert not DueWork.objects.filter(kind="webhook.receive").exists()


@pytest.mark.parametrize("name", HARMLESS)
def test_a_body_with_nothing_for_us_is_done(world: Any, work: Any, name: str) -> None:
    assert post_webhook(Client(), None, raw=HARMLESS[name]).status_code == 200
    work.run()

    assert InboundEvent.objects.get().state == "done"


def test_more_than_8_mb_is_413(world: Any) -> None:
    assert post_webhook(Client(), None, raw=b" " * (8 * 1024 * 1024 + 1)).status_code == 413
    assert not InboundEvent.objects.exists()


def _nested(depth: int) -> dict[str, Any]:
    inner: dict[str, Any] = {}
    for _ in range(depth):
        inner = {"a": inner}
    return inner


STRANGE = {
    "nul": {"type": "text", "text": {"body": "a\x00b"}},
    "surrogate": {"type": "text", "text": {"body": "a\ud800b"}},
    "surrogate id": {"id": "wamid.\udfff", "type": "text", "text": {"body": "x"}},
    "nan": {"type": "location", "location": {"latitude": float("nan"), "longitude": float("inf")}},
    "long text": {"type": "text", "text": {"body": "x" * 500_000}},
    "nul in raw": {"type": "order", "order": {"te\x00xt": "\x00"}},
    "future kind": {"type": "hologram", "hologram": {"x": 1}},
    "far future": {"timestamp": "99999999999", "type": "text", "text": {"body": "x"}},
}
BROKEN = {
    "body is a number": {"type": "text", "text": {"body": 7}},
    "no text": {"type": "text"},
    "no time": {"timestamp": None, "type": "text", "text": {"body": "x"}},
    "time is a word": {"timestamp": "soon", "type": "text", "text": {"body": "x"}},
    "time overflows": {"timestamp": "9" * 30, "type": "text", "text": {"body": "x"}},
    "no sender": {"from": "", "type": "text", "text": {"body": "x"}},
    "id is a list": {"id": ["x"], "type": "text", "text": {"body": "x"}},
    "endless sender": {"from": "5" * 5000, "type": "text", "text": {"body": "x"}},
    "nested 400": {"type": "order", "order": _nested(400)},
    "nested 900": {"type": "order", "order": _nested(900)},
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_message_is_a_message(customer: Any, work: Any, name: str) -> None:
    assert customer.sends(STRANGE[name]).status_code == 200
    work.run(kinds="webhook")

    assert Message.objects.filter(sender="customer").count() == 1
    assert InboundEvent.objects.get().state == "done" and not InboundProblem.objects.exists()


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_message_is_a_recorded_problem_and_spoils_no_other(customer: Any, work: Any, name: str) -> None:
    assert customer.sends(whatsapp.text("antes"), BROKEN[name], whatsapp.text("depois")).status_code == 200
    work.run(kinds="webhook")

    heard = Message.objects.filter(sender="customer", message_type="text").values_list("content", flat=True)
    assert sorted(heard) == ["antes", "depois"]
    assert InboundEvent.objects.get().state == "done" and not DueWork.objects.filter(state="dead").exists()
    assert InboundProblem.objects.count() + Message.objects.filter(message_type="order").count() == 1


@pytest.mark.parametrize(
    "metadata", [None, [], {"phone_number_id": "\x00"}, {"phone_number_id": "\ud800"}, {"phone_number_id": {}}]
)
def test_a_strange_number_spoils_no_other_entry(customer: Any, work: Any, metadata: Any) -> None:
    bad = whatsapp.inbound(SHOP, DAVID, whatsapp.text("perdida"))
    bad["entry"][0] |= {"id": "\ud800\x00"}
    bad["entry"][0]["changes"][0]["value"]["metadata"] = metadata
    payload = whatsapp.batch(bad, whatsapp.inbound(SHOP, DAVID, whatsapp.text("boa")))

    assert post_webhook(Client(), payload).status_code == 200
    work.run(kinds="webhook")
    assert Message.objects.get().content == "boa" and InboundEvent.objects.get().state == "quarantined"


@pytest.mark.parametrize("entry", [7, None, "x", {"changes": 7}, {"changes": [7]}, {"changes": [{"value": []}]}])
def test_a_strange_entry_spoils_no_other(customer: Any, work: Any, entry: Any) -> None:
    payload = whatsapp.inbound(SHOP, DAVID, whatsapp.text("boa"))
    payload["entry"].insert(0, entry)

    assert post_webhook(Client(), payload).status_code == 200
    work.run(kinds="webhook")
    assert Message.objects.get().content == "boa"
    assert {p.reason for p in InboundProblem.objects.all()} <= {"the entry is not an object", "the change has no value"}


# Once, and each its own ----------------------------------------------------------------------------


def test_the_same_webhook_twice_is_one_event(customer: Any, work: Any) -> None:
    payload = whatsapp.inbound(SHOP, DAVID, whatsapp.text("oi"))
    answers = [post_webhook(Client(), payload).status_code for _ in range(3)]
    work.run(kinds="webhook")

    assert answers == [200] * 3 and InboundEvent.objects.count() == Message.objects.count() == 1
    assert post_webhook(Client(), payload).status_code == 200  # also when it was already taken in
    work.run(kinds="webhook")
    assert Message.objects.count() == 1


def test_the_same_message_in_another_webhook_is_one_message(customer: Any, work: Any) -> None:
    message = whatsapp.text("oi", id="wamid.same")
    customer.sends(message)
    customer.sends(message, whatsapp.text("e mais"))
    work.run(kinds="webhook")

    assert Message.objects.count() == 2 and Conversation.objects.get().unread == 2


def test_a_batch_gives_every_message_but_the_malformed_one(customer: Any, work: Any, rival_channel: Any) -> None:
    changes = [
        whatsapp.inbound(number, DAVID, *[whatsapp.text(f"{change}-{m}") for m in range(3)])
        for number in (SHOP, SALON)
        for change in range(2)
    ]
    payload = whatsapp.batch(*changes)
    payload["entry"][1]["changes"][0]["value"]["messages"][1] = {"type": "text", "from": DAVID.wa_id}
    post_webhook(Client(), payload)
    work.run(kinds="webhook")

    assert Message.objects.count() + _count_at(rival_channel) == 11
    assert [p.path for p in InboundProblem.objects.all()] == ["entry.1.changes.0.value.messages.1"]
    assert InboundEvent.objects.get().state == "done"


def test_one_post_for_two_businesses_gives_each_its_own(
    customer: Any, work: Any, rival_channel: Any, rival: Any
) -> None:
    ours, theirs = (
        whatsapp.inbound(n, DAVID, whatsapp.text(t)) for n, t in ((SHOP, "para o Zé"), (SALON, "para Célia"))
    )
    post_webhook(Client(), whatsapp.batch(ours, theirs))
    work.run(kinds="webhook")

    assert Message.objects.get().content == "para o Zé"
    with tenant_context(rival):
        assert Message.objects.get().content == "para Célia"


def _count_at(channel: Any) -> int:
    owner = InboundAddress.objects.select_related("tenant").get(external_id=channel.external_id, is_active=True)
    with tenant_context(owner.tenant):
        return Message.objects.filter(sender="customer").count()


# Quarantine ----------------------------------------------------------------------------------------


def _quarantined(work: Any) -> InboundEvent:
    work.run()
    event = InboundEvent.objects.get()
    assert event.state == "quarantined" and event.note and bytes(event.body)
    assert not Message.objects.exists()
    return event


def test_a_url_naming_another_businesss_number_reaches_nobody(
    channel: Any, rival_channel: Any, url_of: Any, work: Any
) -> None:
    payload = whatsapp.inbound(SHOP, DAVID, whatsapp.text("intruso"))
    answer = post_webhook(Client(), payload, path=url_of(rival_channel), secret=RIVAL_SECRET)

    assert answer.status_code == 200
    assert "another business" in _quarantined(work).note and _count_at(rival_channel) == 0


def test_a_url_naming_its_own_number_too_keeps_only_the_strangers_part_back(
    channel: Any, rival_channel: Any, url_of: Any, work: Any
) -> None:
    ours, theirs = (whatsapp.inbound(number, DAVID, whatsapp.text("oi")) for number in (SHOP, SALON))
    post_webhook(Client(), whatsapp.batch(ours, theirs), path=url_of(rival_channel), secret=RIVAL_SECRET)

    _quarantined(work)
    assert _count_at(rival_channel) == 1


def test_a_number_under_another_account_is_quarantined(channel: Any, work: Any) -> None:
    number = whatsapp.Number(SHOP.phone_number_id, RIVAL_WABA, SHOP.display_phone_number)
    post_webhook(Client(), whatsapp.inbound(number, DAVID, whatsapp.text("oi")))

    assert "another account" in _quarantined(work).note


def test_a_number_nobody_owns_is_quarantined(channel: Any, work: Any) -> None:
    post_webhook(Client(), whatsapp.inbound(whatsapp.Number("100000000000000"), DAVID, whatsapp.text("oi")))

    assert "no business owns" in _quarantined(work).note


def test_a_number_that_was_never_verified_takes_nothing(tenant: Any, graph: Any, work: Any, rival: Any) -> None:
    from apps.chat import channels

    number = channels.WhatsAppNumber("WhatsApp", RIVAL_NUMBER, RIVAL_WABA, access_token="bad-token")
    assert channels.connect_whatsapp(number, by=None).status == "unhealthy"
    post_webhook(Client(), whatsapp.inbound(SALON, DAVID, whatsapp.text("oi")))

    assert "no business owns" in _quarantined(work).note


def test_a_forged_status_through_ones_own_url_changes_nothing(
    customer: Any, asked: Any, rival_channel: Any, url_of: Any, work: Any
) -> None:
    work.run()
    [sent] = customer.graph.messages
    status = whatsapp.status(sent.id, "failed", to=DAVID.wa_id, errors=[whatsapp.failure(131026, "x")])
    post_webhook(Client(), whatsapp.statuses(SHOP, status), path=url_of(rival_channel), secret=RIVAL_SECRET)
    work.run()

    assert Message.objects.get(provider_id=sent.id).status == "sent"


# What is kept --------------------------------------------------------------------------------------


def test_the_body_is_blanked_once_everything_is_taken_in(customer: Any, work: Any) -> None:
    customer.sends(whatsapp.text("meu CPF é 123"))
    before = bytes(InboundEvent.objects.get().body)
    work.run(kinds="webhook")
    event = InboundEvent.objects.get()

    assert b"CPF" in before and bytes(event.body) == b"" and len(bytes(event.digest)) == 32


def test_the_body_stays_while_one_item_is_a_problem(customer: Any, work: Any) -> None:
    customer.sends(whatsapp.text("boa"), {"type": "text"})
    work.run(kinds="webhook")

    event = InboundEvent.objects.get()
    assert event.state == "done" and b"boa" in bytes(event.body) and event.problems.count() == 1


def test_nothing_of_the_body_or_the_secret_is_logged(customer: Any, work: Any, caplog: Any) -> None:
    customer.sends(whatsapp.text("canário-na-mina"), {"type": "text", "text": {"body": {"x": "canário-quebrado"}}})
    work.run()

    assert "canário" not in caplog.text and "good-token" not in caplog.text


def test_the_request_does_no_work_itself(customer: Any) -> None:
    customer.sends(whatsapp.text("oi"))

    assert not Message.objects.exists()
    assert DueWork.objects.get(kind="webhook.receive").key == str(InboundEvent.objects.get().pk)


def test_no_redis_is_needed_to_acknowledge(world: Any, settings: Any) -> None:
    settings.CELERY_BROKER_URL = settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}

    assert post_webhook(Client(), whatsapp.inbound(SHOP, DAVID, whatsapp.text("oi"))).status_code == 200


@pytest.mark.committed
def test_fifty_copies_at_once_are_one_message(customer: Any, work: Any, together: Any) -> None:
    payload = whatsapp.inbound(SHOP, DAVID, whatsapp.text("oi"))

    assert together(*[lambda: post_webhook(Client(), payload).status_code] * 50) == [200] * 50
    work.run(kinds="webhook")
    assert InboundEvent.objects.count() == Message.objects.count() == 1


def test_a_business_deleted_a_moment_ago_takes_nobody_elses_messages_along(
    customer: Any, rival_channel: Any, rival: Any, work: Any
) -> None:
    ours, theirs = (whatsapp.inbound(number, DAVID, whatsapp.text("oi")) for number in (SHOP, SALON))
    post_webhook(Client(), whatsapp.batch(ours, theirs))
    addresses.owner_of("whatsapp", RIVAL_NUMBER)  # cached, as in another process
    Tenant.objects.filter(pk=rival.pk).update(schema_name="t_00000000dead")
    work.run(kinds="webhook")

    assert Message.objects.get().content == "oi"
    assert InboundEvent.objects.get().state == "quarantined"


def test_a_database_outage_is_503(world: Any, monkeypatch: Any) -> None:
    from django.db import OperationalError

    from apps.work import inbox

    def down(*args: Any, **options: Any) -> None:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(inbox, "store", down)
    assert post_webhook(Client(), json.loads("{}")).status_code == 503
