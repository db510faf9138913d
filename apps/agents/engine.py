"""Think, run the tools, think again: one turn, wherever it takes place.

A `Floor` keeps what is said and done. `runtime` has the one before customers, which journals every
line and survives a crash; `rehearsal` the one where nothing lasts. The rules are the same on both.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from pydantic import ValidationError

from apps.agents import claims, tools, transcript
from apps.agents.journal import Journal
from apps.agents.memory import Desk
from apps.agents.models import Agent, Call, Step, Turn
from apps.agents.providers.base import ChatRequest, ProviderError, ToolCall
from apps.agents.thinking import Mind, PersonWanted, Thought
from apps.lib.errors import DomainError
from apps.lib.text import shorten

log = structlog.get_logger(__name__)

MAX_STEPS = 6
MAX_CALLS = 10
HANDOFF = "handoff"

PERSON_COMES = "Claro! Já chamei a equipe, uma pessoa te responde por aqui."
PERSON_ANSWERS = "Oi! Já avisei a equipe, uma pessoa te responde por aqui."
CANT_ANSWER = "Desculpe, não consegui resolver isso agora. Já chamei a equipe, uma pessoa te responde por aqui."


class Stuck(Exception):
    """The model keeps calling tools, or time is up."""


@dataclass(frozen=True)
class Reply:
    """`person_because` is set when a person must come; unless the customer writes first, if `or_in_writing`."""

    text: str
    person_because: str = ""
    or_in_writing: bool = False


class Floor(ABC):
    """Where a turn takes place. No transaction is open when `request` or `note` returns."""

    journal: Journal
    agent: Agent

    @abstractmethod
    def request(self) -> ChatRequest:
        """Everything the provider may know for the next step."""

    def waits(self) -> None:  # noqa: B027  (a rehearsal has nobody to tell)
        """The customer begins to wait for the reply; called once, with no connection held."""

    @abstractmethod
    def note(self, number: int, thought: Thought) -> Step:
        """The model's reply, journalled before any of its tools run."""

    @abstractmethod
    def run(self, step: Step, call: ToolCall, key: str) -> Call:
        """One tool call: its effect and its result."""


def think(floor: Floor) -> Reply:
    """The turn's reply, after as many steps as it takes."""
    turn = floor.journal.turn
    deadline = time.monotonic() + settings.TURN_DEADLINE_SECONDS
    mind = Mind(floor.agent, deadline=deadline, trace=turn.trace, turn=turn, on_wait=floor.waits)
    calls = 0
    try:
        for number in range(1, MAX_STEPS + 1):
            step, request = _step(floor, number, mind)
            if not step.tool_calls:
                return _spoken(floor, step, request)
            calls += len(step.tool_calls)
            if calls > MAX_CALLS:
                raise Stuck("too many tool calls")
            reason = _run_calls(floor, step)
            if reason is not None:
                farewell = step.text if not _bad(floor, step, request) else ""
                return Reply(farewell.strip() or PERSON_COMES, person_because=reason)
        raise Stuck("endless loop")
    except PersonWanted:
        return Reply(PERSON_ANSWERS, person_because="O limite do mês para a IA acabou")
    except (Stuck, ProviderError) as error:
        log.warning("turn stuck", turn=turn.pk, reason=str(error)[:200])
        turn.trace.append({"provider": "", "outcome": "stuck", "ms": 0, "detail": str(error)[:200]})
        return Reply(CANT_ANSWER, person_because="O assistente não conseguiu responder")


def _step(floor: Floor, number: int, mind: Mind) -> tuple[Step, ChatRequest | None]:
    """The journalled step, or a new one from the model."""
    found = floor.journal.step(number)
    if found is not None:
        return found, None
    if time.monotonic() > mind.deadline - 1:
        raise Stuck("time is up")
    request = floor.request()
    thought = mind.think(request)
    step = floor.note(number, thought)
    floor.journal.steps.append(step)
    return step, request


def step_of(turn: Turn, number: int, thought: Thought) -> Step:
    """A model's reply as a line of the journal, not stored yet."""
    result = thought.result
    return Step(
        turn=turn,
        number=number,
        provider=thought.provider,
        text=result.text,
        tool_calls=[transcript.stored(call) for call in result.tool_calls],
        input_tokens=result.usage.input_tokens,
        output_tokens=result.usage.output_tokens,
    )


def _spoken(floor: Floor, step: Step, request: ChatRequest | None) -> Reply:
    """The step's text as a reply. Raises Stuck when it claims what nothing told it."""
    if step.provider == "offline":
        return Reply(step.text)
    request = request or floor.request()
    bad = _bad(floor, step, request)
    if not bad and step.text.strip():
        return Reply(_introduced(step.text, request))
    raise Stuck(f"unfounded claims: {', '.join(bad)[:100]}" if bad else "an empty reply")


def _bad(floor: Floor, step: Step, request: ChatRequest | None) -> list[str]:
    """What the step's text claims that nothing told it, noted in the trace."""
    if step.provider == "offline" or not step.text.strip():
        return []
    request = request or floor.request()
    bad = claims.unfounded(step.text, facts=request.facts, messages=request.messages, instructions=request.system)
    bad += claims.leaked(step.text, transcript.RULES) + claims.betrayed(step.text, floor.agent.system_prompt)
    if bad:
        told = {"provider": step.provider, "outcome": "unfounded", "ms": 0, "detail": ", ".join(bad)[:200]}
        floor.journal.turn.trace.append(told)
    return bad


def _introduced(text: str, request: ChatRequest) -> str:
    """The first reply says it is a virtual assistant, whatever the model wrote."""
    facts = request.facts
    if not facts.is_first_reply or "assistente virtual" in text.casefold():
        return text
    return f"Oi! Aqui é {facts.agent}, assistente virtual de {facts.business}. {text}"


def _run_calls(floor: Floor, step: Step) -> str | None:
    """Run the step's tools in order; the reason when one of them asks for a person."""
    for index, call in enumerate(transcript.calls_of(step)):
        key = transcript.effect_key(floor.journal.turn, step, index)
        if floor.journal.call(key) is None:
            floor.journal.calls.append(floor.run(step, call, key))
        if call.name == HANDOFF:
            return str(call.arguments.get("reason") or "O cliente pediu uma pessoa")[:300]
    return None


def perform(journal: Journal, step: Step, call: ToolCall, key: str) -> Call:
    """Run a tool; what was called and what came of it, not stored yet."""
    result, has_effect = _perform(journal.desk, tools.get(call.name), call, key)
    return Call(
        turn=journal.turn,
        effect_key=key,
        step_number=step.number,
        tool=call.name[:40],
        arguments=call.arguments,
        result=result,
        has_effect=has_effect,
    )


def _perform(desk: Desk, tool: tools.Tool | None, call: ToolCall, key: str) -> tuple[dict[str, Any], bool]:
    """(the result as data for the model, whether something was really done)."""
    if tool is None:
        return _refusal("unknown_tool", f"There is no tool {call.name[:40]!r}."), False
    try:
        arguments = tool.arguments.model_validate(call.arguments)
    except ValidationError as error:
        return _refusal("invalid_arguments", shorten(str(error), 400)), False
    plain = arguments.model_dump(mode="json", exclude_none=True)
    try:
        with transaction.atomic():
            if tool.propose is None:
                return tool.run(desk.context(effect_key=key), arguments), False
            if desk.confirms(tool.name, plain):
                return _execute(desk, tool, arguments, key)
            proposed = tool.propose(desk.context(effect_key=key), arguments)
            if not proposed.get("ok", True):
                return proposed, False
            desk.propose(tool.name, plain, proposed.get("summary", {}))
            return proposed | {"status": "proposed"}, False
    except DomainError as error:
        return {"ok": False, "message": error.message, "code": error.code, **error.extra}, False


def _execute(desk: Desk, tool: tools.Tool, arguments: tools.Arguments, key: str) -> tuple[dict[str, Any], bool]:
    """A refused deed keeps the offers: the alternatives it brought are among them."""
    result = tool.run(desk.context(effect_key=key), arguments)
    is_done = bool(result.get("ok", True))
    desk.drop_proposal()
    if tool.forgets_offers and is_done:
        desk.forget_offers()
    return result, is_done


def _refusal(code: str, message: str) -> dict[str, Any]:
    return {"ok": False, "code": code, "message": message}
