"""Screens of the business's agents."""

from __future__ import annotations

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from apps.accounts.access import Permission, TenantRequest, permission
from apps.agents import playground, spending, team
from apps.agents.errors import NoAgent
from apps.agents.forms import AgentForm, BudgetForm
from apps.agents.models import Agent
from apps.agents.playground import Playground
from apps.agents.rehearsal import Script


@require_safe
@permission(Permission.MANAGE_BUSINESS)
def everyone(request: TenantRequest) -> HttpResponse:
    return render(request, "agents/list.html", {"members": team.members(), "standing": spending.standing()})


@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.MANAGE_BUSINESS)
def budget(request: TenantRequest) -> HttpResponse:
    """What the agents may spend in a month; it holds from the next call on."""
    now = spending.standing()
    form = BudgetForm(request.POST if request.method == "POST" else None, initial=model_to_dict(now.budget))
    if form.is_bound and form.is_valid():
        spending.set_budget(**form.cleaned_data, by=request.user)
        messages.success(request, _("Saved. It holds from the next answer on."))
        return redirect("agents:budget")
    return render(request, "agents/budget.html", {"form": form, "standing": now}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.MANAGE_BUSINESS)
def create(request: TenantRequest) -> HttpResponse:
    form = AgentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        agent = team.save(form.instance, channels=form.cleaned_data["channels"], by=request.user)
        is_complete = not team.problems(agent, team.channels_of([agent])[agent.pk])
        text = _("%(name)s is ready to serve.") if is_complete else _("%(name)s was created.")
        messages.success(request, text % {"name": agent.name})
        url = reverse("agents:edit", args=[agent.pk])
        return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    return _editor(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.MANAGE_BUSINESS)
def edit(request: TenantRequest, pk: int) -> HttpResponse:
    """What is saved is live at once; what is wrong stays in the form with the reason beside it."""
    form = AgentForm(request.POST or None, instance=_agent(pk))
    if request.method != "POST" or not form.is_valid():
        return _editor(request, form)
    agent = team.save(form.instance, channels=form.cleaned_data["channels"], by=request.user)
    if request.htmx:
        return _editor(request, AgentForm(instance=agent), is_saved=True)
    is_complete = not team.problems(agent, team.channels_of([agent])[agent.pk])
    messages.success(request, _("Saved. It is live.") if is_complete else _("Saved."))
    return redirect("agents:edit", pk=agent.pk)


@require_POST
@permission(Permission.MANAGE_BUSINESS)
def switch(request: TenantRequest, pk: int) -> HttpResponse:
    """On with `on=1`, off with `on=0`; back to where the switch stands."""
    team.switch(_agent(pk), by=request.user, on=request.POST.get("on") == "1")
    return redirect("agents:edit", pk=pk) if "editor" in request.POST else redirect("agents:list")


@require_POST
@permission(Permission.MANAGE_BUSINESS)
def remove(request: TenantRequest, pk: int) -> HttpResponse:
    agent = _agent(pk)
    team.remove(agent, by=request.user)
    messages.success(request, _("%(name)s was deleted.") % {"name": agent.name})
    return redirect("agents:list")


@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.MANAGE_BUSINESS)
def rehearse(request: TenantRequest, pk: int | None = None) -> HttpResponse:
    """Talk with an agent, the business's first active one without `pk`; nothing lasts.

    POST `said` with the `state` of the page answers; with `restart`, and on GET, the talk begins anew.
    With `draft` the fields of AgentForm count instead of what is stored.
    """
    is_draft = "draft" in request.POST
    agent = _agent(pk) if pk is not None else Agent() if is_draft else _first()
    if request.method != "POST":
        return _playground(request, Playground(agent, Script(), is_draft=is_draft))
    problem = _drafted(request, agent) if is_draft and "restart" not in request.POST else ""
    return _playground(request, playground.go_on(agent, request.POST, problem=problem, is_draft=is_draft))


def _drafted(request: TenantRequest, agent: Agent) -> str:
    """Give the agent the form's values, unsaved; what is wrong with them, if anything."""
    form = AgentForm(request.POST, instance=agent)
    if form.is_valid():
        return ""
    name, errors = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else ""
    return _("Correct the form first. %(field)s: %(problem)s") % {
        "field": label,
        "problem": " ".join(str(error) for error in errors),
    }


def _agent(pk: int) -> Agent:
    return get_object_or_404(Agent, pk=pk)


def _first() -> Agent:
    agent = team.first()
    if agent is None:
        raise NoAgent
    return agent


def _playground(request: TenantRequest, shown: Playground) -> HttpResponse:
    template = "agents/_playground.html" if request.htmx else "agents/playground.html"
    return render(request, template, {"playground": shown}, status=422 if shown.error else 200)


def _editor(request: TenantRequest, form: AgentForm, *, is_saved: bool = False) -> HttpResponse:
    stored = Agent.objects.filter(pk=form.instance.pk).first()  # the form has already changed its own
    served = team.channels_of([stored])[stored.pk] if stored else []
    context = {
        "form": form,
        "agent": stored,
        "is_saved": is_saved,
        "served": served,
        "problems": team.problems(stored, served, failing=stored.provider_trouble) if stored else [],
        "playground": Playground(stored or Agent(), Script(), is_draft=True),
    }
    template = "agents/_editor.html" if request.htmx else "agents/editor.html"
    return render(request, template, context, status=422 if form.errors else 200)
