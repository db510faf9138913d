"""The conversation's row lock is the arbiter of who speaks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from apps.chat.models import Conversation


@contextmanager
def locked(conversation: Conversation | int, *related: str) -> Iterator[Conversation]:
    """A transaction holding the conversation's row, freshly read with what is `related`."""
    pk = conversation if isinstance(conversation, int) else conversation.pk
    with transaction.atomic():
        mine = Conversation.objects.select_for_update(of=("self",))
        yield (mine.select_related(*related) if related else mine).get(pk=pk)
