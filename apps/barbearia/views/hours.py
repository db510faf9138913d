"""When the business opens."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.access import Permission, permission
from apps.barbearia import hours
from apps.barbearia.forms import HoursForm
from apps.barbearia.models import Appointment


@require_http_methods(["GET", "POST"])
@permission(Permission.MANAGE_BUSINESS)
def edit(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return render(request, "barbearia/hours.html", {"times": HoursForm(None)})
    times, affected = HoursForm(None, request.POST), list[Appointment]()
    if times.is_valid():
        affected = hours.affected(hours=times.hours, exceptions=times.exceptions)
        if not affected or request.POST.get("confirmed"):
            hours.replace(hours=times.hours, exceptions=times.exceptions, by=request.user)
            messages.success(request, _("Opening hours saved."))
            return redirect("barbearia:hours")
    return render(request, "barbearia/hours.html", {"times": times, "affected": affected}, status=422)
