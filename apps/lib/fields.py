"""Fields of forms that read what people in Brazil write."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_THOUSANDS = re.compile(r"-?\d{1,3}(\.\d{3})+")


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


def say_ranges(form: forms.ModelForm, units: dict[str, Any]) -> None:
    """Have the fields named in `units` tell both ends of what they take: "Use from 5 to 480 min."."""
    for name, unit in units.items():
        validators = [*form.fields[name].validators, *form._meta.model._meta.get_field(name).validators]
        lowest = max(each.limit_value for each in validators if isinstance(each, MinValueValidator))
        highest = min(each.limit_value for each in validators if isinstance(each, MaxValueValidator))
        words = {"low": number_format(lowest), "high": number_format(highest), "unit": unit}
        told = _("Use from %(low)s to %(high)s %(unit)s.") if unit else _("Use from %(low)s to %(high)s.")
        form.fields[name].error_messages |= {"min_value": told % words, "max_value": told % words}
