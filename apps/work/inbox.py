"""Raw webhooks: stored in one statement with the work they make necessary."""

from __future__ import annotations

from datetime import datetime

from apps.lib.crypto import digest
from apps.work import sql
from apps.work.models import DueWork
from apps.work.wake import CHANNEL

RECEIVE = "webhook.receive"

_STORE = f"""
WITH event AS (
    INSERT INTO public.work_inboundevent (kind, address_id, body, digest, received_at, state, note)
    VALUES (%s, %s, %s, %s, now(), 'new', '')
    ON CONFLICT (address_id, digest) DO NOTHING RETURNING id
), due AS (
    INSERT INTO public.work_duework (schema_name, kind, key, due_at, first_at, state, generation,
        started_generation, attempts, fence, last_error)
    SELECT 'public', '{RECEIVE}', event.id::text, now(), now(), 'waiting', 1, 0, 0, 0, '' FROM event RETURNING id
)
SELECT pg_notify('{CHANNEL}', '') FROM due
"""


def store(kind: str, body: bytes, *, address_id: int | None) -> None:
    """Keep a verified webhook and wake its reception. The same body twice at one address is one event."""
    sql.execute(_STORE, [kind, address_id, body, digest(body)])


def is_behind(at: datetime) -> bool:
    """Whether webhooks that came before `at` still wait to be taken in; what failed for good doesn't count."""
    waiting = DueWork.objects.filter(schema_name="public", kind=RECEIVE, first_at__lt=at)
    return waiting.exclude(state=DueWork.State.DEAD).exists()
