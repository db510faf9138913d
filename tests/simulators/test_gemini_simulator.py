"""It refuses what Google refuses, so that a client which passes here passes there."""

from __future__ import annotations

import httpx2
import pytest

from simulators.gemini import GeminiSimulator
from simulators.model import error, tool

HELLO = [{"role": "user", "parts": [{"text": "oi"}]}]
ASKED = {"role": "model", "parts": [{"functionCall": {"name": "t", "args": {}}, "thoughtSignature": "c2ln"}]}
ANSWERED = {"role": "user", "parts": [{"functionResponse": {"name": "t", "response": {}}}]}


@pytest.fixture
def gemini():
    with GeminiSimulator() as simulator:
        yield simulator


@pytest.fixture
def ask(gemini):
    def asking(contents=HELLO, *, path="v1beta/models/gemini-3.8-flash:generateContent", headers=None, **more):
        sent = {"x-goog-api-key": "key"} | (headers or {})
        return httpx2.post(f"{gemini.url}/{path}", json={"contents": contents, **more}, headers=sent, trust_env=False)

    return asking


@pytest.mark.parametrize("version", ["v1", "v1beta"])
def test_it_greets_on_both_versions(ask, version):
    body = ask(path=f"{version}/models/gemini-2.5-flash:generateContent").json()

    assert body["candidates"][0]["content"]["parts"] == [{"text": "Olá! Como posso ajudar?"}]
    assert body["usageMetadata"]["totalTokenCount"] == 150


def test_a_step_with_its_call_and_response_is_taken(ask):
    assert ask([*HELLO, ASKED, ANSWERED]).status_code == 200


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        ([], "contents is not specified"),
        ([{"role": "assistant", "parts": [{"text": "oi"}]}], "valid role"),
        ([{"role": "user", "parts": [{"text": ""}]}], "text parameter"),
        ([*HELLO, ASKED], ""),
        ([*HELLO, ANSWERED], "number of function response parts"),
        ([*HELLO, {"role": "model", "parts": [{"functionCall": {"name": "t"}}]}, ANSWERED], "thought_signature"),
    ],
    ids=["nothing", "a role of OpenAI's", "an empty part", "no response", "a response to nothing", "no signature"],
)
def test_a_conversation_out_of_order_is_refused(ask, contents, words):
    answer = ask(contents)
    if words:
        assert answer.status_code == 400 and words in answer.json()["error"]["message"]
    else:
        assert answer.status_code == 200  # the last turn may end in a call


def test_an_unknown_field_is_refused(ask):
    assert "Unknown name" in ask(messages=[]).json()["error"]["message"]


def test_a_server_timeout_under_ten_seconds_is_refused(ask):
    assert ask(headers={"X-Server-Timeout": "5"}).status_code == 400
    assert ask(headers={"X-Server-Timeout": "10"}).status_code == 200


def test_a_wrong_key_is_a_400_and_none_a_403(gemini, ask):
    gemini.api_key = "right"

    assert ask().json()["error"]["details"][0]["reason"] == "API_KEY_INVALID"
    assert ask(headers={"x-goog-api-key": ""}).status_code == 403


def test_the_wait_is_in_the_body(gemini, ask):
    gemini.script(error(429, retry_after=34.07))
    details = ask().json()["error"]["details"]

    assert [one["retryDelay"] for one in details if "retryDelay" in one] == ["34.070000000s"]


def test_only_what_was_answered_is_billed(gemini, ask):
    gemini.script(tool("t"), error(500), error(429))
    for _ in range(4):
        ask()

    assert (gemini.billed.calls, gemini.billed.input_tokens) == (2, 240)
