"""A reply may only state prices, times and links that something told it: a fact, a tool, or the customer.

What the business taught counts as told: prices, times, percentages and links of the passages that
`search_knowledge` gave in this turn.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from itertools import combinations

from apps.agents.providers.base import ChatMessage, Facts
from apps.lib.text import fold

_MONEY = re.compile(r"R\$\s*(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}))?")
_TIME = re.compile(r"\b(\d{1,2})\s*(?:[:h](\d{2})\b|(?:h|hs|horas?)\b)")
_PERCENT = re.compile(r"\b(\d{1,3})\s*%")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>()\"']+", re.IGNORECASE)
_WORDS_OF_RULES = 8  # so many in a row are a quotation
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:[+-]\d{2}:\d{2}|Z)?")
_JSON_PRICE = re.compile(r'"(?:price|preço)":\s*"(?:R\$\s*)?([\d.,]+)"')


def unfounded(text: str, *, facts: Facts, messages: Iterable[ChatMessage], instructions: str = "") -> list[str]:
    """What the text claims without a source: prices, times of day, percentages, links. Empty when it is sound."""
    heard = list(messages)
    taught = _taught(heard)
    prices = _known_prices(facts, heard) | {_amount(*m.groups()) for m in _MONEY.finditer(taught)}
    times = _known_times(facts, heard, taught)
    said = "\n".join(message.content for message in heard if message.role != "tool")
    asked = "\n".join(message.content for message in heard if message.role == "user")
    percents = {m.group(1) for m in _PERCENT.finditer(f"{asked}\n{taught}")}
    links = f"{said}\n{taught}\n{facts.address}\n{instructions}".casefold()
    bad = [m.group(0) for m in _MONEY.finditer(text) if _amount(m.group(1), m.group(2)) not in prices]
    bad += [m.group(0) for m in _TIME.finditer(text) if _clock(m) not in times]
    bad += [m.group(0) for m in _PERCENT.finditer(text) if m.group(1) not in percents]
    bad += [m.group(0) for m in _LINK.finditer(text) if m.group(0).rstrip(".,;!?").casefold() not in links]
    return bad


def leaked(text: str, rules: str) -> list[str]:
    """Where the text quotes our own rules, as a customer or a document may have told the model to."""
    said = " ".join(_words(text))
    for line in rules.splitlines():
        words = _words(line)
        for start in range(len(words) - _WORDS_OF_RULES + 1):
            if (quoted := " ".join(words[start : start + _WORDS_OF_RULES])) in said:
                return [f"rules: {quoted}"]
    return []


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def _taught(heard: list[ChatMessage]) -> str:
    """The passages that came back from a search, as one text."""
    found = [json.loads(message.content) for message in heard if message.role == "tool"]
    passages = [passage for result in found for passage in result.get("passages") or []]
    return "\n".join(f"{passage['title']}\n{passage['content']}" for passage in passages)


def _clock(found: re.Match[str]) -> tuple[int, int]:
    return int(found.group(1)), int(found.group(2) or 0)


def _amount(whole: str, cents: str | None) -> Decimal:
    return Decimal(whole.replace(".", "") + "." + (cents or "0").ljust(2, "0"))


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


def _known_times(facts: Facts, heard: list[ChatMessage], taught: str) -> set[tuple[int, int]]:
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
            times |= {_clock(m) for m in _TIME.finditer(message.content)}
    times |= {_clock(m) for m in _TIME.finditer(taught)}
    return times | {(hour % 12 + 12, minute) for hour, minute in times if hour < 8}


def _iso_times(text: str) -> set[tuple[int, int]]:
    moments = (datetime.fromisoformat(found) for found in _ISO.findall(text))
    return {(moment.hour, moment.minute) for moment in moments}
