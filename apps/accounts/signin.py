"""Proving who someone is, and the links that carry a session to a business's host."""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts import hosts
from apps.accounts.errors import BadCredentials, BadToken, NotAMember, TooManyAttempts
from apps.accounts.models import Entrance, Membership, SignInFailure, Tenant, User
from apps.lib.crypto import digest

WINDOW = timedelta(minutes=15)
MAX_FAILURES = 5
MAX_FAILURES_PER_IP = 60
ENTRANCE_SECONDS = 60


def check_password(request: HttpRequest, *, email: str, password: str) -> User:
    """The person these credentials belong to. Raises BadCredentials or TooManyAttempts."""
    with attempt(request, email=email):
        user = authenticate(request, username=email.strip().lower(), password=password)
        if user is None:
            raise BadCredentials
    assert isinstance(user, User)
    return user


@contextmanager
def attempt(request: HttpRequest, *, email: str) -> Iterator[None]:
    """Trying to get in with an e-mail: a failure unless the block ends well. Raises TooManyAttempts.

    Five failures in 15 minutes per account and address; counted in the database, so exactly, for
    all processes together and without Redis. Attempts on one account go one after the other.
    """
    ip, email_hash = client_ip(request), digest(email.strip().lower())
    with _one_at_a_time(email_hash):
        recent = SignInFailure.objects.filter(ip=ip)
        _refuse_from(MAX_FAILURES, recent.filter(email_hash=email_hash))
        _refuse_from(MAX_FAILURES_PER_IP, recent)
        failure = SignInFailure.objects.create(email_hash=email_hash, ip=ip)
        yield
        failure.delete()


@contextmanager
def _one_at_a_time(email_hash: bytes) -> Iterator[None]:
    """A lock of the connection, not of a transaction: what happens under it commits on its own."""
    key = [int.from_bytes(email_hash[:7])]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", key)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", key)


def _refuse_from(most: int, failures: QuerySet[SignInFailure]) -> None:
    now = timezone.now()
    times = list(failures.filter(at__gt=now - WINDOW).order_by("-at").values_list("at", flat=True)[:most])
    if len(times) == most:
        raise TooManyAttempts(wait_seconds=math.ceil((times[-1] + WINDOW - now).total_seconds()))


def client_ip(request: HttpRequest) -> str:
    """The caller's address: X-Forwarded-For counts only as far as our own proxies wrote it."""
    proxies = settings.NUM_PROXIES
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if proxies and forwarded:
        return forwarded[-min(proxies, len(forwarded))]
    return request.META.get("REMOTE_ADDR") or "127.0.0.1"


def businesses_of(user: User) -> list[Membership]:
    return list(Membership.objects.active().select_related("tenant").filter(user=user).order_by("tenant__name"))


def membership_in(user: User, tenant: Tenant) -> Membership:
    """Raises NotAMember."""
    found = Membership.objects.active().filter(user=user, tenant=tenant).first()
    if found is None:
        raise NotAMember
    return found


def open_door(user: User, tenant: Tenant) -> str:
    """A single-use link, good for a minute, that signs the person in on the business's host."""
    membership_in(user, tenant)
    token = secrets.token_urlsafe(32)
    Entrance.objects.create(
        token_hash=digest(token),
        user=user,
        tenant=tenant,
        expires_at=timezone.now() + timedelta(seconds=ENTRANCE_SECONDS),
    )
    return hosts.url_of(hosts.host_of(tenant), f"/entrar/{token}")


def walk_in(token: str, *, tenant: Tenant) -> User:
    """Use up a link made by `open_door` for this business. Raises BadToken."""
    with transaction.atomic():
        entrance = (
            Entrance.objects.select_related("user")
            .select_for_update(of=("self",))
            .filter(token_hash=digest(token))
            .first()
        )
        if entrance is None or entrance.tenant_id != tenant.pk:
            raise BadToken
        entrance.delete()
        expired = entrance.expires_at < timezone.now()
    if expired or not entrance.user.is_active:
        raise BadToken
    return entrance.user
