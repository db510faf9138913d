"""What a call to a provider costs, in millionths of a dollar.

Own prices (AI_PRICES) come first, then the public ones that the genai-prices package carries with it (no
network), else a price is assumed that is dear enough for a budget to be safe, and the row says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from apps.agents.models import Spend
from apps.agents.providers.base import Usage

if TYPE_CHECKING:
    from genai_prices.types import PriceCalculation

MILLION = 1_000_000
ASSUMED = (Decimal(5), Decimal(25))  # dollars for a million tokens in and out
PUBLISHERS = {"openai": "openai", "gemini": "google"}
HUGGINGFACE = "huggingface"

PricedBy = Spend.PricedBy


@dataclass(frozen=True)
class Price:
    usd_micro: int
    priced_by: PricedBy

    @property
    def brl_micro(self) -> int:
        return _whole(Decimal(self.usd_micro) * settings.USD_BRL)


def price(provider: str, model: str, usage: Usage) -> Price:
    own = settings.AI_PRICES.get(model)
    if own is not None:
        return Price(_at(own, usage), PricedBy.SETTING)
    public = max(filter(None, (_public(book, model, usage) for book in _books(provider))), default=None)
    if public is not None:
        return Price(_whole(public * MILLION), PricedBy.PUBLIC)
    return Price(_at(ASSUMED, usage), PricedBy.ASSUMED)


def _at(rates: tuple[Decimal, Decimal], usage: Usage) -> int:
    return _whole(rates[0] * usage.input_tokens + rates[1] * usage.output_tokens)


def _whole(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_CEILING))


def _books(provider: str) -> tuple[str, ...]:
    """Whose price lists to look into. Hugging Face picks who runs a model: the dearest counts."""
    return _routed() if provider == HUGGINGFACE else (PUBLISHERS[provider],) if provider in PUBLISHERS else ()


@lru_cache(maxsize=1)
def _routed() -> tuple[str, ...]:
    from genai_prices.data_snapshot import get_snapshot

    return tuple(book.id for book in get_snapshot().providers if book.id.startswith(f"{HUGGINGFACE}_"))


def _public(book: str, model: str, usage: Usage) -> Decimal | None:
    calculation = _calculation(book, model, usage)
    return calculation.total_price if calculation else None


def _calculation(book: str, model: str, usage: Usage) -> PriceCalculation | None:
    import genai_prices  # imported late: 0.4 s

    name, _, runner = model.partition(":") if book.startswith(HUGGINGFACE) else (model, "", "")
    if runner and book != f"{HUGGINGFACE}_{runner}":
        return None
    tokens = genai_prices.Usage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=min(usage.cached_tokens, usage.input_tokens),
    )
    try:
        return genai_prices.calc_price(tokens, name, provider_id=book)
    except LookupError:
        return None
