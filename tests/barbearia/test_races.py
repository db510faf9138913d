"""Many at once: one gets the time, everybody else gets alternatives."""

from __future__ import annotations

import time
from functools import partial

import pytest
from django.db import IntegrityError

from apps.accounts import signup
from apps.barbearia import booking, catalog, slots
from apps.barbearia.errors import ServiceInactive, SlotTaken
from apps.barbearia.models import Appointment, Professional
from apps.chat.contacts import contact_by_phone
from apps.lib.tenancy import in_public, tenant_context

from .conftest import API, make_professional, make_service
from .test_booking import insert

pytestmark = pytest.mark.committed
CROWD = 50


def test_fifty_api_clients_and_one_slot(as_ana, corte, carlos, at, together):
    def ask(number):
        client = {"name": f"Cliente {number}", "phone": f"+55119100000{number:02d}"}
        body = {"client": client, "service": corte.pk, "professional": carlos.pk, "start": at("10:00").isoformat()}
        return as_ana.post(f"{API}/appointments", body)

    began = time.monotonic()
    answers = together(*(partial(ask, number) for number in range(CROWD)))
    took = time.monotonic() - began

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (CROWD - 1)
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["code"] == "slot_taken"
            assert len(answer.json()["alternatives"]) == 5
    assert Appointment.objects.count() == 1
    assert took < 10  # about one second alone


def test_fifty_callers_and_overlapping_times(tenant, contact, corte, carlos, at, ana, together):
    def ask(number):
        with tenant_context(tenant):
            start = at(f"10:{number % 30:02d}")
            wish = {"services": [corte], "professional": carlos, "start": start, "by": ana, "source": "api"}
            return booking.book(client=contact, **wish)

    answers = together(*(partial(ask, number) for number in range(CROWD)))

    assert sum(isinstance(answer, Appointment) for answer in answers) == 1
    assert sum(isinstance(answer, SlotTaken) for answer in answers) == CROWD - 1


def test_anybody_will_do_and_everybody_gets_one(tenant, contact, corte, carlos, leo, at, ana, together):
    third = make_professional("Rafael", corte)

    def ask():
        with tenant_context(tenant):
            return booking.book(
                client=contact, services=[corte], professional=None, start=at("10:00"), by=ana, source="api"
            )

    answers = together(*[ask] * 12)

    served = {answer.professional_id for answer in answers if isinstance(answer, Appointment)}
    assert served == {carlos.pk, leo.pk, third.pk}
    assert sum(isinstance(answer, SlotTaken) for answer in answers) == 9


def test_a_writer_without_the_lock_is_still_refused_politely(tenant, contact, corte, carlos, at, ana, monkeypatch):
    """The re-check sees nothing, as if someone had written past it: the constraint decides."""
    wish = {"client": contact, "services": [corte], "professional": carlos, "by": ana, "source": "api"}
    booking.book(**wish, start=at("10:00"))
    monkeypatch.setattr(booking, "overlaps", lambda *_: False)

    with pytest.raises(SlotTaken):
        booking.book(**wish, start=at("10:00"))
    assert Appointment.objects.count() == 1


def test_two_moves_onto_each_others_time_do_not_hang(tenant, contact, corte, carlos, leo, at, ana, together):
    wish = {"client": contact, "services": [corte], "by": ana, "source": "api"}
    first = booking.book(**wish, professional=carlos, start=at("10:00"))
    second = booking.book(**wish, professional=leo, start=at("10:00"))

    def move(appointment, professional):
        with tenant_context(tenant):
            return booking.reschedule(appointment, professional=professional, by=ana, source="api")

    answers = together(partial(move, first, leo), partial(move, second, carlos))

    assert all(isinstance(answer, SlotTaken) for answer in answers)


def test_a_service_deleted_while_it_is_booked(tenant, contact, corte, carlos, at, ana, together, monkeypatch):
    """Deleted between the look at it and the booking: a refusal in words, and nothing is stored."""
    check = slots.check_able

    def remove():
        with tenant_context(tenant):
            catalog.remove_service(corte, by=ana)

    def check_then_lose(*asked):
        check(*asked)
        assert together(remove) == [None]

    monkeypatch.setattr(slots, "check_able", check_then_lose)

    with pytest.raises(ServiceInactive):
        booking.book(client=contact, services=[corte], professional=carlos, start=at("10:00"), by=ana, source="staff")
    assert not Appointment.objects.exists()


def test_hours_replaced_twice_at_once_are_not_doubled(as_ana, tenant, together):
    body = {"hours": [{"weekday": 0, "start": "09:00", "end": "12:00"}]}

    answers = together(*[partial(as_ana.put, f"{API}/opening-hours", body)] * 8)

    assert {answer.status_code for answer in answers} == {200}
    assert as_ana.get(f"{API}/opening-hours").json()["hours"] == body["hours"]


def test_two_businesses_share_no_time(tenant, rival, contact, corte, carlos, at, ana, celia):
    """Same ids, same time, two schemas: both are served."""
    wish = {"start": at("10:00"), "source": "api"}
    booking.book(client=contact, services=[corte], professional=carlos, by=ana, **wish)
    with tenant_context(rival):
        escova = make_service("Escova", "60.00", 30)
        dora = Professional.objects.create(pk=carlos.pk, name="Dora")
        dora.services.add(escova)
        client = contact_by_phone(phone="+5511988776655", name="Davi")

        assert booking.book(client=client, services=[escova], professional=dora, by=celia, **wish).pk


def test_a_deleted_business_takes_nobodys_protection_along(tenant, contact, carlos):
    """An extension kept in one tenant's schema would go with it, and every tenant's constraint after it."""
    insert(client=contact.pk, professional=carlos.pk)
    with in_public():
        other, _owner = signup.register(
            signup.SignUp("Eva Dias", "eva@example.com", "senha-boa-123", business_name="Passageira")
        )
        signup.delete_tenant(other)

    with tenant_context(tenant), pytest.raises(IntegrityError, match="one_customer_at_a_time"):
        insert(client=contact.pk, professional=carlos.pk)
