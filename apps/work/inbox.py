"""Raw webhooks: stored in one statement with the work they make necessary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from apps.lib.crypto import digest
from apps.work import sql
from apps.work.models import DueWork, InboundEvent
from apps.work.wake import CHANNEL

RECEIVE = "webhook.receive"

_STORE = f"""
WITH event AS (
    INSERT INTO public.work_inboundevent (kind, address_id, body, digest, received_at, state, note)
    VALUES (%s, %s, %s, %s, %s, 'new', '')
    ON CONFLICT (address_id, digest) DO NOTHING RETURNING id
), due AS (
    INSERT INTO public.work_duework (schema_name, kind, key, due_at, first_at, state, generation,
        started_generation, attempts, fence, last_error)
    SELECT 'public', '{RECEIVE}', event.id::text, now(), now(), 'waiting', 1, 0, 0, 0, '' FROM event RETURNING id
)
SELECT pg_notify('{CHANNEL}', '') FROM due
"""

_TAKE = "SELECT id, kind, address_id, body, received_at FROM public.work_inboundevent WHERE id = %s AND state = 'new'"
_SETTLE = """
UPDATE public.work_inboundevent SET state = %s, note = %s, body = CASE WHEN %s THEN ''::bytea ELSE body END
WHERE id = %s
"""


@dataclass
class Event:
    """A stored webhook being taken in; `address_id` is the business's own URL it came to, if any."""

    id: int
    kind: str
    address_id: int | None
    body: bytes
    received_at: datetime
    has_problems: bool = False


def store(kind: str, body: bytes, *, address_id: int | None) -> None:
    """Keep a verified webhook and wake its reception. The same body twice at one address is one event."""
    sql.execute(_STORE, [kind, address_id, body, digest(body), timezone.now()])


def take(event_id: int) -> Event | None:
    """The event, or None when it was dealt with already."""
    row = sql.execute(_TAKE, [event_id]).fetchone()
    return Event(*row) if row else None


def settle(event: Event, state: str, *, note: str = "") -> None:
    """The body is kept while there is something left to look at."""
    is_blank = state == InboundEvent.State.DONE and not event.has_problems
    sql.execute(_SETTLE, [state, note[:2000], is_blank, event.id])


def is_behind(at: datetime) -> bool:
    """Whether webhooks that came before `at` still wait to be taken in; what failed for good doesn't count."""
    waiting = DueWork.objects.filter(schema_name="public", kind=RECEIVE, first_at__lt=at)
    return waiting.exclude(state=DueWork.State.DEAD).exists()
