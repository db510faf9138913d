"""Whose is an incoming event: one cached look-up per process, ≤ 10 s old."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from apps.accounts.models import InboundAddress
from apps.lib import crypto
from apps.lib.tenancy import in_public
from apps.work import sql

CACHE_SECONDS = 10


@dataclass(frozen=True)
class Address:
    """`secret` and `verify_token` in plain, "" when the platform's apply."""

    id: int
    tenant_id: int
    schema_name: str
    channel_id: int
    external_id: str
    parent_id: str
    secret: str
    verify_token: str


class Moved(LookupError):
    """The address was given up since it was looked up; another business may have it by now."""


_cache: dict[tuple[str, str], tuple[float, Address]] = {}
_lock = threading.Lock()


def by_token(token: str) -> Address | None:
    """The address behind a business's own webhook URL, active or not yet."""
    return _cached("token", token)


def owner_of(kind: str, external_id: str) -> Address | None:
    """The active owner of a number or page."""
    return _cached(kind, external_id)


def under(kind: str, parent_id: str) -> list[Address]:
    """The active addresses below an account (a WABA), for events that name no number."""
    with in_public():
        rows = InboundAddress.objects.select_related("tenant").filter(kind=kind, parent_id=parent_id, is_active=True)
        return [_address(row) for row in rows.order_by("id")[:100]] if parent_id else []


def hold(address: Address) -> None:
    """Keep the address with its business until this transaction ends. Raises Moved when it is too late."""
    held = sql.execute(
        "SELECT 1 FROM public.accounts_inboundaddress WHERE id = %s AND is_active FOR KEY SHARE", [address.id]
    )
    if held.fetchone() is None:
        raise Moved(address.external_id)


def forget() -> None:
    with _lock:
        _cache.clear()


def _cached(kind: str, value: str) -> Address | None:
    found = _cache.get((kind, value))
    if found and found[0] > time.monotonic():
        return found[1]
    address = _look_up(kind, value)
    if address is not None:  # misses are not kept: a new channel works at once
        with _lock:
            if len(_cache) > 50_000:
                _cache.clear()
            _cache[kind, value] = (time.monotonic() + CACHE_SECONDS, address)
    return address


def _look_up(kind: str, value: str) -> Address | None:
    wanted = InboundAddress.objects.select_related("tenant")
    with in_public():
        row = (
            wanted.filter(token_hash=crypto.digest(value)).first()
            if kind == "token"
            else wanted.filter(kind=kind, external_id=value, is_active=True).first()
        )
    return _address(row) if row else None


def _address(row: InboundAddress) -> Address:
    return Address(
        id=row.pk,
        tenant_id=row.tenant_id,
        schema_name=row.tenant.schema_name,
        channel_id=row.channel_id,
        external_id=row.external_id,
        parent_id=row.parent_id,
        secret=crypto.unseal(row.secret, place=row.place("secret")),
        verify_token=crypto.unseal(row.verify_token, place=row.place("verify_token")),
    )
