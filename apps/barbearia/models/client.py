from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ClientNote(models.Model):
    """What the team wants to remember about a client; clients never see it, nor does the AI."""

    contact = models.OneToOneField("chat.Contact", on_delete=models.CASCADE, related_name="client_note")
    text = models.TextField(_("notes"), max_length=2000, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("client note")

    def __str__(self) -> str:
        return self.text[:60]

    def absorb(self, other: ClientNote) -> None:
        """Two clients turned out to be one."""
        self.text = "\n".join(filter(None, [self.text, other.text]))[:2000]
        self.save(update_fields=["text", "updated_at"])
