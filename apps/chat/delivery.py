"""Send what is queued, in order, one conversation at a time.

The conversation's row lock decides between a takeover and `queued → sending`; AI mode is rechecked
under it. Between `sending` and the answer no transaction is open. When the request may have been
read and no answer came, the message is `unknown`: a status webhook settles it; none within 45 s
means one retry, marked as a possible duplicate.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.chat import alerts, handoff, live, outbound, pace, refusals, statuses, window
from apps.chat.adapters.base import Refused, Verdict
from apps.chat.adapters.registry import adapter_for
from apps.chat.adapters.whatsapp_cloud.reasons import trouble
from apps.chat.due import Due
from apps.chat.locking import locked
from apps.chat.models import Channel, Conversation, Media, Message
from apps.lib import http
from apps.lib.prepared import Prepared, store
from apps.lib.tenancy import current_tenant, release_connection
from apps.work import inbox
from apps.work.handlers import Job, Later
from apps.work.runner import assert_held
from apps.work.wake import wake, wake_all

log = structlog.get_logger(__name__)

DEADLINE_SECONDS = 20
CHANNEL_CHECK_SECONDS = 60
HELD_SECONDS = 60
BACK_OFF_SECONDS = (2, 5, 15, 30, 60)
OUTBOX = (Message.Status.QUEUED, Message.Status.SENDING, Message.Status.UNKNOWN)
Status = Message.Status


_ACCEPT = """
UPDATE chat_message SET provider_id = COALESCE(provider_id, %s), updated_at = %s,
    status = CASE WHEN status IN ('sending', 'unknown') THEN 'sent' ELSE status END,
    error = CASE WHEN status IN ('sending', 'unknown') THEN '' ELSE error END,
    error_code = CASE WHEN status IN ('sending', 'unknown') THEN NULL ELSE error_code END
WHERE id = %s
"""
_outbox = Prepared(
    lambda conversation: (
        Message.objects.select_for_update(of=("self",))
        .filter(conversation=conversation, status__in=OUTBOX)
        .order_by("id")[:2]
    )
)


def deliver(job: Job) -> None:
    """Send everything this conversation has queued. Raises Later while something must be waited for."""
    started, more = time.monotonic(), True
    while more:
        if time.monotonic() - started > DEADLINE_SECONDS / 2:  # the next send may take ten seconds
            raise Later(0, "more to send")
        message, more = _next(job)
        if message is None:
            continue
        if message.status == Status.QUEUED:
            _upload(job, message)
        else:
            _send(message)


def _next(job: Job) -> tuple[Message | None, bool]:
    """(the next message, marked as sending, or None; whether more are queued). Raises Later.

    One whose file the channel doesn't have yet comes still queued: it wants an upload first. What is
    queued after this look wakes the work again.
    """
    while True:
        with locked(int(job.key), "channel", "identity") as conversation:
            waiting = _waiting(conversation)
            assert_held(job)
            if not waiting:
                return None, False
            message = waiting[0]
            message.conversation = conversation
            _complete(message)
            may_go = _may_go(message, conversation)
            wants_upload = may_go is True and _wants_upload(message, conversation.channel)
            if may_go is True and not wants_upload:
                _start_sending(message)
        if isinstance(may_go, Later):  # after commit: what was settled on the way stays
            raise may_go
        if may_go:
            return message, wants_upload or len(waiting) > 1


def _waiting(conversation: Conversation) -> list[Message]:
    """The next two, locked before the work row, as a status locks them: opposite orders deadlock."""
    return _outbox(conversation.pk)


def _complete(message: Message) -> None:
    """Read what only some messages have, while there is a connection: none is held during the send."""
    if message.message_type in Media.Kind:
        _ = message.media
    if message.reply_to_id:
        _ = message.reply_to


def _may_go(message: Message, conversation: Conversation) -> bool | Later:
    """True: send it now. False: it never will be, and is settled. Later: not yet."""
    now = timezone.now()
    if message.status in (Status.SENDING, Status.UNKNOWN):
        due = _retry_unknown(message, now)
        if due is not True:
            return due
    if message.expires_at and message.expires_at < now:
        return _fail(message, _("Not sent in time."))
    if current_tenant().is_suspended:
        return Later(HELD_SECONDS, "business suspended")
    if message.sender == Message.Sender.AI and not handoff.ai_may_say(message, conversation):
        if message.status != Status.QUEUED:  # the customer may have heard it: it stays in the thread
            return _fail(message, _("WhatsApp never confirmed this message."))
        message.delete()
        live.conversation_changed(conversation)
        return False
    if "template" not in message.data and not window.is_open(
        conversation.identity, kind=conversation.channel.kind, now=now
    ):
        return _fail(message, _("The 24-hour window is closed."), code=131047)
    return _hold_back(conversation, now) or True


def _hold_back(conversation: Conversation, now: datetime) -> Later | None:
    channel = conversation.channel
    if not channel.is_active:
        return Later(CHANNEL_CHECK_SECONDS, "channel unhealthy")
    if channel.held_until and channel.held_until > now:
        return Later((channel.held_until - now).total_seconds(), "the provider asked to wait")
    wait = pace.wait_seconds(channel, conversation.identity)
    return Later(wait, "pace") if wait else None


def _retry_unknown(message: Message, now: datetime) -> bool | Later:
    """A send whose fate nobody told us: True when its one retry is due, Later while waiting for news."""
    if message.status == Status.SENDING:  # its worker died between request and answer
        message.status = Status.UNKNOWN
        message.save(update_fields=["status", "updated_at"])
    patience_ends = (message.sending_since or now) + timedelta(seconds=settings.UNKNOWN_SEND_WAIT_SECONDS)
    if now < patience_ends:
        return Later((patience_ends - now).total_seconds(), f"waiting for news of message {message.pk}")
    if inbox.is_behind(patience_ends):  # after an outage the news may be here, unread
        return Later(1, f"news of message {message.pk} may be unread")
    if message.maybe_duplicate:
        return _fail(message, _("WhatsApp never confirmed this message."))
    message.maybe_duplicate = True
    return True


def _start_sending(message: Message) -> None:
    message.status = Status.SENDING
    message.sending_since = timezone.now()
    message.attempt += 1
    store(message, "status", "sending_since", "attempt", "maybe_duplicate", "updated_at")


def _send(message: Message) -> None:
    channel, identity = message.conversation.channel, message.conversation.identity
    release_connection()  # nothing is held while the provider answers
    try:
        provider_id = adapter_for(channel.kind).send(
            channel, identity, message, callback=statuses.callback_for(message)
        )
    except http.NotSent as error:
        _requeue(message, str(error))
        raise Later(_back_off(message), str(error)) from None
    except http.NoAnswer as error:
        _unknown(message, str(error))
        raise Later(settings.UNKNOWN_SEND_WAIT_SECONDS, str(error)) from None
    except Refused as refused:
        _refused(message, refused)
    else:
        _accepted(message, provider_id)


def _wants_upload(message: Message, channel: Channel) -> bool:
    """Whether the channel must be given the file first, for the first time or because its id has run out."""
    days = adapter_for(channel.kind).upload_days
    if message.message_type not in Media.Kind or not days:
        return False
    media = message.media
    return media.provider_id_at is None or media.provider_id_at < timezone.now() - timedelta(days=days)


def _upload(job: Job, message: Message) -> None:
    """Hand over the file of a queued message: the customer sees nothing of it, so it may be done twice."""
    media, channel = message.media, message.conversation.channel
    message.attempt += 1
    release_connection()
    try:
        with media.file.open("rb") as file:
            content = file.read()
        provider_id = adapter_for(channel.kind).upload(channel, media, content)
    except FileNotFoundError:
        _settle_failed(message, _("This file is gone."))
    except (http.NotSent, http.NoAnswer) as error:
        _requeue(message, str(error))
        raise Later(_back_off(message), str(error)) from None
    except Refused as refused:
        _refused(message, refused)
    else:
        with transaction.atomic():
            assert_held(job)
            media.provider_id, media.provider_id_at = provider_id, timezone.now()
            media.save(update_fields=["provider_id", "provider_id_at", "updated_at"])


def _settled(message: Message) -> Message | None:
    """The message, locked, if it still waits for this send's (or upload's) outcome."""
    fresh = Message.objects.select_for_update().filter(pk=message.pk).first()
    waits_for = (Status.QUEUED,) if message.status == Status.QUEUED else (Status.SENDING, Status.UNKNOWN)
    return fresh if fresh and fresh.status in waits_for else None


def _accepted(message: Message, provider_id: str) -> None:
    """Sent, unless a status was faster than the answer and told us more; what went wrong before counts no more."""
    due = Due()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_ACCEPT, [provider_id, timezone.now(), message.pk])
        statuses.unpark(message.pk, message.channel_id, provider_id, due)
        live.message_updated(message)
        due.wake()


def _requeue(message: Message, error: str) -> None:
    """Nothing was written: the message goes back to the queue."""
    with transaction.atomic():
        if fresh := _settled(message):
            fresh.status, fresh.error = Status.QUEUED, error[:300]
            fresh.attempt = message.attempt
            fresh.save(update_fields=["status", "error", "attempt", "updated_at"])


def _unknown(message: Message, error: str) -> None:
    with transaction.atomic():
        if fresh := _settled(message):
            fresh.status, fresh.error = Status.UNKNOWN, error[:300]
            fresh.save(update_fields=["status", "error", "updated_at"])
            live.message_updated(fresh)


def _refused(message: Message, refused: Refused) -> None:
    """Act on the provider's error code; raises Later when the message stays queued."""
    log.warning("refused", message=message.pk, code=refused.code, verdict=refused.verdict)
    if refused.verdict is Verdict.CHANNEL_DOWN:
        _requeue(message, refused.detail)
        alerts.mark_down(message.conversation.channel, reason=trouble(refused.code, refused.detail))
        raise Later(CHANNEL_CHECK_SECONDS, "channel unhealthy")
    if refused.verdict is Verdict.SLOW_DOWN:
        _requeue(message, refused.detail)
        raise Later(min(4 ** min(message.attempt, 4), 256), refused.detail)
    if refused.verdict is Verdict.BACK_OFF:
        _requeue(message, refused.detail)
        if refused.retry_after:
            _hold_channel(message.conversation.channel, refused.retry_after)
        raise Later(refused.retry_after or _back_off(message), refused.detail)
    _settle_failed(message, refused.detail, code=refused.code)


def _settle_failed(message: Message, reason: str, *, code: int | None = None) -> None:
    with transaction.atomic():
        if fresh := _settled(message):
            _fail(fresh, reason, code=code)


def _back_off(message: Message) -> float:
    return BACK_OFF_SECONDS[min(max(message.attempt, 1), len(BACK_OFF_SECONDS)) - 1]


def _hold_channel(channel: Channel, seconds: float) -> None:
    Channel.objects.filter(pk=channel.pk).update(held_until=timezone.now() + timedelta(seconds=seconds))


def _fail(message: Message, reason: str, *, code: int | None = None) -> bool:
    """The message will not be sent: say why, and free the queue behind it. Returns False."""
    message.status, message.error, message.error_code = Status.FAILED, reason[:300], code
    message.save(update_fields=["status", "error", "error_code", "updated_at"])
    live.message_updated(message)
    wake(refusals.KIND, key=message.pk)
    return False


def resume(channel: Channel) -> None:
    """The channel is good again: everything queued goes out. Call inside a transaction, last."""
    waiting = Message.objects.filter(channel=channel, status__in=OUTBOX).values_list("conversation_id", flat=True)
    wake_all(outbound.DELIVER, keys=set(waiting))
