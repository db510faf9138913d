"""Who works when, and what is taken: read for many people and days in four queries.

Precedence on a date: the person's own exception, then the business's, then the person's weekly
hours, then the business's. When the business opens only for some hours of a date, someone with
hours of their own works those they share.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cached_property

from django.contrib.postgres.fields import BigIntegerRangeField
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Field, Func, QuerySet, Value
from django.db.models.functions import Lower, Upper
from django.utils import timezone

from apps.barbearia.availability import Interval, intersect, local_instant, union
from apps.barbearia.models import Appointment, Block, HoursException, OpeningHours
from apps.barbearia.models.appointment import one_professional
from apps.barbearia.models.hours import MIDNIGHT

_Clock = tuple[time, time]
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Schedule:
    """`windows[professional_id]` and `busy[professional_id]` (in UTC) over the days read; `open` is the business's."""

    windows: dict[int, list[Interval]]
    busy: dict[int, list[Interval]]
    open: list[Interval]

    @cached_property
    def minutes_busy(self) -> dict[date, dict[int, float]]:
        """Local day → professional_id → how much of it is taken: the measure of "least busy". Idle people left out."""
        minutes: dict[date, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        days, midnights = self._days()
        for professional_id, intervals in self.busy.items():
            for start, end in intervals:
                today = bisect_right(midnights, start) - 1
                while start < end:
                    until = min(end, midnights[today + 1])
                    minutes[days[today]][professional_id] += (until - start).total_seconds() / 60
                    start, today = until, today + 1
        return minutes

    def _days(self) -> tuple[list[date], list[datetime]]:
        """The local days on which anybody is busy, and the moments in UTC at which these and the next begin."""
        intervals = [interval for taken in self.busy.values() for interval in taken]
        if not intervals:
            return [], []
        first = timezone.localdate(min(start for start, _end in intervals))
        last = timezone.localdate(max(end for _start, end in intervals))
        days = [first + n * _ONE_DAY for n in range((last - first).days + 2)]
        return days, [day_bounds(day)[0].astimezone(UTC) for day in days]


@dataclass
class _Owner:
    """The hours of the business or of one person."""

    weekly: dict[int, list[_Clock]] = field(default_factory=lambda: defaultdict(list))
    special: dict[date, list[_Clock]] = field(default_factory=lambda: defaultdict(list))


def load(professional_ids: Iterable[int], *, first: date, last: date, without: int | None = None) -> Schedule:
    """Everything about these people from `first` to `last`, local days included.

    `without` leaves one appointment out: it is being moved.
    """
    ids = sorted(set(professional_ids))
    owners = _owners(ids, first=first, last=last)
    days = [first + n * _ONE_DAY for n in range((last - first).days + 1)]
    business = owners[None]
    return Schedule(
        windows={
            pk: [window for day in days for window in windows_on(day, business=business, person=owners.get(pk))]
            for pk in ids
        },
        busy=_busy(ids, first=first, last=last, without=without),
        open=union(window for day in days for window in windows_on(day, business=business, person=None)),
    )


def windows_on(day: date, *, business: _Owner, person: _Owner | None) -> list[Interval]:
    if person is not None and day in person.special:
        return _placed(day, person.special[day])
    own = _placed(day, person.weekly.get(day.weekday(), [])) if person is not None and person.weekly else None
    if day in business.special:
        special = _placed(day, business.special[day])
        return special if own is None else _local(intersect(special, own))
    return _placed(day, business.weekly.get(day.weekday(), [])) if own is None else own


def day_bounds(day: date) -> Interval:
    """Local midnight to local midnight."""
    zone = timezone.get_current_timezone()
    return local_instant(day, MIDNIGHT, zone), local_instant(day + _ONE_DAY, MIDNIGHT, zone)


def _owners(ids: list[int], *, first: date, last: date) -> dict[int | None, _Owner]:
    owners: dict[int | None, _Owner] = defaultdict(_Owner)
    _ = owners[None]
    concerned = {None, *ids}
    for hours in OpeningHours.objects.order_by("weekday", "start"):
        if hours.professional_id in concerned:
            owners[hours.professional_id].weekly[hours.weekday].append((hours.start, hours.end))
    for special in HoursException.objects.filter(date__range=(first, last)).order_by("date", "start"):
        if special.professional_id in concerned:
            clocks = owners[special.professional_id].special[special.date]
            if special.start is not None and special.end is not None:
                clocks.append((special.start, special.end))
    return owners


def _placed(day: date, clocks: Iterable[_Clock]) -> list[Interval]:
    """Built from local date and local time, so clocks may change in between."""
    zone: tzinfo = timezone.get_current_timezone()
    placed = [
        (local_instant(day, start, zone), local_instant(day + _ONE_DAY if end == MIDNIGHT else day, end, zone))
        for start, end in clocks
    ]
    return [(start, end) for start, end in placed if start < end]


def _local(intervals: list[Interval]) -> list[Interval]:
    return [(timezone.localtime(start), timezone.localtime(end)) for start, end in intervals]


def _busy(ids: list[int], *, first: date, last: date, without: int | None) -> dict[int, list[Interval]]:
    """A day more on either side: a buffer may reach over midnight."""
    busy: dict[int, list[Interval]] = {pk: [] for pk in ids}
    if not ids:
        return busy
    start, end = day_bounds(first - _ONE_DAY)[0], day_bounds(last + _ONE_DAY)[1]
    rows = blocking_between(ids, start=start, end=end)
    rows = rows if without is None else rows.exclude(pk=without)
    for pk, since, until in rows.values_list("professional_id", _Epoch(Lower("blocked")), _Epoch(Upper("blocked"))):
        busy[pk].append((datetime.fromtimestamp(since, UTC), datetime.fromtimestamp(until, UTC)))
    blocks = Block.objects.filter(professional_id__in=ids, start__lt=end, end__gt=start)
    for pk, since, until in blocks.values_list("professional_id", "start", "end"):
        busy[pk].append((since.astimezone(UTC), until.astimezone(UTC)))
    return busy


class _Epoch(Func):
    """A moment in Unix seconds: thousands of ranges and times are read many times faster as numbers.

    The plain field leaves the driver's floats as they come.
    """

    template = "EXTRACT(EPOCH FROM %(expressions)s)::float8"
    output_field = Field()


def blocking_between(ids: list[int], *, start: datetime, end: datetime) -> QuerySet[Appointment]:
    """Blocking appointments of these people meeting [start, end), by way of the exclusion constraint's index."""
    everyone = Func(
        Value(ids[0]), Value(ids[-1]), Value("[]"), function="int8range", output_field=BigIntegerRangeField()
    )
    return (
        Appointment.objects.alias(who=one_professional())
        .filter(who__overlap=everyone, blocked__overlap=DateTimeTZRange(start, end, "[)"), professional_id__in=ids)
        .exclude(status__in=Appointment.FREEING)
        .order_by()
    )
