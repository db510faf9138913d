"""The first screen of each host."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from apps.accounts import context, start
from apps.accounts.access import Permission, allows


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """The public site: what this is, and the way in."""
    return render(request, "accounts/landing.html")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """A business's first screen: after the first steps, the first line of the person's menu."""
    member = request.member  # type: ignore[attr-defined]
    if allows(member, Permission.MANAGE_BUSINESS) and start.is_pending(request.tenant):  # type: ignore[attr-defined]
        return redirect("accounts:start")
    return redirect(context.first_screen(member))
