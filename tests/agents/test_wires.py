"""What exactly goes over each provider's wire, and what is made of what comes back."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from apps.agents import tools
from apps.agents.models import Agent, Step
from apps.agents.providers import wire as http
from apps.agents.providers.base import (
    ChatMessage,
    ChatRequest,
    Facts,
    Failure,
    ProviderError,
    ToolCall,
    ToolSpec,
    Usage,
)
from apps.agents.providers.registry import PAID
from simulators.model import Call, Reply, call, error, tool
from simulators.model import tools as several

SERVICES = ToolCall("call_1", "list_services", {})


def request_with(*messages: ChatMessage, model: str = "", specs: tuple[ToolSpec, ...] = ()) -> ChatRequest:
    facts = Facts(now=timezone.now(), business="Zé", agent="Bia")
    return ChatRequest("Você é a Bia.", messages, specs, facts, model=model, timeout_seconds=5)


@pytest.fixture
def ask(plug):
    """`ask("gemini", message…)` → (the simulator, a function that asks it)."""

    def asking(choice: str, *messages: ChatMessage, **more):
        server = plug(choice)
        request = request_with(*(messages or (ChatMessage("user", "oi"),)), **more)
        return server, lambda: PAID[choice].adapter.complete(request)

    return asking


CHOICES = pytest.mark.parametrize("choice", ["chatgpt", "gemini", "huggingface"])


# All three -----------------------------------------------------------------------------------------


@CHOICES
def test_text_usage_and_id_come_through(ask, choice):
    server, complete = ask(choice)
    server.script(Reply("Olá!").costing(1000, 50, cached=600, thinking=20))
    result = complete()

    assert (result.text, result.finish) == ("Olá!", "stop") and result.raw_id
    assert result.usage == Usage(1000, 50, 600)


@CHOICES
def test_parallel_calls_and_their_results_go_back_together(ask, choice):
    calls = (ToolCall("a", "list_services", {}), ToolCall("b", "my_appointments", {"when": "já"}))
    server, complete = ask(
        choice,
        ChatMessage("user", "oi"),
        ChatMessage("assistant", "Um momento", tool_calls=calls),
        ChatMessage("tool", '{"ok": true, "services": ["corte"]}', tool_call_id="a"),
        ChatMessage("tool", '{"ok": false, "code": "nada"}', tool_call_id="b"),
    )
    complete()

    results = server.results_in(server.requests[-1])
    assert "corte" in results[0] and "nada" in results[1]


@CHOICES
def test_several_calls_come_through_in_order_with_ids_of_their_own(ask, choice):
    server, complete = ask(choice)
    server.script(several(call("list_services"), call("list_slots", service_ids=[1], near="15:30")))
    result = complete()

    assert [(one.name, one.arguments) for one in result.tool_calls] == [
        ("list_services", {}),
        ("list_slots", {"service_ids": [1], "near": "15:30"}),
    ]
    assert len({one.id for one in result.tool_calls}) == 2


@CHOICES
@pytest.mark.usefixtures("tenant")
def test_each_of_our_tools_is_described(ask, choice):
    specs = tuple(one.spec for one in tools.all_tools())
    server, complete = ask(choice, specs=specs)
    complete()

    sent = str(server.requests[-1]["tools"])
    assert all(spec.name in sent and spec.description[:20] in sent for spec in specs)
    assert all(word in sent for spec in specs for word in spec.parameters.get("properties", {}))


@CHOICES
@pytest.mark.parametrize(
    ("reply", "failure", "wait"),
    [
        (error(429, retry_after=7), Failure.RATE_LIMITED, 7),
        (error(429), Failure.RATE_LIMITED, None),
        (error(429, code="insufficient_quota"), Failure.QUOTA, None),
        (error(403), Failure.AUTH, None),
        (error(404), Failure.BAD_REQUEST, None),
        (error(500), Failure.UNAVAILABLE, None),
        (error(503, retry_after=2), Failure.OVERLOADED, 2),
    ],
)
def test_a_refusal_is_translated_and_costs_nothing(ask, choice, reply, failure, wait):
    server, complete = ask(choice)
    server.script(reply)
    with pytest.raises(ProviderError) as raised:
        complete()

    assert (raised.value.failure, raised.value.retry_after) == (failure, wait)
    assert raised.value.usage == Usage() and len(server.requests) == 1  # the SDK did not try again by itself


@CHOICES
def test_the_key_is_checked(ask, choice):
    server, complete = ask(choice)
    server.api_key = "another"
    try:
        with pytest.raises(ProviderError) as raised:
            complete()
    finally:
        server.api_key = ""

    assert raised.value.failure is Failure.AUTH


@CHOICES
def test_what_was_thought_and_then_blocked_is_billed(ask, choice):
    server, complete = ask(choice)
    server.script(Reply(finish="content_filter").costing(500, 3))
    with pytest.raises(ProviderError) as raised:
        complete()

    assert raised.value.failure is Failure.CONTENT_BLOCKED and raised.value.usage == Usage(500, 3)


def test_another_providers_long_ids_are_cut_alike_on_both_sides(ask):
    made = ToolCall("x" * 64, "list_services", {})
    server, complete = ask(
        "chatgpt",
        ChatMessage("user", "oi"),
        ChatMessage("assistant", "", tool_calls=(made,)),
        ChatMessage("tool", "{}", tool_call_id=made.id),
    )
    complete()

    _, _, asked, answered = server.requests[-1]["messages"]
    assert asked["tool_calls"][0]["id"] == answered["tool_call_id"] == "x" * 40


# OpenAI --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "thinks"),
    [("gpt-5-mini", True), ("o4-mini", True), ("gpt-5-chat-latest", False), ("gpt-4o-mini", False), ("llama3", False)],
)
def test_a_model_that_thinks_gets_no_temperature_and_room_to_think(ask, model, thinks):
    server, complete = ask("chatgpt", model=model)
    complete()

    body = server.requests[-1]
    assert ("temperature" in body) is not thinks and (body.get("reasoning_effort") == "low") is thinks
    assert body["max_completion_tokens"] == (1600 if thinks else 600)


# Gemini --------------------------------------------------------------------------------------------


def test_gemini_gets_turns_by_role_and_no_empty_part(ask):
    server, complete = ask(
        "gemini",
        ChatMessage("assistant", "Oi! Aqui é o Zé."),
        ChatMessage("user", "oi"),
        ChatMessage("user", ""),
        ChatMessage("user", "tem horário?"),
    )
    complete()

    body = server.requests[-1]
    assert [(one["role"], len(one["parts"])) for one in body["contents"]] == [("user", 1), ("model", 1), ("user", 2)]
    assert body["systemInstruction"]["parts"] == [{"text": "Você é a Bia."}]


def test_geminis_schema_has_no_word_it_does_not_know(ask):
    wished = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "default": {"anyOf": [{"type": "string", "maxLength": 5, "default": "x"}, {"type": "null"}]},
            "kind": {"const": "a"},
        },
        "required": ["default"],
    }
    server, complete = ask("gemini", specs=(ToolSpec("t", "Um.", wished),))
    complete()

    [declared] = server.requests[-1]["tools"][0]["functionDeclarations"]
    assert declared["parameters_json_schema"] == {
        "type": "object",
        "additionalProperties": False,
        "properties": {"default": {"anyOf": [{"type": "string"}, {"type": "null"}]}, "kind": {"enum": ["a"]}},
        "required": ["default"],
    }


def test_geminis_own_id_goes_back_and_one_we_made_does_not(ask):
    server, complete = ask("gemini")
    server.script(Reply(calls=(Call("list_services", id="g-1"), Call("my_appointments"))))
    theirs, ours = complete().tool_calls
    server, complete = ask(
        "gemini",
        ChatMessage("user", "oi"),
        ChatMessage("assistant", "", tool_calls=(theirs, ours)),
        ChatMessage("tool", "{}", tool_call_id=theirs.id),
        ChatMessage("tool", "[1]", tool_call_id=ours.id),
    )
    complete()

    contents = server.requests[-1]["contents"]
    assert [part["functionCall"].get("id") for part in contents[1]["parts"]] == ["g-1", None]
    assert [part["functionResponse"].get("id") for part in contents[2]["parts"]] == ["g-1", None]


def test_a_call_that_another_model_made_is_marked_for_gemini(ask):
    """Gemini 3 refuses a call without signature; the simulator does as well."""
    history = [
        ChatMessage("user", "oi"),
        ChatMessage("assistant", "", tool_calls=(SERVICES,)),
        ChatMessage("tool", "{}", tool_call_id="call_1"),
    ]
    server, complete = ask("gemini", *history, model="gemini-3.8-flash")
    assert complete().text
    server, complete = ask("gemini", *history, model="gemini-2.5-flash")
    complete()

    assert "thoughtSignature" not in server.requests[-1]["contents"][1]["parts"][0]


@pytest.mark.usefixtures("shop")
def test_geminis_signature_is_journalled_and_sent_back(customer, plug, channel):
    Agent.objects.update(ai_provider="gemini", model="gemini-3.8-flash")
    server = plug("gemini")
    server.script(tool("list_services"), "Qual serviço você quer?")
    customer.says("oi")

    [first, *_] = Step.objects.filter(provider="gemini")
    part = server.requests[-1]["contents"][-2]["parts"][0]
    assert part["thoughtSignature"] == first.tool_calls[0]["signature"] != ""


def test_the_sdk_neither_runs_tools_nor_continues_by_itself(ask):
    server, complete = ask("gemini")
    server.script(Reply("Oi, e ainda", finish="CONTINUATION"), tool("list_services"))

    assert complete().text == "Oi, e ainda" and complete().tool_calls and len(server.requests) == 2


def test_a_blocked_prompt_is_content_blocked(ask):
    server, complete = ask("gemini")
    server.script(Reply(finish="prompt_blocked").costing(90, 0))
    with pytest.raises(ProviderError) as raised:
        complete()

    assert raised.value.failure is Failure.CONTENT_BLOCKED and raised.value.usage == Usage(90, 0)


# Hugging Face --------------------------------------------------------------------------------------


def test_a_model_that_still_loads_says_for_how_long(ask):
    server, complete = ask("huggingface")
    server.script(error(503, code="loading"))
    with pytest.raises(ProviderError) as raised:
        complete()

    assert (raised.value.failure, raised.value.retry_after) == (Failure.OVERLOADED, 20)


@pytest.mark.parametrize("path", ["", "/v1", "/v1/chat/completions", "/models/meta-llama/Llama-3.3-70B-Instruct"])
def test_the_router_and_a_dedicated_endpoint_are_reached_alike(ask, settings, path):
    server, complete = ask("huggingface", model="meta-llama/Llama-3.3-70B-Instruct")
    settings.HUGGINGFACE_BASE_URL = server.url + path

    assert complete().text and server.requests[-1]["model"] == "meta-llama/Llama-3.3-70B-Instruct"


def test_arguments_that_come_as_an_object_are_read(ask):
    server, complete = ask("huggingface")
    made = b'{"function": {"name": "list_slots", "arguments": {"near": "15:30"}}, "id": "1", "type": "function"}'
    message = b'{"role": "assistant", "tool_calls": [%s]}' % made
    server.script(Reply(body=b'{"id": "1", "choices": [{"finish_reason": "tool_calls", "message": %s}]}' % message))

    [asked] = complete().tool_calls
    assert asked.arguments == {"near": "15:30"}


# Around them ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "seconds"), [("7", 7), ("1.5", 1.5), ("", None), ("soon", None), ("-3", None), ("nan", None)]
)
def test_a_wait_is_read(value, seconds):
    assert http.wait_in({"Retry-After": value}) == seconds


def test_a_wait_until_a_date_is_read():
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)

    assert 27 < (http.wait_in({"Retry-After": soon}) or 0) <= 30
    assert http.wait_in({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0


def test_nobody_pays_for_an_sdk_before_it_is_asked():
    """Start-up imports no vendor's code: together they take 130 MB and seconds."""
    heavy = ("openai", "google.genai", "huggingface_hub", "genai_prices")
    script = (
        "import django, sys; django.setup(); import apps.agents.engine, config.urls.tenant; "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=_root())

    assert shown.stdout.strip().splitlines()[-1] == "[]"


def _root() -> str:
    return str(django_settings.BASE_DIR)
