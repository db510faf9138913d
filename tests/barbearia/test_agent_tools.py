"""What an agent can do with the agenda, and what it can't."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pydantic import ValidationError

from apps.agents import tools
from apps.agents.tools import ToolContext
from apps.barbearia import booking, errors, hours, transitions
from apps.barbearia.hours import SpecialDay
from apps.barbearia.models import Appointment
from apps.chat.contacts import contact_by_phone

from .conftest import make_service


class Agent:
    """Calls tools as the engine does, for one customer; offers last until forgotten."""

    def __init__(self, contact: Any, now: Any) -> None:
        self.contact, self.now, self.offers = contact, now, {}

    def context(self, effect_key: str = "") -> ToolContext:
        return ToolContext(None, self.contact, self.now, self._offer, self.offers.get, effect_key)  # type: ignore[arg-type]

    def _offer(self, payload: dict[str, Any], lifetime: timedelta) -> str:
        slot_id = f"s{len(self.offers)}"
        self.offers[slot_id] = json.loads(json.dumps(payload))
        return slot_id

    def call(self, name: str, *, propose: bool = False, effect_key: str = "", **arguments: Any) -> dict[str, Any]:
        tool = tools.get(name)
        deed = tool.propose if propose else tool.run
        result = deed(self.context(effect_key), tool.arguments.model_validate(arguments))
        json.dumps(result)
        return result

    def propose(self, name: str, **arguments: Any) -> dict[str, Any]:
        return self.call(name, propose=True, **arguments)


@pytest.fixture
def agent(contact, at):
    """It is the Saturday before, noon."""
    return Agent(contact, at("12:00") - timedelta(days=2))


@pytest.fixture
def look(agent, monday, corte, carlos):
    def found(*, services=(corte,), days=0, **wish):
        day = (monday + timedelta(days=days)).isoformat()
        ids = [service.pk for service in services]
        return agent.call("list_slots", **{"service_ids": ids, "date_from": day} | wish)

    return found


def times(result):
    return [(slot["start"][8:10] + " " + slot["start"][11:16]).strip() for slot in result["slots"]]


def clocks(result):
    return [slot["start"][11:16] for slot in result["slots"]]


# Looking


def test_services_come_with_price_and_duration(agent, corte):
    make_service("Antigo", "1.00", 5, is_active=False)
    assert agent.call("list_services") == {
        "ok": True,
        "services": [
            {
                "id": corte.pk,
                "name": "Corte",
                "price": "45.00",
                "duration_minutes": 30,
                "category": "",
                "description": "",
            }
        ],
    }


def test_three_options_are_spread_over_the_day_and_the_people(look, leo):
    result = look()

    assert (result["ok"], result["exact"], result["closed"]) == (True, True, False)
    assert (result["price"], result["duration_minutes"], result["services"]) == ("45.00", 30, ["Corte"])
    assert clocks(result) == ["09:00", "13:00", "16:00"]
    assert [slot["professional"] for slot in result["slots"]] == ["Carlos", "Léo", "Carlos"]
    assert set(result["slots"][0]) == {"slot_id", "start", "end", "professional", "professional_id"}


def test_a_part_of_the_day_is_kept_to(look):
    assert clocks(look(time_from="09:00", time_to="12:00")) == ["09:00", "10:00", "11:00"]
    assert clocks(look(time_from="18:00", time_to="00:00"))[0] == "18:00"


def test_an_exact_time_comes_first_with_everybody_free_then(look, leo, at):
    result = look(near="15:30")

    assert result["exact"]
    assert [(slot["start"][11:16], slot["professional"]) for slot in result["slots"][:2]] == [
        ("15:30", "Carlos"),
        ("15:30", "Léo"),
    ]
    assert len(result["slots"]) == 3


def test_a_taken_time_brings_the_nearest_before_after_and_another_day(look, book, at):
    book("18:00")
    result = look(near="18:00")

    assert not result["exact"]
    assert times(result) == [
        f"{at('17:30'):%d} 17:30",
        f"{at('18:30'):%d} 18:30",
        f"{at('18:00', days=1):%d} 18:00",
    ]


def test_a_closed_day_is_said_and_the_days_around_offered(look, at):
    result = look(days=6)  # Sunday

    assert (result["exact"], result["closed"]) == (False, True)
    assert {slot["start"][:10] for slot in result["slots"]} <= {f"{at('09:00', days=n):%Y-%m-%d}" for n in range(4, 9)}


def test_a_full_day_is_not_a_closed_day(look, book):
    for hour in range(9, 19):
        book(f"{hour:02d}:00")
        book(f"{hour:02d}:30")
    result = look()

    assert (result["exact"], result["closed"]) == (False, False)
    assert len(result["slots"]) == 3


def test_several_days_offer_the_soonest(look, monday, at):
    result = look(date_to=(monday + timedelta(days=5)).isoformat())
    assert times(result)[0] == f"{at('09:00'):%d} 09:00"
    assert len({slot["start"][:10] for slot in result["slots"]}) == 2


def test_a_past_day_and_a_day_too_far_bring_what_is_near(look):
    assert look(days=-30)["exact"] is False
    assert look(days=300)["exact"] is False
    assert len(look(days=300)["slots"]) == 3


def test_a_professional_asked_for_is_kept(look, leo):
    assert {slot["professional"] for slot in look(professional_id=leo.pk)["slots"]} == {"Léo"}


def test_a_professional_ruled_out_is_not_offered(look, carlos, leo):
    assert {slot["professional_id"] for slot in look(limit=10)["slots"]} == {carlos.pk, leo.pk}
    assert {slot["professional_id"] for slot in look(limit=10, not_with=[carlos.pk])["slots"]} == {leo.pk}


def test_no_more_options_than_asked_for(look):
    for limit in (1, 2, 3, 5):
        result = look(limit=limit)
        assert len(result["slots"]) == limit
        assert len(set(clocks(result))) == limit


@pytest.mark.parametrize("wrong", [{"service_ids": [10**30]}, {"service_ids": [0]}, {"professional_id": 10**30}])
def test_unknown_ids_are_refused_by_name(look, wrong):
    with pytest.raises(errors.NotBookable):
        look(**wrong)


@pytest.mark.parametrize("wrong", [{"client_id": 1}, {"near": "25:00"}, {"date_from": "amanhã"}, {"service_ids": []}])
def test_arguments_nobody_asked_for_are_refused(look, wrong):
    with pytest.raises(ValidationError):
        look(**wrong)


# Booking


def test_a_slot_is_proposed_then_booked(agent, look, contact, carlos, at):
    slot_id = look()["slots"][0]["slot_id"]
    proposed = agent.propose("book", slot_id=slot_id)
    assert proposed == {
        "ok": True,
        "status": "proposed",
        "summary": {
            "services": ["Corte"],
            "start": at("09:00").isoformat(),
            "end": at("09:30").isoformat(),
            "professional": "Carlos",
            "price": "45.00",
        },
    }
    assert not Appointment.objects.exists()

    booked = agent.call("book", slot_id=slot_id, effect_key="1:2:0")
    again = agent.call("book", slot_id=slot_id, effect_key="1:2:0")

    assert booked == again
    appointment = Appointment.objects.get()
    assert (booked["status"], booked["appointment_id"]) == ("booked", appointment.pk)
    assert (appointment.client, appointment.professional, appointment.source) == (contact, carlos, "ai")


def test_a_slot_gone_meanwhile_brings_others(agent, look, book):
    slot_id = look()["slots"][0]["slot_id"]
    book("09:00")

    for result in (agent.propose("book", slot_id=slot_id), agent.call("book", slot_id=slot_id)):
        assert (result["ok"], result["code"]) == (False, "slot_taken")
        assert result["message"]
        chosen = result["alternatives"][0]["slot_id"]
    assert agent.call("book", slot_id=chosen)["ok"]


def test_an_unknown_slot_is_refused(agent, corte):
    for slot_id in ("s99", "", "' OR 1=1"):
        with pytest.raises(errors.SlotExpired):
            agent.call("book", slot_id=slot_id)


# The customer's own


def test_only_upcoming_appointments_of_the_customer_are_listed(agent, book, ana, carlos):
    mine = book("10:00")
    transitions.move(book("11:00"), to="cancelado", by=ana)
    book("12:00", client=contact_by_phone(phone="+5511900000001", name="Outra"))

    listed = agent.call("my_appointments")["appointments"]
    assert listed == [
        {
            "id": mine.pk,
            "services": ["Corte"],
            "service_ids": [mine.items.get().service_id],
            "start": timezone.localtime(mine.start).isoformat(),
            "professional": "Carlos",
            "professional_id": carlos.pk,
            "price": "45.00",
            "status": "agendado",
        }
    ]


def test_an_appointment_is_moved(agent, look, book, at):
    appointment = book("10:00")
    slot_id = look(near="15:00")["slots"][0]["slot_id"]
    call = {"appointment_id": appointment.pk, "slot_id": slot_id}

    proposed = agent.propose("reschedule", **call)
    assert proposed["summary"]["from_start"] == at("10:00").isoformat()
    moved = agent.call("reschedule", **call)

    assert (moved["status"], moved["summary"]["start"]) == ("rescheduled", at("15:00").isoformat())
    appointment.refresh_from_db()
    assert timezone.localtime(appointment.start) == at("15:00")


def test_a_move_to_where_it_already_is_is_no_move(agent, look, book, at):
    appointment = book("10:00")
    [slot] = look(near="10:00", appointment_id=appointment.pk, professional_id=appointment.professional_id)["slots"][:1]
    answer = agent.propose("reschedule", appointment_id=appointment.pk, slot_id=slot["slot_id"])

    assert slot["start"] == at("10:00").isoformat()
    assert (answer["ok"], answer["code"]) == (False, "already_there")
    assert answer["summary"]["start"] == at("10:00").isoformat()


def test_an_appointment_is_cancelled(agent, book, at):
    appointment = book("10:00")
    brief = {"services": ["Corte"], "start": at("10:00").isoformat(), "professional": "Carlos"}

    assert agent.propose("cancel", appointment_id=appointment.pk)["summary"] == brief
    assert agent.call("cancel", appointment_id=appointment.pk)["status"] == "cancelled"
    appointment.refresh_from_db()
    assert appointment.status == "cancelado"
    assert appointment.changes.last().by == "customer"


@pytest.mark.parametrize("name", ["cancel", "reschedule"])
def test_nobody_elses_appointment_can_be_touched(agent, look, book, name):
    other = book("10:00", client=contact_by_phone(phone="+5511900000001", name="Outra"))
    call = {"appointment_id": other.pk}
    if name == "reschedule":
        call["slot_id"] = look(near="15:00")["slots"][0]["slot_id"]

    for deed in (agent.propose, agent.call):
        with pytest.raises(errors.AppointmentNotFound):
            deed(name, **call)
    other.refresh_from_db()
    assert other.status == "agendado"


def test_what_has_begun_can_no_longer_be_cancelled(agent, book, at):
    appointment = book("10:00")
    agent.now = at("10:00")
    with pytest.raises(errors.NotChangeable):
        agent.call("cancel", appointment_id=appointment.pk)


# Facts and lines


def test_the_facts_are_the_businesss_own(agent, book, corte, barba, carlos, leo, monday, tenant):
    appointment = book("10:00")
    hours.replace(exceptions=[SpecialDay(monday, closed=True)], by=None)
    transitions.move(appointment, to="confirmado", by="ai")

    facts = tools.gather_facts(agent.context(), {"now": agent.now, "business": tenant.name, "agent": "Bia"})

    assert [service.name for service in facts.services] == ["Barba", "Corte"]
    assert next((who.name, who.service_ids) for who in facts.professionals) == ("Carlos", (corte.pk, barba.pk))
    assert [(window.weekday, window.start.hour, window.end.hour) for window in facts.hours] == [
        (day, 9, 19) for day in range(6)
    ]
    assert [(day.date, day.closed) for day in facts.closed_days] == [(monday, True)]
    assert [(item.id, item.status, item.start.hour) for item in facts.appointments] == [
        (appointment.pk, "confirmado", 10)
    ]


def test_a_deed_is_told_in_the_thread(agent, look):
    result = agent.call("book", slot_id=look()["slots"][0]["slot_id"])
    line = tools.get("book").tell(result)
    assert line["icon"] == "calendar-check"
    assert "Corte" in line["text"]
    assert "09:00" in line["text"]


def test_the_price_promised_is_the_price_booked(agent, look, corte):
    slot_id = look()["slots"][0]["slot_id"]
    assert agent.call("book", slot_id=slot_id)["summary"]["price"] == f"{Appointment.objects.get().price:.2f}"


def test_moving_for_the_customer_asks_for_notice_too(agent, book, at, ana):
    appointment = book("10:00")
    with pytest.raises(errors.TooSoon):
        booking.reschedule(appointment, start=at("09:00"), by="ai", source="ai", now=at("08:30"))
