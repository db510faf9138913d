"""What the offline agent would say, from facts alone: for showing it before anything is saved.

No tool runs: one that is called finds nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from apps.agents import tools
from apps.agents.providers.base import ChatMessage, ChatRequest, Facts
from apps.agents.providers.offline import OfflineProvider

MAX_STEPS = 3
_NOTHING = json.dumps({"ok": True, "passages": [], "slots": [], "appointments": []})


@dataclass(frozen=True)
class Bubble:
    """`by` is the agent's name; empty for the customer."""

    text: str
    by: str


def answer(text: str, facts: Facts) -> Bubble:
    """The reply to one message; no text when the agent would do something first."""
    messages = [ChatMessage("user", text, sent_at=facts.now)]
    specs = tuple(tool.spec for tool in tools.all_tools())
    for _step in range(MAX_STEPS):
        result = OfflineProvider().complete(ChatRequest("", tuple(messages), specs, facts))
        if not result.tool_calls:
            return Bubble(result.text, facts.agent)
        messages.append(ChatMessage("assistant", result.text, tool_calls=result.tool_calls))
        messages += [ChatMessage("tool", _NOTHING, tool_call_id=call.id) for call in result.tool_calls]
    return Bubble("", facts.agent)
