"""Who is there: seen on a page or over a live socket in the last two minutes."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.models import Membership, Tenant

ONLINE_FOR = timedelta(minutes=2)
WRITTEN_EVERY = timedelta(seconds=30)  # a page costs no statement more often than this


def seen(member: Membership) -> None:
    """This person is here now."""
    now = timezone.now()
    if member.seen_at is None or now - member.seen_at > WRITTEN_EVERY:
        Membership.objects.filter(pk=member.pk).update(seen_at=now)
        member.seen_at = now


def is_online(member: Membership) -> bool:
    return member.seen_at is not None and timezone.now() - member.seen_at <= ONLINE_FOR


def online(tenant: Tenant) -> QuerySet[Membership]:
    recently = timezone.now() - ONLINE_FOR
    return Membership.objects.active().filter(tenant=tenant, seen_at__gte=recently).select_related("user")
