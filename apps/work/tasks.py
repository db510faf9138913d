"""The one Celery task. It carries ids; the table carries the truth."""

from __future__ import annotations

from celery import shared_task
from django.db import transaction

from apps.lib.database import UNAVAILABLE, forget_lost_connections
from apps.lib.tenancy import connection, in_public
from apps.work import handlers, runner
from apps.work.wake import wake


@shared_task(name="work.run", ignore_result=True)
def run(*work_ids: int) -> None:
    """Perform pieces of due work; without ids (from beat), wake the periodic kinds that are due."""
    connection.set_schema_to_public()
    try:
        if work_ids:
            runner.run(*work_ids)
        else:
            wake_periodic()
    except UNAVAILABLE:
        forget_lost_connections()
        raise
    finally:
        connection.close()


def wake_periodic() -> None:
    """Give every periodic kind a row; a row already waiting keeps its time."""
    with in_public(), transaction.atomic():
        for kind in sorted(handlers.periodic(), key=lambda kind: kind.name):
            wake(kind.name, key="periodic", after_seconds=kind.every_seconds or 0)
