"""Agents, where they serve, and the journal of every turn they took."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.agents.providers import registry


class Agent(models.Model):
    """Someone who answers customers: a personality, a provider, and how long to wait for more messages."""

    class Personality(models.TextChoices):
        FORMAL = "formal", _("Formal")
        CASUAL = "casual", _("Casual")
        FRIENDLY = "friendly", _("Friendly")
        PROFESSIONAL = "professional", _("Professional")

    class Provider(models.TextChoices):
        CHATGPT = "chatgpt", "ChatGPT"
        GEMINI = "gemini", "Gemini"
        HUGGINGFACE = "huggingface", "Hugging Face"
        OFFLINE = "offline", _("Offline")

    name = models.CharField(_("name"), max_length=60)
    description = models.CharField(_("description"), max_length=300, blank=True)
    objective = models.CharField(_("objective"), max_length=500, blank=True)
    personality = models.CharField(max_length=12, choices=Personality, default=Personality.FRIENDLY)
    ai_provider = models.CharField(max_length=12, choices=Provider, default=Provider.OFFLINE)
    model = models.CharField(max_length=80, blank=True)
    system_prompt = models.TextField(_("instructions"), blank=True, max_length=8000)
    temperature = models.DecimalField(
        max_digits=3, decimal_places=2, default=Decimal("0.30"), validators=[MinValueValidator(0), MaxValueValidator(2)]
    )
    max_tokens = models.PositiveIntegerField(default=600, validators=[MinValueValidator(50), MaxValueValidator(4000)])
    is_active = models.BooleanField(default=True)
    debounce_seconds = models.FloatField(default=3, validators=[MinValueValidator(0), MaxValueValidator(30)])
    debounce_cap_seconds = models.FloatField(default=10, validators=[MinValueValidator(0), MaxValueValidator(60)])
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("agent")
        constraints = [
            models.CheckConstraint(condition=Q(temperature__gte=0, temperature__lte=2), name="temperature_in_range"),
            models.CheckConstraint(condition=Q(debounce_seconds__gte=0), name="debounce_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def provider_ready(self) -> bool:
        """False: the offline agent answers, for want of a key."""
        return registry.is_ready(self.ai_provider)

    @property
    def provider_reason(self) -> str:
        """Why it is not ready, in the reader's language; empty when it is."""
        return registry.why_not_ready(self.ai_provider)

    @property
    def provider_trouble(self) -> str:
        """That it fails just now, how, and who answers meanwhile; empty while it is well."""
        from apps.agents import outage

        return outage.told(self.ai_provider)


class Deployment(models.Model):
    """Which agent serves a channel."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="deployments")
    channel = models.OneToOneField("chat.Channel", on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.agent} · {self.channel}"


class Turn(models.Model):
    """One answer in the making: everything up to message `upto_id`, told in `steps` and `calls`."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        SENT = "sent", _("Sent")
        SUPERSEDED = "superseded", _("Superseded")
        OVERTAKEN = "overtaken", _("A person took over")
        FAILED = "failed", _("Failed")

    conversation = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="turns")
    agent = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="+")
    upto_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    trace = models.JSONField(default=list)  # who was asked, what came of it, how long it took
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("conversation", condition=Q(state="open"), name="one_open_turn_per_conversation"),
        ]
        indexes = [models.Index(fields=["conversation", "-id"], name="turns_of_conversation")]

    def __str__(self) -> str:
        return f"turn {self.pk}"


class Step(models.Model):
    """A model's reply, journalled before any of its tools run."""

    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    provider = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    tool_calls = models.JSONField(default=list)
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint("turn", "number", name="one_step_per_number")]

    def __str__(self) -> str:
        return f"{self.turn_id}:{self.number}"


class Call(models.Model):
    """A tool call's result, stored in the transaction of its effect: a retry replays, never repeats."""

    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="calls")
    effect_key = models.CharField(max_length=80, unique=True)  # turn:step:call
    step_number = models.PositiveSmallIntegerField()
    tool = models.CharField(max_length=40)
    arguments = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    has_effect = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.effect_key


class Proposal(models.Model):
    """A write waiting for the customer's yes; executes only after a message newer than `proposed_at_id`."""

    conversation = models.OneToOneField("chat.Conversation", on_delete=models.CASCADE, related_name="+")
    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="+")
    tool = models.CharField(max_length=40)
    arguments = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    proposed_at_id = models.BigIntegerField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.tool} {self.arguments}"


class Offer(models.Model):
    """Something offered to this customer under an opaque id, such as a free slot."""

    conversation = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="+")
    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="+")
    call_key = models.CharField(max_length=80)
    token = models.CharField(max_length=24, unique=True)
    payload = models.JSONField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["conversation", "-id"], name="offers_of_conversation")]

    def __str__(self) -> str:
        return self.token
