"""Which few free times to offer in a conversation: spread over the wish, or the nearest to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from apps.barbearia import slots
from apps.barbearia.models import Professional
from apps.barbearia.slots import Plan, Slot


@dataclass(frozen=True)
class Wish:
    """What the customer asked for. `near` is an exact time, `time_from`/`time_to` a part of the day."""

    plan: Plan
    first: date
    last: date
    time_from: time | None = None
    time_to: time | None = None
    near: time | None = None
    professional: Professional | None = None
    not_with: frozenset[int] = frozenset()
    moving: int | None = None  # an appointment whose own time counts as free

    def has_day(self, day: date) -> bool:
        return self.first <= day <= self.last

    def has_time(self, clock: time) -> bool:
        if self.near is not None:
            return clock == self.near
        return (self.time_from is None or self.time_from <= clock) and (self.time_to is None or clock < self.time_to)

    def days_away(self, day: date) -> int:
        return max((self.first - day).days, (day - self.last).days, 0)

    def minutes_away(self, clock: time) -> int:
        """How far a time of day lies from the wished part of the day."""
        if self.has_time(clock):
            return 0
        edges = [edge for edge in (self.near, self.time_from, self.time_to) if edge is not None]
        return min(abs(_minutes(clock) - _minutes(edge)) for edge in edges)


@dataclass(frozen=True)
class Free:
    """A local start and who is free then, the least busy first."""

    start: datetime
    who: Sequence[Professional]

    @property
    def day(self) -> date:
        return self.start.date()

    @property
    def clock(self) -> time:
        return self.start.time()


@dataclass(frozen=True)
class Found:
    """`exact`: the options satisfy the wish; otherwise they are what comes nearest."""

    exact: bool
    options: list[Slot]


def search(wish: Wish, *, now: datetime, limit: int = 3) -> Found:
    """At most `limit` options in the order to show them."""
    free = _free(wish, now=now)
    wished = [item for item in free if wish.has_day(item.day) and wish.has_time(item.clock)]
    if not wished:
        return Found(False, _with_people(wish.plan, _nearest(wish, free, limit=limit)))
    if wish.near is not None:
        return Found(True, _at_that_time(wish, wished, free, limit=limit))
    return Found(True, _with_people(wish.plan, spread(wished, limit=limit)))


def spread(items: list[Free], *, limit: int) -> list[Free]:
    """The earliest, then round times over the rest of the day; over several days, the second one too."""
    by_day: dict[date, list[Free]] = defaultdict(list)
    for item in items:
        by_day[item.day].append(item)
    days = list(by_day)[: max(limit - 1, 1)][:2]
    picked: list[Free] = []
    for turn in range(limit):
        of_day = by_day[days[turn * len(days) // limit]]
        part = of_day[len(of_day) * turn // limit : len(of_day) * (turn + 1) // limit] or of_day
        rest = [item for item in part if item not in picked] or [item for item in of_day if item not in picked]
        if rest:
            picked.append(rest[0] if not picked else min(rest, key=lambda item: (_roundness(item.clock), item.start)))
    return sorted(picked, key=lambda item: item.start)


def _free(wish: Wish, *, now: datetime) -> list[Free]:
    """The wish's days first; the whole horizon when they have nothing of what is wished."""
    able = [who for who in slots.able(wish.plan, wish.professional) if who.pk not in wish.not_with]
    found = slots.by_start(wish.plan, able, first=wish.first, last=wish.last, now=now, without=wish.moving)
    free = _local(found)
    if not any(wish.has_time(item.clock) for item in free):
        first, last = slots.horizon(now)
        free = _local(slots.by_start(wish.plan, able, first=first, last=last, now=now, without=wish.moving))
    return free


def _local(found: dict[datetime, list[Professional]]) -> list[Free]:
    return [Free(timezone.localtime(start), who) for start, who in found.items()]


def _at_that_time(wish: Wish, wished: list[Free], free: list[Free], *, limit: int) -> list[Slot]:
    """That very time with each one free then, before the times around it."""
    first = wished[0]
    same = [slots.slot(wish.plan, first.start, who) for who in first.who][:limit]
    others = sorted((item for item in free if item != first), key=lambda item: abs(item.start - first.start))
    return same + _with_people(wish.plan, sorted(others[: limit - len(same)], key=lambda item: item.start))


def _nearest(wish: Wish, free: list[Free], *, limit: int) -> list[Free]:
    """Just before and just after on the same days, then the wished time on other days; days before the wish last."""
    picked = _around(wish, [item for item in free if wish.has_day(item.day)])[: max(limit - 1, 1)]
    for day in _other_days(wish, free):
        if len(picked) < limit:
            picked.append(
                min(day, key=lambda item: (wish.minutes_away(item.clock), _roundness(item.clock), item.start))
            )
    remaining = sorted(
        (item for item in free if item not in picked),
        key=lambda item: (wish.days_away(item.day), wish.minutes_away(item.clock), item.start),
    )
    picked += remaining[: limit - len(picked)]
    return sorted(picked, key=lambda item: (item.day < wish.first, item.start))


def _around(wish: Wish, same_days: list[Free]) -> list[Free]:
    """The closest earlier and the closest later time of day."""
    edge = wish.near or wish.time_from or time(0)
    earlier = [item for item in same_days if item.clock < edge]
    later = [item for item in same_days if item.clock >= edge]
    closest = [
        min(side, key=lambda item: (wish.minutes_away(item.clock), item.start)) for side in (earlier, later) if side
    ]
    return sorted(closest, key=lambda item: wish.minutes_away(item.clock))


def _other_days(wish: Wish, free: list[Free]) -> list[list[Free]]:
    """The other days' times, the closest day first, the later of two equally close."""
    by_day: dict[date, list[Free]] = defaultdict(list)
    for item in free:
        if not wish.has_day(item.day):
            by_day[item.day].append(item)
    return [by_day[day] for day in sorted(by_day, key=lambda day: (wish.days_away(day), day < wish.first))]


def _with_people(plan: Plan, items: list[Free]) -> list[Slot]:
    """Each time with someone: the least busy, but not twice the same while others are free."""
    used: list[int] = []
    options = []
    for item in items:
        who = min(item.who, key=lambda person: used.count(person.pk))
        used.append(who.pk)
        options.append(slots.slot(plan, item.start, who))
    return options


def _roundness(clock: time) -> int:
    return 0 if clock.minute == 0 else 1 if clock.minute == 30 else 2


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
