"""What forms share: fields that read what people in Brazil write, and how a refusal is shown."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.lib.errors import DomainError
from apps.lib.text import storable

_THOUSANDS = re.compile(r"-?\d{1,3}(\.\d{3})+")


class PlainField(forms.CharField):
    """Text the database can keep: what PostgreSQL cannot store is left out."""

    def to_python(self, value: Any) -> str:
        return storable(super().to_python(value) or "")


class ReaisField(forms.DecimalField):
    """ "1.180,50", "R$ 45,00", "1.180" and "45.00" alike."""

    widget = forms.TextInput
    default_error_messages = {"min_value": gettext_lazy("Use %(limit_value)s or more.")}

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.replace("R$", "").replace("\N{NO-BREAK SPACE}", "").strip()
            if "," in value or _THOUSANDS.fullmatch(value):
                value = value.replace(".", "").replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:.2f}".replace(".", ",") if isinstance(value, Decimal) else value


def show_refusal(form: forms.BaseForm, error: DomainError) -> None:
    """What the domain refused, at the fields it names; above the form when it names none."""
    for name, problems in error.fields.items():
        form.add_error(name, problems)
    if not error.fields:
        form.add_error(None, error.message)


def say_ranges(form: forms.ModelForm, units: dict[str, Any]) -> None:
    """Have the fields named in `units` tell both ends of what they take: "Use from 5 to 480 min."."""
    for name, unit in units.items():
        validators = [*form.fields[name].validators, *form._meta.model._meta.get_field(name).validators]
        lowest = max(each.limit_value for each in validators if isinstance(each, MinValueValidator))
        highest = min(each.limit_value for each in validators if isinstance(each, MaxValueValidator))
        words = {"low": number_format(lowest), "high": number_format(highest), "unit": unit}
        told = _("Use from %(low)s to %(high)s %(unit)s.") if unit else _("Use from %(low)s to %(high)s.")
        form.fields[name].error_messages |= {"min_value": told % words, "max_value": told % words}
