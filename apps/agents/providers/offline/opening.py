"""When the business is open, as it is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from apps.agents.providers.base import ClosedDayFact, Facts, HoursFact
from apps.agents.providers.offline import phrases
from apps.agents.providers.offline.tongues.voice import say


def windows_on(day: date, facts: Facts) -> list[tuple[time, time]]:
    """The business's opening windows on a date, exceptions included."""
    if special := next((special for special in facts.closed_days if special.date == day), None):
        return _special_windows(special)
    return sorted((hours.start, hours.end) for hours in facts.hours if hours.weekday == day.weekday())


def _special_windows(special: ClosedDayFact) -> list[tuple[time, time]]:
    return [] if special.closed or not special.start or not special.end else [(special.start, special.end)]


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
