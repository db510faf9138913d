"""Through OpenAI's own client, since that is who has to believe it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
import openai
import pytest

from simulators.openai import OpenAISimulator, bad_arguments, call, dropped, error, filtered, malformed, tool, tools

HELLO = [{"role": "user", "content": "oi"}]


@pytest.fixture
def sdk(ai):
    with openai.OpenAI(base_url=ai.base_url, api_key="sk-test", max_retries=0, timeout=5) as client:
        yield client


@pytest.fixture
def ask(sdk):
    return lambda **more: sdk.chat.completions.create(model="gpt-4o-mini", messages=HELLO, **more)


def test_unscripted_it_greets(ai, ask):
    completion = ask()

    assert completion.choices[0].message.content == "Olá! Como posso ajudar?"
    assert completion.choices[0].finish_reason == "stop"
    assert completion.usage.total_tokens == 150
    assert ai.requests[0]["messages"] == HELLO


def test_scripted_replies_are_said_once_each_and_in_order(ai, ask):
    ai.script("primeiro", "segundo")

    assert [ask().choices[0].message.content for _ in range(3)] == ["primeiro", "segundo", "Olá! Como posso ajudar?"]


def test_it_asks_for_tools(ai, ask):
    ai.script(tools(call("list_services"), call("list_slots", service_ids=[1], near="15:30"), text="Um momento…"))

    choice = ask().choices[0]

    assert choice.finish_reason == "tool_calls"
    assert [one.function.name for one in choice.message.tool_calls] == ["list_services", "list_slots"]
    assert choice.message.tool_calls[1].function.arguments == '{"service_ids": [1], "near": "15:30"}'
    assert len({one.id for one in choice.message.tool_calls}) == 2


def test_a_function_sees_the_request_and_decides(ai, ask):
    ai.answer_with(lambda request: f"você disse {request['messages'][-1]['content']}")

    assert ask().choices[0].message.content == "você disse oi"


def test_a_tool_loop_can_be_endless(ai, ask):
    ai.script(tool("list_services"), times=None)

    assert {ask().choices[0].finish_reason for _ in range(5)} == {"tool_calls"}


def test_a_slow_model_answers_when_it_is_let(ai, ask):
    slow = ai.slow()
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(ask)
        assert slow.wait_until_asked()["messages"] == HELLO
        assert not asked.done()
        slow.answer("desculpe a demora")

        assert asked.result().choices[0].message.content == "desculpe a demora"


def test_a_slow_model_outlasts_a_clients_patience(ai, sdk):
    ai.slow()

    with pytest.raises(openai.APITimeoutError):
        sdk.with_options(timeout=0.1).chat.completions.create(model="m", messages=HELLO)


@pytest.mark.parametrize(("reply", "expected"), [
    (error(401), openai.AuthenticationError),
    (error(429, retry_after=2), openai.RateLimitError),
    (error(500), openai.InternalServerError),
    (dropped(), openai.APIConnectionError),
])  # fmt: skip
def test_errors_are_those_the_client_knows(ai, ask, reply, expected):
    ai.script(reply)

    with pytest.raises(expected):
        ask()


def test_a_rate_limit_says_when_to_come_back(ai, ask):
    ai.script(error(429, code="insufficient_quota", retry_after=2))

    with pytest.raises(openai.RateLimitError) as limited:
        ask()

    assert limited.value.response.headers["retry-after"] == "2"
    assert limited.value.code == "insufficient_quota"


def test_a_broken_body_is_not_json(ai, sdk):
    ai.script(malformed())

    answer = httpx2.post(f"{ai.url}/chat/completions", json={"model": "m", "messages": HELLO}, trust_env=False)

    assert answer.status_code == 200
    with pytest.raises(ValueError):
        answer.json()


def test_arguments_may_be_broken_and_content_filtered(ai, ask):
    ai.script(bad_arguments("book"), filtered())

    assert ask().choices[0].message.tool_calls[0].function.arguments == '{"date_from": "2026-11-'
    choice = ask().choices[0]
    assert (choice.finish_reason, choice.message.content) == ("content_filter", None)


def test_streams_end_with_their_usage(ai, ask):
    ai.script("uma linha\noutra linha")

    chunks = list(ask(stream=True, stream_options={"include_usage": True}))

    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks[:-1]) == "uma linha\noutra linha"
    assert chunks[-1].usage.total_tokens == 150


def test_a_stream_can_be_cut(ai, ask):
    ai.script(dropped())

    with pytest.raises((openai.APIConnectionError, httpx2.TransportError)):
        list(ask(stream=True))


def test_models_are_listed_and_keys_can_be_checked(ai, sdk):
    assert "gpt-4o-mini" in [model.id for model in sdk.models.list()]

    ai.api_key = "sk-other"
    with pytest.raises(openai.AuthenticationError):
        sdk.models.list()


def test_stopping_lets_go_of_whoever_hangs():
    before = threading.active_count()
    with OpenAISimulator() as ai:
        slow = ai.slow()
        body = {"model": "m", "messages": HELLO}
        asking = threading.Thread(target=_ask_in_vain, args=(f"{ai.base_url}/chat/completions", body))
        asking.start()
        slow.wait_until_asked()

    asking.join(3)
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= before


def _ask_in_vain(url, body):
    with pytest.raises(httpx2.TransportError):
        httpx2.post(url, json=body, timeout=5, trust_env=False)
