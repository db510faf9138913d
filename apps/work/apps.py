from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkConfig(AppConfig):
    name = "apps.work"
    verbose_name = _("Durable work")

    def ready(self) -> None:
        from apps.work import handlers, housekeeping

        handlers.register(housekeeping.KIND, housekeeping.purge, deadline_seconds=30, public=True, every_seconds=3600)
