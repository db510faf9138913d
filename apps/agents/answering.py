"""How conversations find their agent: the registry entry chat asks."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import Tenant
from apps.agents import tools
from apps.agents.models import Agent, Deployment
from apps.agents.runtime import KIND
from apps.agents.serving import agent_of_channel
from apps.chat import handoff
from apps.chat.models import Channel
from apps.lib.errors import DomainError
from apps.work.wake import wake


class UnknownAgent(DomainError):
    code = "unknown_agent"

    def __init__(self) -> None:
        text = _("There is no such agent.")
        super().__init__(text, fields={"agent": [text]})


class AgentResponder:
    work_kind = KIND

    def debounce(self, channel: Channel) -> tuple[float, float] | None:
        agent = agent_of_channel(channel.pk)
        return (agent.debounce_seconds, agent.debounce_cap_seconds) if agent else None

    def agent_of(self, channel: Channel) -> int | None:
        return Deployment.objects.filter(channel=channel).values_list("agent_id", flat=True).first()

    def assign(self, channel: Channel, agent_id: int | None) -> None:
        wanted = Agent.objects.filter(pk=agent_id) if agent_id else Agent.objects.order_by("-is_active", "id")
        agent = wanted.first()
        if agent is None and agent_id:
            raise UnknownAgent
        if agent is not None:
            Deployment.objects.update_or_create(channel=channel, defaults={"agent": agent})
            wake(handoff.RESUME, key=channel.pk)

    def leave(self, channel: Channel) -> None:
        Deployment.objects.filter(channel=channel).delete()

    def agents(self) -> list[tuple[int, str]]:
        found = Agent.objects.order_by("-is_active", "id").values_list("id", "name", "is_active")
        return [(pk, name if is_active else _("%(name)s (off)") % {"name": name}) for pk, name, is_active in found]

    def name(self, channel_id: int) -> str:
        return Deployment.objects.filter(channel=channel_id).values_list("agent__name", flat=True).first() or ""

    def source_url(self, pk: int) -> str:
        return reverse("knowledge:read", args=[pk])


def give_first_agent(tenant: Tenant) -> None:
    """Every new business starts with one offline agent that works without any key."""
    Agent.objects.create(
        name="Bia",
        description=_("Answers customers and looks after the agenda."),
        objective="Atender bem e cuidar da agenda.",
    )


class HandoffArguments(tools.Arguments):
    reason: str = ""


def handoff_tool(context: tools.ToolContext, arguments: HandoffArguments) -> dict[str, Any]:
    """The engine flags the conversation when it concludes the turn: see runtime._say."""
    return {"ok": True}
