"""What the business taught its agents, cut into passages, and what they were asked and didn't know."""

from __future__ import annotations

import uuid

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.keys import user_key


class KnowledgeEntry(models.Model):
    """One thing taught: a text, or a question (`title`) with its answer (`content`).

    Only what is active has chunks. `problem` says why it can't be searched as well as it should.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        QA = "qa", _("Question and answer")

    class Status(models.TextChoices):
        READY = "ready", _("Ready")
        ATTENTION = "attention", _("Needs attention")
        OFF = "off", _("Switched off")

    kind = models.CharField(max_length=8, choices=Kind, default=Kind.TEXT)
    title = models.CharField(_("title"), max_length=200)
    content = models.TextField(_("text"))
    category = models.CharField(_("category"), max_length=60, blank=True)
    tags = models.JSONField(default=list, blank=True)
    folded = models.TextField(editable=False)  # title, text, category and tags as the list's search compares them
    is_active = models.BooleanField(default=True)
    problem = models.CharField(max_length=300, blank=True)
    uses = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("knowledge entry")
        indexes = [models.Index(F("updated_at").desc(), F("id").desc(), name="knowledge_order")]

    def __str__(self) -> str:
        return self.title

    @property
    def status(self) -> str:
        if not self.is_active:
            return self.Status.OFF
        return self.Status.ATTENTION if self.problem else self.Status.READY

    @property
    def status_label(self) -> str:
        return str(self.Status(self.status).label)


class KnowledgeChunk(models.Model):
    """A passage as it is searched and shown. `words` are its folded text: what spelling is corrected against."""

    entry = models.ForeignKey(KnowledgeEntry, on_delete=models.CASCADE, related_name="chunks")
    position = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    words = models.TextField()
    search = SearchVectorField()

    class Meta:
        ordering = ["entry", "position"]
        constraints = [models.UniqueConstraint("entry", "position", name="one_chunk_per_position")]
        indexes = [GinIndex(fields=["search"], name="knowledge_search")]

    def __str__(self) -> str:
        return f"{self.entry_id}:{self.position}"


class KnowledgeVector(models.Model):
    """A chunk's vector, float32, by whom it was made: vectors of different makers are never compared."""

    chunk = models.ForeignKey(KnowledgeChunk, on_delete=models.CASCADE, related_name="vectors")
    provider = models.CharField(max_length=20)
    model = models.CharField(max_length=80)
    dims = models.PositiveIntegerField()
    vector = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint("chunk", "provider", "model", name="one_vector_per_maker")]

    def __str__(self) -> str:
        return f"{self.chunk_id} {self.provider}/{self.model}"


class KnowledgeState(models.Model):
    """One row: `version` changes with every change of what can be found. Caches are keyed by it.

    Random rather than counted, so that a change which is rolled back never shares its version with the next.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_knowledge_state")]

    def __str__(self) -> str:
        return str(self.version)


class KnowledgeGap(models.Model):
    """A question that nothing taught answers; the same question asked by many is one gap."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        TAUGHT = "taught", _("Taught")
        DISMISSED = "dismissed", _("Dismissed")

    question = models.CharField(max_length=300)
    normal = models.CharField(max_length=300, unique=True)  # its stems in order: what makes two questions the same
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    entry = models.ForeignKey(KnowledgeEntry, on_delete=models.SET_NULL, null=True, blank=True, related_name="gaps")
    taught_by = user_key(null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)  # last
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("unanswered question")
        indexes = [models.Index("state", F("asked_at").desc(), name="knowledge_gaps")]

    def __str__(self) -> str:
        return self.question


class GapAsk(models.Model):
    """A conversation in which the question was asked; `answer_due` once somebody wants it answered there."""

    gap = models.ForeignKey(KnowledgeGap, on_delete=models.CASCADE, related_name="asks")
    conversation = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answer_due = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("gap", "conversation", name="one_ask_per_conversation")]

    def __str__(self) -> str:
        return f"{self.gap_id}:{self.conversation_id}"
