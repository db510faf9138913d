"""The back office over the trail and durable work: what was done, what waits, what died or made no sense."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin, TabularInline

from apps.audit import trail
from apps.audit.models import Entry
from apps.work import handlers
from apps.work.inbox import RECEIVE
from apps.work.models import DueWork, InboundEvent, InboundProblem
from apps.work.wake import wake

BODY_SHOWN = 4000


class ReadOnlyAdmin(ModelAdmin):
    """Rows the system writes and people only look at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(DueWork)
class DueWorkAdmin(ReadOnlyAdmin):
    list_display = ["kind", "key", "schema_name", "state", "attempts", "due_at", "last_error"]
    list_filter = ["state", "kind"]
    search_fields = ["key", "schema_name"]
    actions = ["replay"]

    @admin.action(description=gettext_lazy("Replay"), permissions=["view"])
    def replay(self, request: HttpRequest, queryset: QuerySet[DueWork]) -> None:
        """Revive dead letters. Every handler is safe to run twice."""
        dead = list(queryset.filter(state=DueWork.State.DEAD).order_by("kind", "schema_name", "key"))
        with transaction.atomic():
            for row in dead:
                if row.kind in handlers.names():
                    wake(row.kind, key=row.key, schema=row.schema_name)
                    trail.record("work.replayed", on=row, by=request.user, kind=row.kind, schema=row.schema_name)
        told = ngettext("%(count)d dead letter replayed.", "%(count)d dead letters replayed.", len(dead))
        self.message_user(request, told % {"count": len(dead)}, messages.SUCCESS)


class ProblemInline(TabularInline):
    model = InboundProblem
    fields = ["schema_name", "path", "reason", "created_at"]
    readonly_fields = fields
    extra = 0
    can_delete = False


@admin.register(InboundEvent)
class InboundEventAdmin(ReadOnlyAdmin):
    list_display = ["id", "kind", "state", "received_at", "note"]
    list_filter = ["state", "kind"]
    fields = ["kind", "state", "note", "received_at", "raw"]
    readonly_fields = fields
    inlines = [ProblemInline]
    actions = ["receive_again"]

    @admin.display(description=gettext_lazy("Body"))
    def raw(self, event: InboundEvent) -> str:
        return bytes(event.body)[:BODY_SHOWN].decode(errors="replace") or _("(blanked after success)")

    @admin.action(description=gettext_lazy("Receive again"), permissions=["view"])
    def receive_again(self, request: HttpRequest, queryset: QuerySet[InboundEvent]) -> None:
        """After the cause is gone (a number connected since, a bug fixed): take the kept body in again."""
        with transaction.atomic():
            kept = list(queryset.exclude(state=InboundEvent.State.DONE).exclude(body=b"").order_by("pk"))
            InboundProblem.objects.filter(event__in=kept).delete()
            InboundEvent.objects.filter(pk__in=[event.pk for event in kept]).update(
                state=InboundEvent.State.NEW, note=""
            )
            for event in sorted(kept, key=lambda event: str(event.pk)):
                trail.record("inbound.received_again", on=event, by=request.user)
                wake(RECEIVE, key=event.pk)
        told = ngettext("%(count)d event received again.", "%(count)d events received again.", len(kept))
        self.message_user(request, told % {"count": len(kept)}, messages.SUCCESS)


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """The trail is read, never written by hand."""

    list_display = ["at", "action", "actor", "tenant_name", "target"]
    list_filter = ["action"]
    search_fields = ["actor", "target", "tenant_name", "schema_name"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
