"""From PostgreSQL's notifications to this process's sockets.

One asyncio task per process LISTENs and hands each frame to the in-memory group of its business.
After a lost connection every group hears `resync`, and clients refetch.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import psycopg
import structlog
from channels.layers import get_channel_layer

from apps.chat.live import CHANNEL
from apps.lib import database

log = structlog.get_logger(__name__)

RETRY_SECONDS = 1
CHECK_SECONDS = 10
_tasks: dict[asyncio.AbstractEventLoop, asyncio.Task[None]] = {}
_groups: set[str] = set()


def group(schema: str) -> str:
    """The channel group of a business's inbox."""
    name = f"inbox.{schema}"
    _groups.add(name)
    return name


def ensure_running() -> None:
    """Start this event loop's listener unless it already runs."""
    loop = asyncio.get_running_loop()
    task = _tasks.get(loop)
    if task is None or task.done():
        _tasks[loop] = loop.create_task(_listen_for_ever())


async def _listen_for_ever() -> None:
    first = True
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(**database.parameters(), autocommit=True) as listener:
                await listener.execute(f"LISTEN {CHANNEL}")
                if not first:
                    await _resync()
                first = False
                await _forward(listener)
        except psycopg.OperationalError as error:
            log.warning("live listener lost the database", error=str(error).strip()[:200])
            first = False
            await asyncio.sleep(RETRY_SECONDS)


async def _forward(listener: psycopg.AsyncConnection[Any]) -> None:
    while True:
        async for notification in listener.notifies(timeout=CHECK_SECONDS):
            frame = json.loads(notification.payload)
            await _send(f"inbox.{frame.pop('schema')}", frame)
        await listener.execute("SELECT 1")  # notices a dead connection


async def _send(name: str, frame: dict[str, Any]) -> None:
    if name in _groups:
        await get_channel_layer().group_send(name, {"type": "live", "frame": frame})


async def _resync() -> None:
    for name in list(_groups):
        await _send(name, {"type": "resync", "id": None, "conversation_id": None, "updated_at": None})
