"""Who may do what: five roles, one matrix, and the gates that ask it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from apps.accounts.models import Membership, Tenant, User
from apps.work import idempotency

Role = Membership.Role


class Permission(StrEnum):
    VIEW_INBOX = "view_inbox"
    ANSWER = "answer"
    VIEW_AGENDA = "view_agenda"
    BOOK = "book"
    MANAGE_BUSINESS = "manage_business"
    MANAGE_PEOPLE = "manage_people"


_EVERYONE = frozenset(Role)
_OFFICE = frozenset({Role.OWNER, Role.ADMIN, Role.SUPERVISOR, Role.ATTENDANT})
_MANAGERS = frozenset({Role.OWNER, Role.ADMIN})
MATRIX: dict[Permission, frozenset[Role]] = {
    Permission.VIEW_INBOX: _OFFICE,
    Permission.ANSWER: _OFFICE,
    Permission.VIEW_AGENDA: _EVERYONE,
    Permission.BOOK: _OFFICE,
    Permission.MANAGE_BUSINESS: _MANAGERS,
    Permission.MANAGE_PEOPLE: _MANAGERS,
}


class TenantRequest(HttpRequest):
    """A request on a business's host by one of its members."""

    tenant: Tenant
    member: Membership
    user: User
    htmx: Any


def allows(member: Membership | None, permission: Permission) -> bool:
    return member is not None and member.role in MATRIX[permission]


def permission(needed: Permission) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Gate of a screen: sign-in first, then membership, then the role."""

    def gate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("accounts:sign_in"))
            if not allows(cast(TenantRequest, request).member, needed):
                return render(request, "accounts/no_access.html", status=403)
            return view(request, *args, **kwargs)

        return guarded

    return gate


class IsMember(BasePermission):
    """A member of the host's business whose role has the permission the view names for this request."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        member = getattr(request._request, "member", None)
        if member is None:
            return False
        needed = view.permission_needed(request) if isinstance(view, TenantView) else None
        return needed is None or allows(member, needed)


class TenantView(APIView):
    """Base of every API view on a business's host: permissions by role, `Idempotency-Key` on POST."""

    read_permission: Permission | None = None
    write_permission: Permission | None = None

    def permission_needed(self, request: Request) -> Permission | None:
        return self.read_permission if request.method in ("GET", "HEAD", "OPTIONS") else self.write_permission

    @property
    def member(self) -> Membership:
        return cast(Membership, self.request._request.member)  # type: ignore[attr-defined]

    @property
    def tenant(self) -> Tenant:
        return cast(Tenant, self.request._request.tenant)  # type: ignore[attr-defined]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        key = request.headers.get("Idempotency-Key", "")
        if request.method == "POST" and key:
            self.post = self._only_once(key, self.post)  # type: ignore[attr-defined]

    def _only_once(self, key: str, handler: Callable[..., Response]) -> Callable[..., Response]:
        def handle(request: Request, *args: Any, **kwargs: Any) -> Response:
            def act() -> tuple[int, Any]:
                response = handler(request, *args, **kwargs)
                return response.status_code, idempotency.plain(response.data)

            body = request.path.encode() + b"\n" + request._request.body
            status, data, replayed = idempotency.once(actor=f"user:{self.member.user_id}", key=key, body=body, act=act)
            return Response(data, status=status, headers={"Idempotency-Replayed": "true"} if replayed else None)

        return handle


class TenantViewSet(TenantView, GenericViewSet[Any]):
    """A viewset on a business's host; ids are integers."""

    lookup_value_regex = r"\d{1,18}"
    lookup_value_converter = "int"
