"""One appointment: what it is, its next status, moving it, and taking any of that back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import Permission, permission
from apps.barbearia import agenda, booking, history, refusal, transitions
from apps.barbearia.errors import ChangedMeanwhile, InvalidTransition, NotBookable
from apps.barbearia.forms import NotesForm
from apps.barbearia.models import Appointment, Professional
from apps.barbearia.models.catalog import MAX_DURATION_MINUTES
from apps.barbearia.refusal import Attempt
from apps.barbearia.views import page, times
from apps.barbearia.views.place import Place
from apps.lib.errors import DomainError
from apps.lib.templatetags.screen import near_when
from apps.lib.untrusted import a_moment, an_id

PANEL, MOVE_PANEL = "barbearia/_panel_appointment.html", "barbearia/_panel_move.html"
_MINUTES_PER_STEP = 5

# What the team presses, in the order of an appointment's life, and what the toast then says.
DEEDS = {
    "confirmado": (gettext_lazy("Confirm"), "check", gettext_lazy("%(name)s: confirmed.")),
    "em_andamento": (gettext_lazy("Arrived"), "scissors", gettext_lazy("%(name)s has arrived.")),
    "concluido": (gettext_lazy("Done"), "check-check", gettext_lazy("%(name)s: done.")),
    "faltou": (gettext_lazy("No-show"), "user-x", gettext_lazy("%(name)s didn’t come.")),
    "cancelado": (gettext_lazy("Cancel appointment"), "ban", gettext_lazy("%(name)s: cancelled.")),
}


@require_safe
@permission(Permission.VIEW_AGENDA)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    return page.show(request, Place.of(request.GET), panel=PANEL, context=_shown(_get(pk), by=request.user))


def _get(pk: int) -> Appointment:
    return get_object_or_404(
        Appointment.objects.select_related("client", "professional").prefetch_related("items", "changes"), pk=pk
    )


def _shown(appointment: Appointment, *, by: Any) -> dict[str, Any]:
    may = transitions.possible(appointment, by=by)
    latest = appointment.client.identities.order_by("-last_inbound_at").first()
    conversation = latest.conversations.order_by("-last_message_at").first() if latest else None
    return {
        "appointment": appointment,
        "shown": agenda.line(appointment),
        "deeds": [
            {"status": status, "label": label, "icon": icon}
            for status, (label, icon, _told) in DEEDS.items()
            if status in may
        ],
        "is_movable": appointment.status in Appointment.UPCOMING,
        "history": history.of(appointment),
        "conversation": conversation,
        "notes_form": NotesForm(initial={"notes": appointment.notes}),
    }


# Status -----------------------------------------------------------------------------------------


@require_POST
@permission(Permission.BOOK)
def move_status(request: HttpRequest, pk: int) -> HttpResponse:
    place, appointment, status = Place.of(request.GET), _get(pk), request.POST.get("status", "")
    if status not in DEEDS:
        raise InvalidTransition(source=appointment.get_status_display(), target=status[:20])
    appointment = transitions.move(appointment, to=status, by=request.user)
    words = str(DEEDS[status][2]) % {"name": appointment.client.display_name}
    if request.POST.get("quiet"):  # it takes back a booking that was just made
        return page.done(request, _("Undone: nothing was booked."), back=_day(place, appointment))
    return page.done(
        request,
        words,
        back=_day(place, appointment),
        undo=place.at("undo", appointment.pk),
        fields={"change": appointment.changes.latest("at", "id").pk},
    )


@require_POST
@permission(Permission.BOOK)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    change = get_object_or_404(_get(pk).changes, pk=an_id(request.POST.get("change", "")) or 0)
    appointment = transitions.undo(change, by=request.user)
    words = {"name": _get(pk).client.display_name, "status": appointment.get_status_display()}
    back = _day(Place.of(request.GET), appointment)
    return page.done(request, _("Undone: %(name)s is “%(status)s” again.") % words, back=back)


def _day(place: Place, appointment: Appointment) -> str:
    return place.url(day=timezone.localdate(appointment.start))


# Notes ------------------------------------------------------------------------------------------


@require_POST
@permission(Permission.BOOK)
def annotate(request: HttpRequest, pk: int) -> HttpResponse:
    """`notes` replace those that were `seen`; what is refused stays in the form with the reason beside it."""
    place, appointment, form = Place.of(request.GET), _get(pk), NotesForm(request.POST)
    if form.is_valid():
        before, notes = appointment.notes, form.cleaned_data["notes"]
        try:
            booking.annotate(appointment, notes, seen=form.cleaned_data["seen"], by=request.user)
        except ChangedMeanwhile as error:
            form.add_error("notes", error.message)  # the panel shows what they say now; saving again replaces that
        else:
            return page.done(
                request,
                _("%(name)s: notes saved.") % {"name": appointment.client.display_name},
                back=place.at("appointment", appointment.pk),
                undo=place.at("annotate", appointment.pk) if before != notes else "",
                fields={"notes": before, "seen": notes},
            )
    return page.show(
        request, place, panel=PANEL, context=_shown(_get(pk), by=request.user) | {"notes_form": form}, status=422
    )


# Moving -----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@permission(Permission.BOOK)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """`inicio`, `quem` and `duracao` (minutes) say where to; what isn't said stays."""
    place, appointment = Place.of(request.GET), _get(pk)
    if request.method == "POST":
        return _move(request, place, appointment)
    return page.show(request, place, panel=MOVE_PANEL, context=_choices(request.GET, place, appointment))


def _move(request: HttpRequest, place: Place, appointment: Appointment) -> HttpResponse:
    chosen, minutes = times.Chosen.of(request.POST), an_id(request.POST.get("duracao", ""))
    who = Professional.objects.present().filter(pk=chosen.who).first() if chosen.who else appointment.professional
    start = chosen.start or appointment.start
    if who is None or (request.POST.get("inicio") and chosen.start is None):
        raise NotBookable(_("Choose a time."))
    before = {
        "inicio": appointment.start.isoformat(),
        "quem": appointment.professional_id,
        "duracao": _minutes(appointment),
    }
    try:
        moved = booking.reschedule(
            appointment,
            start=start,
            professional=who,
            duration_minutes=minutes,
            seen=a_moment(request.POST.get("visto", "")),
            by=request.user,
            source=Appointment.Source.STAFF,
        )
    except DomainError as error:
        return _refuse(request, place, error, appointment, who=who, start=start, minutes=minutes)
    when = near_when(moved.start)
    if _minutes(moved) != before["duracao"]:
        when = f"{when}–{timezone.localtime(moved.end):%H:%M}"
    words = {"name": appointment.client.display_name, "when": when, "who": who.name}
    told = _("Back as it was: %(name)s, %(when)s with %(who)s.") if "visto" in request.POST else None
    text = (told or _("%(name)s: now %(when)s with %(who)s.")) % words
    if told:
        return page.done(request, text, back=_day(place, moved))
    fields = {**before, "visto": moved.updated_at.isoformat()}
    return page.done(request, text, back=_day(place, moved), undo=place.at("move", moved.pk), fields=fields)


def _refuse(
    request: HttpRequest,
    place: Place,
    error: DomainError,
    appointment: Appointment,
    *,
    who: Professional,
    start: Any,
    minutes: int | None,
) -> HttpResponse:
    appointment = _get(appointment.pk)  # nothing changed: as it is in the database
    plan = booking.as_booked(appointment)
    if minutes and 0 < minutes <= MAX_DURATION_MINUTES:
        plan = replace(plan, duration_minutes=minutes)
    return page.refused(
        request,
        place,
        refusal.explain(error, Attempt(plan, who, start, moving=appointment)),
        action=place.at("move", appointment.pk),
        fields={"duracao": minutes} if minutes else {},
        panel=MOVE_PANEL,
        **_choices(request.POST, place, appointment),
    )


def _choices(query: Any, place: Place, appointment: Appointment) -> dict[str, Any]:
    chosen = times.Chosen.of(query)
    minutes = min(an_id(query.get("duracao", "")) or _minutes(appointment), MAX_DURATION_MINUTES)
    plan = replace(booking.as_booked(appointment), duration_minutes=minutes)
    kept = {
        "com": chosen.only,
        "inicio": chosen.start.isoformat() if chosen.start else None,
        "quem": chosen.who,
        "duracao": minutes if minutes != _minutes(appointment) else None,
    }

    def url(**changes: Any) -> str:
        where = replace(place, day=changes.pop("day", place.day))
        return where.at("move", appointment.pk, **{**kept, **changes})

    return {
        "appointment": appointment,
        "shown": agenda.line(appointment),
        "minutes": minutes,
        "is_changed": chosen.start is not None or minutes != _minutes(appointment),
        "shorter_url": url(duracao=minutes - _MINUTES_PER_STEP) if minutes > _MINUTES_PER_STEP else "",
        "longer_url": url(duracao=minutes + _MINUTES_PER_STEP) if minutes < MAX_DURATION_MINUTES else "",
        "plan": plan,
        **times.choices(plan, chosen, day=place.day, url=url, without=appointment.pk),
    }


def _minutes(appointment: Appointment) -> int:
    return int((appointment.end - appointment.start).total_seconds() // 60)
