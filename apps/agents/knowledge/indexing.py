"""An entry as chunks that can be found: written with the entry, in its transaction."""

from __future__ import annotations

import uuid

from django.db import connection

from apps.agents.knowledge import ngrams, splitting
from apps.agents.knowledge.words import words
from apps.agents.models import KnowledgeChunk, KnowledgeEntry, KnowledgeState, KnowledgeVector
from apps.lib.text import fold

# Title A, heading B, text D: `ts_rank` counts a word of the title ten times one of the text.
_SEARCH = """
UPDATE agents_knowledgechunk SET search =
    setweight(to_tsvector('portuguese', %s), 'A') || setweight(to_tsvector('portuguese', %s), 'B')
    || to_tsvector('portuguese', words)
WHERE id = %s
"""


def index(entry: KnowledgeEntry) -> None:
    """Make the entry findable as it is now; what is off has no chunks. Call inside the entry's transaction."""
    entry.chunks.all().delete()
    if entry.is_active:
        _write(entry)
    touch()


def touch() -> None:
    """What can be found has changed: caches read it anew."""
    KnowledgeState.objects.update_or_create(pk=1, defaults={"version": uuid.uuid4()})


def _write(entry: KnowledgeEntry) -> None:
    chunks = [
        KnowledgeChunk(
            entry=entry,
            position=position,
            heading=passage.heading,
            text=passage.text,
            words=fold(f"{entry.title} {passage.heading} {passage.text}"),
            search="",
        )
        for position, passage in enumerate(_passages(entry))
    ]
    KnowledgeChunk.objects.bulk_create(chunks)
    with connection.cursor() as cursor:
        cursor.executemany(_SEARCH, [(fold(entry.title), fold(chunk.heading), chunk.pk) for chunk in chunks])
    KnowledgeVector.objects.bulk_create(_vector(entry, chunk) for chunk in chunks)


def _passages(entry: KnowledgeEntry) -> list[splitting.Passage]:
    """A question and its answer stay one passage, whatever the length."""
    if entry.kind == KnowledgeEntry.Kind.QA:
        return [splitting.Passage("", entry.content)]
    return splitting.split(entry.content)


def _vector(entry: KnowledgeEntry, chunk: KnowledgeChunk) -> KnowledgeVector:
    """A question weighs twice: customers ask more like it than like its answer."""
    spoken = words(chunk.words)
    if entry.kind == KnowledgeEntry.Kind.QA:
        spoken += words(entry.title)
    made = ngrams.vector(spoken)
    return KnowledgeVector(
        chunk=chunk, provider=ngrams.PROVIDER, model=ngrams.MODEL, dims=ngrams.DIMS, vector=made.tobytes()
    )
