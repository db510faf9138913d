"""Message templates: a copy of what WhatsApp approved, brought as durable work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from apps.chat import live
from apps.chat.adapters.base import Refused, Verdict
from apps.chat.adapters.whatsapp_cloud import graph
from apps.chat.errors import NoSuchTemplate, TemplateIncomplete
from apps.chat.models import Channel, MessageTemplate
from apps.chat.models.template import VARIABLE
from apps.lib import http
from apps.lib.payload import list_at
from apps.lib.templatetags.screen import message_text
from apps.lib.tenancy import release_connection
from apps.lib.text import storable_json
from apps.work.handlers import Job, Later
from apps.work.wake import wake


@dataclass(frozen=True)
class Filled:
    """A template with its values: the text as the customer reads it, and what is sent."""

    text: str
    components: list[dict[str, Any]]

    def as_data(self, template: MessageTemplate) -> dict[str, Any]:
        return {
            "name": template.name,
            "language": template.language,
            "category": template.category,
            "components": self.components,
        }


def find(channel: Channel, *, name: str, language: str) -> MessageTemplate:
    """An approved template of this number's account. Raises NoSuchTemplate."""
    found = MessageTemplate.objects.filter(channel=channel, name=name, language=language, status="APPROVED").first()
    if found is None:
        raise NoSuchTemplate
    return found


def fill(
    template: MessageTemplate, values: Mapping[str, str], components: list[dict[str, Any]] | None = None
) -> Filled:
    """Raises TemplateIncomplete, naming the variables that are missing."""
    if components is not None:
        return Filled(_readable(template, {}), [storable_json(one) for one in components])  # type: ignore[misc]
    if missing := [name for name in template.variables if not str(values.get(name, "")).strip()]:
        raise TemplateIncomplete(missing)
    made = []
    for kind in ("HEADER", "BODY"):
        names = list(dict.fromkeys(VARIABLE.findall(str(template.component(kind).get("text") or ""))))
        if names:
            made.append({"type": kind.lower(), "parameters": [_parameter(name, values[name]) for name in names]})
    return Filled(_readable(template, values), made)


def _parameter(name: str, value: str) -> dict[str, str]:
    named = {} if name.isdigit() else {"parameter_name": name}
    return {"type": "text", "text": " ".join(str(value).split()), **named}  # Meta refuses line breaks in values


def _readable(template: MessageTemplate, values: Mapping[str, str]) -> str:
    texts = [str(template.component(kind).get("text") or "") for kind in ("HEADER", "BODY", "FOOTER")]
    whole = "\n\n".join(text for text in texts if text)
    return VARIABLE.sub(lambda found: str(values.get(found[1], found[0])), whole)


@dataclass(frozen=True)
class Preview:
    """A template as the customer will see it; what a variable stands for is in a `<mark data-variable>`."""

    header: SafeString
    body: SafeString
    footer: str
    buttons: list[str]


def preview(template: MessageTemplate, values: Mapping[str, str]) -> Preview:
    """Variables without a value show their name, as in the template."""
    return Preview(
        header=_shown(template, "HEADER", values),
        body=_shown(template, "BODY", values),
        footer=str(template.component("FOOTER").get("text") or ""),
        buttons=[button for button in template.buttons if button],
    )


def _shown(template: MessageTemplate, kind: str, values: Mapping[str, str]) -> SafeString:
    """Formatted as WhatsApp does it; a variable inside a link's address stays as it is."""

    def mark(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        value = " ".join(str(values.get(found[1], "")).split())
        return format_html('<mark data-variable="{}">{}</mark>', found[1], value or found[0])

    text = message_text(str(template.component(kind).get("text") or ""))
    return mark_safe(_VARIABLE_OR_TAG.sub(mark, text))  # noqa: S308 - message_text and format_html escape


_VARIABLE_OR_TAG = re.compile(rf"<[^>]*>|{VARIABLE.pattern}")

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
