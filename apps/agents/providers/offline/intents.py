"""Reads a message: the acts in it, and the services, people, days, times and choices it names."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time
from functools import lru_cache

from apps.agents.providers.base import Facts, HoursFact, ProfessionalFact, ServiceFact
from apps.agents.providers.offline import apart, busy, catalog, dates
from apps.agents.providers.offline import times as clock
from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.catalog import Mention
from apps.agents.providers.offline.consent import answer
from apps.agents.providers.offline.dates import Days
from apps.agents.providers.offline.language import fold, normalise
from apps.agents.providers.offline.one_for_another import without_exchanged_person, without_wrong_person
from apps.agents.providers.offline.provisos import Named, take_apart
from apps.agents.providers.offline.sentences import split
from apps.agents.providers.offline.services_named import NOT_BUT, SWAP, read_services
from apps.agents.providers.offline.settling import sort_out
from apps.agents.providers.offline.times import TimeWish
from apps.agents.providers.offline.tongues.detect import Tongue
from apps.agents.providers.offline.tongues.phrasebook import in_portuguese
from apps.agents.providers.offline.understanding import Understanding
from apps.agents.providers.offline.unlisted import unlisted_service
from apps.agents.providers.offline.wording import COMPILED

# A wish fits into this; what is longer is no wish, and must not cost seconds.
LONGEST = 1200
MOST_SENTENCES = 30
REMEMBERED = 2048


def understand(
    message: str, *, facts: Facts, today: date, tongue: Tongue = Tongue.PORTUGUESE
) -> tuple[Understanding, ...]:
    """The sentences of one message, each with its meaning. Corrections ("não, pera") start a new sentence."""
    return _understand(message[:LONGEST], facts.services, facts.professionals, facts.hours, today, tongue)


@lru_cache(maxsize=REMEMBERED)
def _understand(
    message: str,
    services: tuple[ServiceFact, ...],
    professionals: tuple[ProfessionalFact, ...],
    hours: tuple[HoursFact, ...],
    today: date,
    tongue: Tongue,
) -> tuple[Understanding, ...]:
    """A conversation is read anew at each step of each turn: what was read once is remembered."""
    facts = Facts(datetime.combine(today, time()), "", "", services=services, professionals=professionals, hours=hours)
    plain = in_portuguese(message, tongue)
    text = normalise(plain, known=catalog.vocabulary(facts))
    text = _busy_apart(text, facts)
    sentences = split(text)[:MOST_SENTENCES]
    read: list[Understanding] = []
    for sentence, is_correction in sentences:
        first, besides = apart.first_matter(sentence, facts=facts, today=today)
        said = _read(first, facts=facts, today=today, original=message, is_correction=is_correction)
        read.append(replace(said, spoken=message.strip() if len(sentences) == 1 and plain == message else sentence))
        if besides:
            read.append(Understanding(besides, spoken=besides, acts=frozenset({Act.AFTERWARDS})))
    return tuple(read)


def _busy_apart(text: str, facts: Facts) -> str:
    """What else the customer has to do tells when they are free, in whichever sentence it stands."""
    if COMPILED[Act.CANCEL].search(text):
        return text
    known = {word for service in facts.services for word in catalog.name_words(service)}
    is_moving = bool(COMPILED[Act.RESCHEDULE].search(text))
    return busy.as_wishes(text, has_time=lambda part: bool(clock.read_time(part)[0]), known=known, is_moving=is_moving)


# Acts whose words are taken out before days, times and services are looked for.
TAKEN = (
    Act.HOW_ARE_YOU, Act.GREETING, Act.THANKS, Act.BYE, Act.ABOUT_PERSON, Act.SOONEST, Act.LAST_OF_DAY, Act.SAME_TIME,
    Act.EARLIER, Act.LATER,
)  # fmt: skip
# "Cancela o corte e deixa só a barba": what stays is not cancelled.
KEPT = re.compile(
    r"(?:,| e| mas) (?:(?:vou|quero|pode|so) )*(?:deix|mant|fic)\w* (?:so |apenas |com )*(?:o|a|meu|minha) .*"
)
# Acts whose words may lie in what others take out.
WHOLE = (Act.MANIPULATION, Act.OFF_TOPIC, Act.ANOTHER)
EXTREME = re.compile(r"\bo (?:que (?:for|tiver|estiver) )?mais (?:cedo|tarde)\b")
SECOND_OPTION = re.compile(r"^(?:quero |prefiro |pode ser |fico com )?a segunda(?: opcao)?[ .!]*$")


# "O telefone do Carlos" is a question about him, no wish to be served by him.
CONTACT = re.compile(r"\b(?:telefone|celular|whats\w*|zap|numero d[eo]|contato d[eo]|instagram|insta|e-?mail)\b")


def _read(text: str, *, facts: Facts, today: date, original: str, is_correction: bool) -> Understanding:
    acts: set[Act] = {Act.CORRECTION} if is_correction else set()
    if text.endswith("?"):
        acts.add(Act.QUESTION)
    said, text = text, without_wrong_person(text, facts)
    if said != text:
        acts.add(Act.CORRECTION)
    instead_of, text = without_exchanged_person(text, facts)
    is_cancelling = bool(COMPILED[Act.CANCEL].search(text))
    parts = take_apart(
        _take_out(text, acts, TAKEN[:5]),
        read=lambda part: _named(part, facts=facts, today=today),
        is_cancelling=is_cancelling,
    )
    rest = KEPT.sub(" ", parts.kept) if is_cancelling else parts.kept
    acts |= _refusing(parts.refused)
    asks_contact = bool(CONTACT.search(rest))
    professional, stranger, rest = (None, "", rest) if asks_contact else catalog.find_professional(rest, facts)
    number = _ordinal(rest, today=today)
    rest = _take_out(rest, acts, TAKEN[5:8])
    rest = _take_out(EXTREME.sub(" ", rest), acts, TAKEN[8:])
    days, rest = ((), rest) if SECOND_OPTION.search(rest) else dates.read_days(rest, today=today)
    no_such_day, rest = dates.no_such_day(rest)
    times, rest = ((), rest) if COMPILED[Act.ASK_DURATION].search(rest) else clock.read_time(rest)
    if swap := SWAP.search(rest) or NOT_BUT.search(rest):
        rest = rest[swap.end() :]
        acts.add(Act.CORRECTION)
    named = read_services(rest, facts=facts, is_question=Act.QUESTION in acts)
    services, rest = named.mention, named.rest
    acts |= {act for act in Act if act in COMPILED and act not in TAKEN and COMPILED[act].search(rest)}
    if COMPILED[Act.GROUP].search(named.marked):
        acts.add(Act.GROUP)
    acts |= {act for act in WHOLE if COMPILED[act].search(text)}
    if number is None:
        number, rest = _number(rest)
    if not services and (unknown := unlisted_service(rest)):
        services = Mention(unknown=unknown)
    is_wish = bool(days or times or services or professional or stranger or acts & {Act.EARLIER, Act.LATER})
    acts |= answer(rest, text, is_wish=is_wish)
    read = Understanding(
        text=text,
        acts=frozenset(acts),
        services=replace(services, unknown=_as_written(services.unknown, original)),
        days=days,
        no_such_day=no_such_day,
        times=_settled(times, facts=facts, days=dates.merge(days)),
        professional_id=professional.id if professional else None,
        stranger=_as_written(stranger, original),
        number=number,
        also_unlisted=tuple(_as_written(name, original) for name in named.beside),
        variant=_as_written(named.variant, original),
        as_pair=_as_pair(text, facts=facts, today=today, original=original, is_correction=is_correction),
        refused=parts.refused + instead_of,
        second=replace(
            parts.second, times=_settled(parts.second.times, facts=facts, days=dates.merge(parts.second.days))
        ),
        rest=rest.replace("·", " ").strip(" ,.!?"),
    )
    return sort_out(read, original)


def _as_written(name: str, original: str) -> str:
    """ "joao" as the customer spelt it: "João"."""
    written = {fold(word): word for word in reversed(re.findall(r"\w+", original))}
    return " ".join(written.get(word, word) for word in name.split())


# "As duas" without a word that makes it an hour; with its accent, "às duas" is one.
PAIR = re.compile(r"\bas (?:duas|2)\b(?! (?:horas?|e|da|em|h)\b|[:h]\d)")


def _as_pair(text: str, *, facts: Facts, today: date, original: str, is_correction: bool) -> Understanding | None:
    if not PAIR.search(text) or re.search(r"[àá]s (?:duas|2)", original.lower()):
        return None
    plain = PAIR.sub("ambas", text)
    return _read(plain, facts=facts, today=today, original=original, is_correction=is_correction)


def _take_out(text: str, acts: set[Act], wanted: tuple[Act, ...]) -> str:
    """Note which of these acts `text` performs, and take their words out."""
    for act in wanted:
        if COMPILED[act].search(text):
            acts.add(act)
            text = COMPILED[act].sub(lambda match: " " * len(match[0]), text)
    return text


# Choices

ORDINALS: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(pattern), value)
    for pattern, value in (
        (r"\bo (?:que (?:for|tiver|estiver) )?mais cedo(?! (?:possivel|que))", 1),
        (r"\bo (?:que (?:for|tiver|estiver) )?mais tarde(?! (?:possivel|que))", -1),
        (r"\bprimeir[oa]s?\b(?! vez)|\b1[oa]\b", 1),
        (r"\bsegundo\b|\bsegunda (?:opcao|alternativa)\b|\b2[oa]\b|\b[oa] d[oa] meio\b", 2),
        (r"\bterceir[oa]s?\b|\b3[oa]\b", 3),
        (r"\b[oa] quarto\b|\bquarta (?:opcao|alternativa)\b|\b4[oa]\b", 4),
        (r"\bultim[oa](?! hora| vez| horario d)\b", -1),
    )
)
NUMBER = re.compile(
    r"(?<![\d/$,.:])(?<!\$ )(\d{1,2})(?![\d/:%]|[,.]\d"
    r"| ?(?:reais|conto|pila|min\b|minutos?|dias?\b|pessoas?\b|anos?\b|semanas?\b|vezes|x\b|·))"
)
WORDED_NUMBER = re.compile(r"^(?:(?:o|a|opcao|numero|quero|pode ser|prefiro) )*(um|uma|dois|duas|tres)[ .!]*$")


def _ordinal(text: str, *, today: date) -> int | None:
    """ "O segundo" → 2, "o último" → -1; the "segunda" of a week is a day."""
    if SECOND_OPTION.search(text):
        return 2
    _, text = dates.read_days(text, today=today)
    return next((value for pattern, value in ORDINALS if pattern.search(text)), None)


def _number(text: str) -> tuple[int | None, str]:
    if match := WORDED_NUMBER.search(text.replace("·", " ").strip()):
        return dates.NUMBERS[match[1]], text
    found = NUMBER.findall(text)
    return (int(found[-1]), NUMBER.sub(" ", text)) if found else (None, text)


# What is named


def _named(text: str, *, facts: Facts, today: date) -> tuple[Named, str]:
    professional, _, rest = catalog.find_professional(text, facts)
    days, rest = dates.read_days(rest, today=today)
    times, rest = clock.read_time(rest)
    times = _settled(times, facts=facts, days=dates.merge(days))
    return Named(days, times, professional.id if professional else None), rest


def _refusing(refused: Named) -> set[Act]:
    if not refused:
        return set()
    return {Act.EXCEPT, Act.OTHER_DAY} if refused.days else {Act.EXCEPT}


# Times in the light of opening hours


def _settled(times: tuple[TimeWish, ...], *, facts: Facts, days: Days | None) -> tuple[TimeWish, ...]:
    """Ambiguous hours settled: "às 3" is 15:00 where nobody opens at 3."""
    on_day = [window for window in facts.hours if days and days.is_single and window.weekday == days.start.weekday()]
    windows = on_day or list(facts.hours)
    return tuple(clock.settle_half(wish, is_open_at=lambda moment: _is_open(moment, windows)) for wish in times)


def _is_open(moment: time, windows: list[HoursFact]) -> bool:
    return any(window.start <= moment < window.end for window in windows) if windows else moment >= time(7)
