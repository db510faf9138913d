"""How the agent would answer from the table of services as it stands on the screen, saved or not."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from apps.agents.models import Agent
from apps.agents.preview import Bubble, answer
from apps.agents.providers.base import Facts, ServiceFact
from apps.lib.text import fold


def bubbles(rows: Any, *, business: str) -> list[Bubble]:
    """A price asked for, and something that isn't offered, when there is such a line."""
    offered, others = _services(rows)
    if not offered:
        return []
    facts = Facts(now=timezone.localtime(), business=business, agent=_agent(), is_first_reply=False, services=offered)
    asked = [f"quanto custa {offered[0].name.lower()}?"]
    asked += [f"vocês fazem {name.lower()}?" for name in others[:1]]
    return [bubble for text in asked for bubble in (Bubble(text, ""), answer(text, facts)) if bubble.text]


def _services(rows: Any) -> tuple[tuple[ServiceFact, ...], list[str]]:
    offered: list[ServiceFact] = []
    others: list[str] = []
    for number, row in enumerate(rows, 1):
        said = row.cleaned_data if row.is_bound else row.initial
        name, minutes = str(said.get("name") or "").strip(), said.get("minutes")
        price = said.get("price") if row.is_bound else row.fields["price"].to_python(said.get("price"))
        if not name:
            continue
        if not said.get("is_offered"):
            others.append(name)
        elif minutes and price is not None:
            offered.append(ServiceFact(number, name, price, int(minutes)))
    names = " · ".join(fold(service.name) for service in offered)
    return tuple(offered), [name for name in others if fold(name) not in names]


def _agent() -> str:
    return Agent.objects.filter(is_active=True).order_by("id").values_list("name", flat=True).first() or "IA"
