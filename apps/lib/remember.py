"""What changes rarely and is asked for at every message: read once a second, kept per business."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from time import monotonic
from typing import Generic, TypeVar

from django.conf import settings

from apps.lib.tenancy import current_schema

T = TypeVar("T")
MAX_ENTRIES = 50_000


class Remembered(Generic[T]):
    """Answers of `read(key)`, at most FACTS_CACHE_SECONDS old, in this process; the schema is part of the key."""

    def __init__(self, read: Callable[..., T]) -> None:
        self.read = read
        self._known: dict[Hashable, tuple[float, T]] = {}

    def __call__(self, *key: Hashable) -> T:
        place, now = (current_schema(), *key), monotonic()
        known = self._known.get(place)
        if known and known[0] > now:
            return known[1]
        value = self.read(*key)
        if len(self._known) > MAX_ENTRIES:
            self._known.clear()
        self._known[place] = (now + settings.FACTS_CACHE_SECONDS, value)
        return value
