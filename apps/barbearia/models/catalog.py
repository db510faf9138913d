from __future__ import annotations

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.keys import user_key

MAX_DURATION_MINUTES = 12 * 60
MAX_BUFFER_MINUTES = 4 * 60
_DURATION = [MinValueValidator(1), MaxValueValidator(MAX_DURATION_MINUTES)]
_BUFFER = [MaxValueValidator(MAX_BUFFER_MINUTES)]


class OfferedQuerySet(models.QuerySet["Service"]):
    def present(self) -> Self:
        """What the business still has; removed rows only explain old appointments."""
        return self.filter(removed_at=None)

    def offered(self) -> Self:
        """What customers may book."""
        return self.present().filter(is_active=True)

    def with_performers(self) -> Self:
        """`performers`: how many people customers may book it with."""
        able = Q(professionals__is_active=True, professionals__removed_at=None)
        return self.annotate(performers=Count("professionals", filter=able))


class Service(models.Model):
    """Something customers book. The buffers are minutes the professional is busy before and after it."""

    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), max_length=1000, blank=True)
    category = models.CharField(_("category"), max_length=60, blank=True)
    price = models.DecimalField(_("price"), max_digits=8, decimal_places=2, validators=[MinValueValidator(0)])
    duration_minutes = models.PositiveSmallIntegerField(_("duration"), validators=_DURATION)
    buffer_before_minutes = models.PositiveSmallIntegerField(default=0, validators=_BUFFER)
    buffer_after_minutes = models.PositiveSmallIntegerField(default=0, validators=_BUFFER)
    is_active = models.BooleanField(_("active"), default=True)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = OfferedQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="service_price_is_not_negative"),
            models.CheckConstraint(condition=Q(duration_minutes__gt=0), name="service_takes_time"),
        ]

    def __str__(self) -> str:
        return self.name


class ProfessionalQuerySet(models.QuerySet["Professional"]):
    def present(self) -> Self:
        """Who still works here; removed rows only explain old appointments."""
        return self.filter(removed_at=None)

    def offered(self) -> Self:
        """Whom customers may book."""
        return self.present().filter(is_active=True)

    def performing(self, services: list[Service]) -> Self:
        """Those who do every one of the services."""
        able = self
        for service in services:
            able = able.filter(services=service)
        return able


class Professional(models.Model):
    """Who serves customers, one at a time. Without hours of their own, the business's apply.

    Who `does_everything` was never given a list of services: new ones are theirs too.
    """

    name = models.CharField(_("name"), max_length=120)
    services = models.ManyToManyField(Service, related_name="professionals", blank=True)
    does_everything = models.BooleanField(default=False)
    user = user_key(null=True, related_name="+")
    is_active = models.BooleanField(_("active"), default=True)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ProfessionalQuerySet.as_manager()

    class Meta:
        verbose_name = _("professional")

    def __str__(self) -> str:
        return self.name
