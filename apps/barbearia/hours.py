"""When the business and its people work: reading and replacing the weekly hours and the special days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Tenant
from apps.audit import trail
from apps.barbearia import schedule
from apps.barbearia.availability import inside
from apps.barbearia.models import Appointment, HoursException, OpeningHours, Professional
from apps.lib.database import take_turn
from apps.lib.tenancy import current_schema

SIGN_UP_WEEKDAYS = range(6)  # Monday to Saturday


@dataclass(frozen=True)
class WeeklyWindow:
    weekday: int
    start: time
    end: time


@dataclass(frozen=True)
class SpecialDay:
    """Several open ones on a date make a break; a closed one stands alone."""

    date: date
    closed: bool
    start: time | None = None
    end: time | None = None


def replace(
    *,
    professional: Professional | None = None,
    hours: Iterable[WeeklyWindow] | None = None,
    exceptions: Iterable[SpecialDay] | None = None,
    by: Any,
) -> None:
    """Set the hours, the special days or both, of the business or of one person; None leaves them alone.

    Appointments already made stay, whatever the new hours say.
    """
    with transaction.atomic():
        take_turn(current_schema(), "hours")  # else two at once both delete the old rows and both add theirs
        if hours is not None:
            OpeningHours.objects.filter(professional=professional).delete()
            OpeningHours.objects.bulk_create(
                OpeningHours(professional=professional, **vars(window)) for window in hours
            )
        if exceptions is not None:
            HoursException.objects.filter(professional=professional).delete()
            HoursException.objects.bulk_create(
                HoursException(professional=professional, **vars(day)) for day in exceptions
            )
        trail.record("hours.changed", on=professional, by=by)


def affected(
    *,
    professional: Professional | None = None,
    hours: Iterable[WeeklyWindow] | None = None,
    exceptions: Iterable[SpecialDay] | None = None,
) -> list[Appointment]:
    """Appointments still to come that these hours would leave outside, and today's hours don't.

    Tried in the database and rolled back, so it is what `replace` would bring about.
    """
    upcoming = Appointment.objects.filter(start__gt=timezone.now(), status__in=Appointment.UPCOMING)
    if professional is not None:
        upcoming = upcoming.filter(professional=professional)
    coming = list(upcoming.select_related("client", "professional").prefetch_related("items").order_by("start"))
    if not coming:
        return []
    with transaction.atomic():
        before = _outside(coming)
        replace(professional=professional, hours=hours, exceptions=exceptions, by=None)
        after = _outside(coming)
        transaction.set_rollback(True)
    return [item for item in coming if item.pk in after - before]


def _outside(appointments: list[Appointment]) -> set[int]:
    first = timezone.localdate(appointments[0].start)
    last = timezone.localdate(max(item.end for item in appointments))
    times = schedule.load({item.professional_id for item in appointments}, first=first, last=last)
    return {item.pk for item in appointments if not inside(item.start, item.end, times.windows[item.professional_id])}


def provide(tenant: Tenant) -> None:
    """What a new business starts with: Monday to Saturday, 9:00 to 19:00."""
    OpeningHours.objects.bulk_create(
        OpeningHours(weekday=weekday, start=time(9), end=time(19)) for weekday in SIGN_UP_WEEKDAYS
    )
