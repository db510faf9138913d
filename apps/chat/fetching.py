"""Customers' files, brought from the channel in their own time: the text never waits for them.

A number that fails more than five look-ups an hour may be blocked for an hour, so failed tries are
counted over the whole channel, and a file that won't come is asked for ever more rarely.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import trail
from apps.chat import alerts, live
from apps.chat import media as files
from apps.chat.adapters.base import Fetched, MediaGone, MediaTooLarge, Refused, Verdict
from apps.chat.adapters.registry import adapter_for
from apps.chat.adapters.whatsapp_cloud.reasons import trouble
from apps.chat.errors import NotFetchable
from apps.chat.models import Channel, Media
from apps.lib import filetypes, http
from apps.lib.tenancy import release_connection
from apps.work.handlers import Job, Later
from apps.work.runner import assert_held
from apps.work.wake import wake, wake_all

log = structlog.get_logger(__name__)

KIND = "chat.fetch_media"
DEADLINE_SECONDS = 30
TRY_AGAIN_SECONDS = (10, 120, 1200, 3600, 3 * 3600, 12 * 3600, 24 * 3600, 48 * 3600)
FAILURES_PER_HOUR = 4
CHANNEL_DOWN_SECONDS = 600
State = Media.State


def fetch(job: Job) -> None:
    """Bring one file. Raises Later while it may still come."""
    media = Media.objects.select_related("message__channel").filter(pk=job.key, state=State.PENDING).first()
    if media is None or media.message is None:
        return
    channel = media.message.channel
    _wait_for_turn(channel)
    release_connection()  # nothing is held while the file comes
    try:
        fetched = adapter_for(channel.kind).fetch(channel, media, max_bytes=settings.MEDIA_MAX_BYTES)
    except MediaGone as error:
        log.warning("file gone", media=str(media.pk), provider_id=media.provider_id, error=str(error)[:200])
        media.provider_id = ""
        _settle(job, media, State.FAILED, _("WhatsApp no longer has this file."))
    except MediaTooLarge:
        limit = settings.MEDIA_MAX_BYTES // files.MB
        _settle(job, media, State.REFUSED, _("It is larger than %(limit)d MB.") % {"limit": limit})
    except (Refused, http.NotSent, http.NoAnswer) as error:
        _failed(job, media, channel, error)
    else:
        _take(job, media, fetched)


def _wait_for_turn(channel: Channel) -> None:
    """Raises Later while the channel is down or has failed too often within the hour."""
    if not channel.is_active:
        raise Later(CHANNEL_DOWN_SECONDS, "channel unhealthy")
    hour_ago = timezone.now() - timedelta(hours=1)
    recent = Media.objects.filter(message__channel=channel, tried_at__gt=hour_ago).order_by("tried_at")
    if (recent.aggregate(failed=Sum("tries"))["failed"] or 0) >= FAILURES_PER_HOUR:
        first = recent.values_list("tried_at", flat=True)[0]
        raise Later(
            max(((first or hour_ago) - hour_ago).total_seconds(), 1), "too many failed look-ups within the hour"
        )


def _take(job: Job, media: Media, fetched: Fetched) -> None:
    try:
        mime_type = filetypes.inspect(fetched.content, declared=media.mime_type, name=media.file_name)
    except filetypes.NotAllowed as refusal:
        _settle(job, media, State.REFUSED, files.why_not(refusal))
        return
    files.keep(media, fetched.content, mime_type=mime_type)
    _settle(job, media, State.READY)


def _failed(job: Job, media: Media, channel: Channel, error: Exception) -> None:
    """Count it and come back later, or give the file up. Raises Later."""
    log.warning("file not fetched", media=str(media.pk), error=str(error)[:200])
    if isinstance(error, Refused) and error.verdict is Verdict.CHANNEL_DOWN:
        alerts.mark_down(channel, reason=trouble(error.code, error.detail))
        raise Later(CHANNEL_DOWN_SECONDS, error.detail)
    if media.tries >= len(TRY_AGAIN_SECONDS):
        _settle(job, media, State.FAILED, _("WhatsApp did not hand this file over."))
        return
    wait = TRY_AGAIN_SECONDS[media.tries]
    asked = error.retry_after if isinstance(error, Refused) else None
    with transaction.atomic():
        assert_held(job)
        Media.objects.filter(pk=media.pk).update(tries=media.tries + 1, tried_at=timezone.now())
    raise Later(max(wait, asked or 0), str(error)[:200]) from None


def _settle(job: Job, media: Media, state: str, error: str = "") -> None:
    with transaction.atomic():
        assert_held(job)
        if not Media.objects.select_for_update().filter(pk=media.pk).exists():  # erased meanwhile
            media.file.delete(save=False)
            return
        media.state, media.error = state, error[:300]
        media.save()
        assert media.message is not None
        media.message.save(update_fields=["updated_at"])
        live.message_updated(media.message)


def ask_again(media: Media, *, by: User) -> Media:
    """Ask for a file that was given up as if it had just come. Raises NotFetchable; asking twice changes nothing."""
    with transaction.atomic():
        media = Media.objects.select_for_update(of=("self",)).select_related("message__channel").get(pk=media.pk)
        if media.state == State.PENDING:
            return media
        if media.message is None or not media.may_still_come:
            raise NotFetchable(_("This file can’t be fetched any more."))
        if not media.message.channel.is_active:
            raise NotFetchable(_("The channel needs attention first: see it under Channels."))
        media.state, media.error, media.tries = State.PENDING, "", 0
        media.save(update_fields=["state", "error", "tries", "updated_at"])
        media.message.save(update_fields=["updated_at"])
        trail.record("message.file_asked_for", on=media.message, by=by)
        live.message_updated(media.message)
        wake(KIND, key=str(media.pk))
    return media


def resume(channel: Channel) -> None:
    """The channel is good again: what waits for it is asked for now. Call inside a transaction, last."""
    waiting = Media.objects.filter(message__channel=channel, state=State.PENDING, message__isnull=False)
    wake_all(KIND, keys=[str(pk) for pk in waiting.values_list("pk", flat=True)[:500]])
