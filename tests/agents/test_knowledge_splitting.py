"""Cutting a text into passages."""

from __future__ import annotations

import pytest

from apps.agents.knowledge.splitting import TARGET, Passage, split


def test_a_short_text_is_one_passage() -> None:
    assert split("Temos convênio com o estacionamento ao lado.") == [
        Passage("", "Temos convênio com o estacionamento ao lado.")
    ]


def test_passages_never_cross_a_heading() -> None:
    text = "# Atraso\nToleramos 15 minutos.\n\n## Cancelamento\nAvise duas horas antes."

    assert split(text) == [
        Passage("Atraso", "Toleramos 15 minutos."),
        Passage("Cancelamento", "Avise duas horas antes."),
    ]


@pytest.mark.parametrize("heading", ["ATRASO", "Atraso:"])
def test_headings_are_known_without_marks(heading: str) -> None:
    text = f"Regras da casa.\n\n{heading}\nToleramos 15 minutos."

    assert [passage.heading for passage in split(text)] == ["", heading.removesuffix(":")]


def test_a_heading_without_a_body_is_not_lost() -> None:
    assert split("# Só isto") == [Passage("", "Só isto")]


def test_paragraphs_are_kept_whole_as_long_as_they_fit() -> None:
    paragraph = "Uma frase de tamanho médio sobre a barbearia. " * 9  # about 400 characters

    passages = split("\n\n".join([paragraph.strip()] * 3))

    assert [passage.text.count("\n\n") for passage in passages] == [0, 0, 0] or len(passages) == 2
    assert all(len(passage.text) <= TARGET for passage in passages)


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    passages = split("Esta frase tem um começo e um fim. " * 60)

    assert len(passages) > 1
    assert all(len(passage.text) <= TARGET and passage.text.endswith("fim.") for passage in passages)


def test_nothing_but_whitespace_is_lost() -> None:
    text = "x" * 2000 + " " + "palavra " * 300

    joined = "".join(passage.text for passage in split(text))

    assert joined.replace(" ", "") == text.replace(" ", "")
    assert all(len(passage.text) <= TARGET for passage in split(text))
