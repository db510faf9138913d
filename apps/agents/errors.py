from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.lib.errors import Conflict, NotFound

if TYPE_CHECKING:
    from apps.agents.models import Agent
    from apps.chat.models import Channel


class NoAgent(NotFound):
    code = "no_agent"

    def __init__(self) -> None:
        super().__init__(_("The business has no agent yet."))


class AgentServes(Conflict):
    code = "agent_serves"

    def __init__(self, *, agent: Agent, channels: list[Channel]) -> None:
        names = ", ".join(channel.name for channel in channels)
        text = _("%(agent)s serves %(channels)s. Put another agent there first, or take it off the channel.")
        super().__init__(text % {"agent": agent.name, "channels": names}, channels=[channel.pk for channel in channels])
