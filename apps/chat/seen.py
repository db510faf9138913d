"""Blue ticks and "typing…": the customer sees that the message was read and an answer is coming.

A courtesy, given before the AI thinks: it waits two seconds at most, and a refusal is only logged.
"""

from __future__ import annotations

import structlog

from apps.chat.adapters.base import Refused
from apps.chat.adapters.registry import adapter_for
from apps.chat.models import Message
from apps.lib import http

log = structlog.get_logger(__name__)


def show(message: Message, *, typing: bool) -> None:
    """Mark a customer's message, and all before it, as read; not inside a transaction."""
    if not message.provider_id or not message.channel.is_active:
        return
    try:
        adapter_for(message.channel.kind).seen(message.channel, message.provider_id, typing=typing)
    except (Refused, http.NotSent, http.NoAnswer) as error:
        log.info("not shown as read", message=message.pk, error=str(error)[:200])
