"""The Chat Completions format, spoken by OpenAI, Hugging Face and many others."""

from __future__ import annotations

import json
from typing import Any

from apps.agents.providers.base import (
    ChatMessage,
    ChatRequest,
    ChatResult,
    Failure,
    ProviderError,
    ToolCall,
    ToolSpec,
    Usage,
    usage_of,
)

LONGEST_ID = 40  # OpenAI refuses longer ones, and a transcript may hold another provider's


def messages(request: ChatRequest) -> list[dict[str, Any]]:
    return [{"role": "system", "content": request.system}, *(_message(message) for message in request.messages)]


def _message(message: ChatMessage) -> dict[str, Any]:
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": message.tool_call_id[:LONGEST_ID], "content": message.content}
    if message.tool_calls:
        calls = [
            {
                "id": call.id[:LONGEST_ID],
                "type": "function",
                "function": {"name": call.name, "arguments": json.dumps(call.arguments)},
            }
            for call in message.tool_calls
        ]
        return {"role": "assistant", "content": message.content or None, "tool_calls": calls}
    return {"role": message.role, "content": message.content}


def tool(spec: ToolSpec) -> dict[str, Any]:
    described = {"name": spec.name, "description": spec.description, "parameters": spec.parameters}
    return {"type": "function", "function": described}


def result(answer: Any) -> ChatResult:
    """A completion, as an SDK's object. Raises ProviderError, with what it cost all the same."""
    usage = _usage(getattr(answer, "usage", None))
    choices = getattr(answer, "choices", None)
    if not choices or getattr(choices[0], "message", None) is None:
        raise ProviderError(Failure.MALFORMED, "no choices", usage=usage)
    choice = choices[0]
    if choice.finish_reason == "content_filter":
        raise ProviderError(Failure.CONTENT_BLOCKED, "content_filter", usage=usage)
    return ChatResult(
        text=choice.message.content or "",
        tool_calls=tuple(_call(call, position) for position, call in enumerate(choice.message.tool_calls or [])),
        usage=usage or Usage(),
        usage_is_known=usage is not None,
        finish=choice.finish_reason or "stop",
        raw_id=answer.id or "",
    )


def _usage(usage: Any) -> Usage | None:
    """None when the server didn't say, or nonsense: some compatible ones don't."""
    if usage is None:
        return None
    details = getattr(usage, "prompt_tokens_details", None)
    cached = details.get("cached_tokens") if isinstance(details, dict) else getattr(details, "cached_tokens", 0)
    return usage_of(usage.prompt_tokens, usage.completion_tokens, cached)


def _call(call: Any, position: int) -> ToolCall:
    """Arguments that are not a JSON object come through as {"__malformed__": text}: the engine tells the model."""
    function = getattr(call, "function", None)
    raw = getattr(function, "arguments", "") or "{}"
    try:
        arguments = raw if isinstance(raw, dict) else json.loads(raw)  # some servers send the object itself
    except (ValueError, RecursionError):
        arguments = None
    if not isinstance(arguments, dict):
        arguments = {"__malformed__": str(raw)[:500]}
    return ToolCall(id=call.id or f"call_{position}", name=getattr(function, "name", "") or "", arguments=arguments)
