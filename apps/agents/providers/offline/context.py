"""Everything one decision may look at, computed once from the request."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from apps.agents.providers.base import AppointmentFact, ChatMessage, ChatRequest, Facts, ProposalFact, ToolCall
from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.draft import (
    Draft,
    Goal,
    Story,
    Turn,
    mentions_time,
    offers_on_table,
    read_story,
    shown_options,
)  # fmt: skip
from apps.agents.providers.offline.phrases import Slot


@dataclass(frozen=True)
class Call:
    """Run this tool; `text` is said along with it (a handoff ends the turn)."""

    name: str
    arguments: dict[str, Any]
    text: str = ""


# What comes next: a tool to run, or the text of the reply.
Step = Call | str


@dataclass(frozen=True)
class Result:
    call: ToolCall
    data: dict[str, Any]


@dataclass(frozen=True)
class Context:
    facts: Facts
    story: Story
    draft: Draft
    results: tuple[Result, ...]
    offers: tuple[Slot, ...]
    proposal: ProposalFact | None

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
    offers = offers_on_table(story, facts)
    proposal = _open_proposal(facts, story.turn.asked)
    gave_up = story.draft.goal == Goal.NONE and story.before.goal != Goal.NONE
    draft = _completed(story.draft, facts, is_open=bool(offers or proposal) and not gave_up)
    slots = tuple(Slot(item.slot_id, item.start, item.professional, item.professional_id) for item in offers)
    return Context(facts, story, draft, tuple(_results(steps)), slots, proposal)


def _split(messages: Sequence[ChatMessage]) -> tuple[list[ChatMessage], list[ChatMessage]]:
    """The transcript, and what this turn's tools said so far."""
    last_said = max((i for i, message in enumerate(messages) if message.role == "user"), default=-1)
    return list(messages[: last_said + 1]), list(messages[last_said + 1 :])


def _results(steps: Sequence[ChatMessage]) -> list[Result]:
    calls = {call.id: call for message in steps for call in message.tool_calls}
    return [
        Result(calls[message.tool_call_id], _loads(message.content))
        for message in steps
        if message.role == "tool" and message.tool_call_id in calls
    ]


def _loads(content: str) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except ValueError:
        return {"ok": False, "code": "malformed"}
    return data if isinstance(data, dict) else {"ok": False, "code": "malformed"}


def _open_proposal(facts: Facts, asked: str) -> ProposalFact | None:
    """The proposal, if our last line still asks about it: a yes to something else must not execute it."""
    proposal = facts.proposal
    if proposal is None or shown_options(asked) or "?" not in asked:
        return None
    start = proposal.summary.get("start")
    return proposal if start and mentions_time(asked, datetime.fromisoformat(start)) else None


def _completed(draft: Draft, facts: Facts, *, is_open: bool) -> Draft:
    """Fill what only another provider's last search knows."""
    if not is_open:
        return draft
    if draft.goal == Goal.NONE and not (facts.proposal and facts.proposal.tool == "cancel"):
        draft = replace(draft, goal=Goal.BOOK)
    if not draft.services and not draft.candidates and not draft.unknown_service and draft.goal == Goal.BOOK:
        draft = replace(draft, services=tuple(facts.search.get("service_ids", ())))
    return draft
