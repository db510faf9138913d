"""The private servers: real ones, started, killed and started again."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis as redis_client
from redis.backoff import NoBackoff
from redis.retry import Retry

from local import process, servers
from local.account import Account, remove, temporary_folder

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the server's account can reach; pytest's own temporary folders are closed to it."""
    folder = temporary_folder(Account.unprivileged())
    yield folder
    remove(folder)


def test_what_was_committed_survives_a_kill():
    with servers.postgres(fsync=False) as server:
        run_sql(server.url, "CREATE TABLE notes (text text)", "INSERT INTO notes VALUES ('kept')")
        url = server.url
        server.kill()
        server.start()

        assert server.url == url
        assert run_sql(server.url, "SELECT text FROM notes") == [("kept",)]


def test_accented_letters_fold_and_locks_suffice():
    with servers.postgres(fsync=False) as server:
        assert run_sql(
            server.url,
            "SELECT lower('ÇÃO'), current_setting('max_connections')::int, "
            "current_setting('max_locks_per_transaction')::int",
        ) == [("ção", 300, 512)]


def test_two_servers_side_by_side_do_not_meet():
    with servers.postgres(fsync=False) as one, servers.postgres(fsync=False) as other:
        run_sql(one.url, "CREATE TABLE mine ()")

        assert run_sql(other.url, "SELECT to_regclass('mine')") == [(None,)]


def test_the_same_data_is_refused_to_a_second_server(home):
    with servers.postgres(home=home), pytest.raises(servers.ServerBusy):
        servers.Postgres(home=home).start()


def test_private_servers_leave_neither_process_nor_file():
    with servers.postgres(fsync=False) as database, servers.redis() as cache:
        pids = [*process.with_children(database.pid), cache.pid]
        folder = Path(psycopg.conninfo.conninfo_to_dict(database.url)["host"]).parent

    assert [pid for pid in pids if process.is_alive(pid)] == []
    assert not folder.exists()


def test_a_killed_owner_takes_its_servers_along(home):
    owner, pids = own_servers(home)
    owner.kill()

    assert process.wait_until(lambda: not any(process.is_alive(pid) for pid in pids), seconds=20)


def test_a_server_left_running_is_replaced(home):
    owner, pids = own_servers(home, in_a_thread=True)  # outlives its owner: the kernel's help is tied to the thread
    run_sql(servers.Postgres(home=home).url, "CREATE TABLE kept ()")
    owner.kill()
    owner.wait()
    assert any(process.is_alive(pid) for pid in pids)

    with servers.postgres(home=home) as server:
        assert run_sql(server.url, "SELECT to_regclass('kept')::text") == [("kept",)]
    assert not any(process.is_alive(pid) for pid in pids)


def test_redis_comes_back_empty_at_the_same_address():
    with servers.redis() as server:
        client(server.url).set("kept", "no")
        server.kill()
        with pytest.raises(redis_client.ConnectionError):
            client(server.url).ping()
        server.start()

        assert client(server.url).get("kept") is None


def test_redis_asks_for_its_password():
    with servers.redis() as server, pytest.raises(redis_client.AuthenticationError):
        client("redis://" + server.url.partition("@")[2]).ping()


def test_servers_named_by_the_environment_are_used_as_they_are():
    with servers.development({"DATABASE_URL": "postgres://elsewhere/x", "REDIS_URL": "redis://elsewhere"}) as found:
        assert found.environ == {"DATABASE_URL": "postgres://elsewhere/x", "REDIS_URL": "redis://elsewhere"}


def client(url: str) -> redis_client.Redis:
    return redis_client.Redis.from_url(url, retry=Retry(NoBackoff(), 0))


def own_servers(home: Path, *, in_a_thread: bool = False) -> tuple[subprocess.Popen[str], list[int]]:
    """A process that has PostgreSQL running over `home`, and the server's pids."""
    start = "thread = threading.Thread(target=server.start); thread.start(); thread.join()"
    script = f"""
        import pathlib, threading, time
        from local import servers
        server = servers.Postgres(home=pathlib.Path({str(home)!r}))
        {start if in_a_thread else "server.start()"}
        print(server.pid, flush=True)
        time.sleep(60)
    """
    owner = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    return owner, process.with_children(int(owner.stdout.readline()))


def run_sql(url: str, *statements: str) -> list[tuple]:
    """The rows of the last statement."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []
