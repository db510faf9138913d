"""A reply may only state what something told it: a fact, a tool, or the customer.

Checked are prices, times of day, discounts, links, and what is said to be done. What the business taught counts
as told: the passages that `search_knowledge` gave in this turn.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import combinations
from typing import Any

from apps.agents.providers.base import ChatMessage, Facts
from apps.lib.text import fold

_AMOUNT = r"(\d{1,3}(?:\.\d{3})+|\d+)(?:[.,](\d{1,2})(?!\d))?"
_MONEY = (
    re.compile(rf"(?:R\$|\bRS|\bUS\$|\$|€)\s*{_AMOUNT}", re.IGNORECASE),
    re.compile(rf"(?<![\d.,]){_AMOUNT}\s*(?:reais|real|contos?|pilas?|paus|d[oó]lares|euros)\b", re.IGNORECASE),
    re.compile(r"(?<![\d.,])(\d{1,3}(?:\.\d{3})+|\d+),(\d{2})(?![\d,])"),
)
_TIME = re.compile(r"(?<![\d:,.])(\d{1,2})\s*(?:[:h]\s?(\d{2})(?!\d)|(?:h|hs|horas?)\b)")
_SPOKEN_TIME = (  # half a day may be meant: "às 3 e meia"
    re.compile(r"\bàs (\d{1,2})(?: e (meia|\d{2})\b)?(?![\d:h,]| ?h| horas?\b| e \d)", re.IGNORECASE),
    re.compile(r"\b(\d{1,2})(?: e (meia|\d{2}))? d[ae] (?:manhã|tarde|noite|madrugada)\b", re.IGNORECASE),
)
_PERCENT = re.compile(r"\b(\d{1,3})\s*(?:%|por cento\b)", re.IGNORECASE)
_FREE = re.compile(
    r"\b(?:de graça|grátis|gratuit[oa]s?|sem custo|(?:cortesia|por conta) da casa|metade do (?:preço|valor))", re.I
)
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>()\"']+"
    r"|(?<![@\w.])(?:[a-z0-9-]+\.)+(?:com|br|net|org|io|me|app|link|site|info|biz|co|shop|online|dev|xyz|ly|gl|gg|example)"
    r"\b(?:/[^\s<>()\"']*)?",
    re.IGNORECASE,
)
_DEED = re.compile(
    r"\b(?:agendei|marquei|reservei|cancelei|desmarquei|remarquei|reagendei)\b"
    r"|\b(?:está|estão|foi|foram|ficou|fica|já)\s+(?:tudo\s+)?"
    r"(?:agendad|marcad|reservad|cancelad|desmarcad|remarcad|reagendad)[oa]s?\b"
    r"|(?:^|[.!?]\s+)(?:agendad|marcad|reservad|cancelad|desmarcad|remarcad|reagendad)[oa]\b",
    re.IGNORECASE,
)
_DONE = ("booked", "rescheduled", "cancelled")
_NUMBERS = {
    word: number
    for number, words in enumerate(
        "zero|um uma|dois duas|três|quatro|cinco|seis|sete|oito|nove|dez|onze|doze|treze|catorze quatorze|quinze|"
        "dezesseis|dezessete|dezoito|dezenove|vinte".split("|")
    )
    for word in words.split()
} | {"trinta": 30, "quarenta": 40, "cinquenta": 50, "sessenta": 60, "setenta": 70, "oitenta": 80, "noventa": 90}
_NUMBER = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_WORDED = re.compile(
    rf"\b({_NUMBER})(?: e ({_NUMBER}))?(?= (?:horas?|reais|real|contos?|por cento|da (?:manhã|tarde|noite))\b)"
    rf"|(?<=\bàs )({_NUMBER})(?: e ({_NUMBER}))?\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\b(?:não|nem|nunca|sem)\b[^.!?\n]{0,40}$", re.IGNORECASE)
_WORDS_OF_RULES = 8  # so many in a row are a quotation
_WORDS_OF_PROMPT = 25  # what the owner wrote may be meant for customers, not a page of it
_SECRET = re.compile(
    r"\b(?:nunca|nao|jamais) (?:diga|digas|conte|revele|fale|mencione|mostre|comente|repita|compartilhe|informe)\b"
    r"|\b(?:segredo|secreto|secreta|sigilo|sigiloso|sigilosa|confidencial|interno|interna)\b"
)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:[+-]\d{2}:\d{2}|Z)?")
_JSON_PRICE = re.compile(r'"(?:price|preço)":\s*"(?:R\$\s*)?([\d.,]+)"')

Clock = tuple[int, int]


def unfounded(text: str, *, facts: Facts, messages: Iterable[ChatMessage], instructions: str = "") -> list[str]:
    """What the text claims without a source. Empty when it is sound."""
    heard, text = list(messages), _plain(text)
    taught = _plain(_taught(heard))
    told = f"{taught}\n{instructions}"
    prices = _known_prices(facts, heard) | {_amount(found) for found in _money(taught)}
    times = _known_times(facts, heard, taught)
    percents = {found[1] for found in _PERCENT.finditer(taught)}
    links = _plain("\n".join([*(m.content for m in heard if m.role != "tool"), told, facts.address])).casefold()
    bad = [found[0] for found in _money(text) if _amount(found) not in prices]
    bad += [found[0] for found in _TIME.finditer(text) if _clock(found) not in times]
    bad += [found[0] for found in _spoken(text) if not _halves(_clock(found)) & times]
    bad += [found[0] for found in _PERCENT.finditer(text) if found[1] not in percents and not _is_denied(text, found)]
    bad += [
        found[0]
        for found in _FREE.finditer(text)
        if found[0].casefold() not in told.casefold() and not _is_denied(text, found) and Decimal(0) not in prices
    ]
    bad += [found[0] for found in _LINK.finditer(text) if found[0].rstrip(".,;!?").casefold() not in links]
    return bad + _undone(text, facts, heard)


def leaked(text: str, rules: str) -> list[str]:
    """Where the text quotes our own rules, as a customer or a document may have told the model to."""
    said = " ".join(_words(text))
    quotations = (quoted for line in rules.splitlines() for quoted in _quotations(line, _WORDS_OF_RULES))
    return [f"rules: {quoted}" for quoted in quotations if quoted in said][:1]


def betrayed(text: str, prompt: str) -> list[str]:
    """Where the text quotes the owner's instructions at length, or a line of them that is not for customers."""
    said = " ".join(_words(text))
    found = [quoted for quoted in _quotations(prompt, _WORDS_OF_PROMPT) if quoted in said]
    secret = "\n".join(line for line in prompt.splitlines() if _SECRET.search(fold(line)))
    return [f"instructions: {quoted}" for quoted in found[:1]] or leaked(text, secret)


def _quotations(text: str, length: int) -> Iterator[str]:
    """Every run of so many words."""
    words = _words(text)
    for start in range(len(words) - length + 1):
        yield " ".join(words[start : start + length])


def names_time(text: str, moment: datetime) -> bool:
    """Whether the text says this time of day in any of its spellings; half a day may be meant."""
    said = {(hour % 12, minute) for hour, minute in _said_times(_plain(text))}
    return (moment.hour % 12, moment.minute) in said


# What the text says --------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """One spelling: no invisible characters, no look-alikes of digits and signs, worded numbers as digits."""
    visible = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    return _WORDED.sub(_in_digits, visible)


def _in_digits(found: re.Match[str]) -> str:
    """ "vinte e cinco reais" is one number, "às quinze e trinta" are two."""
    one, more = found[1] or found[3], found[2] or found[4]
    first, second = _NUMBERS[one.casefold()], _NUMBERS[more.casefold()] if more else None
    if second is None:
        return str(first)
    if first >= 20 and first % 10 == 0 and 0 < second < 10:
        return str(first + second)
    return f"{first} e {second:02d}"


def _money(text: str) -> Iterator[re.Match[str]]:
    seen: list[tuple[int, int]] = []
    for pattern in _MONEY:
        for found in pattern.finditer(text):
            if not any(start < found.end() and found.start() < end for start, end in seen):
                seen.append(found.span())
                yield found


def _spoken(text: str) -> Iterator[re.Match[str]]:
    for pattern in _SPOKEN_TIME:
        yield from pattern.finditer(text)


def _clock(found: re.Match[str]) -> Clock:
    return int(found[1]), 30 if found[2] == "meia" else int(found[2] or 0)


def _halves(clock: Clock) -> set[Clock]:
    return {clock, (clock[0] % 12 + 12, clock[1])}


def _amount(found: re.Match[str]) -> Decimal:
    return Decimal(found[1].replace(".", "") + "." + (found[2] or "0").ljust(2, "0"))


def _is_denied(text: str, found: re.Match[str]) -> bool:
    """ "não dou 10%", "não é de graça": no promise."""
    return bool(_NEGATED.search(text[: found.start()]))


def _undone(text: str, facts: Facts, heard: list[ChatMessage]) -> list[str]:
    """What is said to be booked, moved or cancelled, when nothing was: not now, not before."""
    results = [json.loads(message.content) for message in heard if message.role == "tool"]
    if any(isinstance(result, dict) and result.get("status") in _DONE for result in results) or facts.appointments:
        return []
    if any(_DEED.search(message.content) for message in heard if message.role == "assistant"):
        return []
    return [
        found[0].strip()
        for found in _DEED.finditer(text)
        if not _is_denied(text, found) and not text[found.end() :].split(".")[0].split("!")[0].rstrip().endswith("?")
    ]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


# What is known -------------------------------------------------------------------------------------


def _taught(heard: list[ChatMessage]) -> str:
    """The passages that came back from a search, as one text."""
    found: list[Any] = [json.loads(message.content) for message in heard if message.role == "tool"]
    passages = [passage for result in found for passage in result.get("passages") or []]
    return "\n".join(f"{passage['title']}\n{passage['content']}" for passage in passages)


def _known_prices(facts: Facts, heard: list[ChatMessage]) -> set[Decimal]:
    single = [service.price for service in facts.services]
    sums = {sum(group, Decimal(0)) for size in (1, 2, 3) for group in combinations(single, size)}
    sums |= {appointment.price for appointment in facts.appointments}
    for message in heard:
        if message.role == "tool":
            sums |= {
                Decimal(found) for found in _JSON_PRICE.findall(message.content) if re.fullmatch(r"\d+\.\d+", found)
            }
    return {Decimal(price).quantize(Decimal("0.01")) for price in sums}


def _known_times(facts: Facts, heard: list[ChatMessage], taught: str) -> set[Clock]:
    times = {(moment.hour, moment.minute) for hours in facts.hours for moment in (hours.start, hours.end)}
    for day in facts.closed_days:
        times |= {(moment.hour, moment.minute) for moment in (day.start, day.end) if moment}
    times |= {(offer.start.hour, offer.start.minute) for offer in facts.offers}
    times |= {(appointment.start.hour, appointment.start.minute) for appointment in facts.appointments}
    if facts.proposal:
        times |= _iso_times(json.dumps(facts.proposal.summary))
    for message in heard:
        if message.role == "tool":
            times |= _iso_times(message.content)
        else:  # what the customer, or we before, already said
            times |= _said_times(_plain(message.content))
    times |= _said_times(taught)
    return times | {(hour % 12 + 12, minute) for hour, minute in times if hour < 8}


def _said_times(text: str) -> set[Clock]:
    exact = {_clock(found) for found in _TIME.finditer(text)}
    return exact.union(*(_halves(_clock(found)) for found in _spoken(text)))


def _iso_times(text: str) -> set[Clock]:
    times = set()
    for found in _ISO.findall(text):
        try:
            moment = datetime.fromisoformat(found)
        except ValueError:  # a tool may repeat what the model or a document made up: no such day
            continue
        times.add((moment.hour, moment.minute))
    return times
