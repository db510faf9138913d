"""What customers asked and nobody taught: kept, counted, and answered in one go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.agents.knowledge import entries
from apps.agents.knowledge.sources import source
from apps.agents.knowledge.words import has_substance, stems, telling
from apps.agents.models import GapAsk, KnowledgeEntry, KnowledgeGap
from apps.audit import trail
from apps.chat import conversations, outbound, window
from apps.chat.locking import locked
from apps.chat.models import Conversation, Message
from apps.lib.errors import Conflict, DomainError
from apps.lib.text import shorten, storable
from apps.work.handlers import Job
from apps.work.wake import wake

if TYPE_CHECKING:
    from apps.accounts.models import User

ANSWER = "agents.answer_gap"
_LENGTH = 300
_SAME_MATTER = 0.6  # of the telling words, to be the same question
State = KnowledgeGap.State


class AlreadyTaught(Conflict):
    code = "already_taught"

    def __init__(self) -> None:
        super().__init__(_("Somebody has already taught this."))


def keep(question: str, conversation: Conversation) -> None:
    """Note that nothing answers this question. What asks about nothing is none. Call inside a transaction."""
    if not has_substance(question):
        return
    normal = normalised(question)
    text = storable(shorten(_as_written(question, conversation), _LENGTH))
    gap, is_new = KnowledgeGap.objects.get_or_create(normal=normal, defaults={"question": text})
    if not is_new:
        gap.asked_at = timezone.now()
        gap.state = State.OPEN if gap.state == State.TAUGHT else gap.state  # what was taught is gone
        gap.save(update_fields=["asked_at", "state"])
    GapAsk.objects.update_or_create(
        gap=gap, conversation=conversation, defaults={"asked_at": timezone.now(), "answered_at": None}
    )


_PIECE = re.compile(r"(?<=[.?!])\s+|\n+")
_HELLO = re.compile(
    r"^(?:(?:oi+e?|ol[aá]|opa|e a[ií]|bom dia|boa tarde|boa noite|tudo bem)\b[\s,.!?]*)+", re.IGNORECASE
)
_HEARD = 5


def _as_written(question: str, conversation: Conversation) -> str:
    """The customer's own words for it: whoever looks it up may have put it another way."""
    asked = set(stems(telling(question)).values())
    said = conversation.messages.filter(sender=Message.Sender.CUSTOMER).order_by("-id")[:_HEARD]
    pieces = [piece for message in said for piece in _pieces(message.content)]
    known = stems(word for piece in pieces for word in telling(piece))
    best, likeness = " ".join(question.split()), 0.0
    for piece in pieces:
        words = {known[word] for word in telling(piece)}
        if len(asked & words) / max(len(asked | words), 1) > likeness:
            best, likeness = piece, len(asked & words) / len(asked | words)
    return best if likeness >= _SAME_MATTER else " ".join(question.split())


def _pieces(message: str) -> Iterator[str]:
    """Its sentences, and the parts of each between commas; without the hello."""
    for sentence in _PIECE.split(message):
        whole = " ".join(_HELLO.sub("", sentence.strip()).split())
        yield from dict.fromkeys([whole, *(part.strip() for part in whole.split(","))])


def normalised(question: str) -> str:
    """The same for the same question in other small words, endings or order."""
    told = telling(question)
    known = stems(told)
    return " ".join(sorted({known[word] for word in told}))[:_LENGTH]


def counted() -> QuerySet[KnowledgeGap]:
    """With `customers`: in how many conversations each was asked. Latest first."""
    return KnowledgeGap.objects.annotate(customers=Count("asks")).order_by("-asked_at", "-id")


def teach(
    gap: KnowledgeGap, *, answer: str, by: User, question: str = "", tell_customers: bool = False
) -> KnowledgeEntry:
    """Make the answer an entry; with `tell_customers` it also goes to those who asked and may still be written to.

    Raises AlreadyTaught and what `entries.save` raises.
    """
    with transaction.atomic():
        gap = KnowledgeGap.objects.select_for_update().get(pk=gap.pk)
        if gap.state == State.TAUGHT:
            raise AlreadyTaught
        entry = KnowledgeEntry(kind=KnowledgeEntry.Kind.QA, title=(question or gap.question)[:200], content=answer)
        entries.save(entry, by=by)
        gap.state, gap.entry, gap.taught_by = State.TAUGHT, entry, by
        gap.save(update_fields=["state", "entry", "taught_by"])
        if tell_customers and gap.asks.filter(answered_at=None).update(answer_due=True):
            wake(ANSWER, key=gap.pk)
    return entry


def dismiss(gap: KnowledgeGap, *, by: User) -> KnowledgeGap:
    """Not a question for the AI: it leaves the list and stays away. Raises AlreadyTaught."""
    with transaction.atomic():
        gap = KnowledgeGap.objects.select_for_update().get(pk=gap.pk)
        if gap.state == State.TAUGHT:
            raise AlreadyTaught
        gap.state = State.DISMISSED
        gap.save(update_fields=["state"])
        trail.record("knowledge.gap_dismissed", on=gap, by=by, question=gap.question)
    return gap


def reachable(gap: KnowledgeGap, *, by: User) -> int:
    """How many of those who asked could be answered now."""
    asks = gap.asks.filter(answered_at=None).select_related("conversation__identity", "conversation__channel")
    return sum(_may_write(ask.conversation, by=by) for ask in asks)


def _may_write(conversation: Conversation, *, by: User) -> bool:
    return (
        conversation.is_open
        and conversation.assignee_id in (None, by.pk)
        and window.is_open(conversation.identity, kind=conversation.channel.kind)
    )


def answer_asks(job: Job) -> None:
    """Write the taught answer to each who asked, once; who can't be written to any more is left out."""
    gap = KnowledgeGap.objects.select_related("entry", "taught_by").filter(pk=int(job.key)).first()
    if gap is None or gap.entry is None or gap.taught_by is None:
        return
    for pk in gap.asks.filter(answer_due=True).order_by("conversation_id").values_list("pk", flat=True):
        _answer(pk, gap)


def _answer(pk: int, gap: KnowledgeGap) -> None:
    assert gap.entry is not None and gap.taught_by is not None
    asked = GapAsk.objects.get(pk=pk)
    with locked(asked.conversation_id, "identity", "channel") as conversation:
        ask = GapAsk.objects.select_for_update().get(pk=pk)
        if not ask.answer_due:
            return
        ask.answer_due = False
        if _may_write(conversation, by=gap.taught_by):
            ask.answered_at = timezone.now()
        ask.save(update_fields=["answer_due", "answered_at"])
        if ask.answered_at:
            _write(conversation, gap, gap.entry, by=gap.taught_by)


def _write(conversation: Conversation, gap: KnowledgeGap, entry: KnowledgeEntry, *, by: User) -> None:
    """As the AI while it speaks there; where a person is awaited, as the person who taught."""
    text = f"Sobre a sua pergunta “{gap.question}”: {entry.content}"
    data = {"sources": [source(entry.pk, entry.title, 1.0, [entry.content])]}
    if conversation.is_ai_active:
        key = f"gap:{gap.pk}:{conversation.pk}:{entry.pk}"
        outbound.say(conversation, text=text, effect_key=key, data=data)
        return
    try:
        outbound.reply(conversation, by=by, text=text, data=data)
    except DomainError as error:
        conversations.note(conversation, text=error.message, data={"icon": "triangle-alert"})
