"""A passage in parts, those words marked that the question asked for."""

from __future__ import annotations

import re
from collections.abc import Set

from apps.agents.knowledge.words import stems
from apps.lib.text import fold

_WORD = re.compile(r"(\w+)")


def marked(text: str, matched: Set[str]) -> list[tuple[str, bool]]:
    """(part, whether it is one of the matched stems' words); the parts together are the text."""
    parts = _WORD.split(text)
    known = stems(fold(word) for word in parts[1::2])
    told = [(part, index % 2 == 1 and known[fold(part)] in matched) for index, part in enumerate(parts)]
    return [(part, is_matched) for part, is_matched in told if part]
