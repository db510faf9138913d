from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.keys import user_key
from apps.chat.words import Words

# What asks for no answer: lines of fact, and emoji that answer no question of ours.
SILENT = Q(sender="system") | Q(message_type="system") | (Q(message_type="reaction") & ~Q(data__has_key="speaks"))


# By the channel's clock, which may count whole seconds; within one as they came to us.
IN_ORDER = ("provider_ts", "received_at", "id")


class Message(models.Model):
    """One bubble, or one line of fact, of a conversation.

    `provider_ts` is the channel's time (shown), `received_at` ours; a thread stands IN_ORDER.
    `data` keeps what the text can't carry: buttons and lists sent, the raw item of a kind that is shown
    as a placeholder, reactions. `sending_since` and `attempt` belong to delivery.
    """

    class Sender(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        AI = "ai", _("AI")
        ATTENDANT = "attendant", _("Attendant")
        SYSTEM = "system", _("System")

    class Type(models.TextChoices):
        TEXT = "text", _("Text")
        IMAGE = "image", _("Image")
        AUDIO = "audio", _("Audio")
        VIDEO = "video", _("Video")
        DOCUMENT = "document", _("Document")
        STICKER = "sticker", _("Sticker")
        LOCATION = "location", _("Location")
        CONTACTS = "contacts", _("Contacts")
        INTERACTIVE = "interactive", _("Interactive")
        BUTTON = "button", _("Button")
        REACTION = "reaction", _("Reaction")
        ORDER = "order", _("Order")
        SYSTEM = "system", _("System")
        UNSUPPORTED = "unsupported", _("Unsupported")

    class Status(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        READ = "read", _("Read")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Unknown")

    conversation = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="messages")
    channel = models.ForeignKey("chat.Channel", on_delete=models.PROTECT, related_name="+")
    sender = models.CharField(max_length=10, choices=Sender)
    author = user_key(null=True, related_name="+")
    message_type = models.CharField(max_length=12, choices=Type, default=Type.TEXT)
    content = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)
    reply_to = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    provider_id = models.CharField(max_length=200, null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    error_code = models.IntegerField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    sending_since = models.DateTimeField(null=True, blank=True)
    maybe_duplicate = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    effect_key = models.CharField(max_length=80, null=True, blank=True)  # at most one message per effect of a turn
    read_at = models.DateTimeField(null=True, blank=True)
    provider_ts = models.DateTimeField(default=timezone.now)
    received_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("message")
        constraints = [
            models.UniqueConstraint("channel", "provider_id", name="one_message_per_provider_id"),
            models.UniqueConstraint("effect_key", name="one_message_per_effect"),
        ]
        indexes = [
            models.Index("conversation", *IN_ORDER, name="thread_order"),
            models.Index("conversation", "updated_at", name="thread_changes"),
            GinIndex(Words("content"), name="message_words"),
            models.Index("conversation", "id", condition=Q(status__in=["queued", "sending", "unknown"]), name="outbox"),
        ]

    def __str__(self) -> str:
        return f"{self.sender}: {self.content[:40]}"

    @property
    def speaks(self) -> bool:
        """Whether it wants an answer when a customer sent it: the opposite of SILENT."""
        if self.message_type == self.Type.REACTION:
            return "speaks" in self.data
        return self.sender != self.Sender.SYSTEM and self.message_type != self.Type.SYSTEM

    @property
    def is_readable(self) -> bool:
        """Whether it says something in words; a photo does with its caption."""
        return bool(self.content.strip()) and self.message_type not in (self.Type.AUDIO, self.Type.UNSUPPORTED)

    @property
    def is_outbound(self) -> bool:
        return self.sender in (self.Sender.AI, self.Sender.ATTENDANT)


class ParkedStatus(models.Model):
    """A status that came before we knew the message it speaks of."""

    channel = models.ForeignKey("chat.Channel", on_delete=models.CASCADE, related_name="+")
    provider_id = models.CharField(max_length=200)
    status = models.CharField(max_length=10)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("channel", "provider_id", "status", name="parked_once")]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.status}"
