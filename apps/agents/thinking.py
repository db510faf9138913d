"""Get one reply from somebody: the agent's provider, retried within reason, those to fall back on, then offline."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import structlog
from django.conf import settings

from apps.agents import breaker, spending
from apps.agents.models import Agent, Budget, Spend, Turn
from apps.agents.providers.base import ChatRequest, ChatResult, Failure, ProviderError, storable_result
from apps.agents.providers.registry import OFFLINE, PAID, Paid, chain
from apps.agents.spending import BudgetSpent, Buyer
from apps.lib.tenancy import release_connection

log = structlog.get_logger(__name__)

MAX_TRIES = 3
MAX_WAIT_SECONDS = 4.0
RESERVE_SECONDS = 4.0  # kept back so that offline and the send still fit into the turn
SHORTEST_CALL_SECONDS = 0.5


class PersonWanted(Exception):
    """No provider may answer, and the business wants people to, not the offline agent."""


@dataclass
class Thought:
    """`cost` in reais, tries that failed included; None when the price is not known."""

    result: ChatResult
    provider: str
    model: str = ""
    cost: Decimal | None = Decimal("0.00")


class Mind:
    """The providers one turn may use, in order; remembers who failed, so a turn fails over once.

    `turn` is what the ledger notes beside each call; without one it is a rehearsal. `on_wait` is called
    once, when the customer begins to wait for somebody's reply and no database connection is held.
    """

    def __init__(
        self,
        agent: Agent,
        *,
        deadline: float,
        trace: list[dict[str, Any]],
        turn: Turn | None = None,
        on_wait: Callable[[], None] = lambda: None,
    ) -> None:
        self.agent = agent
        self._on_wait: Callable[[], None] | None = on_wait
        self.turn = turn
        self.deadline = deadline
        self.trace = trace
        self.chain: list[Paid] = chain(agent.ai_provider)
        self._own = PAID.get(agent.ai_provider)
        self._may_ask: breaker.Permission | None = None  # the first provider's, once it was asked for
        self._step = 0
        self._spends: list[Spend] = []

    def think(self, request: ChatRequest) -> Thought:
        """One reply. Raises ProviderError only when offline fails too, PersonWanted when the budget says so."""
        self._step += 1
        self._spends = []
        while self.chain:
            result = self._ask(self.chain[0], request)
            if result is not None:
                return Thought(result, self.chain[0].adapter.name, self._spends[-1].model, spending.cost(self._spends))
            self.chain = self.chain[1:]
            self._may_ask = None
        self._begin_to_wait()
        started = time.monotonic()
        result = OFFLINE.complete(request)
        self._note(OFFLINE.name, "ok", started)
        return Thought(result, OFFLINE.name, cost=spending.cost(self._spends))

    def _ask(self, paid: Paid, request: ChatRequest) -> ChatResult | None:
        """The provider's reply, or None when the turn must go on without it."""
        if not self._is_let(paid):
            return None
        if paid is not self._own:
            request = replace(request, model="")  # the agent's model is its own provider's
        failed: ProviderError | None = None
        for attempt in range(MAX_TRIES):
            left = self.deadline - RESERVE_SECONDS - time.monotonic()
            if left <= SHORTEST_CALL_SECONDS:
                break
            timeout = min(settings.PROVIDER_TIMEOUT_SECONDS, left)
            try:
                result = self._call(paid, replace(request, timeout_seconds=timeout))
            except BudgetSpent as spent:
                self._stop_paying(spent)
                return None
            except ProviderError as error:
                failed = error
                if not error.retryable or error.failure is Failure.TIMEOUT or not self._wait(error, attempt):
                    break
            else:
                breaker.answered(paid, is_probe=self._may_ask is breaker.Permission.PROBE)
                self._may_ask = breaker.Permission.YES
                return result
        if failed is not None and failed.failure is not Failure.CONTENT_BLOCKED:  # which the customer's words caused
            breaker.failed(paid, str(failed.failure))
        return None

    def _is_let(self, paid: Paid) -> bool:
        """Asked of the breaker once in a turn."""
        if self._may_ask is None:
            self._may_ask = breaker.ask(paid)
        if self._may_ask is breaker.Permission.NO:
            self._note(paid.adapter.name, "breaker_open", time.monotonic())
            return False
        return True

    def _call(self, paid: Paid, request: ChatRequest) -> ChatResult:
        """One call, on the ledger before it is made. Raises BudgetSpent instead of making it, or ProviderError."""
        buyer = Buyer(self.agent, self.turn, self._step)
        spend = spending.reserve(paid.adapter, request, buyer=buyer)
        self._spends.append(spend)
        self._begin_to_wait()
        started = time.monotonic()
        try:
            result = _complete(paid, request)
        except ProviderError as error:
            self._note(paid.adapter.name, str(error.failure), started, detail=error.detail)
            spending.settle(spend, error.usage, error=error)
            raise
        self._note(paid.adapter.name, "ok", started)
        spending.settle(spend, result.usage if result.usage_is_known else None)
        return result

    def _begin_to_wait(self) -> None:
        release_connection()  # nothing is held while the provider thinks
        if self._on_wait is not None:
            self._on_wait()
            self._on_wait = None

    def _stop_paying(self, spent: BudgetSpent) -> None:
        """The budget is everybody's: whoever costs money is out for this turn."""
        self._note(self.chain[0].adapter.name, "budget_spent", time.monotonic())
        self.chain = self.chain[:1]
        if spent.when_spent == Budget.WhenSpent.PEOPLE:
            raise PersonWanted from spent

    def _wait(self, error: ProviderError, attempt: int) -> bool:
        """Wait before the next try; False when there is no time or no sense in it."""
        if attempt + 1 >= MAX_TRIES:
            return False
        seconds = error.retry_after if error.retry_after is not None else random.uniform(0.2, 0.6) * 2**attempt  # noqa: S311  (jitter)
        if seconds > MAX_WAIT_SECONDS or time.monotonic() + seconds > self.deadline - RESERVE_SECONDS - 1:
            return False
        release_connection()
        time.sleep(seconds)
        return True

    def _note(self, provider: str, outcome: str, started: float, *, detail: str = "") -> None:
        entry = {"provider": provider, "outcome": outcome, "ms": round((time.monotonic() - started) * 1000)}
        self.trace.append(entry | ({"detail": detail[:200]} if detail else {}))


def _complete(paid: Paid, request: ChatRequest) -> ChatResult:
    """The provider's reply, safe to keep: whatever came over the wire. Raises ProviderError."""
    try:
        return storable_result(paid.adapter.complete(request))
    except ProviderError:
        raise
    except Exception as error:  # an answer of a shape that no adapter foresaw
        log.exception("answer not understood", provider=paid.adapter.name)
        raise ProviderError(Failure.MALFORMED, repr(error)[:300]) from error
