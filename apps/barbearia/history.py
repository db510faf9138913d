"""What became of an appointment, in words for the team: its statuses, and where it was moved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import trail
from apps.audit.models import Entry
from apps.barbearia import booking
from apps.barbearia.models import Appointment, Professional, StatusChange


def of(appointment: Appointment) -> list[dict[str, Any]]:
    """[{label, at, by, is_customer, is_undo, reason}], the oldest first."""
    changes, moves = list(appointment.changes.all()), list(trail.of(appointment, action=booking.RESCHEDULED))
    people = User.objects.in_bulk({change.user_id for change in changes} | {move.actor_id for move in moves} - {None})
    names = {pk: person.short_name for pk, person in people.items()}
    lines = [_status(change, names) for change in changes] + _moves(moves, names)
    return sorted(lines, key=lambda line: line["at"])


def _status(change: StatusChange, names: dict[int, str]) -> dict[str, Any]:
    return {
        "label": Appointment.Status(change.to_status).label,
        "at": timezone.localtime(change.at),
        "by": names.get(change.user_id or 0, ""),
        "is_customer": change.by == "customer",
        "is_undo": bool(change.undoes_id),
        "reason": change.reason,
    }


def _moves(moves: list[Entry], names: dict[int, str]) -> list[dict[str, Any]]:
    told = [move for move in moves if "was" in move.data]  # earlier entries knew the start only
    everybody = {move.data[when]["professional"] for move in told for when in ("was", "now")}
    who = dict(Professional.objects.filter(pk__in=everybody).values_list("pk", "name"))
    return [_move(move, names, who) for move in told]


def _move(move: Entry, names: dict[int, str], who: dict[int, str]) -> dict[str, Any]:
    was, now = move.data["was"], move.data["now"]
    is_longer = (was["start"], was["professional"]) == (now["start"], now["professional"])
    return {
        "label": _("New length") if is_longer else _("Moved"),
        "at": timezone.localtime(move.at),
        "by": names.get(move.actor_id or 0, ""),
        "is_customer": move.actor == "ai",
        "is_undo": False,
        "reason": f"{_span(was, who)} → {_span(now, who)}",
    }


def _span(time: dict[str, Any], who: dict[int, str]) -> str:
    """ "30/11 09:30–10:00 Carlos"; without a name when they were deleted since."""
    start, end = (timezone.localtime(datetime.fromisoformat(time[edge])) for edge in ("start", "end"))
    return f"{start:%d/%m %H:%M}–{end:%H:%M} {who.get(time['professional'], '')}".strip()
