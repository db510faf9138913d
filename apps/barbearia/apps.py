from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BarbeariaConfig(AppConfig):
    name = "apps.barbearia"
    verbose_name = _("Agenda")

    def ready(self) -> None:
        from apps.accounts import context, provision
        from apps.accounts.access import Permission
        from apps.barbearia import agent_tools, hours

        provision.register(hours.provide)
        agent_tools.register()
        context.register(
            context.NavItem(_("Agenda"), "barbearia:agenda", "calendar-days", Permission.VIEW_AGENDA, order=20)
        )
