"""Which day and hour is meant: weekdays beside dates, ordinals, months, and hours of the other half of the day."""

from __future__ import annotations

import pytest

from tests.agents.offline_world import World, appointment, local, on, open_weeks, search


@pytest.fixture
def world() -> World:
    return open_weeks()


# A weekday in a stretch of days


@pytest.mark.parametrize(
    ("first", "second"),
    [("quero corte semana que vem", "quinta"), ("quero corte semana que vem", "pode ser na quinta-feira")],
)
def test_a_weekday_after_a_stretch_is_the_one_inside(world, first, second):
    world.say(first)
    world.say(second)

    assert search(world) == on("11-26")


def test_a_weekday_beside_a_stretch_is_the_one_inside(world):
    world.say("quero corte semana que vem na quinta")

    assert search(world) == on("11-26")


# Ordinals and months of other languages


@pytest.mark.parametrize(
    ("answer", "option"),
    [
        ("la segunda", "9:30 con Léo"),
        ("la segunda por favor", "9:30 con Léo"),
        ("quiero la segunda opción", "9:30 con Léo"),
        ("la tercera", "10:15 con Carlos"),
        ("la dos", "9:30 con Léo"),
        ("la primera", "9:00 con Carlos"),
    ],
)
def test_a_spanish_ordinal_chooses_an_option(world, answer, option):
    world.say("hola, quiero un corte mañana")

    assert option in world.say(answer)
    assert world.proposal


def test_a_las_dos_is_an_hour(world):
    world.say("hola, quiero un corte mañana")

    assert "14:00" in world.say("a las dos")


@pytest.mark.parametrize(
    ("message", "searched"),
    [
        ("book haircut dec 2 at 4pm", on("12-02", near="16:00")),
        ("haircut Dec 4 in the morning", on("12-04", time_from="06:00", time_to="11:59")),
        ("haircut Dec 4th please", on("12-04")),
        ("haircut 4 Dec at 10am", on("12-04", near="10:00")),
        ("I want a haircut on December 4", on("12-04")),
        ("haircut on the 4th of December", on("12-04")),
        ("haircut Dec. 4th 10 am", on("12-04", near="10:00")),
        ("quiero un corte el 4 dic", on("12-04")),
        ("quiero un corte el 5 de dic a las 10", on("12-05", near="10:00")),
        ("corte 4 dez 10h", on("12-04", near="10:00")),
        ("corte 4/dez", on("12-04")),
    ],
)
def test_short_names_of_months_are_read(world, message, searched):
    reply = world.say(message)

    assert search(world) == searched
    assert "one at a time" not in reply


# Hours


def test_where_a_time_was_asked_for_as_duas_is_one(world):
    world.free = {"2026-11-19": ", ".join(f"{hour}:00 Carlos" for hour in range(9, 20))}
    assert "manhã, tarde ou noite?" in world.say("corte e barba amanhã")

    assert "14:00" in world.say("as duas")


def test_a_day_that_doesnt_exist_is_asked_for_again_after_another_was_known(world):
    world.say("corte sexta")

    assert world.say("melhor 31/11") == "O dia 31/11 não existe. Para que dia você quer?"


def test_an_hour_is_of_the_half_of_the_day_talked_about(world):
    world.say("corte amanhã 9 da noite")

    assert "às 20:00" in world.say("as 8 então")


@pytest.mark.parametrize(
    ("message", "offer"),
    [
        ("corte 5 de dezembro no primeiro horário", "sábado 5/12. O primeiro horário livre: 1) 9:00 com Carlos."),
        ("corte amanhã o mais cedo possível", "amanhã 19/11. O primeiro horário livre: 1) 9:00 com Carlos."),
        ("corte amanhã no último horário", "amanhã 19/11. O último horário livre: 1) 18:30 com Carlos."),
        ("corte sexta o primeiro horário da tarde", "sexta 20/11 à tarde. O primeiro horário livre: 1) 12:00 com"),
        ("corte sexta no último horário da manhã", "sexta 20/11 de manhã. O último horário livre: 1) 10:15 com"),
        ("haircut tomorrow, the earliest", "tomorrow, Nov 19. The first free time: 1) 9:00 am with Carlos."),
    ],
)
def test_the_first_or_the_last_time_of_a_day_is_the_one_offered(world, message, offer):
    reply = world.say(message)

    assert offer in reply and "2)" not in reply


def test_the_last_time_is_found_in_a_day_that_is_nearly_full(world):
    world.free = {"2026-11-19": "9:00 Carlos, 11:00 Léo"}

    assert "O último horário livre: 1) 11:00 com Léo." in world.say("corte amanhã no último horário")


@pytest.mark.parametrize(
    ("message", "near"),
    [
        ("corte daqui a 2 horas", "12:15"),
        ("corte daqui 3 horas", "13:15"),
        ("corte daqui a uma hora", "11:15"),
        ("corte em 2 horas", "12:15"),
        ("corte daqui a meia hora", "10:45"),
        ("haircut in 2 hours", "12:15"),
    ],
)
def test_hours_from_now_are_counted_from_the_message(world, message, near):
    world.now = local("2026-11-18 10:07")
    world.say(message)

    assert search(world) == on("11-18", near=near)


@pytest.mark.parametrize("message", ["corte amanha 10", "corte amanhã, 10", "corte amanhã 10 com o carlos"])
def test_a_number_right_after_a_day_is_an_hour(world, message):
    world.say(message)

    assert search(world)["near"] == "10:00"


# A weekday and a date


@pytest.mark.parametrize(
    ("message", "searched"),
    [
        ("corte sexta dia 27", on("11-27")),
        ("corte sexta-feira dia 27 às 10h", on("11-27", near="10:00")),
        ("corte sexta, 27/11", on("11-27")),
        ("corte sexta 27 às 10h", on("11-27", near="10:00")),
        ("corte segunda dia 30", on("11-30")),
        ("corte na sexta dia 4/12", on("12-04")),
        ("corte sexta 4 às 10h", on("12-04", near="10:00")),
        ("corte sábado dia 28", on("11-28")),
        ("corte terça-feira 1 de dezembro", on("12-01")),
        ("corte quinta-feira, dia 3 de dezembro", on("12-03")),
        ("corte sexta que vem, dia 27", on("11-27")),
        ("corte dia 27, sexta", on("11-27")),
        ("corte 6ª feira dia 27", on("11-27")),
        ("corte sexta dia 18 às 10h", on("12-18", near="10:00")),
        ("haircut on friday the 27th", on("11-27")),
        ("un corte el viernes 27", on("11-27")),
        ("corte sexta 10h", on("11-20", near="10:00")),
        ("corte sexta das 10 às 12", on("11-20", time_from="10:00", time_to="12:00")),
    ],
)
def test_a_weekday_and_its_date_are_one_day(world, message, searched):
    world.say(message)

    assert search(world) == searched


@pytest.mark.parametrize(
    ("message", "question"),
    [
        ("corte quinta dia 20 às 10h", "Dia 20 é sexta. É quinta 19 ou sexta 20?"),
        ("corte sexta, 26/11", "Dia 26 é quinta. É quinta 26 ou sexta 27?"),
        ("corte sexta 3/12", "Dia 3/12 é quinta. É quinta 3/12 ou sexta 4/12?"),
        ("corte dia 20 (quinta)", "Dia 20 é sexta. É quinta 19 ou sexta 20?"),
        ("haircut on thursday the 20th", "Nov 20 is a Friday. Do you mean Thursday Nov 19 or Friday Nov 20?"),
        ("un corte el jueves 20 de noviembre", "El 20 es viernes. ¿Es el jueves 19 o el viernes 20?"),
        ("corte sexta 31/11", "O dia 31/11 não existe. Para que dia você quer?"),
    ],
)
def test_a_weekday_and_a_date_that_disagree_are_asked_about(world, message, question):
    assert world.say(message) == question
    assert not world.calls


@pytest.mark.parametrize(
    ("answer", "searched"),
    [
        ("sexta", on("11-27", near="10:00")),
        ("quinta", on("11-26", near="10:00")),
        ("a 27", on("11-27", near="10:00")),
        ("dia 26", on("11-26", near="10:00")),
        ("sexta 27", on("11-27", near="10:00")),
    ],
)
def test_which_of_both_days_is_meant_is_answered(world, answer, searched):
    world.say("corte sexta dia 26 às 10h")
    world.say(answer)

    assert search(world) == searched


def test_a_yes_beside_days_that_disagree_books_nothing(world):
    world.say("corte sexta às 10h15")

    assert world.say("sim, quinta dia 20") == "Dia 20 é sexta. É quinta 19 ou sexta 20?"


def test_it_moves_to_the_weekday_of_that_date(world):
    world.appointments = [appointment(7, "2026-11-19 15:30")]
    world.say("remarca pra sexta dia 27 às 10h")
    assert search(world) == on("11-27", near="10:00", appointment_id=7)

    assert "Dia 20 é sexta" in world.say("remarca pra quinta dia 20")


def test_it_cancels_the_one_of_that_weekday_and_date(world):
    world.appointments = [appointment(7, "2026-11-20 15:30"), appointment(8, "2026-11-27 15:30")]
    assert "sexta 27/11" in world.say("cancela o de sexta dia 27")

    assert "Dia 26 é quinta" in world.say("cancela o de sexta dia 26")
    assert "sexta 27/11" in world.say("sexta")
