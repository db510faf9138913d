"""OpenAI's Chat Completions, and any server that speaks them at another base URL."""

from __future__ import annotations

import json
import threading
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
    Usage,
)

if TYPE_CHECKING:
    import openai

_clients: dict[tuple[str, str], openai.OpenAI] = {}
_lock = threading.Lock()


class OpenAIProvider(ChatProvider):
    name = "openai"

    def complete(self, request: ChatRequest) -> ChatResult:
        import openai  # imported late: 39 MB
        from openai.types.chat import ChatCompletion

        try:
            # `post` is what `chat.completions.create` ends in; the way there walks the whole body twice
            answer = _client().post(
                "/chat/completions",
                body=_body(request),
                cast_to=ChatCompletion,
                options={"timeout": request.timeout_seconds},
            )
        except openai.OpenAIError as error:
            raise _failure(error) from error
        except (ValueError, TypeError, KeyError) as error:  # a body that is not what the SDK expects
            raise ProviderError(Failure.MALFORMED, repr(error)[:300]) from error
        return _result(answer)


def _body(request: ChatRequest) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": request.model or settings.OPENAI_MODEL,
        "messages": _messages(request),
        "temperature": request.temperature,
        "max_completion_tokens": request.max_tokens,
    }
    return body | ({"tools": [_tool(tool) for tool in request.tools]} if request.tools else {})


def _client() -> openai.OpenAI:
    import openai

    key = (settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY)
    with _lock:
        if key not in _clients:
            _clients[key] = openai.OpenAI(base_url=key[0], api_key=key[1], max_retries=0)
        return _clients[key]


def _messages(request: ChatRequest) -> list[dict[str, Any]]:
    return [{"role": "system", "content": request.system}, *(_message(message) for message in request.messages)]


def _message(message: ChatMessage) -> dict[str, Any]:
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": message.tool_call_id, "content": message.content}
    if message.tool_calls:
        calls = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": json.dumps(call.arguments)},
            }
            for call in message.tool_calls
        ]
        return {"role": "assistant", "content": message.content or None, "tool_calls": calls}
    return {"role": message.role, "content": message.content}


def _tool(tool: Any) -> dict[str, Any]:
    described = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": described}


def _result(answer: Any) -> ChatResult:
    choices = getattr(answer, "choices", None)
    if not choices or getattr(choices[0], "message", None) is None:
        raise ProviderError(Failure.MALFORMED, "no choices")
    choice = choices[0]
    if choice.finish_reason == "content_filter":
        raise ProviderError(Failure.CONTENT_BLOCKED, "content_filter")
    usage = answer.usage
    return ChatResult(
        text=choice.message.content or "",
        tool_calls=tuple(_call(call, position) for position, call in enumerate(choice.message.tool_calls or [])),
        usage=Usage(usage.prompt_tokens or 0, usage.completion_tokens or 0) if usage else Usage(),
        finish=choice.finish_reason or "stop",
        raw_id=answer.id or "",
    )


def _call(call: Any, position: int) -> ToolCall:
    """Arguments that are not a JSON object come through as {"__malformed__": text}: the engine tells the model."""
    function = getattr(call, "function", None)
    raw = getattr(function, "arguments", "") or "{}"
    try:
        arguments = json.loads(raw)
    except ValueError:
        arguments = None
    if not isinstance(arguments, dict):
        arguments = {"__malformed__": str(raw)[:500]}
    return ToolCall(id=call.id or f"call_{position}", name=getattr(function, "name", "") or "", arguments=arguments)


def _failure(error: openai.OpenAIError) -> ProviderError:
    import openai

    detail = str(error)[:300]
    if isinstance(error, openai.APITimeoutError):
        return ProviderError(Failure.TIMEOUT, detail)
    if isinstance(error, openai.APIConnectionError):
        return ProviderError(Failure.UNAVAILABLE, detail)
    if isinstance(error, openai.APIStatusError):
        return _status_failure(error, detail)
    return ProviderError(Failure.MALFORMED, detail)


def _status_failure(error: openai.APIStatusError, detail: str) -> ProviderError:
    if error.status_code in (401, 403):
        return ProviderError(Failure.AUTH, detail)
    if error.status_code == 429:
        failure = Failure.QUOTA if error.code == "insufficient_quota" else Failure.RATE_LIMITED
        return ProviderError(failure, detail, retry_after=_seconds(error.response.headers.get("Retry-After")))
    if error.status_code == 503:
        return ProviderError(
            Failure.OVERLOADED, detail, retry_after=_seconds(error.response.headers.get("Retry-After"))
        )
    if error.status_code >= 500:
        return ProviderError(Failure.UNAVAILABLE, detail)
    return ProviderError(Failure.BAD_REQUEST, detail)


def _seconds(value: str | None) -> float | None:
    return float(value) if value and value.replace(".", "", 1).isdigit() else None
