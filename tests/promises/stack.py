"""The product as it runs in production: private servers, a web, a dispatcher, a worker; killed and restarted at will.

Meta and OpenAI are simulators inside the test's process; statuses come back as signed webhooks over the wire.
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from local import process, servers
from local.redis import free_port
from simulators import whatsapp
from simulators.graph import GraphSimulator
from simulators.openai import OpenAISimulator

ROOT = Path(__file__).resolve().parents[2]
APP_SECRET = "promises-app-secret"
UNKNOWN_SEND_WAIT_SECONDS = 8  # 45 in production: long waits prove nothing more
WORKER_THREADS = 16

PYTHON = [sys.executable]
COMMANDS = {
    "web": [*PYTHON, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "1", "--threads", "8", "config.wsgi"],
    "sockets": [*PYTHON, "-m", "daphne", "--access-log", "/dev/null", "config.asgi:application"],
    "dispatcher": [*PYTHON, "manage.py", "dispatch"],
    "worker": [
        *PYTHON,
        *("-m", "celery", "--quiet", "--app", "config", "worker", "--pool", "threads", "--loglevel", "WARNING"),
        *("--concurrency", str(WORKER_THREADS), "--without-gossip", "--without-mingle", "--without-heartbeat"),
    ],
}


class TooLong(AssertionError):
    """What was waited for did not happen."""


def wait_until(condition: Callable[[], Any], *, seconds: float, what: str = "") -> float:
    """Poll until the condition holds; the seconds it took. Raises TooLong."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > seconds:
            raise TooLong(f"{what or 'the condition'} did not hold within {seconds} s")
        time.sleep(0.05)
    return time.monotonic() - started


class Stack:
    """Start with `running()`. `kill` is SIGKILL for the process and its children, `stop` is polite."""

    def __init__(self, *, database: servers.Postgres, redis: servers.Redis, folder: Path) -> None:
        self.database, self.redis, self.folder = database, redis, folder
        self.ports = {"web": free_port(), "sockets": free_port()}
        self.graph = GraphSimulator(
            webhook_url=f"http://127.0.0.1:{self.ports['web']}/api/v1/webhooks/whatsapp",
            webhook_host="localhost",
            app_secret=APP_SECRET,
        )
        self.ai = OpenAISimulator()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._phones = itertools.count(1)

    @property
    def environ(self) -> dict[str, str]:
        return dict(os.environ) | {
            "DATABASE_URL": self.database.url,
            "REDIS_URL": self.redis.url,
            "BASE_DOMAIN": "localhost",
            "PUBLIC_PORT": str(self.ports["sockets"]),
            "ENVIRONMENT": "development",
            "WHATSAPP_APP_SECRET": APP_SECRET,
            "WHATSAPP_GRAPH_URL": self.graph.url,
            "OPENAI_BASE_URL": self.ai.base_url,
            "OPENAI_API_KEY": "sk-promises",
            "UNKNOWN_SEND_WAIT_SECONDS": str(UNKNOWN_SEND_WAIT_SECONDS),
            "LOG_LEVEL": "WARNING",
            "SIGN_UPS_PER_HOUR": "0",
        }

    # Processes

    def manage(self, *arguments: str) -> None:
        subprocess.run([*PYTHON, "manage.py", *arguments], cwd=ROOT, env=self.environ, check=True, capture_output=True)

    def start(self, *names: str) -> None:
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                self._running[name] = subprocess.Popen(
                    [*COMMANDS[name], *self._binding(name)],
                    cwd=ROOT,
                    env=self.environ,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=process.when_we_die(signal.SIGKILL),
                )
        if "web" in names:
            wait_until(self._web_answers, seconds=60, what="the web")

    def _binding(self, name: str) -> list[str]:
        if name == "web":
            return ["--bind", f"127.0.0.1:{self.ports['web']}"]
        return ["--bind", "127.0.0.1", "--port", str(self.ports["sockets"])] if name == "sockets" else []

    def _web_answers(self) -> bool:
        try:
            return self.request("GET", "/health/live")[0] == 200
        except OSError:
            return False

    def listens(self, name: str) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.ports[name]), timeout=1):
                return True
        except OSError:
            return False

    def kill(self, *names: str) -> None:
        """As `kill -9` does, for all of them at once."""
        ending = [self._running.pop(name) for name in names if name in self._running]
        process.kill([pid for each in ending for pid in process.with_children(each.pid)])
        for each in ending:
            each.wait(10)

    def stop(self, *names: str) -> None:
        ending = [self._running.pop(name) for name in names if name in self._running]
        for each in ending:
            each.terminate()
        for each in ending:
            try:
                each.wait(10)
            except subprocess.TimeoutExpired:
                process.kill(process.with_children(each.pid))
                each.wait(10)

    def close(self) -> None:
        self.kill(*self._running)

    def is_alive(self, name: str) -> bool:
        return name in self._running and self._running[name].poll() is None

    def pid(self, name: str) -> int:
        return self._running[name].pid

    # Wire and table

    def request(
        self, method: str, path: str, body: Any = None, *, host: str = "localhost", token: str = "", timeout: float = 30
    ) -> tuple[int, Any]:
        """(status, JSON or text), over a connection of its own. Raises OSError when nobody answers."""
        headers = {"Host": host, "Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection = http.client.HTTPConnection("127.0.0.1", self.ports["web"], timeout=timeout)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()
        return answer.status, json.loads(text) if text.startswith(("{", "[")) else text

    def post_webhook(self, body: bytes, *, timeout: float = 30) -> int:
        """Meta posts: the status answered. Raises OSError when nobody answers."""
        url = f"http://127.0.0.1:{self.ports['web']}/api/v1/webhooks/whatsapp"
        return whatsapp.post(url, body, APP_SECRET, host="localhost", timeout=timeout).status

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database.url.replace("postgres://", "postgresql://"), autocommit=True) as connection:
            return connection.execute(query, values).fetchall()

    def due_work(self) -> list[tuple[Any, ...]]:
        """What is still to be done: (kind, key, state, last error); not what only looks, later, whom to call."""
        query = "SELECT kind, key, state, last_error FROM public.work_duework WHERE key <> 'periodic'"
        return self.rows(f"{query} AND kind <> 'chat.call_people'")

    def wait_idle(self, *, seconds: float = 30) -> float:
        try:
            return wait_until(lambda: not self.due_work(), seconds=seconds)
        except TooLong:
            raise TooLong(f"after {seconds} s there is still work: {self.due_work()[:5]}") from None

    def next_phone(self) -> str:
        return f"55119{next(self._phones):08d}"


@contextmanager
def running(folder: Path) -> Iterator[Stack]:
    """Everything up, with an empty database; nothing of it is left afterwards."""
    with ExitStack() as exits:
        database = exits.enter_context(servers.postgres(fsync=False))
        redis = exits.enter_context(servers.redis())
        stack = Stack(database=database, redis=redis, folder=folder)
        exits.enter_context(stack.graph)
        exits.enter_context(stack.ai)
        exits.callback(stack.close)
        stack.manage("migrate_schemas", "--shared")
        stack.start("web", "dispatcher", "worker")
        yield stack
