"""Whether the customer agreed to what was proposed: it was put to them, and what they said since is no refusal.

A yes may be said in any words, so only a plain no is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.utils import timezone

from apps.agents import claims
from apps.agents.models import Proposal
from apps.agents.providers.base import Facts
from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.choosing import covers
from apps.agents.providers.offline.intents import understand
from apps.agents.providers.offline.language import fold
from apps.agents.providers.offline.told import asks_openly, names_day, shown_times
from apps.agents.providers.offline.tongues.detect import Tongue, tongue_of
from apps.agents.providers.offline.understanding import Understanding
from apps.chat.models import Message
from apps.chat.models.message import SILENT

# A question about the deed, such as "Posso confirmar?", needs no time in it.
_ASKS = re.compile(
    r"\b(?:re)?(?:confirm|marc|agend|reserv|fech|cancel|desmarc|troc|mud|alter|book|schedul|mov|chang|cambi|anul)"
    r"[a-z]*\b[^.!?\n]*\?"
)
_EARLIEST_HOUR = 6  # "1h30" is how long it takes
_PLAIN_NO = re.compile(r"\W*no(?:pe)?\b(?:\W+(?:thanks|thank you|gracias|please|sir|senor))?\W*", re.IGNORECASE)
_NOT_NEEDED = re.compile(r"\bnao (?:precisa|se preocup|ha problema)")
_NOT_COMING = re.compile(r"\bnao (?:vou|posso|consigo|vai dar|da|poderei|tenho como|estarei)\b")


def given(proposal: Proposal, *, upto_id: int) -> bool:
    """Whether it was put to the customer, who since then neither refused it nor asked for something else."""
    return _verdict(proposal, upto_id) is True


def refused(proposal: Proposal, *, upto_id: int) -> bool:
    """Whether the customer said no to it, once it was put. That ends it: a later yes is to something else."""
    return _verdict(proposal, upto_id) is False


def _verdict(proposal: Proposal, upto_id: int) -> bool | None:
    """Yes, no, or neither, of the messages after the one it was made for, up to `upto_id`."""
    is_put = has_strayed = is_agreed = False
    for told, told_on, said in _exchanges(proposal, upto_id):
        if puts(told, proposal, told_on=told_on, has_strayed=has_strayed):
            is_put, has_strayed = True, False
        elif asks_openly(told):
            is_put = False
        if not said or not is_put:
            continue
        if refuses(said, asked=told, tool=proposal.tool):
            return False
        has_strayed = _strays(said, asked=told, proposal=proposal)
        is_put = is_agreed = not has_strayed
    return True if is_agreed and is_put else None


def _exchanges(proposal: Proposal, upto_id: int) -> Iterator[tuple[str, date, list[str]]]:
    """Each text of ours that arrived, the day it was said, and what the customer answered to it."""
    since = Message.objects.filter(
        ~SILENT, conversation=proposal.conversation_id, id__gt=proposal.proposed_at_id, id__lte=upto_id
    ).order_by("id")
    told, told_on, said = "", timezone.localdate(), list[str]()
    for message in since:
        if message.sender == Message.Sender.CUSTOMER:
            said.append(message.content)
        elif message.status != Message.Status.FAILED:
            yield told, told_on, said
            told, told_on, said = message.content, timezone.localdate(message.provider_ts), []
    yield told, told_on, said


def puts(text: str, proposal: Proposal, *, told_on: date | None = None, has_strayed: bool = False) -> bool:
    """Whether a text of ours puts the proposal to the customer: names its time, or asks whether to do it.

    Not when it names another day or another time only, nor when no yes could answer its question. Once the customer
    `has_strayed` to another day or time, it takes a text that names both.
    """
    start = proposal.summary.get("start")
    asks = bool(_ASKS.search(fold(text)))
    if not start or asks_openly(text):
        return asks and not asks_openly(text)
    moment = _moment(start)
    is_day = names_day(text, moment.date(), today=told_on or timezone.localdate())
    is_time = claims.names_time(text, moment)
    names_other_time = not is_time and any(told.hour >= _EARLIEST_HOUR for told in shown_times(text))
    if is_day is False or names_other_time:
        return False
    return bool(is_day and is_time) if has_strayed else is_time or asks


def _strays(said: Sequence[str], *, asked: str, proposal: Proposal) -> bool:
    """Whether the customer named a day or a time that is not the proposal's, nor the one it moves away from."""
    if proposal.tool == "cancel" or not proposal.summary.get("start"):
        return False
    meant = [_moment(proposal.summary[name]) for name in ("start", "from_start") if proposal.summary.get(name)]
    sentences = list(_read(said, asked))
    days = [mention.days for sentence in sentences for mention in sentence.days]
    times = [wish for sentence in sentences for wish in sentence.times if not wish.is_any]
    return any(not any(day.start <= moment.date() <= day.end for moment in meant) for day in days) or any(
        not any(covers(wish, moment.time()) for moment in meant) for wish in times
    )


def _moment(iso: str) -> datetime:
    return timezone.localtime(datetime.fromisoformat(iso))


def refuses(said: Sequence[str], *, asked: str, tool: str = "") -> bool:
    """Whether the last clear word in these messages is a no. To "may I cancel?", "I can't come" is none."""
    last: bool | None = None
    drops = (Act.CANCEL,) if tool in ("book", "reschedule") else ()
    for sentence in _read(said, asked):
        if sentence.has(Act.YES) and not sentence.has(Act.NO, *drops):
            last = False
        elif sentence.has(Act.NO, Act.GIVE_UP, *drops) and not _NOT_NEEDED.search(sentence.text):
            last = not (tool == "cancel" and _NOT_COMING.search(sentence.text))
    return bool(last) or bool(_PLAIN_NO.fullmatch(said[-1]))


def _read(said: Iterable[str], asked: str) -> Iterable[Understanding]:
    now = timezone.localtime()
    tongue = tongue_of(asked, before=Tongue.PORTUGUESE)
    for text in said:
        tongue = tongue_of(text, before=tongue)
        yield from understand(text, facts=Facts(now, business="", agent=""), today=now.date(), tongue=tongue)
