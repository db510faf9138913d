"""The trail: who did what to what. Actor and tenant are plain values, so it survives deletions."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class EntryQuerySet(models.QuerySet["Entry"]):
    def for_tenant(self, tenant: Any) -> Self:
        """The only way doors read the trail of a business."""
        return self.filter(schema_name=tenant.schema_name)


class Entry(models.Model):
    schema_name = models.CharField(_("schema"), max_length=63)
    tenant_name = models.CharField(_("business"), max_length=120, blank=True)
    actor_id = models.BigIntegerField(_("actor’s id"), null=True, blank=True)
    actor = models.CharField(_("actor"), max_length=200, blank=True)
    action = models.CharField(_("action"), max_length=80)
    target = models.CharField(_("target"), max_length=120, blank=True)
    data = models.JSONField(_("data"), default=dict, blank=True)
    request_id = models.CharField(_("request"), max_length=40, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("trail entry")
        verbose_name_plural = _("trail")
        indexes = [
            models.Index(fields=["schema_name", "-id"], name="trail_of_tenant"),
            models.Index(fields=["schema_name", "target"], name="trail_of_target"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target}"
