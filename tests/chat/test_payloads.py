"""Webhooks in the shapes Meta sends them, taken in whole: each is stored, noted, or refused where one can see it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from apps.chat.models import Channel, ContactIdentity, Message, MessageTemplate
from apps.work.models import InboundEvent, InboundProblem
from tests.conftest import WABA_ID, post_webhook

FOLDER = Path(__file__).parent.parent / "payloads" / "whatsapp"
STORED = {  # type, shown text
    "text": ("text", "Oi, tem horário hoje?"),
    "text_forwarded": ("text", "olha isso"),
    "text_quoting": ("text", "esse aqui"),
    "text_about_product": ("text", "quanto custa?"),
    "text_from_ad": ("text", "Vi o anúncio"),
    "image": ("image", "assim"),
    "audio_voice": ("audio", ""),
    "audio_file": ("audio", ""),
    "video": ("video", "veja"),
    "document": ("document", "o comprovante"),
    "sticker": ("sticker", ""),
    "location": ("location", "Praça da Sé"),
    "contacts": ("contacts", ""),
    "interactive_button": ("interactive", "1) 15:00"),
    "interactive_list": ("interactive", "2) 16:00"),
    "interactive_flow": ("interactive", "Sent"),
    "button": ("button", "Confirmar"),
    "button_without_context": ("button", "Confirmar"),
    "reaction": ("reaction", "👍"),
    "reaction_taken_back": ("reaction", ""),
    "reaction_empty": ("reaction", ""),
    "order": ("order", "para hoje"),
    "system_number": ("system", "User Davi changed from 5511988776655 to 5511955554444"),
    "system_user_id": ("system", "User Davi changed user id"),
    "unsupported": ("unsupported", ""),
    "unsupported_first_contact": ("unsupported", ""),
    "scoped_only": ("text", "oi"),
    "edit": ("text", "às 16h, digo"),  # of a message we never had
    "echo": ("text", "Tenho às 15h"),
}
REFUSED = {"group": "group messages are not taken in", "value_errors": "WhatsApp told: 130429"}
QUIET = {"revoke", "echo_revoke", "history", "status_sent", "status_failed"}
NOTICES = {"template_status", "template_quality", "number_quality", "account_restricted", "account_disabled"}


@pytest.fixture
def takes_in(channel: Channel, work: Any) -> Any:
    """`takes_in("image")`: the webhook comes and is read; the event it was."""

    def take(name: str) -> InboundEvent:
        raw = (FOLDER / f"{name}.json").read_bytes()
        assert post_webhook(Client(), None, raw=raw).status_code == 200
        work.run(kinds="webhook")
        return InboundEvent.objects.latest("id")

    return take


def test_every_shape_is_proved() -> None:
    assert {file.stem for file in FOLDER.glob("*.json")} == set(STORED) | set(REFUSED) | QUIET | NOTICES


@pytest.mark.parametrize("name", STORED)
def test_a_message_is_stored(takes_in: Any, name: str) -> None:
    event = takes_in(name)

    [message] = Message.objects.filter(sender__in=["customer", "attendant"])
    assert (message.message_type, message.content) == STORED[name]
    assert event.state == "done" and not InboundProblem.objects.exists()


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_taken_in_says_so_with_its_place(takes_in: Any, name: str) -> None:
    event = takes_in(name)

    [problem] = InboundProblem.objects.all()
    assert REFUSED[name] in problem.reason and problem.path.startswith("entry.0.changes.0.value.")
    assert not Message.objects.exists() and bytes(event.body)


@pytest.mark.parametrize("name", sorted(QUIET | NOTICES))
def test_the_rest_makes_no_message(takes_in: Any, name: str) -> None:
    assert takes_in(name).state == "done"
    assert not Message.objects.exists() and not InboundProblem.objects.exists()


@pytest.mark.parametrize(
    ("name", "key"),
    [("text_from_ad", "referral"), ("text_forwarded", "context"), ("text_about_product", "context")],
)
def test_where_a_message_came_from_is_kept(takes_in: Any, name: str, key: str) -> None:
    takes_in(name)
    assert Message.objects.get().data[key]


def test_the_answers_of_a_flow_stay_the_string_they_are(takes_in: Any) -> None:
    takes_in("interactive_flow")
    answers = Message.objects.get(sender="customer").data["raw"]["interactive"]["nfm_reply"]["response_json"]
    assert isinstance(answers, str) and '"servico"' in answers


# Edits and revocations -----------------------------------------------------------------------------


@pytest.fixture
def old(takes_in: Any) -> Message:
    """The message that the edit and the revocation speak of."""
    takes_in("text")
    Message.objects.update(provider_id="wamid.HBgNOLD==")
    return Message.objects.get()


def test_an_edit_rewrites_the_message_and_keeps_what_it_said(takes_in: Any, old: Message) -> None:
    takes_in("edit")
    old.refresh_from_db()
    assert old.content == "às 16h, digo" and old.data["before"] == ["Oi, tem horário hoje?"]
    assert Message.objects.count() == 1


def test_a_message_taken_back_loses_its_text(takes_in: Any, old: Message) -> None:
    takes_in("revoke")
    old.refresh_from_db()
    assert old.content == "" and old.data == {"revoked": True}


# Notices -------------------------------------------------------------------------------------------


@pytest.fixture
def template(channel: Channel, graph: Any) -> MessageTemplate:
    graph.add_template("lembrete", body="Oi", status="PAUSED", waba_id=WABA_ID)
    return MessageTemplate.objects.create(channel=channel, name="lembrete", language="pt_BR", status="APPROVED")


def test_a_paused_template_is_known_as_paused(takes_in: Any, template: MessageTemplate) -> None:
    takes_in("template_status")
    template.refresh_from_db()
    assert template.status == "PAUSED" and not template.is_usable


def test_a_templates_quality_is_kept(takes_in: Any, template: MessageTemplate) -> None:
    takes_in("template_quality")
    template.refresh_from_db()
    assert template.quality == "RED"


def test_a_flagged_number_is_noted_on_its_channel(takes_in: Any, channel: Channel) -> None:
    Channel.objects.update(display_number="551130001000")
    takes_in("number_quality")
    channel.refresh_from_db()
    assert channel.note and channel.is_active


def test_another_numbers_quality_is_not_ours(takes_in: Any, channel: Channel) -> None:
    Channel.objects.update(display_number="551139999999")
    takes_in("number_quality")
    channel.refresh_from_db()
    assert channel.note == ""


def test_a_disabled_account_takes_its_channel_down_and_the_owner_is_told(
    takes_in: Any, channel: Channel, work: Any, mailoutbox: Any
) -> None:
    takes_in("account_disabled")
    work.run(kinds="chat.alert")
    channel.refresh_from_db()

    assert channel.status == "unhealthy" and "DISABLE" in channel.status_reason
    [mail] = mailoutbox
    assert mail.to == ["ana@example.com"] and "DISABLE" in mail.body


def test_a_notice_about_an_unknown_account_is_quarantined(takes_in: Any, channel: Channel) -> None:
    from apps.accounts.models import InboundAddress

    InboundAddress.objects.update(parent_id="other")
    assert takes_in("account_disabled").state == "quarantined"


def test_a_notice_at_a_businesss_own_url_reaches_that_business_only(
    channel: Channel, rival_channel: Channel, url_of: Any, work: Any
) -> None:
    from tests.chat.conftest import RIVAL_SECRET

    raw = (FOLDER / "account_disabled.json").read_bytes()  # names our account, at her URL
    post_webhook(Client(), None, raw=raw, path=url_of(rival_channel), secret=RIVAL_SECRET)
    work.run(kinds="webhook")
    channel.refresh_from_db()

    assert channel.is_active and InboundEvent.objects.latest("id").state == "quarantined"


# Addresses that change -----------------------------------------------------------------------------


def test_a_new_number_keeps_the_history(takes_in: Any) -> None:
    takes_in("text")
    takes_in("system_number")

    identity = ContactIdentity.objects.get(kind="wa_id")
    assert identity.value == "5511955554444" and identity.contact.phone == "5511955554444"
    assert ContactIdentity.objects.get(kind="bsuid").value == "BR.7g8h9i0j"
    assert identity.conversations.get().messages.count() == 2


def test_a_new_scoped_id_is_the_same_customer(takes_in: Any) -> None:
    takes_in("text")
    takes_in("system_user_id")
    assert set(ContactIdentity.objects.values_list("value", flat=True)) == {"5511988776655", "BR.7g8h9i0j"}


def test_a_scoped_id_seen_alone_and_later_with_a_phone_is_one_contact(takes_in: Any) -> None:
    takes_in("scoped_only")
    takes_in("text")

    identity = ContactIdentity.objects.get(kind="wa_id")
    assert ContactIdentity.objects.get(kind="bsuid").contact == identity.contact
    assert identity.contact.phone == "5511988776655"
    [conversation] = identity.conversations.all()
    assert conversation.messages.count() == 2
