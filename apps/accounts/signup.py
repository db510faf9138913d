"""A new business: tenant, schema, owner and first belongings, in one transaction or not at all."""

from __future__ import annotations

import math
import re
import shutil
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.text import slugify
from django_tenants.utils import schema_exists

from apps.accounts import hosts, provision, schemas
from apps.accounts.errors import EmailTaken, SlugTaken, TooManySignUps
from apps.accounts.models import MAX_SLUG, SLUG, Domain, Membership, RecentSignUp, Tenant, User, new_schema_name
from apps.audit import trail
from apps.lib.database import take_turn
from apps.lib.tenancy import tenant_context

RESERVED_SLUGS = frozenset(
    {"admin", "api", "app", "www", "static", "media", "mail", "smtp", "ftp", "ns", "blog", "help", "status", "suporte"}
)
SCHEMA = r"t_[0-9a-f]{12}"
WINDOW = timedelta(hours=1)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class SignUp:
    """`slug` "" means: derive one from the business's name."""

    name: str
    email: str
    password: str
    business_name: str
    slug: str = ""
    business_type: str = Tenant.Type.OUTRO
    timezone: str = "America/Sao_Paulo"


def register(wish: SignUp, *, ip: str = "") -> tuple[Tenant, User]:
    """Create the business and its owner; without an `ip` it is ours, and not counted.

    Raises EmailTaken, SlugTaken or TooManySignUps, leaving nothing behind.
    """
    try:
        with transaction.atomic():
            if ip:
                _count(_caller(ip))
            tenant, user = _register(wish)
    except IntegrityError as error:
        if "accounts_user_email" in str(error):
            raise EmailTaken from None
        if "slug" in str(error) or "domain" in str(error):
            raise SlugTaken from None
        raise
    hosts.forget()
    return tenant, user


def _register(wish: SignUp) -> tuple[Tenant, User]:
    if User.objects.filter(email=wish.email.strip().lower()).exists():
        raise EmailTaken
    if wish.slug in RESERVED_SLUGS:
        raise SlugTaken
    tenant = Tenant.objects.create(
        name=wish.business_name,
        slug=wish.slug or free_slug(wish.business_name),
        schema_name=new_schema_name(),
        business_type=wish.business_type,
        timezone=wish.timezone,
    )
    Domain.objects.create(domain=hosts.host_of(tenant), tenant=tenant, is_primary=True)
    user = User.objects.create_user(wish.email, wish.password, name=wish.name)
    Membership.objects.create(user=user, tenant=tenant, role=Membership.Role.OWNER)
    schemas.create(tenant)
    with tenant_context(tenant):
        provision.run(tenant)
        trail.record("tenant.created", on=tenant, by=user)
    return tenant, user


def _caller(ip: str) -> str:
    """The address, or for IPv6 the network that one customer of a provider is given."""
    address = ip_address(ip)
    return str(ip_network((ip, 64), strict=False).network_address) if address.version == 6 else ip


def _count(ip: str) -> None:
    """Exact for all processes: who signs up from an address waits for the one before. Raises TooManySignUps."""
    take_turn("sign-up", ip)
    now = timezone.now()
    RecentSignUp.objects.filter(at__lte=now - WINDOW).delete()
    times = list(RecentSignUp.objects.filter(ip=ip).order_by("-at").values_list("at", flat=True))
    most = settings.SIGN_UPS_PER_HOUR
    if most and len(times) >= most:
        raise TooManySignUps(wait_seconds=math.ceil((times[most - 1] + WINDOW - now).total_seconds()))
    RecentSignUp.objects.create(ip=ip, at=now)


def is_well_formed(slug: str) -> bool:
    return len(slug) <= MAX_SLUG and re.match(SLUG, slug) is not None


def is_free(slug: str) -> bool:
    return slug not in RESERVED_SLUGS and not Tenant.objects.filter(slug=slug).exists()


def free_slug(business_name: str) -> str:
    """The name as a slug, with a number when it is taken or reserved."""
    base = slugify(business_name)[: MAX_SLUG - 4].strip("-") or "negocio"
    taken = set(Tenant.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED_SLUGS
    if base not in taken:
        return base
    return next(slug for number in range(2, 10_000) if (slug := f"{base}-{number}") not in taken)


def delete_tenant(tenant: Tenant) -> None:
    """Remove a business with its schema, its work and, once that is certain, its files; people and the trail stay."""
    from apps.work.models import DueWork, IdempotencyKey

    with transaction.atomic():
        trail.record("tenant.deleted", on=tenant)
        if schema_exists(tenant.schema_name):
            with connection.cursor() as cursor:
                cursor.execute(f'DROP SCHEMA "{tenant.schema_name}" CASCADE')
        DueWork.objects.filter(schema_name=tenant.schema_name).delete()
        IdempotencyKey.objects.filter(schema_name=tenant.schema_name).delete()
        tenant.delete()
        transaction.on_commit(partial(_delete_files, tenant.schema_name), robust=True)
    hosts.forget()


def _delete_files(schema_name: str) -> None:
    """The business's folder below MEDIA_ROOT. What can't be deleted is logged, for an operator to look at."""
    folder = Path(settings.MEDIA_ROOT) / schema_name
    if not re.fullmatch(SCHEMA, schema_name) or not folder.exists():
        return

    def failed(_deed: Any, path: str, error: Any) -> None:
        log.warning("file of a deleted business stays", path=path, error=str(error[1])[:200])

    shutil.rmtree(folder, onerror=failed)
    log.info("files of a deleted business gone", schema=schema_name, complete=not folder.exists())
