"""Google's Gemini API through google-genai, with everything off that the SDK would do behind our back."""

from __future__ import annotations

import base64
import json
import math
import re
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django.conf import settings

from apps.agents.providers.base import (
    ChatMessage,
    ChatProvider,
    ChatRequest,
    ChatResult,
    Failure,
    ProviderError,
    ToolCall,
    ToolSpec,
    Usage,
)
from apps.agents.providers.wire import broken, ends_on_time, refusal, wait_in

if TYPE_CHECKING:
    from google import genai
    from google.genai import errors, types

THINKING_TOKENS = 1024  # thinking counts as output: room for it beside the answer
SHORTEST_SERVER_TIMEOUT = 10  # Google refuses a shorter X-Server-Timeout; ours is kept by the client
SKIP_SIGNATURE = b"skip_thought_signature_validator"  # Google's word for a call that another model made
OUR_ID = "local_"  # Gemini may give a call no id; ours is not sent back

# JSON Schema as Gemini reads it: https://ai.google.dev/api/caching#FunctionDeclaration
_SCHEMA_WORDS = frozenset(
    "$id $defs $ref $anchor type format title description enum items prefixItems minItems maxItems minimum maximum "
    "anyOf oneOf properties additionalProperties required".split()
)
_BLOCKED = frozenset("SAFETY RECITATION LANGUAGE BLOCKLIST PROHIBITED_CONTENT SPII MODEL_ARMOR ESCALATION".split())
_BROKEN = frozenset(
    "MALFORMED_FUNCTION_CALL UNEXPECTED_TOOL_CALL TOO_MANY_TOOL_CALLS MALFORMED_RESPONSE MISSING_THOUGHT_SIGNATURE "
    "OTHER".split()
)

_clients: dict[tuple[str, str, str], genai.Client] = {}
_lock = threading.Lock()


class GeminiProvider(ChatProvider):
    name = "gemini"

    def model_of(self, request: ChatRequest) -> str:
        return request.model or settings.GEMINI_MODEL

    def most_output(self, request: ChatRequest) -> int:
        return request.max_tokens + THINKING_TOKENS

    def complete(self, request: ChatRequest) -> ChatResult:
        import httpx2
        from google.genai import errors  # imported late: 46 MB

        model = self.model_of(request)
        try:
            answer = _client().models.generate_content(
                model=model,
                contents=_contents(request.messages, signs=_signs(model)),
                config=self._config(request, model),
            )
        except errors.APIError as error:
            raise _failure(error) from error
        except httpx2.TransportError as error:
            raise broken(error) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:  # a body that is not what the SDK expects
            raise ProviderError(Failure.MALFORMED, repr(error)[:300]) from error
        return _result(answer)

    def _config(self, request: ChatRequest, model: str) -> dict[str, Any]:
        """Automatic function calling would run tools outside our journal; continuation would ask again unseen."""
        config: dict[str, Any] = {
            "system_instruction": request.system,
            "temperature": request.temperature,
            "max_output_tokens": self.most_output(request),
            "automatic_function_calling": {"disable": True},
            "automatic_continuation": False,
            "http_options": _http_options(request.timeout_seconds),
        }
        if request.tools:
            config["tools"] = [{"function_declarations": [_declaration(spec) for spec in request.tools]}]
        return config | _thinking(model)


def _client() -> genai.Client:
    from google import genai

    key = (settings.GEMINI_BASE_URL, settings.GEMINI_API_VERSION, settings.GEMINI_API_KEY)
    with _lock:
        if key not in _clients:
            options: Any = {
                "base_url": key[0],
                "api_version": key[1],
                "client_args": {"event_hooks": ends_on_time()},
            }
            _clients[key] = genai.Client(api_key=key[2], vertexai=False, http_options=options)
        return _clients[key]


def _http_options(timeout_seconds: float) -> dict[str, Any]:
    server = max(SHORTEST_SERVER_TIMEOUT, math.ceil(timeout_seconds))
    return {
        "timeout": math.ceil(timeout_seconds * 1000),  # milliseconds
        "retry_options": {"attempts": 1},
        "headers": {"X-Server-Timeout": str(server)},
    }


def _thinking(model: str) -> dict[str, Any]:
    """As little as each generation allows: a customer waits."""
    if model.startswith("gemini-2.5-flash"):
        return {"thinking_config": {"thinking_budget": 0}}
    if re.match(r"gemini-([3-9]|\d\d)", model):
        return {"thinking_config": {"thinking_level": "low"}}
    return {}


def _signs(model: str) -> bool:
    """Since Gemini 3 a call without its signature is refused."""
    return not re.match(r"(models/)?gemini-[12]\.", model)


# To Gemini ---------------------------------------------------------------------------------------


def _declaration(spec: ToolSpec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "description": spec.description,
        "parameters_json_schema": _readable(spec.parameters),
    }


def _readable(schema: Any) -> Any:
    """The schema in the words Gemini knows. Bounds it has no word for are kept by our own validation."""
    if isinstance(schema, list):
        return [_readable(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    known = {word: value for word, value in schema.items() if word in _SCHEMA_WORDS}
    if "const" in schema:
        known["enum"] = [schema["const"]]
    for names in ("properties", "$defs"):
        if names in known:
            known[names] = {name: _readable(value) for name, value in known[names].items()}
    return {
        word: value if word in ("properties", "$defs", "enum", "required") else _readable(value)
        for word, value in known.items()
    }


def _contents(messages: Iterable[ChatMessage], *, signs: bool) -> list[dict[str, Any]]:
    """Turns by role; neighbours of one role become one turn, which also brings parallel results together."""
    contents: list[dict[str, Any]] = []
    names: dict[str, str] = {}
    for message in messages:
        names |= {call.id: call.name for call in message.tool_calls}
        role = "model" if message.role == "assistant" else "user"
        parts = list(_parts(message, names, signs=signs))
        if contents and contents[-1]["role"] == role:
            contents[-1]["parts"] += parts
        elif parts:
            contents.append({"role": role, "parts": parts})
    if contents and contents[0]["role"] == "model":
        contents.insert(0, {"role": "user", "parts": [{"text": "(início da conversa)"}]})
    return contents


def _parts(message: ChatMessage, names: dict[str, str], *, signs: bool) -> Iterator[dict[str, Any]]:
    if message.role == "tool":
        yield {"function_response": _response(message, names)}
    elif message.content.strip():  # an empty part is refused
        yield {"text": message.content}
    for position, call in enumerate(message.tool_calls):
        part: dict[str, Any] = {"function_call": {"name": call.name, "args": call.arguments, **_id(call.id)}}
        signature = base64.b64decode(call.signature) if call.signature else SKIP_SIGNATURE
        if signs and (call.signature or position == 0):
            part["thought_signature"] = signature
        yield part


def _response(message: ChatMessage, names: dict[str, str]) -> dict[str, Any]:
    content = json.loads(message.content)
    return {
        "name": names.get(message.tool_call_id, "unknown"),
        "response": content if isinstance(content, dict) else {"output": content},
        **_id(message.tool_call_id),
    }


def _id(call_id: str) -> dict[str, str]:
    return {} if call_id.startswith(OUR_ID) else {"id": call_id}


# From Gemini -------------------------------------------------------------------------------------


def _result(answer: types.GenerateContentResponse) -> ChatResult:
    usage = _usage(answer.usage_metadata)
    if not answer.candidates:
        feedback = answer.prompt_feedback
        if feedback is None and usage is None:
            raise ProviderError(Failure.MALFORMED, "no candidates")
        reason = str(feedback.block_reason) if feedback else "no candidates"
        raise ProviderError(Failure.CONTENT_BLOCKED, reason, usage=usage)
    candidate = answer.candidates[0]
    finish = candidate.finish_reason.value if candidate.finish_reason else ""
    parts = (candidate.content.parts if candidate.content else None) or []
    if finish in _BLOCKED:
        raise ProviderError(Failure.CONTENT_BLOCKED, finish, usage=usage)
    if finish in _BROKEN:
        raise ProviderError(Failure.MALFORMED, f"{finish} {candidate.finish_message or ''}"[:300], usage=usage)
    raw_id = answer.response_id or ""
    asked = [part for part in parts if part.function_call]
    return ChatResult(
        text="".join(part.text for part in parts if part.text and not part.thought),
        tool_calls=tuple(_call(part, f"{raw_id[-20:]}_{position}") for position, part in enumerate(asked)),
        usage=usage or Usage(),
        usage_is_known=usage is not None,
        finish=finish.lower() or "stop",
        raw_id=raw_id,
    )


def _call(part: types.Part, own_id: str) -> ToolCall:
    call = part.function_call
    assert call is not None
    return ToolCall(
        id=call.id or f"{OUR_ID}{own_id}",
        name=call.name or "",
        arguments=call.args or {},
        signature=base64.b64encode(part.thought_signature).decode() if part.thought_signature else "",
    )


def _usage(usage: types.GenerateContentResponseUsageMetadata | None) -> Usage | None:
    if usage is None:
        return None
    return Usage(
        input_tokens=(usage.prompt_token_count or 0) + (usage.tool_use_prompt_token_count or 0),
        output_tokens=(usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0),
        cached_tokens=usage.cached_content_token_count or 0,
    )


def _failure(error: errors.APIError) -> ProviderError:
    """The body says more than the status: a bad key is a 400, a day's quota a 429, the wait is in there."""
    details = [detail for detail in _details(error.details) if isinstance(detail, dict)]
    wait = next((_seconds(detail["retryDelay"]) for detail in details if "retryDelay" in detail), None)
    if wait is None and error.response is not None:
        wait = wait_in(error.response.headers)
    failure = None
    if any(detail.get("reason") == "API_KEY_INVALID" for detail in details):
        failure = Failure.AUTH
    elif error.code == 429 and "PerDay" in json.dumps(details):
        failure = Failure.QUOTA
    elif error.code == 504:
        return ProviderError(Failure.TIMEOUT, str(error)[:300])  # it thought, and may be billed
    return refusal(error.code or 500, str(error), failure=failure, wait=wait)


def _details(body: Any) -> list[Any]:
    problem = body.get("error") if isinstance(body, dict) else None
    details = problem.get("details") if isinstance(problem, dict) else None
    return details if isinstance(details, list) else []


def _seconds(duration: Any) -> float | None:
    """Google's "34.07s"."""
    try:
        return float(str(duration).removesuffix("s"))
    except ValueError:
        return None
