from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BarbeariaConfig(AppConfig):
    name = "apps.barbearia"
    verbose_name = _("Agenda")

    def ready(self) -> None:
        from apps.accounts import context, provision, start
        from apps.accounts.access import Permission
        from apps.barbearia import agent_tools, beside, hours
        from apps.barbearia.start import BusinessStep, ServicesStep
        from apps.chat import inbox

        provision.register(hours.provide)
        start.register(BusinessStep())
        start.register(ServicesStep())
        agent_tools.register()
        inbox.register_beside(beside.add)
        for line in _menu(context, Permission):
            context.register(line)


def _menu(context: Any, may: Any) -> list[Any]:
    line, business = context.NavItem, context.Group.BUSINESS
    return [
        line(_("Agenda"), "barbearia:agenda", icon="calendar-days", permission=may.VIEW_AGENDA, order=20),
        line(_("Clients"), "barbearia:clients", icon="users", permission=may.BOOK, order=30),
        line(
            _("Services"),
            "barbearia:services",
            icon="scissors",
            permission=may.MANAGE_BUSINESS,
            order=40,
            group=business,
        ),
        line(
            _("Professionals"),
            "barbearia:professionals",
            icon="contact",
            permission=may.MANAGE_BUSINESS,
            order=41,
            group=business,
        ),
        line(
            _("Opening hours"),
            "barbearia:hours",
            icon="clock",
            permission=may.MANAGE_BUSINESS,
            order=42,
            group=business,
        ),
    ]
