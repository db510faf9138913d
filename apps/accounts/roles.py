"""Five roles, one matrix, and the permission class every API view starts from.

Kept apart from `access`: REST framework imports its default permission while its own views load.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.accounts.models import Membership

Role = Membership.Role


class Permission(StrEnum):
    VIEW_INBOX = "view_inbox"
    ANSWER = "answer"
    LEAD_TEAM = "lead_team"
    VIEW_AGENDA = "view_agenda"
    BOOK = "book"
    MANAGE_BUSINESS = "manage_business"
    MANAGE_PEOPLE = "manage_people"


_EVERYONE = frozenset(Role)
_OFFICE = frozenset({Role.OWNER, Role.ADMIN, Role.SUPERVISOR, Role.ATTENDANT})
_LEADERS = frozenset({Role.OWNER, Role.ADMIN, Role.SUPERVISOR})
_MANAGERS = frozenset({Role.OWNER, Role.ADMIN})
MATRIX: dict[Permission, frozenset[Role]] = {
    Permission.VIEW_INBOX: _OFFICE,
    Permission.ANSWER: _OFFICE,
    Permission.LEAD_TEAM: _LEADERS,
    Permission.VIEW_AGENDA: _EVERYONE,
    Permission.BOOK: _OFFICE,
    Permission.MANAGE_BUSINESS: _MANAGERS,
    Permission.MANAGE_PEOPLE: _MANAGERS,
}


def allows(member: Membership | None, permission: Permission) -> bool:
    return member is not None and member.role in MATRIX[permission]


class IsMember(BasePermission):
    """A member of the host's business whose role has the permission the view names for this request."""

    def has_permission(self, request: Request, view: Any) -> bool:
        member = getattr(request._request, "member", None)
        if member is None:
            return False
        needed = view.permission_needed(request) if hasattr(view, "permission_needed") else None
        return needed is None or allows(member, needed)
