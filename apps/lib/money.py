"""Brazilian money."""

from __future__ import annotations

from decimal import Decimal


def brl(amount: Decimal) -> str:
    """Decimal("1240.5") → "R$ 1.240,50"."""
    whole, cents = f"{amount:,.2f}".split(".")
    return f"R$ {whole.replace(',', '.')},{cents}"
