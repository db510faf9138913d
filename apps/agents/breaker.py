"""Stop asking a provider that keeps failing: five failed turns in a minute open it for 30 seconds.

Counted in Redis for all workers together, for each business (the cache's keys carry it), provider and API
key: a business with a wrong model stops nobody else, a new key starts afresh. Without Redis nobody is stopped.
"""

from __future__ import annotations

from enum import Enum

from django.core.cache import cache
from redis.exceptions import RedisError

from apps.agents.providers.registry import Paid

FAILURES, WINDOW_SECONDS, OPEN_SECONDS = 5, 60, 30


class Permission(Enum):
    YES = "yes"
    NO = "no"
    PROBE = "probe"  # the one caller let through after the pause; tell `succeeded` if it was answered


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


def succeeded(paid: Paid) -> None:
    """The probe was answered: ask freely again."""
    try:
        cache.delete_many([_key(paid, part) for part in ("failures", "open", "pause", "probe")])
    except (RedisError, OSError):
        return


def failed(paid: Paid) -> None:
    """A turn this provider could not answer."""
    try:
        key = _key(paid, "failures")
        cache.add(key, 0, timeout=WINDOW_SECONDS)
        if cache.get(_key(paid, "open")) is not None or cache.incr(key) >= FAILURES:
            cache.set(_key(paid, "open"), 1, timeout=WINDOW_SECONDS * 10)
            cache.set(_key(paid, "pause"), 1, timeout=OPEN_SECONDS)
            cache.delete(_key(paid, "probe"))
    except (RedisError, OSError, ValueError):
        return
