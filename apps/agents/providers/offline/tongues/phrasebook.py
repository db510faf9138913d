"""Rewrites a message into plain Portuguese, phrase by phrase, the longest first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from apps.agents.providers.offline.language import fold
from apps.agents.providers.offline.tongues import english, spanish
from apps.agents.providers.offline.tongues.detect import Tongue

Rule = tuple[re.Pattern[str], str]


@dataclass(frozen=True)
class Phrasebook:
    """`rules` are rewritten first and in order; then the `phrases`, each once, in one pass."""

    rules: tuple[Rule, ...]
    phrases: Mapping[str, str]
    wording: re.Pattern[str]

    @classmethod
    def of(cls, rules: Mapping[str, str], phrases: Mapping[str, str]) -> Phrasebook:
        longest_first = sorted(phrases, key=len, reverse=True)
        wording = re.compile(r"(?<![\w])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w])")
        return cls(tuple((re.compile(pattern), plain) for pattern, plain in rules.items()), phrases, wording)

    def rewrite(self, text: str) -> str:
        for pattern, plain in self.rules:
            text = pattern.sub(plain, text)
        text = self.wording.sub(lambda match: self.phrases[match[0]], text)
        return re.sub(r"\s+([,.?!])", r"\1", re.sub(r"[ \t]+", " ", text)).strip()


BOOKS = {
    Tongue.ENGLISH: Phrasebook.of(english.RULES, english.PHRASES),
    Tongue.SPANISH: Phrasebook.of(spanish.RULES, spanish.PHRASES),
}


def in_portuguese(text: str, tongue: Tongue) -> str:
    """The plain Portuguese of a message; Portuguese itself comes back as it was."""
    book = BOOKS.get(tongue)
    return book.rewrite(fold(text.replace("’", " ").replace("'", " "))) if book else text
