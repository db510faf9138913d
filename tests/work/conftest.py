from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from apps.work import handlers, runner
from apps.work.handlers import Job
from apps.work.models import DueWork
from apps.work.wake import wake

KIND = "test.deed"


class Deeds:
    """A kind of work: what was performed and where, and what each next run does (an error to raise, or a call)."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.schemas: list[str] = []
        self.next: list[Exception | Callable[[Job], Any]] = []
        self.told: list[Exception] = []

    def perform(self, job: Job) -> None:
        self.jobs.append(job)
        self.schemas.append(connection.schema_name)
        if self.next:
            act = self.next.pop(0)
            if isinstance(act, Exception):
                raise act
            act(job)

    def bury(self, job: Job, error: Exception) -> None:
        self.told.append(error)

    def wake(self, key: str = "one", **how: Any) -> DueWork:
        with transaction.atomic():
            wake(KIND, key=key, **how)
        return self.row(key)

    def row(self, key: str = "one") -> DueWork:
        return DueWork.objects.get(kind=KIND, key=key)

    def is_done(self, key: str = "one") -> bool:
        return not DueWork.objects.filter(kind=KIND, key=key).exists()

    def run(self, key: str = "one") -> None:
        """Perform it now, however long it should wait."""
        row = self.row(key)
        DueWork.objects.filter(pk=row.pk, state="waiting").update(due_at=row.first_at)
        runner.run(row.pk)


@pytest.fixture
def deeds(tenant: Any) -> Iterator[Deeds]:
    deeds = Deeds()
    handlers.register(KIND, deeds.perform, deadline_seconds=10, on_dead=deeds.bury)
    runner._leases.cache_clear()
    yield deeds
    handlers._kinds.pop(KIND)
    runner._leases.cache_clear()
