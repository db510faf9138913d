"""One business's AI provider hangs; everybody else is answered as ever, and its own customers soon after."""

from __future__ import annotations

import logging
import time
from typing import Any

import pytest

from simulators.openai import Reply

from .stack import WORKER_THREADS, wait_until

pytestmark = pytest.mark.promise

SOME = 10
assert SOME < WORKER_THREADS
log = logging.getLogger(__name__)


def test_a_hanging_provider_delays_nobody_else(stack: Any, business: Any) -> None:
    stack.ai.answer_with(lambda request: Reply("tarde demais", delay=60))
    shop, other = business("chatgpt"), business("offline")
    unlucky, lucky = [shop.customer() for _ in range(SOME)], [other.customer() for _ in range(SOME)]

    asked = time.monotonic()
    [customer.says("oi") for customer in unlucky]
    stack.ai.wait_for(len(unlucky))
    [customer.says("oi") for customer in lucky]
    quickly = wait_until(lambda: all(customer.heard for customer in lucky), seconds=10, what="the others' answer")
    assert not any(customer.heard for customer in unlucky)
    wait_until(lambda: all(customer.heard for customer in unlucky), seconds=30, what="an honest answer")
    log.info("the others in %.1f s, its own customers in %.1f s", quickly, time.monotonic() - asked)

    assert time.monotonic() - asked < 30
    assert all("assistente virtual" in customer.heard[0].text for customer in unlucky)
    stack.wait_idle()
