"""From webhook to thread: every kind of message, who sent it, and what became of ours."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError
from django.test import Client
from django.utils import timezone

from apps.accounts import addresses
from apps.chat import channels, handoff, inbox, statuses
from apps.chat.due import Due
from apps.chat.models import Contact, ContactIdentity, Conversation, Message, ParkedStatus
from apps.chat.models.message import IN_ORDER
from apps.lib.tenancy import connection, tenant_context
from apps.work import runner
from apps.work.inbox import RECEIVE
from apps.work.models import DueWork, InboundEvent
from simulators import whatsapp
from simulators.faults import Fault
from tests.chat.conftest import DAVID, SHOP
from tests.conftest import PHONE_NUMBER_ID, WABA_ID, post_webhook

KINDS: dict[str, tuple[Any, str, str]] = {  # content, type, shown text
    "text": (whatsapp.text("Oi! 😀"), "text", "Oi! 😀"),
    "image": (whatsapp.image("M1", caption="assim"), "image", "assim"),
    "audio": (whatsapp.audio("M2"), "audio", ""),
    "video": (whatsapp.video("M3", caption="veja"), "video", "veja"),
    "document": (whatsapp.document("M4", "nota.pdf", caption="a nota"), "document", "a nota"),
    "sticker": (whatsapp.sticker("M5"), "sticker", ""),
    "location": (whatsapp.location(-23.5, -46.6, name="Praça da Sé"), "location", "Praça da Sé"),
    "contacts": (whatsapp.contacts("Rui Alves", "5511977776666"), "contacts", ""),
    "button tap": (whatsapp.button_reply("b1", "Sim"), "interactive", "Sim"),
    "list tap": (whatsapp.list_reply("r1", "15:00", "Carlos"), "interactive", "15:00"),
    "flow": (whatsapp.flow_reply({"nome": "Davi"}), "interactive", "Sent"),
    "template tap": (whatsapp.quick_reply("Confirmar", "confirm-1"), "button", "Confirmar"),
    "order": (whatsapp.order("C1", ("pomada", 2, "35.00"), note="para hoje"), "order", "para hoje"),
    "number change": (whatsapp.number_change("5511900000000"), "system", "User changed to 5511900000000"),
    "unsupported": (whatsapp.unsupported(), "unsupported", ""),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_message_is_kept_as_what_it_is(customer: Any, work: Any, kind: str) -> None:
    content, message_type, shown = KINDS[kind]
    customer.sends(content)
    work.run(kinds="webhook")

    message = Message.objects.get(sender="customer")
    assert (message.message_type, message.content) == (message_type, shown)
    if message_type != "text":
        assert message.data["raw"][message_type if message_type != "unsupported" else "errors"]


def test_a_profile_name_becomes_the_contacts_and_is_never_overwritten(customer: Any, work: Any) -> None:
    customer.sends(whatsapp.text("oi"))
    customer.name = "Outro Nome"
    customer.sends(whatsapp.text("oi de novo"))
    work.run(kinds="webhook")

    assert Contact.objects.get().name == "Davi"


def test_a_quoted_message_is_linked(customer: Any, work: Any) -> None:
    customer.sends(whatsapp.text("corte?", id="wamid.first"))
    customer.sends(whatsapp.text("isso", reply_to="wamid.first"))
    work.run(kinds="webhook")

    assert Message.objects.get(content="isso").reply_to.content == "corte?"


@pytest.mark.parametrize("seconds_late", [0, 2, 3600])
def test_messages_of_one_second_stand_in_the_order_they_came(customer: Any, tenant: Any, seconds_late: int) -> None:
    """Webhooks are taken in by several workers at once: here the later ones first."""
    second = int(time.time()) - seconds_late
    for number in range(4):
        customer.sends(whatsapp.text(f"{number}", timestamp=str(second)))
    for event in InboundEvent.objects.order_by("-id"):
        runner.run(DueWork.objects.get(kind=RECEIVE, key=str(event.pk)).pk)
        connection.set_tenant(tenant)

    thread = inbox.timeline(customer.conversation)
    assert [message.content for message in thread.messages] == ["0", "1", "2", "3"]
    first_two = inbox.timeline(customer.conversation, before=inbox.read_thread_key(_place(thread.messages[2])))
    assert [message.content for message in first_two.messages] == ["0", "1"]
    since_last = inbox.timeline(customer.conversation, since=inbox.read_thread_key(_place(thread.messages[3])))
    assert [message.content for message in since_last.messages][-1] == "3"


def _place(message: Message) -> str:
    return inbox.write_key(message, IN_ORDER)


def _reacts(customer: Any, work: Any, emoji: str | None, *, to: Message) -> list[str]:
    """What is answered when Davi puts an emoji on a message."""
    heard = len(customer.graph.messages_to(customer.phone))
    customer.sends(whatsapp.reaction(to.provider_id, emoji))
    work.run()
    to.refresh_from_db()
    return [message.text for message in customer.graph.messages_to(customer.phone)[heard:]]


def test_a_heart_is_shown_on_its_message_and_wakes_nobody(customer: Any, work: Any) -> None:
    customer.says("oi")
    answer = Message.objects.get(sender="ai")

    assert _reacts(customer, work, "❤️", to=answer) == []
    reaction = Message.objects.get(message_type="reaction")
    assert reaction.reply_to == answer and answer.data["reactions"] == {"customer": "❤️"}


def test_a_thumb_on_the_question_is_an_answer(shop: Any, customer: Any, work: Any) -> None:
    customer.says("quero cortar o cabelo amanhã às 15h com o Carlos")
    question = Message.objects.filter(sender="ai").latest("id")
    if "confirm" not in question.content.lower():
        customer.says("1")
        question = Message.objects.filter(sender="ai").latest("id")
    assert "?" in question.content

    assert len(_reacts(customer, work, "👍🏽", to=question)) == 1
    assert "Marcado" in Message.objects.filter(sender="ai").latest("id").content


def test_a_thumb_on_an_older_message_wakes_nobody(customer: Any, work: Any) -> None:
    customer.says("oi")
    first = Message.objects.get(sender="ai")
    Message.objects.filter(pk=first.pk).update(content="Tudo bem?")
    customer.says("quero marcar")

    assert _reacts(customer, work, "👍", to=first) == []


def test_a_reaction_taken_back_is_empty(customer: Any, work: Any) -> None:
    customer.sends(whatsapp.text("oi", id="wamid.first"))
    customer.sends(whatsapp.reaction("wamid.first", "😂"))
    customer.sends(whatsapp.reaction("wamid.first", None))
    work.run(kinds="webhook")

    assert [found.content for found in Message.objects.filter(message_type="reaction").order_by("id")] == ["😂", ""]
    assert Message.objects.get(provider_id="wamid.first").data["reactions"] == {}


# Who it is -----------------------------------------------------------------------------------------


def _from(phone: str, text: str = "oi", user_id: str = "") -> Any:
    person = whatsapp.Customer(phone, "Davi", user_id=user_id)
    return post_webhook(Client(), whatsapp.inbound(SHOP, person, whatsapp.text(text)))


@pytest.mark.parametrize("first", ["551188776655", "5511988776655"])
def test_with_or_without_the_ninth_digit_it_is_one_person(customer: Any, work: Any, first: str) -> None:
    other = {"551188776655": "5511988776655", "5511988776655": "551188776655"}[first]
    _from(first)
    _from(other)
    work.run(kinds="webhook")

    assert Contact.objects.get().phone == "5511988776655" and Conversation.objects.count() == 1
    assert ContactIdentity.objects.get().value == first


def test_the_answer_goes_to_the_number_as_it_came(customer: Any, work: Any) -> None:
    _from("551188776655")
    work.run()

    assert {message.to for message in customer.graph.messages} == {"551188776655"}


def test_a_landline_is_never_taken_for_a_mobile(customer: Any, work: Any) -> None:
    _from("551133221100")
    _from("5511933221100")
    work.run(kinds="webhook")

    assert set(Contact.objects.values_list("phone", flat=True)) == {"551133221100", "5511933221100"}
    assert Conversation.objects.count() == 2


def test_a_foreign_number_stays_as_it_is(customer: Any, work: Any) -> None:
    _from("351912345678")
    work.run(kinds="webhook")

    assert Contact.objects.get().phone == "351912345678"


def test_someone_known_only_by_a_scoped_id_is_answered_there(customer: Any, work: Any) -> None:
    _from("", user_id="BR.Xy12345678")
    work.run()

    [answer] = customer.graph.messages
    assert answer.to == "BR.Xy12345678" and Contact.objects.get().phone is None
    assert ContactIdentity.objects.get().kind == "bsuid"


def test_a_scoped_id_that_once_came_with_a_phone_is_that_person(customer: Any, work: Any) -> None:
    _from("5511988776655", user_id="BR.Xy12345678")
    _from("", user_id="BR.Xy12345678")
    work.run(kinds="webhook")

    assert Contact.objects.count() == Conversation.objects.count() == 1
    assert Conversation.objects.get().identity.value == "5511988776655"


# The same conversation, or a new one ----------------------------------------------------------------


def _conversation_after(customer: Any, work: Any, **values: Any) -> Conversation:
    """The conversation of a second message, after the first one's got these values."""
    customer.sends(whatsapp.text("oi"))
    work.run(kinds="webhook")
    Conversation.objects.update(**values)
    customer.sends(whatsapp.text("voltei"))
    work.run(kinds="webhook")
    return Message.objects.get(content="voltei").conversation


def test_a_snoozed_conversation_wakes_up(customer: Any, work: Any) -> None:
    assert _conversation_after(customer, work, status="pending").status == "active"
    assert Conversation.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "hours", "count"), [("resolved", 23, 1), ("resolved", 25, 2), ("closed", 1, 2), ("active", 100, 1)]
)
def test_what_ended_long_ago_starts_anew(customer: Any, work: Any, status: str, hours: int, count: int) -> None:
    ended = timezone.now() - timedelta(hours=hours)
    found = _conversation_after(customer, work, status=status, resolved_at=ended if status != "active" else None)

    assert found.status == "active" and found.resolved_at is None and Conversation.objects.count() == count


# The owner's own phone ------------------------------------------------------------------------------


def test_an_echo_of_the_owners_phone_silences_the_ai(customer: Any, work: Any) -> None:
    customer.sends(whatsapp.text("tem horário?"))
    work.run(kinds="webhook")
    post_webhook(Client(), whatsapp.echo(SHOP, DAVID, whatsapp.text("Tenho às 15h, Davi!")))
    work.run(kinds="webhook")
    work.run()  # the turn that was waiting

    conversation = customer.conversation
    assert not conversation.is_ai_active and customer.graph.messages == []
    echo = Message.objects.get(sender="attendant")
    assert echo.content == "Tenho às 15h, Davi!" and echo.data["from_phone"] and conversation.unread == 1


def test_twelve_hours_after_the_owner_the_ai_is_back(customer: Any, work: Any, asked: Any) -> None:
    post_webhook(Client(), whatsapp.echo(SHOP, DAVID, whatsapp.text("Tenho às 15h")))
    work.run()
    Conversation.objects.update(human_since=timezone.now() - timedelta(hours=12, minutes=1))
    handoff.hand_back(None)  # type: ignore[arg-type]

    assert Conversation.objects.get().is_ai_active


def test_a_business_that_is_broken_keeps_no_other_from_its_ai(
    tenant: Any, rival: Any, monkeypatch: Any, caplog: Any
) -> None:
    asked: list[str] = []

    def forgotten() -> Any:
        asked.append(connection.schema_name)
        if len(asked) == 1:
            raise ProgrammingError("no such table")
        return Conversation.objects.none()

    monkeypatch.setattr(handoff, "_forgotten", forgotten)
    handoff.hand_back(None)  # type: ignore[arg-type]

    assert {tenant.schema_name, rival.schema_name} == set(asked)
    assert "handing back failed" in caplog.text and asked[0] in caplog.text


def test_a_person_who_speaks_meanwhile_keeps_it(customer: Any, work: Any, monkeypatch: Any) -> None:
    post_webhook(Client(), whatsapp.echo(SHOP, DAVID, whatsapp.text("Tenho às 15h")))
    work.run()
    Conversation.objects.update(human_since=timezone.now() - timedelta(hours=12, minutes=1))
    lock = handoff.locked

    def late(conversation: Any) -> Any:
        Conversation.objects.update(human_since=timezone.now())  # they write just before we get the lock
        return lock(conversation)

    monkeypatch.setattr(handoff, "locked", late)
    handoff.hand_back(None)  # type: ignore[arg-type]

    assert not Conversation.objects.get().is_ai_active


# What became of ours --------------------------------------------------------------------------------


def _report(message: Message | str, *states: str, callback: str = "", code: int = 131026) -> None:
    provider_id = message if isinstance(message, str) else message.provider_id
    for state in states:
        errors = [whatsapp.failure(code, "Message undeliverable")] if state == "failed" else None
        item = whatsapp.status(provider_id, state, to=DAVID.wa_id, callback=callback, errors=errors)
        post_webhook(Client(), whatsapp.statuses(SHOP, item))


@pytest.fixture
def answer(customer: Any, work: Any) -> Message:
    """What the AI said, accepted by Graph."""
    customer.says("oi")
    return Message.objects.get(sender="ai")


@pytest.mark.parametrize(
    ("states", "status"),
    [
        (["delivered", "read"], "read"),
        (["read", "delivered", "sent"], "read"),
        (["delivered", "sent"], "delivered"),
        (["failed", "delivered"], "delivered"),
        (["failed", "sent"], "failed"),
        (["delivered", "failed"], "delivered"),
        (["sent", "failed"], "failed"),
    ],
)
def test_a_status_never_goes_backwards(answer: Message, work: Any, states: list[str], status: str) -> None:
    for state in states:
        _report(answer, state)
        work.run()

    answer.refresh_from_db()
    assert answer.status == status and bool(answer.error) == (status == "failed")


def test_a_failure_says_why_and_marks_who_cannot_be_reached(answer: Message, work: Any) -> None:
    _report(answer, "failed", code=131026)
    work.run()

    answer.refresh_from_db()
    assert answer.error_code == 131026 and answer.error == "Message undeliverable"
    assert not answer.conversation.identity.is_reachable


def test_a_customer_who_writes_again_can_be_reached(answer: Message, customer: Any, work: Any) -> None:
    _report(answer, "failed", code=131026)
    work.run()
    customer.sends(whatsapp.text("oi?"))
    work.run(kinds="webhook")

    assert ContactIdentity.objects.get().is_reachable


def test_a_status_that_comes_before_its_message_is_known_waits(answer: Message, work: Any) -> None:
    provider_id = answer.provider_id
    Message.objects.filter(pk=answer.pk).update(provider_id=None, status="sending")
    _report(provider_id, "delivered")
    work.run(kinds="webhook")
    assert ParkedStatus.objects.get().provider_id == provider_id

    Message.objects.filter(pk=answer.pk).update(provider_id=provider_id, status="sent")
    statuses.unpark(answer.pk, answer.channel_id, answer.provider_id, Due())
    assert Message.objects.get(pk=answer.pk).status == "delivered" and not ParkedStatus.objects.exists()


def test_a_status_finds_a_message_whose_id_we_never_learnt(customer: Any, graph: Any, work: Any) -> None:
    graph.script(Fault.lost_status())
    customer.says("oi")
    lost = Message.objects.get(sender="ai")
    _report("wamid.never-told", "delivered", callback=statuses.callback_for(lost))
    work.run()

    was, now = lost.status, Message.objects.get(pk=lost.pk)
    assert (was, now.status, now.provider_id) == ("unknown", "delivered", "wamid.never-told")
    assert len(graph.messages_to(customer.phone)) == 1


def test_a_status_of_a_message_we_never_sent_harms_nothing(answer: Message, work: Any) -> None:
    for callback in ("m999999", "m²", "x", "m" + "9" * 40, f"m{answer.pk}"):
        _report(f"wamid.{len(callback)}", "read", callback=callback)
    work.run()

    answer.refresh_from_db()
    assert answer.status == "sent"  # its own id is known: a callback alone moves nothing


def test_a_customers_message_is_moved_by_no_status(customer: Any, work: Any, asked: Any) -> None:
    message = Message.objects.get(sender="customer")
    _report(message, "failed")
    work.run(kinds="webhook")

    message.refresh_from_db()
    assert message.status == "delivered"


def test_a_number_that_moved_a_moment_ago_brings_its_messages_to_its_new_business(
    customer: Any, graph: Any, work: Any, rival: Any, ana: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer.sends(whatsapp.text("um"))
    work.run(kinds="webhook")  # this process knows the owner for ten seconds
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(addresses, "forget", lambda: None)  # the number moves in another process
        channels.disconnect(customer.channel, by=ana)
        with tenant_context(rival):
            channels.connect_whatsapp(
                channels.WhatsAppNumber("W", PHONE_NUMBER_ID, WABA_ID, access_token="good-token"), by=None
            )
    customer.sends(whatsapp.text("para a Célia"))
    work.run(kinds="webhook")

    assert not Message.objects.filter(content="para a Célia").exists()
    with tenant_context(rival):
        assert Message.objects.filter(content="para a Célia").exists()
