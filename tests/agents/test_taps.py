"""What can be tapped is what the text asks, in the language of the talk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.agents.models import Offer
from apps.barbearia.models import Service
from simulators.model import call, tools
from tests.agents.conftest import WIRES
from tests.conftest import DAVI

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def wire():
    return WIRES["chatgpt"]


@pytest.fixture
def hears(customer, graph):
    """`hears("oi")` → (what was answered, the titles under it)."""

    def hear(text):
        customer.says(text)
        last = graph.messages_to(DAVI)[-1]
        buttons = last.payload.get("interactive", {}).get("action", {}).get("buttons", [])
        return last.text, [button["reply"]["title"] for button in buttons]

    return hear


def test_one_time_proposed_comes_with_yes_and_no_though_three_are_free_at_it(hears):
    text, titles = hears("tem horário segunda que vem às 15h30 pra barba?")

    assert "15:30" in text and "Confirmo?" in text
    assert Offer.objects.count() == 3 and titles == ["Sim", "Não"]
    assert "Marcado" in hears("Sim")[0]


def test_the_same_time_with_several_people_is_one_option(hears, ai):
    day = timezone.localdate() + timedelta(days=3)
    day += timedelta(days=day.weekday() == 6)
    ids = [Service.objects.get(name="Barba").pk]
    searches = [call("list_slots", service_ids=ids, date_from=day.isoformat(), near="15:30", limit=3)]
    ai.script(tools(*searches), "Tenho às 15:30. Pode ser?")
    text, titles = hears("barba 15h30")

    assert "15:30" in text and titles == []


def test_english_gets_english_buttons(hears):
    text, titles = hears("hi, I would like a haircut next monday morning")
    assert "1) " in text and " am" in text
    assert [title[:3] for title in titles] == ["1) ", "2) ", "3) "] and all(title.endswith(" am") for title in titles)
    text, titles = hears(titles[1])
    assert "Shall I confirm?" in text and titles == ["Yes", "No"]
    assert "Booked" in hears("Yes")[0]


def test_spanish_gets_spanish_buttons(hears):
    text, titles = hears("hola, quiero cortarme el pelo el lunes por la mañana")
    assert "1) " in text and len(titles) == 3
    text, titles = hears(titles[0])
    assert "¿" in text and titles == ["Sí", "No"]
    assert "Reservado ✅" in hears("Sí")[0]


def test_a_model_that_answers_in_portuguese_gets_portuguese_buttons(hears, ai):
    day = timezone.localdate() + timedelta(days=3)
    day += timedelta(days=day.weekday() == 6)
    ids = [Service.objects.get(name="Barba").pk]
    ai.script(tools(call("list_slots", service_ids=ids, date_from=day.isoformat())), "Qual prefere?")
    hears("hi, a beard trim please")
    ai.script(tools(call("book", slot_id=Offer.objects.first().token)), "Você quer mesmo? Posso confirmar isso?")

    assert hears("the first one")[1] == ["Sim", "Não"]


def test_a_choice_that_is_asked_again_keeps_its_buttons(hears):
    _text, offered = hears("quero cortar o cabelo segunda que vem de manhã")
    again, titles = hears("sim")
    assert "Qual deles" in again and titles == offered
    third, titles = hears("sim")
    assert third != again and titles == offered

    hello, titles = hears("oi")
    assert "1) " in hello and titles == offered


def test_a_proposal_asked_again_keeps_yes_and_no(hears):
    hears("quero cortar o cabelo segunda que vem de manhã")
    hears("o primeiro")
    text, titles = hears("quanto custa a barba?")

    assert "confirmo" in text.lower() and titles == ["Sim", "Não"]


def test_a_line_without_a_question_has_none(hears):
    hears("quero cortar o cabelo segunda que vem de manhã")

    assert hears("que horas vocês abrem?")[1] == [] or "1) " in hears("oi")[0]


def test_two_days_at_the_same_time_are_two_options(hears, ai):
    day = timezone.localdate() + timedelta(days=3)
    day += timedelta(days=day.weekday() == 6)
    ids = [Service.objects.get(name="Barba").pk]
    ai.script(tools(call("list_slots", service_ids=ids, date_from=day.isoformat())), "Qual prefere?")
    hears("barba")
    first, second = Offer.objects.order_by("id")[:2]
    later = (day + timedelta(days=1)).isoformat()
    second.payload["start"] = first.payload["start"].replace(day.isoformat(), later)
    second.save()
    Offer.objects.exclude(pk__in=[first.pk, second.pk]).delete()
    clock = timezone.datetime.fromisoformat(first.payload["start"])
    at = f"{clock.hour}:{clock:%M}"
    ai.script(f"Tenho: 1) {day:%d/%m} {at} 2) {day + timedelta(days=1):%d/%m} {at}. Qual?")

    assert hears("pode repetir?")[1] == [f"1) {day:%d/%m} {at}", f"2) {day + timedelta(days=1):%d/%m} {at}"]


@pytest.fixture
def three_days(ai):
    """Three offers, all at the same time of day; what the model calls to propose the first."""
    day = timezone.localdate() + timedelta(days=3)
    ids = [Service.objects.get(name="Barba").pk]
    ai.script(tools(call("list_slots", service_ids=ids, date_from=day.isoformat())), "Qual prefere?")

    def spread():
        first, *others = Offer.objects.order_by("id")
        start = timezone.datetime.fromisoformat(first.payload["start"])
        for number, offer in enumerate(others, 1):
            offer.payload["start"] = (start + timedelta(days=number)).isoformat()
            offer.save()
        return timezone.localtime(start), tools(call("book", slot_id=first.token))

    return spread


def test_a_time_to_confirm_brings_yes_and_no_though_it_was_offered_on_three_days(hears, ai, three_days):
    hears("barba")
    start, book = three_days()
    ai.script(book, f"Barba {start:%d/%m} às {start.hour}:{start:%M}. Posso confirmar?")

    assert hears("o primeiro")[1] == ["Sim", "Não"]


def test_an_open_question_about_the_time_proposed_brings_no_yes(hears, ai, three_days):
    hears("barba")
    start, book = three_days()
    ai.script(book, f"Certo, às {start.hour}:{start:%M}. Qual serviço você quer?")

    assert hears("o primeiro")[1] == []


def test_english_buttons_have_english_days(hears, ai, three_days):
    hears("hi, I would like a beard trim")
    start, _ = three_days()
    clock = f"{start.hour % 12 or 12}:{start:%M} {'am' if start.hour < 12 else 'pm'}"
    later = [start + timedelta(days=number) for number in (1, 2)]
    ai.script(
        f"I have 1) today {clock} 2) {later[0]:%b} {later[0].day} {clock} 3) {later[1]:%b} {later[1].day} {clock}"
    )

    titles = hears("what times do you have?")[1]
    assert [title.split()[1] for title in titles] == [f"{day:%b}" for day in (start, *later)]
