"""An emoji on a message: kept beside its target, and heard when it answers a question."""

from __future__ import annotations

from apps.chat import live
from apps.chat.models import Conversation, Message
from apps.chat.models.message import SILENT

ANSWERS = frozenset("👍👌✅🙏👎❌🙌💯")
_SKINS = dict.fromkeys(map(ord, "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff\ufe0f"))


def attach(reaction: Message, conversation: Conversation) -> None:
    """Show the emoji on its target (`data.reactions`), and mark it as speaking if it answers our question.

    One emoji a side: a later one replaces it, none takes it back. The caller holds the conversation's lock.
    """
    target = reaction.reply_to
    if target is None:
        return
    shown = dict(target.data.get("reactions") or {})
    shown.pop(reaction.sender, None)
    if reaction.content:
        shown[reaction.sender] = reaction.content
    target.data = target.data | {"reactions": shown}
    target.save(update_fields=["data", "updated_at"])
    live.message_updated(target)
    if reaction.sender == Message.Sender.CUSTOMER and _answers(reaction, target, conversation):
        reaction.data = reaction.data | {"speaks": True}
        reaction.save(update_fields=["data"])


def _answers(reaction: Message, target: Message, conversation: Conversation) -> bool:
    """A thumb on the question we are waiting for an answer to; a heart on a confirmation is only a heart."""
    emoji = reaction.content.translate(_SKINS)
    if emoji not in ANSWERS or target.sender != Message.Sender.AI or "?" not in target.content:
        return False
    return not conversation.messages.filter(id__gt=target.pk).exclude(SILENT).exists()
