"""A reply may only state prices and times that something told it: a fact, a tool, or the customer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from itertools import combinations

from apps.agents.providers.base import ChatMessage, Facts

_MONEY = re.compile(r"R\$\s*(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}))?")
_TIME = re.compile(r"\b(\d{1,2})\s*(?:[:h](\d{2})\b|(?:h|hs|horas?)\b)")
_PERCENT = re.compile(r"\b\d{1,3}\s*%")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:[+-]\d{2}:\d{2}|Z)?")
_JSON_PRICE = re.compile(r'"(?:price|preço)":\s*"(?:R\$\s*)?([\d.,]+)"')


def unfounded(text: str, *, facts: Facts, messages: Iterable[ChatMessage]) -> list[str]:
    """What the text claims without a source: prices, times of day, percentages. Empty when it is sound."""
    heard = list(messages)
    prices = _known_prices(facts, heard)
    times = _known_times(facts, heard)
    said = " ".join(message.content for message in heard if message.role == "user")
    bad = [m.group(0) for m in _MONEY.finditer(text) if _amount(m.group(1), m.group(2)) not in prices]
    bad += [m.group(0) for m in _TIME.finditer(text) if (int(m.group(1)), int(m.group(2) or 0)) not in times]
    bad += [m.group(0) for m in _PERCENT.finditer(text) if m.group(0) not in said]
    return bad


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


def _known_times(facts: Facts, heard: list[ChatMessage]) -> set[tuple[int, int]]:
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
            times |= {(int(m.group(1)), int(m.group(2) or 0)) for m in _TIME.finditer(message.content)}
    return times | {(hour % 12 + 12, minute) for hour, minute in times if hour < 8}


def _iso_times(text: str) -> set[tuple[int, int]]:
    moments = (datetime.fromisoformat(found) for found in _ISO.findall(text))
    return {(moment.hour, moment.minute) for moment in moments}
