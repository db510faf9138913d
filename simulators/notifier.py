"""Delivers webhooks in the background, at least once: what is not answered 200 is tried again a few times."""

from __future__ import annotations

import heapq
import threading
import time
from dataclasses import dataclass, field
from itertools import count
from zlib import crc32

from simulators.whatsapp import WebhookClient

RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class Target:
    """Where an app wants its webhooks. `host` replaces the Host header when given."""

    url: str
    secret: str
    host: str = ""


@dataclass(order=True, slots=True)
class _Delivery:
    due_at: float
    number: int
    target: Target = field(compare=False)
    body: bytes = field(compare=False)
    failures: int = field(default=0, compare=False)


class Notifier:
    """A few lanes, each a thread with its own kept-alive connections.

    What has the same key goes through the same lane, so it stays in order unless a retry is needed.
    """

    def __init__(self, *, lanes: int = 4) -> None:
        self.given_up: list[bytes] = []  # bodies nobody took
        self._lane_count = lanes
        self._lanes: list[_Lane] = []
        self._numbers = count()
        self._settled = threading.Condition()
        self._pending = 0

    def start(self) -> None:
        self._lanes = [_Lane(self) for _ in range(self._lane_count)]

    def stop(self) -> None:
        for lane in self._lanes:
            lane.stop()
        self._lanes = []
        with self._settled:
            self._pending = 0
            self._settled.notify_all()

    def schedule(self, target: Target, body: bytes, *, key: str = "", delay: float = 0.0) -> None:
        if not self._lanes:
            return
        with self._settled:
            self._pending += 1
        lane = self._lanes[crc32(key.encode()) % len(self._lanes)]
        lane.put(_Delivery(time.monotonic() + delay, next(self._numbers), target, body))

    def flush(self, timeout: float = 10) -> bool:
        """Wait until every scheduled webhook was taken or given up. Whether that happened in time."""
        with self._settled:
            return self._settled.wait_for(lambda: self._pending == 0, timeout)

    def settled(self, delivery: _Delivery, *, taken: bool) -> None:
        with self._settled:
            if not taken:
                self.given_up.append(delivery.body)
            self._pending = max(0, self._pending - 1)
            self._settled.notify_all()


class _Lane:
    def __init__(self, notifier: Notifier) -> None:
        self._notifier = notifier
        self._heap: list[_Delivery] = []
        self._changed = threading.Condition()
        self._is_stopped = False
        self._clients: dict[Target, WebhookClient] = {}
        threading.Thread(target=self._run, name="webhooks", daemon=True).start()

    def put(self, delivery: _Delivery) -> None:
        with self._changed:
            heapq.heappush(self._heap, delivery)
            self._changed.notify()

    def stop(self) -> None:
        with self._changed:
            self._is_stopped = True
            self._changed.notify()

    def _run(self) -> None:
        while delivery := self._next():
            self._deliver(delivery)
        for client in self._clients.values():
            client.close()

    def _next(self) -> _Delivery | None:
        """The next one due; None once stopped."""
        with self._changed:
            while not self._is_stopped:
                wait = self._heap[0].due_at - time.monotonic() if self._heap else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._heap)
                self._changed.wait(wait)
        return None

    def _deliver(self, delivery: _Delivery) -> None:
        if self._post(delivery):
            self._notifier.settled(delivery, taken=True)
        elif delivery.failures < len(RETRY_SECONDS):
            delivery.due_at = time.monotonic() + RETRY_SECONDS[delivery.failures]
            delivery.failures += 1
            self.put(delivery)
        else:
            self._notifier.settled(delivery, taken=False)

    def _post(self, delivery: _Delivery) -> bool:
        target = delivery.target
        if target not in self._clients:
            self._clients[target] = WebhookClient(target.url, target.secret, host=target.host)
        try:
            return self._clients[target].post(delivery.body).status == 200
        except OSError:
            return False
