from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BarbeariaConfig(AppConfig):
    name = "apps.barbearia"
    verbose_name = _("Agenda")

    def ready(self) -> None:
        from apps.accounts import context, provision
        from apps.accounts.access import Permission
        from apps.barbearia import agent_tools, beside, hours
        from apps.chat import inbox

        provision.register(hours.provide)
        agent_tools.register()
        inbox.register_beside(beside.add)
        context.register(
            context.NavItem(
                _("Agenda"), "barbearia:agenda", icon="calendar-days", permission=Permission.VIEW_AGENDA, order=20
            )
        )
