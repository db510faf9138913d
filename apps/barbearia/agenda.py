"""What the agenda shows of some days: everybody's appointments, hours, breaks, blocks and free time.

Read in a constant number of queries, whatever the days hold; the list and the grid show the same.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.barbearia import schedule
from apps.barbearia.availability import Interval, subtract, union
from apps.barbearia.models import Appointment, AppointmentItem, Block, Professional
from apps.barbearia.schedule import Schedule, day_bounds
from apps.lib.templatetags.screen import initials, tone

_items = AppointmentItem.objects.filter(appointment=OuterRef("pk")).order_by("position", "pk")
SHOWN = [status for status in Appointment.Status.values if status not in ("cancelado", "expirado")]
ONE_DAY = timedelta(days=1)
_EARLIEST, _LATEST = time(8), time(19)  # what the grid shows at least

# status → (look, icon): colour, border and icon say it together.
# icons: clock calendar-check check scissors check-check user-x ban hourglass
LOOKS = {
    "reservado": ("warn", "clock"),
    "agendado": ("brand", "calendar-check"),
    "confirmado": ("ok", "check"),
    "em_andamento": ("now", "scissors"),
    "concluido": ("done", "check-check"),
    "faltou": ("done missed", "user-x"),
    "cancelado": ("done missed", "ban"),
    "expirado": ("done missed", "hourglass"),
}


@dataclass(frozen=True)
class Days:
    """The days from `first` to `last`, of everybody or of one professional."""

    first: date
    last: date
    people: list[Professional]  # everybody to choose from
    shown: list[Professional]
    appointments: list[Appointment]
    blocks: list[Block]
    times: Schedule

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """Of each appointment, in their order."""
        return [line(item, names=item.names) for item in self.appointments]  # type: ignore[attr-defined]

    @property
    def days(self) -> list[date]:
        return [self.first + n * ONE_DAY for n in range((self.last - self.first).days + 1)]

    def is_open(self, day: date) -> bool:
        start, end = day_bounds(day)
        return any(opens < end and start < closes for opens, closes in self.times.open)


def read(first: date, last: date, *, professional: int | None = None) -> Days:
    start, end = day_bounds(first)[0], day_bounds(last)[1]
    appointments = list(
        Appointment.objects.filter(start__lt=end, end__gt=start, status__in=SHOWN)
        .select_related("client")
        .annotate(names=ArraySubquery(_items.values("name")))
        .only("start", "end", "status", "source", "price", "professional_id", "client__name", "client__phone")
        .order_by("start", "professional__name", "pk")
    )
    people = _people({item.professional_id for item in appointments})
    known = {who.pk: who for who in people}
    for item in appointments:
        item.professional = known[item.professional_id]
    shown = [who for who in people if who.pk == professional] or people
    ids = {who.pk for who in shown}
    blocks = Block.objects.filter(professional_id__in=ids, start__lt=end, end__gt=start).select_related("professional")
    return Days(
        first=first,
        last=last,
        people=people,
        shown=shown,
        appointments=[item for item in appointments if item.professional_id in ids],
        blocks=list(blocks),
        times=schedule.load(ids, first=first, last=last),
    )


def _people(booked: set[int]) -> list[Professional]:
    """Who works here, and whoever left with appointments on these days."""
    present = Q(is_active=True, removed_at=None)
    return list(Professional.objects.filter(present | Q(pk__in=booked)).order_by("name", "pk"))


# Totals -----------------------------------------------------------------------------------------


def legend(days: Days) -> list[dict[str, Any]]:
    """How many appointments have each status, in the order of an appointment's life."""
    counted = Counter(item.status for item in days.appointments)
    return [
        {"look": LOOKS[status][0], "icon": LOOKS[status][1], "label": label, "count": counted[status]}
        for status, label in Appointment.Status.choices
        if counted[status]
    ]


def free_minutes(days: Days, professional: Professional, *, now: datetime) -> int:
    """Working time nobody has taken yet, from now on."""
    ahead = [(max(start, now), end) for start, end in days.times.windows[professional.pk] if end > now]
    free = subtract(union(ahead), union(days.times.busy[professional.pk]))
    return int(sum((end - start).total_seconds() for start, end in free) // 60)


def hours_label(minutes: int) -> str:
    """ "4h30", "5h", "45 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours}h{rest:02d}" if rest else f"{hours}h"


def summary(days: Days, professional: Professional, *, now: datetime) -> str:
    """ "8 appointments · 4h30 free"; "Off" on a day without hours."""
    number = sum(item.professional_id == professional.pk for item in days.appointments)
    parts = [ngettext("%(n)d appointment", "%(n)d appointments", number) % {"n": number}] if number else []
    if not days.times.windows[professional.pk]:
        parts.append(_("Off"))
    elif free := free_minutes(days, professional, now=now):
        parts.append(_("%(time)s free") % {"time": hours_label(free)})
    return " · ".join(parts)


# The list ---------------------------------------------------------------------------------------


def lines(days: Days, day: date) -> list[dict[str, Any]]:
    """A day's appointments and blocks in order of time."""
    start, end = day_bounds(day)
    booked = [dict(row) for row in days.lines if start <= row["start"] < end]
    blocked = [block_line(item) for item in days.blocks if start <= item.start < end]
    return sorted([*booked, *blocked], key=lambda row: (row["start"], row["professional"]))


def line(appointment: Appointment, *, names: list[str] | None = None) -> dict[str, Any]:
    """`names` are its services, where they were read already."""
    look, icon = LOOKS[appointment.status]
    return {
        "pk": appointment.pk,
        "block": None,
        "is_next": False,
        **_times(appointment.start, appointment.end),
        "client": appointment.client.display_name,
        "services": " + ".join(appointment.service_names if names is None else names),
        "professional": appointment.professional.name,
        "price": appointment.price,
        "status": appointment.status,
        "status_label": str(Appointment.Status(appointment.status).label),
        "look": look,
        "icon": icon,
        "is_over": appointment.status in ("concluido", "faltou"),
        "is_by_ai": appointment.source == Appointment.Source.AI,
    }


def _times(start: datetime, end: datetime) -> dict[str, Any]:
    zone = timezone.get_current_timezone()
    start, end = start.astimezone(zone), end.astimezone(zone)
    return {
        "start": start,
        "end": end,
        "at": start.isoformat(timespec="seconds"),
        "opens": f"{start:%H:%M}",
        "closes": f"{end:%H:%M}",
    }


def block_line(block: Block) -> dict[str, Any]:
    return {
        "block": block.pk,
        "is_next": False,
        **_times(block.start, block.end),
        "professional": block.professional.name,
        "reason": block.reason,
    }


# The grid ---------------------------------------------------------------------------------------


def grid(days: Days, *, now: datetime) -> dict[str, Any]:
    """What the calendar script draws; times in ISO 8601 with the business's offset."""
    opens, closes = _edges(days)
    return {
        "first": days.first.isoformat(),
        "days": len(days.days),
        "now": timezone.localtime(now).isoformat(),
        "opens": opens,
        "closes": closes,
        "professionals": [
            {
                "id": who.pk,
                "name": who.name,
                "initials": initials(who.name),
                "tone": tone(who.name),
                "summary": summary(days, who, now=now),
            }
            for who in days.shown
        ],
        "appointments": [_grid_item(item, row) for item, row in zip(days.appointments, days.lines, strict=True)],
        "shades": [*_off_hours(days, opens, closes), *(_grid_block(block) for block in days.blocks)],
    }


def _grid_item(appointment: Appointment, shown: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": appointment.pk,
        "professional": appointment.professional_id,
        "start": shown["start"].isoformat(),
        "end": shown["end"].isoformat(),
        "client": shown["client"],
        "detail": f"{shown['opens']}–{shown['closes']} · {shown['services']}",
        "who": shown["professional"],
        "status": shown["status_label"],
        "look": shown["look"],
        "icon": shown["icon"],
        "is_by_ai": shown["is_by_ai"],
        "can_move": appointment.status in Appointment.UPCOMING,
    }


def _edges(days: Days) -> tuple[str, str]:
    """The hours the grid spans: full hours around everything there is to see."""
    spans = [span for windows in days.times.windows.values() for span in windows]
    spans += [(item.start, item.end) for item in days.blocks]
    local = [(timezone.localtime(start), timezone.localtime(end)) for start, end in spans]
    local += [(row["start"], row["end"]) for row in days.lines]
    earliest, latest = _EARLIEST.hour, _LATEST.hour
    for begins, ends in local:
        earliest = min(earliest, begins.hour)
        crosses = ends.date() > begins.date()
        latest = 24 if crosses else max(latest, ends.hour + (ends.minute > 0))
    return f"{earliest:02d}:00", f"{latest:02d}:00"


def _off_hours(days: Days, opens: str, closes: str) -> list[dict[str, Any]]:
    """Everything outside somebody's windows; between two windows of a day it is a break."""
    shades = []
    for day in days.days:
        start, end = day_bounds(day)
        shown = [(start + timedelta(hours=int(opens[:2])), min(start + timedelta(hours=int(closes[:2])), end))]
        for who in days.shown:
            windows = union(span for span in days.times.windows[who.pk] if span[0] < end and start < span[1])
            shades += [_shade(who, gap, windows) for gap in subtract(union(shown), windows)]
    return shades


def _shade(who: Professional, gap: Interval, windows: list[Interval]) -> dict[str, Any]:
    start, end = timezone.localtime(gap[0]), timezone.localtime(gap[1])
    before, after = any(span[1] <= gap[0] for span in windows), any(span[0] >= gap[1] for span in windows)
    kind, label = "off", ""
    if before and after:
        kind, label = "break", _("Break")
    elif after:
        label = _("Starts at %(time)s") % {"time": f"{end:%H:%M}"}
    elif before:
        label = _("Leaves at %(time)s") % {"time": f"{start:%H:%M}"}
    else:
        label = _("Off")
    return {"professional": who.pk, "start": start.isoformat(), "end": end.isoformat(), "kind": kind, "label": label}


def _grid_block(block: Block) -> dict[str, Any]:
    return {
        "block": block.pk,
        "professional": block.professional_id,
        "start": timezone.localtime(block.start).isoformat(),
        "end": timezone.localtime(block.end).isoformat(),
        "kind": "block",
        "label": " · ".join(filter(None, [_("Blocked"), block.reason])),
    }
