from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from apps.accounts import housekeeping
        from apps.work import handlers

        handlers.register(housekeeping.KIND, housekeeping.purge, deadline_seconds=30, public=True, every_seconds=3600)
