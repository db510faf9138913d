"""Errors people and programs can act on.

Raise a named subclass from domain code; doors don't catch it. Screens show the message, the API
answers `{"code", "detail", …}` with `status`, AI tools return the code, work retries if `retryable`.
"""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    code = "error"
    status = 422
    retryable = False

    def __init__(self, message: str = "", *, fields: dict[str, list[str]] | None = None, **extra: Any) -> None:
        super().__init__(message)
        self.message = str(message)
        self.fields = fields or {}
        self.extra = extra

    def payload(self) -> dict[str, Any]:
        """The body of the API's answer."""
        body: dict[str, Any] = {"code": self.code, "detail": self.message, **self.extra}
        if self.fields:
            body["fields"] = self.fields
        return body


class NotFound(DomainError):
    code = "not_found"
    status = 404


class Forbidden(DomainError):
    code = "forbidden"
    status = 403


class Conflict(DomainError):
    code = "conflict"
    status = 409
