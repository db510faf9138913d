"""What a sentence makes the draft be about: to book, to move or to cancel, and which booking just made."""

from __future__ import annotations

import re
from dataclasses import replace

from apps.agents.providers.base import AppointmentFact, Facts
from apps.agents.providers.offline.acts import ASKS, Act
from apps.agents.providers.offline.apart import ONE_AT_A_TIME
from apps.agents.providers.offline.dates import Days
from apps.agents.providers.offline.draft import Draft, Goal, joined
from apps.agents.providers.offline.services_named import SWAP
from apps.agents.providers.offline.times import half_a_day_later
from apps.agents.providers.offline.told import invites_to_book
from apps.agents.providers.offline.tongues.voice import says
from apps.agents.providers.offline.understanding import Understanding

# A line of ours, by which it is known again.
OFFER_TO_CANCEL = "Quer cancelar esse horário?"
# What unsays a booking that was just made.
TAKES_BACK = re.compile(
    r"\bdesist(?:o|i)\b|\bnao (?:quero|vou querer|preciso) mais\b(?! (?:cancel|desmarc|remarc|mud|troc|reagend))"
)
# What is said of a booking just made, though the words be those of a new one: "na verdade queria marcar 10h".
CHANGES = (
    Act.CORRECTION, Act.EARLIER, Act.LATER, Act.OTHER_DAY, Act.OTHER_PERSON, Act.SAME_TIME, Act.SAME_PERSON,
    Act.MORE_OPTIONS,
)  # fmt: skip


def change_goal(
    draft: Draft, said: Understanding, *, facts: Facts, asked: str, is_first: bool, made: AppointmentFact | None
) -> Draft:
    if said.has(Act.CANCEL) or (said.has(Act.YES) and says(asked, OFFER_TO_CANCEL)):
        return _cancelling(draft, said, facts=facts, made=made)
    if said.has(Act.RESCHEDULE):
        is_about_draft = said.has_wish or draft.goal == Goal.RESCHEDULE or not facts.appointments
        is_open = draft.goal in (Goal.BOOK, Goal.RESCHEDULE)
        changes_draft = is_open and is_about_draft and not said.has(Act.OWN_BOOKING)
        return draft if changes_draft else Draft(goal=Goal.RESCHEDULE, appointment_id=_meant(said, made))
    takes_invitation = said.has(Act.YES) and not said.has(Act.THANKS) and invites_to_book(asked)
    if draft.goal in (Goal.CANCEL, Goal.RESCHEDULE) and _begins_anew(said, facts=facts, is_first=is_first):
        known = Draft() if facts.appointments else draft
        return Draft(goal=Goal.BOOK, professional_id=known.professional_id, is_anybody=known.is_anybody)
    is_first_of_two = says(asked, ONE_AT_A_TIME)  # when it should be instead is said of the other one
    if draft.goal == Goal.CANCEL and not is_first_of_two and _names_elsewhere(draft, said, facts):
        return Draft(goal=Goal.RESCHEDULE, appointment_id=draft.appointment_id)
    if draft.goal in (Goal.CANCEL, Goal.RESCHEDULE) and takes_invitation and not facts.appointments:
        return Draft(goal=Goal.BOOK, days=draft.days, time=draft.time)
    if draft.goal != Goal.NONE:
        return draft
    wants = said.has(Act.BOOK) or said.has_wish or takes_invitation or (said.has(*CHANGES) and made is not None)
    only_asks = bool(said.acts & ASKS)
    if not wants or (only_asks and not said.has(Act.BOOK)):
        return draft
    if made and restates(said, made):
        return draft
    is_wish = said.has_wish or said.has(*CHANGES)
    if is_wish and (changed := made or _own(said, facts)) and _changes_booking(said, changed):
        return Draft(goal=Goal.RESCHEDULE, appointment_id=changed.id)
    return replace(draft, goal=Goal.BOOK) if said.has(Act.BOOK) or said.has_wish or takes_invitation else draft


def _cancelling(draft: Draft, said: Understanding, *, facts: Facts, made: AppointmentFact | None) -> Draft:
    """ "Cancela" in the middle of a booking gives it up; else, and with "meu horário", it is about an appointment."""
    is_booking = draft.goal == Goal.BOOK or (draft.goal == Goal.RESCHEDULE and not facts.appointments)
    if is_booking and not (facts.appointments and (said.has(Act.OWN_BOOKING) or said.days)):
        return Draft()
    moved = draft.appointment_id if draft.goal == Goal.RESCHEDULE else None
    return Draft(goal=Goal.CANCEL, appointment_id=_meant(said, made) or moved)


def _meant(said: Understanding, made: AppointmentFact | None) -> int | None:
    """The appointment just made, unless the sentence describes the one it is about."""
    describes = said.services or said.has(Act.ALL, Act.OWN_BOOKING) or any(day.lead == "de" for day in said.days)
    return made.id if made and not describes and not (said.has(Act.CANCEL) and (said.days or said.times)) else None


def _begins_anew(said: Understanding, *, facts: Facts, is_first: bool) -> bool:
    """A new booking, where one was to be moved or cancelled: of a service, or because there is none to move."""
    if said.has(Act.BOOK) and said.services.ids:
        return True
    names_old = any(day.lead == "de" for day in said.days) and not said.services
    return not facts.appointments and is_first and (said.has(Act.BOOK) or said.has_wish) and not names_old


def _names_elsewhere(draft: Draft, said: Understanding, facts: Facts) -> bool:
    """ "Não posso ir amanhã… pode ser sexta?": when it should be instead, so it is moved and not cancelled."""
    mine = next((item for item in facts.appointments if item.id == draft.appointment_id), None)
    return mine is not None and elsewhere(said, mine)


def elsewhere(said: Understanding, mine: AppointmentFact) -> bool:
    """Another day or time than the appointment's is named."""
    is_day = any(not day.days.start <= mine.start.date() <= day.days.end for day in said.days)
    return is_day or any(wish.near not in (None, mine.start.time()) for wish in said.times)


def restates(said: Understanding, mine: AppointmentFact) -> bool:
    """ "Tá bom, amanhã às 9h então": nothing but what is booked already."""
    day, moment = mine.start.date(), mine.start.time()
    named = bool(said.days or said.times) or (not said.has(Act.BOOK) and bool(said.services or said.professional_id))
    return (
        named
        and all(mention.days == Days(day, day) for mention in said.days)
        and all(moment in (wish.near, half_a_day_later(wish.near)) for wish in said.times)
        and said.professional_id in (None, mine.professional_id)
        and set(said.services.ids) <= set(mine.service_ids)
        and not (said.has(Act.ONLY, Act.REMOVE) and set(said.services.ids) != set(mine.service_ids))
        and not (said.services.candidates or said.services.unknown or said.stranger)
        and not said.has(*CHANGES, Act.ANOTHER, Act.GROUP, Act.RESCHEDULE)
    )


def _own(said: Understanding, facts: Facts) -> AppointmentFact | None:
    """The only appointment there is, when a service of it is to change: "põe a barba nesse horário"."""
    adds = said.has(Act.ADD) and bool(said.services.ids) and said.has(Act.OWN_BOOKING, Act.SAME_TIME)
    is_about_it = adds or (bool(said.services.ids) and bool(SWAP.search(said.text)))
    refused = said.refused.professional_id
    among = [item for item in facts.appointments if refused in (None, item.professional_id)]
    mine = among[0] if len(among) == 1 else None
    return mine if mine and (is_about_it or _speaks_of(said, mine)) else None


INSTEAD_OF = re.compile(
    r"\b(?:em vez|ao inves|no lugar) d|\b(?:troc|mud)\w+\b|\bd(?:a|aria) (?:para|pra) ser\b|\bpode(?:ria)? ser\b"
)


def _speaks_of(said: Understanding, mine: AppointmentFact) -> bool:
    """ "Tem mais cedo?", "amanhã não vai dar", "dá pra ser com o Léo?", of somebody with one appointment: that one."""
    if said.services or said.has(Act.BOOK, Act.ANOTHER, Act.GROUP) or said.times:
        return False
    day = mine.start.date()
    is_day = all(mention.days.start <= day <= mention.days.end for mention in said.days)
    is_off = any(mention.days.start <= day <= mention.days.end for mention in said.refused.days)
    is_shifted = is_day and said.has(Act.EARLIER, Act.LATER)
    is_other = is_day and bool(said.professional_id or said.refused.professional_id or said.has(Act.OTHER_PERSON))
    return is_off or is_shifted or (is_other and bool(INSTEAD_OF.search(said.text)))


def _changes_booking(said: Understanding, mine: AppointmentFact) -> bool:
    """Whether a wish is about a booking just made. What names another service, or somebody else, is a new one."""
    if said.has(Act.ANOTHER, Act.GROUP) or (said.has(Act.BOOK) and not said.has(*CHANGES, Act.ADD)):
        return False
    if said.has(Act.ADD) and elsewhere(said, mine):
        return False
    return not said.services or bool(services_instead(said, mine.service_ids))


def services_instead(said: Understanding, mine: tuple[int, ...]) -> tuple[int, ...]:
    """The services of an appointment after "e a barba junto", "sem a barba", "na verdade é barba"."""
    named = said.services.ids
    if said.has(Act.REMOVE):
        return tuple(service_id for service_id in mine if service_id not in named)
    if said.has(Act.ADD):
        return joined(mine, named)
    is_other = said.has(Act.RESCHEDULE) and not set(named) & set(mine)
    return named if is_other or said.has(Act.CORRECTION, Act.ONLY) else ()
