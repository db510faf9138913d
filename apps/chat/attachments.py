"""Files people attach: looked into on arrival, measured against the channel before they are sent."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Tenant, User
from apps.chat import media as files
from apps.chat.adapters.base import FileLimit
from apps.chat.adapters.registry import adapter_for
from apps.chat.errors import FileRefused, FileTooLarge, FileUsed
from apps.chat.models import Conversation, Media
from apps.lib import filetypes
from apps.lib.tenancy import in_each
from apps.work.handlers import Job

Kind = Media.Kind
STATIC_STICKER_BYTES = 100 * 1024


def take(file: UploadedFile, *, by: User, is_voice: bool = False) -> Media:
    """Keep an upload, to be sent later. Raises FileRefused or FileTooLarge, saying why."""
    limit = settings.MEDIA_MAX_BYTES
    if (file.size or 0) > limit:
        raise FileTooLarge(_("It is larger than %(limit)d MB.") % {"limit": limit // files.MB})
    if not file.size:
        raise FileRefused(_("The file is empty."))
    content = file.read()
    try:
        mime_type = filetypes.inspect(content, declared=file.content_type or "", name=file.name or "")
    except filetypes.NotAllowed as refusal:
        raise FileRefused(files.why_not(refusal)) from None
    media = Media(
        kind=kind_of(mime_type),
        file_name=filetypes.tidy_name(file.name or ""),
        is_voice=is_voice and mime_type == "audio/ogg",
        is_animated=mime_type == "image/webp" and b"ANIM" in content[:64],
        uploaded_by=by,
    )
    files.keep(media, content, mime_type=mime_type)
    media.save()
    return media


def kind_of(mime_type: str) -> str:
    """As what a file is sent."""
    if mime_type == "image/webp":
        return Kind.STICKER
    family = filetypes.family(mime_type)
    return Kind.DOCUMENT if family == "document" or mime_type == "image/gif" else Kind(family)


def claim(media: Media, conversation: Conversation, *, text: str) -> Media:
    """The upload, locked for the message about to be made. Raises FileUsed or FileRefused."""
    mine = Media.objects.select_for_update().filter(pk=media.pk).first()
    if mine is None or mine.message_id is not None or not mine.is_ready:
        raise FileUsed
    limit = adapter_for(conversation.channel.kind).file_limits.get(mine.kind)
    if limit is not None:
        _measure(mine, limit)
        if text and mine.kind in (Kind.AUDIO, Kind.STICKER):
            raise FileRefused(
                _("Audio and stickers go without a text: send it as a message of its own."), field="content"
            )
    return mine


def _measure(media: Media, limit: FileLimit) -> None:
    if media.mime_type not in limit.mime_types:
        names = ", ".join(sorted(one.rpartition("/")[2].rpartition(".")[2] for one in limit.mime_types))
        raise FileRefused(_("WhatsApp takes only these kinds here: %(names)s.") % {"names": names}, field="media_id")
    at_most = limit.max_bytes
    if media.kind == Kind.STICKER and not media.is_animated:
        at_most = STATIC_STICKER_BYTES
    if media.size_bytes > at_most:
        size = f"{at_most // files.MB} MB" if at_most >= files.MB else f"{at_most // 1024} KB"
        text = _("WhatsApp takes at most %(size)s for this kind of file.") % {"size": size}
        raise FileRefused(text, field="media_id")


# What was never sent ------------------------------------------------------------------------------

TIDY = "chat.tidy_uploads"
KEPT_UNSENT = timedelta(days=1)
TIDIED_AT_ONCE = 500


def tidy(job: Job) -> None:
    """Delete uploads that nobody sent within a day, file and row. Periodic, for every business."""
    in_each(Tenant.objects.order_by("pk"), _tidy, what="tidying uploads")


def _tidy() -> None:
    for pk in _unsent().values_list("pk", flat=True)[:TIDIED_AT_ONCE]:
        _forget(pk)


def _unsent() -> QuerySet[Media]:
    return Media.objects.filter(message=None, created_at__lt=timezone.now() - KEPT_UNSENT)


def _forget(pk: uuid.UUID) -> None:
    """The file first: a crash in between leaves a row that the next round finds."""
    with transaction.atomic():
        media = _unsent().select_for_update(skip_locked=True).filter(pk=pk).first()  # locked: it is being sent
        if media is not None:
            media.file.delete(save=False)
            media.delete()
