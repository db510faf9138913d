"""The customer's answer to what we put before them: a proposal to confirm, or slots to choose from."""

from __future__ import annotations

from datetime import datetime, time

from apps.agents.providers.base import ProposalFact
from apps.agents.providers.offline import matter
from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.context import Call, Context, Step
from apps.agents.providers.offline.dates import Days
from apps.agents.providers.offline.draft import Goal
from apps.agents.providers.offline.phrases import Slot
from apps.agents.providers.offline.search import either, only_day, options
from apps.agents.providers.offline.times import TimeWish, half_a_day_later
from apps.agents.providers.offline.told import shown_options, shown_times, tells_of
from apps.agents.providers.offline.tongues.voice import say
from apps.agents.providers.offline.understanding import Understanding

NOT_DONE = {
    "book": "Sem problema, não marquei nada. Quer ver outro dia ou outro horário?",
    "reschedule": "Sem problema, seu horário continua como estava. Quer ver outro dia ou outro horário?",
    "cancel": "Combinado, seu horário continua marcado.",
}
KEPT = "Tudo bem, fica como está. Quando quiser é só chamar."
ANOTHER_BOOKING = (
    Act.EARLIER, Act.LATER, Act.OTHER_DAY, Act.OTHER_PERSON, Act.SOONEST, Act.LAST_OF_DAY, Act.MORE_OPTIONS, Act.REMOVE,
    Act.EXCEPT,
)  # fmt: skip
ANOTHER_SLOT = (Act.MORE_OPTIONS, Act.EARLIER, Act.LATER, Act.OTHER_DAY, Act.OTHER_PERSON, Act.SAME_TIME)


# A proposal waits for a yes


def answer_proposal(context: Context) -> Step | None:
    """Only a plain yes to the very proposal our last line asked about executes it."""
    proposal = context.proposal
    if proposal is None or changes_proposal(context, proposal):
        return None
    cancels = context.has(Act.CANCEL) and proposal.tool != "cancel"
    if cancels and context.draft.goal == Goal.CANCEL:
        return None
    if context.has(Act.GIVE_UP):
        return matter.leave(context) if proposal.tool == "book" else say(KEPT)
    if cancels and context.facts.appointments:
        return matter.not_booked(context)
    if cancels or context.answer == Act.NO:
        return say(NOT_DONE[proposal.tool])
    return Call(proposal.tool, dict(proposal.arguments)) if confirms(context) else None


def confirms(context: Context) -> bool:
    """The turn says yes, and nothing but yes, to the proposal our last line asked about."""
    proposal = context.proposal
    is_yes = context.answer == Act.YES and not context.has(Act.NO, Act.GIVE_UP)
    return proposal is not None and is_yes and not changes_proposal(context, proposal)


def changes_proposal(context: Context, proposal: ProposalFact) -> bool:
    """Something said in this turn asks for another booking than the one proposed."""
    return any(_differs(said, context, proposal) for said in context.turn.said)


def _differs(said: Understanding, context: Context, proposal: ProposalFact) -> bool:
    start = datetime.fromisoformat(proposal.summary["start"])
    booked = set(proposal.summary.get("services", ()))
    others = {service.id for service in context.facts.services if service.name not in booked}
    names = {person.id: person.name for person in context.facts.professionals}
    days, wish = said.wished_days, said.time
    return (
        said.has(*ANOTHER_BOOKING)
        or bool(said.stranger or said.services.candidates or set(said.services.ids) & others)
        or bool(days and not days.start <= start.date() <= days.end)
        or bool(wish and not wish.is_any and not covers(wish, start.time()))
        or bool(said.professional_id and names.get(said.professional_id) != proposal.summary.get("professional"))
        or (said.has(Act.RESCHEDULE) and proposal.tool != "reschedule")
    )


def covers(wish: TimeWish, moment: time) -> bool:
    if wish.near:
        return moment in (wish.near, half_a_day_later(wish.near))
    return (wish.start or time.min) <= moment <= (wish.end or time.max)


# Offered slots wait for a choice


def choose(context: Context) -> Step | None:
    """Propose the offered slot the customer means; ask which when several fit."""
    if not context.offers or context.draft.goal not in (Goal.BOOK, Goal.RESCHEDULE) or _changes_services(context):
        return None
    if context.draft.goal == Goal.RESCHEDULE and context.appointment is None:
        return None
    found = _chosen(context)
    if len(found) == 1:
        return write(context, found[0])
    if found:
        return say("Tenho {options}. Qual prefere?", options=either(context, found))
    if context.answer == Act.YES and shown_options(context.asked) and not context.has_wish:
        listed = options(context, context.offers, expected=only_day(context.offers))
        question = say("Boa! Qual deles: {options}?", options=listed)
        return question if question not in context.asked else say("É só me dizer o número: {options}?", options=listed)
    return None


def write(context: Context, slot: Slot) -> Call:
    """The call that proposes this slot."""
    if context.draft.goal == Goal.RESCHEDULE and context.draft.appointment_id is not None:
        return Call("reschedule", {"appointment_id": context.draft.appointment_id, "slot_id": slot.slot_id})
    return Call("book", {"slot_id": slot.slot_id})


def _changes_services(context: Context) -> bool:
    before = set(context.story.before.services)
    return any(said.services and set(said.services.ids) != before for said in context.turn.said)


def _chosen(context: Context) -> list[Slot]:
    """The offered slots that fit what was just said; none when it asks for something else."""
    said = context.turn.said
    last = next((item for item in reversed(said) if item.has_wish or item.number is not None), None)
    if last is None or context.has(*ANOTHER_SLOT):
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
    wish = wish or _wish_on_offer(context)
    found = [slot for slot in context.offers if _fits(slot, days=days, wish=wish, person=person)]
    if wish and wish.near:
        return found[:1]
    return found if len(found) < len(context.offers) or len(found) == 1 else []


def _wish_on_offer(context: Context) -> TimeWish | None:
    """The time wished before, when it is among what was offered: who then names only a person still wishes it."""
    draft = context.draft
    is_offered = any(_fits(slot, days=draft.days, wish=draft.time, person=None) for slot in context.offers)
    return draft.time if is_offered else None


def _taken_as_they_come(context: Context) -> list[Slot]:
    """ "Qualquer um", or a plain yes to the only one, or to the soonest that was asked for."""
    is_one = len(context.offers) == 1 or context.story.before.is_soonest
    accepts_it = context.answer == Act.YES and is_one and not context.has_wish
    return [context.offers[0]] if accepts_it or context.has(Act.WHATEVER, Act.ANYBODY) else []


def _fits(slot: Slot, *, days: Days | None, wish: TimeWish | None, person: int | None) -> bool:
    return (
        (days is None or days.start <= slot.start.date() <= days.end)
        and (wish is None or covers(wish, slot.start.time()))
        and (person is None or slot.professional_id == person)
    )


def _numbered(context: Context, number: int) -> Slot | None:
    """Option `number` as our last list showed it: by what stood there when the offers have changed since.

    Of "tenho 9:00 ou 13:00" the first is the first of these.
    """
    told = [slot for slot in context.offers if tells_of(context.asked, slot.start, today=context.today)]
    if len(told) > 1 and not shown_options(context.asked):
        return told[number - 1 if number > 0 else -1] if number <= len(told) else None
    shown = next((found for text in reversed(context.story.told) if (found := shown_options(text))), {})
    if number == -1:
        number = max(shown) if shown else len(context.offers)
    slot = context.offers[number - 1] if 0 < number <= len(context.offers) else None
    if not shown:
        return slot
    times = shown_times(shown.get(number, ""))
    if not times or (slot and times[0] == slot.start.time()):
        return slot if times else None
    same = [item for item in context.offers if item.start.time() == times[0]]
    return next((item for item in same if item.professional in shown[number]), same[0] if same else None)
