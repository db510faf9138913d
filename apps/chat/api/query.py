"""What the URLs of lists may carry."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError

from apps.lib.untrusted import a_moment

AFTER, BEFORE = date(1, 12, 31), date(9999, 1, 1)  # moments that every time zone can count from
UPDATED_SINCE = OpenApiParameter("updated_since", str, description="ISO 8601: only what changed at or after this time.")


def number(value: str, name: str) -> int:
    """Raises ValidationError beside `name`."""
    if not (value.isascii() and value.isdigit()) or len(value) > 18:
        raise ValidationError({name: [_("Must be a number.")]})
    return int(value)


def choices(value: str, known: Collection[str], name: str) -> list[str]:
    """What a comma-separated list names. Raises ValidationError beside `name` for anything not `known`."""
    wanted = value.split(",")
    if not set(wanted) <= set(known):
        raise ValidationError({name: [_("Must be one of: %(names)s.") % {"names": ", ".join(known)}]})
    return wanted


def moment(value: str) -> datetime:
    """Aware; a naive one is in the business's zone. Raises ValidationError."""
    found = a_moment(value, after=AFTER, before=BEFORE)
    if found is None:
        raise ValidationError({"updated_since": [_("Must be an ISO 8601 time.")]})
    return found
