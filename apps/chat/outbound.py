"""What we say: stored as queued and woken. Sending it is `delivery`'s."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.audit import trail
from apps.chat import conversations, handoff, live, window
from apps.chat.adapters.registry import adapter_for
from apps.chat.errors import ConversationClosed, NotRetryable, TextTooLong
from apps.chat.locking import locked
from apps.chat.models import Conversation, Message
from apps.work.wake import wake

DELIVER = "chat.deliver"
AI_EXPIRES_AFTER = timedelta(minutes=30)
PERSON_EXPIRES_AFTER = timedelta(hours=12)


def reply(
    conversation: Conversation,
    *,
    by: User,
    text: str,
    reply_to: Message | None = None,
    data: dict[str, Any] | None = None,
) -> Message:
    """A person writes: they take the conversation over and the text is queued.

    `data` may carry reply `buttons` or list `rows`.

    Raises AlreadyTaken, WindowClosed, ConversationClosed or TextTooLong.
    """
    with locked(conversation) as conversation:
        check_text(conversation, text)
        window.require_open(conversation)
        handoff.person_writes(conversation, by=by)
        message = _queue(
            conversation, sender=Message.Sender.ATTENDANT, text=text, author=by, reply_to=reply_to, data=data or {}
        )
        trail.record("message.sent", on=message, by=by)
        wake(DELIVER, key=conversation.pk)
    return message


def check_text(conversation: Conversation, text: str) -> None:
    if conversation.status == Conversation.Status.CLOSED:
        raise ConversationClosed
    limit = adapter_for(conversation.channel.kind).text_limit
    if len(text) > limit:
        raise TextTooLong(limit=limit)


def say(conversation: Conversation, *, text: str, effect_key: str, data: dict[str, Any] | None = None) -> Message:
    """The AI writes. The caller holds the conversation's lock and calls this last in its transaction."""
    message = _queue(conversation, sender=Message.Sender.AI, text=text, effect_key=effect_key, data=data or {})
    wake(DELIVER, key=conversation.pk)
    return message


def note(conversation: Conversation, *, text: str, data: dict[str, Any] | None = None) -> Message:
    """A line of fact in the thread; never sent. `data.icon` and `data.url` dress it."""
    message = Message.objects.create(
        conversation=conversation,
        channel_id=conversation.channel_id,
        sender=Message.Sender.SYSTEM,
        message_type=Message.Type.SYSTEM,
        content=text,
        data=data or {},
        status=Message.Status.SENT,
    )
    live.message_created(message)
    return message


def retry(message: Message, *, by: User) -> Message:
    """Queue a failed message again. Raises NotRetryable or WindowClosed."""
    with locked(message.conversation_id) as conversation:
        message = conversation.messages.select_for_update().get(pk=message.pk)
        if message.status != Message.Status.FAILED or not message.is_outbound:
            raise NotRetryable
        window.require_open(conversation)
        message.status = Message.Status.QUEUED
        message.error_code, message.error, message.attempt = None, "", 0
        message.expires_at = timezone.now() + PERSON_EXPIRES_AFTER
        message.data = message.data | {"retried_by": by.pk}
        message.save()
        trail.record("message.retried", on=message, by=by)
        live.message_updated(message)
        wake(DELIVER, key=conversation.pk)
    return message


def _queue(conversation: Conversation, *, sender: str, text: str, **fields: Any) -> Message:
    lifetime = AI_EXPIRES_AFTER if sender == Message.Sender.AI else PERSON_EXPIRES_AFTER
    buttons = (fields.get("data") or {}).keys() & {"buttons", "rows"}
    message = Message.objects.create(
        conversation=conversation,
        channel_id=conversation.channel_id,
        sender=sender,
        message_type=Message.Type.INTERACTIVE if buttons else Message.Type.TEXT,
        content=text,
        status=Message.Status.QUEUED,
        expires_at=timezone.now() + lifetime,
        **fields,
    )
    conversations.said(conversation, message)
    live.message_created(message)
    return message
