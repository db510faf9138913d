"""Messages rewritten or taken back by who sent them (numbers also used in the WhatsApp Business app)."""

from __future__ import annotations

from apps.chat import conversations, identities, live, media
from apps.chat.adapters.base import InboundMessage
from apps.chat.locking import locked
from apps.chat.models import Channel, Media, Message


def amend(channel: Channel, inbound: InboundMessage) -> bool:
    """Change the message an edit or a revocation names; False when this sender never sent it.

    What was said before stays in `data.before`; a message taken back loses its text and its file for good,
    as it does on the customer's phone.
    """
    original = inbound.edits or inbound.revokes
    sender = Message.Sender.ATTENDANT if inbound.is_echo else Message.Sender.CUSTOMER
    theirs = Message.objects.filter(
        conversation__identity__contact=identities.of(channel, inbound).contact_id,
        channel=channel,
        provider_id=original,
        sender=sender,
    )
    found = theirs.first()
    if found is None:
        return bool(inbound.revokes)  # nothing to take back
    with locked(found.conversation_id) as conversation:  # before the message, as everywhere
        message = theirs.select_for_update(of=("self",)).get()
        message.conversation = conversation
        _amend(message, inbound)
    return True


def _amend(message: Message, inbound: InboundMessage) -> None:
    if inbound.revokes:
        message.content, message.data = "", {"revoked": True}
        if file := Media.objects.filter(message=message).first():
            media.forget(file)
        conversations.taken_back(message)
    elif message.data.get("edited_by") != inbound.provider_id and not message.data.get("revoked"):
        before = [*message.data.get("before", []), message.content]
        message.data = message.data | {"before": before[-20:], "edited_by": inbound.provider_id}
        message.content = inbound.content
    message.save(update_fields=["content", "data", "updated_at"])
    live.message_updated(message)
