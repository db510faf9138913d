"""A vector of a text without any model: its 3 to 5-character pieces, hashed.

It sees through typos, endings and joined words, and needs no weights and no network.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

PROVIDER, MODEL, DIMS = "local", "ngrams-3-5", 2048
_SIZES = (3, 4, 5)


def vector(words: Iterable[str]) -> np.ndarray:
    """Of folded words; unit length, or zero where there is nothing to see."""
    import numpy as np  # imported late: 20 MB

    counts = Counter(zlib.crc32(piece.encode()) % DIMS for word in words for piece in _pieces(word))
    made = np.zeros(DIMS, dtype=np.float32)
    if counts:
        made[list(counts)] = np.sqrt(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
        made /= np.linalg.norm(made)
    return made


def _pieces(word: str) -> Iterator[str]:
    framed = f" {word} "
    for size in _SIZES:
        for start in range(max(len(framed) - size + 1, 1)):
            yield framed[start : start + size]
