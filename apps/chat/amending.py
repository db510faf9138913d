"""Messages rewritten or taken back by who sent them (numbers also used in the WhatsApp Business app)."""

from __future__ import annotations

from apps.chat import conversations, identities, live, media
from apps.chat.adapters.base import InboundMessage
from apps.chat.models import Channel, Media, Message


def amend(channel: Channel, inbound: InboundMessage) -> bool:
    """Change the message an edit or a revocation names; False when this sender never sent it.

    What was said before stays in `data.before`; a message taken back loses its text and its file for good,
    as it does on the customer's phone.
    """
    original = inbound.edits or inbound.revokes
    sender = Message.Sender.ATTENDANT if inbound.is_echo else Message.Sender.CUSTOMER
    theirs = Message.objects.filter(conversation__identity__contact=identities.of(channel, inbound).contact_id)
    found = theirs.filter(channel=channel, provider_id=original, sender=sender).select_for_update(of=("self",)).first()
    if found is None:
        return bool(inbound.revokes)  # nothing to take back
    if inbound.revokes:
        found.content, found.data = "", {"revoked": True}
        if file := Media.objects.filter(message=found).first():
            media.forget(file)
        conversations.taken_back(found)
    elif found.data.get("edited_by") != inbound.provider_id and not found.data.get("revoked"):
        before = [*found.data.get("before", []), found.content]
        found.data = found.data | {"before": before[-20:], "edited_by": inbound.provider_id}
        found.content = inbound.content
    found.save(update_fields=["content", "data", "updated_at"])
    live.message_updated(found)
    return True
