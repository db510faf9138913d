"""What customers say is understood: at least 95 of 100 phrases, among those no rule was made for too."""

from __future__ import annotations

import pytest

from tests.agents import corpus

ENOUGH = 0.95


@pytest.mark.parametrize("split", corpus.SPLITS)
@pytest.mark.parametrize("language", ["pt", "en", "es"])
def test_what_customers_say_is_understood(split: str, language: str) -> None:
    verdicts = [corpus.judge(phrase) for phrase in corpus.phrases(split) if phrase.language == language]

    wrong = [f"{verdict.phrase.text}: {verdict.got}" for verdict in verdicts if not verdict.is_right]
    assert len(wrong) <= len(verdicts) * (1 - ENOUGH), "\n".join(wrong)


def test_the_corpus_is_broad_enough() -> None:
    said = [phrase for phrase in corpus.phrases() if phrase.language == "pt"]

    assert len({phrase.text for phrase in said}) >= 400
    assert {phrase.category for phrase in said} == set(corpus.MEANS)


def test_no_phrase_was_both_tuned_on_and_held_out() -> None:
    assert not _texts("tuned") & _texts("held_out")


def _texts(split: str) -> set[tuple[str, str]]:
    return {(phrase.language, phrase.text.casefold()) for phrase in corpus.phrases(split)}
