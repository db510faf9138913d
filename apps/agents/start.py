"""First steps of a new business: who answers, and a conversation to see how."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import start
from apps.accounts.access import TenantRequest
from apps.agents import playground, team
from apps.agents.models import Agent
from apps.agents.playground import Playground
from apps.agents.preview import Bubble, answer
from apps.agents.providers.base import Facts
from apps.agents.rehearsal import Script


class AgentForm(forms.ModelForm):
    class Meta:
        model = Agent
        fields = ["name", "personality"]
        labels = {"name": gettext_lazy("Name of the assistant"), "personality": gettext_lazy("Way of talking")}
        help_texts = {"personality": gettext_lazy("For when an AI provider is on; without one, the tone is friendly.")}


class AgentStep(start.Step):
    key = "assistente"
    order = 30
    title = gettext_lazy("Assistant")
    task = gettext_lazy("Name your assistant")
    template = "agents/start_agent.html"

    def context(self, request: TenantRequest) -> dict[str, Any]:
        agent = team.first() or Agent()
        return {"form": AgentForm(instance=agent), "bubbles": greeting(agent.name, business=request.tenant.name)}

    def save(self, request: TenantRequest) -> dict[str, Any] | None:
        form = AgentForm(request.POST, instance=team.first())
        if not form.is_valid():
            return {"form": form, "bubbles": greeting(request.POST.get("name", ""), business=request.tenant.name)}
        team.save(form.save(commit=False), by=request.user)
        return None

    def preview(self, request: TenantRequest) -> list[Bubble]:
        return greeting(request.POST.get("name", ""), business=request.tenant.name)


class TryStep(start.Step):
    key = "teste"
    order = 50
    title = gettext_lazy("Test")
    task = gettext_lazy("Talk with your assistant")
    template = "agents/start_try.html"

    def context(self, request: TenantRequest) -> dict[str, Any]:
        agent = team.first()
        return {"playground": Playground(agent, Script(), plain_url=request.path) if agent else None}

    def answer(self, request: TenantRequest) -> dict[str, Any] | None:
        """Scripts ask the playground itself; without them, or before they are there, the answer stands on the step."""
        agent = team.first()
        if agent is None or not request.POST.keys() & {"said", "restart"}:
            return None
        return {"playground": playground.go_on(agent, request.POST, plain_url=request.path)}


def greeting(name: str, *, business: str) -> list[Bubble]:
    """How an assistant of this name says hello for the first time."""
    name = name.replace("\x00", "").strip()[:60]
    if not name:
        return []
    facts = Facts(now=timezone.localtime(), business=business, agent=name)
    hello = _("hi")
    return [Bubble(hello, ""), answer(hello, facts)]
