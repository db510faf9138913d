"""Which of their appointments the customer means to move or to cancel."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import time

from apps.agents.providers.base import AppointmentFact, Facts
from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.dates import Days
from apps.agents.providers.offline.draft import Draft, Goal
from apps.agents.providers.offline.told import lists_appointments, mentions_time
from apps.agents.providers.offline.understanding import Understanding

# "Cancela tudo", "1 e 2"; but "tudo bem" is courtesy.
EVERY = re.compile(
    r"\b(?<!por )tudo\b(?! (?:bem|bom|certo|ok|joia))|\b(?:todos|todas)\b(?! (?:os|as) dias)"
    r"|\b1 e (?:o |a )?2\b|\bum e dois\b"
    r"|\bo (?:primeiro|1) e o (?:segundo|2)\b"
)
ORDINAL = re.compile(r"\b[oa] (?:primeir|segund|terceir|ultim)[oa]\b")


def point_at_appointment(draft: Draft, said: Understanding, *, facts: Facts, asked: str) -> Draft:
    """Fill `appointment_id` once what was said leaves only one."""
    booked = {service_id for appointment in facts.appointments for service_id in appointment.service_ids}
    source_days, source_time = _source(said, draft, facts=facts)
    draft = replace(
        draft,
        source_days=source_days or draft.source_days,
        source_time=source_time or draft.source_time,
        services=tuple(i for i in said.services.ids if i in booked) or draft.services,
    )
    mine = facts.appointments
    is_every = said.has(Act.ALL) or bool(EVERY.search(said.text)) or _names_each(said, mine)
    if draft.goal == Goal.CANCEL and mine and is_every:
        return replace(draft, appointment_id=mine[0].id, is_every=True)
    if draft.appointment_id is not None:
        return draft
    is_position = not said.has(Act.CANCEL, Act.RESCHEDULE) or bool(ORDINAL.search(said.text))
    if said.number is not None and is_position and lists_appointments(asked, mine):
        index = said.number - 1 if said.number > 0 else len(mine) - 1
        return replace(draft, appointment_id=mine[index].id) if index < len(mine) else draft
    left = [appointment for appointment in mine if _fits(appointment, draft)]
    left = [item for item in left if item.professional_id == said.refused.professional_id] or left
    is_described = draft.source_days or draft.source_time or draft.services
    if said.has(Act.YES) or (len(left) > 1 and not is_described):
        left = [appointment for appointment in mine if mentions_time(asked, appointment.start)] or left
    return replace(draft, appointment_id=left[0].id) if len(left) == 1 else draft


def _names_each(said: Understanding, mine: Sequence[AppointmentFact]) -> bool:
    """ "Cancela o corte e a barba", of somebody with just these two, or with what is left of them."""
    named = set(said.services.ids)
    return said.has(Act.CANCEL) and len(named) > 1 and all(named & set(item.service_ids) for item in mine)


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
