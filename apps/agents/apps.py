from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgentsConfig(AppConfig):
    name = "apps.agents"
    verbose_name = _("Agents")

    def ready(self) -> None:
        from apps.accounts import context, provision, start
        from apps.accounts.access import Permission
        from apps.agents import answering, engine, runtime, tools
        from apps.agents.knowledge import gaps
        from apps.agents.knowledge import tool as knowledge_tool
        from apps.agents.start import AgentStep, TryStep
        from apps.chat import responders
        from apps.work import handlers

        handlers.register(runtime.KIND, runtime.take_turn, deadline_seconds=30, on_dead=runtime.give_up)
        handlers.register(gaps.ANSWER, gaps.answer_asks)
        responders.register(answering.AgentResponder())
        provision.register(answering.give_first_agent)
        context.register(
            context.NavItem(
                _("Agents"),
                "agents:list",
                icon="bot",
                permission=Permission.MANAGE_BUSINESS,
                order=10,
                group=context.Group.AUTOMATION,
            )
        )
        start.register(AgentStep())
        start.register(TryStep())
        tools.register(
            tools.Tool(
                engine.HANDOFF,
                "Call a person of the team when the customer asks for one or you cannot help. Say why in `reason`.",
                answering.HandoffArguments,
                run=answering.handoff_tool,
                label=_("Called a person"),
                icon="hand",
            )
        )
        knowledge_tool.register()
        context.register(
            context.NavItem(
                _("Knowledge"),
                "knowledge:list",
                icon="book-open",
                permission=Permission.VIEW_INBOX,
                order=20,
                group=context.Group.AUTOMATION,
            )
        )
