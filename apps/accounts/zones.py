"""Time zones as people choose them: Brazil's first, by the places everybody knows."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

DEFAULT = "America/Sao_Paulo"
BRAZIL = [
    (DEFAULT, _("Brasília, São Paulo, Rio, Northeast (UTC−3)")),
    ("America/Manaus", _("Manaus, Cuiabá, Campo Grande (UTC−4)")),
    ("America/Rio_Branco", _("Rio Branco, Acre (UTC−5)")),
    ("America/Noronha", _("Fernando de Noronha (UTC−2)")),
]
# The other names of the same four times, as browsers give them.
_SAME = {
    DEFAULT: "Araguaina Bahia Belem Fortaleza Maceio Recife Santarem",
    "America/Manaus": "Boa_Vista Campo_Grande Cuiaba Porto_Velho",
    "America/Rio_Branco": "Eirunepe Porto_Acre",
}
ALIASES = {f"America/{city}": zone for zone, cities in _SAME.items() for city in cities.split()}


@lru_cache
def elsewhere() -> list[tuple[str, str]]:
    """Every other zone of the world, named by its place."""
    known = {name for name, _label in BRAZIL} | ALIASES.keys()
    regions = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    names = sorted(name for name in available_timezones() - known if name.startswith(regions))
    return [(name, name.replace("_", " ")) for name in names]


def choices() -> list[tuple[str, object]]:
    return [*BRAZIL, *elsewhere()]


def known(name: str) -> str:
    """The zone we offer for a browser's name of it; the default for what we don't know."""
    name = ALIASES.get(name, name)
    return name if name in dict(choices()) else DEFAULT
