"""How a message comes out of somebody's fingers."""

from __future__ import annotations

import random
import re

SHORT = {
    "você": "vc", "vocês": "vcs", "hoje": "hj", "amanhã": "amn", "quero": "qro", "também": "tbm", "para": "pra",
    "que": "q", "não": "n", "depois": "dps", "beleza": "blz", "horário": "hr", "quanto": "qnt", "por favor": "pfv",
}  # fmt: skip
ACCENTS = str.maketrans("áàâãéêíóôõúç", "aaaaeeiooouc")


def neat(text: str, _: random.Random) -> str:
    return text


def hurried(text: str, dice: random.Random) -> str:
    """Short forms, no capitals, no accents, no full stop."""
    text = text.lower().rstrip(".!")
    for long, short in SHORT.items():
        if dice.random() < 0.6:
            text = re.sub(rf"\b{long}\b", short, text)
    return text.translate(ACCENTS)


def clumsy(text: str, dice: random.Random) -> str:
    """A slip in about every fourth longer word: letters swapped, dropped, doubled."""
    return re.sub(r"[^\W\d_]{5,}", lambda word: _slip(word[0], dice) if dice.random() < 0.25 else word[0], text.lower())


def _slip(word: str, dice: random.Random) -> str:
    spot = dice.randrange(1, len(word) - 1)
    swapped = word[:spot] + word[spot + 1] + word[spot] + word[spot + 2 :]
    return dice.choice([swapped, word[:spot] + word[spot + 1 :], word[:spot] + word[spot] + word[spot:]])


def long_winded(text: str, dice: random.Random) -> str:
    """Courtesy before, blessings after, the matter somewhere between."""
    before = dice.choice(
        [
            "Bom dia, meu filho, tudo bem com você? Aqui quem fala é o seu Alcides.",
            "Olá, boa tarde, como vai? Desculpe incomodar, é a dona Lourdes, vizinha da padaria.",
            "Minha filha, me desculpe, não entendo muito bem desse celular.",
        ]
    )
    after = dice.choice(["Muito obrigada, Deus abençoe.", "Agradeço desde já a atenção.", "Um abraço para todos aí."])
    return f"{before} {text} {after}"
