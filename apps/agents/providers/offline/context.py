"""Everything one decision may look at, computed once from the request."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from apps.agents.providers.base import (
    AppointmentFact,
    ChatMessage,
    ChatRequest,
    Facts,
    OfferFact,
    ProposalFact,
    ToolCall,
)
from apps.agents.providers.offline import choices
from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.draft import Draft, Goal
from apps.agents.providers.offline.phrases import Slot
from apps.agents.providers.offline.story import Story, Turn, offers_on_table, read_story
from apps.agents.providers.offline.told import asks_openly, shown_options, tells_of


@dataclass(frozen=True)
class Call:
    """Run this tool; `text` is said along with it (a handoff ends the turn)."""

    name: str
    arguments: dict[str, Any]
    text: str = ""


SEARCH_KNOWLEDGE = "search_knowledge"

# What comes next: a tool to run, or the text of the reply.
Step = Call | str


@dataclass(frozen=True)
class Result:
    call: ToolCall
    data: dict[str, Any]


@dataclass(frozen=True)
class Context:
    """`results`: what this turn's tools said. `lookups`: the passages found so far, by question; best first.
    `tools`: the names of those that may be called.
    """

    facts: Facts
    story: Story
    draft: Draft
    results: tuple[Result, ...]
    offers: tuple[Slot, ...]
    proposal: ProposalFact | None
    tools: frozenset[str] = frozenset()
    lookups: Mapping[str, tuple[dict[str, Any], ...]] = field(default_factory=dict)

    @property
    def turn(self) -> Turn:
        return self.story.turn

    @property
    def asked(self) -> str:
        return self.story.turn.asked

    @property
    def today(self) -> date:
        return self.facts.now.date()

    @property
    def appointment(self) -> AppointmentFact | None:
        """The one being moved or cancelled."""
        return next((item for item in self.facts.appointments if item.id == self.draft.appointment_id), None)

    def has(self, *acts: Act) -> bool:
        return any(said.has(*acts) for said in self.turn.said)

    @property
    def has_wish(self) -> bool:
        return any(said.has_wish for said in self.turn.said)

    @property
    def answer(self) -> Act | None:
        """The customer's last yes or no of the turn; a later change of mind takes it back."""
        answer: Act | None = None
        for said in self.turn.said:
            if said.has(Act.CORRECTION) and said.has_wish:
                answer = None
            if said.has(Act.YES, Act.NO):
                answer = Act.NO if said.has(Act.NO) else Act.YES
        return answer

    def last(self, tool: str) -> Result | None:
        return next((result for result in reversed(self.results) if result.call.name == tool), None)


def read_context(request: ChatRequest) -> Context:
    messages, steps = _split(request.messages)
    facts = request.facts
    story = read_story(messages, facts)
    changed_course = story.before.goal not in (Goal.NONE, story.draft.goal)
    offers = () if changed_course else offers_on_table(story, facts)
    proposal = _open_proposal(facts, story.turn.asked)
    draft = _completed(story.draft, facts, is_open=bool(offers or proposal) and not changed_course)
    wanted = _wanted_services(draft, facts)
    offers = tuple(offer for offer in offers if not wanted or set(offer.service_ids) == wanted)
    offers = tuple(offer for offer in offers if not _is_ruled_out(offer, draft))
    slots = tuple(Slot(item.slot_id, item.start, item.professional, item.professional_id) for item in offers)
    results = _results(steps)
    return Context(
        facts,
        story,
        draft,
        tuple(result for result in results if result.call.name != SEARCH_KNOWLEDGE),
        slots,
        proposal,
        tools=frozenset(tool.name for tool in request.tools),
        lookups=_lookups(results),
    )


def _is_ruled_out(offer: OfferFact, draft: Draft) -> bool:
    """Offered before the customer said "menos às 9h" or "menos com o Carlos"."""
    provisos = draft.provisos
    return offer.professional_id in provisos.professionals or choices.is_refused(offer.start.time(), provisos)


def _split(messages: Sequence[ChatMessage]) -> tuple[list[ChatMessage], list[ChatMessage]]:
    """The transcript up to the customer's last message, and what this turn's tools said so far.

    A message may bear an earlier time than our reply to the one before it; it is still the one to answer.
    """
    last_said = max((i for i, message in enumerate(messages) if message.role == "user"), default=-1)
    trailing = messages[last_said + 1 :]
    told = [message for message in trailing if message.role == "assistant" and not message.tool_calls]
    steps = [message for message in trailing if message not in told]
    return [*messages[: max(last_said, 0)], *told, *messages[max(last_said, 0) : last_said + 1]], steps


def _results(steps: Sequence[ChatMessage]) -> list[Result]:
    calls = {call.id: call for message in steps for call in message.tool_calls}
    return [
        Result(calls[message.tool_call_id], _loads(message.content))
        for message in steps
        if message.role == "tool" and message.tool_call_id in calls
    ]


def _lookups(results: Sequence[Result]) -> dict[str, tuple[dict[str, Any], ...]]:
    return {
        str(result.call.arguments.get("query")): tuple(result.data.get("passages") or ())
        for result in results
        if result.call.name == SEARCH_KNOWLEDGE
    }


def _loads(content: str) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except ValueError:
        return {"ok": False, "code": "malformed"}
    return data if isinstance(data, dict) else {"ok": False, "code": "malformed"}


def _wanted_services(draft: Draft, facts: Facts) -> set[int]:
    """A slot is free for certain services; with others it may not be."""
    moved = next((item for item in facts.appointments if item.id == draft.appointment_id), None)
    if draft.goal == Goal.RESCHEDULE and moved:
        return set(draft.exchange or moved.service_ids)
    return set(draft.services)


def _open_proposal(facts: Facts, asked: str) -> ProposalFact | None:
    """The proposal, if our last line still asks about it: a yes to something else must not execute it."""
    proposal = facts.proposal
    if proposal is None or not proposal.summary.get("start"):
        return None
    if shown_options(asked) or "?" not in asked or asks_openly(asked):
        return None
    start = datetime.fromisoformat(proposal.summary["start"])
    return proposal if tells_of(asked, start, today=facts.now.date()) else None


def _completed(draft: Draft, facts: Facts, *, is_open: bool) -> Draft:
    """Fill what only another provider's last search knows."""
    if not is_open:
        return draft
    if draft.goal == Goal.NONE and not (facts.proposal and facts.proposal.tool == "cancel"):
        draft = replace(draft, goal=Goal.BOOK)
    if not draft.services and not draft.candidates and not draft.unknown_service and draft.goal == Goal.BOOK:
        draft = replace(draft, services=tuple(facts.search.get("service_ids", ())))
    return draft
