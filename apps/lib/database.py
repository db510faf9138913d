"""The database's own means: locks by name, and getting over a lost connection."""

from __future__ import annotations

from typing import Any

from django.db import InterfaceError, OperationalError

from apps.lib.tenancy import connection

UNAVAILABLE = (OperationalError, InterfaceError)


def take_turn(*name: str) -> None:
    """Wait for whoever else took a turn with this name; others wait until this transaction ends.

    For what has no row to lock yet. The name is the whole database's: one business's starts with its schema.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors:  # not Django's cursor, which sets the search path first
        connection.connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [":".join(name)])


def parameters() -> dict[str, Any]:
    """How a connection of one's own is opened, for listening: without the pool's and the backend's options."""
    wanted = connection.get_connection_params()
    return {key: wanted[key] for key in ("dbname", "user", "password", "host", "port") if wanted.get(key)}


def forget_lost_connections() -> None:
    """Drop this thread's connection and the pooled ones that died with it; not inside a transaction.

    Otherwise each of them costs somebody a failure, long after the database is back.
    """
    if connection.in_atomic_block:
        return
    connection.close()
    if pool := connection.pool:
        pool.check()
