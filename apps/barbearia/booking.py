"""Booking, moving and cancelling appointments: what screen, API and agent all call.

The exclusion constraint is the truth. The professionals' row locks, taken in id order, and the
re-check behind them are manners: whoever comes second gets SlotTaken with alternatives instead of
waiting in a storm of deadlocks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial, wraps
from typing import Any, TypeVar

from django.db import IntegrityError, OperationalError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit import trail
from apps.barbearia import rules, schedule, slots, transitions
from apps.barbearia.availability import inside, overlaps
from apps.barbearia.errors import (
    ChangedMeanwhile,
    NotBookable,
    NotChangeable,
    OutsideHours,
    ServiceInactive,
    SlotTaken,
    TooFar,
    TooSoon,
)
from apps.barbearia.models import Appointment, AppointmentItem, Professional, Service
from apps.barbearia.models.catalog import MAX_DURATION_MINUTES
from apps.barbearia.slots import Plan
from apps.chat import live
from apps.chat.models import Contact

_Deed = TypeVar("_Deed", bound=Callable[..., Appointment])
_DEADLOCK = "40P01"
_HOLD = f"SELECT id FROM {Service._meta.db_table} WHERE id = ANY(%s) AND removed_at IS NULL FOR KEY SHARE"

RESCHEDULED = "appointment.rescheduled"  # in the trail


class _Taken(Exception):
    """Inside the transaction: everybody asked for is busy."""


def _twice_if_deadlocked(deed: _Deed) -> _Deed:
    """Every other error, and a second deadlock, goes on."""

    @wraps(deed)
    def tried(*args: Any, **kwargs: Any) -> Appointment:
        try:
            with transaction.atomic():
                return deed(*args, **kwargs)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != _DEADLOCK:
                raise
        with transaction.atomic():
            return deed(*args, **kwargs)

    return tried  # type: ignore[return-value]


@dataclass(frozen=True)
class _Wish:
    plan: Plan
    professional: Professional | None
    start: datetime
    now: datetime
    moving: Appointment | None = None
    new_items: bool = True
    seen: datetime | None = None

    def taken(self) -> SlotTaken:
        """With the nearest free times; called when no lock is held any more."""
        nearest = slots.nearest(
            self.plan,
            professional=self.professional,
            to=self.start,
            now=self.now,
            without=self.moving.pk if self.moving else None,
        )
        return SlotTaken([slot.as_json() for slot in nearest])


def book(
    *,
    client: Contact,
    services: Sequence[Service],
    professional: Professional | None = None,
    start: datetime,
    notes: str = "",
    by: Any,
    source: str,
    status: str = Appointment.Status.AGENDADO,
    effect_key: str | None = None,
    now: datetime | None = None,
) -> Appointment:
    """Book services in a row at an aware `start`; without a professional, the least busy free one.

    The start need not fall on the step: it must lie in working hours and be free. The same
    `effect_key` gives back the same appointment. The team ("staff") may book up to this very moment,
    everybody else `rules.NOTICE_MINUTES` ahead. Raises SlotTaken with alternatives, OutsideHours,
    TooSoon, TooFar, ServiceInactive, ProfessionalInactive, ProfessionalDoesNot, NotBookable.
    """
    if effect_key and (done := Appointment.objects.filter(effect_key=effect_key).first()):
        return done
    wish = _Wish(slots.plan(services), professional, start.astimezone(UTC), now or timezone.now())
    _check_time(wish, source=source)
    slots.check_able(wish.plan, professional)
    details = {
        "client": client,
        "notes": notes,
        "source": source,
        "status": status,
        "effect_key": effect_key or None,
        "created_by_id": getattr(by, "pk", None),
    }
    try:
        return _book(wish, by=by, details=details)
    except _Taken:
        raise wish.taken() from None


def reschedule(
    appointment: Appointment,
    *,
    start: datetime | None = None,
    professional: Professional | None = None,
    anyone: bool = False,
    services: Sequence[Service] | None = None,
    duration_minutes: int | None = None,
    seen: datetime | None = None,
    by: Any,
    source: str,
    now: datetime | None = None,
) -> Appointment:
    """Move an appointment in time, to another professional (`anyone`: whoever is free) or to other services.

    What isn't given stays; services that stay keep the price and length they were booked with, unless
    `duration_minutes` stretches or shortens them. `seen` is the `updated_at` the wish is based on.
    Raises NotChangeable, ChangedMeanwhile when `seen` is older than the last change, and whatever
    `book` raises; the appointment then stays as it was.
    """
    who = None if anyone else professional or appointment.professional
    plan = _plan(appointment, services)
    booked = as_booked(appointment)
    wish = _Wish(
        _lasting(plan or booked, duration_minutes),
        who,
        (start or appointment.start).astimezone(UTC),
        now or timezone.now(),
        moving=appointment,
        new_items=plan is not None,
        seen=seen,
    )
    if wish.start == appointment.start and who == appointment.professional and wish.plan == booked:
        return appointment
    if wish.start != appointment.start:
        _check_time(wish, source=source)
    slots.check_able(wish.plan, who)
    try:
        return _reschedule(wish, by=by)
    except _Taken:
        raise wish.taken() from None


def cancel(appointment: Appointment, *, by: Any, reason: str = "") -> Appointment:
    """Free the time. Cancelling twice changes nothing. Raises InvalidTransition once it is under way or over."""
    return transitions.move(appointment, to=Appointment.Status.CANCELADO, by=by, reason=reason)


def annotate(appointment: Appointment, notes: str, *, seen: str | None = None, by: Any) -> Appointment:
    """Write the team's notes, whatever the status. Raises ChangedMeanwhile when they are not `seen` any more."""
    with transaction.atomic():
        appointment = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
        if appointment.notes == notes:
            return appointment
        if seen is not None and seen.splitlines() != appointment.notes.splitlines():  # browsers write line ends anew
            raise ChangedMeanwhile
        appointment.notes = notes
        appointment.save(update_fields=["notes", "updated_at"])
        trail.record("appointment.changed", on=appointment, by=by, fields=["notes"])
        live.announce("appointment.updated", appointment.pk)
    return appointment


def _check_time(wish: _Wish, *, source: str) -> None:
    notice_minutes = 0 if source == Appointment.Source.STAFF else rules.NOTICE_MINUTES
    if wish.start < wish.now + timedelta(minutes=notice_minutes):
        raise TooSoon(is_past=wish.start <= wish.now)
    if timezone.localtime(wish.start).date() > slots.horizon(wish.now)[1]:
        raise TooFar(days=rules.HORIZON_DAYS)


@_twice_if_deadlocked
def _book(wish: _Wish, *, by: Any, details: dict[str, Any]) -> Appointment:
    _hold(wish.plan.services)
    for professional in _free(wish):
        times = {"start": wish.start, "end": wish.plan.visible(wish.start)[1], "blocked": _blocked(wish)}
        appointment = Appointment(professional=professional, price=wish.plan.price, **times, **details)
        if not _stored(appointment.save):
            continue
        write_items(appointment, wish.plan)
        transitions.write_history(appointment, before="", by=by)
        trail.record("appointment.booked", on=appointment, by=by, start=appointment.start.isoformat())
        live.announce("appointment.created", appointment.pk)
        return appointment
    raise _Taken


@_twice_if_deadlocked
def _reschedule(wish: _Wish, *, by: Any) -> Appointment:
    appointment = Appointment.objects.select_for_update().get(pk=wish.moving.pk)  # type: ignore[union-attr]
    if appointment.status not in Appointment.UPCOMING:
        raise NotChangeable
    if wish.seen is not None and wish.seen != appointment.updated_at:
        raise ChangedMeanwhile
    if wish.new_items:
        _hold(wish.plan.services)
    was = _time_of(appointment)
    changed = ["professional", "start", "end", "blocked", "price", "updated_at"]
    for professional in _free(wish):
        appointment.professional = professional
        appointment.start, appointment.end = wish.plan.visible(wish.start)
        appointment.blocked, appointment.price = _blocked(wish), wish.plan.price
        if not _stored(partial(appointment.save, update_fields=changed)):
            continue
        if wish.new_items:
            appointment.items.all().delete()
            write_items(appointment, wish.plan)
        trail.record(RESCHEDULED, on=appointment, by=by, was=was, now=_time_of(appointment))
        live.announce("appointment.updated", appointment.pk)
        return appointment
    raise _Taken


def _time_of(appointment: Appointment) -> dict[str, Any]:
    """As the trail keeps it."""
    return {
        "start": appointment.start.isoformat(),
        "end": appointment.end.isoformat(),
        "professional": appointment.professional_id,
    }


def _free(wish: _Wish) -> list[Professional]:
    """Those free at the time, the least busy first, all candidates locked. Raises OutsideHours or _Taken."""
    ids = [who.pk for who in slots.able(wish.plan, wish.professional)]
    offered = Professional.objects.offered()  # asked again, locked: somebody may just have left
    candidates = list(offered.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    day = timezone.localtime(wish.start).date()
    times = schedule.load(ids, first=day, last=day, without=wish.moving.pk if wish.moving else None)
    working = [who for who in candidates if inside(*wish.plan.visible(wish.start), times.windows[who.pk])]
    if not working:
        raise OutsideHours
    free = [who for who in working if not overlaps(*wish.plan.blocked(wish.start), times.busy[who.pk])]
    if not free:
        raise _Taken
    return slots.least_busy(free, times, wish.start)


def _stored(save: Callable[[], None]) -> bool:
    """False when another appointment has the time: someone wrote without the lock."""
    try:
        with transaction.atomic():
            save()
    except IntegrityError as error:
        if transitions.took_the_time(error):
            return False
        raise
    return True


def _blocked(wish: _Wish) -> DateTimeTZRange:
    return DateTimeTZRange(*wish.plan.blocked(wish.start), bounds="[)")


def write_items(appointment: Appointment, plan: Plan) -> None:
    AppointmentItem.objects.bulk_create(
        AppointmentItem(
            appointment=appointment,
            service=service,
            name=service.name,
            price=service.price,
            duration_minutes=service.duration_minutes,
            position=position,
        )
        for position, service in enumerate(plan.services)
    )


def _hold(services: Sequence[Service]) -> None:
    """Nobody deletes these until the transaction ends; bookings don't wait for each other here.

    Raises ServiceInactive when one is gone since the plan was made.
    """
    held = {row.pk for row in Service.objects.raw(_HOLD, [[service.pk for service in services]])}
    for service in services:
        if service.pk not in held:
            raise ServiceInactive(service.name)


def _plan(appointment: Appointment, services: Sequence[Service] | None) -> Plan | None:
    """The new services' plan; None when they are the ones booked."""
    booked = [item.service_id for item in appointment.items.all()]
    if services is None or [service.pk for service in services] == booked:
        return None
    return slots.plan(services)


def _lasting(plan: Plan, duration_minutes: int | None) -> Plan:
    """The plan with another length, price and buffers being the same."""
    if duration_minutes is None:
        return plan
    if not 0 < duration_minutes <= MAX_DURATION_MINUTES:
        raise NotBookable(_("An appointment lasts from 1 minute to 12 hours."))
    return replace(plan, duration_minutes=duration_minutes)


def as_booked(appointment: Appointment) -> Plan:
    """Price, length and buffers as they were booked, whatever the services say today."""
    return Plan(
        services=tuple(item.service for item in appointment.items.select_related("service")),
        price=appointment.price,
        duration_minutes=_minutes(appointment.end - appointment.start),
        buffer_before_minutes=_minutes(appointment.start - appointment.blocked.lower),
        buffer_after_minutes=_minutes(appointment.blocked.upper - appointment.end),
    )


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
