"""What an agent can do. Verticals register; the engine offers, checks and runs.

    tools.register(Tool("cancel", "Cancel an appointment.", CancelArguments, run=cancel, propose=propose_cancel))

Customer and business come from the context, never from arguments. A tool with `propose` writes: its
first call only stores a proposal and returns `propose`'s summary; the same call runs `run` once a
newer customer message exists. `run` is called inside a transaction that also stores its result, so a
retried turn replays the result instead of the effect.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from apps.agents.providers.base import Facts, ToolSpec

if TYPE_CHECKING:
    from apps.chat.models import Contact, Conversation


class Arguments(BaseModel):
    """Base of a tool's arguments: unknown names are refused."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class ToolContext:
    """Whom a call is for. `offer` stores a payload for this conversation and returns its opaque id;
    `offered` gives it back, or None when it is unknown here or has expired."""

    conversation: Conversation
    contact: Contact
    now: datetime
    offer: Callable[[dict[str, Any], timedelta], str]
    offered: Callable[[str], dict[str, Any] | None]
    effect_key: str = ""


@dataclass(frozen=True)
class Tool:
    """`run` and `propose` return {"ok": True, …} or raise DomainError; see the module's docstring.

    A refusal that must keep what the call stored (alternatives offered) is returned as {"ok": False, …}.
    """

    name: str
    description: str
    arguments: type[Arguments]
    run: Callable[[ToolContext, Any], dict[str, Any]]
    propose: Callable[[ToolContext, Any], dict[str, Any]] | None = None
    forgets_offers: bool = False  # after it ran, the slots offered so far are history
    tell: Callable[[dict[str, Any]], dict[str, str]] | None = None  # its deed as a line of the thread: text, icon, url
    cite: Callable[[dict[str, Any]], list[dict[str, Any]]] | None = None  # see knowledge.sources
    label: Any = ""  # what using it is called on our screens: "Looked at the agenda"
    icon: str = "wrench"

    @cached_property
    def spec(self) -> ToolSpec:
        schema = self.arguments.model_json_schema()
        schema.pop("title", None)
        return ToolSpec(self.name, self.description, schema)


_tools: dict[str, Tool] = {}
_fact_sources: list[Callable[[ToolContext, dict[str, Any]], None]] = []


def register(tool: Tool) -> None:
    _tools[tool.name] = tool


def get(name: str) -> Tool | None:
    return _tools.get(name)


def all_tools() -> list[Tool]:
    return [_tools[name] for name in sorted(_tools)]


def register_facts(source: Callable[[ToolContext, dict[str, Any]], None]) -> None:
    """A vertical fills in what it knows: `source(context, facts)` sets keyword arguments of `Facts`
    (services, professionals, hours, closed_days, offers, appointments)."""
    _fact_sources.append(source)


def gather_facts(context: ToolContext, known: dict[str, Any]) -> Facts:
    for source in _fact_sources:
        source(context, known)
    return Facts(**known)
