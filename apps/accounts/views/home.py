"""The first screen of each host."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """The public site: what this is, and the way in."""
    return render(request, "accounts/landing.html")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """A business's first screen: the inbox."""
    return redirect("chat:inbox")
