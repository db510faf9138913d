"""What the channel says became of a message: ranked, never backwards, parked when early."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db.models import Q

from apps.chat import live
from apps.chat.adapters.base import InboundStatus
from apps.chat.due import Due
from apps.chat.models import Channel, Message, ParkedStatus
from apps.lib.prepared import Prepared, store

Status = Message.Status
RANK = {
    Status.QUEUED: 0,
    Status.SENDING: 1,
    Status.UNKNOWN: 2,
    Status.SENT: 3,
    Status.FAILED: 4,  # may still be followed by delivered, which wins
    Status.DELIVERED: 5,
    Status.READ: 6,
}


_known = Prepared(
    lambda channel, provider_ids: (
        Message.objects.select_for_update().filter(channel=channel, provider_id__among=provider_ids)
    ).order_by("provider_id")
)
_parked = Prepared(
    lambda channel, provider_id: ParkedStatus.objects.filter(channel=channel, provider_id=provider_id).order_by("id")
)


def callback_for(message: Message) -> str:
    """Our id, carried by the provider, so that a status finds a message whose id we never learnt."""
    return f"m{message.pk}"


def apply(channel: Channel, told: Sequence[InboundStatus], due: Due) -> None:
    """Run inside a transaction that wakes what is `due` as its last step."""
    known = {message.provider_id: message for message in _known(channel.pk, [status.provider_id for status in told])}
    for status in told:
        message = known.get(status.provider_id) or _by_callback(channel, status)
        if message is None:
            _park(channel, status)
        else:
            known[status.provider_id] = message
            settle(message, status, due)


def _by_callback(channel: Channel, status: InboundStatus) -> Message | None:
    """Another status, or the send's answer, may tell us the provider's id while we wait for the lock."""
    ours = re.fullmatch(r"m([0-9]{1,18})", status.callback)
    still_ours = Q(provider_id=None) | Q(provider_id=status.provider_id)
    mine = Message.objects.select_for_update().filter(still_ours, channel=channel)
    return mine.filter(pk=int(ours[1])).first() if ours else None


def _park(channel: Channel, status: InboundStatus) -> None:
    data = {"callback": status.callback, "error_code": status.error_code, "error": status.error, **status.data}
    ParkedStatus.objects.get_or_create(
        channel=channel,
        provider_id=status.provider_id,
        status=status.status,
        defaults={"data": data, "at": status.at},
    )


def settle(message: Message, status: InboundStatus, due: Due) -> None:
    """Move a locked message forward; also resolves an `unknown` one and frees the queue behind it."""
    was, known_as = message.status, message.provider_id
    if message.provider_id is None:
        message.provider_id = status.provider_id
    if RANK[Status(status.status)] > RANK[Status(was)]:
        message.status = status.status
        message.error_code, message.error = (
            (status.error_code, status.error) if status.status == "failed" else (None, "")
        )
    told = message.data | status.data
    if message.status == was and told == message.data and message.provider_id == known_as:
        return  # nothing new
    message.data = told
    store(message, "provider_id", "status", "error_code", "error", "data", "updated_at")
    if message.status == was:
        return
    live.message_updated(message)
    if was == Status.UNKNOWN:
        due.sends.add(message.conversation_id)
    if message.status == Status.FAILED:
        due.failed.add(message.pk)


def unpark(message_id: int, channel_id: int, provider_id: str, due: Due) -> None:
    """Apply what came before we knew this message's provider id. The caller holds its lock."""
    for parked in _parked(channel_id, provider_id):
        settle(
            Message.objects.get(pk=message_id),
            InboundStatus(
                provider_id=parked.provider_id,
                status=parked.status,  # type: ignore[arg-type]
                at=parked.at,
                error_code=parked.data.get("error_code"),
                error=parked.data.get("error", ""),
            ),
            due,
        )
        parked.delete()
