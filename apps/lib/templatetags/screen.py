"""How screens write times, money, names and what customers typed."""

from __future__ import annotations

import re
import zlib
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from django import template
from django.template.defaultfilters import date as format_date
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from apps.lib import money

register = template.Library()

_TONES = 4
_LINK = re.compile(r"https?://[^\s<]+[^\s<.,;:!?)\]&]")
_AMOUNT = re.compile(r"R\$ (?=\d)")  # never broken across lines
# WhatsApp's marks: the sign touches the words it marks and is not inside a word.
_MARKS = [
    (re.compile(rf"(?<![\w{sign}]){sign}(?=[^\s{sign}])([^\n{sign}]*[^\s{sign}]){sign}(?![\w{sign}])"), tag)
    for sign, tag in ((r"\*", "strong"), ("_", "em"), ("~", "s"))
]


@register.simple_tag
def icon(name: str) -> SafeString:
    """`<c-icon>` for what stands in every row of a list: a component there costs half a millisecond each time."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', _sprite(), name
    )


@cache
def _sprite() -> str:
    return static("icons/sprite.svg")


@register.filter
def initials(name: str) -> str:
    """ "Mariana Alves" → "MA"; "Zé" → "ZÉ"; a phone number → its last two digits."""
    words = [word for word in re.split(r"\W+", str(name)) if word]
    letters = [word for word in words if word[0].isalpha()]
    if not letters:
        return "".join(words)[-2:] or "?"
    if len(letters) == 1:
        return letters[0][:2].upper()
    return (letters[0][0] + letters[-1][0]).upper()


@register.filter
def tone(key: object) -> str:
    """The same one of four avatar colours for the same name, everywhere."""
    return f"tone-{(zlib.crc32(str(key).encode()) >> 8) % _TONES + 1}"


@register.filter
def day_label(value: datetime | date) -> str:
    """ "Today", "Yesterday", or the long form of the day."""
    day, today = _local_day(value), timezone.localdate()
    match (today - day).days:
        case 0:
            return _("Today")
        case 1:
            return _("Yesterday")
    return long_day(day)


@register.filter
def long_day(value: date) -> str:
    """ "wednesday, 18 november", with the year when it is another one."""
    pattern = _("l, j F") if value.year == timezone.localdate().year else _("l, j F Y")
    return format_date(value, pattern).lower()


@register.filter
def weekday(value: datetime | date) -> str:
    """Three letters: "wed". Django's own Portuguese ones lack their accents."""
    names = [_("mon"), _("tue"), _("wed"), _("thu"), _("fri"), _("sat"), _("sun")]
    return names[_local_day(value).weekday()]


@register.filter
def day_month(value: datetime | date) -> str:
    return format_date(_local_day(value), "d/m")


@register.filter
def short_when(value: datetime | None) -> str:
    """The shortest that still tells: "09:42" today, "yesterday", "wed" this week, then "18/11"."""
    if value is None:
        return ""
    age = (timezone.localdate() - _local_day(value)).days
    if age <= 0:
        return format_date(timezone.localtime(value), "H:i")
    if age == 1:
        return _("yesterday")
    return weekday(value) if age < 7 else day_month(value)


@register.filter
def near_day(value: datetime | date) -> str:
    """ "today", "tomorrow" or "sat 21/11"."""
    day = _local_day(value)
    match (day - timezone.localdate()).days:
        case 0:
            return _("today")
        case 1:
            return _("tomorrow")
    return f"{weekday(day)} {day_month(day)}"


@register.filter
def near_when(value: datetime) -> str:
    """ "today, 09:42", "tomorrow, 09:42" or "sat 21/11, 09:42"."""
    return f"{near_day(value)}, {timezone.localtime(value):%H:%M}"


@register.filter
def minutes_since(value: datetime) -> int:
    return max(int((timezone.now() - value).total_seconds() // 60), 0)


@register.filter
def waiting_label(value: datetime) -> str:
    """How long someone has been waiting: "now", "4 min", "2 h", "3 d"."""
    minutes = minutes_since(value)
    if minutes < 1:
        return _("now")
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"


@register.filter
def brl(amount: Decimal) -> str:
    """Decimal("75") → "R$ 75,00", never broken across lines."""
    return money.brl(amount).replace(" ", "\N{NO-BREAK SPACE}")


@register.filter
def message_text(content: str) -> SafeString:
    """What people write on WhatsApp, as HTML: *bold*, _italic_, ~struck~, links and line breaks."""
    escaped = _AMOUNT.sub("R$\N{NO-BREAK SPACE}", str(conditional_escape(content)))
    pieces, end = [], 0
    for link in _LINK.finditer(escaped):
        pieces += [_marked(escaped[end : link.start()]), _anchor(link[0])]
        end = link.end()
    return mark_safe("".join([*pieces, _marked(escaped[end:])]))  # noqa: S308 - escaped on the first line


def _marked(escaped: str) -> str:
    for pattern, tag in _MARKS:
        escaped = pattern.sub(rf"<{tag}>\1</{tag}>", escaped)
    return escaped.replace("\r\n", "\n").replace("\n", "<br>")


def _anchor(url: str) -> str:
    return f'<a href="{url}" target="_blank" rel="noopener noreferrer">{url}</a>'


def _local_day(value: datetime | date) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value
