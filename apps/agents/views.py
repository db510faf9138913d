"""Screens of the business's agents."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.access import Permission, TenantRequest, permission
from apps.agents import playground
from apps.agents.errors import NoAgent
from apps.agents.models import Agent
from apps.agents.playground import Playground
from apps.agents.rehearsal import Script
from apps.lib.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.MANAGE_BUSINESS)
def rehearse(request: TenantRequest, pk: int | None = None) -> HttpResponse:
    """Talk with an agent, the business's first active one without `pk`; nothing lasts.

    POST `said` with the `state` of the page answers; with `restart`, and on GET, the talk begins anew.
    """
    agent = _agent(pk)
    if request.method != "POST" or "restart" in request.POST:
        return _playground(request, Playground(agent, Script()))
    script = playground.unpack(request.POST.get("state", ""))
    said = request.POST.get("said", "").replace("\r\n", "\n").replace("\x00", "").strip()
    if not said:
        return _playground(request, Playground(agent, script, error=_("Write something first.")))
    try:
        playground.ask(agent, script, said)
    except DomainError as error:
        return _playground(request, Playground(agent, script, error=error.message, said=said))
    return _playground(request, Playground(agent, script))


def _agent(pk: int | None) -> Agent:
    if pk is not None:
        return get_object_or_404(Agent, pk=pk)
    agent = Agent.objects.filter(is_active=True).order_by("pk").first() or Agent.objects.order_by("pk").first()
    if agent is None:
        raise NoAgent
    return agent


def _playground(request: TenantRequest, shown: Playground) -> HttpResponse:
    template = "agents/_playground.html" if request.htmx else "agents/playground.html"
    return render(request, template, {"playground": shown}, status=422 if shown.error else 200)
