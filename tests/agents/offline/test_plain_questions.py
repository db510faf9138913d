"""Questions that are answered from what is known."""

from __future__ import annotations

from datetime import date, time

import pytest

from apps.agents.providers.base import ClosedDayFact, HoursFact, ProfessionalFact
from tests.agents.offline_world import BARBA, CARLOS, CORTE, RAFAEL, World, appointment, facts, open_weeks


@pytest.fixture
def world() -> World:
    return open_weeks()


def test_price_and_length_are_told_once(world):
    reply = world.say("quanto é o corte? quero marcar corte amanhã")

    assert reply.count("R$ 45,00") == 1


@pytest.mark.parametrize(
    "question",
    [
        "quais horarios eu tenho?",
        "que horas eu tenho?",
        "quais horários tenho marcado?",
        "que dia que eu tenho marcado?",
    ],
)
def test_what_i_have_is_what_i_booked(world, question):
    world.appointments = [appointment(7, "2026-11-19 15:30", (CORTE,))]

    assert world.say(question) == "Você tem corte amanhã, 19/11, às 15:30 com Carlos."


WEEKDAYS = tuple(HoursFact(weekday, time(10), time(18)) for weekday in range(5))


TEAM = (
    ProfessionalFact(CARLOS, "Carlos", (CORTE, BARBA), WEEKDAYS),
    ProfessionalFact(2, "Léo", (CORTE, BARBA), special_days=(ClosedDayFact(date(2026, 11, 18), closed=True),)),
    ProfessionalFact(RAFAEL, "Rafael", (CORTE, BARBA)),
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("o carlos trabalha amanhã?", "O Carlos atende amanhã, 19/11, das 10:00 às 18:00. Qual serviço você quer?"),
        ("o carlos vai tá aí sábado?", "O Carlos não atende sábado, 21/11. Nesse dia atendem Léo e Rafael."),
        ("léo tá atendendo hoje?", "O Léo não atende hoje, 18/11. Nesse dia atendem Carlos e Rafael."),
        ("o rafael atende amanhã?", "O Rafael atende amanhã, 19/11, das 9:00 às 20:00."),
        ("que dias o carlos trabalha?", "O Carlos atende de segunda a sexta das 10:00 às 18:00."),
    ],
)
def test_whether_somebody_works_is_answered(world, question, answer):
    world.base = facts(professionals=TEAM)

    assert world.say(question).startswith(answer)


@pytest.mark.parametrize("question", ["qual telefone do Carlos?", "me passa o whatsapp do léo"])
def test_a_telephone_number_is_no_wish_for_the_person(world, question):
    assert "não tenho essa informação aqui" in world.say(question)


def test_at_a_time_when_we_are_closed_we_say_so(world):
    reply = world.say("tem horario as 7 da manha?")

    assert reply.startswith("Às 7:00 estamos fechados (abrimos de segunda a sábado das 9:00 às 20:00).")


def test_on_a_holiday_we_are_closed(world):
    world.closed_days = (ClosedDayFact(date(2026, 12, 25), closed=True),)
    reply = world.say("tem horário 25/12?")

    assert reply.startswith("Na sexta, 25/12, não abrimos. O dia mais perto em que abrimos é sábado 26/12")


def test_with_whom_and_for_how_much_after_booking(world):
    world.say("corte amanhã às 15h30")
    assert "✅" in world.say("sim")

    assert world.say("com quem?") == "Você tem corte amanhã, 19/11, às 15:30 com Carlos."
    assert world.say("quanto vou pagar?") == "Corte amanhã, 19/11, às 15:30 com Carlos: R$ 45,00."


def test_with_whom_before_booking(world):
    world.say("corte amanhã às 15h30")

    assert world.say("com quem?") == "E confirmo corte, amanhã 19/11 às 15:30 com Carlos?"


def test_what_is_no_question_is_looked_up_nowhere(world):
    world.say("oi amg tudo bem?")
    world.say("que horas ele tem livre amanhã")

    assert not [name for name, _ in world.calls if name == "search_knowledge"]


def test_whether_one_has_booked_is_answered(world):
    assert world.say("não marquei ainda?") == "Não achei nenhum horário marcado para você."


def test_an_insult_calls_a_person(world):
    world.say("vcs sao uma porcaria")

    assert world.is_handed_off
