"""The draft after one more sentence of the customer, folded since the last finished deed."""

from __future__ import annotations

from dataclasses import replace

from apps.agents.providers.base import AppointmentFact, Facts
from apps.agents.providers.offline import choices
from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.dates import Days
from apps.agents.providers.offline.draft import Draft, Goal
from apps.agents.providers.offline.pointing import point_at_appointment
from apps.agents.providers.offline.purpose import TAKES_BACK, change_goal, services_instead
from apps.agents.providers.offline.service_wish import take_person, take_services, without_offered, without_told
from apps.agents.providers.offline.time_wish import take_days, take_time
from apps.agents.providers.offline.times import TimeWish
from apps.agents.providers.offline.understanding import Understanding


def absorb(
    draft: Draft,
    said: Understanding,
    *,
    facts: Facts,
    asked: str,
    is_first: bool = True,
    made: AppointmentFact | None = None,
) -> Draft:
    """The draft after one more sentence of the customer. `made`: what was booked or moved just before."""
    if said.has(Act.OTHER_CUSTOMER):
        return draft
    before, draft = draft, change_goal(draft, said, facts=facts, asked=asked, is_first=is_first, made=made)
    is_order = said.has(Act.CANCEL) and before.goal == Goal.NONE  # "não quero mais, cancela"
    if said.has(Act.GIVE_UP) and not said.has_wish and not is_order:
        takes_back = made is not None and before.goal == Goal.NONE and bool(TAKES_BACK.search(said.text))
        return Draft(goal=Goal.CANCEL, appointment_id=made.id) if made and takes_back else Draft()
    if said.clash:  # to be asked, so nothing is taken for granted
        draft = replace(draft, between=said.clash, days=None, is_soonest=False)
        said = replace(said, days=tuple(day for day in said.days if not day.other))
    elif said.days:
        draft = replace(draft, between=())
    draft = without_told(draft, asked) if is_first else draft
    draft = take_services(draft, said, facts=facts, is_first=is_first)
    draft = take_person(draft, said)
    draft = without_offered(draft, said, facts=facts, asked=asked)
    if draft.goal in (Goal.CANCEL, Goal.RESCHEDULE):
        draft = point_at_appointment(draft, said, facts=facts, asked=asked)
        if draft.goal == Goal.CANCEL:
            return draft
    draft = take_days(draft, said, asked=asked, facts=facts)
    draft = replace(draft, provisos=choices.kept(draft.provisos, said))
    draft = take_time(draft, said, asked=asked, mine=_moved(draft, facts))
    return _take_exchange(draft, said, facts)


def _moved(draft: Draft, facts: Facts) -> AppointmentFact | None:
    is_moved = draft.goal == Goal.RESCHEDULE and draft.appointment_id is not None
    return next((item for item in facts.appointments if is_moved and item.id == draft.appointment_id), None)


def _take_exchange(draft: Draft, said: Understanding, facts: Facts) -> Draft:
    """Other services for the appointment. What changes only with whom or what stays at its time."""
    mine = _moved(draft, facts)
    if mine is None:
        return draft
    wished = services_instead(said, draft.exchange or mine.service_ids) if said.services.ids else draft.exchange
    draft = replace(draft, exchange=() if set(wished) == set(mine.service_ids) else wished)
    day = Days(mine.start.date(), mine.start.date())
    is_other = draft.exchange or draft.professional_id not in (None, mine.professional_id) or said.has(Act.OTHER_PERSON)
    if not is_other or draft.days not in (None, day) or draft.is_soonest or said.has(Act.OTHER_DAY):
        return draft
    return replace(draft, days=day, time=draft.time or TimeWish(near=mine.start.time()))
