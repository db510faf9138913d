"""Services and professionals joining and leaving the business."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.audit import trail
from apps.barbearia.models import Appointment, AppointmentItem, Professional, Service
from apps.lib.database import take_turn
from apps.lib.tenancy import current_schema
from apps.lib.text import fold


@dataclass(frozen=True)
class NewService:
    """A row of a starting catalogue as the owner left it."""

    name: str
    price: Decimal
    duration_minutes: int
    category: str = ""
    description: str = ""
    buffer_after_minutes: int = 0


def take_over(rows: Iterable[NewService], *, by: Any, professional_name: str = "") -> list[Service]:
    """Create the services of a starting catalogue, performed by everybody who works here; the new ones.

    A service whose name exists already is left as it is, so taking over twice adds nothing. While
    nobody works here, `professional_name` (or else who does this) becomes the first professional:
    without one nothing could be booked.
    """
    with transaction.atomic():
        take_turn(current_schema(), "catalogue")  # a button pressed twice must not create everything twice
        known = {fold(name) for name in Service.objects.present().values_list("name", flat=True)}
        created = [_create(row, by=by) for row in _new_ones(rows, known)]
        for person in _performers(professional_name, by=by) if created else []:
            person.services.add(*created)
    return created


def _new_ones(rows: Iterable[NewService], known: set[str]) -> Iterable[NewService]:
    for row in rows:
        if fold(row.name) not in known:
            known.add(fold(row.name))
            yield row


def _create(row: NewService, *, by: Any) -> Service:
    service = Service.objects.create(**vars(row))
    trail.record("service.created", on=service, by=by, name=service.name, price=str(service.price))
    return service


def _performers(name: str, *, by: Any) -> list[Professional]:
    """Everybody who works here; else the first professional, made now; nobody without a name."""
    people, name = list(Professional.objects.present()), name or getattr(by, "short_name", "")
    if people or not name:
        return people
    professional = Professional.objects.create(name=name)
    trail.record("professional.created", on=professional, by=by, name=professional.name)
    return [professional]


def introduce(service: Service) -> None:
    """Give a new service to those who do everything."""
    service.professionals.add(*Professional.objects.present().filter(does_everything=True))


def save_service(service: Service, *, by: Any, professionals: Iterable[Professional] | None = None) -> Service:
    """Write a service as it was edited, with who performs it; None leaves that alone, a new one is introduced."""
    is_new = service.pk is None
    with transaction.atomic():
        service.save()
        if professionals is not None:
            _perform(service, list(professionals))
        elif is_new:
            introduce(service)
        action = "service.created" if is_new else "service.changed"
        trail.record(action, on=service, by=by, name=service.name, price=str(service.price))
    return service


def _perform(service: Service, professionals: list[Professional]) -> None:
    """These and no others; whom that passes over no longer does everything."""
    service.professionals.set(professionals)
    passed_over = Professional.objects.exclude(pk__in=[person.pk for person in professionals])
    passed_over.filter(does_everything=True).update(does_everything=False)


def save_professional(
    professional: Professional, *, by: Any, services: Iterable[Service] | None = None, does_everything: bool = False
) -> Professional:
    """Write a professional as they were edited, with what they perform; None leaves that alone."""
    action = "professional.changed" if professional.pk else "professional.created"
    professional.does_everything = does_everything
    with transaction.atomic():
        professional.save()
        if services is not None:
            professional.services.set(services)
        trail.record(action, on=professional, by=by, name=professional.name)
    return professional


def switch(row: Service | Professional, *, on: bool, by: Any) -> None:
    """Offer it to customers, or stop; appointments already made stand."""
    kind = "service" if isinstance(row, Service) else "professional"
    with transaction.atomic():
        row.is_active = on
        row.save(update_fields=["is_active"])
        trail.record(f"{kind}.{'activated' if on else 'deactivated'}", on=row, by=by, name=row.name)


def remove_service(service: Service, *, by: Any) -> None:
    """Delete it; once it was booked it is kept out of sight, for the appointments it explains."""
    with transaction.atomic():
        service = Service.objects.select_for_update().get(pk=service.pk)
        trail.record("service.removed", on=service, by=by, name=service.name)
        _remove(service, is_used=AppointmentItem.objects.filter(service=service).exists())


def remove_professional(professional: Professional, *, by: Any) -> None:
    """Delete it; with appointments it is kept out of sight, and the appointments stand."""
    with transaction.atomic():
        professional = Professional.objects.select_for_update().get(pk=professional.pk)
        trail.record("professional.removed", on=professional, by=by, name=professional.name)
        _remove(professional, is_used=professional.appointments.exists())


def to_come(professional: Professional) -> QuerySet[Appointment]:
    """The appointments that stand when the professional goes, the next one first."""
    coming = professional.appointments.filter(start__gt=timezone.now(), status__in=Appointment.UPCOMING)
    return coming.select_related("client").order_by("start")


def _remove(row: Service | Professional, *, is_used: bool) -> None:
    if not is_used:
        row.delete()
        return
    row.is_active, row.removed_at = False, timezone.now()
    row.save(update_fields=["is_active", "removed_at"])
