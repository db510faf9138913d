"""The list of entries: searched as typed, without regard to accents, case or order of words."""

from __future__ import annotations

from functools import reduce
from operator import and_

from django.db.models import Q, QuerySet

from apps.agents.models import KnowledgeEntry
from apps.lib.text import fold

STATUS = {  # how each is found
    KnowledgeEntry.Status.READY: Q(is_active=True, problem=""),
    KnowledgeEntry.Status.ATTENTION: Q(is_active=True) & ~Q(problem=""),
    KnowledgeEntry.Status.OFF: Q(is_active=False),
}


def matching(*, q: str = "", category: str = "", status: str = "") -> QuerySet[KnowledgeEntry]:
    """Entries that have every word of `q`, in this category and status (a value of `KnowledgeEntry.Status`)."""
    wanted = reduce(and_, (Q(folded__contains=word) for word in fold(q).split()[:10]), Q())
    if category:
        wanted &= Q(category=category)
    if status:
        wanted &= STATUS[KnowledgeEntry.Status(status)]
    return KnowledgeEntry.objects.filter(wanted)


def categories() -> list[str]:
    """Those in use, in order."""
    used = KnowledgeEntry.objects.exclude(category="").order_by("category").values_list("category", flat=True)
    return sorted(set(used), key=fold)
