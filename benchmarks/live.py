"""From a message stored to its frame at every one of 50 open inboxes.

The sockets are real ones of one daphne; the clock starts when the transaction has committed and stops
at the last socket to hear of it.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")
django.setup()

from asgiref.sync import sync_to_async  # noqa: E402
from django.db import transaction  # noqa: E402
from websockets.asyncio.client import connect  # noqa: E402

from apps.accounts import hosts, signup, tokens  # noqa: E402
from apps.accounts.models import Tenant  # noqa: E402
from apps.chat import contacts, conversations  # noqa: E402
from apps.chat.models import Channel, Conversation  # noqa: E402
from apps.lib.tenancy import tenant_context  # noqa: E402
from benchmarks._stack import free_port, milliseconds, percentile, result, stack  # noqa: E402

SOCKETS, ROUNDS = 50, 100
PROMISE_MILLISECONDS = 100


def prepare() -> tuple[Tenant, str, Conversation]:
    tenant, ana = signup.register(
        signup.SignUp(
            name="Ana Souza",
            email="ana@example.com",
            password="senha-boa-123",
            business_name="Bench",
            business_type="barbearia",
        )
    )
    with tenant_context(tenant), transaction.atomic():
        channel = Channel.objects.create(kind="api", name="API", external_id="api", status="active")
        identity = contacts.identity_for(channel, kind="api", value="davi", name="Davi")
        conversation, _is_new = conversations.for_customer(identity)
    return tenant, tokens.access_token(ana, tenant), conversation


def store(tenant: Tenant, conversation: Conversation, number: int) -> tuple[int, float]:
    """(the message, when it had been committed)."""
    with tenant_context(tenant):
        with transaction.atomic():
            message = conversations.note(conversation, text=f"mensagem {number}")
        return message.pk, time.perf_counter()


class Listener:
    def __init__(self, wire: Any) -> None:
        self.wire, self.heard_at, self.awaited = wire, 0.0, -1
        self.heard = asyncio.Event()

    async def listen(self) -> None:
        async for raw in self.wire:
            frame = json.loads(raw)
            if frame.get("type") == "message.created" and frame["id"] == self.awaited:
                self.heard_at = time.perf_counter()
                self.heard.set()


async def scene(port: int, tenant: Tenant, token: str, conversation: Conversation) -> list[float]:
    """Seconds to the last socket, for each message."""
    url = f"ws://{hosts.host_of(tenant)}:{port}/ws/inbox"
    listeners = []
    for _ in range(SOCKETS):
        wire = await connect(url, host="127.0.0.1", port=port, proxy=None)
        await wire.send(json.dumps({"type": "auth", "token": token}))
        while json.loads(await wire.recv())["type"] != "ready":
            pass
        listeners.append(Listener(wire))
    tasks = [asyncio.create_task(listener.listen()) for listener in listeners]
    await asyncio.sleep(1)  # the listener of PostgreSQL's notifications has started by then
    taken = [await _round(listeners, tenant, conversation, number) for number in range(ROUNDS)]
    for task in tasks:
        task.cancel()
    return taken[5:]


async def _round(listeners: list[Listener], tenant: Tenant, conversation: Conversation, number: int) -> float:
    awaited = number + 1
    for listener in listeners:
        listener.awaited = awaited
        listener.heard.clear()
    pk, committed = await sync_to_async(store)(tenant, conversation, number)
    if pk != awaited:
        raise RuntimeError(f"message {pk} is not the {awaited}th")
    await asyncio.wait_for(asyncio.gather(*(listener.heard.wait() for listener in listeners)), 10)
    return max(listener.heard_at for listener in listeners) - committed


def main() -> None:
    port = free_port()
    with stack() as ours:
        tenant, token, conversation = prepare()
        ours.start(
            "sockets",
            "daphne",
            "--bind",
            "127.0.0.1",
            "--port",
            str(port),
            "--access-log",
            "/dev/null",
            "config.asgi:application",
        )
        _await(port)
        taken = asyncio.run(scene(port, tenant, token, conversation))
    print(f"stored -> heard by all {SOCKETS}: {milliseconds(taken)}")
    result(
        f"stored to heard by {SOCKETS} inboxes, p95", percentile(taken, 0.95) * 1000, "ms", promise=PROMISE_MILLISECONDS
    )


def _await(port: int) -> None:
    for _ in range(150):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("daphne did not start")


if __name__ == "__main__":
    main()
