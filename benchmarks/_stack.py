"""A production-shaped stack on loopback for one benchmark: migrated, registered, running."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from simulators import whatsapp

SECRET = "benchmark-app-secret"
NUMBER, WABA = "111222333444555", "999888777666555"
BIN = os.path.dirname(sys.executable)


def result(what: str, value: float, unit: str, *, promise: float | None = None, better: str = "less") -> None:
    """One row of `make bench`'s table."""
    row = {"what": what, "value": round(value, 3), "unit": unit, "better": better}
    print("RESULT " + json.dumps(row | ({"promise": promise} if promise is not None else {})), flush=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def percentile(values: list[float], share: float) -> float:
    """In the values' own unit."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


@dataclass
class Stack:
    """Processes by name, with the environment they share."""

    environ: dict[str, str]
    port: int
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def webhook(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v1/webhooks/whatsapp"

    def start(self, name: str, *command: str) -> None:
        self.processes[name] = subprocess.Popen(
            [command[0] if command[0] == "env" else os.path.join(BIN, command[0]), *command[1:]],
            env=self.environ,
            stdout=subprocess.DEVNULL,
        )

    def manage(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *arguments], env=self.environ, check=True, stdout=subprocess.DEVNULL
        )

    def start_web(self) -> None:
        """gunicorn gthread, two workers of eight threads."""
        self.start(
            "web", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread",
            "--workers", "2", "--threads", "8", "--log-level", "warning", "--keep-alive", "30",
        )  # fmt: skip
        self._wait_until_ready()

    def start_workers(self, *, processes: int = 2, threads: int = 256) -> None:
        """One worker process for each core, as the compose file has it."""
        self.start("dispatcher", "python", "manage.py", "dispatch")
        for number in range(processes):
            self.start(
                f"worker {number}", "env", "DATABASE_POOL_TIMEOUT=20", "DATABASE_POOL_MAX=6",
                os.path.join(BIN, "celery"), "--app", "config",
                "worker", "--hostname", f"worker{number}@%h", "--pool", "threads", "--concurrency", str(threads),
                "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "ERROR",
            )  # fmt: skip

    def _wait_until_ready(self) -> None:
        for _ in range(150):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=2) as answer:
                    if json.load(answer)["status"] == "ok":
                        return
            except OSError:
                pass
            time.sleep(0.2)
        raise RuntimeError("the web process is not ready")

    def stop(self) -> None:
        for process in reversed(self.processes.values()):
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()

    def call(self, method: str, path: str, body: Any = None, *, host: str = "localhost", token: str = "") -> Any:
        """The parsed answer of an API request; raises with the body when it is not 2xx."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=json.dumps(body).encode() if body is not None else None,
            method=method,
            headers={"Host": host, "Content-Type": "application/json"}
            | ({"Authorization": f"Bearer {token}"} if token else {}),
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.code} {error.read()[:500]!r}") from None


@contextmanager
def stack(**environ: str) -> Iterator[Stack]:
    """A migrated database (DATABASE_URL, REDIS_URL from the caller) and a Stack that is stopped afterwards."""
    port = free_port()
    base = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PORT": str(port),
        "WHATSAPP_APP_SECRET": SECRET,
        "LOG_LEVEL": "ERROR",
        "SIGN_UPS_PER_HOUR": "0",
    }
    made = Stack(environ=dict(os.environ) | base | environ, port=port)
    with ExitStack() as clean:
        clean.callback(made.stop)
        made.manage("migrate_schemas", "--shared", "-v0")
        yield made


@dataclass(frozen=True)
class Business:
    host: str
    token: str

    @classmethod
    def register(cls, stack: Stack, *, debounce: float = 0, provider: str = "chatgpt") -> Business:
        """A business with one agent of that provider and the benchmark's number connected."""
        made = stack.call(
            "POST",
            "/api/v1/auth/register",
            {"name": "Ana Souza", "email": "ana@example.com", "password": "senha-boa-123", "business_name": "Bench"},
        )
        host, token = made["tenant"]["host"], made["access"]
        [agent] = stack.call("GET", "/api/v1/agents", host=host, token=token)["results"]
        change = {"ai_provider": provider, "debounce_seconds": debounce, "debounce_cap_seconds": max(debounce, 1)}
        stack.call("PATCH", f"/api/v1/agents/{agent['id']}", change, host=host, token=token)
        number = {
            "kind": "whatsapp_cloud",
            "name": "Bench",
            "phone_number_id": NUMBER,
            "waba_id": WABA,
            "access_token": "good-token",
        }
        channel = stack.call("POST", "/api/v1/channels", number, host=host, token=token)
        if channel["status"] != "active":
            raise RuntimeError(channel["status_reason"])
        return cls(host, token)


def message_body(phone: str, text: str) -> bytes:
    """A webhook's body: one text message."""
    number = whatsapp.Number(NUMBER, WABA, "551130001000")
    return whatsapp.encode(whatsapp.inbound(number, whatsapp.Customer(phone, "Cliente"), whatsapp.text(text)))


def request_bytes(body: bytes, *, path: str = "/api/v1/webhooks/whatsapp") -> bytes:
    """A whole signed HTTP/1.1 request, made before the clock starts."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nX-Hub-Signature-256: {whatsapp.sign(body, SECRET)}\r\n\r\n"
    )
    return head.encode() + body


async def _send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    lower = head.lower()
    length = int(lower.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
    if length:
        await reader.readexactly(length)
    return int(head[9:12])


async def _pump(port: int, requests: list[bytes], connections: int) -> tuple[float, list[float], int]:
    queue, latencies, bad = list(reversed(requests)), [], 0

    async def client() -> None:
        nonlocal bad
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while queue:
            request = queue.pop()
            started = time.perf_counter()
            bad += await _send(reader, writer, request) != 200
            latencies.append(time.perf_counter() - started)
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(connections)))
    return time.perf_counter() - started, latencies, bad


def flood(port: int, requests: list[bytes], *, connections: int = 32) -> tuple[float, list[float], int]:
    """(seconds, latencies in seconds, answers that were not 200): as fast as the server answers."""
    return asyncio.run(_pump(port, requests, connections))


async def _drip(port: int, requests: list[bytes], per_second: float) -> tuple[list[float], list[float]]:
    started, sent, latencies = time.perf_counter(), [0.0] * len(requests), [0.0] * len(requests)
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def one(position: int) -> None:
        reader, writer = idle.pop() if idle else await asyncio.open_connection("127.0.0.1", port)
        sent[position] = time.time()
        begun = time.perf_counter()
        await _send(reader, writer, requests[position])
        latencies[position] = time.perf_counter() - begun
        idle.append((reader, writer))

    tasks = []
    for position in range(len(requests)):
        await asyncio.sleep(max(0.0, started + position / per_second - time.perf_counter()))
        tasks.append(asyncio.create_task(one(position)))
    await asyncio.gather(*tasks)
    return sent, latencies


def drip(port: int, requests: list[bytes], *, per_second: float) -> tuple[list[float], list[float]]:
    """(unix times sent, latencies in seconds): at a steady rate, whatever the answers take."""
    return asyncio.run(_drip(port, requests, per_second))


def milliseconds(values: list[float]) -> str:
    return (
        f"p50 {statistics.median(values) * 1000:.0f} ms, p95 {percentile(values, 0.95) * 1000:.0f} ms, "
        f"p99 {percentile(values, 0.99) * 1000:.0f} ms"
    )
