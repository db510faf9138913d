"""The conversation so far, re-read from the transcript: the turn to answer, the wish before it and with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

from apps.agents.providers.base import AppointmentFact, ChatMessage, Facts, OfferFact
from apps.agents.providers.offline import dates
from apps.agents.providers.offline.absorbing import absorb
from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.apart import is_another_matter
from apps.agents.providers.offline.catalog import NOTHING
from apps.agents.providers.offline.dates import DayMention, Days
from apps.agents.providers.offline.draft import Draft, Goal
from apps.agents.providers.offline.intents import EXTREME, understand
from apps.agents.providers.offline.language import fold
from apps.agents.providers.offline.pointing import ORDINAL
from apps.agents.providers.offline.provisos import NOTHING_NAMED as NO_WISH
from apps.agents.providers.offline.service_wish import NOT_LISTED, choose_service
from apps.agents.providers.offline.times import EVENING, TimeWish, at, half_a_day_later
from apps.agents.providers.offline.told import (
    ASKS_TIME,
    asks_period,
    asks_service,
    invites_to_book,
    is_done,
    shown_options,
    shown_times,
    tells_of,
    tells_opening,
)
from apps.agents.providers.offline.tongues.detect import Tongue, tongue_of
from apps.agents.providers.offline.tongues.voice import says
from apps.agents.providers.offline.understanding import Understanding

FORGOTTEN_AFTER = timedelta(hours=12)
NOON = 12
# "Chego 9h15", of somebody who has an appointment, tells when they come; it asks for no other time.
ARRIVES = re.compile(
    r"\b(?:vou|devo|consigo|conseguir|posso|irei|pretendo) (?:so )?chegar\b"
    r"|(?<!como )(?<!como eu )\bchego\b|\bchegarei\b"
    r"|\bchegando\b"
)


@dataclass(frozen=True)
class Turn:
    """Customer messages that got, or await, one reply. `asked` is our text before them."""

    said: tuple[Understanding, ...]
    asked: str = ""


@dataclass(frozen=True)
class Story:
    """The conversation so far: the turn to answer, the draft before it and with it."""

    turn: Turn
    before: Draft
    draft: Draft
    told: tuple[str, ...] = field(default=())  # our texts since the last finished deed, oldest first
    asked_before: tuple[str, ...] = field(default=())  # all our texts since the last finished deed
    tongue: Tongue = Tongue.PORTUGUESE  # the language the customer has come to write in
    has_more: bool = False  # another matter was put off until this one is done


def read_story(messages: Iterable[ChatMessage], facts: Facts) -> Story:
    before = draft = Draft()
    made: AppointmentFact | None = None
    asked, last_at = "", None
    told: list[str] = []
    asked_before: list[str] = []
    turn: list[Understanding] = []
    tongue, has_more = Tongue.PORTUGUESE, False
    for message in messages:
        if message.role == "assistant" and message.content and not message.tool_calls:
            changed_course = before.goal not in (Goal.NONE, draft.goal)
            if changed_course or any(_refuses(said) for said in turn):
                told = []
            turn, asked = [], message.content
            if is_done(asked):
                draft, told, made = Draft(), [], _told_of(asked, facts)
                asked_before, has_more = [], False
            else:
                told.append(asked)
                asked_before.append(asked)
        elif message.role == "user":
            sent = _moment(message, facts)
            if last_at and sent - last_at > FORGOTTEN_AFTER:
                draft, told, made, asked_before, has_more = Draft(), told[-1:], None, [], False
            last_at = sent
            if not turn:
                before = draft
            tongue = tongue_of(message.content, before=tongue)
            for sentence in understand(message.content, facts=facts, today=sent.date(), tongue=tongue):
                said = in_context(_arriving(_from_now(sentence, sent), facts, draft), asked=asked, draft=draft)
                said = choose_service(said, facts, draft=draft, asked=asked)
                if is_another_matter(said, turn):
                    said = Understanding(said.text, spoken=said.spoken, acts=frozenset({Act.AFTERWARDS}))
                has_more = has_more or said.has(Act.AFTERWARDS)
                draft = absorb(draft, said, facts=facts, asked=asked, is_first=not turn, made=made)
                made = None if draft.goal == Goal.BOOK else made
                turn.append(said)
    if not turn:
        before = draft
    return Story(Turn(tuple(turn), asked), before, draft, tuple(told), tuple(asked_before), tongue, has_more)


def _told_of(asked: str, facts: Facts) -> AppointmentFact | None:
    """The appointment that our line said was made or moved: what a change of mind is about."""
    found = [item for item in facts.appointments if tells_of(asked, item.start, today=facts.now.date())]
    return found[0] if len(found) == 1 else None


def _refuses(said: Understanding) -> bool:
    """What was shown is off the table from the next line on."""
    return said.has(Act.NO) and not said.has_wish


def _arriving(said: Understanding, facts: Facts, draft: Draft) -> Understanding:
    """When somebody will be there for what they have booked: the team should know, and nothing is moved."""
    is_told = said.has(Act.RUNNING_LATE) or bool(ARRIVES.search(said.text))
    if not is_told or draft.goal != Goal.NONE or said.has(Act.BOOK, Act.RESCHEDULE, Act.CANCEL, Act.ASK_ADDRESS):
        return said
    booked_days = [item.start.date() for item in facts.appointments]
    is_for_it = all(any(day.days.start <= at <= day.days.end for at in booked_days) for day in said.days)
    if not booked_days or not is_for_it:
        return said
    acts = frozenset({Act.RUNNING_LATE}) | (said.acts & {Act.COMPLAINT, Act.PERSON, Act.GREETING, Act.THANKS})
    return Understanding(text=said.text, spoken=said.spoken, acts=acts)


def in_context(said: Understanding, *, asked: str, draft: Draft) -> Understanding:
    """What a short answer means after our last line."""
    said = _inside_the_stretch(said, draft)
    said = _ruled_out_within(said, draft)
    said = _in_the_same_half(said, draft)
    said = _one_of_both(said, draft)
    if said.second and draft.days is None and not (said.days or said.times or said.professional_id):
        first = said.second  # there is no other
        said = replace(said, days=first.days, times=first.times, professional_id=first.professional_id, second=NO_WISH)
    if said.asks_with_whom and not said.has_wish:
        about = Act.ASK_APPOINTMENTS if is_done(asked) else Act.ASK_PROFESSIONALS
        return replace(said, acts=(said.acts - {Act.ASK_PROFESSIONALS}) | {about})
    if said.as_pair and (said.has(Act.CANCEL) or _discusses_services(asked, draft)):
        return replace(said.as_pair, spoken=said.spoken)
    is_ordinal = bool(ORDINAL.search(said.text))
    if said.number is not None and not is_ordinal and (wish := _hour_meant(said.number, asked)):
        return replace(said, number=None, times=(*said.times, wish))
    if said.number in (1, -1) and EXTREME.search(said.text) and not shown_options(asked):
        act = Act.SOONEST if said.number == 1 else Act.LAST_OF_DAY
        return replace(said, number=None, acts=said.acts | {act})
    if said.acts == {Act.HOW_ARE_YOU} and asked.rstrip().endswith("?") and draft.goal != Goal.NONE:
        return replace(said, acts=frozenset({Act.YES}))  # "tudo bem" to "posso confirmar?"
    if said.text.strip(" .!") == "noite" and asks_period(asked):
        return replace(said, acts=said.acts - {Act.GREETING}, times=(EVENING,))
    if draft.goal != Goal.NONE or not said.has(Act.QUESTION) or said.acts - {Act.QUESTION, Act.ADD, Act.ONLY, Act.ALL}:
        return said
    if said.days and not said.services and tells_opening(asked):
        return replace(said, acts=said.acts | {Act.ASK_HOURS}, days=(), asked_days=said.wished_days)
    if (said.services or said.has(Act.ALL)) and not said.days and "R$" in asked and invites_to_book(asked):
        return replace(said, acts=said.acts | {Act.ASK_PRICE}, services=NOTHING, asked=said.services)
    return said


def _inside_the_stretch(said: Understanding, draft: Draft) -> Understanding:
    """ "Quinta", after "semana que vem", is the one of that week."""
    if draft.days is None or draft.days.is_single or not said.days:
        return said
    stretch = draft.days
    days = (
        replace(day, days=dates.into(day.days, stretch) or day.days) if day.is_weekday else day for day in said.days
    )
    return replace(said, days=tuple(days))


def _ruled_out_within(said: Understanding, draft: Draft) -> Understanding:
    """Of the day wished for only a part is ruled out ("sexta de manhã não"), of a stretch only some days."""
    refused, wished = said.refused, said.wished_days or draft.days
    if not refused.days:
        return said
    is_inside = wished is not None and any(wished.start <= item.days.start <= wished.end for item in refused.days)
    if refused.times:
        said = replace(said, refused=replace(refused, days=()) if is_inside else replace(refused, times=()))
    leaves_some = (is_inside and bool(refused.times)) or bool(draft.days and not draft.days.is_single)
    return replace(said, acts=said.acts - {Act.OTHER_DAY}) if leaves_some else said


def _from_now(said: Understanding, written_at: datetime) -> Understanding:
    wish = next((wish for wish in said.times if wish.in_minutes is not None), None)
    if wish is None:
        return said
    day, moment = at(wish, written_at)
    return replace(said, days=said.days or (DayMention(Days(day, day), 0),), times=(moment,))


def _one_of_both(said: Understanding, draft: Draft) -> Understanding:
    """ "Quinta" or "a 20", to "é quinta 19 ou sexta 20?"."""
    if not draft.between or said.clash:
        return said
    named = [day for day in said.days if day.is_weekday]
    weekdays = {day.days.start.weekday() for day in named}
    meant = [day for day in draft.between if day.weekday() in weekdays or (not said.days and day.day == said.number)]
    if len(meant) != 1:
        return said
    both = Days(meant[0], meant[0])
    mention = replace(named[0], days=both) if named else DayMention(both, 0)
    number = None if said.number == meant[0].day else said.number
    times = tuple(wish for wish in said.times if not wish.near or wish.near != time(min(meant[0].day, 23)))
    return replace(said, days=(mention,), number=number, times=times)


def _in_the_same_half(said: Understanding, draft: Draft) -> Understanding:
    """ "Às 8 então", after nine in the evening was wished for, is eight in the evening."""
    before = draft.time and (draft.time.near or draft.time.start)
    if not before or before.hour < NOON or not any(wish.near and wish.is_ambiguous for wish in said.times):
        return said
    later = (replace(wish, near=half_a_day_later(wish.near), is_ambiguous=False) for wish in said.times)
    return replace(said, times=tuple(later))


def _discusses_services(asked: str, draft: Draft) -> bool:
    """Services were named, and no times yet: "as duas" are two of them."""
    are_named = len(draft.considered) > 1 or says(asked, NOT_LISTED) or asks_service(asked)
    return are_named and not shown_times(asked) and not asks_period(asked)


def _hour_meant(number: int, asked: str) -> TimeWish | None:
    """ "10" where there is no tenth option, or where we asked for the part of the day, is ten o'clock."""
    options, shown = shown_options(asked), shown_times(asked)
    if number in options or number < 1:
        return None
    meant = [moment for moment in shown if moment.hour in (number, number + 12)]
    if len(set(meant)) == 1:
        return TimeWish(near=meant[0])
    is_time_asked = options or ASKS_TIME.search(fold(asked))
    return TimeWish(near=time(number)) if is_time_asked and 7 <= number <= 22 else None


def _moment(message: ChatMessage, facts: Facts) -> datetime:
    return message.sent_at.astimezone(facts.now.tzinfo) if message.sent_at else facts.now


def offers_on_table(story: Story, facts: Facts) -> tuple[OfferFact, ...]:
    """The offered slots that a line of ours since the last finished deed really showed."""
    today = facts.now.date()
    return tuple(
        offer for offer in facts.offers if any(tells_of(text, offer.start, today=today) for text in story.told)
    )
