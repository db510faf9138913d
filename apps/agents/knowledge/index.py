"""A business's passages in this process's memory: vectors, stems and the words to correct spelling against.

Read once for each version of the knowledge; keyed by schema and version, so that a change is seen at the
next search and no business ever meets another's.
"""

from __future__ import annotations

import math
import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from apps.agents.knowledge import ngrams
from apps.agents.knowledge.words import stems, words
from apps.agents.models import KnowledgeChunk, KnowledgeState, KnowledgeVector
from apps.lib.tenancy import current_schema

if TYPE_CHECKING:
    import numpy as np

SHORTEST_KIN = 5  # letters two stems must share
SHORTEST_VERB = 3
NOUN_ENDINGS = ("amento", "amentos", "imento", "imentos", "acao", "acoes")
CACHE_BYTES = 96 * 1024 * 1024

Maker = tuple[str, str]  # provider, model
LOCAL: Maker = (ngrams.PROVIDER, ngrams.MODEL)


@dataclass(frozen=True)
class Matrix:
    """One maker's vectors as rows, and the chunk of each row."""

    chunks: list[int]
    rows: np.ndarray

    def nearest(self, wanted: np.ndarray, limit: int) -> list[tuple[int, float]]:
        """(chunk, cosine), nearest first: exact, over all of them."""
        import numpy as np

        if not self.chunks or self.rows.shape[1] != wanted.shape[0]:
            return []
        cosines = self.rows @ wanted
        limit = min(limit, len(self.chunks))
        best = np.argpartition(-cosines, limit - 1)[:limit]
        best = best[np.argsort(-cosines[best], kind="stable")]
        return [(self.chunks[row], float(cosines[row])) for row in best]


@dataclass(frozen=True)
class Index:
    """`stems_of` a chunk, how many chunks have a stem, and every word with its stem."""

    stems_of: dict[int, frozenset[str]]
    frequency: Counter[str]
    vocabulary: dict[str, str]
    matrices: dict[Maker, Matrix] = field(default_factory=dict)

    def weight(self, stem: str) -> float:
        """How much a stem tells: the rarer among the passages the more (idf)."""
        return math.log(1 + (len(self.stems_of) + 0.5) / (self.frequency[stem] + 0.5))

    def kin(self, stem: str) -> str | None:
        """The taught stem nearest in length that begins this one or is begun by it: tolerância, toleramos."""
        if len(stem) < SHORTEST_KIN:
            return None
        family = [
            known
            for known in self.frequency
            if len(known) >= SHORTEST_KIN and (known.startswith(stem) or stem.startswith(known))
        ]
        return min(family, key=lambda known: (abs(len(known) - len(stem)), known), default=None)

    def noun(self, stem: str) -> str | None:
        """The taught stem of the noun made from a verb too short for `kin`: pagar, pagamento."""
        made = (self.vocabulary.get(stem + ending) for ending in NOUN_ENDINGS)
        return next((known for known in made if known), None) if len(stem) >= SHORTEST_VERB else None

    @property
    def size(self) -> int:
        vectors = sum(matrix.rows.nbytes for matrix in self.matrices.values())
        return vectors + 100 * sum(map(len, self.stems_of.values())) + 200 * len(self.vocabulary)


_Key = tuple[str, UUID, tuple[Maker, ...]]
_cache: OrderedDict[_Key, Index] = OrderedDict()
_lock = threading.Lock()


def current(makers: tuple[Maker, ...] = (LOCAL,)) -> Index | None:
    """The current business's index with these makers' vectors; None when nothing was ever taught."""
    version = KnowledgeState.objects.values_list("version", flat=True).first()
    if version is None:
        return None
    key = (current_schema(), version, makers)
    with _lock:
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
    index = _read(makers)
    _keep(key, index)
    return index


def _keep(key: _Key, index: Index) -> None:
    """Older versions of the same knowledge go at once, others when there is no room."""
    with _lock:
        for stale in [old for old in _cache if old[0] == key[0] and old[1] != key[1]]:
            del _cache[stale]
        _cache[key] = index
        while len(_cache) > 1 and sum(each.size for each in _cache.values()) > CACHE_BYTES:
            _cache.popitem(last=False)


def _read(makers: tuple[Maker, ...]) -> Index:
    spoken = {pk: words(text) for pk, text in KnowledgeChunk.objects.order_by("pk").values_list("pk", "words")}
    vocabulary = stems(word for each in spoken.values() for word in each)
    stems_of = {pk: frozenset(vocabulary[word] for word in each) for pk, each in spoken.items()}
    frequency = Counter(stem for each in stems_of.values() for stem in each)
    return Index(stems_of, frequency, vocabulary, {maker: _matrix(maker) for maker in makers})


def _matrix(maker: Maker) -> Matrix:
    import numpy as np

    stored = KnowledgeVector.objects.filter(provider=maker[0], model=maker[1]).order_by("chunk_id")
    pairs = list(stored.values_list("chunk_id", "dims", "vector"))
    dims = pairs[0][1] if pairs else 0
    pairs = [pair for pair in pairs if pair[1] == dims]
    rows = np.frombuffer(b"".join(bytes(pair[2]) for pair in pairs), dtype=np.float32).reshape(len(pairs), dims)
    return Matrix([pair[0] for pair in pairs], rows)
