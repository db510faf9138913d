"""Services and professionals leaving the business."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.audit import trail
from apps.barbearia.models import AppointmentItem, Professional, Service


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


def _remove(row: Service | Professional, *, is_used: bool) -> None:
    if not is_used:
        row.delete()
        return
    row.is_active, row.removed_at = False, timezone.now()
    row.save(update_fields=["is_active", "removed_at"])
