"""The one Celery task. It carries ids; the table carries the truth."""

from __future__ import annotations

from celery import shared_task
from django.db import connection, transaction

from apps.lib.tenancy import in_public
from apps.work import handlers, runner
from apps.work.wake import wake


@shared_task(name="work.run", ignore_result=True)
def run(work_id: int | None = None) -> None:
    """Perform one piece of due work; without an id (from beat), wake the periodic kinds that are due."""
    connection.set_schema_to_public()
    try:
        if work_id is None:
            wake_periodic()
        else:
            runner.run(work_id)
    finally:
        connection.close()


def wake_periodic() -> None:
    """Give every periodic kind a row; a row already waiting keeps its time."""
    with in_public(), transaction.atomic():
        for kind in sorted(handlers.periodic(), key=lambda kind: kind.name):
            wake(kind.name, key="periodic", after_seconds=kind.every_seconds or 0)
