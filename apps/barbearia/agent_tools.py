"""What an AI agent can do with the agenda. Results are data; customers only ever touch what is theirs.

Times are ISO 8601 in the business's zone. A slot is offered under an opaque id that holds for half
an hour in one conversation; booking takes nothing else, so no time can be made up.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from apps.agents import tools
from apps.agents.providers.base import AppointmentFact, ClosedDayFact, HoursFact, ProfessionalFact, ServiceFact
from apps.agents.tools import Arguments, Tool, ToolContext
from apps.barbearia import booking, offers, schedule, slots
from apps.barbearia.beside import day_url
from apps.barbearia.errors import AppointmentNotFound, NotBookable, NotChangeable, SlotExpired, SlotTaken
from apps.barbearia.models import Appointment, HoursException, OpeningHours, Professional, Service
from apps.barbearia.slots import Plan, Slot
from apps.lib.prepared import Prepared
from apps.lib.remember import Remembered
from apps.lib.untrusted import BIGGEST_ID

OFFER_LIFETIME = timedelta(minutes=30)
AI = "ai"
_Result = dict[str, Any]


# Arguments --------------------------------------------------------------------------------------


class Nothing(Arguments):
    pass


class ListSlots(Arguments):
    service_ids: list[int] = Field(min_length=1, max_length=10, description="Ids from list_services.")
    date_from: date = Field(description="First day, YYYY-MM-DD.")
    date_to: date | None = Field(None, description="Last day; date_from if left out.")
    time_from: time | None = Field(None, description="Earliest start, HH:MM.")
    time_to: time | None = Field(None, description="Starts before this, HH:MM.")
    near: time | None = Field(None, description="The exact time wished, HH:MM.")
    professional_id: int | None = Field(None, description="Only with this professional.")
    not_with: list[int] = Field([], max_length=20, description="Professionals the customer rules out.")
    appointment_id: int | None = Field(
        None, description="The appointment to be moved: its own time then counts as free."
    )
    limit: int = Field(3, ge=1, le=10)


class Book(Arguments):
    slot_id: str = Field(max_length=80, description="From list_slots.")


class Reschedule(Arguments):
    appointment_id: int
    slot_id: str = Field(max_length=80, description="From list_slots.")


class Cancel(Arguments):
    appointment_id: int


# Reading ----------------------------------------------------------------------------------------


def list_services(context: ToolContext, arguments: Nothing) -> _Result:
    services = [
        {
            "id": service.pk,
            "name": service.name,
            "price": f"{service.price:.2f}",
            "duration_minutes": service.duration_minutes,
            "category": service.category,
            "description": service.description,
        }
        for service in Service.objects.offered().order_by("name", "pk")
    ]
    return {"ok": True, "services": services}


def list_slots(context: ToolContext, arguments: ListSlots) -> _Result:
    wish = _wish(context, arguments)
    found = offers.search(wish, now=context.now, limit=arguments.limit)
    return {
        "ok": True,
        "exact": found.exact,
        "slots": [_offered(context, slot, wish.plan) for slot in found.options],
        "price": f"{wish.plan.price:.2f}",
        "duration_minutes": wish.plan.duration_minutes,
        "services": [service.name for service in wish.plan.services],
        "closed": _is_closed(wish, now=context.now),
    }


def my_appointments(context: ToolContext, arguments: Nothing) -> _Result:
    mine = [
        {
            "id": appointment.pk,
            "services": appointment.service_names,
            "service_ids": [item.service_id for item in appointment.items.all()],
            "start": _iso(appointment.start),
            "professional": appointment.professional.name,
            "professional_id": appointment.professional_id,
            "price": f"{appointment.price:.2f}",
            "status": appointment.status,
        }
        for appointment in _upcoming(context)
    ]
    return {"ok": True, "appointments": mine}


# Writing ----------------------------------------------------------------------------------------


def propose_book(context: ToolContext, arguments: Book) -> _Result:
    slot, plan = _slot(context, arguments.slot_id)
    if not _is_free(slot, plan, now=context.now):
        return _taken(context, slot, plan)
    return {"ok": True, "status": "proposed", "summary": _summary(slot, plan)}


def book(context: ToolContext, arguments: Book) -> _Result:
    """The same effect key books once."""
    slot, plan = _slot(context, arguments.slot_id)
    try:
        appointment = booking.book(
            client=context.contact,
            services=plan.services,
            professional=slot.professional,
            start=slot.start,
            by=AI,
            source=Appointment.Source.AI,
            effect_key=context.effect_key or None,
            now=context.now,
        )
    except SlotTaken:
        return _taken(context, slot, plan)
    return {"ok": True, "status": "booked", "appointment_id": appointment.pk, "summary": _summary(slot, plan)}


def propose_reschedule(context: ToolContext, arguments: Reschedule) -> _Result:
    appointment = _mine(context, arguments.appointment_id)
    slot, plan = _slot(context, arguments.slot_id)
    if _is_there(appointment, slot, plan):
        text = _("This appointment already is at this time.")
        return {"ok": False, "code": "already_there", "message": text, "summary": _summary(slot, plan)}
    if not _is_free(slot, plan, now=context.now, without=appointment.pk):
        return _taken(context, slot, plan)
    return {"ok": True, "status": "proposed", "summary": _moved(appointment.start, slot, plan)}


def _is_there(appointment: Appointment, slot: Slot, plan: Plan) -> bool:
    """Whether a move would change nothing."""
    services = sorted(item.service_id or 0 for item in appointment.items.all())
    place = (slot.start, slot.professional.pk, sorted(service.pk for service in plan.services))
    return place == (appointment.start, appointment.professional_id, services)


def reschedule(context: ToolContext, arguments: Reschedule) -> _Result:
    appointment = _mine(context, arguments.appointment_id)
    slot, plan = _slot(context, arguments.slot_id)
    before = appointment.start
    try:
        booking.reschedule(
            appointment,
            start=slot.start,
            professional=slot.professional,
            services=plan.services,
            by=AI,
            source=Appointment.Source.AI,
            now=context.now,
        )
    except SlotTaken:
        return _taken(context, slot, plan)
    summary = _moved(before, slot, plan)
    return {"ok": True, "status": "rescheduled", "appointment_id": appointment.pk, "summary": summary}


def propose_cancel(context: ToolContext, arguments: Cancel) -> _Result:
    appointment = _mine(context, arguments.appointment_id)
    return {"ok": True, "status": "proposed", "summary": _brief(appointment)}


def cancel(context: ToolContext, arguments: Cancel) -> _Result:
    appointment = _mine(context, arguments.appointment_id)
    booking.cancel(appointment, by=AI)
    return {"ok": True, "status": "cancelled", "appointment_id": appointment.pk, "summary": _brief(appointment)}


# Slots and appointments -------------------------------------------------------------------------


def _wish(context: ToolContext, arguments: ListSlots) -> offers.Wish:
    first, last = arguments.date_from, arguments.date_to or arguments.date_from
    time_to = arguments.time_to
    if arguments.time_from and time_to and time_to <= arguments.time_from:
        time_to = None  # "das 18:00 às 00:00"
    return offers.Wish(
        plan=_plan(arguments.service_ids),
        first=first,
        last=max(first, last),
        time_from=_clock(arguments.time_from),
        time_to=_clock(time_to),
        near=_clock(arguments.near),
        professional=_professional(arguments.professional_id),
        not_with=frozenset(arguments.not_with),
        moving=_mine(context, arguments.appointment_id).pk if arguments.appointment_id else None,
    )


def _clock(value: time | None) -> time | None:
    return value.replace(second=0, microsecond=0, tzinfo=None) if value else None


def _plan(service_ids: list[int]) -> Plan:
    """Raises NotBookable for unknown services, and what `slots.plan` raises."""
    unique = list(dict.fromkeys(service_ids))
    known = Service.objects.offered().in_bulk([pk for pk in unique if 0 < pk <= BIGGEST_ID])
    if len(known) != len(unique):
        raise NotBookable(_("There is no such service here."))
    return slots.plan([known[pk] for pk in unique])


def _professional(pk: int | None) -> Professional | None:
    if pk is None:
        return None
    found = Professional.objects.offered().filter(pk=pk).first()
    if found is None:
        raise NotBookable(_("There is no such professional here."))
    return found


def _offered(context: ToolContext, slot: Slot, plan: Plan) -> _Result:
    shown = {
        "start": _iso(slot.start),
        "end": _iso(slot.end),
        "professional": slot.professional.name,
        "professional_id": slot.professional.pk,
    }
    payload = shown | {"service_ids": [service.pk for service in plan.services]}
    return {"slot_id": context.offer(payload, OFFER_LIFETIME), **shown}


def _slot(context: ToolContext, slot_id: str) -> tuple[Slot, Plan]:
    """What this conversation was offered under the id. Raises SlotExpired."""
    payload = context.offered(slot_id)
    if payload is None or "service_ids" not in payload:
        raise SlotExpired
    plan = _plan(payload["service_ids"])
    professional = _professional(payload["professional_id"])
    assert professional is not None
    return slots.slot(plan, datetime.fromisoformat(payload["start"]), professional), plan


def _is_free(slot: Slot, plan: Plan, *, now: datetime, without: int | None = None) -> bool:
    day = slot.start.date()
    free = slots.on_day(plan, professional=slot.professional, day=day, now=now, without=without)
    return any(option.start == slot.start for option in free)


def _taken(context: ToolContext, slot: Slot, plan: Plan) -> _Result:
    """Returned, not raised: the alternatives just offered must outlive the refusal."""
    error = SlotTaken()
    wish = offers.Wish(plan=plan, first=slot.start.date(), last=slot.start.date(), near=slot.start.time())
    found = offers.search(wish, now=context.now)
    alternatives = [_offered(context, option, plan) for option in found.options]
    return {"ok": False, "code": error.code, "message": error.message, "alternatives": alternatives}


def _is_closed(wish: offers.Wish, *, now: datetime) -> bool:
    """Nobody who could serve the customer works on any of the days, nor is the business open."""
    opens, closes = slots.horizon(now)
    first, last = max(wish.first, opens), min(wish.last, closes)
    if first > last:
        return False
    times = schedule.load([who.pk for who in slots.able(wish.plan, wish.professional)], first=first, last=last)
    return not times.open and not any(times.windows.values())


def _upcoming(context: ToolContext) -> list[Appointment]:
    """The customer's own, still to come."""
    return _to_come(context.contact.pk, context.now)


_to_come = Prepared(
    lambda client, now: (
        Appointment.objects.filter(client=client, status__in=Appointment.UPCOMING, start__gt=now)
        .select_related("professional")
        .prefetch_related("items")
        .order_by("start")
    )
)


def _mine(context: ToolContext, pk: int) -> Appointment:
    """Raises AppointmentNotFound for anybody else's, NotChangeable for one that is over."""
    own = Appointment.objects.filter(client=context.contact, pk=pk).select_related("professional").first()
    if own is None:
        raise AppointmentNotFound
    if own.status not in Appointment.UPCOMING or own.start <= context.now:
        raise NotChangeable
    return own


def _summary(slot: Slot, plan: Plan) -> _Result:
    return {
        "services": [service.name for service in plan.services],
        "start": _iso(slot.start),
        "end": _iso(slot.end),
        "professional": slot.professional.name,
        "price": f"{plan.price:.2f}",
    }


def _moved(before: datetime, slot: Slot, plan: Plan) -> _Result:
    return _summary(slot, plan) | {"from_start": _iso(before)}


def _brief(appointment: Appointment) -> _Result:
    return {
        "services": appointment.service_names,
        "start": _iso(appointment.start),
        "professional": appointment.professional.name,
    }


def _iso(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat()


# Facts ------------------------------------------------------------------------------------------


def fill_facts(context: ToolContext, facts: dict[str, Any]) -> None:
    facts |= _business_facts()
    facts["appointments"] = tuple(_appointment_fact(appointment) for appointment in _upcoming(context))


def _read_business_facts() -> dict[str, Any]:
    """The same for every customer; what is booked is always checked anew."""
    today, last = slots.horizon(timezone.now())
    services = Service.objects.offered().order_by("name", "pk")
    people = Professional.objects.offered().prefetch_related("services").order_by("pk")
    hours = OpeningHours.objects.order_by("weekday", "start")
    special = HoursException.objects.filter(date__range=(today, last)).order_by("date", "start")
    return {
        "services": tuple(_service_fact(service) for service in services),
        "professionals": tuple(
            ProfessionalFact(
                who.pk,
                who.name,
                tuple(sorted(service.pk for service in who.services.all())),
                _hours_of(who.pk, hours),
                _special_days_of(who.pk, special),
            )
            for who in people
        ),
        "hours": _hours_of(None, hours),
        "closed_days": _special_days_of(None, special),
        "bookable_until": last,
    }


def _hours_of(professional_id: int | None, hours: Iterable[OpeningHours]) -> tuple[HoursFact, ...]:
    """A person's own hours, or with None the business's."""
    own = (window for window in hours if window.professional_id == professional_id)
    return tuple(HoursFact(window.weekday, window.start, window.end) for window in own)


def _special_days_of(professional_id: int | None, days: Iterable[HoursException]) -> tuple[ClosedDayFact, ...]:
    own = (day for day in days if day.professional_id == professional_id)
    return tuple(ClosedDayFact(day.date, day.closed, day.start, day.end) for day in own)


_business_facts: Remembered[dict[str, Any]] = Remembered(_read_business_facts)


def _service_fact(service: Service) -> ServiceFact:
    return ServiceFact(
        id=service.pk,
        name=service.name,
        price=service.price,
        duration_minutes=service.duration_minutes,
        category=service.category,
        description=service.description,
    )


def _appointment_fact(appointment: Appointment) -> AppointmentFact:
    return AppointmentFact(
        id=appointment.pk,
        start=timezone.localtime(appointment.start),
        services=tuple(appointment.service_names),
        service_ids=tuple(item.service_id for item in appointment.items.all()),
        professional=appointment.professional.name,
        professional_id=appointment.professional_id,
        price=appointment.price,
        status=appointment.status,
    )


# The thread's lines -----------------------------------------------------------------------------


def _tell(icon: str, text: str) -> Any:
    def line(result: _Result) -> dict[str, str]:
        deed = result.get("summary", {})
        if not deed:
            return {"text": str(result.get("message", "")), "icon": "triangle-alert"}
        start = datetime.fromisoformat(deed["start"])
        what = " + ".join(deed["services"])
        told = f"{text} · {what} · {start:%d/%m %H:%M} · {deed['professional']}"
        return {"text": told, "icon": icon, "url": day_url(start)}

    return line


# Registration -----------------------------------------------------------------------------------

TOOLS = [
    Tool(
        "list_services",
        "The services on offer, with price and duration.",
        Nothing,
        run=list_services,
        label=gettext_lazy("Looked up the services"),
        icon="scissors",
    ),
    Tool(
        "list_slots",
        "Free times for one or more services done in a row. The slots come in the order to show them.",
        ListSlots,
        run=list_slots,
        label=gettext_lazy("Looked for free times"),
        icon="calendar-search",
    ),
    Tool(
        "my_appointments",
        "The customer's upcoming appointments.",
        Nothing,
        run=my_appointments,
        label=gettext_lazy("Looked up the customer’s appointments"),
        icon="calendar-days",
    ),
    Tool(
        "book",
        "Book an offered slot. The first call proposes; call it again once the customer has said yes.",
        Book,
        run=book,
        propose=propose_book,
        forgets_offers=True,
        tell=_tell("calendar-check", "Agendado"),
        label=gettext_lazy("Proposed a booking"),
        icon="calendar-check",
    ),
    Tool(
        "reschedule",
        "Move an appointment of the customer to an offered slot. Two calls, as with book.",
        Reschedule,
        run=reschedule,
        propose=propose_reschedule,
        forgets_offers=True,
        tell=_tell("calendar-clock", "Remarcado"),
        label=gettext_lazy("Proposed a new time"),
        icon="calendar-clock",
    ),
    Tool(
        "cancel",
        "Cancel an appointment of the customer. Two calls, as with book.",
        Cancel,
        run=cancel,
        propose=propose_cancel,
        tell=_tell("calendar-x", "Cancelado"),
        label=gettext_lazy("Proposed to cancel"),
        icon="calendar-x",
    ),
]


def register() -> None:
    for tool in TOOLS:
        tools.register(tool)
    tools.register_facts(fill_facts)
