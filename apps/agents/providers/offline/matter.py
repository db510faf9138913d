"""The matter at hand: booking, moving or cancelling, and the next thing we need to know for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal

from apps.agents.providers.offline import catalog, opening, phrases
from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.answers import not_offered
from apps.agents.providers.offline.context import Call, Context, Step
from apps.agents.providers.offline.draft import Goal
from apps.agents.providers.offline.language import fold
from apps.agents.providers.offline.phrases import OFFER_OF_PERSON
from apps.agents.providers.offline.pointing import EVERY
from apps.agents.providers.offline.purpose import OFFER_TO_CANCEL
from apps.agents.providers.offline.search import leaves_period_open, on, search, wished_services
from apps.agents.providers.offline.told import asks_period
from apps.agents.providers.offline.tongues.detect import Tongue
from apps.agents.providers.offline.tongues.voice import say, spoken

NOTHING_BOOKED = "Não achei nenhum horário marcado para você."


def moves(context: Context) -> bool:
    """The turn says something that takes a booking, a change or a cancellation further."""
    pushes = (Act.BOOK, Act.CANCEL, Act.RESCHEDULE, Act.WHATEVER, Act.MORE_OPTIONS, Act.ALL)
    if any(said.has_wish or said.number is not None or said.has(*pushes) for said in context.turn.said):
        return True
    if context.draft.goal == Goal.CANCEL and any(EVERY.search(said.text) for said in context.turn.said):
        return True
    takes_back = context.draft.goal == Goal.CANCEL and context.has(Act.GIVE_UP)  # "desisti", just after booking
    return takes_back or (context.answer == Act.YES and context.draft.goal != Goal.NONE)


def cancel(context: Context) -> Step | None:
    if context.draft.goal != Goal.CANCEL or not moves(context):
        return None
    if not context.facts.appointments:
        return say("Não achei nenhum horário marcado para você, então não há o que cancelar.")
    if context.appointment is None:
        return _which_appointment(context)
    return Call("cancel", {"appointment_id": context.appointment.id})


def leave(context: Context) -> str:
    """A goodbye without a deed; who has an appointment hears that it stands."""
    mine = context.facts.appointments
    if not mine:
        return say(phrases.BYE)
    return f"{say('Tudo bem!')} {stands(context)}"


def stands(context: Context) -> str:
    return say("Continua marcado: {mine}.", mine=_listed(context))


def not_booked(context: Context) -> str:
    """ "Cancela" in the middle of a booking: that one is dropped. Was the appointment they have meant too?"""
    booked = say("Você tem {mine}.", mine=_listed(context))
    return f"{say('Tudo bem, não marquei nada.')} {booked} {say(OFFER_TO_CANCEL)}"


def _listed(context: Context) -> str:
    return phrases.join([phrases.appointment(item, today=context.today) for item in context.facts.appointments])


def reschedule(context: Context) -> Step | None:
    if context.draft.goal != Goal.RESCHEDULE or not moves(context):
        return None
    if not context.facts.appointments:
        return f"{say(NOTHING_BOOKED)} {say('Quer marcar um?')}"
    return missing(context) or search(context)


def book(context: Context) -> Step | None:
    if context.draft.goal != Goal.BOOK or not moves(context):
        return None
    if not context.facts.services:
        return f"{say('Ainda não tenho os serviços cadastrados aqui para marcar.')} {say(OFFER_OF_PERSON)}"
    return missing(context) or search(context)


def missing(context: Context) -> str:
    """The question for the first thing still unknown; empty when there is enough to look for slots."""
    if context.draft.goal == Goal.RESCHEDULE:
        return _missing_to_move(context)
    return _missing_service(context) or _missing_person(context) or _missing_day(context)


def _missing_service(context: Context) -> str:
    draft, services = context.draft, context.facts.services
    when = phrases.when_label(draft.days, draft.time, today=context.today)
    if draft.unknown_service:
        return f"{not_offered(context.facts, draft.unknown_service)} {say('Qual você quer?')}"
    if draft.candidates:
        found = catalog.by_id(context.facts, draft.candidates)
        listed = phrases.join([phrases.priced(service) for service in found], " ou ")
        agreed = say("Certo, {when}.", when=when) if when else ""
        return f"{agreed} {say('Qual deles: {options}?', options=listed)}".strip()
    if not wished_services(context):
        closed = opening.closed_note(draft.days, draft.time, context.facts)
        agreed = closed or (say("Certo, {when}.", when=when) if when else say("Claro!"))
        agreed = "" if context.has(Act.ASK_IF_WORKS) else agreed + " "  # answered already
        listed = say("Temos {services}.", services=phrases.price_list(services))
        return f"{agreed}{say('Qual serviço você quer?')} {listed}"
    return ""


def _missing_person(context: Context) -> str:
    """The professional asked for doesn't work here, or doesn't do this."""
    draft, people = context.draft, context.facts.professionals
    able = [person.name for person in people if set(draft.services) <= set(person.service_ids)]
    alike = catalog.namesakes(fold(draft.stranger), context.facts) if draft.stranger else ()
    if doing := [person.name for person in alike if set(draft.services) <= set(person.service_ids)]:
        if len(doing) == 1:
            return ""
        return say("Temos {people}. Com quem você prefere?", people=phrases.join(doing))
    if draft.stranger and able:
        here = phrases.join(able)
        name = phrases.capital(draft.stranger)
        return say(
            "Não encontrei {name} na nossa equipe. Atendem: {here}. Com quem você prefere?", name=name, here=here
        )
    person = next((person for person in people if person.id == draft.professional_id), None)
    if person and able and person.name not in able:
        names = phrases.services_label(service.name for service in wished_services(context))
        who = phrases.capital(phrases.with_article(person.name))
        others = phrases.join(able, " ou ")
        source = "{who} não faz {services}; quem faz é {others}. Com quem você prefere?"
        return say(source, who=who, services=names, others=others)
    return ""


def which_day(context: Context) -> str:
    """The weekday and the date named in this turn don't agree: which of the two days is meant."""
    between = context.draft.between
    if not between:
        return ""
    day = next((item.clashing_date for item in context.turn.said if item.clashing_date), None)
    first, second = (f"{phrases.weekday(item)} {_bare_day(item, context)}" for item in between)
    if day is None:
        return say("É {first} ou {second}?", first=first, second=second)
    source = "Dia {day} é {weekday}. É {first} ou {second}?"
    return say(source, day=_bare_day(day, context), weekday=phrases.weekday(day), first=first, second=second)


def _bare_day(day: date, context: Context) -> str:
    is_plain = spoken() is not Tongue.ENGLISH and day.month == context.today.month
    return str(day.day) if is_plain else phrases.day_month(day)


def ask_which_day(context: Context) -> Step | None:
    """Whatever a turn wants: two days that don't agree are never chosen between without a word."""
    has_goal = context.draft.goal != Goal.NONE
    return which_day(context) or None if has_goal and any(said.clash for said in context.turn.said) else None


def _no_such_day(context: Context) -> str:
    """The turn names a day that doesn't exist, and no other."""
    said = context.turn.said
    name = next((item.no_such_day for item in said if item.no_such_day), "")
    return say("O dia {day} não existe.", day=name.removeprefix("dia ")) if name and not said[-1].days else ""


def _missing_day(context: Context) -> str:
    draft = context.draft
    if either := which_day(context):
        return either
    if never := _no_such_day(context):
        return f"{never} {say('Para que dia você quer?')}"
    if draft.days and draft.days.end < context.today:
        gone = say("{when} já passou.", when=phrases.day_month(draft.days.start))
        return f"{gone} {say('Para que dia você quer?')}"
    if draft.days is None and not draft.is_soonest:
        is_news = any(said.times for said in context.turn.said)
        closed = opening.closed_note(None, draft.time, context.facts) if is_news else ""
        label = "" if closed else phrases.time_label(draft.time)
        asks = say("Para que dia você quer {time}?", time=label) if label else say("Para que dia você quer?")
        return f"{closed or say('Boa!')} {_priced_together(context)}. {asks}"
    return ""


def reminder(context: Context) -> str:
    """The open question again, in short; empty when none is open."""
    if context.draft.goal != Goal.RESCHEDULE:
        if parts := _parts_asked(context):
            return say("E para {day}, {parts}?", day=_short_day(context), parts=phrases.join(parts, " ou "))
        if plain := _missing_service(context):
            is_plain = not (context.draft.unknown_service or context.draft.candidates)
            return say("E qual serviço você quer?") if is_plain else plain
        if not _missing_person(context) and _missing_day(context):
            return say("E para que dia você quer?")
    return missing(context)


def _short_day(context: Context) -> str:
    assert context.draft.days
    return phrases.day_label(context.draft.days.start, today=context.today).split()[0].strip(",")


def _parts_asked(context: Context) -> list[str]:
    """The parts of the day to choose among, when our last line asked for one and nobody answered."""
    if context.draft.days is None or not leaves_period_open(context) or not asks_period(context.asked):
        return []
    day, now = context.draft.days.start, context.facts.now
    return opening.parts_open(day, context.facts, after=now.time() if day == context.today else time.min)


def ask_period(context: Context, parts: Sequence[str]) -> str:
    assert context.draft.days
    choice = say("Prefere {parts}?", parts=phrases.join(parts, " ou "))
    return f"{say('Boa!')} {_priced_together(context)} {on(context, context.draft.days)}. {choice}"


def _priced_together(context: Context) -> str:
    services = wished_services(context)
    total = sum((service.price for service in services), Decimal())
    minutes = sum(service.duration_minutes for service in services)
    names = phrases.capital(phrases.services_label(service.name for service in services))
    return f"{names} ({phrases.money(total)}, {phrases.duration(minutes)})"


def _missing_to_move(context: Context) -> str:
    draft, appointment = context.draft, context.appointment
    if appointment is None:
        return _which_appointment(context)
    if either := which_day(context):
        return either
    if never := _no_such_day(context):
        return f"{never} {say('Para que dia você quer mudar?')}"
    if draft.days and draft.days.end < context.today:
        gone = say("{when} já passou.", when=phrases.day_month(draft.days.start))
        return f"{gone} {say('Para que dia você quer mudar?')}"
    has_time = draft.time is not None and not draft.time.is_any and not draft.keeps_time
    if draft.days is None and not has_time and not draft.is_soonest:
        mine = say("Você tem {mine}.", mine=phrases.appointment(appointment, today=context.today))
        return f"{mine} {say('Para que dia você quer mudar?')}"
    return ""


def _which_appointment(context: Context) -> str:
    """Several appointments, or none on the day the customer named."""
    mine, draft = context.facts.appointments, context.draft
    named = phrases.when_label(draft.source_days, None, today=context.today)
    is_named_day = draft.source_days and any(
        draft.source_days.start <= item.start.date() <= draft.source_days.end for item in mine
    )
    reason = say("Não achei horário seu {when}.", when=named) + " " if named and not is_named_day else ""
    if len(mine) == 1:
        only = phrases.appointment(mine[0], today=context.today)
        return f"{reason}{say('Você tem {mine}.', mine=only)} {say('É esse?')}"
    listed = phrases.appointment_options(mine, today=context.today)
    return f"{reason}{say('Você tem {mine}.', mine=listed)} {say('Qual deles?')}"
