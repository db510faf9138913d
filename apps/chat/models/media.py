from __future__ import annotations

import uuid
from datetime import timedelta

from django.core.files.storage import Storage
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tenants.files.storage import TenantFileSystemStorage

from apps.accounts.keys import user_key

KEPT_BY_CHANNEL = timedelta(days=7)  # how long WhatsApp knows the id of a customer's file


def storage() -> Storage:
    """The business's own folder below MEDIA_ROOT."""
    return TenantFileSystemStorage()


def place(media: Media, _given_name: str) -> str:
    """Where a file lies: named by us alone, so no sender chooses a path or an extension."""
    return f"{media.created_at:%Y/%m}/{media.pk}"


class Media(models.Model):
    """The one file of a message; an upload has no message until it is sent.

    `mime_type` is what the bytes say once the file is here, until then what the channel said.
    `provider_id` is the channel's id for the file, valid from `provider_id_at` for as long as the
    channel keeps it, and "" once it says it doesn't. `error` says to a person why there is no file.
    """

    class Kind(models.TextChoices):
        IMAGE = "image", _("Image")
        AUDIO = "audio", _("Audio")
        VIDEO = "video", _("Video")
        DOCUMENT = "document", _("Document")
        STICKER = "sticker", _("Sticker")

    class State(models.TextChoices):
        PENDING = "pending", _("On its way")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Could not be fetched")
        REFUSED = "refused", _("Refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.OneToOneField(
        "chat.Message", on_delete=models.CASCADE, null=True, blank=True, related_name="media"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    error = models.CharField(max_length=300, blank=True)
    mime_type = models.CharField(max_length=120, blank=True)
    size_bytes = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    is_voice = models.BooleanField(default=False)
    is_animated = models.BooleanField(default=False)
    provider_id = models.CharField(max_length=200, blank=True)
    provider_id_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)  # failed ones
    tried_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(storage=storage, upload_to=place, max_length=200, blank=True)
    uploaded_by = user_key(null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("file")

    def __str__(self) -> str:
        return self.file_name or f"{self.kind} {self.pk}"

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY

    @property
    def may_still_come(self) -> bool:
        """Whether a customer's file that was given up is worth asking for once more."""
        was_given_up = self.state == self.State.FAILED and self.message_id is not None
        return was_given_up and bool(self.provider_id) and self.created_at > timezone.now() - KEPT_BY_CHANNEL
