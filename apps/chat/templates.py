"""Message templates: a copy of what WhatsApp approved, brought as durable work."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.chat import live
from apps.chat.adapters.base import Refused, Verdict
from apps.chat.adapters.whatsapp_cloud import graph
from apps.chat.models import Channel, MessageTemplate
from apps.lib import http
from apps.lib.payload import list_at
from apps.lib.tenancy import release_connection
from apps.lib.text import storable_json
from apps.work.handlers import Job, Later
from apps.work.wake import wake

KIND = "chat.sync_templates"
TRY_AGAIN_SECONDS = 300
MAX_TEMPLATES = 1000


def ask_sync(channel: Channel) -> None:
    """Have the copy brought in line with WhatsApp. Call inside a transaction, last."""
    if channel.kind == Channel.Kind.WHATSAPP_CLOUD and channel.parent_id:
        wake(KIND, key=channel.pk)


def sync(job: Job) -> None:
    """Make our copy what WhatsApp has: new and changed ones stored, gone ones deleted."""
    channel = Channel.objects.filter(pk=int(job.key)).exclude(external_id="").first()
    if channel is None or not channel.is_active:
        return
    release_connection()
    try:
        found = graph.templates(channel, at_most=MAX_TEMPLATES)
    except (http.NotSent, http.NoAnswer) as error:
        raise Later(TRY_AGAIN_SECONDS, str(error)[:200]) from None
    except Refused as refused:
        if refused.verdict in (Verdict.BACK_OFF, Verdict.CHANNEL_DOWN):
            raise Later(refused.retry_after or TRY_AGAIN_SECONDS, refused.detail) from None
        return  # this token may not read templates: sending says so where it matters
    with transaction.atomic():
        _store(Channel.objects.select_for_update().get(pk=channel.pk), found)


def _store(channel: Channel, found: list[dict[str, Any]]) -> None:
    kept = []
    for raw in found:
        name, language = str(raw.get("name") or "")[:200], str(raw.get("language") or "")[:20]
        if not name or not language:
            continue
        template, _created = MessageTemplate.objects.update_or_create(
            channel=channel, name=name, language=language, defaults=_fields(raw)
        )
        kept.append(template.pk)
    channel.templates.exclude(pk__in=kept).delete()
    live.channel_changed(channel)


def _fields(raw: dict[str, Any]) -> dict[str, Any]:
    reason = str(raw.get("rejected_reason") or "")
    score = raw.get("quality_score")
    quality = {"quality": str(score.get("score") or "")[:20]} if isinstance(score, dict) else {}
    return quality | {
        "provider_id": str(raw.get("id") or "")[:80],
        "category": str(raw.get("category") or "")[:40],
        "status": str(raw.get("status") or "PENDING").upper()[:40],
        "reason": "" if reason == "NONE" else reason[:300],
        "components": storable_json(list_at(raw, "components")),
        "updated_at": timezone.now(),
    }
