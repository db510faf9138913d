"""What a customer may tap instead of typing, when the reply offers times or asks to confirm."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from apps.agents import consent
from apps.agents.memory import Desk
from apps.agents.models import Offer, Turn
from apps.agents.providers.offline.phrases import day_month
from apps.agents.providers.offline.told import CLOCK, mentions_time, names_day, shown_options
from apps.agents.providers.offline.tongues.detect import Tongue, tongue_of
from apps.agents.providers.offline.tongues.voice import speaking
from apps.chat.choices import Option

YES, NO = "confirm:yes", "confirm:no"
CONFIRM = {
    Tongue.PORTUGUESE: (Option(YES, "Sim"), Option(NO, "Não")),
    Tongue.ENGLISH: (Option(YES, "Yes"), Option(NO, "No")),
    Tongue.SPANISH: (Option(YES, "Sí"), Option(NO, "No")),
}


def of(desk: Desk, text: str, *, heard: Iterable[str] = ()) -> list[Option]:
    """The times that the text offers; yes and no, if it asks about a proposal.

    Whether this turn or an earlier one found them: a question that is put again keeps its buttons. `heard` is what
    the customer wrote so far, oldest first; the buttons speak the language of the text, theirs when it tells none.
    """
    if not CLOCK.search(text) and "?" not in text:
        return []
    offers = [offer for offer in desk.last_offers()[0] if "start" in offer.payload]
    tongue = _tongue(text, heard)
    if times := _numbered(text, offers, tongue):
        return times
    proposal = desk.open_proposal()
    if proposal is not None and "?" in text and consent.puts(text, proposal):
        return list(CONFIRM[tongue])
    return _named(text, offers, desk.turn, tongue)


def _tongue(text: str, heard: Iterable[str]) -> Tongue:
    tongue = Tongue.PORTUGUESE
    for said in heard:
        tongue = tongue_of(said, before=tongue)
    return tongue_of(text, before=tongue)


def _numbered(text: str, offers: list[Offer], tongue: Tongue) -> list[Option]:
    """As the text numbers them, when each number stands for an offer."""
    shown = shown_options(text)
    found: dict[int, Offer] = {}
    for number, words in shown.items():
        left = [offer for offer in offers if offer not in found.values()]
        if offer := _meant(words, left):
            found[number] = offer
    return _titled(text, found, tongue) if len(shown) > 1 and len(found) == len(shown) else []


def _meant(words: str, offers: list[Offer]) -> Offer | None:
    """The offer that one option's words are about: its time, its day and its professional if they are named."""
    at = [offer for offer in offers if mentions_time(words, _start(offer))]
    dated = [offer for offer in at if _day_in(words, _start(offer))] or at
    named = [offer for offer in dated if _professional(offer) and _professional(offer) in words]
    return next(iter(named or dated), None)


def _day_in(words: str, start: datetime) -> str:
    """ "21/11" or "Nov 21", as the words have it."""
    pattern = rf"(?<!\d)0?{start.day}/0?{start.month}(?!\d)|\b{start:%b}\w* {start.day}(?!\d)"
    found = re.search(pattern, words)
    return found[0] if found else ""


def _named(text: str, offers: list[Offer], turn: Turn, tongue: Tongue) -> list[Option]:
    """One for each time, whoever of the team is free then, when the text names all of them, and the days if several."""
    by_start: dict[datetime, Offer] = {}
    for offer in offers:
        by_start.setdefault(_start(offer), offer)
    is_fresh = any(offer.turn_id == turn.pk for offer in offers)
    if len(by_start) < 2 or not (is_fresh or "?" in text):
        return []
    is_one_day = len({start.date() for start in by_start}) == 1
    is_named = all(mentions_time(text, start) and (is_one_day or _names_day(text, start)) for start in by_start)
    return _titled(text, dict(enumerate(by_start.values(), 1)), tongue) if is_named else []


def _names_day(text: str, start: datetime) -> bool:
    return bool(names_day(text, start.date(), today=timezone.localdate()))


def _titled(text: str, found: dict[int, Offer], tongue: Tongue) -> list[Option]:
    """Numbered as in the text; the day only when they differ, the professional where there is room."""
    has_days = len({_start(offer).date() for offer in found.values()}) > 1
    shown = []
    for number, offer in found.items():
        start = _start(offer)
        day = f"{_day_in(text, start) or _day(start, tongue)} " if has_days else ""
        shown.append(Option(offer.token, f"{number}) {day}{_clock(start, text)}", _professional(offer)))
    return shown


def _day(start: datetime, tongue: Tongue) -> str:
    """ "27/11", in English "Nov 27"."""
    with speaking(tongue):
        return day_month(start.date())


def _start(offer: Offer) -> datetime:
    return _moment(offer.payload["start"])


def _moment(iso: str) -> datetime:
    return timezone.localtime(datetime.fromisoformat(iso))


def _professional(offer: Offer) -> str:
    return str(offer.payload.get("professional") or "")


def _clock(start: datetime, text: str) -> str:
    """ "14:00", or "2:00 pm" in a text that says so."""
    in_english = f"{start.hour % 12 or 12}:{start:%M} {'am' if start.hour < 12 else 'pm'}"
    return in_english if in_english in text else f"{start.hour}:{start:%M}"
