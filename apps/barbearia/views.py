"""The agenda screen: one day, by professional."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from apps.accounts.access import Permission, permission
from apps.barbearia import schedule
from apps.barbearia.availability import Interval
from apps.barbearia.models import Appointment, Professional
from apps.barbearia.schedule import Schedule, day_bounds
from apps.barbearia.serializers import EARLIEST, LATEST

SHOWN = [status for status in Appointment.Status.values if status not in ("cancelado", "expirado")]
_WEEK = timedelta(days=7)


@require_safe
@permission(Permission.VIEW_AGENDA)
def agenda(request: HttpRequest) -> HttpResponse:
    """`?data=YYYY-MM-DD`; anything else is today."""
    today = timezone.localdate()
    day = _asked(request.GET.get("data", "")) or today
    return render(
        request,
        "barbearia/agenda.html",
        {
            "day": day,
            "is_today": day == today,
            "now": timezone.localtime(),
            "previous_url": _url(day - timedelta(days=1)),
            "next_url": _url(day + timedelta(days=1)),
            "today_url": reverse("barbearia:agenda"),
            **_content(day),
        },
    )


def _asked(value: str) -> date | None:
    try:
        day = parse_date(value)
    except ValueError:
        return None
    return day if day and EARLIEST < day < LATEST else None


def _url(day: date) -> str:
    return f"{reverse('barbearia:agenda')}?data={day.isoformat()}"


def _content(day: date) -> dict[str, Any]:
    """The week's days and the professionals' lists, in a constant number of queries."""
    start, end = day_bounds(day)
    appointments = (
        Appointment.objects.filter(start__lt=end, end__gt=start, status__in=SHOWN)
        .select_related("client")
        .prefetch_related("items")
        .order_by("start")
    )
    booked = {item.professional_id for item in appointments}
    people = list(
        Professional.objects.filter(Q(is_active=True, removed_at=None) | Q(pk__in=booked)).order_by("name", "pk")
    )
    monday = day - timedelta(days=day.weekday())
    times = schedule.load([who.pk for who in people], first=monday, last=monday + _WEEK - timedelta(days=1))
    return {
        "week": [_week_day(monday + timedelta(days=n), day, times) for n in range(7)],
        "professionals": [
            {
                "name": who.name,
                "hours": _hours(times.windows[who.pk], start, end),
                "appointments": [_line(item) for item in appointments if item.professional_id == who.pk],
            }
            for who in people
        ],
    }


def _week_day(date_: date, shown: date, times: Schedule) -> dict[str, Any]:
    start, end = day_bounds(date_)
    is_open = any(opens < end and start < closes for opens, closes in times.open)
    return {"date": date_, "url": _url(date_), "current": date_ == shown, "is_closed": not is_open}


def _hours(windows: list[Interval], start: Any, end: Any) -> str:
    """ "09:00–12:00, 13:00–19:00", or "" on a day off."""
    today = [
        (timezone.localtime(opens), timezone.localtime(closes)) for opens, closes in windows if start <= opens < end
    ]
    return ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in today)


def _line(appointment: Appointment) -> dict[str, Any]:
    return {
        "start": timezone.localtime(appointment.start),
        "end": timezone.localtime(appointment.end),
        "client": appointment.client.display_name,
        "services": " + ".join(appointment.service_names),
        "price": appointment.price,
        "status": appointment.status,
        "status_label": appointment.get_status_display(),
        "is_by_ai": appointment.source == Appointment.Source.AI,
    }
