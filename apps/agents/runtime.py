"""A turn: from the customer's waiting messages to one reply, surviving a crash at any line.

No transaction is open while a provider thinks. Every model reply is journalled before its tools
run; a tool's effect and its result are one transaction under the key `turn:step:call`, so a retried
turn replays what was done. Before anything is sent the conversation's row lock answers two
questions: does the AI still speak here, and has the customer written more?
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from pydantic import ValidationError

from apps.agents import claims, tools, transcript
from apps.agents.journal import Journal
from apps.agents.memory import Desk
from apps.agents.models import Agent, Call, Deployment, Step, Turn
from apps.agents.providers.base import ChatRequest, ProviderError, ToolCall
from apps.agents.thinking import Mind, Thought
from apps.chat import handoff, outbound, seen
from apps.chat.locking import locked
from apps.chat.models import Conversation, Message
from apps.lib.errors import DomainError
from apps.lib.tenancy import current_tenant, release_connection
from apps.lib.text import shorten
from apps.work.handlers import Job, Later
from apps.work.runner import assert_held

log = structlog.get_logger(__name__)

State = Turn.State
KIND = "agent.turn"
MAX_STEPS = 6
MAX_CALLS = 10
HANDOFF = "handoff"
SUSPENDED_SECONDS = 60  # a suspended business's customers are answered once it is back

PERSON_COMES = "Claro! Já chamei a equipe, uma pessoa te responde por aqui."
CANT_ANSWER = "Desculpe, não consegui resolver isso agora. Já chamei a equipe, uma pessoa te responde por aqui."
CANT_READ = (
    "Recebi, mas por aqui ainda só consigo ler texto. Já avisei a equipe; se preferir, me escreve o que você precisa 🙂"
)


class Overtaken(Exception):
    """A person took over while the AI was thinking."""


class Superseded(Exception):
    """The customer wrote more while the AI was thinking."""


class Stuck(Exception):
    """The model keeps calling tools, or time is up."""


@dataclass(frozen=True)
class Reply:
    """`person_because` is set when a person must come."""

    text: str
    person_because: str = ""


def take_turn(job: Job) -> None:
    """Answer everything the customer has said and nobody has answered yet."""
    journal = _open(job)
    if journal is None:
        return
    try:
        newest = Message.objects.select_related("channel").get(pk=journal.turn.upto_id)
        reply = _unreadable(journal, newest) or _answer(job, journal, newest)
    except (Overtaken, Superseded):
        reply = Reply("")
    _conclude(job, journal, reply)


def _open(job: Job) -> Journal | None:
    """The turn to take, new or resumed after a crash; None when there is nothing to answer."""
    with locked(int(job.key), "identity__contact") as conversation:
        assert_held(job)
        agent = agent_for(conversation)
        if current_tenant().is_suspended:
            raise Later(SUSPENDED_SECONDS, "business suspended")
        if agent is None or not conversation.is_ai_active:
            Turn.objects.filter(conversation=conversation, state=State.OPEN).update(state=State.SUPERSEDED)
            return None
        taken = list(Turn.objects.filter(conversation=conversation).exclude(state=State.SUPERSEDED).order_by("-id")[:2])
        newest = _newest_unanswered(conversation, [turn for turn in taken if turn.state != State.OPEN])
        journal = next((Journal.of(turn) for turn in taken if turn.state == State.OPEN), None)
        if journal and (newest is None or journal.turn.upto_id < newest) and not journal.effects:
            _discard(journal.turn)
            journal = None
        if journal is None and newest is not None:
            turn = Turn.objects.create(conversation=conversation, agent=agent, upto_id=newest)
            journal = Journal.of(turn, is_new=True)
        if journal:
            journal.turn.conversation, journal.turn.agent = conversation, agent
        return journal


def agent_for(conversation: Conversation) -> Agent | None:
    deployed = Deployment.objects.select_related("agent").filter(channel_id=conversation.channel_id).first()
    return deployed.agent if deployed and deployed.agent.is_active else None


def _newest_unanswered(conversation: Conversation, answered: list[Turn]) -> int | None:
    """The id of the newest customer message that neither a turn nor a person has dealt with."""
    told = conversation.messages.aggregate(
        customer=Max("id", filter=Q(sender=Message.Sender.CUSTOMER) & ~Q(message_type=Message.Type.SYSTEM)),
        person=Max("id", filter=Q(sender=Message.Sender.ATTENDANT)),
    )
    dealt_with = max([told["person"] or 0, *(turn.upto_id for turn in answered)])
    return told["customer"] if (told["customer"] or 0) > dealt_with else None


def _answer(job: Job, journal: Journal, newest: Message) -> Reply:
    release_connection()
    seen.show(newest, typing=True)
    return _think(job, journal)


def _unreadable(journal: Journal, newest: Message) -> Reply | None:
    """An honest answer when what the customer sent last can't be read."""
    if transcript.is_readable(newest) or journal.steps:
        return None
    kind = newest.get_message_type_display()
    return Reply(CANT_READ, person_because=f"{kind}: o assistente não consegue ler")


def _think(job: Job, journal: Journal) -> Reply:
    turn = journal.turn
    agent = turn.agent
    assert agent is not None
    mind = Mind(agent, deadline=time.monotonic() + settings.TURN_DEADLINE_SECONDS, trace=turn.trace)
    calls = 0
    try:
        for number in range(1, MAX_STEPS + 1):
            step, request = _step(job, journal, agent, number, mind)
            if not step.tool_calls:
                return _spoken(journal, step, request)
            calls += len(step.tool_calls)
            if calls > MAX_CALLS:
                raise Stuck("too many tool calls")
            reason = _run_calls(job, journal, step)
            if reason is not None:
                return Reply(step.text or PERSON_COMES, person_because=reason)
        raise Stuck("endless loop")
    except (Stuck, ProviderError) as error:
        log.warning("turn stuck", turn=turn.pk, reason=str(error)[:200])
        turn.trace.append({"provider": "", "outcome": "stuck", "ms": 0, "detail": str(error)[:200]})
        return Reply(CANT_ANSWER, person_because="O assistente não conseguiu responder")


def _step(job: Job, journal: Journal, agent: Agent, number: int, mind: Mind) -> tuple[Step, ChatRequest | None]:
    """The journalled step, or a new one from the model."""
    found = journal.step(number)
    if found is not None:
        return found, None
    if time.monotonic() > mind.deadline - 1:
        raise Stuck("time is up")
    request = transcript.build(journal, agent)
    release_connection()  # nothing is held while the provider thinks
    thought = mind.think(lambda: request)
    return _note_step(job, journal, number, thought), request


def _note_step(job: Job, journal: Journal, number: int, thought: Thought) -> Step:
    result = thought.result
    with transaction.atomic():
        assert_held(job)
        step = Step.objects.create(
            turn=journal.turn,
            number=number,
            provider=thought.provider,
            text=result.text,
            tool_calls=[{"id": c.id, "name": c.name, "arguments": c.arguments} for c in result.tool_calls],
            input_tokens=result.usage.input_tokens,
            output_tokens=result.usage.output_tokens,
        )
    journal.steps.append(step)
    return step


def _spoken(journal: Journal, step: Step, request: ChatRequest | None) -> Reply:
    """The step's text as a reply. Raises Stuck when it claims what nothing told it."""
    turn = journal.turn
    if step.provider == "offline":
        return Reply(step.text)
    assert turn.agent is not None
    request = request or transcript.build(journal, turn.agent)
    bad = claims.unfounded(step.text, facts=request.facts, messages=request.messages)
    if not bad and step.text.strip():
        return Reply(_introduced(step.text, request))
    turn.trace.append({"provider": step.provider, "outcome": "unfounded", "ms": 0, "detail": ", ".join(bad)[:200]})
    raise Stuck(f"unfounded claims: {', '.join(bad)[:100]}" if bad else "an empty reply")


def _introduced(text: str, request: ChatRequest) -> str:
    """The first reply says it is a virtual assistant, whatever the model wrote."""
    facts = request.facts
    if not facts.is_first_reply or "assistente virtual" in text.casefold():
        return text
    return f"Oi! Aqui é {facts.agent}, assistente virtual de {facts.business}. {text}"


def _run_calls(job: Job, journal: Journal, step: Step) -> str | None:
    """Run the step's tools in order; the reason when one of them asks for a person."""
    for index, call in enumerate(transcript.calls_of(step)):
        key = transcript.effect_key(journal.turn, step, index)
        if journal.call(key) is None:
            journal.calls.append(_run_call(job, journal, step, call, key))
        if call.name == HANDOFF:
            return str(call.arguments.get("reason") or "O cliente pediu uma pessoa")[:300]
    return None


def _run_call(job: Job, journal: Journal, step: Step, call: ToolCall, key: str) -> Call:
    """Effect and result in one transaction. Raises Overtaken or Superseded instead of acting too late."""
    turn = journal.turn
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update().get(pk=turn.conversation_id)
        assert_held(job)
        if not conversation.is_ai_active:
            raise Overtaken
        tool = tools.get(call.name)
        if tool is not None and tool.propose is not None and not journal.effects and _has_newer(turn):
            raise Superseded
        result, has_effect = _perform(turn, tool, call, key)
        return Call.objects.create(
            turn=turn,
            effect_key=key,
            step_number=step.number,
            tool=call.name[:40],
            arguments=call.arguments,
            result=result,
            has_effect=has_effect,
        )


def _perform(turn: Turn, tool: tools.Tool | None, call: ToolCall, key: str) -> tuple[dict[str, Any], bool]:
    """(the result as data for the model, whether something was really done)."""
    if tool is None:
        return _refusal("unknown_tool", f"There is no tool {call.name[:40]!r}."), False
    try:
        arguments = tool.arguments.model_validate(call.arguments)
    except ValidationError as error:
        return _refusal("invalid_arguments", shorten(str(error), 400)), False
    desk = Desk(turn)
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


def _conclude(job: Job, journal: Journal, reply: Reply) -> None:
    """Send, discard, or leave the deed as a line: decided under the conversation's lock."""
    turn, effects = journal.turn, journal.effects
    with locked(turn.conversation_id) as conversation:
        assert_held(job)
        if not conversation.is_ai_active:
            _leave_lines(conversation, effects)
            _end(turn, State.OVERTAKEN if effects else State.SUPERSEDED)
        elif not effects and (_has_newer(turn) or not reply.text.strip()):
            _discard(turn)
        else:
            _leave_lines(conversation, effects)
            _end(turn, State.SENT)
            _say(conversation, turn, reply)


def _say(conversation: Conversation, turn: Turn, reply: Reply) -> None:
    key = f"turn:{turn.pk}"
    if not reply.person_because:
        outbound.say(conversation, text=reply.text, effect_key=key)
        return
    handoff.ask_for_person(conversation, reason=reply.person_because)
    outbound.note(
        conversation, text=f"Aguardando uma pessoa · {reply.person_because}", data={"kind": "waits", "icon": "hand"}
    )
    outbound.say(conversation, text=reply.text, effect_key=key, data={"farewell": True})


def _leave_lines(conversation: Conversation, effects: list[Call]) -> None:
    """What was really done shows in the thread, whoever speaks now."""
    for call in effects:
        tool = tools.get(call.tool)
        if tool is not None and tool.tell is not None:
            line = tool.tell(call.result)
            data = {key: value for key, value in line.items() if key != "text"}
            outbound.note(conversation, text=line["text"], data={"kind": "tool", **data})


def _has_newer(turn: Turn) -> bool:
    return Message.objects.filter(
        conversation_id=turn.conversation_id, sender=Message.Sender.CUSTOMER, id__gt=turn.upto_id
    ).exists()


def _discard(turn: Turn) -> None:
    Desk(turn).forget_turn()
    _end(turn, State.SUPERSEDED)


def _end(turn: Turn, state: str) -> None:
    turn.state, turn.ended_at = state, timezone.now()
    turn.save(update_fields=["state", "ended_at", "trace"])
