"""Whatever arrives twice counts once; what arrives together is answered together."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from simulators import whatsapp

from .business import echo

pytestmark = pytest.mark.promise


def test_a_webhook_delivered_fifty_times_at_once_is_one_message_one_turn_one_reply(stack: Any, business: Any) -> None:
    stack.ai.answer_with(echo)
    davi = business("chatgpt").customer()
    message = whatsapp.text("bom dia", id=whatsapp.wamid(), timestamp=whatsapp.now())
    payload = whatsapp.inbound(davi.business.number, whatsapp.Customer(davi.phone, davi.name), message)
    other_body = payload | {"sent_again": True}  # the same message in another envelope
    bodies = [whatsapp.encode(payload), whatsapp.encode(other_body)] * 25

    with ThreadPoolExecutor(len(bodies)) as pool:
        answers = list(pool.map(stack.post_webhook, bodies))

    assert answers == [200] * len(bodies)
    davi.hears(1)
    stack.wait_idle()
    assert len(davi.heard) == 1 and len(stack.ai.requests) == 1
    assert davi.business.rows("SELECT count(*) FROM {schema}.agents_turn") == [(1,)]
    assert [message["sender"] for message in davi.thread] == ["customer", "ai"]
    assert stack.rows("SELECT count(*) FROM public.work_inboundproblem") == [(0,)]


def test_twenty_first_messages_of_one_customer_at_once_are_one_conversation(stack: Any, business: Any) -> None:
    davi = (shop := business(debounce=(1, 5))).customer()
    bodies = [davi.webhook(f"mensagem {number}") for number in range(20)]

    with ThreadPoolExecutor(len(bodies)) as pool:
        assert list(pool.map(stack.post_webhook, bodies)) == [200] * len(bodies)

    davi.hears(1)
    stack.wait_idle()
    assert len(davi.heard) == 1
    assert len(shop.api("GET", "/conversations")["results"]) == 1
    assert {row[0] for row in shop.rows("SELECT content FROM {schema}.chat_message WHERE sender = 'customer'")} == {
        f"mensagem {number}" for number in range(20)
    }
    assert shop.rows("SELECT count(*) FROM public.work_inboundproblem") == [(0,)]


def test_four_messages_within_two_seconds_get_one_answer_to_all(stack: Any, business: Any) -> None:
    stack.ai.answer_with(echo)
    davi = business("chatgpt", debounce=(3, 10)).customer()
    said = ["oi", "tudo bem?", "queria um horário", "pra sexta de tarde"]
    started = time.monotonic()
    for text in said:
        davi.says(text)
        time.sleep(0.4)  # a person typing

    [answer] = davi.hears(1)
    waited = time.monotonic() - started - 4 * 0.4
    stack.wait_idle()

    assert len(davi.heard) == 1 and len(stack.ai.requests) == 1
    assert all(text in answer for text in said)
    assert 2 < waited < 6  # three quiet seconds after the last one


def test_a_customer_who_never_pauses_is_answered_after_the_cap(stack: Any, business: Any) -> None:
    stack.ai.answer_with(echo)
    davi = business("chatgpt", debounce=(1.5, 3)).customer()
    started, said = time.monotonic(), 0

    while not davi.heard and time.monotonic() - started < 60:
        davi.says("e mais uma coisa")
        said += 1
        time.sleep(0.3)

    assert davi.heard and time.monotonic() - started > 2.5
    stack.wait_idle()
    assert sum(message.text.count("mais uma coisa") for message in davi.heard) == said
