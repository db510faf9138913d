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


def with_plain_doors(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Add the routes that are no API views, for they are asked too often, or when little else works."""
    result["paths"] = dict(sorted({**result["paths"], **_PLAIN_DOORS}.items()))
    return result


def _answers(**told: str) -> dict[str, Any]:
    """`_200="…"`: what each status means."""
    return {status.removeprefix("_"): {"description": text} for status, text in told.items()}


def _webhook(summary: str, *, token: bool) -> dict[str, Any]:
    place = [{"name": "token", "in": "path", "required": True, "schema": {"type": "string"}}] if token else []
    asked = [{"name": f"hub.{name}", "in": "query", "schema": {"type": "string"}} for name in _HUB]
    signature = {"name": "X-Hub-Signature-256", "in": "header", "required": True, "schema": {"type": "string"}}
    unknown = {"_404": "No business has this address."} if token else {}
    name = "business" if token else "platform"
    return {
        "get": {
            "operationId": f"webhook_{name}_verify",
            "summary": f"{summary}: Meta's verification.",
            "tags": ["webhooks"],
            "parameters": [*place, *asked],
            "responses": _answers(_200="The challenge, as plain text.", _403="Wrong verification token.", **unknown),
        },
        "post": {
            "operationId": f"webhook_{name}_receive",
            "summary": f"{summary}: Meta's events, stored and answered at once.",
            "tags": ["webhooks"],
            "parameters": [*place, signature],
            "responses": _answers(
                _200="Stored.",
                _403="The signature is missing or wrong.",
                _413="Over 8 MB.",
                _503="Send it again.",
                **unknown,
            ),
        },
    }


def _health(summary: str, **answers: str) -> dict[str, Any]:
    name = "health_" + ("ready" if "_503" in answers else "live")
    return {"get": {"operationId": name, "summary": summary, "tags": ["health"], "responses": _answers(**answers)}}


_HUB = ("mode", "verify_token", "challenge")
_PLAIN_DOORS = {
    "/api/v1/webhooks/whatsapp": _webhook("The platform's own app", token=False),
    "/api/v1/webhooks/whatsapp/{token}": _webhook("A business's own app", token=True),
    "/health/live": _health("The process answers.", _200='`{"status": "ok"}`'),
    "/health/ready": _health(
        "It can do its work.",
        _200='`{"status": "ok|degraded", "checks": {…}}`; degraded without Redis.',
        _503='`{"status": "down", "checks": {…}}`: no database, or migrations are missing.',
    ),
}


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
