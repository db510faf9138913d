"""Who calls the API: a bearer token of this host's business, or the session of a member."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.tokens import Token

from apps.accounts.middleware import membership


class TenantJWTAuthentication(JWTAuthentication):
    """The token's `tid` must be the host's business, and the person still a member of it."""

    def get_user(self, validated_token: Token) -> Any:
        """The token's person, still active and with the password it was given for."""
        try:
            return super().get_user(validated_token)
        except AuthenticationFailed:
            raise InvalidToken from None

    def authenticate(self, request: Request) -> tuple[Any, Token] | None:
        found: tuple[Any, Token] | None = super().authenticate(request)
        if found is None:
            return None
        user, token = found
        tenant = request._request.tenant  # type: ignore[attr-defined]
        if tenant is None:
            return user, token  # the public host: doors there decide (only /auth)
        if token.get("tid") != tenant.pk:
            raise InvalidToken
        request._request.member = membership(user, tenant)  # type: ignore[attr-defined]
        if request._request.member is None:  # type: ignore[attr-defined]
            raise InvalidToken
        if user.language:
            translation.activate(user.language)  # HostMiddleware puts the former one back
        return user, token


class TenantSessionAuthentication(SessionAuthentication):
    """A browser session on the business's own host, with CSRF; only for members."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        if getattr(request._request, "member", None) is None:
            return None
        return super().authenticate(request)
