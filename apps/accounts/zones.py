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


REGIONS = {
    "America": _("Americas"),
    "Europe": _("Europe"),
    "Africa": _("Africa"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}
# Places that have a name of their own in Portuguese and that people here have heard of.
_NAMES = {
    "Africa/Cairo": _("Cairo"),
    "Africa/Johannesburg": _("Johannesburg"),
    "Africa/Sao_Tome": _("São Tomé"),
    "America/Asuncion": _("Asunción"),
    "America/Bogota": _("Bogotá"),
    "America/Los_Angeles": _("Los Angeles"),
    "America/Mexico_City": _("Mexico City"),
    "America/Montevideo": _("Montevideo"),
    "America/New_York": _("New York"),
    "Asia/Jerusalem": _("Jerusalem"),
    "Asia/Tokyo": _("Tokyo"),
    "Atlantic/Azores": _("Azores"),
    "Atlantic/Cape_Verde": _("Cape Verde"),
    "Europe/Amsterdam": _("Amsterdam"),
    "Europe/Berlin": _("Berlin"),
    "Europe/Lisbon": _("Lisbon"),
    "Europe/London": _("London"),
    "Europe/Moscow": _("Moscow"),
    "Europe/Rome": _("Rome"),
    "Europe/Zurich": _("Zurich"),
}


@lru_cache
def elsewhere() -> dict[str, list[tuple[str, object]]]:
    """Every other zone of the world by region, named by its place."""
    known = {name for name, _label in BRAZIL} | ALIASES.keys()
    found = sorted(available_timezones() - known)
    return {region: [(name, _place(name)) for name in found if name.startswith(f"{region}/")] for region in REGIONS}


def _place(name: str) -> object:
    """ "America/Argentina/Salta" → "Salta (Argentina)"."""
    _region, *within, city = name.replace("_", " ").split("/")
    return _NAMES.get(name) or (f"{city} ({within[0]})" if within else city)


def choices() -> list[tuple[object, list[tuple[str, object]]]]:
    """In groups: Brazil, then the rest by region."""
    return [(_("Brazil"), [*BRAZIL]), *((REGIONS[region], zones) for region, zones in elsewhere().items())]


def known(name: str) -> str:
    """The zone we offer for a browser's name of it; the default for what we don't know."""
    name = ALIASES.get(name, name)
    return name if any(name in dict(zones) for _group, zones in choices()) else DEFAULT
