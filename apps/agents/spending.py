"""The ledger of paid calls, and the budget that stops them.

`reserve` writes a call down before it is made, at the most it can cost; `settle` corrects it to what the
provider says it used. With a budget, reserving takes the budget's row lock, so calls made at the same
time can't pass the limit together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone

from apps.agents.models import Agent, Budget, Spend, Turn
from apps.agents.prices import MILLION, price
from apps.agents.providers.base import ChatProvider, ChatRequest, ProviderError, Usage
from apps.audit import trail
from apps.lib.prepared import store
from apps.lib.remember import Remembered

WARN_PERCENT = 80
BYTES_PER_TOKEN = 2  # fewer than any language needs: an upper estimate
TOKENS_AROUND = 20  # what a wire adds to each message and tool
USED = ("input_tokens", "output_tokens", "cached_tokens", "usd_micro", "brl_micro", "priced_by")


class BudgetSpent(Exception):
    """The month's money is gone: no paid call may be made."""

    def __init__(self, when_spent: str) -> None:
        super().__init__(when_spent)
        self.when_spent = when_spent


@dataclass(frozen=True)
class Buyer:
    """For whom a call is made; a rehearsal has no stored turn."""

    agent: Agent
    turn: Turn | None = None
    step_number: int = 0

    @property
    def is_for_real(self) -> bool:
        """A rehearsal's turn has no id, or one below zero that no stored row has."""
        return self.turn is not None and (self.turn.pk or 0) > 0


# One call ------------------------------------------------------------------------------------------


def reserve(provider: ChatProvider, request: ChatRequest, *, buyer: Buyer) -> Spend:
    """The call as a row of the ledger. Raises BudgetSpent when it could pass the limit."""
    usage = Usage(_most_input(request), provider.most_output(request))
    spend = Spend(
        agent=buyer.agent if buyer.agent.pk else None,
        turn=buyer.turn if buyer.is_for_real else None,
        step_number=buyer.step_number,
        provider=provider.name,
        model=provider.model_of(request)[:80],
    )
    _fill(spend, usage)
    if not _has_limit():
        spend.save()
    else:
        _store_within_budget(spend)
    return spend


def settle(spend: Spend, usage: Usage | None, *, error: ProviderError | None = None) -> None:
    """What the call came to. With usage unknown the estimate stays, marked as one."""
    spend.outcome = Spend.Outcome.FAILED if error else Spend.Outcome.OK
    spend.failure = str(error.failure) if error else ""
    if usage is not None:
        spend.is_estimate = False
        _fill(spend, usage)
    store(spend, "outcome", "failure", "is_estimate", *USED)


def cost(spends: Iterable[Spend]) -> Decimal | None:
    """Reais to the millionth; None when a price had to be assumed."""
    rows = list(spends)
    if any(row.priced_by == Spend.PricedBy.ASSUMED and row.brl_micro for row in rows):
        return None
    return (Decimal(sum(row.brl_micro for row in rows)) / MILLION).quantize(
        Decimal("0.000001") if rows else Decimal("0.01")
    )


def _fill(spend: Spend, usage: Usage) -> None:
    paid = price(spend.provider, spend.model, usage)
    spend.input_tokens, spend.output_tokens = usage.input_tokens, usage.output_tokens
    spend.cached_tokens = usage.cached_tokens
    spend.usd_micro, spend.brl_micro, spend.priced_by = paid.usd_micro, paid.brl_micro, paid.priced_by


def _most_input(request: ChatRequest) -> int:
    """More tokens than the request can have: providers count for real, afterwards."""
    texts = [request.system, *(message.content for message in request.messages)]
    texts += [str(call.arguments) for message in request.messages for call in message.tool_calls]
    texts += [f"{spec.name}{spec.description}{spec.parameters}" for spec in request.tools]
    return sum(len(text.encode()) // BYTES_PER_TOKEN + TOKENS_AROUND for text in texts)


# The month -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Month:
    """A calendar month in the business's zone, and what it came to in millionths of reais."""

    first_day: date
    brl_micro: int

    @property
    def spent(self) -> Decimal:
        return reais(self.brl_micro)

    @property
    def next_first_day(self) -> date:
        return (self.first_day + timedelta(days=31)).replace(day=1)


def this_month() -> Month:
    start = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    start = timezone.make_aware(start.replace(tzinfo=None))  # the first may be on the other side of a clock change
    spent = Spend.objects.filter(at__gte=start).aggregate(total=Sum("brl_micro"))["total"]
    return Month(start.date(), spent or 0)


def reais(brl_micro: int) -> Decimal:
    return (Decimal(brl_micro) / MILLION).quantize(Decimal("0.01"), ROUND_HALF_UP)


def of_agent(agent: Agent, since: datetime) -> dict[str, Any]:
    """What an agent's calls came to since then: reais, tokens, how many, how many at an estimate."""
    totals = Spend.objects.filter(agent=agent, at__gte=since).aggregate(
        brl=Sum("brl_micro"),
        input=Sum("input_tokens", filter=Q(is_estimate=False)),
        output=Sum("output_tokens", filter=Q(is_estimate=False)),
        cached=Sum("cached_tokens"),
        calls=Count("id"),
        estimated=Count("id", filter=Q(is_estimate=True) | Q(priced_by=Spend.PricedBy.ASSUMED)),
    )
    return {
        "spent_brl": reais(totals["brl"] or 0),
        "input_tokens": totals["input"] or 0,
        "output_tokens": totals["output"] or 0,
        "cached_tokens": totals["cached"] or 0,
        "paid_calls": totals["calls"],
        "estimated_calls": totals["estimated"],
    }


# The budget ----------------------------------------------------------------------------------------


def budget() -> Budget:
    """The business's budget, or the unlimited one it has before it sets any."""
    return Budget.objects.first() or Budget()


@transaction.atomic
def set_budget(*, monthly_limit: Decimal | None, when_spent: str, by: Any) -> Budget:
    """From now on. A new limit is announced afresh when it comes near."""
    changed, _ = Budget.objects.update_or_create(
        pk=1,
        defaults={
            "monthly_limit": monthly_limit,
            "when_spent": when_spent,
            "warned_for": None,
            "spent_for": None,
        },
    )
    limit = None if monthly_limit is None else f"{monthly_limit:.2f}"
    trail.record("budget.changed", on=changed, by=by, monthly_limit=limit, when_spent=when_spent)
    return changed


@dataclass(frozen=True)
class Standing:
    """How the month goes against the budget."""

    budget: Budget
    month: Month

    @property
    def percent(self) -> int | None:
        """Of the limit, rounded down; None without a limit above zero."""
        limit = self.budget.monthly_limit
        return int(self.month.spent * 100 / limit) if limit else None

    @property
    def is_near(self) -> bool:
        return self.percent is not None and self.percent >= WARN_PERCENT

    @property
    def is_spent(self) -> bool:
        """Reached, or so near that a call was not made because it might have passed it."""
        if self.budget.monthly_limit is None:
            return False
        was_refused = self.budget.spent_for == self.month.first_day
        return self.month.spent >= self.budget.monthly_limit or (was_refused and self.is_near)

    @property
    def left(self) -> Decimal:
        return max((self.budget.monthly_limit or Decimal(0)) - self.month.spent, Decimal(0))


def standing() -> Standing:
    return Standing(budget(), this_month())


_has_limit: Remembered[bool] = Remembered(lambda: Budget.objects.filter(monthly_limit__isnull=False).exists())


def _store_within_budget(spend: Spend) -> None:
    """Raises BudgetSpent. A limit set just now counts within a second."""
    with transaction.atomic():
        budget = Budget.objects.select_for_update().get(pk=1)
        fits = _fits(budget, spend)
    if not fits:
        raise BudgetSpent(budget.when_spent)


def _fits(budget: Budget, spend: Spend) -> bool:
    """Store the spend unless it could pass the limit; tell the trail when the limit is near, and when it is reached."""
    if budget.monthly_limit is None:
        spend.save()
        return True
    month, limit = this_month(), int(budget.monthly_limit * MILLION)
    total = month.brl_micro + spend.brl_micro
    fits = total <= limit
    if fits:
        spend.save()
    _announce(budget, month, is_near=total * 100 >= limit * WARN_PERCENT, is_spent=not fits)
    return fits


def _announce(budget: Budget, month: Month, *, is_near: bool, is_spent: bool) -> None:
    """Once a month each."""
    told = {"limit": f"{budget.monthly_limit:.2f}", "spent": f"{month.spent:.2f}"}
    if is_near and budget.warned_for != month.first_day:
        budget.warned_for = month.first_day
        trail.record("budget.nearly_spent", on=budget, by="ai", **told)
    if is_spent and budget.spent_for != month.first_day:
        budget.spent_for = month.first_day
        trail.record("budget.spent", on=budget, by="ai", **told)
    budget.save(update_fields=["warned_for", "spent_for"])
