"""Deeds due, raw webhooks received, and answers already given: the tables behind promise 1."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DueWork(models.Model):
    """Something that must be done for a key, at least once and by one worker at a time.

    A row lives until it is done without having been woken again meanwhile (`generation`). `fence`
    grows with every claim, so a worker that lost its lease can't finish. `hinted_at` is when the
    dispatcher last told Celery about it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DEAD = "dead", _("Dead letter")

    schema_name = models.CharField(_("schema"), max_length=63)
    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(_("key"), max_length=120)
    due_at = models.DateTimeField(_("due at"))
    first_at = models.DateTimeField(_("first wanted at"))
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    hinted_at = models.DateTimeField(_("handed over at"), null=True, blank=True)
    fence = models.BigIntegerField(_("fence"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    generation = models.BigIntegerField(_("generation"), default=1)
    started_generation = models.BigIntegerField(_("started generation"), default=0)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    last_error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("due work")
        verbose_name_plural = _("due work")
        constraints = [
            models.UniqueConstraint("schema_name", "kind", "key", name="one_row_per_deed"),
        ]
        indexes = [
            models.Index("due_at", condition=Q(state="waiting"), name="work_waiting"),
            models.Index("lease_until", condition=Q(state="running"), name="work_leased"),
            models.Index("id", condition=Q(state="dead"), name="work_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.schema_name} {self.kind} {self.key}"


class InboundEvent(models.Model):
    """A webhook exactly as it came, kept until it is understood; then blanked, its digest kept 8 days."""

    class State(models.TextChoices):
        NEW = "new", _("New")
        DONE = "done", _("Done")
        QUARANTINED = "quarantined", _("Quarantined")
        FAILED = "failed", _("Unreadable")

    kind = models.CharField(_("kind"), max_length=20)
    address_id = models.BigIntegerField(_("address"), null=True, blank=True)
    body = models.BinaryField(_("body"), blank=True)
    digest = models.BinaryField(max_length=32)
    received_at = models.DateTimeField(_("received at"), default=timezone.now)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.NEW)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("inbound event")
        verbose_name_plural = _("inbound events")
        constraints = [
            models.UniqueConstraint(
                "address_id", "digest", name="one_event_per_address_and_body", nulls_distinct=False
            ),
        ]
        indexes = [
            models.Index(fields=["received_at"], name="inbound_age"),
            models.Index(fields=["state", "-id"], name="inbound_state"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class InboundProblem(models.Model):
    """One item of an event that could not be taken in: where it stands in the JSON, and why."""

    event = models.ForeignKey(InboundEvent, on_delete=models.CASCADE, related_name="problems")
    schema_name = models.CharField(_("schema"), max_length=63, blank=True)
    path = models.CharField(_("path"), max_length=200)
    reason = models.TextField(_("reason"))
    created_at = models.DateTimeField(_("created at"), default=timezone.now)

    class Meta:
        verbose_name = _("inbound problem")
        verbose_name_plural = _("inbound problems")
        constraints = [models.UniqueConstraint("event", "path", name="one_problem_per_item")]

    def __str__(self) -> str:
        return f"{self.path}: {self.reason[:60]}"


class IdempotencyKey(models.Model):
    """The answer already given to a request that carried this key, sealed; kept 24 hours."""

    schema_name = models.CharField(max_length=63)
    actor = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    body_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(default=0)
    response = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("schema_name", "actor", "key", name="one_answer_per_idempotency_key")]
        indexes = [models.Index("created_at", name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.schema_name} {self.actor} {self.key}"
