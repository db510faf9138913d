"""What is shown when a page is missing, too old, or broken."""

from __future__ import annotations

from contextlib import nullcontext

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from apps.lib.tenancy import tenant_context


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    message = _("This page was open for too long. Go back, reload it and try again.")
    if "HX-Request" in request.headers:
        return render(request, "_toast.html", {"message": message, "tone": "bad"}, status=403)
    return render(request, "error.html", {"message": message}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "not_found", "detail": _("Not found.")}, status=404)
    tenant = getattr(request, "tenant", None)
    with tenant_context(tenant) if tenant else nullcontext():  # under ASGI this is another thread, outside any business
        return render(request, "404.html", status=404)


def no_business(request: HttpRequest) -> HttpResponse:
    """The host is nobody's."""
    text = _("There is nothing at this address.")
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "not_found", "detail": text}, status=404)
    return HttpResponse(text, status=404, content_type="text/plain; charset=utf-8")


def server_error(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "error", "detail": _("Something went wrong on our side.")}, status=500)
    return render(request, "500.html", status=500)
