"""WhatsApp's 24-hour window: free text only so long after the customer's last message.

Per customer and business number, by the provider's clock; the same answer for screen, API and AI.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from apps.chat.adapters.registry import adapter_for
from apps.chat.errors import WindowClosed
from apps.chat.models import ContactIdentity, Conversation


def closes_at(identity: ContactIdentity, *, kind: str) -> datetime | None:
    """When the window closes (perhaps in the past); None for channels without one."""
    hours = adapter_for(kind).window_hours
    if hours is None:
        return None
    return (identity.last_inbound_at or identity.created_at - timedelta(hours=hours)) + timedelta(hours=hours)


def is_open(identity: ContactIdentity, *, kind: str, now: datetime | None = None) -> bool:
    closing = closes_at(identity, kind=kind)
    return closing is None or (now or timezone.now()) < closing


def require_open(conversation: Conversation) -> None:
    """Raises WindowClosed."""
    if not is_open(conversation.identity, kind=conversation.channel.kind):
        raise WindowClosed
