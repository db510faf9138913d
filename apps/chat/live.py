"""What just changed, told to open screens after commit.

A PostgreSQL notification is sent by the transaction itself: it can't be lost between commit and
publish, costs no second service, and a stopped Redis doesn't silence the inbox. Frames are small;
clients fetch what they need and refetch by cursor after a gap.
"""

from __future__ import annotations

import json

from django.utils import timezone

from apps.chat.models import Channel, Conversation, Message
from apps.lib.tenancy import current_schema
from apps.work import sql

CHANNEL = "live"


def message_created(message: Message) -> None:
    _announce("message.created", message.pk, message.conversation_id)


def message_updated(message: Message) -> None:
    _announce("message.updated", message.pk, message.conversation_id)


def conversation_created(conversation: Conversation) -> None:
    _announce("conversation.created", conversation.pk, conversation.pk)


def conversation_changed(conversation: Conversation) -> None:
    _announce("conversation.updated", conversation.pk, conversation.pk)


def channel_changed(channel: Channel) -> None:
    _announce("channel.updated", channel.pk, None)


def announce(kind: str, pk: int) -> None:
    """Something of an upper room changed, such as an appointment."""
    _announce(kind, pk, None)


def _announce(kind: str, pk: int, conversation_id: int | None) -> None:
    frame = {
        "schema": current_schema(),
        "type": kind,
        "id": pk,
        "conversation_id": conversation_id,
        "updated_at": timezone.now().isoformat(),
    }
    sql.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(frame)])
