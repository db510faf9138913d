"""How fast a channel may be written to: 80 messages a second per number, and 45 to one customer in
six seconds (one per six seconds is the steady rate; bursts borrow from it).

The buckets are in Redis, shared by all processes; while Redis is away each process keeps its own, and
Meta's answer (130429, 131056) is the arbiter between them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import redis
import structlog
from django.conf import settings

from apps.chat.models import Channel, ContactIdentity

log = structlog.get_logger(__name__)

PER_NUMBER_PER_SECOND = 80.0
PAIR_BURST, PAIR_SECONDS = 45.0, 6.0
REDIS_SECONDS = 0.2
WITHOUT_REDIS_SECONDS = 10.0  # after a failure nobody asks it again for so long

# A token from every bucket, or from none and the seconds until there is one in each. By Redis's own clock.
_TAKE = """
local clock = redis.call('TIME')
local now, wait, left = clock[1] + clock[2] / 1000000, 0, {}
for i, key in ipairs(KEYS) do
    local size, rate = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
    local known = redis.call('HMGET', key, 'tokens', 'at')
    left[i] = math.min(size, (tonumber(known[1]) or size) + math.max(now - (tonumber(known[2]) or now), 0) * rate)
    if left[i] < 1 then wait = math.max(wait, (1 - left[i]) / rate) end
end
if wait > 0 then return tostring(wait) end
for i, key in ipairs(KEYS) do
    local size, rate = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
    redis.call('HSET', key, 'tokens', tostring(left[i] - 1), 'at', tostring(now))
    redis.call('PEXPIRE', key, math.ceil(size / rate * 1000) + 1000)
end
return '0'
"""


@dataclass(frozen=True)
class Limit:
    key: str
    size: float
    per_second: float


class Bucket:
    """Token bucket of one process."""

    def __init__(self, limit: Limit) -> None:
        self.limit, self.tokens, self.at = limit, limit.size, time.monotonic()

    def wait(self) -> float:
        """Seconds until a token is here; 0 when one is."""
        now = time.monotonic()
        self.tokens = min(self.limit.size, self.tokens + (now - self.at) * self.limit.per_second)
        self.at = now
        return 0 if self.tokens >= 1 else (1 - self.tokens) / self.limit.per_second


_buckets: dict[str, Bucket] = {}
_lock = threading.Lock()
_without_redis_until = 0.0


def wait_seconds(channel: Channel, identity: ContactIdentity) -> float:
    """Seconds to wait before this send; 0 takes a token from the number's and the pair's bucket."""
    if channel.kind != Channel.Kind.WHATSAPP_CLOUD:
        return 0
    limits = (
        Limit(f"pace:pair:{channel.external_id}:{identity.value}", PAIR_BURST, 1 / PAIR_SECONDS),
        Limit(f"pace:number:{channel.external_id}", PER_NUMBER_PER_SECOND, PER_NUMBER_PER_SECOND),
    )
    shared = _take_shared(limits)
    return _take_own(limits) if shared is None else shared


def forget() -> None:
    """Every bucket of this process is full again, and Redis is asked again."""
    global _without_redis_until
    with _lock:
        _buckets.clear()
        _without_redis_until = 0.0


def _take_shared(limits: Sequence[Limit]) -> float | None:
    """The wait by the shared buckets; None while Redis is away."""
    global _without_redis_until
    if time.monotonic() < _without_redis_until:
        return None
    arguments = [number for limit in limits for number in (limit.size, limit.per_second)]
    try:
        return float(_script(str(settings.CACHES["default"]["LOCATION"]))([limit.key for limit in limits], arguments))
    except (redis.RedisError, OSError) as error:
        log.warning("pacing without Redis", error=type(error).__name__)
        _without_redis_until = time.monotonic() + WITHOUT_REDIS_SECONDS
        return None


@cache
def _script(url: str) -> redis.commands.core.Script:
    client = redis.Redis.from_url(url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS)
    return client.register_script(_TAKE)


def _take_own(limits: Sequence[Limit]) -> float:
    with _lock:
        if len(_buckets) > 20_000:
            _buckets.clear()
        mine = [_buckets.setdefault(limit.key, Bucket(limit)) for limit in limits]
        wait = max(bucket.wait() for bucket in mine)
        for bucket in mine if not wait else ():
            bucket.tokens -= 1
        return wait
