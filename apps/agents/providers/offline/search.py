"""Looking for slots and telling what was found, or why nothing was."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from apps.agents.providers.base import ServiceFact
from apps.agents.providers.offline import catalog, choices, dates, opening, phrases
from apps.agents.providers.offline.choices import Choice
from apps.agents.providers.offline.context import Call, Context, Result
from apps.agents.providers.offline.dates import Days
from apps.agents.providers.offline.draft import Goal
from apps.agents.providers.offline.language import fold
from apps.agents.providers.offline.phrases import Slot
from apps.agents.providers.offline.times import ANY_TIME
from apps.agents.providers.offline.tongues.voice import say

# So many free times in one day that the customer had better say which part of it.
MANY = 10
SHOWN = 3
# The last free time is looked for among those of the last hour before it is too late to begin.
LAST_MINUTES = 60
# Without a day, "o quanto antes" looks this far.
SOON_DAYS = 6
# A date further away is said with its year.
A_YEAR = 300


def search(context: Context) -> Call:
    """The `list_slots` call for the first choice of the draft."""
    return _search(_choices(context)[0][1])


@dataclass(frozen=True)
class Stage:
    """Where the search stands: `context` of the choice just looked for, what to look for `next` if nothing is free,
    and `told`, why what the customer would have liked better can't be had.
    """

    context: Context
    next: Call | None = None
    told: str = ""


def stage(context: Context, result: Result) -> Stage:
    every = _choices(context)
    calls = [_search(item) for _, item in every]
    position = next((n for n, call in enumerate(calls) if _gave(call, result)), 0)
    return Stage(
        every[position][1],
        calls[position + 1] if position + 1 < len(every) else None,
        _why_not_before(context, every[: position + 1]),
    )


def _choices(context: Context) -> list[tuple[Choice, Context]]:
    found = choices.in_order(context.draft, today=context.today, soon_days=SOON_DAYS)
    return [(choice, replace(context, draft=choice.draft)) for choice in found]


def _why_not_before(context: Context, looked_for: list[tuple[Choice, Context]]) -> str:
    """Of what the customer named first, once the second choice is looked for."""
    if not looked_for[-1][0].is_second:
        return ""
    found = [result for result in context.results if result.call.name == "list_slots"]
    reasons = [_why_not(item, result) for (_, item), result in zip(looked_for[:-1], found, strict=False)]
    return reasons[0] if reasons else ""


def other_day(context: Context, day: date) -> str:
    """Of "terça ou quinta" the one is looked at first; the other is as welcome."""
    second = context.draft.provisos.second
    days = dates.merge(second.days)
    if not second.is_as_welcome or days is None or not days.is_single or days.start == day:
        return ""
    first, other = (phrases.day_label(item, today=context.today) for item in (day, days.start))
    return say("Vejo {first} primeiro; se preferir {other}, é só dizer.", first=first, other=other)


def _gave(call: Call, result: Result) -> bool:
    """Moving an appointment asks for anybody after its own professional."""
    asked = {"professional_id": None} | call.arguments
    made = {"professional_id": None} | result.call.arguments
    return made in (asked, asked | {"professional_id": None})


def _search(context: Context) -> Call:
    draft, today = context.draft, context.today
    days = draft.days or Days(today, today + timedelta(days=SOON_DAYS))
    service_ids = [service.id for service in wished_services(context)]
    person = draft.professional_id or _only_namesake(context)
    moved = context.appointment if draft.goal == Goal.RESCHEDULE else None
    if moved:
        service_ids = list(draft.exchange or moved.service_ids)
        is_free_to_change = draft.is_anybody or moved.professional_id in draft.provisos.professionals
        person = person or (None if is_free_to_change else moved.professional_id)
        if draft.days is None and not draft.is_soonest:
            days = Days(moved.start.date(), moved.start.date())
    arguments: dict[str, Any] = {
        "service_ids": service_ids,
        "date_from": max(days.start, today).isoformat(),
        "date_to": max(days.end, today).isoformat(),
        **_time_arguments(context, days),
        **({"limit": MANY} if leaves_period_open(context) or draft.is_last_of_day else {}),
        **({"appointment_id": moved.id} if moved else {}),  # its own time counts as free
    }
    refused = draft.provisos.professionals
    who = {"professional_id": person} if person else {"not_with": list(refused)} if refused else {}
    return Call("list_slots", arguments | who)


def _only_namesake(context: Context) -> int | None:
    """Of those called as the customer said, the only one who does this."""
    draft = context.draft
    alike = catalog.namesakes(fold(draft.stranger), context.facts) if draft.stranger else ()
    able = [person.id for person in alike if set(draft.services) <= set(person.service_ids)]
    return able[0] if len(able) == 1 else None


def wished_services(context: Context) -> tuple[ServiceFact, ...]:
    """The services of the draft; the only one there is needs no naming."""
    services = catalog.by_id(context.facts, context.draft.services)
    return services or (context.facts.services if len(context.facts.services) == 1 else ())


def leaves_period_open(context: Context) -> bool:
    """Several services in a row on a day, and no word of when: they need room, so the part of the day matters."""
    draft = context.draft
    names = [service.name for service in wished_services(context)]
    is_several = len(names) > 1 or any("+" in name or " e " in name for name in names)
    is_settled = draft.time is not None or draft.is_soonest or draft.is_last_of_day or bool(context.offers)
    is_booking = draft.goal == Goal.BOOK and draft.days is not None and draft.days.is_single
    return is_several and is_booking and not is_settled


def a_few(slots: list[Slot]) -> list[Slot]:
    """The first, the middle and the last of more than we show."""
    return slots if len(slots) <= SHOWN else [slots[0], slots[len(slots) // 2], slots[-1]]


def _time_arguments(context: Context, days: Days) -> dict[str, str]:
    wish = context.draft.time
    if context.draft.is_last_of_day and (windows := opening.windows_on(days.start, context.facts)):
        return _last_hour(context, closes=windows[-1][1])
    if wish is None:
        return {}
    last = wish.end
    if last and wish.label == "até":  # the tool wants starts before `time_to`
        last = last.replace(minute=min(last.minute + 1, 59))
    named = {"near": wish.near, "time_from": wish.start, "time_to": last}
    return {name: value.strftime("%H:%M") for name, value in named.items() if value}


def _last_hour(context: Context, *, closes: time) -> dict[str, str]:
    """The last hour in which the services can still begin, of the day or of the part of it wished for."""
    wish = context.draft.time
    minutes = sum(service.duration_minutes for service in wished_services(context))
    end = closes.hour * 60 + closes.minute - minutes
    until = {}
    if wish and wish.end and wish.end < closes:
        end = min(end, wish.end.hour * 60 + wish.end.minute)
        until = {"time_to": wish.end.strftime("%H:%M")}
    begin = max(end - LAST_MINUTES, 0)
    return {"time_from": f"{begin // 60:02d}:{begin % 60:02d}"} | until


# Telling


def offer(context: Context, result: Result, slots: list[Slot]) -> str:
    """What is free, as wished."""
    days = _searched_days(context, result)
    listed = options(context, slots, expected=days.start if days.is_single else None)
    if context.draft.goal == Goal.RESCHEDULE and context.appointment:
        mine = phrases.appointment(context.appointment, today=context.today)
        return say(
            "Você tem {mine}. {day},{period} tenho: {options}. {question}",
            mine=mine,
            day=phrases.capital(on(context, days)),
            period=period(context),
            options=listed,
            question=say("Serve?") if len(slots) == 1 else say("Qual prefere?"),
        )
    when = phrases.days_label(days, today=context.today) + period(context)
    if context.draft.is_soonest and context.draft.days is None:
        when = say("o quanto antes")
    source = "{what}, {when}. Tenho só: {options}." if len(slots) == 1 else "{what}, {when}. Tenho: {options}."
    return f"{say(source, what=_head(context, result), when=when, options=listed)} {phrases.which(slots)}"


def extreme(context: Context, slots: list[Slot]) -> Slot | None:
    """The one slot wished for: "o primeiro horário", "o último horário" of a day."""
    draft = context.draft
    if draft.days is None or not draft.days.is_single or not (draft.is_soonest or draft.is_last_of_day):
        return None
    wish = draft.time or ANY_TIME
    that_day = [slot for slot in slots if slot.start.date() == draft.days.start and wish.covers(slot.start.time())]
    if not that_day:
        return None
    return max(that_day, key=_start) if draft.is_last_of_day else min(that_day, key=_start)


def _start(slot: Slot) -> datetime:
    return slot.start


def offer_extreme(context: Context, result: Result, slot: Slot) -> str:
    if context.draft.goal == Goal.RESCHEDULE and context.appointment:
        return offer(context, result, [slot])
    days = _searched_days(context, result)
    is_last = context.draft.is_last_of_day
    source = (
        "{what}, {when}. O último horário livre: {options}."
        if is_last
        else ("{what}, {when}. O primeiro horário livre: {options}.")
    )
    when = phrases.days_label(days, today=context.today) + period(context)
    listed = options(context, [slot], expected=days.start)
    return f"{say(source, what=_head(context, result), when=when, options=listed)} {phrases.which([slot])}"


def offer_instead(context: Context, result: Result, slots: list[Slot]) -> str:
    """Why the wish can't be met, and what is nearest."""
    reason = _why_not(context, result)
    if not slots:
        return f"{reason} {say('Quer tentar outro dia?')}"
    days = _searched_days(context, result)
    listed = options(context, slots, expected=days.start if days.is_single else None)
    question = say("Serve?") if len(slots) == 1 else say("Algum serve?")
    return f"{reason} {say('O mais perto que tenho: {options}.', options=listed)} {question}"


def options(context: Context, slots: Sequence[Slot], *, expected: date | None = None) -> str:
    """Numbered options; the day is said only when it is not the one everybody expects."""
    is_expected = {slot.start.date() for slot in slots} == {expected}
    return phrases.options(slots, today=context.today, common_day=expected if is_expected else None)


def either(context: Context, slots: list[Slot]) -> str:
    """ "9:00 ou 10:15, com Carlos"."""
    text = options(context, slots, expected=only_day(context.offers))
    return re.sub(r" ?\d\) ", say(" ou "), text).removeprefix(say(" ou "))


def only_day(slots: Sequence[Slot]) -> date | None:
    days = {slot.start.date() for slot in slots}
    return days.pop() if len(days) == 1 else None


def on(context: Context, days: Days) -> str:
    """ "na sexta, 20/11", "amanhã, 19/11", "semana que vem (…)"."""
    if not days.is_single:
        return phrases.days_label(days, today=context.today)
    label = phrases.on_day(days.start, today=context.today).rstrip(",")
    return label[:1].lower() + label[1:]


def period(context: Context) -> str:
    label = phrases.time_label(context.draft.time)
    return f" {label}" if label else ""


def _head(context: Context, result: Result) -> str:
    """ "Corte (R$ 45,00, 30 min)", from what the tool said."""
    names = result.data.get("services") or [service.name for service in wished_services(context)]
    details = [phrases.money(result.data["price"])] if result.data.get("price") else []
    if minutes := result.data.get("duration_minutes"):
        details.append(phrases.duration(minutes))
    label = phrases.capital(phrases.services_label(names))
    return f"{label} ({', '.join(details)})" if details else label


def _searched_days(context: Context, result: Result) -> Days:
    first = date.fromisoformat(result.call.arguments["date_from"])
    last = date.fromisoformat(result.call.arguments.get("date_to") or result.call.arguments["date_from"])
    return Days(first, last, context.draft.days.label if context.draft.days else "")


def _why_not(context: Context, result: Result) -> str:
    """Why the wished time can't be had: past, closed, or taken."""
    wish, days = context.draft.time, _searched_days(context, result)
    is_closed = result.data.get("closed")
    if not days.is_single:
        if too_far := _too_far(context, days):
            return too_far
        label = phrases.capital(phrases.days_label(days, today=context.today))
        if is_closed:
            return say("{label} não abrimos.", label=label)
        return say("{when} não tenho horário livre.", when=label + period(context))
    label = phrases.on_day(days.start, today=context.today)
    if too_far := _too_far(context, days):
        return too_far
    when = f"{label}{period(context)}"
    windows = opening.windows_on(days.start, context.facts)
    if is_closed:
        return say("{label} não abrimos.", label=label)
    if days.start == context.today and _is_past(context):
        return say("{when} já passou.", when=when)
    if days.start == context.today and windows and context.facts.now.time() >= windows[-1][1]:
        return say("Hoje já fechamos.")
    if wish and wish.near and windows and not any(start <= wish.near < end for start, end in windows):
        return say("{when} estamos fechados (abrimos {hours}).", when=when, hours=opening.windows_label(windows))
    person = _searched_person(context, result)
    if wish and wish.near and windows and (late := _ends_too_late(wish.near, windows, result)):
        return say("{when} não dá tempo: {services}, e fechamos às {time}.", when=when, **late)
    if wish and wish.near:
        return say("{when} já está tudo ocupado{who}.", when=when, who=person)
    return say("{when} não tenho mais horário{who}.", when=when, who=person)


def _too_far(context: Context, days: Days) -> str:
    last = context.facts.bookable_until
    if last is None or days.start <= last:
        return ""
    label = phrases.on_day(days.start, today=context.today)
    if (days.start - context.today).days > A_YEAR:
        label = f"{label.rstrip(',')} ({days.start.year}),"
    return say(
        "{when} ainda não dá para marcar: a agenda está aberta até {day}.",
        when=label,
        day=phrases.day_month(last),
    )


def _ends_too_late(wish: time, windows: opening.Windows, result: Result) -> dict[str, str]:
    """What takes how long, and when we close, where that comes before the end."""
    minutes = int(result.data.get("duration_minutes") or 0)
    closes = next((end for start, end in windows if start <= wish < end), None)
    if closes is None or wish.hour * 60 + wish.minute + minutes <= closes.hour * 60 + closes.minute:
        return {}
    names = phrases.services_label(result.data.get("services") or [])
    takes = say("{service} leva {duration}", service=names, duration=phrases.duration(minutes))
    return {"services": takes, "time": phrases.clock(closes)}


def _searched_person(context: Context, result: Result) -> str:
    wanted = result.call.arguments.get("professional_id")
    return next(
        (say(" com {who}", who=person.name) for person in context.facts.professionals if person.id == wanted), ""
    )


def _is_past(context: Context) -> bool:
    wish = context.draft.time
    limit = wish and (wish.near or wish.end)
    return bool(limit and limit <= context.facts.now.time())
