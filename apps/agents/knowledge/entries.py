"""Teaching: entries made, changed and forgotten; each is findable in the transaction that makes it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.agents.knowledge import indexing
from apps.agents.knowledge.words import words
from apps.agents.models import KnowledgeEntry
from apps.audit import trail
from apps.lib.errors import DomainError
from apps.lib.text import fold

TEXT_LIMIT = 20_000
ANSWER_LIMIT = 2_000  # an answer may be sent as it is: WhatsApp takes 4,096 characters
TAGS, TAG_LIMIT = 10, 30
ENTRIES = 2_000
WRITTEN = ["kind", "title", "content", "category", "tags", "folded", "is_active", "updated_at"]  # not `uses`: AI's


class NothingToFind(DomainError):
    """A text without a single word can't be searched."""

    code = "nothing_to_find"
    status = 400

    def __init__(self) -> None:
        text = _("Write at least one word.")
        super().__init__(text, fields={"content": [text]})


class AnswerTooLong(DomainError):
    code = "answer_too_long"
    status = 400

    def __init__(self) -> None:
        text = _("An answer has at most %(limit)d characters; teach longer things as a text.") % {"limit": ANSWER_LIMIT}
        super().__init__(text, fields={"content": [text]})


class TooMany(DomainError):
    code = "too_many_entries"

    def __init__(self) -> None:
        super().__init__(_("There is room for %(limit)d entries. Remove what is old.") % {"limit": ENTRIES})


def save(entry: KnowledgeEntry, *, by: Any) -> KnowledgeEntry:
    """Store a new or changed entry and make it findable. Raises NothingToFind, AnswerTooLong or TooMany."""
    is_new = entry.pk is None
    if not words(f"{entry.title} {entry.content}") or not words(entry.content):
        raise NothingToFind
    if entry.kind == KnowledgeEntry.Kind.QA and len(entry.content) > ANSWER_LIMIT:
        raise AnswerTooLong
    if is_new and KnowledgeEntry.objects.count() >= ENTRIES:
        raise TooMany
    entry.tags = tidy_tags(entry.tags)
    entry.folded = fold(" ".join([entry.title, entry.content, entry.category, *entry.tags]))
    with transaction.atomic():
        if not is_new:
            KnowledgeEntry.objects.select_for_update().get(pk=entry.pk)
        entry.save(update_fields=None if is_new else WRITTEN)
        indexing.index(entry)
        trail.record("knowledge.taught" if is_new else "knowledge.changed", on=entry, by=by, title=entry.title)
    return entry


def remove(entry: KnowledgeEntry, *, by: Any) -> None:
    with transaction.atomic():
        trail.record("knowledge.removed", on=entry, by=by, title=entry.title)
        entry.delete()
        indexing.touch()


def tidy_tags(tags: list[str]) -> list[str]:
    """Each once, whatever the case, in the order given."""
    tidy = [" ".join(tag.split())[:TAG_LIMIT] for tag in tags]
    return list({fold(tag): tag for tag in reversed(tidy) if tag}.values())[::-1][:TAGS]
