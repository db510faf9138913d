"""Statements on `public.work_…` tables, whatever schema is current.

They name their schema, so they go to the driver directly: through Django's cursor each switch of
tenant would cost a `SET search_path` more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection


def execute(statement: str, values: Sequence[Any] | Mapping[str, Any] | None = None) -> Any:
    """The driver's cursor after the statement; errors come as Django's."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return connection.connection.execute(statement, values)
