"""Values that no customer's phone would send, from somebody who signs like Meta: nobody else loses a message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from apps.barbearia import clients
from apps.chat import media as files
from apps.chat.contacts import contact_by_phone
from apps.chat.models import Contact, Conversation, Media, Message
from apps.lib import filetypes
from apps.work.models import InboundEvent, InboundProblem
from simulators import whatsapp
from tests.chat.conftest import DAVID, SHOP
from tests.conftest import DAVI, post_webhook

HUGE = "100000000000000000"
SCOPED, NEW = "BR.Xy12345678", "5511955554444"


@pytest.fixture
def takes_in(channel: Any, work: Any) -> Any:
    """`takes_in(content, key=value…)`: a webhook whose message has these values, and is read."""

    def take(content: Any, *, beside: bool = False, sender: Any = DAVID, **values: Any) -> InboundEvent:
        whole = json.loads(whatsapp.encode(whatsapp.inbound(SHOP, sender, content)))
        messages = whole["entry"][0]["changes"][0]["value"]["messages"]
        strange = messages[0] | values | ({"id": "wamid.strange"} if beside else {})
        messages[:] = [messages[0], strange] if beside else [strange]
        post_webhook(Client(), None, raw=json.dumps(whole).encode())
        work.run(kinds="webhook")
        return InboundEvent.objects.latest("id")

    return take


@pytest.mark.parametrize("sender", [{"a": 1}, ["5511"], 5511988776655, "1", "9" * 40, True])
def test_a_sender_that_is_no_phone_is_a_problem_and_no_customer(takes_in: Any, sender: Any) -> None:
    takes_in(whatsapp.text("e eu?"), beside=True, **{"from": sender})

    assert Message.objects.filter(sender="customer").count() == 1 and Contact.objects.count() == 1
    assert "'from' is not a phone" in InboundProblem.objects.get().reason


def test_a_text_without_end_is_kept_to_a_mark(takes_in: Any) -> None:
    takes_in(whatsapp.text("a" * 50_000))

    content = Message.objects.get(sender="customer").content
    assert len(content) == 10_000 and content.endswith("a…")


def test_a_time_that_no_clock_shows_costs_the_message_beside_it_nothing(takes_in: Any) -> None:
    event = takes_in(whatsapp.text("e eu?"), beside=True, timestamp=HUGE)

    assert event.state == "done" and Message.objects.filter(content="e eu?").count() == 1
    assert InboundProblem.objects.count() == 1


def test_a_code_beyond_all_codes_costs_the_status_nothing(takes_in: Any, customer: Any, work: Any) -> None:
    customer.says("oi")
    answer = Message.objects.get(sender="ai")
    errors = [whatsapp.failure(10**30, "no such code")]
    failed = whatsapp.status(answer.provider_id, "failed", to=DAVI, errors=errors)
    post_webhook(Client(), whatsapp.statuses(SHOP, failed))
    work.run(kinds="webhook")

    answer.refresh_from_db()
    assert answer.status == "failed" and answer.error_code is None


@pytest.mark.parametrize(
    ("content", "values"),
    [
        (whatsapp.location(-23.5, -46.6), {"location": {"latitude": 10**400, "longitude": 1}}),
        (whatsapp.location(-23.5, -46.6), {"location": {"latitude": True, "longitude": 200}}),
        (whatsapp.text("x"), {"referral": {"source_url": "http://a]b", "headline": "h"}}),
        (whatsapp.text("x"), {"timestamp": "-62135596800"}),
        (whatsapp.text("x"), {"type": "order", "order": {"product_items": [{"quantity": 10**30}]}}),
    ],
    ids=["beyond the globe", "no degrees", "no link", "before time", "more than there is"],
)
def test_a_thread_opens_whatever_is_in_it(
    takes_in: Any, browser_for: Any, ana: Any, tenant: Any, content: Any, values: Any
) -> None:
    takes_in(content, **values)

    browser = browser_for(ana, tenant)
    assert browser.get("/conversas").status_code == 200
    assert browser.get(f"/conversas/{Conversation.objects.get().pk}").status_code == 200


def test_two_clients_with_notes_who_turn_out_to_be_one_keep_both(takes_in: Any, ana: Any) -> None:
    takes_in(whatsapp.text("oi"), sender=whatsapp.Customer("", "Davi", user_id=SCOPED))
    clients.save(Contact.objects.get(), name="Davi", phone="", email="", notes="toma café", by=ana)
    known = contact_by_phone(phone=DAVI, name="Davi Rocha")
    clients.save(known, name="Davi Rocha", phone=DAVI, email="", notes="chega cedo", by=ana)
    takes_in(whatsapp.text("quero marcar"), sender=whatsapp.Customer(DAVI, "Davi", user_id=SCOPED))

    assert Message.objects.filter(content="quero marcar").exists() and not InboundProblem.objects.exists()
    assert set(Contact.objects.get().client_note.text.splitlines()) == {"toma café", "chega cedo"}


def test_what_is_taken_back_leaves_no_file_and_no_words(takes_in: Any, graph: Any, work: Any) -> None:
    media = graph.add_media(b"\xff\xd8\xff\xe0" + b"0" * 200, mime_type="image/jpeg")
    takes_in(whatsapp.image(media, caption="segredo"))
    work.run()
    message, stored = Message.objects.get(message_type="image"), Media.objects.get()
    path = Path(stored.file.path)
    assert path.exists()
    takes_in(whatsapp.text("x"), type="revoke", revoke={"original_message_id": message.provider_id})
    work.run()

    message.refresh_from_db()
    assert message.content == "" and not Media.objects.exists()
    assert "segredo" not in message.conversation.snippet
    assert not path.exists()


def test_a_file_that_comes_after_its_message_was_taken_back_is_not_kept(
    takes_in: Any, graph: Any, work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, keep = [], files.keep

    def while_it_is_taken_back(stored: Media, content: bytes, **told: Any) -> None:
        keep(stored, content, **told)
        kept.append(Path(stored.file.path))
        Media.objects.all().delete()

    monkeypatch.setattr(files, "keep", while_it_is_taken_back)
    takes_in(whatsapp.image(graph.add_media(b"\xff\xd8\xff\xe0" + b"0" * 200, mime_type="image/jpeg")))
    work.run()

    assert not Media.objects.exists() and not kept[0].exists()


def test_nobody_rewrites_what_another_customer_said(takes_in: Any) -> None:
    takes_in(whatsapp.text("às 15h"))
    said = Message.objects.get()
    stranger = whatsapp.Customer(NEW, "Outro")
    takes_in(
        whatsapp.text("x"),
        sender=stranger,
        type="edit",
        edit={"original_message_id": said.provider_id, "message": {"type": "text", "text": {"body": "nunca"}}},
    )
    takes_in(whatsapp.text("x"), sender=stranger, type="revoke", revoke={"original_message_id": said.provider_id})

    said.refresh_from_db()
    assert said.content == "às 15h" and said.data.get("revoked") is None


@pytest.mark.parametrize(
    "path",
    [
        "messages?conversation_id=²",
        "conversations?assignee=²",
        "conversations?updated_since=9999-12-31T23:59:59",
        "conversations?updated_since=0001-01-01T00:00:00",
        "barbearia/appointments?from=9999-12-31T23:59:59",
        "barbearia/appointments?from=0001-01-01T00:00:00",
    ],
)
def test_a_list_asked_for_nonsense_says_so(as_ana: Any, path: str) -> None:
    url, _, query = f"/api/v1/{path}".partition("?")
    name, _, value = query.partition("=")

    assert as_ana.get(url, **{name: value}).status_code == 400


def test_markup_behind_endless_comments_is_found_at_once() -> None:
    for start in (b"<!--" * 1000, b"<!---->" * 500, b"<!--->" * 600, b"<?xml " * 600):
        try:
            filetypes.sniff(start + b"<svg onload=alert(1)>")
        except filetypes.NotAllowed:
            continue
        raise AssertionError(start[:20])
