"""Where one sentence ends and the next begins, and which one takes back what was said."""

from __future__ import annotations

import re

from apps.agents.providers.offline.consent import is_plain_yes

SENTENCE = re.compile(r"(?<=[?!;\n])\s*|(?<=[a-z👍]\.)\s+|\.{2,}\s*|\n+")
CORRECTIONS = re.compile(
    r"(?:\b(?:ah |opa |ops |ih )*(?:nao )?(?:pera|espera|calma)(?: ai| la)?\b(?! (?:um|por)|[ .!]*$)|\bquer dizer\b"
    r"|\bna verdade\b|\balias\b|\bou melhor\b|\bdigo\b|\bcorrigindo\b|\berrei\b|\bmudei de ideia\b"
    r"|\bpensando bem\b)[ ,.!]*"
)
# A question tacked on: "quero corte sexta, vocês têm estacionamento?" But "isso aí é quanto" is one question.
ASIDE = re.compile(
    r", *(?=(?:e |mas )?(?:voces|qual|quais|quanto|onde|aceita|tem(?= [a-z])|posso|como|que horas|ate que horas"
    r"|quem|da para)\b)"
    r"|(?<!\bisso)(?<!\besse)(?<!\bessa)(?<! ai)(?<!\btudo)"
    r" e (?=(?:voces|qual|quanto|onde|aceita|que horas (?:abre|fecha)|ate que horas|tem (?:horario|vaga|hora))\b)"
)
# "Corte ou barba, qual é mais barato?" is one question.
ABOUT_EITHER = re.compile(r"^(?:(?:e|entre|o|a) )*[a-z]+ ou (?:o |a )?[a-z]+, *(?:qual|quanto|o que)\b")


def split(text: str) -> list[tuple[str, bool]]:
    """The sentences of a message, each with whether it takes back what came before."""
    pieces: list[tuple[str, bool]] = []
    for sentence in SENTENCE.split(text):
        position, is_correction = 0, False
        for match in CORRECTIONS.finditer(sentence):
            pieces.append((sentence[position : match.start()], is_correction))
            position, is_correction = match.end(), True
        pieces += [(clause, is_correction) for clause in _clauses(sentence[position:])]
    return [(piece.strip(" ,."), corrects) for piece, corrects in pieces if re.search(r"[a-z0-9👍👎😡?]", piece)]


def _clauses(sentence: str) -> list[str]:
    """A question tacked on, and what follows a plain yes ("sim, aceita pix?"), stand on their own."""
    if ABOUT_EITHER.search(sentence):
        return [sentence]
    clauses = ASIDE.split(sentence)
    head, comma, tail = clauses[0].partition(",")
    if comma and "?" in tail and is_plain_yes(head):
        clauses[:1] = [head, tail]
    return clauses
