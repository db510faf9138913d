"""The conversation's row lock is the arbiter of who speaks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.db import transaction

from apps.chat.models import Conversation
from apps.lib.prepared import Prepared


@contextmanager
def locked(conversation: Conversation | int, *related: str) -> Iterator[Conversation]:
    """A transaction holding the conversation's row, freshly read with what is `related`."""
    pk = conversation if isinstance(conversation, int) else conversation.pk
    with transaction.atomic():
        found = _holding(*related).first(pk)
        if found is None:
            raise Conversation.DoesNotExist(pk)
        yield found


@cache
def _holding(*related: str) -> Prepared[Conversation]:
    mine = Conversation.objects.select_for_update(of=("self",))
    return Prepared(lambda pk: (mine.select_related(*related) if related else mine).filter(pk=pk))
