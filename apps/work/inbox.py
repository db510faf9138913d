"""Raw webhooks: stored in one statement with the work they make necessary."""

from __future__ import annotations

from collections.abc import Sequence
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

_TAKE = """
SELECT id, kind, address_id, body, received_at FROM public.work_inboundevent WHERE id = ANY(%s) AND state = 'new'
"""
_SETTLE = """
UPDATE public.work_inboundevent AS e SET state = ended.state, note = ended.note,
    body = CASE WHEN ended.is_blank THEN ''::bytea ELSE e.body END
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bool[]) AS ended (id, state, note, is_blank)
WHERE e.id = ended.id
"""


@dataclass
class Event:
    """A stored webhook being taken in; `address_id` is the business's own URL it came to, if any.

    It is done unless `state` and `note` say otherwise when it is settled.
    """

    id: int
    kind: str
    address_id: int | None
    body: bytes
    received_at: datetime
    has_problems: bool = False
    state: str = InboundEvent.State.DONE
    note: str = ""

    def put_aside(self, state: InboundEvent.State, note: str) -> None:
        self.state, self.note = state, note

    @property
    def is_read_up(self) -> bool:
        """Nothing is left in it to look at."""
        return self.state == InboundEvent.State.DONE and not self.has_problems


def store(kind: str, body: bytes, *, address_id: int | None) -> None:
    """Keep a verified webhook and wake its reception. The same body twice at one address is one event."""
    sql.execute(_STORE, [kind, address_id, body, digest(body), timezone.now()])


def take(event_ids: Sequence[int]) -> list[Event]:
    """The events in the order given, without those dealt with already."""
    events = {row[0]: Event(*row) for row in sql.execute(_TAKE, [list(event_ids)]).fetchall()}
    return [events[event_id] for event_id in event_ids if event_id in events]


def settle(events: Sequence[Event]) -> None:
    """Each as its state says. The body is kept while there is something left to look at."""
    rows = [(event.id, str(event.state), event.note[:2000], event.is_read_up) for event in events]
    if rows:
        sql.execute(_SETTLE, [list(column) for column in zip(*rows, strict=True)])


def is_behind(at: datetime) -> bool:
    """Whether webhooks that came before `at` still wait to be taken in; what failed for good doesn't count."""
    waiting = DueWork.objects.filter(schema_name="public", kind=RECEIVE, first_at__lt=at)
    return waiting.exclude(state=DueWork.State.DEAD).exists()
