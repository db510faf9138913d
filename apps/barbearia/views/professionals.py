"""Who works here, what they do and when."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import Permission, permission
from apps.barbearia import catalog, hours
from apps.barbearia.forms import HoursForm, ProfessionalForm
from apps.barbearia.models import Appointment, Professional, Service

COMING_SHOWN = 5


@require_safe
@permission(Permission.MANAGE_BUSINESS)
def index(request: HttpRequest) -> HttpResponse:
    people = Professional.objects.present().prefetch_related("services", "hours").order_by("-is_active", "name", "pk")
    listed = [
        {
            "who": who,
            "services": [service.name for service in who.services.all() if service.removed_at is None],
            "has_own_hours": bool(who.hours.all()),
        }
        for who in people
    ]
    return render(request, "barbearia/professionals.html", {"people": listed})


@require_http_methods(["GET", "POST"])
@permission(Permission.MANAGE_BUSINESS)
def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, Professional())


@require_http_methods(["GET", "POST"])
@permission(Permission.MANAGE_BUSINESS)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Professional.objects.present(), pk=pk))


def _edit(request: HttpRequest, professional: Professional) -> HttpResponse:
    is_posted = request.method == "POST"
    form = ProfessionalForm(request.POST if is_posted else None, instance=professional)
    times = HoursForm(professional, request.POST if is_posted else None)
    affected: list[Appointment] = []
    if is_posted and all([form.is_valid(), times.is_valid()]):
        affected = _affected(professional, times)
        if not affected or request.POST.get("confirmed"):
            return _save(request, form, times)
    context = {
        "form": form,
        "times": times,
        "professional": professional,
        "affected": affected,
        "has_services": Service.objects.present().exists(),
        **_to_come(professional),
    }
    return render(request, "barbearia/professional.html", context, status=422 if is_posted else 200)


def _to_come(professional: Professional) -> dict[str, Any]:
    if professional._state.adding:
        return {}
    coming = catalog.to_come(professional)
    return {"coming": coming.count(), "coming_first": coming[:COMING_SHOWN]}


def _affected(professional: Professional, times: HoursForm) -> list[Appointment]:
    if professional._state.adding:
        return []
    return hours.affected(professional=professional, hours=times.hours, exceptions=times.exceptions)


def _save(request: HttpRequest, form: ProfessionalForm, times: HoursForm) -> HttpResponse:
    with transaction.atomic():
        saved = catalog.save_professional(
            form.save(commit=False), services=form.cleaned_data["services"], by=request.user
        )
        hours.replace(professional=saved, hours=times.hours, exceptions=times.exceptions, by=request.user)
    messages.success(request, _("%(name)s: saved.") % {"name": saved.name})
    return redirect("barbearia:professionals")


@require_POST
@permission(Permission.MANAGE_BUSINESS)
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    who = get_object_or_404(Professional.objects.present(), pk=pk)
    catalog.switch(who, on=request.POST.get("on") == "1", by=request.user)
    told = _("%(name)s takes appointments again.") if who.is_active else _("%(name)s takes no more appointments.")
    messages.success(request, told % {"name": who.name})
    return redirect("barbearia:professionals")


@require_POST
@permission(Permission.MANAGE_BUSINESS)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    who = get_object_or_404(Professional.objects.present(), pk=pk)
    catalog.remove_professional(who, by=request.user)
    messages.success(request, _("%(name)s: removed. Appointments already made stand.") % {"name": who.name})
    return redirect("barbearia:professionals")
