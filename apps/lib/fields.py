"""What forms share: fields that read what people in Brazil write, and how a refusal is shown."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms

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
