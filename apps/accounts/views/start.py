"""The first steps, one screen each, on a business's host."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts import start
from apps.accounts.access import Permission, TenantRequest, permission
from apps.accounts.start import Step


@require_safe
@permission(Permission.MANAGE_BUSINESS)
def begin(request: TenantRequest) -> HttpResponse:
    """Where the person left off."""
    step = start.next_step(start.of(request.tenant)) or start.stages(None)[0].step
    return redirect("accounts:start_step", step.key)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.MANAGE_BUSINESS)
def show(request: TenantRequest, key: str) -> HttpResponse:
    step = start.find(key)
    if step is None:
        raise Http404
    if request.method != "POST":
        return _page(request, step, step.context(request))
    if (answered := step.answer(request)) is not None:
        return _page(request, step, answered)
    is_skipped = "skip" in request.POST
    if not is_skipped and (problem := step.save(request)) is not None:
        return _page(request, step, problem, status=422)
    start.leave(request.tenant, step, is_skipped=is_skipped)
    following = start.after(step)
    return redirect("accounts:start_step", following.key) if following else redirect("accounts:home")


@require_POST
@permission(Permission.MANAGE_BUSINESS)
def preview(request: TenantRequest, key: str) -> HttpResponse:
    """What the agent would answer if the step were saved as it stands."""
    step = start.find(key)
    if step is None:
        raise Http404
    return render(request, "accounts/_start_preview.html", {"bubbles": step.preview(request)})


def _page(request: TenantRequest, step: Step, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    frame = {
        "step": step,
        "stages": start.stages(start.of(request.tenant)),
        "previous": start.before(step),
        "is_last": start.after(step) is None,
    }
    return render(request, step.template, frame | context, status=status)


@require_POST
@permission(Permission.MANAGE_BUSINESS)
def leave(request: TenantRequest) -> HttpResponse:
    """ "Sair e continuar depois": from now on signing in leads to the inbox; the checklist leads back."""
    start.end(request.tenant, by=request.user)
    return redirect("accounts:home")


@require_POST
@permission(Permission.MANAGE_BUSINESS)
def dismiss(request: TenantRequest) -> HttpResponse:
    start.dismiss(request.tenant)
    return redirect("accounts:home")
