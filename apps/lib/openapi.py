"""How the API describes itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

S = TypeVar("S")


class Schema(AutoSchema):
    """Tags from the first path segment after /api/v1, errors as ProblemSerializer where a view says so."""

    def get_tags(self) -> list[str]:
        parts = [part for part in self.path.removeprefix("/api/v1").split("/") if part and not part.startswith("{")]
        return [parts[0] if parts else "api"]


def only_v1(endpoints: list[tuple[str, str, str, Any]], **kwargs: Any) -> list[tuple[str, str, str, Any]]:
    """Leave out the unversioned alias of every URL."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "apps.accounts.authentication.TenantJWTAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "apps.accounts.authentication.TenantSessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "session"}


def shown(
    title: str, *, sent: Any = None, answered: Any = None, status: int | None = None, media_type: str | None = None
) -> Callable[[type[S]], type[S]]:
    """Decorates a serializer with what it reads and writes, for every operation that uses it.

    `answered` belongs to 200 and 201 unless `status` names another. Everybody in examples is made up.
    """
    examples = []
    if sent is not None:
        examples.append(OpenApiExample(title, value=sent, request_only=True, media_type=media_type))
    if answered is not None:
        codes = [str(status)] if status else None
        examples.append(OpenApiExample(title, value=answered, response_only=True, status_codes=codes))
    return extend_schema_serializer(examples=examples)
