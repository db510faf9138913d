from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.lib import crypto
from apps.lib.phones import pretty
from apps.lib.tenancy import current_tenant


class Channel(models.Model):
    """A way customers reach the business: a WhatsApp number, or the API.

    Secrets are sealed for this tenant and column. `external_id` is the phone_number_id, `parent_id`
    the WABA. `base_url` overrides the provider's address (the demo's loopback Graph).
    """

    class Kind(models.TextChoices):
        WHATSAPP_CLOUD = "whatsapp_cloud", _("WhatsApp")
        API = "api", _("API")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        UNHEALTHY = "unhealthy", _("Needs attention")

    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=80)
    external_id = models.CharField(max_length=80, blank=True)
    parent_id = models.CharField(max_length=80, blank=True)
    display_number = models.CharField(max_length=30, blank=True)
    access_token = models.TextField(blank=True)
    url_token = models.TextField(blank=True)
    verify_token = models.TextField(blank=True)
    base_url = models.URLField(blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.UNHEALTHY)
    status_reason = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=300, blank=True)  # what WhatsApp last told about the number or account
    alerted_at = models.DateTimeField(null=True, blank=True)  # when the owner was last written to about it
    held_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("channel")
        constraints = [
            models.UniqueConstraint(
                "kind", "external_id", condition=~models.Q(external_id=""), name="one_channel_per_external_id"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.status == self.Status.ACTIVE

    @property
    def has_worked(self) -> bool:
        """Whether the provider ever took the credentials: only then does it name the number."""
        return self.is_active or self.display_number != ""

    @property
    def number_label(self) -> str:
        """The number as people write it; "" until the provider has named it."""
        return pretty(self.display_number)

    def seal(self, column: str, plain: str) -> None:
        """Set a secret column ("access_token", "url_token", "verify_token") from plain text."""
        setattr(self, column, crypto.seal(plain, place=self._place(column)))

    def reveal(self, column: str) -> str:
        return crypto.unseal(getattr(self, column), place=self._place(column))

    def _place(self, column: str) -> str:
        return f"chat.channel.{column}:{current_tenant().crypto_id}"
