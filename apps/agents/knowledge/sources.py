"""What an answer rests on, as a message keeps it for the team: the words of then, whatever the entry says later."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from apps.lib.text import shorten

LENGTH = 400  # of each passage


def source(pk: int, title: str, score: float, texts: Iterable[str]) -> dict[str, Any]:
    """`texts`: the passages of this entry, best first."""
    return {"id": pk, "title": title, "score": score, "text": "\n\n".join(shorten(text, LENGTH) for text in texts)}
