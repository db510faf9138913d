"""What the agenda's doors share: the page with or without a panel, and the answers to deeds."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from apps.accounts.access import Permission, allows
from apps.barbearia import agenda
from apps.barbearia.refusal import Refusal
from apps.barbearia.views.place import DAY, LIST, ONE_DAY, WEEK, Place


def show(
    request: HttpRequest, place: Place, *, panel: str = "", context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The agenda, with the panel of that template; only the panel when a script asked for it."""
    shared = {"place": place, "can_book": _may(request, Permission.BOOK), **(context or {})}
    if panel and request.headers.get("HX-Target") == "panel":
        return render(request, panel, shared, status=status)
    return render(
        request, "barbearia/agenda.html", {"panel": panel, **shared, **_content(request, place)}, status=status
    )


def _may(request: HttpRequest, permission: Permission) -> bool:
    return allows(request.member, permission)  # type: ignore[attr-defined]


def _content(request: HttpRequest, place: Place) -> dict[str, Any]:
    now, today = timezone.now(), timezone.localdate()
    monday = place.day - place.day.weekday() * ONE_DAY
    days = agenda.read(place.first, place.last, professional=place.professional)
    return {
        "now": timezone.localtime(now),
        "views": [{"name": view, "url": place.url(view=view), "current": view == place.view} for view in _VIEWS],
        "previous_url": place.url(day=place.day - place.step),
        "next_url": place.url(day=place.day + place.step),
        "today_url": place.url(day=today),
        "week": [_week_day(place, monday + n * ONE_DAY) for n in range(7)],
        "everybody_url": place.url(professional=None),
        "choices": [
            {"who": who, "url": place.url(professional=who.pk), "current": who.pk == place.professional}
            for who in days.people
        ],
        "legend": agenda.legend(days),
        "listed": [_listed(days, day, place, now=now) for day in days.days],
        "grid": agenda.grid(days, now=now),
        "words": {
            "free": _("free"),
            "preview": _("new appointment"),
            "was": _("was at {time}"),
            "ai": _("Booked by the AI"),
        },
        "hears": _may(request, Permission.VIEW_INBOX),
        "manages": _may(request, Permission.MANAGE_BUSINESS),
    }


_VIEWS = (DAY, WEEK, LIST)


def _week_day(place: Place, day: Any) -> dict[str, Any]:
    return {"date": day, "url": place.url(day=day), "current": day == place.day}


def _listed(days: agenda.Days, day: Any, place: Place, *, now: Any) -> dict[str, Any]:
    lines, appointment, blocked = agenda.lines(days, day), place.each("appointment"), place.each("blocked")
    for line in lines:
        line["url"] = blocked(line["block"]) if line["block"] else appointment(line["pk"])
    ahead = [line for line in lines if not line.get("is_over")]
    coming = next((line for line in ahead if line["start"] > now), None)
    if coming is not None and day == timezone.localdate():
        coming["is_next"] = True
    return {
        "date": day,
        "is_open": days.is_open(day),
        "over": [line for line in lines if line.get("is_over")],
        "lines": ahead,
    }


# Answers to deeds -------------------------------------------------------------------------------


def done(
    request: HttpRequest, message: str, *, back: str, undo: str = "", fields: dict[str, Any] | None = None
) -> HttpResponse:
    """A toast for scripts, otherwise a message and the page to go back to; `undo` is where undoing is posted."""
    body = render_to_string("barbearia/_done.html", {"message": message, "undo": undo, "fields": fields or {}}, request)
    if getattr(request, "htmx", False):
        return render(request, "_toast.html", {"message": mark_safe(body), "tone": "ok"})  # noqa: S308
    messages.success(request, mark_safe(body))  # noqa: S308 - our own template, values escaped there
    return HttpResponseRedirect(back)


def refused(
    request: HttpRequest,
    place: Place,
    refusal: Refusal,
    *,
    action: str,
    fields: dict[str, Any],
    panel: str,
    **context: Any,
) -> HttpResponse:
    """The reason with its alternatives: alone for scripts, otherwise inside the panel it came from."""
    words = {"refusal": refusal, "action": action, "fields": fields}
    if getattr(request, "htmx", False):
        return render(request, "barbearia/_refusal.html", {"place": place, **words}, status=409)
    return show(request, place, panel=panel, context={**context, **words}, status=409)
