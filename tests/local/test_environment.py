"""Settings that make no sense stop the start, in words that name them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.mark.parametrize("value", ["0", "-1", "five", "NaN", "Infinity"])
def test_a_rate_must_be_a_number_above_zero(monkeypatch, value):
    monkeypatch.setenv("USD_BRL", value)
    with pytest.raises(ImproperlyConfigured, match="USD_BRL"):
        env.decimal("USD_BRL", "5.50")


def test_prices_are_read_by_model(monkeypatch):
    monkeypatch.setenv("AI_PRICES", "llama3=0/0, org/model:groq=0.5/1.25")

    assert env.prices("AI_PRICES") == {
        "llama3": (Decimal(0), Decimal(0)),
        "org/model:groq": (Decimal("0.5"), Decimal("1.25")),
    }


@pytest.mark.parametrize(
    "value", ["llama3", "llama3=1", "=1/2", "llama3=a/b", "llama3=-1/2", "llama3=1/2/3", "m=NaN/1"]
)
def test_a_price_that_cannot_be_read_stops_the_start(monkeypatch, value):
    monkeypatch.setenv("AI_PRICES", value)
    with pytest.raises(ImproperlyConfigured, match="AI_PRICES"):
        env.prices("AI_PRICES")


def test_an_unknown_fallback_stops_the_start(monkeypatch):
    monkeypatch.setenv("FALLBACK_PROVIDERS", "gemini,skynet")
    with pytest.raises(ImproperlyConfigured, match="skynet"):
        env.names("FALLBACK_PROVIDERS", {"gemini"})
