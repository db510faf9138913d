"""An entry as chunks that can be found: written with the entry, in its transaction."""

from __future__ import annotations

import uuid

from django.db import connection

from apps.agents.knowledge import ngrams, splitting
from apps.agents.knowledge.words import spoken, words
from apps.agents.models import KnowledgeChunk, KnowledgeEntry, KnowledgeState, KnowledgeVector

# All words weigh the same: with titles above texts, entries that share a title's word drown the one that answers.
_SEARCH = "UPDATE agents_knowledgechunk SET search = to_tsvector('portuguese', words) WHERE entry_id = %s"


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
            words=spoken(f"{_title(entry)} {passage.heading} {passage.text}"),
            search="",
        )
        for position, passage in enumerate(_passages(entry))
    ]
    KnowledgeChunk.objects.bulk_create(chunks)
    with connection.cursor() as cursor:
        cursor.execute(_SEARCH, [entry.pk])
    KnowledgeVector.objects.bulk_create(_vector(chunk) for chunk in chunks)


def _passages(entry: KnowledgeEntry) -> list[splitting.Passage]:
    """A question and its answer stay one passage, whatever the length."""
    if entry.kind == KnowledgeEntry.Kind.QA:
        return [splitting.Passage("", entry.content)]
    return splitting.split(entry.content)


def _title(entry: KnowledgeEntry) -> str:
    """A question counts twice: customers ask more like it than like its answer."""
    return f"{entry.title} {entry.title}" if entry.kind == KnowledgeEntry.Kind.QA else entry.title


def _vector(chunk: KnowledgeChunk) -> KnowledgeVector:
    made = ngrams.vector(words(chunk.words))
    return KnowledgeVector(
        chunk=chunk, provider=ngrams.PROVIDER, model=ngrams.MODEL, dims=ngrams.DIMS, vector=made.tobytes()
    )
