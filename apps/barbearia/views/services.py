"""What the business offers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import Permission, permission
from apps.barbearia import catalog
from apps.barbearia.forms import ServiceForm
from apps.barbearia.models import Professional, Service


@require_safe
@permission(Permission.MANAGE_BUSINESS)
def index(request: HttpRequest) -> HttpResponse:
    listed = Service.objects.present().with_performers().order_by("-is_active", "category", "name", "pk")
    return render(request, "barbearia/services.html", {"services": listed})


@require_http_methods(["GET", "POST"])
@permission(Permission.MANAGE_BUSINESS)
def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, Service())


@require_http_methods(["GET", "POST"])
@permission(Permission.MANAGE_BUSINESS)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Service.objects.present(), pk=pk))


def _edit(request: HttpRequest, service: Service) -> HttpResponse:
    form = ServiceForm(request.POST or None, instance=service)
    if request.method == "POST" and form.is_valid():
        people = form.cleaned_data["professionals"]
        saved = catalog.save_service(form.save(commit=False), professionals=people, by=request.user)
        messages.success(request, _("%(name)s: saved.") % {"name": saved.name})
        return redirect("barbearia:services")
    context = {
        "form": form,
        "service": service,
        "people": Professional.objects.present().exists(),
        "categories": Service.objects.present().exclude(category="").values_list("category", flat=True).distinct(),
    }
    return render(request, "barbearia/service.html", context, status=422 if form.is_bound else 200)


@require_POST
@permission(Permission.MANAGE_BUSINESS)
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    service = get_object_or_404(Service.objects.present(), pk=pk)
    catalog.switch(service, on=request.POST.get("on") == "1", by=request.user)
    told = _("%(name)s is offered again.") if service.is_active else _("%(name)s is no longer offered.")
    messages.success(request, told % {"name": service.name})
    return redirect("barbearia:services")


@require_POST
@permission(Permission.MANAGE_BUSINESS)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    service = get_object_or_404(Service.objects.present(), pk=pk)
    catalog.remove_service(service, by=request.user)
    messages.success(request, _("%(name)s: removed. Appointments already made stand.") % {"name": service.name})
    return redirect("barbearia:services")
