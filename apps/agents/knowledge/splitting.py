"""A text as passages of about 800 characters that never cross a heading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

TARGET = 800
_HEADING_LENGTH = 80
_MARKED = re.compile(r"#{1,6}\s+(.+?)\s*#*$")
_SENTENCE_END = re.compile(r"(?<=[.!?…;])\s+")


@dataclass(frozen=True)
class Passage:
    """`heading` is the one that `text` stands under, or empty."""

    heading: str
    text: str


def split(text: str) -> list[Passage]:
    """Whole paragraphs as long as they fit, else sentences, else words; nothing but whitespace is lost."""
    return [Passage(heading, piece) for heading, body in _sections(text) for piece in _packed(body)]


def _sections(text: str) -> Iterator[tuple[str, list[str]]]:
    """(heading, paragraphs) in order. A heading without a body keeps its words: it becomes a paragraph."""
    heading, paragraphs, lines = "", list[str](), list[str]()
    blocks = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for line, following in zip(blocks, [*blocks[1:], ""], strict=True):
        found = _heading(line, alone=not lines, following=following)
        if found is None and line.strip():
            lines.append(line.strip())
            continue
        if lines:
            paragraphs.append("\n".join(lines))
            lines = []
        if found is not None:
            yield from _closed(heading, paragraphs)
            heading, paragraphs = found, []
    if lines:
        paragraphs.append("\n".join(lines))
    yield from _closed(heading, paragraphs)


def _closed(heading: str, paragraphs: list[str]) -> Iterator[tuple[str, list[str]]]:
    if paragraphs:
        yield heading, paragraphs
    elif heading:
        yield "", [heading]


def _heading(line: str, *, alone: bool, following: str) -> str | None:
    """The heading this line is: `# Marked`, `IN CAPITALS`, or `Named:` above a body."""
    line = line.strip()
    if marked := _MARKED.match(line):
        return marked.group(1)[:200]
    if not alone or not 3 <= len(line) <= _HEADING_LENGTH or not following.strip():
        return None
    if line.isupper() and line[-1] not in ".,;":
        return line
    return line[:-1] if line.endswith(":") else None


def _packed(paragraphs: list[str]) -> Iterator[str]:
    held = ""
    for piece in (piece for paragraph in paragraphs for piece in _fitting(paragraph)):
        if held and len(held) + len(piece) + 2 > TARGET:
            yield held
            held = ""
        held = f"{held}\n\n{piece}" if held else piece
    if held:
        yield held


def _fitting(paragraph: str) -> Iterator[str]:
    """The paragraph, or parts of it that fit."""
    if len(paragraph) <= TARGET:
        yield paragraph
        return
    held = ""
    for part in (part for sentence in _SENTENCE_END.split(paragraph) for part in _words(sentence)):
        if held and len(held) + len(part) + 1 > TARGET:
            yield held
            held = ""
        held = f"{held} {part}" if held else part
    if held:
        yield held


def _words(sentence: str) -> Iterator[str]:
    """The sentence, cut between words (or inside one that is longer than a passage) where it is too long."""
    while len(sentence) > TARGET:
        cut = sentence.rfind(" ", 1, TARGET + 1)
        cut = cut if cut > 0 else TARGET
        yield sentence[:cut].rstrip()
        sentence = sentence[cut:].lstrip()
    if sentence:
        yield sentence
