"""The only way into a tenant's schema.

`schema_context("typo")` of django-tenants silently falls through to `public`; this refuses. New
threads start in `public`, so start none; sockets enter a tenant inside every database call.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import connection as django_connection
from django.utils import timezone, translation
from django_tenants.utils import get_tenant_model

if TYPE_CHECKING:
    from apps.accounts.models import Tenant

connection: Any = django_connection  # django-tenants adds `tenant`, `schema_name`, `set_tenant` to it
log = structlog.get_logger(__name__)
CACHE_SECONDS = 10
_by_schema: dict[str, tuple[float, Any]] = {}
_lock = threading.Lock()


class UnknownTenant(LookupError):
    """No such tenant: nothing may run, least of all in `public`."""


def current_schema() -> str:
    return str(connection.schema_name)


def current_tenant() -> Tenant:
    """The tenant this code runs in. Raises UnknownTenant in `public`."""
    tenant = connection.tenant
    if tenant is None or not getattr(tenant, "pk", None):
        raise UnknownTenant(f"not inside a tenant (schema {current_schema()!r})")
    return tenant


def tenant_by_schema(schema: str) -> Tenant:
    """The tenant owning a schema, cached ≤ 10 s per process. Raises UnknownTenant."""
    cached = _by_schema.get(schema)
    if cached and cached[0] > time.monotonic():
        return cached[1]
    with in_public():
        tenant = get_tenant_model().objects.filter(schema_name=schema).first()
    if tenant is None:
        _by_schema.pop(schema, None)
        raise UnknownTenant(schema)
    with _lock:
        _by_schema[schema] = (time.monotonic() + CACHE_SECONDS, tenant)
    return tenant


def forget(schema: str | None = None) -> None:
    """Drop the cached tenant (or all): it changed."""
    with _lock:
        if schema is None:
            _by_schema.clear()
        else:
            _by_schema.pop(schema, None)


@contextmanager
def in_public() -> Iterator[None]:
    """Run in `public` whatever tenant is current, and come back."""
    before = connection.tenant
    connection.set_schema_to_public()
    try:
        yield
    finally:
        connection.set_tenant(before)


@contextmanager
def tenant_context(tenant: Tenant, *, language: str = "") -> Iterator[Tenant]:
    """Enter a tenant: schema, time zone and language (the user's, then the tenant's, then pt-BR).

    Raises UnknownTenant for anything that is not a stored tenant with a schema of its own.
    """
    if not getattr(tenant, "pk", None) or not tenant.schema_name.startswith("t_"):
        raise UnknownTenant(getattr(tenant, "schema_name", repr(tenant)))
    before = connection.tenant
    connection.set_tenant(tenant)
    try:
        with (
            structlog.contextvars.bound_contextvars(tenant=tenant.schema_name),
            timezone.override(ZoneInfo(tenant.timezone)),
            translation.override(language or tenant.language or settings.LANGUAGE_CODE),
        ):
            yield tenant
    finally:
        connection.set_tenant(before)


@contextmanager
def schema_context(schema: str) -> Iterator[Tenant]:
    """Enter the tenant owning `schema`. Raises UnknownTenant."""
    with tenant_context(tenant_by_schema(schema)) as tenant:
        yield tenant


def in_each(tenants: Iterable[Tenant], deed: Callable[[], None], *, what: str) -> None:
    """Do it inside each business. Where it fails is logged, and the others go on."""
    for tenant in tenants:
        try:
            with tenant_context(tenant):
                deed()
        except Exception:
            log.exception(f"{what} failed", schema=tenant.schema_name)


def release_connection() -> None:
    """Give the database connection back while we wait for somebody else; not inside a transaction."""
    if not connection.in_atomic_block:
        connection.close()
