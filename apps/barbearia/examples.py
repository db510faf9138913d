"""What the booking API says, by example."""

from __future__ import annotations

from apps.lib.openapi import shown

_CUT = {
    "name": "Corte",
    "description": "Tesoura ou máquina, com lavagem.",
    "category": "Cabelo",
    "price": "45.00",
    "duration_minutes": 30,
    "buffer_before_minutes": 0,
    "buffer_after_minutes": 5,
    "is_active": True,
}
SERVICE = shown("A haircut", sent=_CUT, answered={"id": 1, **_CUT})

_WEEK = [{"weekday": 0, "start": "09:00", "end": "18:00"}, {"weekday": 5, "start": "09:00", "end": "13:00"}]
_CLOSED = [{"date": "2026-12-25", "closed": True}]
_CLOSED_SHOWN = [{"date": "2026-12-25", "closed": True, "start": None, "end": None}]
PROFESSIONAL_INPUT = shown("Carlos", sent={"name": "Carlos", "services": [1, 2], "is_active": True, "hours": _WEEK})
PROFESSIONAL = shown(
    "Carlos",
    answered={"id": 1, "name": "Carlos", "services": [1, 2], "is_active": True, "hours": _WEEK, "exceptions": []},
)
OPENING_HOURS = shown(
    "Two days a week, closed at Christmas",
    sent={"hours": _WEEK, "exceptions": _CLOSED},
    answered={"hours": _WEEK, "exceptions": _CLOSED_SHOWN},
)

_SLOT = {
    "start": "2026-11-20T15:30:00-03:00",
    "end": "2026-11-20T16:00:00-03:00",
    "professional": {"id": 1, "name": "Carlos"},
}
AVAILABILITY = shown("Free times", answered={"slots": [_SLOT]})
SLOT_TAKEN = shown(
    "Somebody was faster",
    answered={"code": "slot_taken", "detail": "Esse horário acabou de ser ocupado.", "alternatives": [_SLOT]},
    status=409,
)

APPOINTMENT_INPUT = shown(
    "A haircut with whoever is free",
    sent={
        "client": {"name": "Davi Rocha", "phone": "+55 11 90000-0001"},
        "service": 1,
        "professional": None,
        "start": "2026-11-20T15:30:00-03:00",
    },
)
APPOINTMENT_CHANGE = shown("Later that day", sent={"start": "2026-11-20T17:00:00-03:00"})
APPOINTMENT = shown(
    "A booked haircut",
    answered={
        "id": 77,
        "client": {"id": 12, "name": "Davi Rocha", "phone": "5511900000001", "email": ""},
        "services": [{"id": 1, "name": "Corte", "price": "45.00", "duration_minutes": 30}],
        "service": 1,
        "professional": {"id": 1, "name": "Carlos"},
        "start": "2026-11-20T15:30:00-03:00",
        "end": "2026-11-20T16:00:00-03:00",
        "price": "45.00",
        "status": "agendado",
        "notes": "",
        "source": "api",
        "created_at": "2026-11-18T10:00:00-03:00",
        "updated_at": "2026-11-18T10:00:00-03:00",
    },
)
