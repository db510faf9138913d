from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from apps.audit.models import Entry


@admin.register(Entry)
class EntryAdmin(ModelAdmin):
    """The trail is read, never written by hand."""

    list_display = ["at", "action", "actor", "tenant_name", "target"]
    list_filter = ["action"]
    search_fields = ["actor", "target", "tenant_name", "schema_name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
