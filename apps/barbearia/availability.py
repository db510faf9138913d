"""When someone is free: arithmetic on intervals, without a database.

Everything is compared in UTC: Python subtracts and compares two datetimes of one zone by the clock
on the wall, which is wrong on the days on which clocks change.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

Interval = tuple[datetime, datetime]
_ONE_DAY = timedelta(days=1)


def free_slots(
    *,
    windows: Iterable[Interval],
    busy: Iterable[Interval],
    duration_minutes: int,
    step_minutes: int,
    buffer_before_minutes: int = 0,
    buffer_after_minutes: int = 0,
    now: datetime,
    notice_minutes: int = 0,
    align: Literal["window", "grid"] = "window",
) -> list[datetime]:
    """Start times at which the service fits, ascending, in the zone of the windows.

    `windows` (when someone works) and `busy` (what is taken, buffers of existing bookings included)
    hold aware, half-open (start, end); touching is not overlapping. The service lies inside a
    window; its buffers may reach over a window's edge, never into `busy`. A slot exactly
    `notice_minutes` from `now` is offered. `align="window"` steps from the start of each free
    window (windows minus busy), `"grid"` keeps to multiples of the step since local midnight.
    Raises ValueError for naive times and for durations or steps that are not positive.
    """
    _check(duration_minutes=duration_minutes, step_minutes=step_minutes, align=align)
    windows, busy = list(windows), list(busy)
    if not windows:
        return []
    zone = windows[0][0].tzinfo or UTC
    duration, step = timedelta(minutes=duration_minutes), timedelta(minutes=step_minutes)
    before, after = timedelta(minutes=max(buffer_before_minutes, 0)), timedelta(minutes=max(buffer_after_minutes, 0))
    soonest = _utc(now) + timedelta(minutes=notice_minutes)
    taken = union(busy)
    ends = [end for _start, end in taken]
    slots: list[datetime] = []
    for free in subtract(union(windows), taken):
        first, last = _room(free, taken, ends, before=before, after=after)
        first, last = max(first, soonest), last - duration
        if first <= last:
            ticks = _from(free[0], step, first) if align == "window" else _grid(first, last, step_minutes, zone)
            slots += _between(ticks, first, last)
    return [slot.astimezone(zone) for slot in slots]


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time as ascending, disjoint intervals in UTC; touching ones become one, empty ones vanish."""
    merged: list[Interval] = []
    for start, end in sorted((_utc(start), _utc(end)) for start, end in intervals):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def subtract(intervals: list[Interval], holes: list[Interval]) -> list[Interval]:
    """`intervals` without `holes`; both as `union` gives them."""
    rest: list[Interval] = []
    for start, end in intervals:
        for hole_start, hole_end in _touching(holes, start, end):
            if hole_start > start:
                rest.append((start, hole_start))
            start = max(start, hole_end)
        if start < end:
            rest.append((start, end))
    return rest


def intersect(left: Iterable[Interval], right: Iterable[Interval]) -> list[Interval]:
    """The time in both, in UTC."""
    one, other = union(left), union(right)
    return [
        (max(start, other_start), min(end, other_end))
        for start, end in one
        for other_start, other_end in _touching(other, start, end)
        if max(start, other_start) < min(end, other_end)
    ]


def overlaps(start: datetime, end: datetime, intervals: Iterable[Interval]) -> bool:
    """Whether [start, end) meets any of them; touching is not meeting."""
    start, end = _utc(start), _utc(end)
    return any(_utc(other_start) < end and start < _utc(other_end) for other_start, other_end in intervals)


def inside(start: datetime, end: datetime, windows: Iterable[Interval]) -> bool:
    """Whether [start, end) lies within the windows' union."""
    start, end = _utc(start), _utc(end)
    return any(opens <= start and end <= closes for opens, closes in union(windows))


def local_instant(day: date, clock: time, zone: tzinfo) -> datetime:
    """That time on that day. A time the clocks skip becomes the moment after the jump."""
    return datetime.combine(day, clock, zone).astimezone(UTC).astimezone(zone)


def _check(*, duration_minutes: int, step_minutes: int, align: str) -> None:
    if duration_minutes <= 0 or step_minutes <= 0:
        raise ValueError("duration_minutes and step_minutes must be positive")
    if align not in ("window", "grid"):
        raise ValueError(f"align must be 'window' or 'grid', not {align!r}")


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is UTC:
        return moment
    if moment.utcoffset() is None:
        raise ValueError("times must be aware")
    return moment.astimezone(UTC)


def _touching(intervals: list[Interval], start: datetime, end: datetime) -> list[Interval]:
    """Those of the ascending, disjoint `intervals` that meet [start, end)."""
    low = bisect_right(intervals, start, key=lambda interval: interval[1])
    high = bisect_left(intervals, end, key=lambda interval: interval[0])
    return intervals[low:high]


def _room(
    free: Interval, taken: list[Interval], ends: list[datetime], *, before: timedelta, after: timedelta
) -> Interval:
    """The part of a free window the service itself may use, so that its buffers stay out of `taken`."""
    start, end = free
    low = bisect_right(ends, start)
    if low:
        start = max(start, taken[low - 1][1] + before)
    if low < len(taken):
        end = min(end, taken[low][0] - after)
    return start, end


def _from(origin: datetime, step: timedelta, first: datetime) -> Iterator[datetime]:
    tick = origin + max(-((origin - first) // step), 0) * step
    while True:
        yield tick
        tick += step


def _grid(first: datetime, last: datetime, step_minutes: int, zone: tzinfo) -> Iterator[datetime]:
    """Moments whose local clock shows a multiple of the step since midnight, in UTC."""
    day = first.astimezone(zone).date()
    while day <= last.astimezone(zone).date():
        moments = {
            moment
            for minute in range(0, 24 * 60, step_minutes)
            for moment in _moments(day, time(minute // 60, minute % 60), zone)
        }
        yield from sorted(moments)
        day += _ONE_DAY


def _moments(day: date, clock: time, zone: tzinfo) -> Iterator[datetime]:
    """When the clock shows this: once, twice when clocks go back, never when they skip it."""
    for fold in (0, 1):
        wall = datetime.combine(day, clock.replace(fold=fold), zone)
        moment = wall.astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
            yield moment


def _between(ticks: Iterator[datetime], first: datetime, last: datetime) -> Iterator[datetime]:
    for tick in ticks:
        if tick > last:
            return
        if tick >= first:
            yield tick
