"""Who may do what: the gates of screens and API views."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from apps.accounts.models import Membership, Tenant, User
from apps.accounts.roles import MATRIX, Permission, Role, allows
from apps.work import idempotency

__all__ = ["MATRIX", "Permission", "Role", "TenantRequest", "TenantView", "TenantViewSet", "allows", "permission"]


class TenantRequest(HttpRequest):
    """A request on a business's host by one of its members."""

    tenant: Tenant
    member: Membership
    user: User
    htmx: Any


def permission(needed: Permission | None) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Gate of a screen: sign-in first, then membership, then the role; None lets every member in."""

    def gate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("accounts:sign_in"))
            member = cast(TenantRequest, request).member
            if member is None or (needed is not None and not allows(member, needed)):
                return render(request, "accounts/no_access.html", status=403)
            return view(request, *args, **kwargs)

        return guarded

    return gate


class TenantView(APIView):
    """Base of every API view on a business's host: permissions by role, `Idempotency-Key` on POST."""

    read_permission: Permission | None = None
    write_permission: Permission | None = None
    keeps_keys = True  # False where a POST neither sends nor creates

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
        if any("\x00" in value for values in request.query_params.lists() for value in (values[0], *values[1])):
            raise ParseError(_("The query has characters that no text can have."))
        key = request.headers.get("Idempotency-Key", "")
        if request.method == "POST" and key and self.keeps_keys:
            self.post: Any = self._only_once(key, self.post)

    def idempotent_body(self, request: Request) -> bytes:
        """What must be equal for two requests under one `Idempotency-Key` to be the same."""
        return request._request.body

    def _only_once(self, key: str, handler: Callable[..., Response]) -> Callable[..., Response]:
        def handle(request: Request, *args: Any, **kwargs: Any) -> Response:
            def act() -> tuple[int, Any]:
                response = handler(request, *args, **kwargs)
                return response.status_code, idempotency.plain(response.data)

            body = request.path.encode() + b"\n" + self.idempotent_body(request)
            status, data, replayed = idempotency.once(actor=f"user:{self.member.user_id}", key=key, body=body, act=act)
            return Response(data, status=status, headers={"Idempotency-Replayed": "true"} if replayed else None)

        return handle


class TenantViewSet(TenantView, GenericViewSet[Any]):
    """A viewset on a business's host; ids are integers."""

    lookup_value_regex = r"\d{1,18}"
    lookup_value_converter = "int"
