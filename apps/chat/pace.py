"""How fast a channel may be written to: 80 messages a second per number, and 45 to one customer in
six seconds (one per six seconds is the steady rate; bursts borrow from it).

Buckets are per process; Meta's own answer (130429, 131056) is the arbiter between processes.
"""

from __future__ import annotations

import threading
import time

from apps.chat.models import Channel, ContactIdentity

PER_NUMBER_PER_SECOND = 80.0
PAIR_BURST, PAIR_SECONDS = 45.0, 6.0


class Bucket:
    """Token bucket; `take()` returns the seconds to wait, 0 when a token was taken."""

    def __init__(self, *, size: float, per_second: float) -> None:
        self.size, self.per_second = size, per_second
        self.tokens, self.at = size, time.monotonic()

    def take(self) -> float:
        now = time.monotonic()
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0
        return (1 - self.tokens) / self.per_second


_buckets: dict[tuple[str, ...], Bucket] = {}
_lock = threading.Lock()


def wait_seconds(channel: Channel, identity: ContactIdentity) -> float:
    """Seconds to wait before this send; 0 takes a token from the number's and the pair's bucket."""
    if channel.kind != Channel.Kind.WHATSAPP_CLOUD:
        return 0
    with _lock:
        if len(_buckets) > 20_000:
            _buckets.clear()
        pair = _bucket(("pair", channel.external_id, identity.value), size=PAIR_BURST, per_second=1 / PAIR_SECONDS)
        number = _bucket(("number", channel.external_id), size=PER_NUMBER_PER_SECOND, per_second=PER_NUMBER_PER_SECOND)
        return pair.take() or number.take()


def forget() -> None:
    """Every bucket is full again."""
    with _lock:
        _buckets.clear()


def _bucket(key: tuple[str, ...], *, size: float, per_second: float) -> Bucket:
    if key not in _buckets:
        _buckets[key] = Bucket(size=size, per_second=per_second)
    return _buckets[key]
