"""Why the team can't have a time, in words for the screen: who has it and when, and two ways out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.barbearia import schedule, slots
from apps.barbearia.agenda import hours_label
from apps.barbearia.availability import inside, overlaps, subtract, union
from apps.barbearia.errors import OutsideHours, SlotTaken
from apps.barbearia.models import Appointment, Block, Professional
from apps.barbearia.slots import Plan, Slot
from apps.lib.errors import DomainError

ALTERNATIVES = 2
_DAYS_AROUND = timedelta(days=4)


@dataclass(frozen=True)
class Alternative:
    slot: Slot
    note: str  # how it differs from what was wished


@dataclass(frozen=True)
class Refusal:
    """`in_the_way` are the ids of the appointments that have the time."""

    title: str
    text: str
    alternatives: list[Alternative]
    in_the_way: list[int]


@dataclass(frozen=True)
class Attempt:
    """What somebody of the team tried; `moving` is the appointment that stays where it was."""

    plan: Plan
    professional: Professional | None
    start: datetime
    moving: Appointment | None = None

    def is_at(self, who: Professional) -> bool:
        """Whether the appointment is already there: what it has is no alternative."""
        return self.moving is not None and (self.moving.start, self.moving.professional) == (self.start, who)

    @property
    def without(self) -> int | None:
        return self.moving.pk if self.moving else None


def explain(error: DomainError, attempt: Attempt) -> Refusal:
    taken = _taken_by(attempt) if isinstance(error, SlotTaken) else []
    reasons = [_who_has_it(row) for row in taken] or [error.message]
    return Refusal(
        title=_title(error, attempt, taken),
        text=" ".join([*reasons, _nothing_changed(attempt)]),
        alternatives=_alternatives(attempt),
        in_the_way=[row.pk for row in taken if isinstance(row, Appointment)],
    )


def _title(error: DomainError, attempt: Attempt, taken: list[Appointment | Block]) -> str:
    """Names the moment that is really in the way: of one that was stretched, it is rarely its start."""
    at = attempt.start
    if isinstance(error, SlotTaken):
        at = min((max(at, row.start) for row in taken), default=at)
    elif isinstance(error, OutsideHours) and attempt.professional is not None:
        at = _first_outside(attempt, attempt.professional)
    words = {"time": f"{timezone.localtime(at):%H:%M}"}
    if attempt.professional is None:
        return _("%(time)s can’t be booked") % words
    words["name"] = attempt.professional.name
    if isinstance(error, SlotTaken):
        return _("%(time)s with %(name)s is taken") % words
    if isinstance(error, OutsideHours):
        return _("%(name)s doesn’t work at %(time)s") % words
    return _("%(time)s with %(name)s can’t be booked") % words


def _first_outside(attempt: Attempt, professional: Professional) -> datetime:
    day = timezone.localdate(attempt.start)
    windows = schedule.load([professional.pk], first=day, last=day, without=attempt.without).windows[professional.pk]
    outside = subtract([attempt.plan.visible(attempt.start)], union(windows))
    return outside[0][0] if outside else attempt.start


def _nothing_changed(attempt: Attempt) -> str:
    if attempt.moving is None:
        return _("Nothing was booked.")
    words = {"name": attempt.moving.client.display_name, "time": f"{timezone.localtime(attempt.moving.start):%H:%M}"}
    return _("Nothing changed: %(name)s stays at %(time)s.") % words


def _taken_by(attempt: Attempt) -> list[Appointment | Block]:
    """What meets the wished time of the one professional asked for, buffers included."""
    if attempt.professional is None:
        return []
    start, end = attempt.plan.blocked(attempt.start)
    booked = schedule.blocking_between([attempt.professional.pk], start=start, end=end).exclude(pk=attempt.without or 0)
    blocks = Block.objects.filter(professional=attempt.professional, start__lt=end, end__gt=start)
    return [*booked.select_related("client").order_by("start"), *blocks]


def _who_has_it(row: Appointment | Block) -> str:
    words = {
        "start": f"{timezone.localtime(row.start):%H:%M}",
        "end": f"{timezone.localtime(row.end):%H:%M}",
    }
    if isinstance(row, Block):
        why = f" ({row.reason})" if row.reason else ""
        return _("Blocked from %(start)s to %(end)s%(why)s.") % {**words, "why": why}
    return _("%(name)s is booked from %(start)s to %(end)s.") % {**words, "name": row.client.display_name}


def _alternatives(attempt: Attempt) -> list[Alternative]:
    """The same professional as near as can be, the same time with somebody else, then what is nearest."""
    now = timezone.now()
    same_time = _same_time(attempt, now=now)
    nearest = _nearest(attempt, attempt.professional, now=now) if attempt.professional else []
    picked = _apart([*nearest[:1], *same_time, *nearest[1:]])
    if len(picked) < ALTERNATIVES:
        picked = _apart([*picked, *_nearest(attempt, None, now=now)])
    return [Alternative(slot, _note(slot, attempt)) for slot in picked]


def _apart(offered: list[Slot]) -> list[Slot]:
    """The first ones that are choices of their own: a few minutes later with the same person is the same one."""
    picked: list[Slot] = []
    for slot in offered:
        if not any(_meet(slot, other) for other in picked):
            picked.append(slot)
    return picked[:ALTERNATIVES]


def _meet(slot: Slot, other: Slot) -> bool:
    return slot.professional == other.professional and slot.start < other.end and other.start < slot.end


def _same_time(attempt: Attempt, *, now: datetime) -> list[Slot]:
    """With each one else who is free at the very time, on the grid or not."""
    if attempt.start < now:
        return []
    people = [who for who in slots.able(attempt.plan) if who != attempt.professional and not attempt.is_at(who)]
    day = timezone.localtime(attempt.start).date()
    times = schedule.load([who.pk for who in people], first=day, last=day, without=attempt.without)
    return [
        slots.slot(attempt.plan, attempt.start, who)
        for who in people
        if inside(*attempt.plan.visible(attempt.start), times.windows[who.pk])
        and not overlaps(*attempt.plan.blocked(attempt.start), times.busy[who.pk])
    ]


def _nearest(attempt: Attempt, professional: Professional | None, *, now: datetime) -> list[Slot]:
    day = timezone.localtime(attempt.start).date()
    able = slots.able(attempt.plan, professional)
    found = slots.by_start(
        attempt.plan,
        able,
        first=day - _DAYS_AROUND,
        last=day + _DAYS_AROUND,
        now=now,
        notice_minutes=0,
        without=attempt.without,
    )
    still = attempt.moving.start if attempt.moving else None
    nearest = sorted(
        (start for start in found if start != still), key=lambda start: (abs(start - attempt.start), start)
    )
    return [slots.slot(attempt.plan, start, found[start][0]) for start in nearest]


def _note(slot: Slot, attempt: Attempt) -> str:
    days = (slot.start.date() - timezone.localtime(attempt.start).date()).days
    if days:
        return f"{slot.start:%d/%m}"
    minutes = int((slot.start - attempt.start).total_seconds() // 60)
    if minutes == 0:
        return _("same time")
    return f"{'+' if minutes > 0 else '−'}{hours_label(abs(minutes))}"
