"""Get one reply from somebody: the agent's provider, retried within reason, then offline."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import structlog
from django.conf import settings

from apps.agents import breaker
from apps.agents.models import Agent
from apps.agents.providers.base import ChatProvider, ChatRequest, ChatResult, Failure, ProviderError
from apps.agents.providers.registry import OFFLINE, provider_for

log = structlog.get_logger(__name__)

MAX_TRIES = 3
MAX_WAIT_SECONDS = 4.0
RESERVE_SECONDS = 4.0  # kept back so that offline and the send still fit into the turn


@dataclass
class Thought:
    result: ChatResult
    provider: str


class Mind:
    """The providers one turn may use, in order; remembers who failed, so a turn fails over once."""

    def __init__(self, agent: Agent, *, deadline: float, trace: list[dict[str, Any]]) -> None:
        self.deadline = deadline
        self.trace = trace
        self.chain = [provider for provider in (provider_for(agent.ai_provider), OFFLINE) if provider]
        self._asked_paid = False
        self._is_probe = False

    def think(self, build: Callable[[], ChatRequest]) -> Thought:
        """One reply. Raises ProviderError only when offline fails too."""
        request = build()
        while len(self.chain) > 1:
            provider = self.chain[0]
            result = self._ask(provider, request)
            if result is not None:
                return Thought(result, provider.name)
            self.chain.pop(0)
        started = time.monotonic()
        result = self.chain[0].complete(request)
        self._note(self.chain[0].name, "ok", started)
        return Thought(result, self.chain[0].name)

    def _ask(self, provider: ChatProvider, request: ChatRequest) -> ChatResult | None:
        """The provider's reply, or None when the turn must go on without it."""
        if not self._asked_paid:
            permission = breaker.ask(provider.name)
            if permission is breaker.Permission.NO:
                self._note(provider.name, "breaker_open", time.monotonic())
                return None
            self._is_probe = permission is breaker.Permission.PROBE
        self._asked_paid = True
        for attempt in range(MAX_TRIES):
            started = time.monotonic()
            left = self.deadline - RESERVE_SECONDS - started
            if left <= 0.5:
                break
            timeout = min(settings.PROVIDER_TIMEOUT_SECONDS, left)
            try:
                result = provider.complete(replace(request, timeout_seconds=timeout))
            except ProviderError as error:
                self._note(provider.name, str(error.failure), started, detail=error.detail)
                if not error.retryable or error.failure is Failure.TIMEOUT or not self._wait(error, attempt):
                    break
            else:
                self._note(provider.name, "ok", started)
                if self._is_probe:
                    breaker.succeeded(provider.name)
                return result
        breaker.failed(provider.name)
        return None

    def _wait(self, error: ProviderError, attempt: int) -> bool:
        """Wait before the next try; False when there is no time or no sense in it."""
        if attempt + 1 >= MAX_TRIES:
            return False
        seconds = error.retry_after if error.retry_after is not None else random.uniform(0.2, 0.6) * 2**attempt  # noqa: S311  (jitter)
        if seconds > MAX_WAIT_SECONDS or time.monotonic() + seconds > self.deadline - RESERVE_SECONDS - 1:
            return False
        time.sleep(seconds)
        return True

    def _note(self, provider: str, outcome: str, started: float, *, detail: str = "") -> None:
        entry = {"provider": provider, "outcome": outcome, "ms": round((time.monotonic() - started) * 1000)}
        self.trace.append(entry | ({"detail": detail[:200]} if detail else {}))
