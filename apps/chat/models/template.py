from __future__ import annotations

import re
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.lib.payload import dict_at, list_at

VARIABLE = re.compile(r"\{\{\s*([A-Za-z0-9_]{1,60})\s*\}\}")


class MessageTemplate(models.Model):
    """A text WhatsApp approved for this account: the only way to write first, or after 24 hours.

    `components` as Graph gives them. `status` is Graph's word in capitals; `defect` says what the owner
    must mend since a send was refused, "" when nothing.
    """

    channel = models.ForeignKey("chat.Channel", on_delete=models.CASCADE, related_name="templates")
    provider_id = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=20)
    category = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=40, default="PENDING")
    quality = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    defect = models.CharField(max_length=300, blank=True)
    components = models.JSONField(default=list, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("message template")
        constraints = [
            models.UniqueConstraint("channel", "name", "language", name="one_template_per_name_and_language")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    @property
    def is_usable(self) -> bool:
        return self.status == "APPROVED"

    @property
    def body(self) -> str:
        return self._text("BODY")

    def _text(self, kind: str) -> str:
        return str(self.component(kind).get("text") or "")

    def component(self, kind: str) -> dict[str, Any]:
        """The component of this kind (HEADER, BODY, FOOTER, BUTTONS); {} when there is none."""
        for one in self.components:
            if isinstance(one, dict) and str(one.get("type", "")).upper() == kind:
                return one
        return {}

    @property
    def variables(self) -> list[str]:
        """The names of what must be filled in, header first: "1", "2"… or words."""
        named = [match for kind in ("HEADER", "BODY") for match in VARIABLE.findall(self._text(kind))]
        return list(dict.fromkeys(named))

    @property
    def buttons(self) -> list[str]:
        return [
            str(dict_at({"b": one}, "b").get("text") or "") for one in list_at(self.component("BUTTONS"), "buttons")
        ]
