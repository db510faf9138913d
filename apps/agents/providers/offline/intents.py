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
from apps.agents.providers.offline.provisos import NOTHING_NAMED, Named, take_apart
from apps.agents.providers.offline.sentences import split
from apps.agents.providers.offline.settling import sort_out
from apps.agents.providers.offline.times import TimeWish
from apps.agents.providers.offline.tongues.detect import Tongue
from apps.agents.providers.offline.tongues.phrasebook import in_portuguese
from apps.agents.providers.offline.understanding import Understanding
from apps.agents.providers.offline.unlisted import also_unlisted, unlisted_deed, unlisted_service, variant
from apps.agents.providers.offline.wording import COMPILED
from apps.agents.providers.offline.wording.wishes import SERVICE

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
# "Troca o corte por barba": what stands after "por" is wished.
SWAP = re.compile(r"\b(?:troc|substitu)\w+ (?:(?:o|a|de|meu|minha) )*[a-z]+ por\b")
# "Não quero mais o corte, quero barba".
NOT_BUT = re.compile(
    r"\bnao (?:quero|vou querer)(?: mais)?(?: (?:o|a|fazer|cortar))* [a-z]{4,}[, ]+(?:e |mas )?"
    r"(?=quero |queria |prefiro |so )"
)
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
    said, text = text, _without_wrong_person(text, facts)
    if said != text:
        acts.add(Act.CORRECTION)
    instead_of, text = _without_exchanged_person(text, facts)
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
    before = rest
    services, rest = catalog.find_services(rest, facts)
    acts |= {act for act in Act if act in COMPILED and act not in TAKEN and COMPILED[act].search(rest)}
    marked = _services_marked(before, rest)
    if COMPILED[Act.GROUP].search(marked):
        acts.add(Act.GROUP)
    kind, is_another = _variant(before, marked, services, facts=facts, is_question=Act.QUESTION in acts)
    services = _without_refused_services(services, before, marked, facts)
    beside = also_unlisted(marked) if services.ids else ()
    if deed := unlisted_deed(before, marked):
        kind, is_another = (deed[0], True) if deed[1] else (kind, is_another)
        beside = (*beside, deed[0]) if deed[0] and not deed[1] and deed[0].split()[0] not in beside else beside
    if is_another:
        services, kind = Mention(unknown=_as_written(kind, original)), ""
    acts |= {act for act in WHOLE if COMPILED[act].search(text)}
    if number is None:
        number, rest = _number(rest)
    if not services and (unknown := unlisted_service(rest)):
        services = Mention(unknown=_as_written(unknown, original))
    is_wish = bool(days or times or services or professional or stranger or acts & {Act.EARLIER, Act.LATER})
    acts |= answer(rest, text, is_wish=is_wish)
    read = Understanding(
        text=text,
        acts=frozenset(acts),
        services=services,
        days=days,
        no_such_day=no_such_day,
        times=_settled(times, facts=facts, days=dates.merge(days)),
        professional_id=professional.id if professional else None,
        stranger=_as_written(stranger, original),
        number=number,
        also_unlisted=tuple(_as_written(name, original) for name in beside),
        variant=_as_written(kind, original),
        as_pair=_as_pair(text, facts=facts, today=today, original=original, is_correction=is_correction),
        refused=parts.refused + instead_of,
        second=replace(
            parts.second, times=_settled(parts.second.times, facts=facts, days=dates.merge(parts.second.days))
        ),
        rest=rest.replace("·", " ").strip(" ,.!?"),
    )
    return sort_out(read, original)


# "Não é com o Carlos, eu queria o Léo".
NOT_WITH = re.compile(
    r"\bnao (?:e|era|seria|foi) (?:para ser )?(?:com )?(?:o |a )?(?P<name>[a-z]+)[, ]+(?:(?:e|mas|eu|sim) )*"
    r"(?=(?:quero|queria|prefiro|preferia|era|e)\b)"
)


def _without_wrong_person(text: str, facts: Facts) -> str:
    wrong = NOT_WITH.search(text)
    names = {fold(person.name.split()[0]) for person in facts.professionals if person.name.strip()}
    return text[: wrong.start()] + text[wrong.end() :] if wrong and wrong["name"] in names else text


# "Troca o Léo pelo Carlos", "mudar do Léo pro Carlos", "em vez do Léo, o Carlos".
PERSON_FOR_PERSON = re.compile(
    r"\b(?:(?:troc|mud|substitu|pass)\w+|em vez|ao inves|no lugar) (?:(?:d[eoa]|o|a|com) )*(?P<was>[a-z]+)"
    r"(?P<by>,? (?:(?:por|pelo|pela|para|com|pode|ser|quero|queria|o|a) )*)(?P<wished>[a-z]+)"
)


def _without_exchanged_person(text: str, facts: Facts) -> tuple[Named, str]:
    """The one whom somebody else shall stand in for, and `text` with the other one only."""
    found = PERSON_FOR_PERSON.search(text)
    was = catalog.namesakes(found["was"], facts) if found else ()
    if not found or len(was) != 1 or not catalog.namesakes(found["wished"], facts):
        return NOTHING_NAMED, text
    left = text[: found.start("was")] + text[found.start("wished") :]
    return Named(professional_id=was[0].id), left


def _services_marked(before: str, after: str) -> str:
    """ "2 ·····" is a group when it is "2 cortes", not when it is "2 às 16h"."""
    marked = (SERVICE if now == "·" != was else now for was, now in zip(before, after, strict=True))
    return "".join(marked)


def _as_written(name: str, original: str) -> str:
    """ "joao" as the customer spelt it: "João"."""
    written = {fold(word): word for word in reversed(re.findall(r"\w+", original))}
    return " ".join(written.get(word, word) for word in name.split())


def _variant(before: str, marked: str, services: Mention, *, facts: Facts, is_question: bool) -> tuple[str, bool]:
    if not services.ids:
        return "", False
    listed = [word for service in catalog.by_id(facts, services.ids) for word in catalog.name_words(service)]
    return variant(before, marked, listed=listed, is_question=is_question)


NOT_WANTED = re.compile(r"\bnao (?:quero|queria|preciso|vou querer|precisa)(?: (?:mais|fazer|de|o|a|do|da))* (?=§)")


def _without_refused_services(services: Mention, before: str, marked: str, facts: Facts) -> Mention:
    """ "Barba na sexta, não quero corte": of several services named, those not wanted are none."""
    refused: set[int] = set()
    for match in NOT_WANTED.finditer(marked):
        end = match.end() + len(re.match(r"§*", marked[match.end() :])[0])  # type: ignore[index]
        refused |= set(catalog.find_services(before[match.end() : end], facts)[0].ids)
    left = tuple(pk for pk in services.ids if pk not in refused)
    return replace(services, ids=left) if left else services


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
