from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.keys import user_key


class Conversation(models.Model):
    """A stretch of talk with one customer on one channel, from first message to resolution."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        PENDING = "pending", _("Pending")
        RESOLVED = "resolved", _("Resolved")
        CLOSED = "closed", _("Closed")

    OPEN = (Status.ACTIVE, Status.PENDING)

    class Priority(models.TextChoices):
        LOW = "low", _("Low")
        NORMAL = "normal", _("Normal")
        HIGH = "high", _("High")
        URGENT = "urgent", _("Urgent")

    identity = models.ForeignKey("chat.ContactIdentity", on_delete=models.PROTECT, related_name="conversations")
    channel = models.ForeignKey("chat.Channel", on_delete=models.PROTECT, related_name="conversations")
    assignee = user_key(null=True, related_name="conversations")  # lives in public: no database constraint
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    is_ai_active = models.BooleanField(default=True)
    needs_human_since = models.DateTimeField(null=True, blank=True)
    needs_human_reason = models.CharField(max_length=300, blank=True)
    awaits_ai = models.BooleanField(default=False)  # people are asked only until the AI can answer again
    people_called_at = models.DateTimeField(null=True, blank=True)  # by e-mail, for the wait since before then
    human_since = models.DateTimeField(null=True, blank=True)  # the last sign of a person: the 12-hour rule
    priority = models.CharField(max_length=8, choices=Priority, default=Priority.NORMAL)
    tags = models.JSONField(default=list, blank=True)
    satisfaction_rating = models.PositiveSmallIntegerField(null=True, blank=True)
    unread = models.PositiveIntegerField(default=0)
    snippet = models.CharField(max_length=160, blank=True)
    snippet_sender = models.CharField(max_length=10, blank=True)
    last_message_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("conversation")
        constraints = [
            models.UniqueConstraint(
                "channel",
                "identity",
                condition=Q(status__in=["active", "pending"]),
                name="one_open_conversation_per_identity",
            ),
            models.CheckConstraint(
                condition=Q(assignee__isnull=True) | Q(is_ai_active=False),
                name="ai_is_silent_while_a_person_answers",
            ),
            models.CheckConstraint(
                condition=Q(needs_human_since__isnull=True) | Q(is_ai_active=False),
                name="ai_is_silent_while_a_person_is_awaited",
            ),
        ]
        indexes = [
            models.Index("status", F("last_message_at").desc(), name="inbox_order"),
            models.Index("updated_at", name="conversation_changes"),
            models.Index(
                F("last_message_at").desc(),
                F("id").desc(),
                condition=Q(status__in=["active", "pending"]),
                name="inbox_open",
            ),
            models.Index(F("last_message_at").desc(), F("id").desc(), name="inbox_all"),
            models.Index("needs_human_since", "id", condition=Q(needs_human_since__isnull=False), name="inbox_queue"),
            GinIndex("tags", condition=~Q(tags=[]), name="inbox_tags"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def needs_human(self) -> bool:
        return self.needs_human_since is not None

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def ai_answers(self) -> bool:
        """Whether the AI may speak now: no person does, and the conversation has not ended."""
        return self.is_ai_active and self.is_open


class Transfer(models.Model):
    """Who handed a conversation to whom, and why; null is the AI or the queue."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="transfers")
    from_user = user_key(null=True, related_name="+")
    to_user = user_key(null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.conversation} → {self.to_user_id}"
