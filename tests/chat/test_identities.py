"""Two contacts that turn out to be one person, and numbers that change hands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.barbearia.models import Appointment, Professional
from apps.chat.contacts import contact_by_phone
from apps.chat.models import Contact, ContactIdentity, Conversation, Message
from simulators import whatsapp
from tests.chat.conftest import SHOP
from tests.conftest import post_webhook

DAVI, NEW, SCOPED = "5511988776655", "5511955554444", "BR.Xy12345678"


@pytest.fixture
def writes(channel: Any, work: Any) -> Any:
    """`writes(phone, user_id=…)`: somebody writes, and it is read."""

    def write(phone: str, *contents: Any, user_id: str = "") -> None:
        person = whatsapp.Customer(phone, "Davi", user_id=user_id)
        post_webhook(Client(), whatsapp.inbound(SHOP, person, *(contents or (whatsapp.text("oi"),))))
        work.run(kinds="webhook")

    return write


def test_what_other_rooms_know_of_a_merged_contact_follows(writes: Any, shop: Any) -> None:
    writes("", user_id=SCOPED)
    alone = Contact.objects.get()
    start = timezone.now() + timedelta(days=2)
    end = start + timedelta(minutes=30)
    professional = Professional.objects.first()
    Appointment.objects.create(
        client=alone, professional=professional, start=start, end=end, blocked=(start, end), price=45, source="staff"
    )
    known = contact_by_phone(phone=DAVI, name="Davi Rocha")
    writes(DAVI, user_id=SCOPED)

    assert Contact.objects.get() == known and Appointment.objects.get().client == known


def test_two_open_conversations_of_one_customer_leave_one_open(writes: Any) -> None:
    writes("", user_id=SCOPED)
    writes(DAVI)
    assert Conversation.objects.count() == 2
    writes(DAVI, user_id=SCOPED)

    assert Contact.objects.count() == 1
    assert sorted(Conversation.objects.values_list("status", flat=True)) == ["active", "resolved"]
    assert set(Conversation.objects.values_list("identity__value", flat=True)) == {DAVI}


def test_the_window_opened_by_the_scoped_id_counts_for_the_phone(writes: Any) -> None:
    writes("", user_id=SCOPED)
    writes(DAVI, user_id=SCOPED)
    assert ContactIdentity.objects.get(kind="wa_id").last_inbound_at is not None


def test_a_number_that_moved_to_one_we_know_makes_one_contact(writes: Any) -> None:
    writes(DAVI, whatsapp.text("antes"))
    writes(NEW, whatsapp.text("já sou eu"))
    writes(DAVI, whatsapp.number_change(NEW))

    assert Contact.objects.get().phone == NEW
    assert set(Message.objects.values_list("conversation__identity__value", flat=True)) == {NEW}
    assert not ContactIdentity.objects.filter(value=DAVI).exists()


def test_the_old_number_may_become_somebody_elses(writes: Any) -> None:
    writes(DAVI, whatsapp.text("antes"))
    writes(DAVI, whatsapp.number_change(NEW))
    writes(DAVI, whatsapp.text("quem é?"))

    assert Contact.objects.count() == 2
    assert Message.objects.get(content="quem é?").conversation.identity.contact.phone == DAVI


def test_a_change_told_twice_changes_once(writes: Any) -> None:
    writes(DAVI, whatsapp.text("antes"))
    change = whatsapp.number_change(NEW, id="wamid.change")
    writes(DAVI, change)
    writes(DAVI, dict(change))

    assert Message.objects.count() == 2 and Contact.objects.filter(phone=NEW).count() == 1


def test_answers_go_to_the_new_number(writes: Any, work: Any, graph: Any) -> None:
    writes(DAVI, whatsapp.text("antes"))
    writes(DAVI, whatsapp.number_change(NEW))
    work.run()
    assert {message.to for message in graph.messages} == {NEW}


def test_a_scoped_id_that_moves_to_another_phone_merges_nobody(writes: Any) -> None:
    writes(DAVI, user_id=SCOPED)
    writes(NEW, user_id=SCOPED)

    assert set(Contact.objects.values_list("phone", flat=True)) == {DAVI, NEW}
    assert ContactIdentity.objects.get(kind="bsuid").contact.phone == NEW


def test_the_ninth_digit_makes_no_change_of_number(writes: Any) -> None:
    writes(DAVI, whatsapp.text("antes"))
    writes(DAVI, whatsapp.number_change("551188776655"))
    assert ContactIdentity.objects.get().value == DAVI
