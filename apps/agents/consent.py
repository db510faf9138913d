"""Whether the customer agreed to what was proposed: it was put to them, and what they said since is no refusal.

A yes may be said in any words, so only a plain no is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils import timezone

from apps.agents import claims
from apps.agents.models import Proposal
from apps.agents.providers.base import Facts
from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.intents import understand
from apps.agents.providers.offline.language import fold
from apps.agents.providers.offline.tongues.detect import Tongue, tongue_of
from apps.agents.providers.offline.understanding import Understanding
from apps.chat.models import Message
from apps.chat.models.message import SILENT

# A question about the deed, such as "Posso confirmar?", needs no time in it.
_ASKS = re.compile(
    r"\b(?:re)?(?:confirm|marc|agend|reserv|fech|cancel|desmarc|troc|mud|alter|book|schedul|mov|chang|cambi|anul)"
    r"[a-z]*\b[^.!?\n]*\?"
)
_PLAIN_NO = re.compile(r"\W*no(?:pe)?\b(?:\W+(?:thanks|thank you|gracias|please|sir|senor))?\W*", re.IGNORECASE)
_NOT_NEEDED = re.compile(r"\bnao (?:precisa|se preocup|ha problema)")
_NOT_COMING = re.compile(r"\bnao (?:vou|posso|consigo|vai dar|da|poderei|tenho como|estarei)\b")


def given(proposal: Proposal, *, upto_id: int) -> bool:
    """Whether the messages after the one it was made for, up to `upto_id`, tell of it and don't refuse it."""
    since = Message.objects.filter(
        ~SILENT, conversation=proposal.conversation_id, id__gt=proposal.proposed_at_id, id__lte=upto_id
    ).order_by("id")
    told: list[str] = []
    answered: list[str] = []
    for message in since:
        if message.sender == Message.Sender.CUSTOMER:
            answered.append(message.content)
        elif message.status != Message.Status.FAILED:
            told.append(message.content)
            answered = []
    is_told = any(puts(text, proposal) for text in told)
    return is_told and bool(answered) and not refuses(answered, asked=told[-1], tool=proposal.tool)


def puts(text: str, proposal: Proposal) -> bool:
    """Whether a text of ours puts the proposal to the customer: names its time, or asks whether to do it."""
    start = proposal.summary.get("start")
    names_it = bool(start) and claims.names_time(text, timezone.localtime(datetime.fromisoformat(start)))
    return names_it or bool(_ASKS.search(fold(text)))


def refuses(said: Sequence[str], *, asked: str, tool: str = "") -> bool:
    """Whether the last clear word in these messages is a no. To "may I cancel?", "I can't come" is none."""
    last: bool | None = None
    for sentence in _read(said, asked):
        if sentence.has(Act.YES) and not sentence.has(Act.NO):
            last = False
        elif sentence.has(Act.NO, Act.GIVE_UP) and not _NOT_NEEDED.search(sentence.text):
            last = not (tool == "cancel" and _NOT_COMING.search(sentence.text))
    return bool(last) or bool(_PLAIN_NO.fullmatch(said[-1]))


def _read(said: Iterable[str], asked: str) -> Iterable[Understanding]:
    now = timezone.localtime()
    tongue = tongue_of(asked, before=Tongue.PORTUGUESE)
    for text in said:
        tongue = tongue_of(text, before=tongue)
        yield from understand(text, facts=Facts(now, business="", agent=""), today=now.date(), tongue=tongue)
