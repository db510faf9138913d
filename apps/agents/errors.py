from __future__ import annotations

from django.utils.translation import gettext as _

from apps.lib.errors import NotFound


class NoAgent(NotFound):
    code = "no_agent"

    def __init__(self) -> None:
        super().__init__(_("The business has no agent yet."))
