"""Processes die without a word, in the middle of everything; customers must not notice."""

from __future__ import annotations

import logging
import time
from typing import Any

import pytest

from simulators.faults import Fault

from .business import echo
from .stack import wait_until

pytestmark = [pytest.mark.promise, pytest.mark.timeout(240)]

log = logging.getLogger(__name__)
CROWD = 100


def test_a_hundred_messages_in_flight_survive_kill_9(stack: Any, business: Any) -> None:
    stack.ai.answer_with(echo)
    shop = business("chatgpt")
    crowd = {(customer := shop.customer()).phone: customer for _ in range(CROWD)}
    number = shop.number.phone_number_id
    stack.graph.script(Fault.hang(0.5, phone_number_id=number, times=CROWD // 2))  # accepted, answered late

    for customer in crowd.values():
        assert customer.says(f"aqui é {customer.phone}") == 200
    stack.graph.wait_for(CROWD // 4, timeout=60)
    stack.kill("worker", "dispatcher")
    in_mid_send = _in_mid_send(shop)

    restarted = time.monotonic()
    stack.start("dispatcher", "worker")
    others = [customer for phone, customer in crowd.items() if phone not in in_mid_send]
    quickly = wait_until(lambda: all(customer.heard for customer in others), seconds=60, what="everybody's answer")
    wait_until(lambda: all(customer.heard for customer in crowd.values()), seconds=120, what="the cut ones' answer")
    stack.wait_idle(seconds=60)
    took = time.monotonic() - restarted
    log.info("%d cut in mid-send, answered in %.1f s; the others in %.1f s", len(in_mid_send), took, quickly)

    assert in_mid_send and took < 120
    assert [len(customer.heard) for customer in crowd.values()] == [1] * CROWD
    assert all(phone in customer.heard[0].text for phone, customer in crowd.items())
    wait_until(lambda: shop.statuses() == {"delivered": CROWD}, seconds=10, what="news of every message")


def _in_mid_send(shop: Any) -> set[str]:
    """The phones whose message was being sent when the worker died."""
    return {
        phone
        for (phone,) in shop.rows(
            "SELECT i.value FROM {schema}.chat_message m JOIN {schema}.chat_conversation c ON c.id = m.conversation_id "
            "JOIN {schema}.chat_contactidentity i ON i.id = c.identity_id WHERE m.status = 'sending'"
        )
    }
