"""Free times people can be offered, and who would serve them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.barbearia import rules, schedule
from apps.barbearia.availability import Interval, free_slots, union
from apps.barbearia.errors import NotBookable, ProfessionalDoesNot, ProfessionalInactive, ServiceInactive
from apps.barbearia.models import Professional, Service
from apps.barbearia.schedule import Schedule

_NEAR_DAYS = 4
_ALTERNATIVES = 5


@dataclass(frozen=True)
class Plan:
    """Services done in a row by one professional: durations and prices add up, one block.

    The buffers are the longest of any of them, so the order of the services changes nothing.
    """

    services: tuple[Service, ...]
    price: Decimal
    duration_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int

    def visible(self, start: datetime) -> Interval:
        """What the customer sees, in UTC: elapsed minutes, whatever the clocks on the wall do."""
        start = start.astimezone(UTC)
        return start, start + timedelta(minutes=self.duration_minutes)

    def blocked(self, start: datetime) -> Interval:
        opens, closes = self.visible(start)
        return (
            opens - timedelta(minutes=self.buffer_before_minutes),
            closes + timedelta(minutes=self.buffer_after_minutes),
        )


@dataclass(frozen=True)
class Slot:
    """Times in the business's zone."""

    start: datetime
    end: datetime
    professional: Professional

    def as_json(self) -> dict[str, Any]:
        who = {"id": self.professional.pk, "name": self.professional.name}
        return {"start": self.start.isoformat(), "end": self.end.isoformat(), "professional": who}


def plan(services: Sequence[Service]) -> Plan:
    """Raises ServiceInactive, or NotBookable for too much at once."""
    for service in services:
        if not service.is_active or service.removed_at:
            raise ServiceInactive(service.name)
    minutes = sum(service.duration_minutes for service in services)
    if not services or len(services) > rules.MAX_SERVICES or minutes > rules.MAX_BLOCK_MINUTES // 2:
        raise NotBookable(_("This is too much for one appointment."))
    return Plan(
        services=tuple(services),
        price=sum((service.price for service in services), Decimal()),
        duration_minutes=minutes,
        buffer_before_minutes=max(service.buffer_before_minutes for service in services),
        buffer_after_minutes=max(service.buffer_after_minutes for service in services),
    )


def able(plan: Plan, professional: Professional | None = None) -> list[Professional]:
    """Those who may serve it, in id order: everybody able, or the one asked for. Perhaps nobody."""
    found = Professional.objects.offered().performing(list(plan.services)).order_by("pk")
    return list(found if professional is None else found.filter(pk=professional.pk))


def check_able(plan: Plan, professional: Professional | None) -> None:
    """Raises ProfessionalInactive, ProfessionalDoesNot, or NotBookable when nobody can."""
    if professional is not None and (not professional.is_active or professional.removed_at):
        raise ProfessionalInactive(professional.name)
    if able(plan, professional):
        return
    raise NotBookable if professional is None else ProfessionalDoesNot(professional.name)


def horizon(now: datetime) -> tuple[date, date]:
    """The first and the last local day open for booking."""
    today = timezone.localtime(now).date()
    return today, today + timedelta(days=rules.HORIZON_DAYS)


def by_start(
    plan: Plan,
    professionals: Sequence[Professional],
    *,
    first: date,
    last: date,
    now: datetime,
    notice_minutes: int = rules.NOTICE_MINUTES,
    without: int | None = None,
) -> dict[datetime, list[Professional]]:
    """Every free start (UTC) from `first` to `last` with those free then, the least busy of that day first.

    `without` is an appointment being moved: its own time counts as free.
    """
    opens, closes = horizon(now)
    first, last = max(first, opens), min(last, closes)
    if first > last or not professionals:
        return {}
    times = schedule.load([who.pk for who in professionals], first=first, last=last, without=without)
    found: dict[datetime, list[Professional]] = {}
    for who in professionals:
        for start in starts(plan, who, times, now=now, notice_minutes=notice_minutes):
            found.setdefault(start, []).append(who)
    return {start: least_busy(found[start], times, start) for start in sorted(found)}


def starts(
    plan: Plan,
    professional: Professional,
    times: Schedule,
    *,
    now: datetime,
    notice_minutes: int = rules.NOTICE_MINUTES,
) -> list[datetime]:
    """In UTC."""
    return free_slots(
        windows=union(times.windows[professional.pk]),
        busy=times.busy[professional.pk],
        duration_minutes=plan.duration_minutes,
        step_minutes=rules.STEP_MINUTES,
        buffer_before_minutes=plan.buffer_before_minutes,
        buffer_after_minutes=plan.buffer_after_minutes,
        now=now,
        notice_minutes=notice_minutes,
    )


def on_day(
    plan: Plan,
    *,
    professional: Professional | None,
    day: date,
    now: datetime | None = None,
    notice_minutes: int = rules.NOTICE_MINUTES,
    without: int | None = None,
) -> list[Slot]:
    """A day's free slots; without a professional one per start, proposing the least busy free one."""
    found = by_start(
        plan,
        able(plan, professional),
        first=day,
        last=day,
        now=now or timezone.now(),
        notice_minutes=notice_minutes,
        without=without,
    )
    return as_slots(plan, found)


def nearest(
    plan: Plan,
    *,
    professional: Professional | None,
    to: datetime,
    now: datetime | None = None,
    notice_minutes: int = rules.NOTICE_MINUTES,
    without: int | None = None,
) -> list[Slot]:
    """The five free slots closest to a time, ascending: within four days of it, else within the horizon."""
    now = now or timezone.now()
    who, day, around = able(plan, professional), timezone.localtime(to).date(), timedelta(days=_NEAR_DAYS)
    search = partial(by_start, plan, who, now=now, notice_minutes=notice_minutes, without=without)
    found = search(first=day - around, last=day + around)
    if len(found) < _ALTERNATIVES:
        found = search(first=horizon(now)[0], last=horizon(now)[1])
    wished = to.astimezone(UTC)
    closest = sorted(found, key=lambda start: (abs(start - wished), start))[:_ALTERNATIVES]
    return as_slots(plan, {start: found[start] for start in sorted(closest)})


def as_slots(plan: Plan, found: dict[datetime, list[Professional]]) -> list[Slot]:
    return [slot(plan, start, who[0]) for start, who in found.items()]


def slot(plan: Plan, start: datetime, professional: Professional) -> Slot:
    opens, closes = plan.visible(start)
    return Slot(timezone.localtime(opens), timezone.localtime(closes), professional)


def least_busy(people: list[Professional], times: Schedule, start: datetime) -> list[Professional]:
    """Who has the least to do on the day of `start` first; `people` come in the order that counts among equals."""
    if len(people) < 2:
        return people
    taken = times.minutes_busy.get(timezone.localtime(start).date(), {})
    return sorted(people, key=lambda who: taken.get(who.id, 0))
