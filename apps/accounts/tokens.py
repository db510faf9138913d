"""Access and refresh tokens: bound to a business, rotated, a reused one ends the whole family."""

from __future__ import annotations

import uuid
from typing import TypedDict

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from apps.accounts.errors import BadToken
from apps.accounts.models import Membership, RefreshFamily, Tenant, User


class Pair(TypedDict):
    access: str
    refresh: str


def issue(user: User, tenant: Tenant | None) -> Pair:
    """The first pair of a new family."""
    family = RefreshFamily(id=uuid.uuid4(), user=user, tenant=tenant)
    refresh = _refresh_token(user, tenant, family)
    family.save(force_insert=True)
    return {"access": access_token(user, tenant), "refresh": str(refresh)}


def rotate(raw: str, *, tenant: Tenant | None) -> tuple[Pair, User, Tenant | None]:
    """A new pair for the newest refresh token of a family.

    Raises BadToken for anything else; an older token of the family ends it, because somebody else
    holds a copy. `tenant` is the host's: a token of another business is refused.
    """
    claims = _read(raw)
    with transaction.atomic():
        family = _living_family(claims)
        user, owner = family.user, family.tenant
        reused = family.current_jti != claims["jti"]
        if reused:
            family.ended_at = timezone.now()
            family.save(update_fields=["ended_at"])
        elif not _may_go_on(family, tenant):
            raise BadToken
        else:
            refresh = _refresh_token(user, owner, family)
            family.save(update_fields=["current_jti", "expires_at"])
    if reused:
        raise BadToken
    return {"access": access_token(user, owner), "refresh": str(refresh)}, user, owner


def _may_go_on(family: RefreshFamily, tenant: Tenant | None) -> bool:
    """On its own business's host or the public one, for a person who is still active and a member."""
    if tenant is not None and family.tenant_id != tenant.pk:
        return False
    is_member = Membership.objects.active().filter(user=family.user, tenant=family.tenant).exists()
    return family.user.is_active and (family.tenant is None or is_member)


def end(raw: str) -> None:
    """Sign out: the family of this refresh token is over. Unknown tokens are ignored."""
    try:
        claims = _read(raw)
    except BadToken:
        return
    RefreshFamily.objects.filter(pk=claims["fam"], ended_at=None).update(ended_at=timezone.now())


def access_token(user: User, tenant: Tenant | None) -> str:
    token = AccessToken.for_user(user)
    token["tid"] = tenant.pk if tenant else None
    return str(token)


def _refresh_token(user: User, tenant: Tenant | None, family: RefreshFamily) -> RefreshToken:
    token = RefreshToken.for_user(user)
    token["tid"] = tenant.pk if tenant else None
    token["fam"] = str(family.pk)
    family.current_jti = token["jti"]
    family.expires_at = timezone.now() + settings.REFRESH_TOKEN_LIFETIME
    return token


def _read(raw: str) -> RefreshToken:
    try:
        token = RefreshToken(raw)  # type: ignore[arg-type]
        uuid.UUID(str(token["fam"]))
    except (TokenError, KeyError, ValueError):
        raise BadToken from None
    return token


def _living_family(claims: RefreshToken) -> RefreshFamily:
    family = (
        RefreshFamily.objects.select_related("user", "tenant")
        .select_for_update(of=("self",))
        .filter(pk=claims["fam"], ended_at=None)
        .first()
    )
    if family is None:
        raise BadToken
    return family
