"""What may be forgotten, and when."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from apps.work.handlers import Job
from apps.work.models import IdempotencyKey, InboundEvent

KIND = "work.purge"
EVENT_DAYS = 8
FAILURE_DAYS = 30
IDEMPOTENCY_HOURS = 24


def purge(job: Job) -> None:
    """Digests of done events after 8 days, failures after 30, idempotent answers after 24 hours."""
    now = timezone.now()
    done = InboundEvent.objects.filter(state=InboundEvent.State.DONE, problems__isnull=True)
    done.filter(received_at__lt=now - timedelta(days=EVENT_DAYS)).delete()
    InboundEvent.objects.filter(received_at__lt=now - timedelta(days=FAILURE_DAYS)).delete()
    IdempotencyKey.objects.filter(created_at__lt=now - timedelta(hours=IDEMPOTENCY_HOURS)).delete()
