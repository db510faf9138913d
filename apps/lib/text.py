"""Text as people type it: folding for search and comparison, and what PostgreSQL can't store."""

from __future__ import annotations

import re
import unicodedata

_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


def fold(value: str) -> str:
    """Lower case, no accents, single spaces: what searches and comparisons use."""
    decomposed = unicodedata.normalize("NFKD", value)
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(plain.casefold().split())


def storable(value: str) -> str:
    """The text without NUL and lone surrogates, which PostgreSQL's text and jsonb refuse."""
    return _NOT_STORABLE.sub("\N{REPLACEMENT CHARACTER}", value)


def storable_json(value: object) -> object:
    """The same for every string inside parsed JSON; numbers jsonb refuses become null."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, list):
        return [storable_json(item) for item in value]
    if isinstance(value, dict):
        return {storable(str(key)): storable_json(item) for key, item in value.items()}
    return value


def shorten(value: str, limit: int) -> str:
    """At most `limit` characters, ending in … when cut."""
    return value if len(value) <= limit else value[: limit - 1].rstrip() + "…"
