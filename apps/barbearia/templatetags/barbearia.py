"""How the business's screens write days and data."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.barbearia.models import Appointment

register = template.Library()


@register.simple_tag
def appointment_slot(line: dict[str, Any]) -> SafeString:
    """An appointment in the list. A week may have hundreds: written here, they take a third of a template's time."""
    language = get_language()
    return format_html(
        '<li class="slot"><p class="hours"><time datetime="{}">{}</time><small>{}</small></p>'
        '<a class="slot-card {}" href="{}" data-panel>'
        '<span class="client"><span class="truncate">{}</span>{}</span>'
        '<span class="what">{} · {}</span>{}</a></li>',
        line["at"],
        line["opens"],
        line["closes"],
        line["look"],
        line["url"],
        line["client"],
        _by_ai(language) if line["is_by_ai"] else "",
        line["services"],
        line["professional"],
        _badge(line["status"], language),
    )


@cache
def _badge(status: str, _language: str) -> SafeString:
    shown = {"status": status, "label": Appointment.Status(status).label}
    return SafeString(render_to_string("cotton/appointment_badge.html", shown).strip())


@cache
def _by_ai(_language: str) -> SafeString:
    icon = SafeString(render_to_string("cotton/icon.html", {"name": "sparkles"}).strip())
    return format_html('{}<span class="visually-hidden">{}</span>', icon, _("Booked by the AI"))


@register.filter
def as_json(value: Any) -> str:
    """For a data attribute: escaped like any other text."""
    return json.dumps(value, ensure_ascii=False, default=str)
