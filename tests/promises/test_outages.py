"""Redis and PostgreSQL go away and come back; our processes are not restarted, and nobody is forgotten."""

from __future__ import annotations

import json
import logging
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from socket import create_connection
from typing import Any

import pytest
from websockets.sync.client import connect

from .business import Customer
from .stack import Stack, wait_until

pytestmark = [pytest.mark.promise, pytest.mark.timeout(240)]

log = logging.getLogger(__name__)
PROCESSES = ("web", "dispatcher", "worker")


def post_all(crowd: list[Customer], *, within_seconds: float) -> list[float]:
    """Everybody writes, spread over the time: how long each webhook took. All must be answered 200."""
    times = []
    for customer in crowd:
        body, started = customer.webhook("oi, bom dia"), time.monotonic()
        assert customer.stack.post_webhook(body) == 200
        times.append(time.monotonic() - started)
        time.sleep(max(0, within_seconds / len(crowd) - times[-1]))
    return times


def test_redis_may_be_gone_for_twenty_seconds(stack: Stack, business: Any) -> None:
    shop = business()
    crowd = [shop.customer() for _ in range(80)]
    pids = [stack.pid(name) for name in PROCESSES]
    before = post_all(crowd[:40], within_seconds=4)
    [customer.hears() for customer in crowd[:40]]

    stack.redis.stop()
    during = post_all(crowd[40:], within_seconds=20)
    stack.redis.start()  # empty: also what was queued in it is gone
    took = wait_until(lambda: all(customer.heard for customer in crowd), seconds=60, what="everybody's answer")
    stack.wait_idle()

    ratio = statistics.median(during) / statistics.median(before)
    log.info("webhook latency during/before: %.2f; drained in %.1f s", ratio, took)
    assert ratio < 2
    assert [len(customer.heard) for customer in crowd] == [1] * len(crowd)
    assert pids == [stack.pid(name) for name in PROCESSES] and all(map(stack.is_alive, PROCESSES))


def test_what_waits_in_redis_may_be_flushed(stack: Stack, business: Any) -> None:
    shop = business()
    crowd = [shop.customer() for _ in range(20)]
    stack.stop("worker")
    post_all(crowd, within_seconds=0)
    hinted = "SELECT 1 FROM public.work_duework WHERE kind = 'webhook.receive' AND hinted_at IS NULL"
    wait_until(lambda: not stack.rows(hinted), seconds=10, what="handing everything to Redis")

    stack.redis.kill()
    stack.redis.start()
    stack.start("worker")

    wait_until(lambda: all(customer.heard for customer in crowd), seconds=30, what="everybody's answer")
    stack.wait_idle()
    assert [len(customer.heard) for customer in crowd] == [1] * len(crowd)


def test_postgresql_may_be_restarted_under_load(stack: Stack, business: Any) -> None:
    shop = business()
    crowd = [shop.customer() for _ in range(60)]
    pids = [stack.pid(name) for name in PROCESSES]
    with ThreadPoolExecutor(8) as pool:  # warms eight connections of the pool, which will all die
        list(pool.map(lambda customer: customer.says("oi, bom dia"), crowd[:40]))

    stack.database.stop()
    body = crowd[40].webhook("oi, bom dia")
    started = time.monotonic()
    assert stack.post_webhook(body) == 503
    refused_after = time.monotonic() - started
    stack.database.start()
    back = time.monotonic()
    until_200 = wait_until(lambda: stack.post_webhook(body) == 200, seconds=60, what="the web's recovery")
    for customer in crowd[41:]:  # as Meta does: again until it is taken
        wait_until(lambda customer=customer: customer.says("oi, bom dia") == 200, seconds=30)
    wait_until(lambda: all(customer.heard for customer in crowd), seconds=90, what="everybody's answer")
    stack.wait_idle(seconds=60)

    log.info("503 in %.1f s, 200 in %.1f s, all in %.1f s", refused_after, until_200, time.monotonic() - back)
    assert [len(customer.heard) for customer in crowd] == [1] * len(crowd)
    assert pids == [stack.pid(name) for name in PROCESSES] and all(map(stack.is_alive, PROCESSES))


def test_dead_connections_cost_a_quiet_business_nothing_after_postgresql_was_killed(
    stack: Stack, business: Any
) -> None:
    shop = business()
    post_all(crowd := [shop.customer() for _ in range(40)], within_seconds=0)  # opens many connections
    wait_until(lambda: all(customer.heard for customer in crowd), seconds=30)
    stack.wait_idle()

    stack.database.kill()
    stack.database.start()
    davi = shop.customer()
    refused = 0
    while davi.says("oi") == 503:
        refused += 1

    davi.hears(1, seconds=20)
    assert refused <= 2
    stack.wait_idle()


def test_screens_hear_again_after_postgresql_was_killed(stack: Stack, business: Any) -> None:
    shop = business()
    davi = shop.customer()
    stack.start("sockets")
    wait_until(lambda: stack.listens("sockets"), seconds=60, what="daphne")
    wire = create_connection(("127.0.0.1", stack.ports["sockets"]))
    with connect(f"ws://{shop.host}:{stack.ports['sockets']}/ws/inbox", sock=wire) as socket:
        socket.send(json.dumps({"type": "auth", "token": shop.token}))
        davi.says("oi")
        frames_until(socket, "message.created")
        davi.hears(1)
        stack.wait_idle()

        stack.database.kill()
        stack.database.start()

        frames_until(socket, "resync")
        wait_until(lambda: davi.says("voltou?") == 200, seconds=60)
        frames_until(socket, "message.created")
    stack.stop("sockets")
    davi.hears(2, seconds=60)
    stack.wait_idle()


def frames_until(socket: Any, kind: str, *, seconds: float = 30) -> None:
    """Read frames until one of this kind. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while json.loads(socket.recv(timeout=deadline - time.monotonic()))["type"] != kind:
        pass
