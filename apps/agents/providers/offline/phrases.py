"""What the offline agent says: warm, short, one bubble, one question. Facts come in, Portuguese comes out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from apps.agents.providers.base import AppointmentFact, Facts, ServiceFact
from apps.agents.providers.offline.dates import Days
from apps.agents.providers.offline.times import TimeWish
from apps.agents.providers.offline.tongues.detect import Tongue
from apps.agents.providers.offline.tongues.voice import say, spoken

WEEKDAYS = ("segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo")
ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sep", "Oct", "Nov", "Dec")
HANDOFF = "Claro! Já chamei a equipe, uma pessoa te responde por aqui."
# Marks a reply that had no answer: a second one in a row calls a person.
HONEST = "não tenho essa informação aqui"
OFFER_OF_PERSON = "Quer que eu chame alguém da equipe?"
BYE = "Tudo bem! Quando quiser é só chamar."


@dataclass(frozen=True)
class Slot:
    """A free slot, from a tool result or from an earlier offer."""

    slot_id: str
    start: datetime
    professional: str
    professional_id: int

    @classmethod
    def from_result(cls, data: dict[str, Any]) -> Slot:
        start = datetime.fromisoformat(data["start"])
        return cls(str(data["slot_id"]), start, data["professional"], data["professional_id"])


# Small pieces


def money(value: Decimal | str) -> str:
    text = f"{Decimal(value):,.2f}"
    return "R$ " + text.translate(str.maketrans(",.", ".,"))


def clock(moment: datetime | time) -> str:
    """ "15:30", in English "3:30 pm"."""
    if spoken() is Tongue.ENGLISH:
        return f"{moment.hour % 12 or 12}:{moment.minute:02d} {'am' if moment.hour < 12 else 'pm'}"
    return f"{moment.hour}:{moment.minute:02d}"


def duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"


def join(items: Sequence[str], last: str = " e ") -> str:
    return say(last).join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def lower(name: str) -> str:
    """A service inside a sentence: "Corte" → "corte", "SPA dos pés" stays."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def services_label(names: Iterable[str]) -> str:
    return " + ".join(lower(name) for name in names)


def day_month(day: date) -> str:
    """ "21/11", in English "Nov 21"."""
    if spoken() is Tongue.ENGLISH:
        return f"{ENGLISH_MONTHS[day.month - 1]} {day.day}"
    return f"{day.day}/{day.month:02d}"


def weekday(day: date) -> str:
    return say(WEEKDAYS[day.weekday()])


def day_label(day: date, *, today: date, comma: bool = False) -> str:
    """ "hoje 18/11", "amanhã 19/11", "sábado 21/11"; with `comma`, "sábado, 21/11"."""
    distance = (day - today).days
    name = say(("hoje", "amanhã")[distance]) if distance in (0, 1) else weekday(day)
    return f"{name}{',' if comma or spoken() is Tongue.ENGLISH else ''} {day_month(day)}"


def short_day(day: date, *, today: date) -> str:
    """In a list: "hoje", "amanhã", "sábado 21/11"."""
    distance = (day - today).days
    return say(("hoje", "amanhã")[distance]) if distance in (0, 1) else day_label(day, today=today)


def on_day(day: date, *, today: date) -> str:
    """At the head of a sentence: "Hoje", "Amanhã, 19/11,", "Na quinta, 26/11,", "No sábado, 21/11,"."""
    distance = (day - today).days
    if distance == 0:
        return say("Hoje")
    name = say("Amanhã") if distance == 1 else say("No {day}" if day.weekday() > 4 else "Na {day}", day=weekday(day))
    return f"{name}, {day_month(day)},"


def days_label(days: Days, *, today: date) -> str:
    if days.is_single:
        return day_label(days.start, today=today)
    stretch = say("{first} a {last}", first=day_month(days.start), last=day_month(days.end))
    return f"{say(days.label)} ({stretch})" if days.label else say("de {stretch}", stretch=stretch)


def time_label(wish: TimeWish | None) -> str:
    if wish is None or wish.is_any:
        return ""
    if wish.near:
        return say("às {time}", time=clock(wish.near))
    if wish.label == "até" and wish.end:
        return say("até as {time}", time=clock(wish.end))
    if wish.label:
        return " ".join(say(part) for part in re.split(r" (?=ou )", wish.label))
    if wish.start and wish.end:
        return say("entre {start} e {end}", start=clock(wish.start), end=clock(wish.end))
    if wish.start:
        return say("a partir das {time}", time=clock(wish.start))
    return say("antes das {time}", time=clock(wish.end or time.max))


def when_label(days: Days | None, wish: TimeWish | None, *, today: date) -> str:
    return " ".join(filter(None, [days_label(days, today=today) if days else "", time_label(wish)]))


def with_article(name: str) -> str:
    """ "o Carlos", "a Ana"; no article rather than a wrong one."""
    if spoken() is not Tongue.PORTUGUESE:
        return name
    first = name.split()[0].lower()
    if first in ("luca", "joshua", "nikita"):
        return f"o {name}"
    if first.endswith("a"):
        return f"a {name}"
    return f"o {name}" if first.endswith(("o", "os", "son", "el")) and first not in MAYBE_HER else name


MAYBE_HER = frozenset({"raquel", "isabel", "mabel", "rachel", "maribel", "socorro", "consuelo", "rosário", "amparo"})


def of_business(name: str) -> str:
    """ "da Barbearia do Zé", "do Salão Bela"."""
    if spoken() is not Tongue.PORTUGUESE:
        return say("de {business}", business=name)
    first = name.split()[0].lower() if name.split() else ""
    if first in ("estúdio", "studio", "salão", "espaço", "instituto", "centro", "restaurante", "consultório", "ateliê"):
        return f"do {name}"
    if first in ("barbearia", "clínica", "oficina", "esmalteria", "casa", "loja", "academia", "padaria", "pizzaria"):
        return f"da {name}"
    return f"de {name}"


def is_said(line: str, text: str) -> bool:
    """Whether `text` says it too, maybe with other punctuation: "Corte R$ 45,00 (30 min)." in "Corte (R$ 45,00, …"."""
    return PUNCTUATION.sub("", line) in PUNCTUATION.sub("", text)


PUNCTUATION = re.compile(r"[(),.]")


# Openings


def introduction(facts: Facts, *, greeting: str) -> str:
    agent = facts.agent.strip()
    role = say("assistente virtual {of}", of=of_business(facts.business))
    if not agent or "assistente" in agent.lower():
        return say("{greeting} Aqui é a {role} 🙂", greeting=greeting, role=role)
    if spoken() is not Tongue.PORTUGUESE:
        return say("{greeting} Aqui é {agent}, {role} 🙂", greeting=greeting, agent=agent, role=role)
    article = "a " if agent.split()[0].lower().endswith("a") else "o " if agent.split()[0].lower().endswith("o") else ""
    return f"{greeting} Aqui é {article}{agent}, {role} 🙂"


# Options


def options(slots: Sequence[Slot], *, today: date, common_day: date | None) -> str:
    """ "1) 9:00 com Carlos 2) 9:30 com Léo"; each with its day when they differ, the person once when all the same."""
    same_person = len(slots) > 1 and len({slot.professional_id for slot in slots}) == 1
    lines = []
    for number, slot in enumerate(slots, start=1):
        day = "" if slot.start.date() == common_day else short_day(slot.start.date(), today=today) + " "
        person = "" if same_person else say(" com {who}", who=slot.professional)
        lines.append(f"{number}) {day}{clock(slot.start)}{person}")
    return " ".join(lines) + ("," + say(" com {who}", who=slots[0].professional) if same_person else "")


def which(slots: Sequence[Slot]) -> str:
    return say("Serve para você?") if len(slots) == 1 else say("Qual fica melhor?")


def appointment(appointment: AppointmentFact, *, today: date) -> str:
    """ "barba amanhã, 19/11, às 15:30 com Carlos"."""
    day = day_label(appointment.start.date(), today=today, comma=True)
    return say(
        "{services} {day}, às {time} com {who}",
        services=services_label(appointment.services),
        day=day,
        time=clock(appointment.start),
        who=appointment.professional,
    )


def appointment_options(appointments: Sequence[AppointmentFact], *, today: date) -> str:
    lines = []
    for number, item in enumerate(appointments, start=1):
        day = short_day(item.start.date(), today=today)
        who = say(" com {who}", who=item.professional)
        lines.append(f"{number}) {services_label(item.services)}, {day} {clock(item.start)}{who}")
    return " ".join(lines)


def priced(service: ServiceFact) -> str:
    return f"{lower(service.name)} ({money(service.price)})"


def price_list(services: Sequence[ServiceFact], *, limit: int = 8) -> str:
    shown = [priced(service) for service in services[:limit]]
    return join(shown) if len(services) <= limit else ", ".join(shown) + say(" e mais")
