"""What we say: stored as queued and woken. Sending it is `delivery`'s."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.audit import trail
from apps.chat import attachments, choices, conversations, handoff, live, templates, window
from apps.chat.adapters.registry import adapter_for
from apps.chat.choices import Dressed, Option
from apps.chat.errors import (
    AiIsSilent,
    ConversationClosed,
    MarketingStopped,
    NoSuchTemplate,
    NotRetryable,
    OptedOut,
    TextTooLong,
)
from apps.chat.locking import locked
from apps.chat.models import Contact, Conversation, Media, Message, MessageTemplate
from apps.work.wake import wake

DELIVER = "chat.deliver"
AI_EXPIRES_AFTER = timedelta(minutes=30)
PERSON_EXPIRES_AFTER = timedelta(hours=12)


def reply(
    conversation: Conversation,
    *,
    by: User,
    text: str = "",
    reply_to: Message | None = None,
    data: dict[str, Any] | None = None,
    media: Media | None = None,
) -> Message:
    """A person writes: they take the conversation over and the text, or the file with it, is queued.

    `data` may carry reply `buttons` or list `rows`; `media` is an upload of `attachments.take`.

    Raises AlreadyTaken, WindowClosed, ConversationClosed, TextTooLong, FileRefused or FileUsed.
    """
    with locked(conversation) as conversation:
        check_text(conversation, text, has_file=media is not None)
        window.require_open(conversation)
        if media is not None:
            media = attachments.claim(media, conversation, text=text)
        handoff.person_writes(conversation, by=by)
        message = _queue(
            conversation,
            sender=Message.Sender.ATTENDANT,
            text=text,
            author=by,
            reply_to=reply_to,
            data=data or {},
            media=media,
        )
        trail.record("message.sent", on=message, by=by)
        wake(DELIVER, key=conversation.pk)
    return message


def send_template(
    conversation: Conversation,
    *,
    by: User,
    template: MessageTemplate,
    values: Mapping[str, str] | None = None,
    components: list[dict[str, Any]] | None = None,
) -> Message:
    """A person sends an approved template, inside the 24-hour window or not.

    `values` by the template's variable names, or Graph's own `components` for what values can't say.

    Raises AlreadyTaken, ConversationClosed, NoSuchTemplate, TemplateIncomplete or MarketingStopped.
    """
    with locked(conversation, "identity") as conversation:
        if conversation.status == Conversation.Status.CLOSED:
            raise ConversationClosed
        if not template.is_usable or template.channel_id != conversation.channel_id:
            raise NoSuchTemplate
        if template.category == "MARKETING":
            require_consent(conversation.identity.contact)
            if conversation.identity.marketing_stopped_at:
                raise MarketingStopped
        filled = templates.fill(template, values or {}, components)
        handoff.person_writes(conversation, by=by)
        message = _queue(
            conversation,
            sender=Message.Sender.ATTENDANT,
            text=filled.text,
            author=by,
            data={"template": filled.as_data(template)},
        )
        trail.record("message.sent", on=message, by=by, template=template.name)
        wake(DELIVER, key=conversation.pk)
    return message


def check_text(conversation: Conversation, text: str, *, has_file: bool = False) -> None:
    if conversation.status == Conversation.Status.CLOSED:
        raise ConversationClosed
    adapter = adapter_for(conversation.channel.kind)
    limit = adapter.caption_limit if has_file else adapter.text_limit
    if len(text) > limit:
        raise TextTooLong(limit=limit)


def say(
    conversation: Conversation,
    *,
    text: str,
    effect_key: str,
    data: dict[str, Any] | None = None,
    options: Sequence[Option] = (),
) -> Message:
    """The AI writes, perhaps with options to tap. The caller holds the conversation's lock and calls this last."""
    shown = choices.dress(conversation.channel.kind, text, options)
    message = _queue(
        conversation,
        sender=Message.Sender.AI,
        text=shown.text,
        effect_key=effect_key,
        data=(data or {}) | shown.data,
    )
    wake(DELIVER, key=conversation.pk)
    return message


def queue_page(conversation: Conversation, page: Dressed, *, effect_key: str) -> Message:
    """The next rows of a list the AI showed; the caller wakes the delivery."""
    return _queue(conversation, sender=Message.Sender.AI, text=page.text, effect_key=effect_key, data=page.data)


def require_consent(contact: Contact) -> None:
    """Asked before every message that answers nothing: campaigns, marketing, reminders. Raises OptedOut."""
    if contact.opted_out_at is not None:
        raise OptedOut


def retry(message: Message, *, by: User) -> Message:
    """Queue a failed message again. Raises NotRetryable, AiIsSilent, ConversationClosed or WindowClosed."""
    with locked(message.conversation_id) as conversation:
        message = conversation.messages.select_for_update().get(pk=message.pk)
        if message.status != Message.Status.FAILED or not message.is_outbound:
            raise NotRetryable
        if conversation.status == Conversation.Status.CLOSED:
            raise ConversationClosed
        if not may_go_again(message, conversation):
            raise AiIsSilent
        if "template" not in message.data:
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


def may_go_again(message: Message, conversation: Conversation) -> bool:
    """What a person said always; what the AI said only where it may still speak."""
    return message.sender != Message.Sender.AI or handoff.ai_may_say(message, conversation)


def _queue(conversation: Conversation, *, sender: str, text: str, media: Media | None = None, **fields: Any) -> Message:
    lifetime = AI_EXPIRES_AFTER if sender == Message.Sender.AI else PERSON_EXPIRES_AFTER
    kind = Message.Type.INTERACTIVE if fields["data"].keys() & {"buttons", "rows"} else Message.Type.TEXT
    message = Message.objects.create(
        conversation=conversation,
        channel_id=conversation.channel_id,
        sender=sender,
        message_type=media.kind if media else kind,
        content=text,
        status=Message.Status.QUEUED,
        expires_at=timezone.now() + lifetime,
        **fields,
    )
    if media is not None:
        media.message = message
        media.save(update_fields=["message", "updated_at"])
    conversations.said(conversation, message)
    live.message_created(message)
    return message
