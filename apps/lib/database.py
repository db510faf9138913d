"""When the database went away under us, and came back."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

from apps.lib.tenancy import connection

UNAVAILABLE = (OperationalError, InterfaceError)


def forget_lost_connections() -> None:
    """Drop this thread's connection and the pooled ones that died with it; not inside a transaction.

    Otherwise each of them costs somebody a failure, long after the database is back.
    """
    if connection.in_atomic_block:
        return
    connection.close()
    if pool := connection.pool:
        pool.check()
