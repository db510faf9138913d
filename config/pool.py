"""What happens to a database connection when it goes back to the pool."""

from __future__ import annotations

from typing import Any

from psycopg import Connection


def forget_tenant(connection: Connection[Any]) -> None:
    """Clear the last tenant's search_path: a returned connection was seen to keep it."""
    connection.execute("RESET search_path")
    connection.commit()
