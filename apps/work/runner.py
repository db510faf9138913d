"""Perform one piece of due work: claim, enter its tenant, do it, finish if still ours."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import groupby

import structlog

from apps.lib.database import UNAVAILABLE, forget_lost_connections
from apps.lib.errors import DomainError
from apps.lib.tenancy import UnknownTenant, in_public, schema_context
from apps.work import handlers, sql
from apps.work.handlers import Job, Later
from apps.work.wake import CHANNEL, chained

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 5
BACK_OFF_SECONDS = (1, 5, 15, 40)
MAX_CHAIN = 8

_CLAIM = """
UPDATE public.work_duework SET state = 'running', fence = nextval('public.work_fence'),
    lease_until = now() + (%(leases)s::jsonb ->> kind)::int * interval '1 second',
    attempts = attempts + 1, started_generation = generation
WHERE id = ANY(%(ids)s) AND (%(leases)s::jsonb) ? kind
    AND ((state = 'waiting' AND due_at <= now()) OR (state = 'running' AND lease_until < now()))
RETURNING id, schema_name, kind, key, fence, generation, attempts
"""
_DONE = """
DELETE FROM public.work_duework AS w
USING unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS done (id, fence, generation)
WHERE w.id = done.id AND w.fence = done.fence AND w.generation = done.generation AND w.state = 'running'
RETURNING w.id
"""
_AGAIN = """
UPDATE public.work_duework SET state = 'waiting', lease_until = NULL, hinted_at = NULL, attempts = 0, last_error = ''
WHERE id = %s AND fence = %s AND state = 'running'
"""
_LATER = """
UPDATE public.work_duework SET state = 'waiting', lease_until = NULL, hinted_at = NULL, last_error = %(error)s,
    attempts = CASE WHEN generation <> started_generation THEN 0 ELSE GREATEST(attempts - %(refund)s, 0) END,
    due_at = CASE WHEN generation <> started_generation THEN due_at
        ELSE clock_timestamp() + %(seconds)s * interval '1 second' END
WHERE id = %(id)s AND fence = %(fence)s AND state = 'running'
"""
_DEAD = """
UPDATE public.work_duework SET state = 'dead', lease_until = NULL, last_error = %s
WHERE id = %s AND fence = %s AND state = 'running' AND generation = started_generation
"""


@dataclass
class LeaseLost(Exception):
    """Another worker claimed this work after our lease ran out: nothing of ours may count."""

    job: Job


def run(*work_ids: int) -> None:
    """Perform what is due, one after the other, then the first thing that woke, up to a short chain.

    What was given together is claimed and finished together: under load two statements serve a group.
    The rest of what they woke is handed out anew: it may take long, and must not wait for its siblings.
    """
    following = _run_all(list(work_ids))
    if len(following) > 1:
        _let_go(following[1:])
    for _ in range(MAX_CHAIN):
        if not following:
            return
        following = _run_all(following[:1])


def _run_all(work_ids: list[int]) -> list[int]:
    """Ids of the rows that were woken for now."""
    woken: list[int] = []
    done: list[Job] = []
    for _, party in groupby(claim(*work_ids), key=_party):
        done += _done(list(party), woken)
    _finish(done)
    return woken


def _party(job: Job) -> tuple[str, str, int]:
    """Equal for what may be performed in one go; what was begun before is alone."""
    is_alone = job.attempt > 1 or not handlers.is_done_together(job.kind)
    return job.kind, job.schema_name, job.id if is_alone else 0


def _done(jobs: list[Job], woken: list[int]) -> list[Job]:
    """Those of them that are done, and only left to be finished."""
    if len(jobs) > 1 and _perform_together(jobs, woken):
        return jobs
    return [job for job in jobs if _told(job, woken)]


def _perform_together(jobs: list[Job], woken: list[int]) -> bool:
    """False when any of them failed: they must be performed one by one."""
    kind = handlers.get(jobs[0].kind)
    with structlog.contextvars.bound_contextvars(work=[job.id for job in jobs], kind=kind.name):
        try:
            with _chained(woken), _place(jobs[0], kind):
                kind.perform(*jobs)
        except Exception as error:
            log.warning("performed one by one", error=repr(error)[:300])
            return False
    return True


@contextmanager
def _chained(woken: list[int]) -> Iterator[None]:
    """What is woken for now is told to `woken`, even by what failed in the end: it may have done a part."""
    chain: list[int] = []
    token = chained.set(chain)
    try:
        yield
    finally:
        chained.reset(token)
        woken += chain


def _told(job: Job, woken: list[int]) -> bool:
    """Perform it; every line it writes names it."""
    place = {"tenant": job.schema_name} if job.schema_name.startswith("t_") else {}
    with structlog.contextvars.bound_contextvars(work=job.id, kind=job.kind, attempt=job.attempt, **place):
        return _perform(job, woken)


def _perform(job: Job, woken: list[int]) -> bool:
    """Do it; whether it is done and only left to be finished."""
    kind = handlers.get(job.kind)
    if job.attempt > MAX_ATTEMPTS:  # its workers kept dying
        _bury(job, kind, RuntimeError("gave up after five attempts that never finished"))
        return False
    started = time.monotonic()
    try:
        with _chained(woken), _place(job, kind):
            kind.perform(job)
    except Later as later:
        _postpone(job, seconds=later.seconds, error=str(later), refund=1)
    except UnknownTenant:
        return True  # the business is gone and its work with it
    except LeaseLost:
        log.warning("lease lost", kind=job.kind, key=job.key)
    except Exception as error:
        _fail(job, kind, error)
    else:
        return True
    finally:
        log.debug("work", kind=job.kind, key=job.key, ms=round((time.monotonic() - started) * 1000))
    return False


def claim(*work_ids: int) -> list[Job]:
    """Take what is due and nobody holds, in the order given."""
    rows = sql.execute(_CLAIM, {"ids": list(work_ids), "leases": _leases()}).fetchall()
    jobs = {row[0]: Job(*row) for row in rows}
    return [jobs[work_id] for work_id in work_ids if work_id in jobs]


def assert_held(job: Job) -> None:
    """Call inside the transaction whose effects must count only once. Raises LeaseLost.

    Locks the row, so a second worker can't claim the work before this transaction ends.
    """
    held = sql.execute("SELECT 1 FROM public.work_duework WHERE id = %s AND fence = %s FOR UPDATE", [job.id, job.fence])
    if held.fetchone() is None:
        raise LeaseLost(job)


@cache
def _leases() -> str:
    return json.dumps({name: handlers.get(name).lease_seconds for name in handlers.names()})


def _place(job: Job, kind: handlers.Kind) -> AbstractContextManager[object]:
    if kind.public:
        return in_public()
    return schema_context(job.schema_name)


def _finish(jobs: list[Job]) -> None:
    """Done for good; what was woken meanwhile is due again."""
    if not jobs:
        return
    columns = [[job.id for job in jobs], [job.fence for job in jobs], [job.generation for job in jobs]]
    ended = {row[0] for row in sql.execute(_DONE, columns).fetchall()}
    for job in jobs:
        if job.id not in ended and sql.execute(_AGAIN, [job.id, job.fence]).rowcount:
            sql.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def _let_go(work_ids: list[int]) -> None:
    """The dispatcher need not wait for us to take these up."""
    sql.execute("UPDATE public.work_duework SET hinted_at = NULL WHERE id = ANY(%s) AND state = 'waiting'", [work_ids])
    sql.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def _postpone(job: Job, *, seconds: float, error: str, refund: int) -> None:
    values = {"id": job.id, "fence": job.fence, "seconds": seconds, "error": error[:2000], "refund": refund}
    sql.execute(_LATER, values)
    sql.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def _fail(job: Job, kind: handlers.Kind, error: Exception) -> None:
    final = isinstance(error, DomainError) and not error.retryable
    log.error("work failed", kind=job.kind, key=job.key, attempt=job.attempt, exc_info=error)
    if isinstance(error, UNAVAILABLE):
        forget_lost_connections()
    if final or job.attempt >= MAX_ATTEMPTS:
        _bury(job, kind, error)
    else:
        _postpone(job, seconds=BACK_OFF_SECONDS[job.attempt - 1], error=repr(error), refund=0)


def _bury(job: Job, kind: handlers.Kind, error: Exception) -> None:
    """Make it a dead letter, unless it was woken again meanwhile."""
    if not sql.execute(_DEAD, [repr(error)[:2000], job.id, job.fence]).rowcount:
        _postpone(job, seconds=0, error=repr(error), refund=0)
        return
    if kind.on_dead is None:
        return
    try:
        with _place(job, kind):
            kind.on_dead(job, error)
    except Exception:
        log.exception("telling about a dead letter failed", kind=job.kind, key=job.key)
