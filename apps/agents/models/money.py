"""What the agents' calls cost, and what they may cost."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.agents.models.agent import Agent, Turn


class Spend(models.Model):
    """A paid call: written before it is made, at the most it can cost, and corrected when it is answered.

    So what is on the way counts against the budget, and a call cut short stays at its estimate. Money is in
    millionths, of dollars and of reais at the rate of that day. Turns come and go; these rows stay.
    """

    class Outcome(models.TextChoices):
        PENDING = "pending", _("On its way")
        OK = "ok", _("Answered")
        FAILED = "failed", _("Failed")

    class PricedBy(models.TextChoices):
        SETTING = "setting", _("Own price")
        PUBLIC = "public", _("Public price")
        ASSUMED = "assumed", _("Assumed, the price is unknown")

    agent = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="spends")
    turn = models.ForeignKey(  # empty for a rehearsal, which has no turn
        Turn, on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    step_number = models.PositiveSmallIntegerField(default=0)
    provider = models.CharField(max_length=20)
    model = models.CharField(max_length=80)
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cached_tokens = models.PositiveIntegerField(default=0)  # among the input
    usd_micro = models.BigIntegerField()
    brl_micro = models.BigIntegerField()
    priced_by = models.CharField(max_length=8, choices=PricedBy)
    is_estimate = models.BooleanField(default=True)  # the provider has not said what it used, and perhaps never will
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.PENDING)
    failure = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(usd_micro__gte=0, brl_micro__gte=0), name="spend_not_negative"),
        ]
        indexes = [models.Index("at", name="spend_by_time", include=["brl_micro"])]

    def __str__(self) -> str:
        return f"{self.provider} {self.model}: US$ {self.usd_micro / 1_000_000:.6f}"


class Budget(models.Model):
    """What the business lets its agents spend in a calendar month. One row at most; none means no limit."""

    class WhenSpent(models.TextChoices):
        OFFLINE = "offline", _("The offline agent answers")
        PEOPLE = "people", _("People answer")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    monthly_limit = models.DecimalField(
        _("monthly limit"), max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    when_spent = models.CharField(max_length=8, choices=WhenSpent, default=WhenSpent.OFFLINE)
    warned_for = models.DateField(null=True, blank=True)  # first day of the month in which 80 % were announced
    spent_for = models.DateField(null=True, blank=True)  # and of the one in which it was found spent

    class Meta:
        verbose_name = _("budget")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_budget"),
            models.CheckConstraint(
                condition=Q(monthly_limit__isnull=True) | Q(monthly_limit__gte=0), name="budget_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"R$ {self.monthly_limit}" if self.monthly_limit is not None else "no limit"
