"""Blue ticks and "typing…": the customer sees that the message was read and an answer is coming.

A courtesy: it runs a second after the message, so that a quick answer needs no typing sign, and a
refusal is only logged.
"""

from __future__ import annotations

import structlog

from apps.chat.adapters.base import Refused
from apps.chat.adapters.registry import adapter_for
from apps.chat.models import Conversation, Message
from apps.lib import http
from apps.lib.tenancy import release_connection
from apps.work.handlers import Job

log = structlog.get_logger(__name__)

KIND = "chat.seen"
AFTER_SECONDS = 1.0


def show(job: Job) -> None:
    """Mark the newest customer message as read; with a typing sign while nobody has answered it."""
    conversation = Conversation.objects.select_related("channel").get(pk=int(job.key))
    newest = (
        conversation.messages.filter(sender=Message.Sender.CUSTOMER).exclude(provider_id=None).order_by("-id").first()
    )
    if newest is None or not conversation.channel.is_active:
        return
    answered = conversation.messages.filter(id__gt=newest.pk, sender=Message.Sender.AI).exists()
    release_connection()
    try:
        adapter_for(conversation.channel.kind).seen(
            conversation.channel, newest.provider_id or "", typing=conversation.is_ai_active and not answered
        )
    except (Refused, http.NotSent, http.NoAnswer) as error:
        log.info("not shown as read", conversation=conversation.pk, error=str(error)[:200])
