"""What a customer may tap instead of typing, when this turn offered times or asked to confirm."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from apps.agents.memory import Desk
from apps.agents.models import Offer, Turn
from apps.chat.choices import Option

CONFIRM = (Option("confirm:yes", "Sim"), Option("confirm:no", "Não"))


def of(turn: Turn, text: str) -> list[Option]:
    """The times offered, if the text names every one of them; yes and no, if it asks about a proposal."""
    desk = Desk(turn)
    offers, _search = desk.last_offers()
    mine = [offer for offer in offers if offer.turn_id == turn.pk and "start" in offer.payload]
    if len(mine) > 1 and all(_clock(offer) in text for offer in mine):
        return _times(mine)
    proposal = desk.open_proposal()
    if proposal is not None and proposal.turn_id == turn.pk and "?" in text:
        return list(CONFIRM)
    return []


def _times(offers: list[Offer]) -> list[Option]:
    """Numbered as in the text; the day only when they differ, the professional where there is room."""
    has_days = len({_start(offer).date() for offer in offers}) > 1
    shown = []
    for number, offer in enumerate(offers, 1):
        day = f"{_start(offer):%d/%m} " if has_days else ""
        shown.append(
            Option(offer.token, f"{number}) {day}{_clock(offer)}", str(offer.payload.get("professional") or ""))
        )
    return shown


def _start(offer: Offer) -> datetime:
    return timezone.localtime(datetime.fromisoformat(offer.payload["start"]))


def _clock(offer: Offer) -> str:
    start = _start(offer)
    return f"{start.hour}:{start:%M}"
