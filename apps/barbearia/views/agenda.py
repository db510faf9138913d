"""The agenda: a day or a week, by professional."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.access import Permission, permission
from apps.barbearia.views import page
from apps.barbearia.views.place import Place


@require_safe
@permission(Permission.VIEW_AGENDA)
def show(request: HttpRequest) -> HttpResponse:
    return page.show(request, Place.of(request.GET))
