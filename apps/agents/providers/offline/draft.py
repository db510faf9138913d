"""What the customer is trying to do, folded from everything said since the last finished deed.

Nothing is stored between turns: the draft is computed anew from the transcript each time, so any
provider may have spoken the lines before and offline still knows where the conversation stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum, auto

from apps.agents.providers.base import AppointmentFact, Facts
from apps.agents.providers.offline import catalog, choices, dates
from apps.agents.providers.offline.acts import ASKS, Act
from apps.agents.providers.offline.catalog import Mention
from apps.agents.providers.offline.choices import Provisos
from apps.agents.providers.offline.dates import Days
from apps.agents.providers.offline.times import ANY_TIME, TimeWish
from apps.agents.providers.offline.told import (
    asks_day,
    asks_service,
    invites_to_book,
    lists_appointments,
    mentions_time,
    shown_option,
    shown_times,
)
from apps.agents.providers.offline.tongues.voice import says
from apps.agents.providers.offline.understanding import Understanding

# Parts of lines of ours, by which they are known again.
NOT_LISTED = "na nossa lista"
NOT_ON_TEAM = "na nossa equipe"


class Goal(StrEnum):
    NONE = auto()
    BOOK = auto()
    RESCHEDULE = auto()
    CANCEL = auto()


@dataclass(frozen=True)
class Draft:
    """`considered`: services named or asked about so far, for "os dois". `candidates`: those among which the customer
    still has to choose. `unknown_service`: one we don't have. `source_days`, `source_time`: of the appointment to move
    or cancel. `is_soonest`: "o quanto antes". `is_last_of_day`: "o último horário".
    """

    goal: Goal = Goal.NONE
    services: tuple[int, ...] = ()
    considered: tuple[int, ...] = ()
    candidates: tuple[int, ...] = ()
    unknown_service: str = ""
    appointment_id: int | None = None
    source_days: Days | None = None
    source_time: time | None = None
    professional_id: int | None = None
    is_anybody: bool = False
    stranger: str = ""
    days: Days | None = None
    time: TimeWish | None = None
    is_soonest: bool = False
    is_last_of_day: bool = False
    provisos: Provisos = choices.NONE

    @property
    def has_matter(self) -> bool:
        """There is enough of a wish to look for slots again."""
        return self.goal == Goal.RESCHEDULE or self.days is not None or self.is_soonest


def absorb(draft: Draft, said: Understanding, *, facts: Facts, asked: str, is_first: bool = True) -> Draft:
    """The draft after one more sentence of the customer."""
    if said.has(Act.OTHER_CUSTOMER):
        return draft
    draft = _change_goal(draft, said, facts=facts, asked=asked)
    if said.has(Act.GIVE_UP) and not said.has_wish:
        return Draft()
    draft = _without_told(draft, asked) if is_first else draft
    draft = _take_services(
        draft, _numbered_service(said, facts, draft=draft, asked=asked), facts=facts, is_first=is_first
    )
    draft = _take_person(draft, said)
    if draft.goal in (Goal.CANCEL, Goal.RESCHEDULE):
        draft = _point_at_appointment(draft, said, facts=facts, asked=asked)
        if draft.goal == Goal.CANCEL:
            return draft
    draft = _take_days(draft, said, asked=asked, facts=facts)
    draft = replace(draft, provisos=choices.kept(draft.provisos, said))
    return _take_time(draft, said, asked=asked)


# What for


def _change_goal(draft: Draft, said: Understanding, *, facts: Facts, asked: str) -> Draft:
    if said.has(Act.CANCEL):
        return Draft() if _drops_draft(draft, said, facts=facts) else Draft(goal=Goal.CANCEL)
    if said.has(Act.RESCHEDULE):
        is_about_draft = said.has_wish or draft.goal == Goal.RESCHEDULE or not facts.appointments
        is_open = draft.goal in (Goal.BOOK, Goal.RESCHEDULE)
        changes_draft = is_open and is_about_draft and not said.has(Act.OWN_BOOKING)
        return draft if changes_draft else Draft(goal=Goal.RESCHEDULE)
    takes_invitation = said.has(Act.YES) and not said.has(Act.THANKS) and invites_to_book(asked)
    if draft.goal in (Goal.CANCEL, Goal.RESCHEDULE) and takes_invitation and not facts.appointments:
        return Draft(goal=Goal.BOOK, days=draft.days, time=draft.time)
    if said.has(Act.BOOK) and draft.goal in (Goal.CANCEL, Goal.RESCHEDULE) and said.services.ids:
        return Draft(goal=Goal.BOOK)
    if draft.goal != Goal.NONE:
        return draft
    wants = said.has(Act.BOOK) or said.has_wish or takes_invitation
    only_asks = bool(said.acts & ASKS)
    if wants and (not only_asks or said.has(Act.BOOK)):
        return replace(draft, goal=Goal.BOOK)
    return draft


def _drops_draft(draft: Draft, said: Understanding, *, facts: Facts) -> bool:
    """ "Cancela" in the middle of a booking gives it up; "cancela meu horário" is about an appointment."""
    if not facts.appointments:
        return draft.goal in (Goal.BOOK, Goal.RESCHEDULE)
    return draft.goal in (Goal.BOOK, Goal.RESCHEDULE) and not said.has(Act.OWN_BOOKING) and not said.days


# What


def _without_told(draft: Draft, asked: str) -> Draft:
    """What we already said we don't have, or whom we don't know, is not said again."""
    if draft.unknown_service and says(asked, NOT_LISTED):
        draft = replace(draft, unknown_service="")
    return replace(draft, stranger="") if draft.stranger and says(asked, NOT_ON_TEAM) else draft


def _numbered_service(said: Understanding, facts: Facts, *, draft: Draft, asked: str) -> Understanding:
    """ "O primeiro", after we listed services."""
    if said.number is None or said.services or not asks_service(asked):
        return said
    listed = draft.candidates or tuple(service.id for service in facts.services)
    position = said.number - 1 if said.number > 0 else len(listed) - 1
    return replace(said, services=Mention(ids=listed[position : position + 1])) if position < len(listed) else said


def _take_services(draft: Draft, said: Understanding, *, facts: Facts, is_first: bool) -> Draft:
    named = said.services.ids + said.asked.ids
    draft = replace(draft, considered=_joined(draft.considered, named))
    if said.asked and draft.goal == Goal.NONE:
        return replace(draft, services=said.asked.ids, candidates=said.asked.candidates)
    if said.has(Act.ALL) and not named and len(draft.considered) > 1 and draft.goal != Goal.CANCEL:
        return replace(draft, services=draft.considered, candidates=())
    mention = said.services
    if not mention or draft.goal in (Goal.CANCEL, Goal.RESCHEDULE):
        return draft
    if draft.candidates and (narrowed := catalog.narrow(draft.candidates, mention)):
        ids, candidates = (narrowed, ()) if len(narrowed) == 1 or mention.ids else ((), narrowed)
        return replace(draft, services=_joined(draft.services, ids), candidates=candidates, unknown_service="")
    if said.has(Act.REMOVE) and draft.services:
        left = tuple(i for i in draft.services if i not in mention.ids)
        return replace(draft, services=left or draft.services)
    adds = said.has(Act.ADD) or (not is_first and not said.has(Act.CORRECTION, Act.ONLY))
    kept = draft.services if adds else ()
    if mention.unknown and draft.services:
        return replace(draft, unknown_service=mention.unknown)
    return replace(
        draft,
        services=_joined(kept, mention.ids),
        candidates=mention.candidates,
        unknown_service=mention.unknown,
    )


def _joined(first: tuple[int, ...], more: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(first + more))


def _take_person(draft: Draft, said: Understanding) -> Draft:
    if said.professional_id:
        return replace(draft, professional_id=said.professional_id, is_anybody=False, stranger="")
    if said.stranger and not said.has(Act.OTHER_CUSTOMER):
        return replace(draft, stranger=said.stranger)
    is_ruled_out = draft.professional_id is not None and draft.professional_id == said.refused.professional_id
    if is_ruled_out or said.has(Act.ANYBODY, Act.OTHER_PERSON):
        return replace(draft, professional_id=None, is_anybody=True, stranger="")
    return draft


# Which appointment


def _point_at_appointment(draft: Draft, said: Understanding, *, facts: Facts, asked: str) -> Draft:
    """Fill `appointment_id` once what was said leaves only one."""
    source_days, source_time = _source(said, draft, facts=facts)
    draft = replace(
        draft,
        source_days=source_days or draft.source_days,
        source_time=source_time or draft.source_time,
        services=said.services.ids or draft.services,
    )
    if draft.appointment_id is not None:
        return draft
    mine = facts.appointments
    if said.number is not None and not said.has(Act.CANCEL, Act.RESCHEDULE) and lists_appointments(asked, mine):
        index = said.number - 1 if said.number > 0 else len(mine) - 1
        return replace(draft, appointment_id=mine[index].id) if index < len(mine) else draft
    left = [appointment for appointment in mine if _fits(appointment, draft)]
    is_described = draft.source_days or draft.source_time or draft.services
    if said.has(Act.YES) or (len(left) > 1 and not is_described):
        left = [appointment for appointment in mine if mentions_time(asked, appointment.start)] or left
    return replace(draft, appointment_id=left[0].id) if len(left) == 1 else draft


def _source(said: Understanding, draft: Draft, *, facts: Facts) -> tuple[Days | None, time | None]:
    """The day and time by which the customer names an appointment, as against where it should go."""
    booked_days = {appointment.start.date() for appointment in facts.appointments}
    booked_times = {appointment.start.time() for appointment in facts.appointments}
    if draft.goal == Goal.CANCEL or draft.appointment_id is None:
        days = [item.days for item in said.days if item.lead != "para"]
        days = [item for item in days if item.start in booked_days or len(said.days) > 1 or said.days[0].lead == "de"]
        times = [wish.near for wish in said.times if wish.near in booked_times and wish.lead != "para"]
        return (days[0] if days else None), (times[0] if times else None)
    return None, None


def _fits(appointment: AppointmentFact, draft: Draft) -> bool:
    if draft.source_days and not draft.source_days.start <= appointment.start.date() <= draft.source_days.end:
        return False
    if draft.source_time and appointment.start.time() != draft.source_time:
        return False
    if draft.services and not set(draft.services) & set(appointment.service_ids):
        return False
    is_other_person = draft.professional_id not in (None, appointment.professional_id)
    return not (draft.goal == Goal.CANCEL and is_other_person)


# When


def _take_days(draft: Draft, said: Understanding, *, asked: str, facts: Facts) -> Draft:
    if said.has(Act.OTHER_DAY) and not said.days:
        return replace(draft, days=None, is_soonest=False)
    if said.has(Act.SOONEST):
        draft = replace(draft, is_soonest=True, time=None)
    if said.has(Act.LAST_OF_DAY):
        draft = replace(draft, is_last_of_day=True, time=None)
    mentions = said.days
    if draft.goal == Goal.RESCHEDULE and draft.source_days and mentions:
        mentions = tuple(m for m in mentions if m.lead == "para" or m.days != draft.source_days)
    if days := dates.merge(mentions):
        return replace(draft, days=days, is_soonest=said.has(Act.SOONEST), is_last_of_day=said.has(Act.LAST_OF_DAY))
    if not said.days and said.number and draft.days is None and asks_day(asked) and not draft.is_soonest:
        found, _ = dates.read_days(f"dia {said.number}", today=facts.now.date())
        return replace(draft, days=dates.merge(found)) if found else draft
    return draft


def _take_time(draft: Draft, said: Understanding, *, asked: str) -> Draft:
    if said.has(Act.SAME_TIME):
        return draft
    if wishes := [wish for wish in said.times if not _names_source(wish, draft)]:
        is_stretch = wishes[-1].near is None  # "o primeiro horário da tarde"
        is_first, is_last = is_stretch and said.has(Act.SOONEST), is_stretch and said.has(Act.LAST_OF_DAY)
        return replace(draft, time=wishes[-1], is_soonest=is_first, is_last_of_day=is_last)
    shown = shown_times(asked)
    if said.has(Act.LATER, Act.MORE_OPTIONS) and shown and not said.days:
        return replace(draft, time=TimeWish(start=_shift(max(shown), minutes=15), label="mais tarde"))
    if said.has(Act.EARLIER) and shown and not said.days:
        return replace(draft, time=TimeWish(end=_shift(min(shown), minutes=-1), label="mais cedo"))
    if said.number is not None and (option := shown_option(asked, said.number)):
        chosen = shown_times(option)
        return replace(draft, time=TimeWish(near=chosen[0])) if chosen else draft
    if said.has(Act.NO) and draft.time and draft.time.near and not said.has_wish:
        return replace(draft, time=None)
    if said.has(Act.WHATEVER) and draft.time is None:
        return replace(draft, time=ANY_TIME)
    return draft


def _names_source(wish: TimeWish, draft: Draft) -> bool:
    """ "Mudar o das 15:30": the time of the appointment, not the one wished for."""
    is_same = wish.near is not None and wish.near == draft.source_time
    return draft.goal == Goal.RESCHEDULE and is_same and wish.lead != "para"


def _shift(moment: time, *, minutes: int) -> time:
    total = min(max(moment.hour * 60 + moment.minute + minutes, 0), 24 * 60 - 1)
    return time(total // 60, total % 60)
