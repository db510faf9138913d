"""The order in which a wish is looked for: the first choice, what comes second, and around what is ruled out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, TypeVar

from apps.agents.providers.offline import dates
from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.dates import Days
from apps.agents.providers.offline.provisos import NOTHING_NAMED, Named
from apps.agents.providers.offline.times import AFTERNOON, EVENING, MORNING, TimeWish
from apps.agents.providers.offline.understanding import Understanding

if TYPE_CHECKING:
    from apps.agents.providers.offline.draft import Draft

T = TypeVar("T")
# Each is a search, and a turn has only so many rounds.
MOST_SEARCHES = 3


@dataclass(frozen=True)
class Provisos:
    """`second`: wished if the first can't be had. The rest is ruled out."""

    second: Named = NOTHING_NAMED
    days: tuple[Days, ...] = ()
    times: tuple[TimeWish, ...] = ()
    professionals: tuple[int, ...] = ()


NONE = Provisos()


def kept(before: Provisos, said: Understanding) -> Provisos:
    """The provisos after one more sentence: a new wish takes back what contradicts it."""
    second = before.second
    if said.second or said.days or said.times or said.professional_id:
        second = said.second
    days = tuple(days for days in before.days if not any(days == mention.days for mention in said.days))
    times = () if said.times or said.refused.times else before.times
    people = tuple(pk for pk in before.professionals if pk != said.professional_id)
    if said.has(Act.ANYBODY, Act.WHATEVER):
        people = ()
    refused = said.refused
    return Provisos(
        second,
        _joined(days, tuple(mention.days for mention in refused.days)),
        times + refused.times,
        _joined(people, (refused.professional_id,) if refused.professional_id else ()),
    )


def _joined(first: tuple[T, ...], more: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(first + more))


def is_refused(moment: time, provisos: Provisos) -> bool:
    """An exact time that was ruled out: "menos às 9h"."""
    return any(wish.near == moment for wish in provisos.times)


# What is looked for, in order


@dataclass(frozen=True)
class Choice:
    """A draft to search with. `is_second`: the customer named it for when the first can't be had."""

    draft: Draft
    is_second: bool = False


def in_order(draft: Draft, *, today: date, soon_days: int) -> list[Choice]:
    """The searches to make until one finds something."""
    second = draft.provisos.second
    found = _around(Choice(draft), today=today, soon_days=soon_days)
    if second:
        other = replace(
            draft,
            days=dates.merge(second.days) or draft.days,
            time=second.times[-1] if second.times else draft.time,
            professional_id=second.professional_id or draft.professional_id,
        )
        found = [*found[: MOST_SEARCHES - 1], *_around(Choice(other, True), today=today, soon_days=soon_days)]
    return found[:MOST_SEARCHES]


def _around(choice: Choice, *, today: date, soon_days: int) -> list[Choice]:
    draft, provisos = choice.draft, choice.draft.provisos
    days: list[Days | None] = [draft.days]
    if provisos.days and (draft.days or draft.is_soonest):
        wished = draft.days or Days(today, today + timedelta(days=soon_days))
        days = [*_without_days(wished, provisos.days)] or [draft.days]
    times = _without_times(draft.time, provisos.times) if provisos.times else [draft.time]
    return [replace(choice, draft=replace(draft, days=day, time=wish)) for day in days for wish in times]


def _without_days(wished: Days, refused: tuple[Days, ...]) -> list[Days]:
    """A weekday named outside the stretch means every one inside: "mês que vem, menos segunda"."""
    free: list[Days] = []
    for n in range((wished.end - wished.start).days + 1):
        day = wished.start + timedelta(days=n)
        if any(_rules_out(days, day, wished) for days in refused):
            continue
        if free and free[-1].end == day - timedelta(days=1):
            free[-1] = Days(free[-1].start, day)
        else:
            free.append(Days(day, day))
    return free


def _rules_out(refused: Days, day: date, wished: Days) -> bool:
    is_outside = refused.is_single and not wished.start <= refused.start <= wished.end
    return refused.start <= day <= refused.end or (is_outside and day.weekday() == refused.start.weekday())


DAWN = time(6)
_FIRST, _LAST = 0, 24 * 60
_NAMED = {(0, 720): MORNING, (720, 1080): AFTERNOON, (1080, _LAST): EVENING}


def _without_times(wish: TimeWish | None, refused: tuple[TimeWish, ...]) -> list[TimeWish | None]:
    spans = [_span(item) for item in refused if not item.near]
    if wish is not None and wish.near:
        minute = _minutes(wish.near)
        if wish.near not in [item.near for item in refused] and not any(a <= minute < b for a, b in spans):
            return [wish]
        wish = None
    if not spans:
        return [wish]
    free = [_span(wish)] if wish is not None and not wish.is_any else [(_FIRST, _LAST)]
    for start, end in spans:
        free = [part for first, last in free for part in ((first, min(last, start)), (max(first, end), last))]
        free = [(first, last) for first, last in free if first < last]
    if wish is not None and free == [_span(wish)]:
        return [wish]
    return [_wish(first, last) for first, last in free] or [None]


def _span(wish: TimeWish) -> tuple[int, int]:
    """In minutes of the day, the end excluded. The morning begins with the day."""
    start = _minutes(wish.start) if wish.start and wish.start > DAWN else _FIRST
    end = _LAST if wish.end is None else _minutes(wish.end)
    return start, end + (end % 60 == 59)


def _wish(first: int, last: int) -> TimeWish:
    start = time(first // 60, first % 60) if first > _FIRST else None
    end = time(last // 60, last % 60) if last < _LAST else None
    return _NAMED.get((first, last)) or TimeWish(start=start, end=end)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
