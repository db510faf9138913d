"""Which agent serves a channel; a switch or a new agent counts within a second."""

from __future__ import annotations

from apps.agents.models import Agent, Deployment
from apps.lib.remember import Remembered


def _read(channel_id: int) -> Agent | None:
    deployed = Deployment.objects.select_related("agent").filter(channel_id=channel_id).first()
    return deployed.agent if deployed and deployed.agent.is_active else None


agent_of_channel: Remembered[Agent | None] = Remembered(_read)
