"""The days and the time of the draft, after one more sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from apps.agents.providers.base import AppointmentFact, Facts
from apps.agents.providers.offline import dates
from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.draft import Draft, Goal
from apps.agents.providers.offline.purpose import elsewhere
from apps.agents.providers.offline.times import ANY_TIME, TimeWish
from apps.agents.providers.offline.told import asks_day, asks_period, is_done, shown_option, shown_times
from apps.agents.providers.offline.understanding import Understanding


def take_days(draft: Draft, said: Understanding, *, asked: str, facts: Facts) -> Draft:
    if said.has(Act.OTHER_DAY) and not said.days:
        return replace(draft, days=None, is_soonest=False)
    if said.has(Act.SOONEST):
        draft = replace(draft, is_soonest=True, time=None)
    if said.has(Act.LAST_OF_DAY):
        draft = replace(draft, is_last_of_day=True, time=None)
    mentions = said.days
    if draft.goal == Goal.RESCHEDULE and len(mentions) > 1:
        mentions = tuple(m for m in mentions if m.lead == "para") or mentions
    if draft.goal == Goal.RESCHEDULE and draft.source_days and mentions:
        mentions = tuple(m for m in mentions if m.lead == "para" or m.days != draft.source_days)
    if days := dates.merge(mentions):
        return replace(draft, days=days, is_soonest=said.has(Act.SOONEST), is_last_of_day=said.has(Act.LAST_OF_DAY))
    if not said.days and said.number and draft.days is None and asks_day(asked) and not draft.is_soonest:
        found, _ = dates.read_days(f"dia {said.number}", today=facts.now.date())
        return replace(draft, days=dates.merge(found)) if found else draft
    return draft


def take_time(draft: Draft, said: Understanding, *, asked: str, mine: AppointmentFact | None) -> Draft:
    if said.has(Act.SAME_TIME):
        draft = replace(draft, keeps_time=True)
    if draft.keeps_time and draft.time is None and mine:
        draft = replace(draft, time=TimeWish(near=mine.start.time()))
    if said.has(Act.SAME_TIME):
        return draft
    if wishes := [wish for wish in said.times if not _names_source(wish, draft, mine)]:
        is_stretch = wishes[-1].near is None  # "o primeiro horário da tarde"
        is_first, is_last = is_stretch and said.has(Act.SOONEST), is_stretch and said.has(Act.LAST_OF_DAY)
        time = _within(draft.time, wishes[-1])
        return replace(draft, time=time, is_soonest=is_first, is_last_of_day=is_last, keeps_time=False)
    shown = [mine.start.time()] if mine and (is_done(asked) or said.days) else shown_times(asked)
    is_that_day = not said.days or (mine is not None and not elsewhere(said, mine))
    if said.has(Act.LATER, Act.MORE_OPTIONS) and shown and is_that_day:
        return replace(draft, time=TimeWish(start=_shift(max(shown), minutes=15), label="mais tarde"))
    if said.has(Act.EARLIER) and shown and is_that_day:
        return replace(draft, time=TimeWish(end=_shift(min(shown), minutes=-1), label="mais cedo"))
    if said.number is not None and (option := shown_option(asked, said.number)):
        chosen = shown_times(option)
        return replace(draft, time=TimeWish(near=chosen[0])) if chosen else draft
    if said.has(Act.NO) and draft.time and draft.time.near and not said.has_wish:
        return replace(draft, time=None)
    if draft.time is None and (said.has(Act.WHATEVER) or (said.has(Act.YES) and asks_period(asked))):
        return replace(draft, time=ANY_TIME)
    return draft


def _within(known: TimeWish | None, wish: TimeWish) -> TimeWish:
    """ "Depois das 4", then "antes das 6": both hold, where they can."""
    is_part_of_day = known is not None and known.start and known.end and known.label
    if known is None or is_part_of_day or known.near or wish.near or bool(wish.start) == bool(wish.end):
        return wish
    start, end = wish.start or known.start, wish.end or known.end
    is_both = start is not None and end is not None and start < end
    return TimeWish(start=start, end=end) if is_both else wish


def _names_source(wish: TimeWish, draft: Draft, mine: AppointmentFact | None) -> bool:
    """ "Mudar o das 15:30": the time of the appointment, not the one wished for; unless said of another day."""
    is_same = wish.near is not None and wish.near == draft.source_time
    is_other_day = mine is not None and draft.days is not None and draft.days.start != mine.start.date()
    return draft.goal == Goal.RESCHEDULE and is_same and wish.lead != "para" and not (is_other_day and not wish.lead)


def _shift(moment: time, *, minutes: int) -> time:
    total = min(max(moment.hour * 60 + moment.minute + minutes, 0), 24 * 60 - 1)
    return time(total // 60, total % 60)
