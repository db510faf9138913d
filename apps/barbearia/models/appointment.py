from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField, RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.keys import user_key
from apps.barbearia.models.catalog import Professional, Service


def one_professional() -> Func:
    """A range holding only this professional: plain GiST compares it, so no extension is needed."""
    column = F("professional_id")
    return Func(column, column, Value("[]"), function="int8range", output_field=BigIntegerRangeField())


class Appointment(models.Model):
    """A customer's time with one professional, for one or more services done in a row.

    `start` and `end` are what the customer sees; `blocked` adds the buffers and is what must never
    overlap for one professional while the status blocks.
    """

    class Status(models.TextChoices):
        RESERVADO = "reservado", _("Held")
        AGENDADO = "agendado", _("Booked")
        CONFIRMADO = "confirmado", _("Confirmed")
        EM_ANDAMENTO = "em_andamento", _("In progress")
        CONCLUIDO = "concluido", _("Done")
        CANCELADO = "cancelado", _("Cancelled")
        FALTOU = "faltou", _("No-show")
        EXPIRADO = "expirado", _("Expired")

    class Source(models.TextChoices):
        API = "api", _("API")
        AI = "ai", _("AI")
        STAFF = "staff", _("Team")

    FREEING = ("cancelado", "faltou", "expirado")
    UPCOMING = ("reservado", "agendado", "confirmado")

    client = models.ForeignKey("chat.Contact", on_delete=models.PROTECT, related_name="appointments")
    professional = models.ForeignKey(Professional, on_delete=models.PROTECT, related_name="appointments")
    start = models.DateTimeField()
    end = models.DateTimeField()
    blocked = DateTimeRangeField()
    status = models.CharField(max_length=12, choices=Status, default=Status.AGENDADO)
    price = models.DecimalField(max_digits=10, decimal_places=2, validators=[MinValueValidator(0)])
    notes = models.TextField(max_length=2000, blank=True)
    source = models.CharField(max_length=5, choices=Source)
    created_by = user_key(null=True, related_name="+")
    effect_key = models.CharField(max_length=80, null=True, blank=True, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("appointment")
        constraints = [
            ExclusionConstraint(
                name="one_customer_at_a_time",
                expressions=[(one_professional(), RangeOperators.OVERLAPS), ("blocked", RangeOperators.OVERLAPS)],
                condition=~Q(status__in=["cancelado", "faltou", "expirado"]),
            ),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="appointment_ends_after_start"),
            models.CheckConstraint(
                condition=Q(
                    blocked__isempty=False,
                    blocked__lower_inf=False,
                    blocked__upper_inf=False,
                    blocked__startswith__lte=F("start"),
                    blocked__endswith__gte=F("end"),
                ),
                name="appointment_blocks_its_time",
            ),
            models.CheckConstraint(condition=Q(price__gte=0), name="appointment_price_is_not_negative"),
        ]
        indexes = [
            models.Index("start", name="appointments_by_start"),
            models.Index("client", "start", name="appointments_of_client"),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.start):%d/%m %H:%M} {self.professional}"

    @property
    def service_names(self) -> list[str]:
        return [item.name for item in self.items.all()]


class AppointmentItem(models.Model):
    """One of the services of an appointment, as it was when booked."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="items")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    duration_minutes = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint("appointment", "position", name="one_item_per_position")]

    def __str__(self) -> str:
        return self.name


class Block(models.Model):
    """Time a professional keeps for themselves: the dentist, an errand. Nothing is booked over it.

    Booking and blocking both hold the professional's row lock and look at the other's rows behind it.
    """

    professional = models.ForeignKey(Professional, on_delete=models.CASCADE, related_name="blocks")
    start = models.DateTimeField()
    end = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("blocked time")
        ordering = ["start"]
        constraints = [models.CheckConstraint(condition=Q(end__gt=F("start")), name="block_ends_after_start")]
        indexes = [models.Index("professional", "start", name="blocks_of_professional")]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.start):%d/%m %H:%M} {self.professional}"


class StatusChange(models.Model):
    """Who gave an appointment its status, when and why."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="changes")
    from_status = models.CharField(max_length=12, blank=True)
    to_status = models.CharField(max_length=12)
    by = models.CharField(max_length=8)  # staff, customer or system
    user = user_key(null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    undoes = models.OneToOneField("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="undone_by")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"
