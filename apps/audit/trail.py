"""One call writes the trail, in the transaction of the deed it tells of."""

from __future__ import annotations

from typing import Any

import structlog
from django.db import models

from apps.audit.models import Entry
from apps.lib.tenancy import connection


def record(action: str, *, on: models.Model | None = None, by: Any = None, **data: Any) -> None:
    """Write that `by` (a user, a label such as "ai", or None for the system) did `action` to `on`.

    `data` must be JSON-ready and free of secrets.
    """
    tenant = connection.tenant
    Entry.objects.create(
        schema_name=connection.schema_name,
        tenant_name=getattr(tenant, "name", ""),
        actor_id=getattr(by, "pk", None),
        actor=by if isinstance(by, str) else getattr(by, "email", "system"),
        action=action,
        target=_target(on) if on is not None else "",
        data=data,
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
    )


def of(thing: models.Model, *, action: str) -> models.QuerySet[Entry]:
    """What was done to this thing of the business, the oldest first."""
    mine = Entry.objects.filter(schema_name=connection.schema_name, target=_target(thing))
    return mine.filter(action=action).order_by("id")


def _target(thing: models.Model) -> str:
    return f"{thing._meta.label_lower}:{thing.pk}"
