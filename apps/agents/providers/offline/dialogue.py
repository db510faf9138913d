"""Decides the next step of a turn: a tool to run, or what to say.

Pure: the same context gives the same step. A turn is re-read from the start each round, so the
tool results already there tell how far it has come.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from apps.agents.providers.offline import catalog, phrases
from apps.agents.providers.offline.answers import answers, not_offered
from apps.agents.providers.offline.context import Call, Context, Result
from apps.agents.providers.offline.dates import Days, TimeWish, half_a_day_later
from apps.agents.providers.offline.draft import Goal, shown_options, shown_times
from apps.agents.providers.offline.intents import ASKS, Act
from apps.agents.providers.offline.language import fold
from apps.agents.providers.offline.phrases import Slot

Step = Call | str
Rule = Callable[[Context], Step | None]

LOST = "essa eu não peguei"
OFFER_OF_PERSON = "Quer que eu chame alguém da equipe?"
ABILITIES = "Consigo ver serviços, preços e horários, e marcar, mudar ou cancelar para você."


def decide(context: Context) -> Step:
    """The next tool call, or the finished reply of this turn."""
    step = _after_tools(context) if context.results else _first_step(context)
    return step if isinstance(step, Call) and step.name != "handoff" else _finish(context, step)


def _first_step(context: Context) -> Step:
    return next(step for rule in RULES if (step := rule(context)) is not None)


def _finish(context: Context, step: Step) -> Step:
    """The reply around the body: who we are (once), answers to what was asked, then the matter at hand."""
    if isinstance(step, Call):
        return replace(step, text=_opened(context, step.text, is_handoff=True))
    lines = [line for line in answers(context) if line not in step]
    if _has_open_question(context) and phrases.HONEST not in step and LOST not in step:
        lines.append(f"Sobre a outra pergunta, {phrases.HONEST}.")
    return _opened(context, " ".join([*lines, step]).strip())


def _opened(context: Context, body: str, *, is_handoff: bool = False) -> str:
    greeting = _greeting(context)
    if context.facts.is_first_reply:
        body = body.removeprefix("Claro! ") if is_handoff else body
        return f"{phrases.introduction(context.facts, greeting=greeting or 'Oi!')} {body}"
    return f"{greeting} {body}" if greeting and not is_handoff else body


def _greeting(context: Context) -> str:
    if not context.has(Act.GREETING, Act.HOW_ARE_YOU):
        return ""
    text = " ".join(said.text for said in context.turn.said)
    named = re.search(r"\b(bom dia|boa tarde|boa noite)\b", text)
    hello = f"{phrases.capital(named[1])}!" if named else "Oi!"
    return f"{hello} Tudo bem por aqui!" if context.has(Act.HOW_ARE_YOU) else hello


def _has_open_question(context: Context) -> bool:
    return any(said.is_unknown_question for said in context.turn.said)


# People


def _call_person(context: Context) -> Step | None:
    if context.has(Act.COMPLAINT):
        return _handoff(context, "Cliente insatisfeito.", "Poxa, sinto muito por isso. Já chamei a equipe, uma pessoa te responde por aqui.")
    if context.has(Act.PERSON) or _accepts_person(context):
        return _handoff(context, "Pediu uma pessoa.", phrases.HANDOFF)
    if context.has(Act.UNREADABLE):
        return _handoff(context, "Mandou um áudio ou vídeo.", "Ainda não consigo abrir áudio ou vídeo por aqui. Já chamei a equipe, uma pessoa te responde.")
    return None


def _accepts_person(context: Context) -> bool:
    offered = fold(OFFER_OF_PERSON)[:-1] in fold(context.asked) or "quer que eu chame a equipe" in fold(context.asked)
    return offered and context.answer == Act.YES and not any(said.has_wish for said in context.turn.said)


def _handoff(context: Context, reason: str, text: str) -> Call:
    return Call("handoff", {"reason": " ".join(filter(None, [reason, summary(context)]))}, text)


def summary(context: Context) -> str:
    """What the attendant should know: "Quer remarcar. Corte + barba, sexta 20/11"."""
    draft = context.draft
    names = phrases.services_label(service.name for service in catalog.by_id(context.facts, draft.services))
    when = phrases.when_label(draft.days, draft.time, today=context.today)
    about = ", ".join(filter(None, [phrases.capital(names), when]))
    goal = {Goal.RESCHEDULE: "Quer remarcar.", Goal.CANCEL: "Quer cancelar."}.get(draft.goal, "")
    return " ".join(filter(None, [goal, about + "." if about else ""]))


def _protect_others(context: Context) -> Step | None:
    if not context.has(Act.OTHER_CUSTOMER):
        return None
    return f"Por aqui eu só cuido dos seus próprios horários. {OFFER_OF_PERSON}"


# A proposal waits for a yes


def _answer_proposal(context: Context) -> Step | None:
    proposal = context.proposal
    if proposal is None or _changes_proposal(context):
        return None
    if context.has(Act.GIVE_UP):
        return phrases.BYE if proposal.tool == "book" else "Tudo bem, fica como está. Quando quiser é só chamar."
    if context.has(Act.CANCEL) and proposal.tool != "cancel" and context.draft.goal != Goal.NONE:
        return None
    if context.answer == Act.NO or (context.has(Act.CANCEL) and proposal.tool != "cancel"):
        return {
            "book": "Sem problema, não marquei nada. Quer ver outro dia ou outro horário?",
            "reschedule": "Sem problema, seu horário continua como estava. Quer ver outro dia ou outro horário?",
        }.get(proposal.tool, "Combinado, seu horário continua marcado.")
    if context.answer == Act.YES:
        return Call(proposal.tool, dict(proposal.arguments))
    return None


def _changes_proposal(context: Context) -> bool:
    """Something said in this turn asks for another booking than the one proposed."""
    assert context.proposal
    booked = context.proposal.summary
    start = datetime.fromisoformat(booked["start"])
    others = {service.id for service in context.facts.services if service.name not in booked.get("services", ())}
    people = {person.id: person.name for person in context.facts.professionals}
    for said in context.turn.said:
        if said.has(Act.EARLIER, Act.LATER, Act.OTHER_DAY, Act.OTHER_PERSON, Act.SOONEST, Act.LAST_OF_DAY, Act.MORE_OPTIONS):
            return True
        if said.days and said.wished_days and not said.wished_days.start <= start.date() <= said.wished_days.end:
            return True
        if said.time and not said.time.is_any and not _covers(said.time, start.time()):
            return True
        if set(said.services.ids) & others or said.services.candidates or said.has(Act.REMOVE) or said.stranger:
            return True
        if said.professional_id and people.get(said.professional_id) != booked.get("professional"):
            return True
        if said.has(Act.RESCHEDULE) and context.proposal.tool != "reschedule":
            return True
    return False


def _covers(wish: TimeWish, moment: time) -> bool:
    if wish.near:
        return moment in (wish.near, half_a_day_later(wish.near))
    return (wish.start or time.min) <= moment <= (wish.end or time.max)


# Offered slots wait for a choice


def _choose(context: Context) -> Step | None:
    if not context.offers or context.draft.goal not in (Goal.BOOK, Goal.RESCHEDULE) or _changes_services(context):
        return None
    found = _chosen(context)
    if len(found) == 1:
        return _write(context, found[0].slot_id)
    if len(found) > 1:
        return f"Tenho {_options(context, found, numbered=False)}. Qual prefere?"
    return None


def _changes_services(context: Context) -> bool:
    return any(said.services and set(said.services.ids) != set(context.story.before.services) for said in context.turn.said)


def _chosen(context: Context) -> list[Slot]:
    """The offered slots that fit what was just said; none when it asks for something else."""
    said = context.turn.said
    last = next((item for item in reversed(said) if item.has_wish or item.number is not None), None)
    if last is None or any(item.has(Act.MORE_OPTIONS, Act.EARLIER, Act.LATER, Act.OTHER_DAY, Act.OTHER_PERSON, Act.SAME_TIME) for item in said):
        return _taken_as_they_come(context)
    days = next((item.wished_days for item in reversed(said) if item.days), None)
    wish = next((item.time for item in reversed(said) if item.times), None)
    person = next((item.professional_id for item in reversed(said) if item.professional_id), None)
    if last.number is not None and not wish and (slot := _numbered(context, last.number)):
        return [slot] if _fits(slot, days=days, wish=None, person=person) else []
    if not (days or wish or person):
        return _taken_as_they_come(context)
    if wish and not wish.near:
        return []
    found = [slot for slot in context.offers if _fits(slot, days=days, wish=wish, person=person)]
    if wish and wish.near:
        return found[:1]
    return found if len(found) < len(context.offers) or len(found) == 1 else []


def _taken_as_they_come(context: Context) -> list[Slot]:
    """ "Qualquer um", or a plain yes to the only one."""
    if context.has(Act.WHATEVER, Act.ANYBODY) or (context.answer == Act.YES and len(context.offers) == 1 and not _wishes(context)):
        return [context.offers[0]]
    return []


def _wishes(context: Context) -> bool:
    return any(said.has_wish for said in context.turn.said)


def _fits(slot: Slot, *, days: Days | None, wish: TimeWish | None, person: int | None) -> bool:
    return (
        (days is None or days.start <= slot.start.date() <= days.end)
        and (wish is None or _covers(wish, slot.start.time()))
        and (person is None or slot.professional_id == person)
    )


def _numbered(context: Context, number: int) -> Slot | None:
    """Option `number` as our last list showed it: by what stood there when the offers have changed since."""
    shown = next((options for text in reversed(context.story.told) if (options := shown_options(text))), {})
    number = (max(shown) if shown else len(context.offers)) if number == -1 else number
    if shown and number not in shown:
        return None
    index = number - 1
    slot = context.offers[index] if 0 <= index < len(context.offers) else None
    if not shown:
        return slot
    times = shown_times(shown[number])
    if slot and times and times[0] == slot.start.time():
        return slot
    same = [item for item in context.offers if times and item.start.time() == times[0]]
    return next((item for item in same if item.professional in shown[number]), same[0] if same else None)


def _write(context: Context, slot_id: str) -> Call:
    if context.draft.goal == Goal.RESCHEDULE and context.draft.appointment_id is not None:
        return Call("reschedule", {"appointment_id": context.draft.appointment_id, "slot_id": slot_id})
    return Call("book", {"slot_id": slot_id})


# Leaving


def _let_go(context: Context) -> Step | None:
    if context.has(Act.GIVE_UP) and not any(said.has_wish or said.has(Act.BOOK) for said in context.turn.said):
        return phrases.BYE
    if context.has(Act.CANCEL) and context.draft.goal == Goal.NONE and context.story.before.goal != Goal.NONE:
        return phrases.BYE
    return None


def _decline(context: Context) -> Step | None:
    if context.answer != Act.NO or _wishes(context) or _asks(context) or _moves(context):
        return None
    if context.offers and shown_options(context.asked):
        return "Sem problema! Prefere outro dia ou outro horário?"
    return phrases.BYE


# The matter itself


def _moves(context: Context) -> bool:
    """The turn says something that takes a booking, a change or a cancellation further."""
    return any(
        said.has_wish or said.number is not None or said.has(Act.BOOK, Act.CANCEL, Act.RESCHEDULE, Act.WHATEVER, Act.MORE_OPTIONS)
        for said in context.turn.said
    ) or (context.answer == Act.YES and context.draft.goal != Goal.NONE)


def _cancel(context: Context) -> Step | None:
    if context.draft.goal != Goal.CANCEL or not _moves(context):
        return None
    if not context.facts.appointments:
        return "Não achei nenhum horário marcado para você, então não há o que cancelar."
    if context.appointment is None:
        return _which_appointment(context)
    return Call("cancel", {"appointment_id": context.appointment.id})


def _which_appointment(context: Context) -> str:
    return f"Você tem {phrases.appointment_options(context.facts.appointments, today=context.today)}. Qual deles?"


def _reschedule(context: Context) -> Step | None:
    if context.draft.goal != Goal.RESCHEDULE or not _moves(context):
        return None
    if not context.facts.appointments:
        return "Não achei nenhum horário marcado para você. Quer marcar um?"
    return _missing(context) or _search(context)


def _book(context: Context) -> Step | None:
    if context.draft.goal != Goal.BOOK or not _moves(context):
        return None
    if not context.facts.services:
        return f"Ainda não tenho os serviços cadastrados aqui para marcar. {OFFER_OF_PERSON}"
    return _missing(context) or _search(context)


def _missing(context: Context) -> str:
    """The question for the first thing still unknown; empty when there is enough to look for slots."""
    draft = context.draft
    if draft.goal == Goal.RESCHEDULE:
        return _missing_to_move(context)
    services = catalog.by_id(context.facts, draft.services)
    if draft.unknown_service:
        return f"{not_offered(context.facts, draft.unknown_service)} Qual você quer?"
    if draft.candidates:
        return f"Qual deles: {phrases.join([_priced(item) for item in catalog.by_id(context.facts, draft.candidates)], ' ou ')}?"
    if not services and len(context.facts.services) > 1:
        return f"Claro! Qual serviço você quer? Temos {phrases.price_list(context.facts.services)}."
    if problem := _person_problem(context):
        return problem
    if draft.days and draft.days.end < context.today:
        return f"{phrases.capital(phrases.day_month(draft.days.start))} já passou. Para que dia você quer?"
    if draft.days is None and not draft.is_soonest:
        return f"Boa! {_priced_together(context)}. Para que dia você quer{_at_time(context)}?"
    if _needs_period(context):
        assert draft.days
        return f"Boa! {_priced_together(context)} {_on(context, draft.days)}. Prefere manhã, tarde ou noite?"
    return ""


def _priced(service: Any) -> str:
    return f"{phrases.lower(service.name)} ({phrases.money(service.price)})"


def _wished_services(context: Context) -> tuple[Any, ...]:
    services = catalog.by_id(context.facts, context.draft.services)
    return services or (context.facts.services if len(context.facts.services) == 1 else ())


def _priced_together(context: Context) -> str:
    services = _wished_services(context)
    total = sum(service.price for service in services)
    minutes = sum(service.duration_minutes for service in services)
    names = phrases.capital(phrases.services_label(service.name for service in services))
    return f"{names} ({phrases.money(total)}, {phrases.duration(minutes)})"


def _on(context: Context, days: Days) -> str:
    if not days.is_single:
        return phrases.days_label(days, today=context.today)
    on = phrases.on_day(days.start, today=context.today)
    return on[:1].lower() + on[1:]


def _at_time(context: Context) -> str:
    label = phrases.time_label(context.draft.time)
    return f" {label}" if label else ""


def _needs_period(context: Context) -> bool:
    """Two services in a row need room: ask for the part of the day before listing."""
    draft = context.draft
    is_settled = draft.time is not None or draft.is_soonest or draft.is_last_of_day
    names = [service.name for service in _wished_services(context)]
    is_several = len(names) > 1 or any("+" in name or " e " in name for name in names)
    return is_several and not is_settled and bool(draft.days and draft.days.is_single) and not context.offers


def _missing_to_move(context: Context) -> str:
    draft, appointment = context.draft, context.appointment
    if appointment is None:
        return _which_appointment(context)
    if draft.days and draft.days.end < context.today:
        return f"{phrases.day_month(draft.days.start)} já passou. Para que dia você quer mudar?"
    if draft.days is None and (draft.time is None or draft.time.is_any) and not draft.is_soonest:
        return f"Você tem {phrases.appointment(appointment, today=context.today)}. Para que dia você quer mudar?"
    return ""


def _person_problem(context: Context) -> str:
    """The professional asked for doesn't work here, or doesn't do this."""
    draft, people = context.draft, context.facts.professionals
    able = [person.name for person in people if set(draft.services) <= set(person.service_ids)]
    if draft.stranger and people:
        return f"Não encontrei {phrases.capital(draft.stranger)} na nossa equipe; quem atende é {phrases.join(able)}. Com quem você prefere?"
    person = next((person for person in people if person.id == draft.professional_id), None)
    if person and not set(draft.services) <= set(person.service_ids) and able:
        names = phrases.services_label(service.name for service in catalog.by_id(context.facts, draft.services))
        return f"{phrases.capital(phrases.with_article(person.name))} não faz {names}; quem faz é {phrases.join(able, ' ou ')}. Com quem você prefere?"
    return ""


# Looking for slots


def _search(context: Context) -> Call:
    draft, today = context.draft, context.today
    if draft.goal == Goal.RESCHEDULE and context.appointment:
        service_ids = list(context.appointment.service_ids)
        person = draft.professional_id or (None if draft.is_anybody else context.appointment.professional_id)
        days = draft.days or Days(context.appointment.start.date(), context.appointment.start.date())
    else:
        service_ids = [service.id for service in _wished_services(context)]
        person = draft.professional_id
        days = draft.days or Days(today, today + timedelta(days=6))
    if draft.is_soonest and draft.days is None:
        days = Days(today, today + timedelta(days=6))
    arguments: dict[str, Any] = {
        "service_ids": service_ids,
        "date_from": max(days.start, today).isoformat(),
        "date_to": max(days.end, today).isoformat(),
        **_time_arguments(context, days),
    }
    if person:
        arguments["professional_id"] = person
    return Call("list_slots", arguments)


def _time_arguments(context: Context, days: Days) -> dict[str, str]:
    wish = context.draft.time
    if context.draft.is_last_of_day and (windows := phrases.windows_on(days.start, context.facts)):
        return {"time_from": f"{max(windows[-1][1].hour - 2, 0):02d}:00"}
    if wish is None:
        return {}
    named = {"near": wish.near, "time_from": wish.start, "time_to": wish.end}
    return {name: value.strftime("%H:%M") for name, value in named.items() if value}


# After a tool


def _after_tools(context: Context) -> Step:
    result = context.results[-1]
    return AFTER.get(result.call.name, _after_anything)(context, result)


def _after_anything(context: Context, _: Result) -> Step:
    return _pending(context) or "Como posso ajudar?"


def _after_handoff(context: Context, result: Result) -> Step:
    return str(result.data.get("text") or phrases.HANDOFF.removeprefix("Claro! "))


def _after_search(context: Context, result: Result) -> Step:
    if not result.data.get("ok"):
        return _trouble(context, result)
    slots = [Slot.from_result(item) for item in result.data.get("slots", ())]
    wish = context.draft.time
    if slots and result.data.get("exact") and (wish and wish.near):
        return _write(context, _same_person(context, slots).slot_id)
    if slots and result.data.get("exact"):
        return _offer(context, result, slots)
    return _offer_instead(context, result, slots)


def _same_person(context: Context, slots: list[Slot]) -> Slot:
    """Of the slots at the very time wished, the one with whom the customer had just chosen."""
    first = slots[0]
    before = [offer for offer in context.offers if offer.start.time() == first.start.time()]
    liked = {offer.professional_id for offer in before}
    return next((slot for slot in slots if slot.start == first.start and slot.professional_id in liked), first)


def _offer(context: Context, result: Result, slots: list[Slot]) -> str:
    days = _searched_days(result)
    listed = _options(context, slots, within=days)
    if context.draft.goal == Goal.RESCHEDULE and context.appointment:
        mine = phrases.appointment(context.appointment, today=context.today)
        return f"Você tem {mine}. {phrases.capital(_on(context, days))}{_period(context)}, tenho: {listed}. Qual prefere?"
    when = " ".join(filter(None, [phrases.days_label(days, today=context.today), phrases.time_label(context.draft.time)]))
    if context.draft.is_soonest:
        when = "o quanto antes"
    only = " só" if len(slots) == 1 else ""
    return f"{_head(context, result)}, {when}. Tenho{only}: {listed}. {phrases.which(slots)}"


def _period(context: Context) -> str:
    label = phrases.time_label(context.draft.time)
    return f" {label}" if label else ""


def _head(context: Context, result: Result) -> str:
    """ "Corte (R$ 45,00, 30 min)", from what the tool said."""
    names = result.data.get("services") or [service.name for service in _wished_services(context)]
    details = [phrases.money(result.data["price"])] if result.data.get("price") else []
    if minutes := result.data.get("duration_minutes"):
        details.append(phrases.duration(minutes))
    label = phrases.capital(phrases.services_label(names))
    return f"{label} ({', '.join(details)})" if details else label


def _searched_days(result: Result) -> Days:
    first = datetime.fromisoformat(result.call.arguments["date_from"]).date()
    last = datetime.fromisoformat(result.call.arguments.get("date_to") or result.call.arguments["date_from"]).date()
    return Days(first, last)


def _options(context: Context, slots: list[Slot], *, within: Days | None = None, numbered: bool = True) -> str:
    dates_shown = {slot.start.date() for slot in slots}
    is_same_day = len(dates_shown) == 1 and (within is None or within.is_single and within.start in dates_shown)
    common = next(iter(dates_shown)) if is_same_day else None
    text = phrases.options(slots, today=context.today, common_day=common)
    return text if numbered else re.sub(r" ?\d\) ", " ou ", text).removeprefix(" ou ")


def _offer_instead(context: Context, result: Result, slots: list[Slot]) -> str:
    reason = _why_not(context, result)
    if not slots:
        return f"{reason} Quer tentar outro dia?"
    listed = _options(context, slots, within=_searched_days(result))
    mixed = _options(context, slots, within=None) if len({slot.start.date() for slot in slots}) > 1 else listed
    return f"{reason} O mais perto que tenho: {mixed}. {'Serve?' if len(slots) == 1 else 'Algum serve?'}"


def _why_not(context: Context, result: Result) -> str:
    """Why the wished time can't be had: past, closed, or taken."""
    draft, days = context.draft, _searched_days(result)
    label = phrases.on_day(days.start, today=context.today) if days.is_single else phrases.capital(phrases.days_label(draft.days or days, today=context.today))
    if result.data.get("closed"):
        return f"{label} não abrimos." if days.is_single else f"{label} estamos fechados."
    when = f"{label} {phrases.time_label(draft.time)}".strip()
    if days.is_single and days.start == context.today and _is_past(context):
        return f"{when} já passou."
    if days.is_single and draft.time and draft.time.near and (windows := phrases.windows_on(days.start, context.facts)):
        if not any(start <= draft.time.near < end for start, end in windows):
            return f"{when} estamos fechados (abrimos {phrases.windows_label(windows)})."
    person = next((item.name for item in context.facts.professionals if item.id == result.call.arguments.get("professional_id")), "")
    if draft.time and draft.time.near:
        return f"{when} {phrases.with_article(person)} já está ocupado." if person and not phrases.with_article(person).startswith("a ") else (
            f"{when} {phrases.with_article(person)} já está ocupada." if person else f"{when} já está tudo ocupado."
        )
    return f"{when} não tenho mais horário{' com ' + person if person else ''}."


def _is_past(context: Context) -> bool:
    wish = context.draft.time
    limit = wish and (wish.near or wish.end)
    return bool(limit and limit <= context.facts.now.time())


def _after_write(context: Context, result: Result) -> Step:
    status = result.data.get("status")
    if not result.data.get("ok") or status not in SAY:
        return _refused(context, result)
    return SAY[status](context, result)


def _refused(context: Context, result: Result) -> Step:
    alternatives = [Slot.from_result(item) for item in result.data.get("alternatives", ())]
    if result.data.get("code") == "slot_taken":
        if alternatives:
            listed = _options(context, alternatives)
            return f"Poxa, esse horário acabou de ser ocupado. Tenho: {listed}. {phrases.which(alternatives)}"
        return "Poxa, esse horário acabou de ser ocupado. Quer ver outro dia ou outro horário?"
    return _trouble(context, result)


def _trouble(context: Context, result: Result) -> Step:
    """A tool said no. Once, look again for slots that may have expired; then be honest and offer a person."""
    writes_slot = result.call.name in ("book", "reschedule")
    if writes_slot and context.last("list_slots") is None and (context.draft.days or context.draft.goal == Goal.RESCHEDULE) and not _missing(context):
        return _search(context)
    said = str(result.data.get("message") or "Não consegui fazer isso agora.").strip()
    return f"{said if said[-1] in '.!?' else said + '.'} {OFFER_OF_PERSON}"


def _proposed(context: Context, result: Result) -> str:
    deed = result.data["summary"]
    start = datetime.fromisoformat(deed["start"])
    names = phrases.services_label(deed["services"])
    if result.call.name == "cancel":
        day = phrases.day_label(start.date(), today=context.today)
        return f"Cancelo então {names}, {day} às {phrases.clock(start)} com {deed['professional']}. Confirma?"
    if result.call.name == "reschedule":
        day = phrases.day_label(start.date(), today=context.today, comma=True)
        return f"Troco então para {day}, às {phrases.clock(start)} com {deed['professional']}. Confirma?"
    day = phrases.day_label(start.date(), today=context.today)
    if context.last("list_slots") is None:
        return f"Fechado então: {names}, {day} às {phrases.clock(start)} com {deed['professional']}, {phrases.money(deed['price'])}. Posso confirmar?"
    opening = "Sem problema!" if context.story.told and context.story.before.days else "Tenho sim!"
    head = phrases.capital(phrases.day_label(start.date(), today=context.today, comma=True))
    who = phrases.with_article(deed["professional"])
    return f"{opening} {head}, às {phrases.clock(start)} {who} está livre. {phrases.capital(names)}, {phrases.money(deed['price'])}. Confirmo?"


def _done_label(context: Context, result: Result) -> str:
    deed = result.data["summary"]
    start = datetime.fromisoformat(deed["start"])
    day = phrases.capital(phrases.day_label(start.date(), today=context.today, comma=True))
    return f"{day}, {phrases.clock(start)}, com {deed['professional']}."


def _booked(context: Context, result: Result) -> str:
    return f"Marcado ✅ {_done_label(context, result)} Se precisar mudar, é só me chamar por aqui."


def _rescheduled(context: Context, result: Result) -> str:
    freed = ""
    if old := result.data["summary"].get("from_start"):
        day = datetime.fromisoformat(old).date()
        distance = (day - context.today).days
        label = ("hoje", "amanhã")[distance] if distance in (0, 1) else f"{phrases.WEEKDAYS[day.weekday()]}, {phrases.day_month(day)},"
        freed = f" O horário de {label} foi liberado."
    return f"Remarcado ✅ {_done_label(context, result)}{freed}"


def _cancelled(context: Context, result: Result) -> str:
    deed = result.data["summary"]
    start = datetime.fromisoformat(deed["start"])
    day = phrases.day_label(start.date(), today=context.today)
    return f"Cancelado ✅ {phrases.capital(phrases.services_label(deed['services']))}, {day} às {phrases.clock(start)}. Quando quiser marcar de novo é só chamar."


SAY: dict[str, Callable[[Context, Result], str]] = {
    "proposed": _proposed,
    "booked": _booked,
    "rescheduled": _rescheduled,
    "cancelled": _cancelled,
}
AFTER: dict[str, Callable[[Context, Result], Step]] = {
    "handoff": _after_handoff,
    "list_slots": _after_search,
    "book": _after_write,
    "reschedule": _after_write,
    "cancel": _after_write,
}


# Talk beside the matter


def _asks(context: Context) -> bool:
    return any(said.acts & ASKS for said in context.turn.said)


def _only_asked(context: Context) -> Step | None:
    """Answers come first (see `_finish`); then the question that was open, or an invitation."""
    if not _asks(context):
        return None
    if context.has(Act.ASK_APPOINTMENTS):
        return _pending(context)
    if context.has(Act.ASK_PRICE, Act.ASK_SERVICES, Act.ASK_DURATION, Act.ASK_HOURS) and context.facts.services:
        return _pending(context) or "Quer marcar um horário?"
    return _pending(context)


def _pending(context: Context) -> str:
    """The question that was open before the customer asked something else, in short."""
    if context.proposal:
        return _pending_proposal(context)
    draft = context.draft
    if draft.goal == Goal.NONE:
        return ""
    if draft.goal == Goal.CANCEL:
        return "Qual horário você quer cancelar?" if context.facts.appointments and not context.appointment else ""
    if question := _missing(context):
        return _shortened(context, question)
    if context.offers:
        return f"E dos horários: {_options(context, list(context.offers))}. {phrases.which(context.offers)}"
    return ""


def _pending_proposal(context: Context) -> str:
    assert context.proposal
    deed = context.proposal.summary
    start = datetime.fromisoformat(deed["start"])
    day = phrases.day_label(start.date(), today=context.today)
    matter = {"cancel": "Cancelo mesmo", "reschedule": "Troco para"}.get(context.proposal.tool, "E confirmo")
    names = "" if context.proposal.tool == "reschedule" else phrases.services_label(deed["services"]) + ", "
    return f"{matter} {names}{day} às {phrases.clock(start)} com {deed['professional']}?"


def _shortened(context: Context, question: str) -> str:
    if question.endswith("Prefere manhã, tarde ou noite?") and context.draft.days:
        day = phrases.day_label(context.draft.days.start, today=context.today)
        return f"E para {day.split()[0].rstrip(',')}, manhã, tarde ou noite?"
    if "Para que dia" in question:
        return "E para que dia você quer?"
    if question.startswith("Claro! Qual serviço"):
        return "E qual serviço você quer?"
    return question.removeprefix("Boa! ").removeprefix("Claro! ")


def _be_polite(context: Context) -> Step | None:
    if any(said.is_unknown for said in context.turn.said):
        return None
    if context.has(Act.THANKS, Act.BYE):
        return "Por nada! Quando precisar é só chamar 😊" if context.has(Act.THANKS) else "Até mais! Quando precisar é só chamar."
    if context.has(Act.WAIT):
        return "Sem pressa, fico por aqui."
    if context.has(Act.NOT_SURE):
        return _pending(context) or "Sem pressa! Se quiser, te passo os horários de um dia."
    if context.has(Act.GREETING, Act.HOW_ARE_YOU, Act.INTRODUCTION):
        return _pending(context) or "Como posso ajudar?"
    return None


def _acknowledge(context: Context) -> Step | None:
    """A yes with nothing to say yes to, or a message without words."""
    if context.answer == Act.YES or not any(said.is_unknown for said in context.turn.said):
        return _pending(context) or ("Combinado! Qualquer coisa é só chamar." if context.asked and "?" not in context.asked else "Como posso ajudar?")
    return None


def _admit(context: Context) -> Step:
    """We don't know. Once we say so; the second time in a row a person is called."""
    if phrases.HONEST in context.asked or LOST in context.asked:
        return _handoff(context, "Perguntou algo que não sei responder.", "Essa eu também não sei responder. Já chamei a equipe, uma pessoa te responde por aqui.")
    sorry = f"Puxa, {phrases.HONEST}." if _has_open_question(context) else f"Desculpa, {LOST}."
    if pending := _pending(context):
        return f"{sorry} Se quiser, é só pedir que eu chamo a equipe. {pending}"
    return f"{sorry} {ABILITIES} {OFFER_OF_PERSON}"


RULES: tuple[Rule, ...] = (
    _call_person,
    _protect_others,
    _answer_proposal,
    _let_go,
    _choose,
    _decline,
    _cancel,
    _reschedule,
    _book,
    _only_asked,
    _be_polite,
    _acknowledge,
    _admit,
)
