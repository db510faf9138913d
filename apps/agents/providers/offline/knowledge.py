"""Questions the facts can't answer are looked up in what the business taught its agent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.context import SEARCH_KNOWLEDGE, Call, Context
from apps.agents.providers.offline.language import fold, words
from apps.agents.providers.offline.understanding import Understanding

MOST_LOOKUPS = 2
LONGEST_ANSWER = 320
# Asked for in a word ("formas de pagamento", "wifi"), without the form of a question.
TOPICS = frozenset(
    """estacionamento pagamento pagamentos cartao pix dinheiro credito debito parcela parcelamento wifi internet
    acessibilidade banheiro cafe cerveja bebida garantia politica tolerancia convenio cancelamento instagram site
    produtos pomada vale presente pacote pacotes plano planos fidelidade""".split()
)
NOBODYS_BUSINESS = (Act.EMERGENCY, Act.PERSON, Act.COMPLAINT, Act.OTHER_CUSTOMER, Act.MANIPULATION, Act.UNREADABLE)


def look_up(context: Context) -> Call | None:
    """The next question of this turn that nobody has looked up yet."""
    if SEARCH_KNOWLEDGE not in context.tools or context.has(*NOBODYS_BUSINESS):
        return None
    if len(context.lookups) >= MOST_LOOKUPS:
        return None
    waiting = (said.spoken for said in open_questions(context) if said.spoken not in context.lookups)
    query = next(waiting, None)
    return Call(SEARCH_KNOWLEDGE, {"query": query}) if query else None


def open_questions(context: Context) -> Iterator[Understanding]:
    """The sentences of the turn that ask for what no fact tells."""
    return (said for said in context.turn.said if _is_open(context, said))


def unanswered(context: Context) -> bool:
    return any(not answer(context, said) for said in context.turn.said if said.is_unknown_question)


def answer(context: Context, said: Understanding) -> str:
    """What the business's own words say to it, in short; empty when they don't."""
    passages = context.lookups.get(said.spoken, ())
    return excerpt(passages[0], said.text) if passages and _is_open(context, said) else ""


def _is_open(context: Context, said: Understanding) -> bool:
    facts = context.facts
    is_topic = said.is_unknown and any(word in TOPICS for word in words(said.text))
    no_address = said.has(Act.ASK_ADDRESS) and not facts.address.strip()
    no_hours = said.has(Act.ASK_HOURS) and not (facts.hours or facts.closed_days)
    is_kind = bool(said.variant) and said.has(Act.ASK_IF_OFFERED)
    return said.is_unknown_question or said.has(Act.ASK_CANCELLING) or is_topic or no_address or no_hours or is_kind


SENTENCES = re.compile(r"(?<=[.!?])\s+|\n+")


def excerpt(passage: dict[str, Any], question: str) -> str:
    """The passage, or of a long one the sentences nearest to the question, as whole sentences."""
    text = " ".join(str(passage.get("content", "")).split())
    if len(text) > LONGEST_ANSWER:
        text = _nearest(SENTENCES.split(text), question)
    return text if not text or text[-1] in ".!?" else text + "."


def _heads(text: str) -> set[str]:
    """The beginnings of its longer words: "gatos" and "gato" are one."""
    return {word.rstrip("s")[:6] for word in words(text) if len(word) > 3}


def _nearest(sentences: list[str], question: str) -> str:
    """The sentence sharing most words with the question, and what follows as far as it fits."""
    asked = _heads(question)
    shared = [len(asked & _heads(fold(sentence))) for sentence in sentences]
    first = shared.index(max(shared))
    kept = sentences[first][:LONGEST_ANSWER]
    for sentence in sentences[first + 1 :]:
        if len(kept) + len(sentence) >= LONGEST_ANSWER:
            break
        kept = f"{kept} {sentence}"
    return kept
