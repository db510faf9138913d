"""Stop asking a provider that keeps failing: five failed turns in a minute open it for 30 seconds.

Counted in Redis for all workers together; without Redis nobody is stopped.
"""

from __future__ import annotations

from enum import Enum

from django.core.cache import cache
from redis.exceptions import RedisError

FAILURES, WINDOW_SECONDS, OPEN_SECONDS = 5, 60, 30


class Permission(Enum):
    YES = "yes"
    NO = "no"
    PROBE = "probe"  # the one caller let through after the pause; tell `succeeded` if it was answered


def ask(provider: str) -> Permission:
    """Whether to ask now. After the pause one caller at a time is let through as a probe."""
    try:
        if cache.get(f"breaker:{provider}:open") is None:
            return Permission.YES
        if cache.get(f"breaker:{provider}:pause") is not None:
            return Permission.NO
        is_first = cache.add(f"breaker:{provider}:probe", 1, timeout=OPEN_SECONDS)
    except (RedisError, OSError):
        return Permission.YES
    return Permission.PROBE if is_first else Permission.NO


def succeeded(provider: str) -> None:
    """The probe was answered: ask freely again."""
    try:
        cache.delete_many([f"breaker:{provider}:{part}" for part in ("failures", "open", "pause", "probe")])
    except (RedisError, OSError):
        return


def failed(provider: str) -> None:
    """A turn this provider could not answer."""
    try:
        key = f"breaker:{provider}:failures"
        cache.add(key, 0, timeout=WINDOW_SECONDS)
        if cache.get(f"breaker:{provider}:open") is not None or cache.incr(key) >= FAILURES:
            cache.set(f"breaker:{provider}:open", 1, timeout=WINDOW_SECONDS * 10)
            cache.set(f"breaker:{provider}:pause", 1, timeout=OPEN_SECONDS)
            cache.delete(f"breaker:{provider}:probe")
    except (RedisError, OSError, ValueError):
        return
