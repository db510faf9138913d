"""The offline provider: a rule-based agent that uses the same tools as a model, in Portuguese, English and Spanish.

It lets the product work without any key and keeps booking when every AI provider is down. It is a
pure function of the request. The way of a message: `tongues` (into Portuguese) → `language` (plain
words) → `intents` with `wording`, `dates`, `times` and `catalog` (what it says) → `story`, `absorbing`, `draft`
(what the customer wants by now) → `dialogue` (what to do) → `phrases` (how to say it).
"""

from __future__ import annotations

from apps.agents.providers.base import ChatProvider, ChatRequest, ChatResult, ToolCall
from apps.agents.providers.offline.context import Call, read_context
from apps.agents.providers.offline.dialogue import decide


class OfflineProvider(ChatProvider):
    name = "offline"

    def complete(self, request: ChatRequest) -> ChatResult:
        step = decide(read_context(request))
        if isinstance(step, Call):
            call = ToolCall(f"offline-{len(request.messages)}", step.name, step.arguments)
            return ChatResult(text=step.text, tool_calls=(call,), finish="tool_calls")
        return ChatResult(text=step)


__all__ = ["OfflineProvider"]
