"""A conversation nobody will ever find: the production engine where nothing lasts.

Everything a turn needs (contact, conversation, messages, offers, proposal) is inserted at the start
of a transaction that is always rolled back, under negative ids no real row has; the real tools run
there. What must outlive it is read back into the `Script`. While a provider thinks the stage is
down: no transaction is open.

What the tools did in earlier steps is done again each time the stage is set, so a customer who
booked finds the appointment and can cancel it. A row made again has a new id; sequences never give
one out twice, so every id it ever had is still good for finding it (`_today`).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.agents import engine, tools, transcript
from apps.agents.journal import Journal
from apps.agents.models import Agent, Call, Offer, Proposal, Step, Turn
from apps.agents.providers.base import ChatRequest, ToolCall
from apps.agents.thinking import Thought
from apps.chat.models import Channel, Contact, ContactIdentity, Conversation, Message
from apps.lib.errors import DomainError
from apps.lib.tenancy import release_connection

_Data = dict[str, Any]


def _new_base() -> int:
    return -(2**40 + secrets.randbelow(2**61))


@dataclass
class Script:
    """What a rehearsal remembers from one answer to the next; plain data, ready for JSON.

    lines      {role: user|assistant, content, at, …}, oldest first
    offers     {token, payload, call_key, expires_at, is_open}
    searches   call_key → arguments, of the calls that made offers
    proposal   {tool, arguments, summary, proposed_at_id, expires_at}
    deeds      {tool, arguments, key, ids}: what was done, in order; see `_today`
    """

    base: int = field(default_factory=_new_base)
    lines: list[_Data] = field(default_factory=list)
    offers: list[_Data] = field(default_factory=list)
    searches: dict[str, _Data] = field(default_factory=dict)
    proposal: _Data | None = None
    deeds: list[_Data] = field(default_factory=list)

    def say(self, role: str, content: str, *, at: datetime | None = None, **more: Any) -> None:
        self.lines.append({"role": role, "content": content, "at": (at or timezone.now()).isoformat(), **more})


@dataclass(frozen=True)
class Answer:
    """`trace`: one entry for each step, see `Stage.note`; `person_because` when a person would be called."""

    reply: str
    person_because: str
    trace: list[_Data]


def answer(agent: Agent, script: Script) -> Answer:
    """What the agent, saved or not, would reply to the script's last line. The reply joins the script."""
    started = time.monotonic()
    stage = Stage(agent, script)
    reply = engine.think(stage)
    made = Answer(reply.text, reply.person_because, stage.whole_trace())
    seconds = round(time.monotonic() - started, 3)
    script.say("assistant", reply.text, trace=made.trace, person_because=reply.person_because, seconds=seconds)
    return made


class Stage(engine.Floor):
    """A floor that is set for each step and struck after it."""

    def __init__(self, agent: Agent, script: Script) -> None:
        self.agent, self.script = agent, script
        self.journal = Journal.of(self._turn(), is_new=True)
        self.trace: list[_Data] = []
        self._traced = 0

    def request(self) -> ChatRequest:
        with self._set():
            request = transcript.build(self.journal, self.agent)
        release_connection()  # nothing is held while the provider thinks
        return request

    def note(self, number: int, thought: Thought) -> Step:
        step = engine.step_of(self.journal.turn, number, thought)
        attempts = self._new_attempts()
        self.trace.append(
            {
                "provider": step.provider,
                "model": thought.model,
                "text": step.text,
                "ms": sum(attempt["ms"] for attempt in attempts),
                "input_tokens": step.input_tokens,
                "output_tokens": step.output_tokens,
                "cost": None if thought.cost is None else str(thought.cost),
                "attempts": attempts,
                "tool_calls": [],
            }
        )
        return step

    def run(self, step: Step, call: ToolCall, key: str) -> Call:
        with self._set():
            started = time.monotonic()
            made = engine.perform(self.journal, step, ToolCall(call.id, call.name, self._today(call.arguments)), key)
            ms = round((time.monotonic() - started) * 1000)
            if made.has_effect:
                self._remember_deed(made)
            self._read_back(made)
        self.trace[-1]["tool_calls"].append(
            {
                "name": call.name,
                "arguments": call.arguments,
                "result": made.result,
                "ms": ms,
                "simulated": made.has_effect,
            }
        )
        return made

    def whole_trace(self) -> list[_Data]:
        """With what happened after the last step: why no reply could be had."""
        rest = self._new_attempts()
        if rest:
            nothing = {
                "provider": "",
                "model": "",
                "text": "",
                "ms": 0,
                "input_tokens": 0,
                "output_tokens": 0,
                "cost": None,
            }
            self.trace.append(nothing | {"attempts": rest, "tool_calls": []})
        return self.trace

    def _new_attempts(self) -> list[_Data]:
        attempts = self.journal.turn.trace[self._traced :]
        self._traced += len(attempts)
        return attempts

    # Setting the stage --------------------------------------------------------------------------

    @contextmanager
    def _set(self) -> Iterator[None]:
        with transaction.atomic():
            self._furnish()
            self._do_again()
            self._lay_out()
            yield
            transaction.set_rollback(True)

    def _turn(self) -> Turn:
        """One id for each answer: effect keys of different answers must differ."""
        upto = self.script.base + len(self.script.lines)
        return Turn(pk=upto, conversation_id=self.script.base, upto_id=upto)

    def _furnish(self) -> None:
        base = self.script.base
        channel = Channel(pk=base, kind=Channel.Kind.API, name="", status=Channel.Status.ACTIVE)
        contact = Contact(pk=base)
        identity = ContactIdentity(
            pk=base, contact=contact, channel=channel, kind=ContactIdentity.Kind.API, value="test", canonical="test"
        )
        conversation = Conversation(pk=base, channel=channel, identity=identity)
        self.journal.turn.conversation = conversation
        Channel.objects.bulk_create([channel])
        Contact.objects.bulk_create([contact])
        ContactIdentity.objects.bulk_create([identity])
        Conversation.objects.bulk_create([conversation])
        Turn.objects.bulk_create([self.journal.turn])
        Message.objects.bulk_create(self._message(number, line) for number, line in enumerate(self.script.lines, 1))

    def _message(self, number: int, line: _Data) -> Message:
        at = datetime.fromisoformat(line["at"])
        return Message(
            pk=self.script.base + number,
            conversation_id=self.script.base,
            channel_id=self.script.base,
            sender=Message.Sender.CUSTOMER if line["role"] == "user" else Message.Sender.AI,
            content=line["content"],
            status=Message.Status.SENT,
            provider_ts=at,
            received_at=at,
        )

    def _lay_out(self) -> None:
        """Offers and proposal as they were."""
        self.journal.desk.read_anew()
        turn, base = self.journal.turn, self.script.base
        opened = [offer for offer in self.script.offers if offer["is_open"]]
        Offer.objects.bulk_create(
            Offer(
                conversation_id=base,
                turn=turn,
                call_key=offer["call_key"],
                token=offer["token"],
                payload=offer["payload"],
                expires_at=datetime.fromisoformat(offer["expires_at"]),
            )
            for offer in opened
        )
        Call.objects.bulk_create(
            Call(turn=turn, effect_key=key, step_number=0, tool="", arguments=self.script.searches.get(key, {}))
            for key in dict.fromkeys(offer["call_key"] for offer in opened)
        )
        if known := self.script.proposal:
            moment = datetime.fromisoformat(known["expires_at"])
            arguments = self._today(known["arguments"])
            proposal = Proposal(**known | {"arguments": arguments, "expires_at": moment})
            proposal.conversation_id, proposal.turn = base, turn
            Proposal.objects.bulk_create([proposal])

    def _read_back(self, made: Call) -> None:
        """What the call offered and proposed, or did away with."""
        script = self.script
        rows = list(Offer.objects.filter(conversation_id=script.base).order_by("id"))
        there, known = {row.token for row in rows}, {offer["token"] for offer in script.offers}
        for offer in script.offers:
            offer["is_open"] = offer["token"] in there
        for row in rows:
            if row.token not in known:
                script.searches[made.effect_key] = made.arguments
                script.offers.append(
                    {
                        "token": row.token,
                        "payload": row.payload,
                        "call_key": row.call_key,
                        "expires_at": row.expires_at.isoformat(),
                        "is_open": True,
                    }
                )
        script.proposal = None
        for proposal in Proposal.objects.filter(conversation_id=script.base):
            script.proposal = {
                "tool": proposal.tool,
                "arguments": proposal.arguments,
                "summary": proposal.summary,
                "proposed_at_id": proposal.proposed_at_id,
                "expires_at": proposal.expires_at.isoformat(),
            }

    # Doing again --------------------------------------------------------------------------------

    def _remember_deed(self, made: Call) -> None:
        ids = {name: [value] for name, value in _ids(made.result)}
        self.script.deeds.append({"tool": made.tool, "arguments": made.arguments, "key": made.effect_key, "ids": ids})

    def _do_again(self) -> None:
        """Every earlier deed; one that reality has made impossible meanwhile (the time was taken) is forgotten."""
        for deed in list(self.script.deeds):
            result = self._repeated(deed)
            if result is None:
                self.script.deeds.remove(deed)
                continue
            for name, value in _ids(result):
                seen = deed["ids"].setdefault(name, [])
                if value not in seen:
                    seen.append(value)

    def _repeated(self, deed: _Data) -> _Data | None:
        tool = tools.get(deed["tool"])
        if tool is None:
            return None
        conversation = self.journal.turn.conversation
        payloads = {offer["token"]: offer["payload"] for offer in self.script.offers}
        context = tools.ToolContext(
            conversation=conversation,
            contact=conversation.identity.contact,
            now=timezone.now(),
            offer=lambda payload, lifetime: "",
            offered=payloads.get,
            effect_key=deed["key"],
        )
        try:
            with transaction.atomic():
                result = tool.run(context, tool.arguments.model_validate(self._today(deed["arguments"])))
        except DomainError:
            return None
        return result if result.get("ok", True) else None

    def _today(self, arguments: _Data) -> _Data:
        """The arguments with the ids that what was made in this rehearsal has now.

        A tool names what it made (`appointment_id`) as the tools that take it do.
        """
        return {name: self._current(name, value) for name, value in arguments.items()}

    def _current(self, name: str, value: Any) -> Any:
        for deed in self.script.deeds:
            seen = deed["ids"].get(name, ())
            if value in seen:
                return seen[-1]
        return value


def _ids(result: _Data) -> list[tuple[str, int]]:
    return [(name, value) for name, value in result.items() if name.endswith("_id") and isinstance(value, int)]
