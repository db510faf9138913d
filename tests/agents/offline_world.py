"""A small business in memory, with the agent's tools and the engine's loop, to talk to the offline provider."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from apps.agents.providers.base import (
    AppointmentFact,
    ChatMessage,
    ChatRequest,
    ClosedDayFact,
    Facts,
    HoursFact,
    OfferFact,
    ProfessionalFact,
    ProposalFact,
    ServiceFact,
    ToolSpec,
)  # fmt: skip
from apps.agents.providers.offline import OfflineProvider

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
CARLOS, LEO, RAFAEL = 1, 2, 3
CORTE, BARBA, SOBRANCELHA = 10, 11, 12
SERVICES = (
    ServiceFact(CORTE, "Corte", Decimal("45.00"), 30, "Cabelo"),
    ServiceFact(BARBA, "Barba", Decimal("35.00"), 30, "Barba"),
    ServiceFact(SOBRANCELHA, "Sobrancelha", Decimal("20.00"), 15, "Rosto"),
)
PROFESSIONALS = (
    ProfessionalFact(CARLOS, "Carlos", (CORTE, BARBA, SOBRANCELHA)),
    ProfessionalFact(LEO, "Léo", (CORTE, BARBA)),
    ProfessionalFact(RAFAEL, "Rafael", (CORTE, BARBA)),
)
HOURS = tuple(HoursFact(weekday, time(9), time(20)) for weekday in range(6))
MAX_ROUNDS = 6
TOOLS = ("list_slots", "book", "reschedule", "cancel", "handoff", "search_knowledge")
SATURDAY = {"2026-11-21": "9:00 Carlos, 9:30 Léo, 10:15 Carlos, 14:00 Rafael"}  # what `World.free` takes
WIDE_FRIDAY = {"2026-11-20": ", ".join(f"{hour}:00 Carlos" for hour in range(9, 20))}


def local(text: str) -> datetime:
    """ "2026-11-18 10:00" in São Paulo."""
    return datetime.fromisoformat(text).replace(tzinfo=SAO_PAULO)


def facts(**changes: Any) -> Facts:
    """The barbershop's facts on Wednesday 18 November 2026, 10:00."""
    base = Facts(
        now=local("2026-11-18 10:00"), business="Barbearia do Zé", agent="Bia", services=SERVICES,
        professionals=PROFESSIONALS, hours=HOURS, address="Rua das Flores, 10 – Centro",
    )  # fmt: skip
    return replace(base, **changes)


@dataclass
class World:
    """Free slots are listed by hand: {"2026-11-21": "9:00 Carlos, 9:30 Léo"}."""

    now: datetime
    free: dict[str, str] = field(default_factory=dict)
    base: Facts = field(default_factory=facts)
    appointments: list[AppointmentFact] = field(default_factory=list)
    closed_days: tuple[ClosedDayFact, ...] = ()
    vanishing: set[str] = field(default_factory=set)
    messages: list[ChatMessage] = field(default_factory=list)
    offers: tuple[OfferFact, ...] = ()
    search: dict[str, Any] = field(default_factory=dict)
    proposal: ProposalFact | None = None
    proposed_in: int = 0
    turns: int = 0
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    is_handed_off: bool = False
    has_replied: bool = False
    taught: dict[str, str] = field(default_factory=dict)  # word asked about → passage
    tools: tuple[str, ...] = TOOLS

    # The engine

    def say(self, *messages: str) -> str:
        """Send these messages at once and get the one reply."""
        self.turns += 1
        self.messages += [ChatMessage("user", message, sent_at=self.now) for message in messages]
        running: list[ChatMessage] = []
        for _ in range(MAX_ROUNDS):
            result = OfflineProvider().complete(self.request(running))
            if not result.tool_calls:
                return self._reply(result.text)
            running.append(ChatMessage("assistant", result.text, tool_calls=result.tool_calls))
            for call in result.tool_calls:
                data = self.run(call.name, call.arguments)
                running.append(ChatMessage("tool", json.dumps(data, ensure_ascii=False), tool_call_id=call.id))
            if self.is_handed_off:
                return self._reply(result.text)
        raise AssertionError(f"no reply after {MAX_ROUNDS} rounds: {self.calls[-MAX_ROUNDS:]}")

    def _reply(self, text: str) -> str:
        assert text
        self.messages.append(ChatMessage("assistant", text, sent_at=self.now))
        self.has_replied = True
        return text

    def request(self, running: list[ChatMessage]) -> ChatRequest:
        now = replace(
            self.base,
            now=self.now,
            is_first_reply=not self.has_replied,
            offers=self.offers,
            search=self.search,
            proposal=self.proposal,
            appointments=tuple(self.appointments),
            closed_days=self.closed_days,
        )
        return ChatRequest(system="", messages=(*self.messages, *running), tools=self._specs(), facts=now)

    def _specs(self) -> tuple[ToolSpec, ...]:
        return tuple(ToolSpec(name, "", {}) for name in self.tools)

    # The tools

    def run(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((name, arguments))
        if name in ("book", "reschedule", "cancel"):
            return self._write(name, arguments)
        if name == "handoff":
            self.is_handed_off = True
            return {"ok": True}
        if name == "search_knowledge":
            return {"ok": True, "passages": self._passages(arguments["query"])}
        assert name == "list_slots", name
        return self.list_slots(**arguments)

    def _passages(self, query: str) -> list[dict[str, Any]]:
        found = [text for word, text in self.taught.items() if word in query.lower()]
        return [{"title": "", "content": text, "score": 0.9, "source": "faq"} for text in found]

    def list_slots(
        self,
        *,
        service_ids: list[int],
        date_from: str,
        date_to: str = "",
        time_from: str = "",
        time_to: str = "",
        near: str = "",
        professional_id: int | None = None,
        limit: int = 3,
        appointment_id: int | None = None,
        not_with: Sequence[int] = (),
    ) -> dict[str, Any]:
        assert service_ids
        assert appointment_id in (None, *(mine.id for mine in self.appointments))
        services = [service for service in self.base.services if service.id in service_ids]
        first, last = date.fromisoformat(date_from), date.fromisoformat(date_to or date_from)
        pool = [slot for slot in self._free(tuple(service_ids)) if professional_id in (None, slot.professional_id)]
        pool = [slot for slot in pool if slot.professional_id not in not_with]
        inside = [slot for slot in pool if first <= slot.start.date() <= last]
        inside = [
            slot for slot in inside if (time_from or "00:00") <= slot.start.strftime("%H:%M") < (time_to or "24:00")
        ]
        if near:
            target = datetime.combine(first, time.fromisoformat(near), SAO_PAULO)
            found = sorted(pool, key=lambda slot: (abs(slot.start - target), slot.start))[:limit]
            exact = bool(found) and found[0].start == target
            found = found if exact else sorted(found, key=lambda slot: (slot.start.date() < first, slot.start))
        else:
            exact, found = bool(inside), inside[:limit]
            if not exact:
                start = datetime.combine(first, time.fromisoformat(time_from or "09:00"), SAO_PAULO)
                found = sorted(
                    sorted(pool, key=lambda slot: abs(slot.start - start))[:limit],
                    key=lambda slot: (slot.start.date() < first, slot.start),
                )
        self.offers, self.search = tuple(found), {"service_ids": service_ids, "date_from": date_from}
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return {
            "ok": True,
            "exact": exact,
            "slots": [_as_slot(slot) for slot in found],
            "services": [item.name for item in services],
            "price": str(sum(item.price for item in services)),
            "duration_minutes": sum(item.duration_minutes for item in services),
            "closed": all(self._is_closed(day) for day in days),
        }

    def _is_closed(self, day: date) -> bool:
        special = any(item.closed for item in self.closed_days if item.date == day)
        return special or not any(hours.weekday == day.weekday() for hours in self.base.hours)

    def _free(self, service_ids: tuple[int, ...]) -> list[OfferFact]:
        names = {person.name: person.id for person in self.base.professionals}
        slots = []
        for day, text in self.free.items():
            for entry in text.split(","):
                clock, name = entry.split()
                start = local(f"{day} {clock.rjust(5, '0')}")
                if start > self.now:
                    slots.append(
                        OfferFact(f"{day}T{clock}-{name}-{service_ids}", start, name, names[name], service_ids)
                    )
        return sorted(slots, key=lambda slot: slot.start)

    def _write(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if any(arguments.get("slot_id", "").startswith(gone) for gone in self.vanishing):
            alternatives = [
                slot
                for slot in self._free(tuple(self.search["service_ids"]))
                if not slot.slot_id.startswith(tuple(self.vanishing))
            ][:3]
            self.offers, self.proposal = tuple(alternatives), None
            return {
                "ok": False,
                "code": "slot_taken",
                "message": "Ocupado.",
                "alternatives": [_as_slot(slot) for slot in alternatives],
            }
        summary = self._summary(name, arguments)
        is_confirmed = self.proposal and (self.proposal.tool, self.proposal.arguments) == (name, arguments)
        if not is_confirmed or self.proposed_in == self.turns:
            self.proposal, self.proposed_in = ProposalFact(name, arguments, summary), self.turns
            return {"ok": True, "status": "proposed", "summary": summary}
        self.proposal, self.offers = None, ()
        self._execute(name, arguments, summary)
        status = {"book": "booked", "reschedule": "rescheduled", "cancel": "cancelled"}[name]
        return {"ok": True, "status": status, "appointment_id": 1, "summary": summary}

    def _summary(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        old = next((item for item in self.appointments if item.id == arguments.get("appointment_id")), None)
        if name == "cancel":
            assert old
            return {"services": list(old.services), "start": old.start.isoformat(), "professional": old.professional}
        service_ids = tuple(self.search["service_ids"])
        slot = next(slot for slot in self._free(service_ids) if slot.slot_id == arguments["slot_id"])
        services = [service for service in self.base.services if service.id in service_ids]
        summary = {
            "services": [service.name for service in services], "start": slot.start.isoformat(),
            "end": (slot.start + timedelta(minutes=30)).isoformat(), "professional": slot.professional,
            "price": str(sum(service.price for service in services)),
        }  # fmt: skip
        return summary | ({"from_start": old.start.isoformat()} if old else {})

    def _execute(self, name: str, arguments: dict[str, Any], summary: dict[str, Any]) -> None:
        if "appointment_id" in arguments:
            self.appointments = [item for item in self.appointments if item.id != arguments["appointment_id"]]
        if name != "cancel":
            names = tuple(summary["services"])
            ids = tuple(service.id for service in self.base.services if service.name in names)
            self.appointments.append(
                appointment(len(self.appointments) + 50, summary["start"], ids, summary["professional"])
            )


def appointment(
    id: int, start: str, service_ids: tuple[int, ...] = (BARBA,), professional: str = "Carlos"
) -> AppointmentFact:
    services = [service for service in SERVICES if service.id in service_ids]
    person = next(person for person in PROFESSIONALS if person.name == professional)
    moment = datetime.fromisoformat(start)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=SAO_PAULO)
    names = tuple(service.name for service in services)
    return AppointmentFact(
        id,
        moment,
        names,
        service_ids,
        professional,
        person.id,
        sum((item.price for item in services), Decimal()),
        "agendado",
    )


def _as_slot(slot: OfferFact) -> dict[str, Any]:
    return {
        "slot_id": slot.slot_id,
        "start": slot.start.isoformat(),
        "end": (slot.start + timedelta(minutes=30)).isoformat(),
        "professional": slot.professional,
        "professional_id": slot.professional_id,
    }


# A business with room on most days, and what was looked for there

FULL_DAY = "9:00 Carlos, 9:30 Léo, 10:15 Carlos, 12:00 Rafael, 14:00 Rafael, 15:30 Carlos, 17:00 Léo, 18:30 Carlos"


def open_weeks() -> World:
    """Wednesday 18 November 2026, ten in the morning; everything is known but the wish."""
    days = ("11-19", "11-20", "11-21", "11-23", "11-24", "11-25", "11-26", "12-02", "12-04", "12-05")
    free = {f"2026-{day}": FULL_DAY for day in days} | {"2026-11-18": "10:30 Carlos, 14:30 Carlos, 16:00 Léo"}
    return World(local("2026-11-18 10:00"), free=free, has_replied=True)


def search(world: World) -> dict[str, Any]:
    """The last search, without what every one has."""
    arguments = next(arguments for name, arguments in reversed(world.calls) if name == "list_slots")
    return {name: value for name, value in arguments.items() if name != "service_ids"}


def on(first: str, last: str = "", **wish: Any) -> dict[str, Any]:
    return {"date_from": f"2026-{first}", "date_to": f"2026-{last or first}"} | wish
