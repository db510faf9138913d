"""When the business is open, as it is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta

from apps.agents.providers.base import ClosedDayFact, Facts, HoursFact, ProfessionalFact
from apps.agents.providers.offline import phrases
from apps.agents.providers.offline.dates import Days
from apps.agents.providers.offline.times import TimeWish
from apps.agents.providers.offline.tongues.voice import say

Windows = list[tuple[time, time]]


def windows_on(day: date, facts: Facts) -> Windows:
    """The business's opening windows on a date, exceptions included."""
    special = _special(day, facts.closed_days)
    return _weekly(day, facts.hours) if special is None else special


def working_hours(day: date, person: ProfessionalFact, facts: Facts) -> Windows:
    """When somebody works on a date: their own exception, else their own week within what the business opens."""
    special = _special(day, person.special_days)
    if special is not None:
        return special
    business = _special(day, facts.closed_days)
    if not person.hours:
        return windows_on(day, facts)
    own = _weekly(day, person.hours)
    if business is None:
        return own
    shared = [(max(a, c), min(b, d)) for a, b in own for c, d in business]
    return [(start, end) for start, end in shared if start < end]


def _weekly(day: date, hours: Iterable[HoursFact]) -> Windows:
    return sorted((item.start, item.end) for item in hours if item.weekday == day.weekday())


def _special(day: date, days: Iterable[ClosedDayFact]) -> Windows | None:
    """The windows of a date on which the week doesn't hold; None on any other."""
    found = [special for special in days if special.date == day]
    if not found:
        return None
    return sorted((item.start, item.end) for item in found if not item.closed and item.start and item.end)


def windows_label(windows: Sequence[tuple[time, time]]) -> str:
    return phrases.join(
        [say("das {start} às {end}", start=phrases.clock(start), end=phrases.clock(end)) for start, end in windows]
    )


def week_label(hours: Sequence[HoursFact]) -> str:
    """ "de segunda a sexta das 9:00 às 19:00 e sábado das 9:00 às 14:00"."""
    by_day = {
        weekday: windows_label(sorted((item.start, item.end) for item in hours if item.weekday == weekday))
        for weekday in range(7)
    }
    groups: list[tuple[int, int, str]] = []
    for weekday, label in by_day.items():
        if not label:
            continue
        if groups and groups[-1][1] == weekday - 1 and groups[-1][2] == label:
            groups[-1] = (groups[-1][0], weekday, label)
        else:
            groups.append((weekday, weekday, label))
    return phrases.join([f"{_span(first, last)} {label}" for first, last, label in groups])


def _span(first: int, last: int) -> str:
    if first == last:
        return say(phrases.WEEKDAYS[first])
    source = "{first} e {last}" if last == first + 1 else "de {first} a {last}"
    return say(source, first=say(phrases.WEEKDAYS[first]), last=say(phrases.WEEKDAYS[last]))


def open_on(day: date, facts: Facts) -> str:
    """ "Sábado, 21/11, abrimos das 9:00 às 19:00." or the honest opposite."""
    today = facts.now.date()
    label = phrases.capital(phrases.day_label(day, today=today, comma=True))
    windows = windows_on(day, facts)
    if not windows:
        return say("{label}, não abrimos.", label=label)
    hours = windows_label(windows)
    if day == today and facts.now.time() >= windows[-1][1]:
        return say("Hoje já fechamos; abrimos {hours}.", hours=hours)
    if day == today and any(start <= facts.now.time() < end for start, end in windows):
        return say("Hoje estamos abertos, {hours}.", hours=hours)
    return say("{label}, abrimos {hours}.", label=label, hours=hours)


PARTS_OF_DAY = (("manhã", time(0), time(12)), ("tarde", time(12), time(18)), ("noite", time(18), time.max))


def parts_open(day: date, facts: Facts, *, after: time = time.min) -> list[str]:
    """The parts of a day in which the business is open: "manhã", "tarde", "noite"."""
    windows = [(max(start, after), end) for start, end in windows_on(day, facts)]
    return [
        say(name)
        for name, begin, finish in PARTS_OF_DAY
        if any(max(start, begin) < min(end, finish) for start, end in windows)
    ]


# A wish outside the hours


def closed_note(days: Days | None, wish: TimeWish | None, facts: Facts) -> str:
    """That nobody is here at the day or the time wished for, and when we open; empty when somebody may be."""
    if not facts.hours:
        return ""
    if days is None:
        is_out = wish is not None and not any(_meets(wish, item.start, item.end) for item in facts.hours)
        return _closed_at(phrases.capital(phrases.time_label(wish)), week_label(facts.hours)) if is_out else ""
    if not days.is_single:
        return ""
    windows = windows_on(days.start, facts)
    today = facts.now.date()
    if not windows:
        closed = say("{label} não abrimos.", label=phrases.on_day(days.start, today=today))
        return f"{closed} {_nearest_open(days.start, facts)}".strip()
    if wish is None or any(_meets(wish, start, end) for start, end in windows):
        return ""
    when = f"{phrases.on_day(days.start, today=today)} {phrases.time_label(wish)}"
    return _closed_at(when, windows_label(windows))


def _closed_at(when: str, hours: str) -> str:
    return say("{when} estamos fechados (abrimos {hours}).", when=when, hours=hours)


def _meets(wish: TimeWish, opens: time, closes: time) -> bool:
    if wish.near:
        return opens <= wish.near < closes
    return (wish.start or time.min) < closes and opens <= (wish.end or time.max)


def _nearest_open(day: date, facts: Facts) -> str:
    """The open day closest to a closed one, the later of two equally close."""
    for distance in range(1, 8):
        for other in (day + timedelta(days=distance), day - timedelta(days=distance)):
            if other >= facts.now.date() and (windows := windows_on(other, facts)):
                label = phrases.day_label(other, today=facts.now.date())
                return say("O dia mais perto em que abrimos é {day}, {hours}.", day=label, hours=windows_label(windows))
    return ""
