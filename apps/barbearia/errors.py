"""Why a booking is refused, in words for the person asking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.lib.errors import Conflict, DomainError, NotFound

if TYPE_CHECKING:
    from apps.barbearia.models import Appointment


class SlotTaken(Conflict):
    """`alternatives`: the five nearest free slots, as the API writes them."""

    code = "slot_taken"

    def __init__(self, alternatives: list[dict[str, Any]] | None = None) -> None:
        super().__init__(_("This time has just been taken."), alternatives=alternatives or [])


class OutsideHours(DomainError):
    code = "outside_hours"

    def __init__(self) -> None:
        text = _("Nobody works at this time.")
        super().__init__(text, fields={"start": [text]})


class TooSoon(DomainError):
    code = "too_soon"

    def __init__(self, *, is_past: bool = False) -> None:
        text = _("This time has passed already.") if is_past else _("It is too late to book this time.")
        super().__init__(text, fields={"start": [text]})


class TooFar(DomainError):
    code = "too_far"

    def __init__(self, *, days: int) -> None:
        text = _("Bookings open %(days)s days ahead.") % {"days": days}
        super().__init__(text, fields={"start": [text]})


class ServiceInactive(DomainError):
    code = "service_inactive"

    def __init__(self, name: str) -> None:
        text = _("%(service)s is not offered at the moment.") % {"service": name}
        super().__init__(text, fields={"service": [text]})


class ProfessionalInactive(DomainError):
    code = "professional_inactive"

    def __init__(self, name: str) -> None:
        text = _("%(name)s is not taking appointments.") % {"name": name}
        super().__init__(text, fields={"professional": [text]})


class ProfessionalDoesNot(DomainError):
    """The professional doesn't perform every service asked for."""

    code = "professional_does_not"

    def __init__(self, name: str) -> None:
        text = _("%(name)s doesn't do this service.") % {"name": name}
        super().__init__(text, fields={"professional": [text]})


class NotBookable(DomainError):
    """Nobody performs these services, or together they are too long."""

    code = "not_bookable"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or _("Nobody here does these services."))


class NotChangeable(DomainError):
    """The appointment is over: its time, professional and services stay."""

    code = "not_changeable"

    def __init__(self) -> None:
        super().__init__(_("This appointment can no longer be changed."))


class ChangedMeanwhile(Conflict):
    """Somebody changed the appointment after it was looked at."""

    code = "changed_meanwhile"

    def __init__(self) -> None:
        super().__init__(_("Somebody has changed this appointment in the meantime."))


class NotUndoable(Conflict):
    """The change is not the last one any more, or too long ago, or not the team's."""

    code = "not_undoable"

    def __init__(self) -> None:
        super().__init__(_("This can no longer be undone."))


class InvalidTransition(DomainError):
    code = "invalid_transition"

    def __init__(self, *, source: str, target: str) -> None:
        text = _("An appointment cannot go from “%(source)s” to “%(target)s”.") % {"source": source, "target": target}
        super().__init__(text, fields={"status": [text]})


class NotBegun(DomainError):
    """Done and no-show are said of an appointment from its start on."""

    code = "not_begun"

    def __init__(self, *, target: str) -> None:
        text = _("An appointment is “%(target)s” only from its start on.") % {"target": target}
        super().__init__(text, fields={"status": [text]})


class AppointmentNotFound(NotFound):
    code = "appointment_not_found"

    def __init__(self) -> None:
        super().__init__(_("There is no such appointment."))


class SlotExpired(DomainError):
    """The offered slot is unknown in this conversation or too old to be trusted."""

    code = "slot_expired"

    def __init__(self) -> None:
        super().__init__(_("This offer is no longer valid: look for free times again."))


class TimeInUse(Conflict):
    """A professional's time can't be blocked while a customer has it."""

    code = "time_in_use"

    NAMED = 3

    def __init__(self, booked: Sequence[Appointment]) -> None:
        """`booked`: the appointments in the way, the first one first."""
        text = self._one(booked[0]) if len(booked) == 1 else self._several(booked)
        super().__init__(text, fields={"start": [text]})

    @staticmethod
    def _one(item: Appointment) -> str:
        return _("%(name)s is booked from %(start)s to %(end)s. Move that appointment first.") % {
            "name": item.client.display_name,
            "start": f"{timezone.localtime(item.start):%H:%M}",
            "end": f"{timezone.localtime(item.end):%H:%M}",
        }

    def _several(self, booked: Sequence[Appointment]) -> str:
        first = [f"{item.client.display_name} {timezone.localtime(item.start):%H:%M}" for item in booked[: self.NAMED]]
        if more := len(booked) - len(first):
            first.append(ngettext("%(n)d more", "%(n)d more", more) % {"n": more})
        words = {"n": len(booked), "names": ", ".join(first)}
        return _("%(n)d appointments are booked then: %(names)s. Move them first.") % words


class PhoneInUse(Conflict):
    code = "phone_in_use"

    def __init__(self, name: str) -> None:
        text = _("%(name)s already has this number.") % {"name": name}
        super().__init__(text, fields={"phone": [text]})
