"""Opening, touching and ending conversations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import trail
from apps.chat import live
from apps.chat.locking import locked
from apps.chat.models import ContactIdentity, Conversation, Message
from apps.lib.errors import Conflict
from apps.lib.prepared import Prepared, store
from apps.lib.text import shorten

REOPEN_WITHIN = timedelta(hours=24)
Status = Conversation.Status


_open = Prepared(
    lambda channel, identity: (
        Conversation.objects.select_for_update(of=("self",))
        .filter(channel=channel, identity=identity, status__in=Conversation.OPEN)
        .order_by("id")[:1]
    )
)
_resolved = Prepared(
    lambda channel, identity, recent: (
        Conversation.objects.select_for_update(of=("self",))
        .filter(channel=channel, identity=identity, status=Status.RESOLVED, resolved_at__gte=recent)
        .order_by("-resolved_at")[:1]
    )
)


def for_customer(identity: ContactIdentity) -> tuple[Conversation, bool]:
    """(the locked conversation a new message of this customer belongs to, whether it is new).

    The open one; else one resolved within 24 hours, reopened; else a new one. Call it holding the
    identity's advisory lock (`contacts.identity_for`).
    """
    found = _open.first(identity.channel_id, identity.pk)
    if found is None:
        found = _resolved.first(identity.channel_id, identity.pk, timezone.now() - REOPEN_WITHIN)
    if found is None:
        return Conversation.objects.create(channel_id=identity.channel_id, identity=identity), True
    return found, False


def heard(conversation: Conversation, message: Message) -> None:
    """A customer's message arrived: the conversation is active, unread, and on top."""
    conversation.status = Status.ACTIVE
    conversation.resolved_at = None
    conversation.unread += 1
    _touch(conversation, message, "status", "resolved_at", "unread")


def said(conversation: Conversation, message: Message) -> None:
    """We wrote something."""
    _touch(conversation, message)


def taken_back(message: Message) -> None:
    """Its words leave the list of conversations too, if it was the last to be said."""
    conversation = message.conversation
    said = conversation.messages.exclude(sender=Message.Sender.SYSTEM)
    if said.order_by("-id").values_list("pk", flat=True).first() == message.pk:
        conversation.snippet = _("Message taken back")
        conversation.save(update_fields=["snippet", "updated_at"])
        live.conversation_changed(conversation)


def _touch(conversation: Conversation, message: Message, *fields: str) -> None:
    conversation.snippet = shorten(" ".join((message.content or message.get_message_type_display()).split()), 160)
    conversation.snippet_sender = message.sender
    conversation.last_message_at = max(conversation.last_message_at, message.provider_ts)
    store(conversation, *fields, "snippet", "snippet_sender", "last_message_at", "updated_at")


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


def read(conversation: Conversation) -> None:
    """A person looked at it: nothing is unread any more. What comes meanwhile waits for the lock, and is."""
    if not conversation.unread:
        return
    with locked(conversation) as current:
        now = timezone.now()
        unread = current.messages.filter(sender=Message.Sender.CUSTOMER, read_at=None)
        unread.update(read_at=now, updated_at=now)
        current.unread = 0
        current.save(update_fields=["unread", "updated_at"])
        live.conversation_changed(current)
    conversation.unread = 0


def drop_thought_up(conversation: Conversation) -> None:
    """What the AI had queued and not begun to send is not said any more. The caller holds the lock."""
    thought_up = conversation.messages.filter(sender=Message.Sender.AI, status=Message.Status.QUEUED)
    thought_up.exclude(data__has_key="automatic").delete()


def let_ai_answer(conversation: Conversation) -> None:
    """Nobody is in charge, and nobody waited for. The caller holds the lock, and saves."""
    conversation.assignee = None
    conversation.is_ai_active = True
    conversation.needs_human_since = None
    conversation.needs_human_reason = ""
    conversation.awaits_ai = False
    conversation.human_since = None


def resolve(conversation: Conversation, *, by: User | None, status: str = Status.RESOLVED) -> Conversation:
    """Done: the AI says nothing more, and answers if the customer comes back. Resolving twice changes nothing."""
    with locked(conversation) as conversation:
        if conversation.status == status:
            return conversation
        drop_thought_up(conversation)
        _note_end(conversation, status, by=by)
        conversation.status = status
        let_ai_answer(conversation)
        conversation.resolved_at = timezone.now()
        conversation.save()
        trail.record(f"conversation.{status}", on=conversation, by=by)
        live.conversation_changed(conversation)
    return conversation


def _note_end(conversation: Conversation, status: str, *, by: User | None) -> None:
    if by is None or not conversation.is_open:
        return
    says = (
        _("%(name)s closed the conversation.") if status == Status.CLOSED else _("%(name)s resolved the conversation.")
    )
    note(conversation, text=says % {"name": by.short_name}, data={"icon": "check"})


def change(conversation: Conversation, *, by: User, **values: Any) -> Conversation:
    """Set status, priority, tags or rating. Resolving goes through `resolve`; active and pending reopen.

    Raises Conflict when the customer already has another open conversation.
    """
    status = values.pop("status", None)
    if status in (Status.RESOLVED, Status.CLOSED):
        conversation = resolve(conversation, by=by, status=status)
    try:
        with locked(conversation) as conversation:
            for name, value in values.items():
                setattr(conversation, name, value)
            if status in Conversation.OPEN:
                conversation.status, conversation.resolved_at = status, None
            conversation.save()
            trail.record("conversation.changed", on=conversation, by=by, **values)
            live.conversation_changed(conversation)
    except IntegrityError as error:
        if "one_open_conversation_per_identity" in str(error):
            raise Conflict(_("This customer already has another open conversation.")) from None
        raise
    return conversation
