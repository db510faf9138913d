"""Meta takes a message and doesn't answer: told by a status, retried once, or given up, never sent blindly."""

from __future__ import annotations

from typing import Any

import pytest

from simulators.faults import Fault

from .stack import UNKNOWN_SEND_WAIT_SECONDS, wait_until

pytestmark = pytest.mark.promise


def sent(shop: Any) -> tuple[str, bool, int]:
    """(status, maybe duplicate, attempts) of the only message we wrote."""
    [row] = shop.rows("SELECT status, maybe_duplicate, attempt FROM {schema}.chat_message WHERE sender = 'ai'")
    return row


def test_a_status_settles_a_send_whose_answer_was_lost(stack: Any, business: Any) -> None:
    davi = (shop := business()).customer()
    stack.graph.script(Fault.drop(to=davi.phone))

    davi.says("oi")

    took = stack.wait_idle(seconds=UNKNOWN_SEND_WAIT_SECONDS)
    assert took < UNKNOWN_SEND_WAIT_SECONDS - 2  # told, not waited for
    wait_until(lambda: sent(shop) == ("delivered", False, 1), seconds=5)
    assert len(davi.heard) == 1


def test_silence_means_one_retry_marked_as_a_possible_duplicate(stack: Any, business: Any) -> None:
    davi = (shop := business()).customer()
    stack.graph.script(Fault.lost_status(to=davi.phone))

    davi.says("oi")

    davi.hears(1)
    took = wait_until(lambda: len(davi.heard) == 2, seconds=UNKNOWN_SEND_WAIT_SECONDS + 10)
    assert took > UNKNOWN_SEND_WAIT_SECONDS - 1
    stack.wait_idle()
    wait_until(lambda: sent(shop) == ("delivered", True, 2), seconds=5)
    assert len(davi.heard) == 2


def test_a_second_silence_is_a_failure_and_frees_the_queue(stack: Any, business: Any) -> None:
    davi = (shop := business()).customer()
    stack.graph.script(Fault.lost_status(to=davi.phone, times=2))
    davi.says("oi")
    davi.hears(1)

    davi.says("vocês abrem hoje?")  # its answer waits behind the silent one

    davi.hears(3, seconds=2 * UNKNOWN_SEND_WAIT_SECONDS + 15)
    stack.wait_idle()
    first, second = shop.rows(
        "SELECT status, maybe_duplicate, attempt FROM {schema}.chat_message WHERE sender = 'ai' ORDER BY id"
    )
    assert first == ("failed", True, 2) and second[0] in ("sent", "delivered")
    texts = [message.text for message in davi.heard]
    assert texts[0] == texts[1] != texts[2]
