"""Tell Celery what is due. Any number may run: a hint given twice is harmless.

It listens for notifications, sleeps until the next due time (at most a second) and hands over ids;
those of kinds that are done together, such as receiving webhooks, several to a task.
A row hinted and not claimed within five seconds is hinted again, so a flushed broker loses nothing.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
import structlog
from kombu.exceptions import OperationalError as BrokerUnavailable

from apps.lib import database
from apps.work import handlers
from apps.work.wake import CHANNEL

log = structlog.get_logger(__name__)

MAX_SLEEP_SECONDS = 1.0
HINT_AGAIN_SECONDS = 5
BATCH = 200
GROUP = 8
GATHER_SECONDS = 0.03  # between two looks: what comes meanwhile goes together

_HINT = f"""
WITH hinted AS (
    UPDATE public.work_duework SET hinted_at = now() WHERE id IN (
        SELECT id FROM public.work_duework
        WHERE (state = 'waiting' AND due_at <= now() OR state = 'running' AND lease_until < now())
            AND (hinted_at IS NULL OR hinted_at < now() - interval '{HINT_AGAIN_SECONDS} seconds')
        ORDER BY due_at LIMIT {BATCH} FOR UPDATE SKIP LOCKED)
    RETURNING id, kind, attempts, due_at)
SELECT id, kind, attempts FROM hinted ORDER BY due_at, id
"""
_NEXT = f"""
SELECT EXTRACT(epoch FROM min(at) - now())::float FROM (
    SELECT min(GREATEST(due_at, COALESCE(hinted_at + interval '{HINT_AGAIN_SECONDS} seconds', due_at))) AS at
        FROM public.work_duework WHERE state = 'waiting'
    UNION ALL
    SELECT min(GREATEST(lease_until, COALESCE(hinted_at + interval '{HINT_AGAIN_SECONDS} seconds', lease_until)))
        FROM public.work_duework WHERE state = 'running') AS times
"""


class Dispatcher:
    """`hand_over` gives ids to the engine, to be performed one after the other; `stop()` ends `run()`."""

    def __init__(self, hand_over: Callable[[list[int]], None]) -> None:
        self.hand_over = hand_over
        self._stopped = threading.Event()

    def stop(self) -> None:
        self._stopped.set()

    def run(self) -> None:
        """Until stopped, through outages of the database and the broker."""
        while not self._stopped.is_set():
            try:
                with self._listening() as listener:
                    self._serve(listener)
            except psycopg.OperationalError as error:
                log.warning("database unavailable", error=str(error).strip()[:200])
                self._stopped.wait(1)

    def _listening(self) -> contextlib.AbstractContextManager[psycopg.Connection[Any]]:
        listener = psycopg.connect(**database.parameters(), autocommit=True)
        listener.execute(f"LISTEN {CHANNEL}")
        return listener

    def _serve(self, listener: psycopg.Connection[Any]) -> None:
        while not self._stopped.is_set():
            due = listener.execute(_HINT).fetchall()
            self._hand_over_all(due)
            if len(due) == BATCH:
                continue
            if due:
                time.sleep(GATHER_SECONDS)
            row = listener.execute(_NEXT).fetchone()
            due_in = row[0] if row and row[0] is not None else MAX_SLEEP_SECONDS
            self._wait(listener, seconds=min(max(due_in, 0.005), MAX_SLEEP_SECONDS))

    def _wait(self, listener: psycopg.Connection[Any], *, seconds: float) -> None:
        for _ in listener.notifies(timeout=seconds, stop_after=1):
            pass

    def _hand_over_all(self, due: list[tuple[int, str, int]]) -> None:
        try:
            for ids in _grouped(due):
                self.hand_over(ids)
        except (BrokerUnavailable, OSError) as error:
            log.warning("broker unavailable", waiting=len(due), error=str(error)[:200])
            time.sleep(0.5)


def _grouped(due: list[tuple[int, str, int]]) -> list[list[int]]:
    """One group for each piece of work that may take long; a few of what is done together.

    What was begun before is alone: if it kills its worker, it takes no neighbour with it twice.
    """
    together = [work_id for work_id, kind, attempts in due if handlers.is_done_together(kind) and not attempts]
    alone = [[work_id] for work_id, _kind, _attempts in due if work_id not in set(together)]
    return alone + [together[start : start + GROUP] for start in range(0, len(together), GROUP)]
