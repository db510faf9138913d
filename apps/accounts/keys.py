"""Pointing from a tenant's table to a person in `public`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


def user_key(**options: Any) -> models.ForeignKey[Any, Any]:
    """A key to `accounts.User` without a database constraint.

    Real constraints across schemas break tenant deletion and test truncation; people are anonymised,
    never deleted, so none is needed.
    """
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        **({"blank": True} | options if options.get("null") else options),
    )
