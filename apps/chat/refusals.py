"""What follows from a message that failed for good: for the customer, the template, the channel, the team.

Graph's answer and Meta's status webhook end here alike. Its own work, because it wants the conversation's
lock, which comes before the message's.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit import trail
from apps.chat import alerts, conversations, handoff, window
from apps.chat.adapters.base import Verdict
from apps.chat.adapters.whatsapp_cloud import codes, graph
from apps.chat.adapters.whatsapp_cloud.reasons import reason, trouble
from apps.chat.locking import locked
from apps.chat.models import ContactIdentity, Conversation, Message, MessageTemplate
from apps.work.handlers import Job

log = structlog.get_logger(__name__)

KIND = "chat.delivery_failed"


def act(job: Job) -> None:
    """Act on a failed message's error code; a message that was delivered or queued again meanwhile is left alone."""
    pk = Message.objects.filter(pk=int(job.key)).values_list("conversation_id", flat=True).first()
    if pk is None:
        return
    with locked(pk, "identity", "channel") as conversation:
        message = conversation.messages.filter(pk=int(job.key), status=Message.Status.FAILED).first()
        if message is None:
            return
        verdict = graph.verdict(message.error_code) if message.error_code is not None else Verdict.FINAL
        _act(conversation, message, verdict)


def _act(conversation: Conversation, message: Message, verdict: Verdict) -> None:
    identity = ContactIdentity.objects.filter(pk=conversation.identity_id)
    if verdict is Verdict.UNREACHABLE:
        identity.update(is_reachable=False)
    elif verdict is Verdict.NO_MARKETING:
        identity.filter(marketing_stopped_at=None).update(marketing_stopped_at=timezone.now())
    elif verdict is Verdict.WINDOW_CLOSED:
        _close_window(conversation)
    elif verdict is Verdict.FINAL and message.error_code in codes.OUR_BUGS:
        log.error("refused for a mistake of ours", message=message.pk, code=message.error_code, error=message.error)
    trail.record("message.failed", on=message, code=message.error_code, reason=message.error, verdict=str(verdict))
    if message.sender == Message.Sender.AI:
        _call_person(conversation, message)
    if verdict is Verdict.TEMPLATE_DEFECT:
        _defect(conversation, message)
    elif verdict is Verdict.CHANNEL_DOWN:
        alerts.mark_down(conversation.channel, reason=trouble(message.error_code, message.error))


def _close_window(conversation: Conversation) -> None:
    """WhatsApp is the arbiter: what we took for an open window is closed."""
    identity = conversation.identity
    if window.is_open(identity, kind=conversation.channel.kind):
        identity.last_inbound_at = timezone.now() - timedelta(hours=24)
        identity.save(update_fields=["last_inbound_at"])


def _call_person(conversation: Conversation, message: Message) -> None:
    """The customer waits for an answer that never came: somebody must look."""
    if conversation.needs_human or conversation.assignee_id:
        return
    said = _("An answer could not be delivered: %(error)s") % {"error": reason(message.error_code, message.error)}
    handoff.ask_for_person(conversation, reason=said[:300])
    conversations.note(conversation, text=said, data={"kind": "waits", "icon": "hand"})


def _defect(conversation: Conversation, message: Message) -> None:
    used = message.data.get("template") or {}
    mine = MessageTemplate.objects.filter(
        channel_id=conversation.channel_id, name=used.get("name", ""), language=used.get("language", "")
    )
    mine.update(defect=message.error[:300], updated_at=timezone.now())
    trail.record("template.defect", on=conversation.channel, template=used.get("name", ""), reason=message.error)
    alerts.ask(conversation.channel)
