"""The conversation's row lock is the arbiter of who speaks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from apps.chat.models import Conversation


@contextmanager
def locked(conversation: Conversation | int) -> Iterator[Conversation]:
    """A transaction holding the conversation's row, freshly read."""
    pk = conversation if isinstance(conversation, int) else conversation.pk
    with transaction.atomic():
        yield (
            Conversation.objects.select_for_update(of=("self",))
            .select_related("channel", "identity__contact")
            .get(pk=pk)
        )
