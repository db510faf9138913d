"""Finding the passages that answer a question: words, spelling and vectors, fused.

Two lists are made and fused by reciprocal rank: PostgreSQL full text over folded Portuguese (any of
the words, rank normalised by length) and hashed n-grams. Words nobody taught are first corrected
against the business's own vocabulary. The best of the fused list are then put in the order of their
score. Nothing leaves the machine.

`score` is no rank: ranks say nothing about whether a passage answers at all. It is how much of what
was asked the passage speaks of, from 0 to 1: the share of the question's words that it has (a rare
word tells more than a common one) and its n-gram cosine. `ANSWERS_FROM` was set where it best tells
apart the questions of benchmarks/data/questions.json that a shop's knowledge answers from those it
doesn't; `make bench ARGS=retrieval` says how well it does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from rapidfuzz import fuzz, process

from apps.agents.knowledge import index as indexes
from apps.agents.knowledge import ngrams
from apps.agents.knowledge.index import Index
from apps.agents.knowledge.words import is_timely, stems, telling
from apps.agents.models import KnowledgeChunk, KnowledgeEntry

ANSWERS_FROM = 0.55
CANDIDATES = 50
SCORED = 20
COMMON_FROM = 200  # passages that have a word
RRF_K = 60
SPELLING_FROM = 80  # of 100: rapidfuzz's ratio
SHORTEST_CORRECTED = 4
FARTHEST = 0.15  # a cosine under which n-grams found nothing, only noise

_FULL_TEXT = """
SELECT id FROM agents_knowledgechunk, to_tsquery('simple', %s) AS asked
WHERE search @@ asked ORDER BY ts_rank(search, asked, 1) DESC, id LIMIT %s
"""


@dataclass(frozen=True)
class Hit:
    """A passage, best first. `score` from 0 to 1; `answers` when it reaches the threshold."""

    entry_id: int
    kind: str
    title: str
    heading: str
    content: str
    score: float
    matched: frozenset[str] = frozenset()  # stems of the question that it has

    @property
    def answers(self) -> bool:
        return self.score >= ANSWERS_FROM

    @property
    def source(self) -> str:
        return f"knowledge/{self.entry_id}"


@dataclass(frozen=True)
class Question:
    """What was asked, as stems; `unknown` ones stand in no passage, not even misspelt."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    unknown: frozenset[str]
    is_timely: bool = False  # it says only when, not what

    @classmethod
    def read(cls, text: str, index: Index) -> Question:
        asked = telling(text)
        asked = [word for word in asked if not word.isdigit() or word in index.vocabulary]
        known = stems(asked)
        found = {word: _known_stem(word, known[word], index) for word in asked}
        unknown = frozenset(stem for word, stem in known.items() if found[word] is None)
        wanted = tuple(dict.fromkeys(found[word] or known[word] for word in asked))
        return cls(tuple(asked), wanted, unknown, all(map(is_timely, asked)))


def search(query: str, *, limit: int = 5) -> list[Hit]:
    """The best passages of the current business, whether they answer or not; [] when none has to do with it."""
    index = indexes.current()
    if index is None or not index.stems_of:
        return []
    question = Question.read(query, index)
    if not question.words:
        return []
    near = _near(question, index)
    fused = _fused([_full_text(question, index), [chunk for chunk, cosine in near if cosine >= FARTHEST]])
    cosines = dict(near)
    scores = {chunk: _score(question, chunk, cosines.get(chunk, 0.0), index) for chunk in fused[: max(SCORED, limit)]}
    best = sorted(scores, key=lambda chunk: -scores[chunk])[:limit]
    return _hits(best, scores, question, index)


def _known_stem(word: str, stem: str, index: Index) -> str | None:
    """The word's stem where some passage has it, or that of a taught word of its family or that it misspells."""
    if index.frequency[stem]:
        return stem
    if len(word) < SHORTEST_CORRECTED or word.isdigit():
        return None
    if kin := index.kin(stem) or index.noun(stem):
        return kin
    close = process.extractOne(word, index.vocabulary.keys(), scorer=fuzz.ratio, score_cutoff=SPELLING_FROM)
    return index.vocabulary[close[0]] if close else None


def _full_text(question: Question, index: Index) -> list[int]:
    """Any of the words; folded words and stems are letters and digits only, so they need no quoting.

    In a big base, words that hundreds of passages have choose none of them and cost the ranking of all: they
    are left out beside rarer ones. The score still counts them.
    """
    known = [stem for stem in question.stems if stem not in question.unknown]
    wanted = [stem for stem in known if index.frequency[stem] < COMMON_FROM] or known
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_FULL_TEXT, [" | ".join(wanted), CANDIDATES])
        return [row[0] for row in cursor.fetchall()]


def _near(question: Question, index: Index) -> list[tuple[int, float]]:
    return index.matrices[indexes.LOCAL].nearest(ngrams.vector(question.words), CANDIDATES)


def _fused(lists: Iterable[list[int]]) -> list[int]:
    """Reciprocal rank fusion: chunks that stand high in several lists, first."""
    points: dict[int, float] = {}
    for ranked in lists:
        for rank, chunk in enumerate(ranked, 1):
            points[chunk] = points.get(chunk, 0.0) + 1 / (RRF_K + rank)
    return sorted(points, key=lambda chunk: (-points[chunk], chunk))


def _score(question: Question, chunk: int, cosine: float, index: Index) -> float:
    """See the module's docstring."""
    weights = {stem: index.weight(stem) for stem in question.stems}
    had = sum(weight for stem, weight in weights.items() if stem in index.stems_of[chunk])
    covered = had / sum(weights.values())
    return round(min(1.0, 0.6 * covered + cosine), 3)


def _hits(best: list[int], scores: dict[int, float], question: Question, index: Index) -> list[Hit]:
    """In one statement; a chunk that has just gone is left out."""
    chunks = KnowledgeChunk.objects.select_related("entry").in_bulk(best)
    found = [_hit(chunks[pk], scores[pk], question, index) for pk in best if pk in chunks]
    return [hit for hit in found if _is_about(hit, question)] if question.is_timely else found


def _is_about(hit: Hit, question: Question) -> bool:
    """ "Que horas?" finds what is headed "Horário", not each passage in which an hour is named."""
    heads = set(stems(telling(f"{hit.title} {hit.heading}")).values())
    return bool(heads & set(question.stems))


def _hit(chunk: KnowledgeChunk, score: float, question: Question, index: Index) -> Hit:
    entry: KnowledgeEntry = chunk.entry
    return Hit(
        entry_id=entry.pk,
        kind=entry.kind,
        title=entry.title,
        heading=chunk.heading,
        content=chunk.text,
        score=score,
        matched=frozenset(question.stems) & index.stems_of[chunk.pk],
    )
