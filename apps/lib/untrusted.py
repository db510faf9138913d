"""Ids, days and times as URLs and forms bring them: anything may stand there, and None is what makes no sense."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

BIGGEST_ID = 2**63 - 1  # a bigint's
EARLIEST, LATEST = date(2000, 1, 1), date(2200, 1, 1)  # days that a business can mean


def an_id(value: str) -> int | None:
    if not (value.isascii() and value.isdigit() and len(value) < 20):
        return None
    return int(value) if 0 < int(value) <= BIGGEST_ID else None


def a_date(value: str) -> date | None:
    """YYYY-MM-DD between EARLIEST and LATEST."""
    try:
        day = parse_date(value)
    except ValueError:
        return None
    return day if day and EARLIEST < day < LATEST else None


def a_moment(value: str, *, after: date = EARLIEST, before: date = LATEST) -> datetime | None:
    """An ISO 8601 time on a day between the two, aware: without an offset it is the business's.

    The "+" of an offset arrives from a URL as a space.
    """
    try:
        moment = parse_datetime(value.replace(" ", "+"))
    except ValueError:
        return None
    if moment is None or not after < moment.date() < before:
        return None
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
