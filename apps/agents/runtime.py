"""A turn: from the customer's waiting messages to one reply, surviving a crash at any line.

No transaction is open while a provider thinks. Every model reply is journalled before its tools
run; a tool's effect and its result are one transaction under the key `turn:step:call`, so a retried
turn replays what was done. Before anything is sent the conversation's row lock answers two
questions: does the AI still speak here, and has the customer written more?
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.agents import engine, outage, taps, tools, transcript
from apps.agents.engine import Floor, Reply, step_of
from apps.agents.journal import Journal
from apps.agents.models import Call, Step, Turn
from apps.agents.providers.base import ChatRequest, ToolCall
from apps.agents.serving import agent_of_channel
from apps.agents.thinking import Thought
from apps.chat import conversations, handoff, outbound, seen
from apps.chat.locking import locked
from apps.chat.models import Conversation, Message
from apps.chat.models.message import SILENT
from apps.lib.prepared import Prepared, store
from apps.lib.tenancy import current_tenant
from apps.work.handlers import Job, Later
from apps.work.runner import assert_held

State = Turn.State
KIND = "agent.turn"
DONE = "Prontinho ✅"
SUSPENDED_SECONDS = 60  # a suspended business's customers are answered once it is back

CANT_READ = (
    "Recebi, mas por aqui ainda só consigo ler texto. Já avisei a equipe; se preferir, me escreve o que você precisa 🙂"
)


_taken = Prepared(
    lambda conversation: (
        Turn.objects.filter(conversation=conversation).exclude(state=State.SUPERSEDED).order_by("-id")[:2]
    )
)
_newer = Prepared(
    lambda conversation, upto: (
        Message.objects.filter(~SILENT, conversation=conversation, id__gt=upto, sender=Message.Sender.CUSTOMER)
    ).values_list("pk")[:1]
)


class Overtaken(Exception):
    """A person took over while the AI was thinking."""


class Superseded(Exception):
    """The customer wrote more while the AI was thinking."""


def take_turn(job: Job) -> None:
    """Answer everything the customer has said and nobody has answered yet."""
    journal = _open(job)
    if journal is None:
        return
    try:
        newest = _asked(journal)
        reply = _unreadable(journal, newest) or engine.think(Live(job, journal, newest))
    except (Overtaken, Superseded):
        reply = Reply("")
    _conclude(job, journal, reply)


def give_up(job: Job, error: Exception) -> None:
    """The turn never came to an end, whatever was tried: a person answers, and the customer is told so."""
    with locked(int(job.key), "channel") as conversation:
        open_turns = Turn.objects.filter(conversation=conversation, state=State.OPEN)
        open_turns.update(state=State.SUPERSEDED, ended_at=timezone.now())
        if not conversation.ai_answers:
            return
        handoff.ask_for_person(conversation, reason="O assistente não conseguiu responder")
        outbound.say(
            conversation,
            text=engine.CANT_ANSWER,
            effect_key=f"gave_up:{job.id}:{job.generation}",
            data={"farewell": True},
        )


def _asked(journal: Journal) -> Message:
    """The newest message this turn answers."""
    turn = journal.turn
    found = next((message for message in journal.messages or () if message.pk == turn.upto_id), None)
    newest = found or Message.objects.get(pk=turn.upto_id)
    newest.channel = turn.conversation.channel
    return newest


def _open(job: Job) -> Journal | None:
    """The turn to take, new or resumed after a crash; None when there is nothing to answer."""
    with locked(int(job.key), "identity__contact", "channel") as conversation:
        assert_held(job)
        agent = agent_of_channel(conversation.channel_id)
        if current_tenant().is_suspended:
            raise Later(SUSPENDED_SECONDS, "business suspended")
        if agent is None or not conversation.ai_answers:
            Turn.objects.filter(conversation=conversation, state=State.OPEN).update(state=State.SUPERSEDED)
            return None
        taken = _taken(conversation.pk)
        latest = transcript.latest(conversation)
        newest = _newest_unanswered(latest, [turn for turn in taken if turn.state != State.OPEN])
        journal = next((Journal.of(turn) for turn in taken if turn.state == State.OPEN), None)
        if journal and (newest is None or journal.turn.upto_id < newest) and not journal.effects:
            _discard(journal)
            journal = None
        if journal is None and newest is not None:
            turn = Turn.objects.create(conversation=conversation, agent=agent, upto_id=newest)
            journal = Journal.of(turn, is_new=True)
        if journal:
            journal.turn.conversation, journal.turn.agent = conversation, agent
            journal.messages = latest
        return journal


def _newest_unanswered(latest: list[Message], answered: list[Turn]) -> int | None:
    """The id of the newest customer message that neither a turn nor a person has dealt with."""
    customer = _newest(latest, Message.Sender.CUSTOMER)
    dealt_with = max([_newest(latest, Message.Sender.ATTENDANT), *(turn.upto_id for turn in answered)])
    return customer if customer > dealt_with else None


def _newest(latest: list[Message], sender: str) -> int:
    return max((m.pk for m in latest if m.sender == sender and m.speaks), default=0)


def _unreadable(journal: Journal, newest: Message) -> Reply | None:
    """An honest answer when what the customer sent last can't be read."""
    if newest.is_readable or journal.steps:
        return None
    kind = newest.get_message_type_display()
    return Reply(CANT_READ, person_because=f"{kind}: o assistente não consegue ler", or_in_writing=True)


class Live(Floor):
    """Before a customer: the journal is in the database, every effect in the transaction of its result."""

    def __init__(self, job: Job, journal: Journal, newest: Message) -> None:
        assert journal.turn.agent is not None
        self.job, self.journal, self.agent, self.newest = job, journal, journal.turn.agent, newest

    def request(self) -> ChatRequest:
        return transcript.build(self.journal, self.agent)

    def waits(self) -> None:
        seen.show(self.newest, typing=True)

    def note(self, number: int, thought: Thought) -> Step:
        """One without tools is stored as the turn ends: a crash before only asks again."""
        step = step_of(self.journal.turn, number, thought)
        if step.tool_calls:
            with transaction.atomic():
                assert_held(self.job)
                step.save(force_insert=True)
        return step

    def run(self, step: Step, call: ToolCall, key: str) -> Call:
        """Effect and result in one transaction. Raises Overtaken or Superseded instead of acting too late."""
        turn = self.journal.turn
        with transaction.atomic():
            conversation = Conversation.objects.select_for_update().get(pk=turn.conversation_id)
            assert_held(self.job)
            if not conversation.ai_answers:
                raise Overtaken
            tool = tools.get(call.name)
            if tool is not None and tool.propose is not None and not self.journal.effects and _has_newer(turn):
                raise Superseded
            made = engine.perform(self.journal, step, call, key)
            made.save(force_insert=True)
        return made


def _conclude(job: Job, journal: Journal, reply: Reply) -> None:
    """Send, discard, or leave the deed as a line: decided under the conversation's lock."""
    turn, effects = journal.turn, journal.effects
    with locked(turn.conversation_id) as conversation:
        assert_held(job)
        conversation.channel = turn.conversation.channel  # known already: a conversation never changes it
        Step.objects.bulk_create(step for step in journal.steps if step.pk is None)
        if not conversation.ai_answers:
            _leave_lines(conversation, effects)
            _end(turn, State.OVERTAKEN if effects else State.SUPERSEDED)
        elif not effects and (_has_newer(turn) or not reply.text.strip()):
            _discard(journal)
        else:
            _leave_lines(conversation, effects)
            _tell_of_outage(conversation, turn)
            journal.desk.drop_refused()
            _end(turn, State.SENT)
            _say(conversation, journal, reply if reply.text.strip() else Reply(_done(effects)))


def _say(conversation: Conversation, journal: Journal, reply: Reply) -> None:
    key = f"turn:{journal.turn.pk}"
    if not reply.person_because:
        options = taps.of(journal.desk, reply.text, heard=transcript.heard(journal))
        outbound.say(conversation, text=reply.text, effect_key=key, data=_sources(journal), options=options)
        return
    handoff.ask_for_person(conversation, reason=reply.person_because, awaits_ai=reply.or_in_writing)
    conversations.note(
        conversation, text=f"Aguardando uma pessoa · {reply.person_because}", data={"kind": "waits", "icon": "hand"}
    )
    outbound.say(conversation, text=reply.text, effect_key=key, data={"farewell": True})


def _sources(journal: Journal) -> dict[str, Any]:
    """What the reply may rest on, for the team: `{"sources": [{"id", "title", "score", "text"}]}`, or nothing."""
    cited = [
        source
        for call in journal.calls
        if (tool := tools.get(call.tool)) is not None and tool.cite is not None
        for source in tool.cite(call.result)
    ]
    return {"sources": cited} if cited else {}


def _leave_lines(conversation: Conversation, effects: list[Call]) -> None:
    """What was really done shows in the thread, whoever speaks now."""
    for call in effects:
        tool = tools.get(call.tool)
        if tool is not None and tool.tell is not None:
            line = tool.tell(call.result)
            data = {key: value for key, value in line.items() if key != "text"}
            conversations.note(conversation, text=line["text"], data={"kind": "tool", **data})


def _done(effects: list[Call]) -> str:
    """What was done, when nobody is left to say it: a person took over meanwhile, and gave back."""
    tellers = [(tool.tell, call) for call in effects if (tool := tools.get(call.tool)) is not None and tool.tell]
    return "\n".join(f"✅ {tell(call.result)['text'].replace(' · ', ', ')}." for tell, call in tellers) or DONE


def _tell_of_outage(conversation: Conversation, turn: Turn) -> None:
    """Once, when the agent's own provider begins to fail here: who failed, and who answers instead."""
    choice = turn.agent.ai_provider if turn.agent else ""
    line = outage.stood_in(choice, turn.trace)
    if not line:
        return
    sent = Turn.objects.filter(conversation=conversation, state=State.SENT, id__lt=turn.pk).order_by("-id")
    before = sent.values_list("trace", flat=True).first()
    if not outage.stood_in(choice, before or ()):
        conversations.note(conversation, text=line, data={"kind": "outage", "icon": "triangle-alert"})


def _has_newer(turn: Turn) -> bool:
    return bool(_newer(turn.conversation_id, turn.upto_id))


def _discard(journal: Journal) -> None:
    journal.desk.forget_turn()
    _end(journal.turn, State.SUPERSEDED)


def _end(turn: Turn, state: str) -> None:
    turn.state, turn.ended_at = state, timezone.now()
    store(turn, "state", "ended_at", "trace")
