"""Stop asking a provider that keeps failing: five failed turns in five minutes open it for 30 seconds.

Turns that time out one after another take up to half a minute each, and a small business has no others: the five
minutes leave room for five of those. Counted in Redis for all workers together, for each business (the cache's keys
carry it), provider and API key: a business with a wrong model stops nobody else, a new key starts afresh. Without
Redis nobody is stopped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

from apps.agents.providers.registry import Paid

FAILURES, WINDOW_SECONDS, OPEN_SECONDS = 5, 300, 30
TROUBLE_SECONDS = 1800  # what nobody has tried since says nothing any more


class Permission(Enum):
    YES = "yes"
    NO = "no"
    PROBE = "probe"  # the one caller let through after the pause; tell `answered` if it was


@dataclass(frozen=True)
class Trouble:
    """A provider that has failed in every turn `since` then; `failure` says how the last time."""

    since: datetime
    failure: str


def _key(paid: Paid, part: str) -> str:
    return f"breaker:{paid.adapter.name}:{paid.key_name}:{part}"


def ask(paid: Paid) -> Permission:
    """Whether to ask now. After the pause one caller at a time is let through as a probe."""
    try:
        if cache.get(_key(paid, "open")) is None:
            return Permission.YES
        if cache.get(_key(paid, "pause")) is not None:
            return Permission.NO
        is_first = cache.add(_key(paid, "probe"), 1, timeout=OPEN_SECONDS)
    except (RedisError, OSError):
        return Permission.YES
    return Permission.PROBE if is_first else Permission.NO


def answered(paid: Paid, *, is_probe: bool) -> None:
    """It is well again; after a probe, ask freely."""
    parts = ["trouble", "failures", "open", "pause", "probe"] if is_probe else ["trouble"]
    try:
        cache.delete_many([_key(paid, part) for part in parts])
    except (RedisError, OSError):
        return


def failed(paid: Paid, failure: str) -> None:
    """A turn this provider could not answer."""
    try:
        key = _key(paid, "failures")
        cache.add(key, 0, timeout=WINDOW_SECONDS)
        if cache.get(_key(paid, "open")) is not None or cache.incr(key) >= FAILURES:
            cache.set(_key(paid, "open"), 1, timeout=WINDOW_SECONDS * 10)
            cache.set(_key(paid, "pause"), 1, timeout=OPEN_SECONDS)
            cache.delete(_key(paid, "probe"))
        known: dict[str, Any] = cache.get(_key(paid, "trouble")) or {"since": timezone.now()}
        cache.set(_key(paid, "trouble"), known | {"failure": failure}, timeout=TROUBLE_SECONDS)
    except (RedisError, OSError, ValueError):
        return


def trouble(paid: Paid) -> Trouble | None:
    """What keeps it from answering, if it failed the last time it was asked."""
    try:
        known = cache.get(_key(paid, "trouble"))
    except (RedisError, OSError):
        return None
    return Trouble(**known) if known else None
