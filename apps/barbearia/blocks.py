"""Time professionals keep for themselves, on a day: the dentist, an errand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.audit import trail
from apps.barbearia import schedule
from apps.barbearia.errors import TimeInUse
from apps.barbearia.models import Block, Professional
from apps.chat import live


def block(professional: Professional, *, start: datetime, end: datetime, reason: str = "", by: Any) -> Block:
    """Keep [start, end) free of bookings. Raises TimeInUse, naming the first appointments in the way."""
    with transaction.atomic():
        professional = Professional.objects.select_for_update(no_key=True).get(pk=professional.pk)
        booked = schedule.blocking_between([professional.pk], start=start, end=end).select_related("client")
        if in_the_way := list(booked.order_by("start")):
            raise TimeInUse(in_the_way)
        made = Block.objects.create(professional=professional, start=start, end=end, reason=reason)
        trail.record("time.blocked", on=made, by=by, professional=professional.name, start=start.isoformat())
        live.announce("agenda.updated", made.pk)
    return made


def unblock(made: Block, *, by: Any) -> None:
    with transaction.atomic():
        trail.record("time.unblocked", on=made, by=by, start=timezone.localtime(made.start).isoformat())
        live.announce("agenda.updated", made.pk)
        made.delete()
