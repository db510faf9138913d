"""What every API door shares: error bodies, pages, strict input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from rest_framework import exceptions, serializers
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.views import set_rollback

from apps.lib.errors import DomainError
from apps.lib.parsers import BodyTooLarge
from apps.lib.text import storable

log = structlog.get_logger(__name__)


NEXT_PAGE = "https://barbearia-do-ze.example.com/api/v1/…?cursor=cD0yNA%3D%3D"  # in examples


# Said by the libraries; here, because their own Portuguese is missing or misspelt.
_SAID_BY_LIBRARIES = (
    gettext_noop("Ensure this value is greater than or equal to {min_value}."),
    gettext_noop("Token is invalid or expired"),
)


class ProblemSerializer(serializers.Serializer[Any]):
    """The body of every error."""

    code = serializers.CharField()
    detail = serializers.CharField()
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False
    )


class UnsaidNulls(serializers.Serializer[Any]):
    """`null` for something optional that can't be null says nothing: its default counts.

    In a partial change it stays an error, for there it may be meant to empty the field.
    """

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and not self.root.partial:
            data = {name: value for name, value in data.items() if value is not None or self._takes_null(name)}
        return super().to_internal_value(data)

    def _takes_null(self, name: Any) -> bool:
        field = self.fields.get(name)
        return field is None or field.required or field.allow_null


class InputSerializer(UnsaidNulls):
    """A serializer used to read a request body."""

    @classmethod
    def parse(cls, data: Any, **kwargs: Any) -> dict[str, Any]:
        """The validated data. Raises ValidationError (400 with `fields`)."""
        serializer = cls(data=data, **kwargs)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class PlainText(serializers.CharField):
    """Text PostgreSQL can store; DRF refuses NUL itself, this refuses lone surrogates too."""

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if storable(value) != value:
            raise serializers.ValidationError(_("Remove the characters that cannot be shown."))
        return value


class CursorPages(CursorPagination):
    """`{"results", "next"}`, newest first unless the view says otherwise; `limit` ≤ 100."""

    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 100
    ordering = "-id"

    def get_ordering(self, request: Any, queryset: Any, view: Any) -> tuple[str, ...]:
        ordering = getattr(view, "ordering", self.ordering)
        return (ordering,) if isinstance(ordering, str) else tuple(ordering)

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
        """A page; a cursor that we never gave is 404, whatever it carries."""
        if request.query_params.get(self.cursor_query_param) is None:
            return super().paginate_queryset(queryset, request, view)
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, DjangoValidationError):
            raise exceptions.NotFound(self.invalid_cursor_message) from None

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self.get_next_link()})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": schema,
                "next": {"type": "string", "format": "uri", "nullable": True, "example": NEXT_PAGE},
            },
        }


def handle_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every error leaves as `{"code", "detail", "fields"?}`; unknown ones stay 500 for Django to log."""
    if isinstance(error, DomainError):
        set_rollback()
        return Response(error.payload(), status=error.status, headers=getattr(error, "headers", None))
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, OperationalError | InterfaceError):
        log.warning("database unavailable", error=type(error).__name__)
        return Response(
            {"code": "unavailable", "detail": _("Try again in a moment.")}, status=503, headers={"Retry-After": "5"}
        )
    if isinstance(error, RequestDataTooBig):
        error = BodyTooLarge()
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    return Response(_body(error), status=error.status_code, headers=_headers(error))


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    return headers


def _body(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        return {"code": "invalid", "detail": _("Check the fields and try again."), "fields": _fields(error.detail)}
    code = error.get_codes()
    if isinstance(error.detail, dict):  # simplejwt gives {"detail", "code"}
        return {"code": str(error.detail.get("code", "error")), "detail": str(error.detail.get("detail", ""))}
    return {"code": code if isinstance(code, str) else "error", "detail": str(error.detail)}


def _fields(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """DRF's nested errors, flat: `client.phone`, `hours.0.start`."""
    if isinstance(detail, dict):
        pairs: list[tuple[str, Any]] = list(detail.items())
    elif isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        pairs = [(str(index), item) for index, item in enumerate(detail) if item]
    else:
        messages = detail if isinstance(detail, list) else [detail]
        return {prefix or "non_field_errors": [str(message) for message in messages]}
    flat: dict[str, list[str]] = {}
    for name, item in pairs:
        flat |= _fields(item, f"{prefix}.{name}" if prefix else str(name))
    return flat
