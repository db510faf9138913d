"""What the channel says became of a message: ranked, never backwards, parked when early."""

from __future__ import annotations

import re

from django.db.models import Q

from apps.chat import live, outbound, refusals
from apps.chat.adapters.base import InboundStatus
from apps.chat.models import Channel, Message, ParkedStatus
from apps.work.wake import wake

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


def callback_for(message: Message) -> str:
    """Our id, carried by the provider, so that a status finds a message whose id we never learnt."""
    return f"m{message.pk}"


def apply(channel: Channel, status: InboundStatus) -> None:
    message = _message(channel, status)
    if message is None:
        data = {"callback": status.callback, "error_code": status.error_code, "error": status.error, **status.data}
        ParkedStatus.objects.get_or_create(
            channel=channel,
            provider_id=status.provider_id,
            status=status.status,
            defaults={"data": data, "at": status.at},
        )
        return
    settle(message, status)


def _message(channel: Channel, status: InboundStatus) -> Message | None:
    mine = Message.objects.select_for_update().filter(channel=channel)
    found = mine.filter(provider_id=status.provider_id).first()
    if found is None and (ours := re.fullmatch(r"m([0-9]{1,18})", status.callback)):
        # another status, or the send's answer, may tell us the provider's id while we wait for the lock
        still_ours = Q(provider_id=None) | Q(provider_id=status.provider_id)
        found = mine.filter(still_ours, pk=int(ours[1])).first()
    return found


def settle(message: Message, status: InboundStatus) -> None:
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
    message.save(update_fields=["provider_id", "status", "error_code", "error", "data", "updated_at"])
    if message.status == was:
        return
    live.message_updated(message)
    if was == Status.UNKNOWN:
        wake(outbound.DELIVER, key=message.conversation_id)
    if message.status == Status.FAILED:
        wake(refusals.KIND, key=message.pk)


def unpark(message_id: int, channel_id: int, provider_id: str) -> None:
    """Apply what came before we knew this message's provider id. The caller holds its lock."""
    for parked in ParkedStatus.objects.filter(channel_id=channel_id, provider_id=provider_id).order_by("id"):
        settle(
            Message.objects.get(pk=message_id),
            InboundStatus(
                provider_id=parked.provider_id,
                status=parked.status,  # type: ignore[arg-type]
                at=parked.at,
                error_code=parked.data.get("error_code"),
                error=parked.data.get("error", ""),
            ),
        )
        parked.delete()
