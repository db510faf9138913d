from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.lib.phones import pretty
from apps.lib.text import fold


class Contact(models.Model):
    """A customer of the business, whatever channels they write on. The same person the agenda knows.

    `phone` is canonical (digits, country code, ninth digit) or null; see lib.phones.
    """

    name = models.CharField(gettext_lazy("name"), max_length=120, blank=True)
    phone = models.CharField(gettext_lazy("phone"), max_length=20, null=True, blank=True)
    email = models.EmailField(gettext_lazy("e-mail"), blank=True)
    search = models.CharField(max_length=200, blank=True)  # see `searchable`
    opted_out_at = models.DateTimeField(null=True, blank=True)  # wants no message we begin: see `consent`
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = gettext_lazy("contact")
        constraints = [models.UniqueConstraint("phone", name="one_contact_per_phone")]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name or pretty(self.phone or "") or _("Customer")

    @property
    def display_phone(self) -> str:
        return pretty(self.phone or "")


def searchable(name: str, phone: str | None = None) -> str:
    """What a contact of this name and phone is found by, folded: goes into `search` whenever one changes."""
    return fold(f"{name} {phone or ''}")[:200]


class ContactIdentity(models.Model):
    """How one channel knows a contact. `value` is verbatim: replies go to exactly what came in.

    `marketing_stopped_at` is when the channel, or the customer, refused marketing.
    """

    class Kind(models.TextChoices):
        WA_ID = "wa_id", "WhatsApp"
        BSUID = "bsuid", "WhatsApp (business-scoped)"
        API = "api", "API"

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="identities")
    channel = models.ForeignKey("chat.Channel", on_delete=models.PROTECT, related_name="identities")
    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=160)
    canonical = models.CharField(max_length=160)
    is_reachable = models.BooleanField(default=True)
    marketing_stopped_at = models.DateTimeField(null=True, blank=True)
    last_inbound_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("channel", "kind", "canonical", name="one_identity_per_address")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return pretty(self.value) if self.kind == self.Kind.WA_ID else self.value
