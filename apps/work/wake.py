"""Ask for work. The row is the promise; the notification is only a nudge."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar

from django.db import connection

from apps.lib.tenancy import current_schema
from apps.work import handlers, sql

CHANNEL = "work_due"

# Rows woken for "now" by the job this thread is running: its runner takes one up right after commit,
# without a round trip through dispatcher and broker. None outside a running job.
chained: ContextVar[list[int] | None] = ContextVar("chained", default=None)

_UPSERT = """
INSERT INTO public.work_duework AS w
    (schema_name, kind, key, due_at, first_at, state, generation, started_generation, attempts, fence, last_error,
     hinted_at)
VALUES (%(schema)s, %(kind)s, %(key)s, now() + %(after)s * interval '1 second', now(), 'waiting', 1, 0, 0, 0, '',
        CASE WHEN %(held)s THEN now() END)
ON CONFLICT (schema_name, kind, key) DO UPDATE SET
    generation = w.generation + 1,
    state = CASE WHEN w.state = 'running' THEN 'running' ELSE 'waiting' END,
    attempts = CASE WHEN w.state = 'running' THEN w.attempts ELSE 0 END,
    hinted_at = CASE WHEN w.state = 'running' THEN w.hinted_at ELSE excluded.hinted_at END,
    first_at = CASE WHEN {idle} THEN now() ELSE w.first_at END,
    due_at = CASE
        WHEN {idle} THEN excluded.due_at
        WHEN %(cap)s::float IS NULL THEN LEAST(w.due_at, excluded.due_at)
        ELSE LEAST(excluded.due_at, w.first_at + %(cap)s * interval '1 second') END
RETURNING id, state, due_at <= now()
""".format(idle="(w.state = 'dead' OR (w.state = 'running' AND w.generation = w.started_generation))")


def wake(
    kind: str,
    *,
    key: str | int,
    after_seconds: float = 0,
    debounce: tuple[float, float] | None = None,
    schema: str | None = None,
) -> None:
    """Have `kind` performed for `key`: at the earlier of the wishes, or after a quiet time.

    `debounce=(quiet, cap)` in seconds: each wake pushes the work to now + quiet, never beyond cap
    after the first of the burst. Must run inside a transaction, as its last step: several keys are
    woken in sorted order (`wake_all`), because opposite orders deadlock. Waking during a run makes
    it run again; waking a dead letter revives it.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("wake() must run in the transaction that makes the work necessary.")
    declared = handlers.get(kind)
    quiet, cap = debounce if debounce else (after_seconds, None)
    chain = chained.get()
    held = chain is not None and not chain and quiet <= 0
    values = {
        "schema": "public" if declared.public else (schema or current_schema()),
        "kind": kind,
        "key": str(key),
        "after": quiet,
        "cap": cap,
        "held": held,
    }
    work_id, state, is_due = sql.execute(_UPSERT, values).fetchone()
    if chain is not None and held and state == "waiting" and is_due:
        chain.append(work_id)
    else:
        sql.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def wake_all(kind: str, *, keys: Iterable[str | int], after_seconds: float = 0) -> None:
    for key in sorted(keys, key=str):
        wake(kind, key=key, after_seconds=after_seconds)
