from __future__ import annotations

from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.barbearia.models.catalog import Professional

MIDNIGHT = time(0)  # as an end it is the midnight that ends the day


class OpeningHours(models.Model):
    """A weekly window of the business or, with `professional`, of that person alone. Several a day make a break."""

    professional = models.ForeignKey(
        Professional, on_delete=models.CASCADE, null=True, blank=True, related_name="hours"
    )
    weekday = models.PositiveSmallIntegerField()  # 0 is Monday
    start = models.TimeField()
    end = models.TimeField()

    class Meta:
        verbose_name = _("opening hours")
        ordering = ["weekday", "start"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekday_is_a_day"),
            models.CheckConstraint(condition=Q(end__gt=F("start")) | Q(end=MIDNIGHT), name="hours_end_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.start:%H:%M}–{self.end:%H:%M}"


class HoursException(models.Model):
    """A date on which the weekly hours don't hold: closed, or open only within its windows.

    A professional's own exception outranks the business's.
    """

    professional = models.ForeignKey(
        Professional, on_delete=models.CASCADE, null=True, blank=True, related_name="exceptions"
    )
    date = models.DateField()
    closed = models.BooleanField(default=True)
    start = models.TimeField(null=True, blank=True)
    end = models.TimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("special day")
        ordering = ["date", "start"]
        indexes = [models.Index("date", name="exceptions_by_date")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed=True, start=None, end=None)
                | Q(closed=False, start__isnull=False, end__isnull=False) & (Q(end__gt=F("start")) | Q(end=MIDNIGHT)),
                name="special_day_is_closed_or_has_hours",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date}: {_('closed') if self.closed else f'{self.start:%H:%M}–{self.end:%H:%M}'}"
