"""Choosing a day, a professional and a free time: shared by booking and moving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from apps.barbearia import schedule, slots
from apps.barbearia.models import Professional
from apps.barbearia.slots import Plan
from apps.barbearia.views.place import ONE_DAY
from apps.lib.untrusted import a_moment, an_id

DAYS_SHOWN, FIRST_TIMES = 5, 6
_LOOK_AHEAD_DAYS = 14


@dataclass(frozen=True)
class Chosen:
    """`?com=` whose times are wanted, `?inicio=&quem=` the time picked."""

    only: int | None
    start: datetime | None
    who: int | None

    @classmethod
    def of(cls, query: QueryDict) -> Chosen:
        return cls(an_id(query.get("com", "")), a_moment(query.get("inicio", "")), an_id(query.get("quem", "")))


def choices(
    plan: Plan, chosen: Chosen, *, day: date, url: Callable[..., str], without: int | None = None
) -> dict[str, Any]:
    """What `_times.html` shows. `url(**params)` is the panel's address with other parameters."""
    able = slots.able(plan)
    only = next((who for who in able if who.pk == chosen.only), None)
    free = slots.on_day(plan, professional=only, day=day, notice_minutes=0, without=without)
    times = [_time(slot, chosen, url) for slot in free]
    picked = _picked(plan, chosen, able)
    if picked and not any(time["current"] for time in times):
        times.insert(0, _time(picked, chosen, url))
    return {
        "day": day,
        "days": [_day(item, day, url) for item in _days_around(able, day)],
        "able": [{"who": who, "url": url(com=who.pk), "current": who == only} for who in able],
        "anybody_url": url(com=None),
        "only": only,
        "times": times[:FIRST_TIMES] if not any(time["current"] for time in times[FIRST_TIMES:]) else times,
        "more": times[FIRST_TIMES:] if not any(time["current"] for time in times[FIRST_TIMES:]) else [],
        "next_day": None if free else _next_day(plan, only, day, url, without=without),
        "picked": picked,
    }


def _picked(plan: Plan, chosen: Chosen, able: list[Professional]) -> slots.Slot | None:
    who = next((who for who in able if who.pk == chosen.who), None)
    return slots.slot(plan, chosen.start, who) if who and chosen.start else None


def _time(slot: slots.Slot, chosen: Chosen, url: Callable[..., str]) -> dict[str, Any]:
    return {
        "slot": slot,
        "url": url(inicio=slot.start.isoformat(), quem=slot.professional.pk, day=slot.start.date()),
        "current": slot.start == chosen.start and slot.professional.pk == chosen.who,
    }


def _day(day: date, shown: date, url: Callable[..., str]) -> dict[str, Any]:
    is_today = day == timezone.localdate()
    return {"date": day, "is_today": is_today, "current": day == shown, "url": url(day=day)}


def _days_around(able: list[Professional], day: date) -> list[date]:
    """The next days on which somebody works, from today, or from the day shown when it is further away."""
    today = timezone.localdate()
    for first in (today, max(day, today)):
        last = first + timedelta(days=_LOOK_AHEAD_DAYS)
        times = schedule.load([who.pk for who in able], first=first, last=last)
        open_days = sorted({timezone.localdate(start) for spans in times.windows.values() for start, _end in spans})
        if day in open_days[:DAYS_SHOWN]:
            return open_days[:DAYS_SHOWN]
    return [day, *[item for item in open_days if item != day][: DAYS_SHOWN - 1]]


def _next_day(
    plan: Plan, only: Professional | None, day: date, url: Callable[..., str], *, without: int | None
) -> dict[str, Any] | None:
    """The next day with a free time, when this one has none."""
    now = timezone.now()
    found = slots.by_start(
        plan,
        slots.able(plan, only),
        first=day + ONE_DAY,
        last=slots.horizon(now)[1],
        now=now,
        notice_minutes=0,
        without=without,
    )
    first = min(found, default=None)
    return {"date": timezone.localdate(first), "url": url(day=timezone.localdate(first))} if first else None
