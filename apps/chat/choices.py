"""Choices under a message: buttons where the channel has them, a list when they are more, numbers where it has none.

The text says the same everywhere, so that typing a number or a word always works too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.chat.adapters.registry import adapter_for
from apps.chat.models import Conversation, Message
from apps.lib.text import shorten

TITLE = 20  # a button's; a row has 24
ROW_TITLE = 24
MORE = "more:"
MORE_TITLE = "Ver mais"
MORE_TEXT = "Mais opções:"
TEXT_WITH_BUTTONS = 1024
YES_OR_NO = ({"Sim", "Não"}, {"Yes", "No"}, {"Sí", "No"})  # the question asks for them already


@dataclass(frozen=True)
class Option:
    """Something to tap; its title comes back as the customer's text."""

    id: str
    title: str
    description: str = ""


@dataclass(frozen=True)
class Dressed:
    text: str
    data: dict[str, Any]


def dress(kind: str, text: str, options: Sequence[Option], *, start: int = 0) -> Dressed:
    """The text and what goes with it on a channel of this kind; `start` is how many options were shown before."""
    adapter = adapter_for(kind)
    if not options:
        return Dressed(text, {})
    if not adapter.buttons and not adapter.rows:
        return Dressed(_numbered(text, options), {})
    if len(text) > TEXT_WITH_BUTTONS:
        return Dressed(text, {})
    left = options[start:]
    if start == 0 and len(left) <= adapter.buttons:
        return Dressed(text, {"buttons": _unique(left, TITLE, with_description=False)})
    if len(left) <= adapter.rows:
        return Dressed(text, {"rows": _unique(left, ROW_TITLE)})
    shown = left[: adapter.rows - 1]
    rows = _unique(shown, ROW_TITLE)
    rows.append({"id": f"{MORE}{start + len(shown)}", "title": MORE_TITLE})
    everything = [{"id": one.id, "title": one.title, "description": one.description} for one in options]
    return Dressed(text, {"rows": rows, "options": everything})


def next_page(conversation: Conversation, answered: Message, choice: str) -> Dressed | None:
    """The page a tap on "Ver mais" asks for; None when it was another tap, or the list is gone."""
    start = choice.removeprefix(MORE)
    quoted = answered.reply_to
    if not choice.startswith(MORE) or not start.isascii() or not start.isdigit() or quoted is None:
        return None
    options = [Option(**one) for one in quoted.data.get("options") or []]
    if not 0 < int(start) < len(options):
        return None
    return dress(conversation.channel.kind, MORE_TEXT, options, start=int(start))


def _numbered(text: str, options: Sequence[Option]) -> str:
    """The text, with a numbered line for each option unless it numbers them already."""
    if all(re.search(rf"(?<!\d){number}[).]", text) for number in range(1, len(options) + 1)):
        return text
    if {one.title for one in options} in YES_OR_NO:
        return text
    lines = [f"{number}. {_whole(one)}" for number, one in enumerate(options, 1)]
    return "\n".join([text, *lines])


def _whole(option: Option) -> str:
    return f"{option.title}: {option.description}" if option.description else option.title


def _unique(options: Sequence[Option], limit: int, *, with_description: bool = True) -> list[dict[str, str]]:
    """Cut to the limit in characters; titles that would be equal get their number, since Meta refuses twins."""
    shown: list[dict[str, str]] = []
    taken: set[str] = set()
    for number, option in enumerate(options, 1):
        title = shorten(option.title, limit)
        if title in taken:
            title = shorten(f"{number}) {option.title}", limit)
        taken.add(title)
        entry = {"id": option.id, "title": title}
        if with_description and option.description:
            entry["description"] = shorten(option.description, 72)
        shown.append(entry)
    return shown
