"""What the customer is trying to do.

Nothing is stored between turns: the draft is folded anew from the transcript each time (see `absorbing`), so any
provider may have spoken the lines before and offline still knows where the conversation stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum, auto

from apps.agents.providers.offline import choices
from apps.agents.providers.offline.choices import Provisos
from apps.agents.providers.offline.dates import Days
from apps.agents.providers.offline.times import TimeWish


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
    `between`: the days a weekday and a date that don't agree may mean.
    `exchange`: the services an appointment shall have instead of its own. `keeps_time`: "no mesmo horário".
    `is_every`: all appointments are to be cancelled, one after the other.
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
    between: tuple[date, ...] = ()
    is_soonest: bool = False
    is_last_of_day: bool = False
    exchange: tuple[int, ...] = ()
    keeps_time: bool = False
    is_every: bool = False
    provisos: Provisos = choices.NONE

    @property
    def has_matter(self) -> bool:
        """There is enough of a wish to look for slots again."""
        return self.goal == Goal.RESCHEDULE or self.days is not None or self.is_soonest


def joined(first: tuple[int, ...], more: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(first + more))
