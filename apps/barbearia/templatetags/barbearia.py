"""How the business's screens write days and data."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.lib.templatetags.screen import day_month, weekday

register = template.Library()


@register.filter
def as_json(value: Any) -> str:
    """For a data attribute: escaped like any other text."""
    return json.dumps(value, ensure_ascii=False, default=str)


@register.filter
def near_day(value: datetime | date) -> str:
    """ "today", "tomorrow" or "sat 21/11"."""
    day = timezone.localtime(value).date() if isinstance(value, datetime) else value
    match (day - timezone.localdate()).days:
        case 0:
            return _("today")
        case 1:
            return _("tomorrow")
    return f"{weekday(day)} {day_month(day)}"
