"""PostgreSQL and Redis for a developer's machine: the environment's, the machine's own, or embedded ones.

    with servers.postgres(fsync=False) as pg, servers.redis() as redis:
        ...  # pg.url, pg.pid, pg.stop(), pg.start(), pg.kill(), and the same for redis

Private servers leave no process and no file behind; only `development()` keeps its database.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from local.account import Account, remove, temporary_folder
from local.postgres import Postgres, ServerBusy, ServerFailed, persistent_folder, persistent_postgres
from local.redis import Redis

__all__ = ["Development", "Postgres", "Redis", "ServerBusy", "ServerFailed", "development", "postgres", "redis"]


@contextmanager
def postgres(*, fsync: bool = True, home: Path | None = None) -> Iterator[Postgres]:
    """A running PostgreSQL over `home`, or over a temporary folder that is deleted afterwards."""
    with ExitStack() as stack:
        server = Postgres(home=home or stack.enter_context(_temporary()), fsync=fsync)
        stack.callback(server.stop)
        server.start()
        yield server


@contextmanager
def redis(*, home: Path | None = None) -> Iterator[Redis]:
    """A running, empty Redis, with its log in `home` or in a temporary folder."""
    with ExitStack() as stack:
        server = Redis(home=home or stack.enter_context(_temporary()))
        stack.callback(server.stop)
        server.start()
        yield server


class Development:
    """The servers of `make run`: those the environment names, private ones for the rest."""

    def __init__(self) -> None:
        self.environ: dict[str, str] = {}
        self._private: list[Postgres | Redis] = []

    def add(self, name: str, server: Postgres | Redis) -> None:
        self.environ[name] = server.url
        self._private.append(server)

    def revive(self) -> list[str]:
        """Start again what died on its own; the names of those."""
        dead = [server for server in self._private if server.pid is None]
        for server in dead:
            server.stop()
            server.start()
        return [type(server).__name__ for server in dead]


@contextmanager
def development(given: Mapping[str, str] = os.environ) -> Iterator[Development]:
    """Servers whose database survives until the next time. Raises ServerBusy when they run already."""
    servers = Development()
    with ExitStack() as stack:
        if given.get("DATABASE_URL"):
            servers.environ["DATABASE_URL"] = given["DATABASE_URL"]
        else:
            servers.add("DATABASE_URL", stack.enter_context(postgres(home=persistent_postgres())))
        if given.get("REDIS_URL"):
            servers.environ["REDIS_URL"] = given["REDIS_URL"]
        else:
            servers.add("REDIS_URL", stack.enter_context(redis(home=persistent_folder() / "redis")))
        yield servers


@contextmanager
def _temporary() -> Iterator[Path]:
    folder = temporary_folder(Account.unprivileged())
    try:
        yield folder
    finally:
        remove(folder)
