"""An appointment's life: one table of who may move what to what, and the one function that does it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.audit import trail
from apps.barbearia.errors import InvalidTransition, NotBegun, NotUndoable, SlotTaken
from apps.barbearia.models import Appointment, Block, Professional, StatusChange
from apps.chat import live

Who = Literal["staff", "customer", "system"]
Status = Appointment.Status

_TEAM: frozenset[Who] = frozenset({"staff"})
_TEAM_OR_CUSTOMER: frozenset[Who] = frozenset({"staff", "customer"})
_ANYONE: frozenset[Who] = frozenset({"staff", "customer", "system"})
_SYSTEM: frozenset[Who] = frozenset({"system"})

UNDO_LIFETIME = timedelta(minutes=15)

# What only time can tell: whether somebody came is not known before the appointment's start.
_TOLD_BY_TIME = (Status.CONCLUIDO, Status.FALTOU)

# Cancelled and expired never come back: whoever wants the time again books it again. A slip of the
# team's hand is another matter: see `undo`.
TABLE: dict[str, dict[str, frozenset[Who]]] = {
    Status.RESERVADO: {
        Status.AGENDADO: _ANYONE,
        Status.CONFIRMADO: _TEAM_OR_CUSTOMER,
        Status.CANCELADO: _ANYONE,
        Status.EXPIRADO: _SYSTEM,
    },
    Status.AGENDADO: {
        Status.CONFIRMADO: _TEAM_OR_CUSTOMER,
        Status.EM_ANDAMENTO: _TEAM,
        Status.CONCLUIDO: _TEAM,
        Status.CANCELADO: _ANYONE,
        Status.FALTOU: _TEAM,
    },
    Status.CONFIRMADO: {
        Status.AGENDADO: _TEAM,
        Status.EM_ANDAMENTO: _TEAM,
        Status.CONCLUIDO: _TEAM,
        Status.CANCELADO: _ANYONE,
        Status.FALTOU: _TEAM,
    },
    Status.EM_ANDAMENTO: {Status.CONFIRMADO: _TEAM, Status.CONCLUIDO: _TEAM},
    Status.CONCLUIDO: {Status.EM_ANDAMENTO: _TEAM, Status.FALTOU: _TEAM},
    Status.FALTOU: {Status.EM_ANDAMENTO: _TEAM, Status.CONCLUIDO: _TEAM},
    Status.CANCELADO: {},
    Status.EXPIRADO: {},
}


def who_is(by: Any) -> Who:
    """A person of the team, the AI in the customer's name ("ai"), or the system (None)."""
    if by is None:
        return "system"
    return "customer" if isinstance(by, str) else "staff"


def possible(appointment: Appointment, *, by: Any, now: datetime | None = None) -> list[str]:
    """The statuses that `move` would give it now."""
    row = TABLE[appointment.status]
    return [to for to, who in row.items() if who_is(by) in who and not is_early(appointment, to, now=now)]


def is_early(appointment: Appointment, to: str, *, now: datetime | None = None) -> bool:
    """Whether it is done, or a no-show, only from its start on, and that is still to come.

    Who came early and is being served may be done early too.
    """
    is_served = appointment.status == Status.EM_ANDAMENTO
    return to in _TOLD_BY_TIME and not is_served and appointment.start > (now or timezone.now())


def move(appointment: Appointment, *, to: str, by: Any, reason: str = "", now: datetime | None = None) -> Appointment:
    """Give an appointment its next status. Moving to the status it has changes nothing.

    Raises InvalidTransition when the table doesn't allow it, NotBegun when it is done or a no-show before
    its start, SlotTaken when it would block again a time that someone else has meanwhile.
    """
    with transaction.atomic():
        appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
        before = appointment.status
        if before == to:
            return appointment
        if who_is(by) not in TABLE[before].get(to, frozenset()):
            raise InvalidTransition(source=appointment.get_status_display(), target=str(Status(to).label))
        if is_early(appointment, to, now=now):
            raise NotBegun(target=str(Status(to).label))
        appointment.status = to
        _save(appointment)
        write_history(appointment, before=before, by=by, reason=reason)
        _tell(appointment, f"appointment.{to}", by=by, before=before)
    return appointment


def undo(change: StatusChange, *, by: Any) -> Appointment:
    """Give back the status from before a change of the team, cancellations included.

    Raises NotUndoable unless it is the appointment's last change and fresh, SlotTaken when someone
    else has the time meanwhile.
    """
    with transaction.atomic():
        appointment = Appointment.objects.select_for_update().get(pk=change.appointment_id)
        last = appointment.changes.last()
        is_fresh = timezone.now() - change.at <= UNDO_LIFETIME
        if last != change or change.by != "staff" or not change.from_status or change.undoes or not is_fresh:
            raise NotUndoable
        before, appointment.status = appointment.status, change.from_status
        if before in Appointment.FREEING and _is_blocked(appointment):
            raise SlotTaken
        _save(appointment)
        write_history(appointment, before=before, by=by, undoes=change)
        _tell(appointment, f"appointment.{change.from_status}", by=by, before=before)
    return appointment


def _is_blocked(appointment: Appointment) -> bool:
    """Whether the professional, locked against new blocks, keeps some of this time for themselves by now."""
    Professional.objects.select_for_update(no_key=True).get(pk=appointment.professional_id)
    taken = appointment.blocked
    mine = Block.objects.filter(professional_id=appointment.professional_id)
    return mine.filter(start__lt=taken.upper, end__gt=taken.lower).exists()


def _tell(appointment: Appointment, action: str, *, by: Any, before: str) -> None:
    trail.record(action, on=appointment, by=by, before=before)
    live.announce("appointment.updated", appointment.pk)


def write_history(appointment: Appointment, *, before: str, by: Any, reason: str = "", undoes: Any = None) -> None:
    StatusChange.objects.create(
        appointment=appointment,
        from_status=before,
        to_status=appointment.status,
        by=who_is(by),
        user_id=getattr(by, "pk", None),
        reason=reason[:300],
        undoes=undoes,
    )


def _save(appointment: Appointment) -> None:
    try:
        with transaction.atomic():
            appointment.save(update_fields=["status", "updated_at"])
    except IntegrityError as error:
        if not took_the_time(error):
            raise
        raise SlotTaken from None


def took_the_time(error: IntegrityError) -> bool:
    """Whether the exclusion constraint refused (23P01)."""
    return getattr(error.__cause__, "sqlstate", "") == "23P01"
