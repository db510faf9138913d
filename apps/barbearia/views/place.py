"""Which part of the agenda is on screen. Every link and form carries it, so a panel closes where it opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from apps.lib.untrusted import a_date, an_id

DAY, WEEK, LIST = "dia", "semana", "lista"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Place:
    """`?data=YYYY-MM-DD&visao=dia|semana|lista&profissional=id`; what makes no sense is today, everybody, the day."""

    day: date
    view: str = DAY
    professional: int | None = None

    @classmethod
    def of(cls, query: QueryDict) -> Place:
        view = query.get("visao", DAY)
        return cls(
            day=a_date(query.get("data", "")) or timezone.localdate(),
            view=view if view in (DAY, WEEK, LIST) else DAY,
            professional=an_id(query.get("profissional", "")),
        )

    @property
    def first(self) -> date:
        return self.day - self.day.weekday() * ONE_DAY if self.view == WEEK else self.day

    @property
    def last(self) -> date:
        return self.first + 6 * ONE_DAY if self.view == WEEK else self.day

    @property
    def step(self) -> timedelta:
        return 7 * ONE_DAY if self.view == WEEK else ONE_DAY

    @property
    def query(self) -> str:
        wanted: dict[str, Any] = {"data": self.day.isoformat()}
        if self.view != DAY:
            wanted["visao"] = self.view
        if self.professional:
            wanted["profissional"] = self.professional
        return urlencode(wanted)

    def url(self, **changes: Any) -> str:
        return f"{reverse('barbearia:agenda')}?{replace(self, **changes).query}"

    def at(self, name: str, *args: Any, **extra: Any) -> str:
        """The address of a panel or a deed, with this place and more parameters."""
        more = urlencode({key: value for key, value in extra.items() if value not in (None, "", [])}, doseq=True)
        return f"{reverse(f'barbearia:{name}', args=args)}?{self.query}{'&' if more else ''}{more}"

    def each(self, name: str) -> Callable[[int], str]:
        """`at` for many ids of one kind: the address is looked up once."""
        before, after = self.at(name, 0).split("0", 1)
        return lambda pk: f"{before}{pk}{after}"
