"""`Idempotency-Key`: the same request twice has one effect and one answer.

The key is inserted first, in the transaction of the deed: a concurrent twin waits for it, then gets
the stored answer. Only successful answers are kept; a refused request may be tried again.
An answer may hold what is shown only once (a webhook's address and token), so it is kept sealed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.utils.encoders import JSONEncoder

from apps.lib.crypto import digest, seal, unseal
from apps.lib.errors import Conflict, DomainError
from apps.lib.tenancy import current_schema
from apps.work.models import IdempotencyKey

MAX_KEY_LENGTH = 200


class KeyReused(Conflict):
    code = "idempotency_key_reused"


class KeyTooLong(DomainError):
    code = "invalid"
    status = 400


class _Refused(Exception):
    def __init__(self, status: int, body: Any) -> None:
        self.answer = (status, body)


def once(*, actor: str, key: str, body: bytes, act: Callable[[], tuple[int, Any]]) -> tuple[int, Any, bool]:
    """(status, body, replayed): run `act`, or give again what it answered.

    `act` returns (status, JSON-ready body). Raises KeyReused when the key came with another body.
    """
    if len(key) > MAX_KEY_LENGTH:
        raise KeyTooLong(_("The Idempotency-Key is longer than 200 characters."))
    try:
        with transaction.atomic():
            return _once(actor=actor, key=key, body_hash=digest(body), act=act)
    except _Refused as refused:
        return (*refused.answer, False)


def _once(*, actor: str, key: str, body_hash: bytes, act: Callable[[], tuple[int, Any]]) -> tuple[int, Any, bool]:
    place = {"schema_name": current_schema(), "actor": actor, "key": key}
    IdempotencyKey.objects.bulk_create([IdempotencyKey(**place, body_hash=body_hash)], ignore_conflicts=True)
    row = IdempotencyKey.objects.select_for_update().get(**place)
    if bytes(row.body_hash) != body_hash:
        raise KeyReused(_("This Idempotency-Key was used for another request."))
    if row.status:
        return row.status, _opened(row), True
    row.status, answer = act()
    if row.status >= 400:
        raise _Refused(row.status, answer)
    row.response = seal(json.dumps(answer), place=_place(row))
    row.save(update_fields=["status", "response"])
    return row.status, answer, False


def _opened(row: IdempotencyKey) -> Any:
    """The answer; one kept before answers were sealed is JSON already."""
    return json.loads(unseal(row.response, place=_place(row))) if isinstance(row.response, str) else row.response


def _place(row: IdempotencyKey) -> str:
    return f"work.idempotencykey.response:{row.schema_name}:{row.pk}"


def plain(data: Any) -> Any:
    """A response's data as JSON types, as the client saw them."""
    return json.loads(json.dumps(data, cls=JSONEncoder))
