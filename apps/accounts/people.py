"""What people change of themselves, and of each other's place in a business.

Owners and administrators give roles and close doors; only an owner touches an owner or makes one, and
one owner always stays. A place is closed in this business alone: the person's others are not ours.
"""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts import signin
from apps.accounts.errors import LastOwner, MayNotManage, UnfitPassword, WrongPassword
from apps.accounts.models import Entrance, Membership, RefreshFamily, Tenant, User
from apps.accounts.roles import Permission, Role, allows
from apps.audit import trail


def describe(user: User, *, name: str | None = None, language: str | None = None) -> None:
    """Change how a person is called and spoken to; "" is the business's language."""
    wanted = {"name": name, "language": language}
    changed = [field for field, value in wanted.items() if value is not None and value != getattr(user, field)]
    if not changed:
        return
    for field in changed:
        setattr(user, field, wanted[field])
    with transaction.atomic():
        user.save(update_fields=changed)
        trail.record("person.changed", on=user, by=user, fields=changed)


def prove(request: HttpRequest, user: User, *, password: str) -> None:
    """That the person knows the current password; a wrong one counts as a failed sign-in.

    Not inside a transaction, which would forget the failure. Raises WrongPassword or TooManyAttempts.
    """
    with signin.attempt(request, email=user.email):
        if not user.check_password(password):
            raise WrongPassword


def change_password(user: User, password: str) -> None:
    """Set a new password and end what the old one opened: sessions, tokens, links. Raises UnfitPassword."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise UnfitPassword(list(error.messages)) from None
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        RefreshFamily.objects.filter(user=user, ended_at=None).update(ended_at=timezone.now())
        Entrance.objects.filter(user=user).delete()
        trail.record("person.password_changed", on=user, by=user)


def place(member: Membership, *, by: Membership, role: str | None = None, is_active: bool | None = None) -> Membership:
    """Change somebody's role, or open or close their place in the business.

    Raises MayNotManage or LastOwner.
    """
    with transaction.atomic():
        everybody = {row.pk: row for row in _locked(member.tenant)}
        member, by = everybody[member.pk], everybody[by.pk]
        before = (member.role, member.is_active)
        after = (role or member.role, member.is_active if is_active is None else is_active)
        if before == after:
            return member
        if not _may_place(by, {before[0], after[0]}):
            raise MayNotManage
        member.role, member.is_active = after
        if not any(row.role == Role.OWNER and row.is_active and row.user.is_active for row in everybody.values()):
            raise LastOwner
        member.save(update_fields=["role", "is_active"])
        _tell(member, before=before, by=by.user)
    return member


def _locked(tenant: Tenant) -> list[Membership]:
    """All places at once: two owners who take each other's away must not both succeed."""
    return list(Membership.objects.select_for_update(of=("self",)).select_related("user").filter(tenant=tenant))


def _may_place(by: Membership, roles: set[str]) -> bool:
    may = by.is_active and allows(by, Permission.MANAGE_PEOPLE)
    return may and (by.role == Role.OWNER or Role.OWNER not in roles)


def _tell(member: Membership, *, before: tuple[str, bool], by: User) -> None:
    role, was_active = before
    if role != member.role:
        trail.record("member.role_changed", on=member.user, by=by, before=role, after=member.role)
    if was_active != member.is_active:
        trail.record("member.activated" if member.is_active else "member.deactivated", on=member.user, by=by)
    if not member.is_active:
        RefreshFamily.objects.filter(user=member.user, tenant=member.tenant, ended_at=None).update(
            ended_at=timezone.now()
        )
