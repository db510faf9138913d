"""Which host is what: the public site, the back office, or a business."""

from __future__ import annotations

import threading
import time

from django.conf import settings

from apps.accounts.models import Domain, Tenant
from apps.lib import tenancy

CACHE_SECONDS = 10
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_cache: dict[str, tuple[float, Tenant | None]] = {}
_lock = threading.Lock()


def is_public(host: str) -> bool:
    """The base domain; by bare loopback address too while developing."""
    return host == settings.BASE_DOMAIN or (not settings.IS_PRODUCTION and host in LOOPBACK)


def is_back_office(host: str) -> bool:
    return host == f"admin.{settings.BASE_DOMAIN}"


def tenant_of(host: str) -> Tenant | None:
    """The business a host belongs to, cached ≤ 10 s per process; misses are cached too."""
    now = time.monotonic()
    cached = _cache.get(host)
    if cached and cached[0] > now:
        return cached[1]
    with tenancy.in_public():
        domain = Domain.objects.select_related("tenant__start").filter(domain=host).first()
    tenant = domain.tenant if domain else None
    with _lock:
        if len(_cache) > 10_000:
            _cache.clear()
        _cache[host] = (now + CACHE_SECONDS, tenant)
    return tenant


def forget() -> None:
    """A business or a domain changed in this process."""
    with _lock:
        _cache.clear()
    tenancy.forget()


def host_of(tenant: Tenant) -> str:
    return f"{tenant.slug}.{settings.BASE_DOMAIN}"


def url_of(host: str, path: str = "") -> str:
    """An absolute URL on one of our hosts, as a browser reaches it."""
    scheme = "https" if settings.HTTPS else "http"
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    return f"{scheme}://{host}{port}{path}"
