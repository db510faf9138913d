"""One customer at a time per professional, whoever asks and however."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from apps.audit.models import Entry
from apps.barbearia import booking, errors, hours, transitions
from apps.barbearia.hours import SpecialDay
from apps.barbearia.models import Appointment, Service

from .conftest import make_professional, make_service


def test_a_booking_keeps_what_was_promised(book, corte, barba):
    appointment = book(services=[corte, barba])
    Service.objects.update(price=Decimal("99.00"), name="Outro")

    appointment.refresh_from_db()
    assert appointment.price == Decimal("80.00")
    assert appointment.end - appointment.start == timedelta(minutes=60)
    assert appointment.service_names == ["Corte", "Barba"]
    assert appointment.status == "agendado"


def test_it_refuses_a_slot_taken_by_another_customer(book, at):
    book("10:00")

    with pytest.raises(errors.SlotTaken) as refusal:
        book("10:15")

    alternatives = refusal.value.extra["alternatives"]
    assert [slot["start"][11:16] for slot in alternatives] == ["09:15", "09:30", "10:30", "10:45", "11:00"]
    assert {slot["professional"]["name"] for slot in alternatives} == {"Carlos"}
    assert Appointment.objects.count() == 1


def test_every_alternative_can_really_be_booked(book):
    book("10:00")
    with pytest.raises(errors.SlotTaken) as refusal:
        book("10:00")

    for slot in refusal.value.extra["alternatives"]:
        with transaction.atomic():
            book(slot["start"][11:16])
            transaction.set_rollback(True)


def test_touching_appointments_are_accepted(book):
    book("10:00")
    book("10:30")
    book("09:30")
    assert Appointment.objects.count() == 3


def test_a_start_off_the_step_is_accepted_when_it_is_free(book):
    assert book("10:07").pk


def test_buffers_keep_their_distance(book, corte):
    corte.buffer_after_minutes = 30
    corte.save()
    book("10:00")

    with pytest.raises(errors.SlotTaken):
        book("10:45")
    assert book("11:00").pk


def test_without_a_professional_the_least_busy_free_one_serves(book, carlos, leo):
    book("09:00", professional=leo)
    book("14:00", professional=carlos)
    book("15:00", professional=carlos)

    assert book("10:00", professional=None).professional == leo
    assert book("10:00", professional=None).professional == carlos
    with pytest.raises(errors.SlotTaken):
        book("10:00", professional=None)


def test_only_those_who_do_every_service_are_chosen(book, corte, barba):
    only_hair = make_professional("Só Corte", corte)

    assert book("10:00", services=[corte, barba], professional=None).professional != only_hair
    with pytest.raises(errors.ProfessionalDoesNot):
        book("11:00", services=[corte, barba], professional=only_hair)


def test_nobody_doing_a_service_is_said(book, barba):
    pomade = make_service("Pomada", "10.00", 10)
    with pytest.raises(errors.NotBookable):
        book("10:00", services=[pomade], professional=None)


def test_an_inactive_service_or_professional_is_refused(book, corte, carlos):
    carlos.is_active = False
    carlos.save()
    with pytest.raises(errors.ProfessionalInactive):
        book("10:00", professional=carlos)
    corte.is_active = False
    with pytest.raises(errors.ServiceInactive):
        book("10:00", services=[corte])


@pytest.mark.parametrize("clock", ["08:45", "18:45", "19:00", "23:30", "00:00"])
def test_outside_the_hours_nobody_is_booked(book, clock):
    with pytest.raises(errors.OutsideHours):
        book(clock)


def test_a_closed_day_is_outside_the_hours(book, monday):
    hours.replace(exceptions=[SpecialDay(monday, closed=True)], by=None)
    with pytest.raises(errors.OutsideHours):
        book("10:00")


def test_the_past_and_the_next_hour_are_too_soon(book, at):
    with pytest.raises(errors.TooSoon):
        book("10:00", now=at("10:01"))
    with pytest.raises(errors.TooSoon):
        book("10:00", now=at("09:01"))
    assert book("10:00", now=at("09:00")).pk


def test_the_team_may_book_up_to_this_moment(book, at):
    assert book("10:00", source="staff", now=at("10:00")).pk
    with pytest.raises(errors.TooSoon):
        book("11:00", source="staff", now=at("11:01"))


def test_the_horizon_is_sixty_days(book, at):
    with pytest.raises(errors.TooFar):
        book("10:00", now=at("10:00") - timedelta(days=61))
    assert book("10:00", now=at("10:00") - timedelta(days=60)).pk


def test_an_effect_happens_once(book):
    first = book("10:00", effect_key="7:1:0", by="ai", source="ai")
    again = book("10:00", effect_key="7:1:0", by="ai", source="ai")

    assert first == again
    assert Appointment.objects.count() == 1


def test_who_booked_is_on_the_trail(book, ana, tenant):
    appointment = book("10:00")

    change = appointment.changes.get()
    assert (change.by, change.user_id, change.to_status) == ("staff", ana.pk, "agendado")
    assert Entry.objects.for_tenant(tenant).filter(action="appointment.booked", actor=ana.email).count() == 1


class Deadlock(Exception):
    sqlstate = "40P01"


@pytest.mark.parametrize(("times", "is_booked"), [(1, True), (2, False)])
def test_a_deadlock_is_tried_once_more(book, monkeypatch, times, is_booked):
    """As PostgreSQL tells it: an OperationalError whose cause has the code."""
    left, real = [times], booking._free

    def unlucky(wish):
        if left[0]:
            left[0] -= 1
            raise OperationalError("deadlock detected") from Deadlock()
        return real(wish)

    monkeypatch.setattr(booking, "_free", unlucky)
    if is_booked:
        assert book("10:00").pk
    else:
        with pytest.raises(OperationalError):
            book("10:00")


# Moving and cancelling


def test_an_appointment_may_move_onto_its_own_time(book, at, ana):
    appointment = book("10:00")
    booking.reschedule(appointment, start=at("10:15"), by=ana, source="api")

    appointment.refresh_from_db()
    assert timezone.localtime(appointment.start) == at("10:15")


def test_a_refused_move_changes_nothing(book, at, ana):
    book("11:00")
    appointment = book("10:00")

    with pytest.raises(errors.SlotTaken) as refusal:
        booking.reschedule(appointment, start=at("11:00"), by=ana, source="api")

    appointment.refresh_from_db()
    assert timezone.localtime(appointment.start) == at("10:00")
    assert len(refusal.value.extra["alternatives"]) == 5


def test_moving_keeps_the_price_that_was_promised(book, at, ana, corte):
    appointment = book("10:00")
    Service.objects.update(price=Decimal("99.00"), duration_minutes=60)

    moved = booking.reschedule(appointment, start=at("15:00"), by=ana, source="api")

    assert moved.price == Decimal("45.00")
    assert moved.end - moved.start == timedelta(minutes=30)


def test_other_services_bring_their_price_and_length(book, at, ana, corte, barba):
    moved = booking.reschedule(book("10:00"), services=[corte, barba], by=ana, source="api")

    assert moved.price == Decimal("80.00")
    assert moved.service_names == ["Corte", "Barba"]
    assert moved.end - moved.start == timedelta(minutes=60)


def test_an_appointment_that_is_over_does_not_move(book, at, ana):
    appointment = book("10:00")
    transitions.move(appointment, to="concluido", by=ana, now=at("10:00"))
    with pytest.raises(errors.NotChangeable):
        booking.reschedule(appointment, start=at("11:00"), by=ana, source="api")


@pytest.mark.parametrize("status", ["cancelado", "faltou"])
def test_a_freed_time_can_be_booked_again(book, ana, at, status):
    transitions.move(book("10:00"), to=status, by=ana, reason="chuva", now=at("10:00"))
    assert book("10:00").pk


def test_cancelling_twice_changes_nothing(book, ana):
    appointment = book("10:00")
    booking.cancel(appointment, by=ana, reason="viajou")
    booking.cancel(appointment, by=ana)

    assert list(appointment.changes.values_list("to_status", "reason")) == [("agendado", ""), ("cancelado", "viajou")]


def test_a_cancelled_appointment_never_comes_back(book, ana):
    appointment = booking.cancel(book("10:00"), by=ana)
    for status in set(Appointment.Status.values) - {"cancelado"}:
        with pytest.raises(errors.InvalidTransition):
            transitions.move(appointment, to=status, by=ana)


def test_a_customer_may_only_confirm_or_cancel(book):
    appointment = book("10:00")
    for status in ("em_andamento", "concluido", "faltou", "expirado", "reservado"):
        with pytest.raises(errors.InvalidTransition):
            transitions.move(appointment, to=status, by="ai")
    assert transitions.move(appointment, to="confirmado", by="ai").status == "confirmado"


@pytest.mark.parametrize("status", ["concluido", "faltou"])
def test_whether_somebody_came_is_said_from_the_start_on(book, ana, at, status):
    appointment = book("10:00")
    arrived = transitions.move(book("11:00"), to="em_andamento", by=ana)
    early = at("10:00") - timedelta(minutes=1)

    with pytest.raises(errors.NotBegun):
        transitions.move(appointment, to=status, by=ana, now=early)
    assert transitions.move(arrived, to="concluido", by=ana, now=early).status == "concluido"  # came and went early
    assert status not in transitions.possible(appointment, by=ana, now=early)

    assert status in transitions.possible(appointment, by=ana, now=at("10:00"))
    assert transitions.move(appointment, to=status, by=ana, now=at("10:00")).status == status


def test_a_no_show_who_came_after_all_needs_the_time_to_be_free(book, ana, at):
    appointment = transitions.move(book("10:00"), to="faltou", by=ana, now=at("10:00"))
    book("10:00")
    with pytest.raises(errors.SlotTaken):
        transitions.move(appointment, to="em_andamento", by=ana)


def test_the_table_names_every_status():
    assert set(transitions.TABLE) == set(Appointment.Status.values)


# What the database itself refuses


def insert(**changes: object) -> None:
    """Past every line of ours: what only a constraint can stop."""
    values = {
        "start": "2031-01-06 10:00+00",
        "end": "2031-01-06 10:30+00",
        "blocked": "[2031-01-06 10:00+00,2031-01-06 10:30+00)",
        "status": "agendado",
        "price": 10,
        **changes,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO barbearia_appointment (client_id, professional_id, start, "end", blocked, status, price, '
            "notes, source, created_at, updated_at) VALUES (%(client)s, %(professional)s, %(start)s, %(end)s, "
            "%(blocked)s, %(status)s, %(price)s, '', 'api', now(), now())",
            values,
        )


def until_eleven(clock):
    start, end = f"2031-01-06 {clock}+00", "2031-01-06 11:00+00"
    return {"start": start, "end": end, "blocked": f"[{start},{end})"}


@pytest.fixture
def ids(contact, carlos):
    return {"client": contact.pk, "professional": carlos.pk}


def test_the_database_refuses_an_overlap(ids):
    insert(**ids)
    with pytest.raises(IntegrityError, match="one_customer_at_a_time"):
        insert(**ids, **until_eleven("10:29"))


def test_the_database_accepts_a_touch_and_another_professional(ids, leo):
    insert(**ids)
    insert(**ids, **until_eleven("10:30"))
    insert(**ids | {"professional": leo.pk})


@pytest.mark.parametrize("status", ["cancelado", "faltou", "expirado"])
def test_what_does_not_block_may_overlap(ids, status):
    insert(**ids)
    insert(**ids, status=status)
    insert(**ids, status=status)


@pytest.mark.parametrize(
    "wrong",
    [
        {"end": "2031-01-06 10:00+00"},
        {"end": "2031-01-06 09:00+00"},
        {"blocked": "empty"},
        {"blocked": "(,)"},
        {"blocked": "[2031-01-06 10:10+00,2031-01-06 10:30+00)"},
        {"blocked": "[2031-01-06 10:00+00,2031-01-06 10:20+00)"},
        {"price": -1},
    ],
    ids=str,
)
def test_the_database_refuses_an_impossible_appointment(ids, wrong):
    with pytest.raises(IntegrityError):
        insert(**ids, **wrong)


def test_the_days_bookings_are_found_through_the_constraints_index(book, carlos, at):
    from apps.barbearia.schedule import blocking_between

    book("10:00")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = blocking_between([carlos.pk], start=at("00:00"), end=at("23:59")).explain()
    assert "one_customer_at_a_time" in plan


def test_who_left_while_the_booking_waited_is_not_booked(book, carlos, monkeypatch):
    """As when the professional is removed between the look and the lock."""
    monkeypatch.setattr(booking.slots, "able", lambda *asked: [carlos])
    carlos.removed_at = timezone.now()
    carlos.save()

    with pytest.raises(errors.OutsideHours):
        book("10:00", professional=None)
