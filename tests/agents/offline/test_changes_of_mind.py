"""A change of mind with the offline provider: what was refused, given up, moved or said again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.agents.providers.base import ServiceFact
from tests.agents.offline_world import (
    BARBA,
    CORTE,
    PROFESSIONALS,
    World,
    appointment,
    facts,
    local,
)

DAYS = {
    f"2026-11-{day}": ", ".join(
        f"{hour}:{minute} {who}"
        for hour in range(9, 20)
        for minute in ("00", "30")
        for who in ("Carlos", "Léo", "Rafael")
    )
    for day in (19, 20, 21, 24)
}


@pytest.fixture
def world() -> World:
    """Wednesday 18 November 2026, ten in the morning."""
    return World(local("2026-11-18 10:00"), free=dict(DAYS))


def starts(world: World) -> list[str]:
    return [f"{item.start:%d/%m %H:%M} {item.professional}" for item in world.appointments]


# A refusal ends what was proposed


def test_what_was_given_up_is_not_booked_by_a_later_yes(world):
    world.say("corte sexta 9h com o Léo")
    world.say("deixa pra lá")

    assert "Qual serviço" in world.say("quero amanhã às 9h")
    world.say("sim")
    assert not world.appointments
    assert "Amanhã, 19/11, às 9:00" in world.say("corte")


def test_an_offer_of_another_day_at_the_same_time_is_not_on_the_table(world):
    world.say("corte sexta 9h com o Léo")
    world.say("deixa pra lá")
    world.say("quero amanhã às 9h")

    assert "Qual serviço" in world.say("sim")


def test_a_yes_to_another_day_asks_which(world):
    world.say("corte amanhã 9h")
    assert "Quer ver outro dia ou outro horário?" in world.say("não")

    assert world.say("sim") == "Claro! Que dia e horário você prefere?"
    assert "Sexta, 20/11, às 10:00" in world.say("sexta 10h")


# Cancelling, when something else was being talked about


@pytest.fixture
def booked(world):
    """A haircut with Carlos tomorrow at ten."""
    world.appointments = [appointment(7, "2026-11-19 10:00", (CORTE,))]
    world.has_replied = True
    return world


def test_cancel_in_the_middle_of_a_change_is_about_the_appointment(booked):
    assert "Troco então" in booked.say("quero mudar meu horário para sexta às 15h")

    assert booked.say("cancela") == "Cancelo então corte, amanhã 19/11 às 10:00 com Carlos. Confirma?"
    booked.say("sim")
    assert not booked.appointments


def test_cancel_in_the_middle_of_a_booking_asks_about_the_appointment(booked):
    booked.say("quero barba sexta 10h")

    assert booked.say("cancela").endswith("Quer cancelar esse horário?")
    assert "Cancelo então corte" in booked.say("sim")
    booked.say("sim")
    assert not booked.appointments


def test_who_gives_up_hears_what_stays_booked(booked):
    booked.say("quero barba sexta")

    assert booked.say("deixa pra lá") == "Tudo bem! Continua marcado: corte amanhã, 19/11, às 10:00 com Carlos."


def test_english_and_spanish_cancel_after_a_change(world):
    for talk in (
        ["hi, a haircut tomorrow at 9am", "yes", "could we do 3pm instead?", "yes", "cancel", "yes"],
        ["hola, quiero un corte mañana a las 9", "si", "mejor a las 17", "cancela por favor", "si"],
    ):
        for message in talk:
            world.say(message)

        assert not world.appointments


@pytest.mark.parametrize("message", ["desisti", "não quero mais"])
def test_taking_back_what_was_just_booked_cancels_it_after_a_yes(world, message):
    _book(world)

    assert "Cancelo então corte" in world.say(message)
    world.say("sim")
    assert not world.appointments


@pytest.mark.parametrize("message", ["quero cancelar", "quero remarcar"])
def test_after_a_cancellation_of_nothing_a_booking_is_possible(world, message):
    assert "Não achei nenhum horário" in world.say(message)

    assert "Segunda, 23/11" not in world.say("corte terça 17h")
    world.say("sim")
    assert [f"{item.start:%d %H}" for item in world.appointments] == ["24 17"]


@pytest.mark.parametrize(
    "message",
    ["não vou poder ir amanhã, dá pra ser sexta no mesmo horário?", "cancela o de amanhã e marca sexta às 10h"],
)
def test_who_says_when_instead_moves(booked, message):
    assert booked.say(message) == "Troco então para sexta, 20/11, às 10:00 com Carlos. Confirma?"


# A change of mind just after booking


def _book(world, wish="corte amanhã 9h com o Léo"):
    world.say(wish)
    assert "Marcado ✅" in world.say("sim")


@pytest.mark.parametrize(
    ("message", "start"),
    [
        ("melhor 12h", "19 12:00"),
        ("na verdade quero 10h", "19 10:00"),
        ("na verdade queria marcar 10h", "19 10:00"),
        ("mudei de ideia, quero 16h30", "19 16:30"),
        ("pode ser 10h?", "19 10:00"),
        ("quero mudar pra 12h", "19 12:00"),
        ("sexta no mesmo horário", "20 09:00"),
        ("com o Carlos", "19 09:00"),
        ("cancela e marca sexta 10h", "20 10:00"),
    ],
)
def test_a_change_of_mind_moves_what_was_just_booked(world, message, start):
    _book(world)

    assert "Troco então para" in world.say(message)
    assert "Remarcado ✅" in world.say("sim")
    assert [f"{item.start:%d %H:%M}" for item in world.appointments] == [start]


def test_it_still_does_after_a_word_of_thanks(world):
    _book(world)
    world.say("valeu!")

    assert "Troco então para amanhã, 19/11, às 10:00" in world.say("na verdade quero 10h")


@pytest.mark.parametrize("message", ["tem como ser mais tarde?", "tem outro horário?"])
def test_later_is_later_than_what_was_booked(world, message):
    _book(world)

    assert "mais tarde tenho: 1) 9:30" in world.say(message)


def test_the_wrong_day_is_moved_too(world):
    _book(world)

    assert "No domingo, 22/11, não abrimos." in world.say("era domingo")
    assert "Para que dia você quer mudar?" in world.say("pode ser outro dia?")


@pytest.mark.parametrize(
    "message",
    [
        "quero mais um amanhã às 10h",
        "outro horário para o meu filho amanhã às 10h",
        "meu filho também vai cortar, amanhã 10:30",
        "quero marcar barba sexta 10h",
        "marca também uma barba pra sexta às 15h",
    ],
)
def test_one_more_is_a_new_booking(world, message):
    _book(world)

    assert "Troco" not in world.say(message)
    world.say("corte")
    world.say("sim")
    assert len(world.appointments) == 2


def test_english_and_spanish_changes_of_mind(world):
    for message in ("hi, a haircut tomorrow at 9am", "yes", "can I move it to 2pm?", "yes"):
        world.say(message)
    assert [f"{item.start:%d %H:%M}" for item in world.appointments] == ["19 14:00"]

    world.appointments, world.messages = [], []
    for message in ("hola, quiero un corte mañana a las 9", "si", "quiero cambiarlo al martes a la misma hora", "si"):
        world.say(message)
    assert [f"{item.start:%d %H:%M}" for item in world.appointments] == ["24 09:00"]


# Other services for an appointment


@pytest.mark.parametrize(
    "message", ["queria adicionar a barba nesse horário", "e barba junto", "coloca a barba também"]
)
def test_a_service_is_added_to_what_was_just_booked(world, message):
    _book(world)

    assert world.say(message) == ("Troco então para corte + barba, amanhã, 19/11, às 9:00 com Léo, R$ 80,00. Confirma?")
    assert world.say("sim") == "Remarcado ✅ Corte + barba. Amanhã, 19/11, 9:00, com Léo."
    assert [item.service_ids for item in world.appointments] == [(CORTE, BARBA)]


@pytest.mark.parametrize("message", ["quero mudar pra barba", "na verdade quero barba"])
def test_a_service_is_exchanged_for_another(world, message):
    _book(world)

    assert "Troco então para barba, amanhã, 19/11, às 9:00" in world.say(message)


def test_a_service_is_taken_off(world):
    _book(world, "corte e barba amanhã 9h com o Léo")

    assert "Troco então para corte, amanhã, 19/11, às 9:00 com Léo, R$ 45,00." in world.say("tira a barba")


def test_a_service_is_added_to_an_older_appointment(booked):
    assert "Troco então para corte + barba, amanhã" in booked.say("queria colocar a barba no meu horário de amanhã")


# What was wished stays wished


@pytest.mark.parametrize(
    "message", ["remarca pra sábado mesmo horário", "remarca pra sábado na mesma hora", "remarca pra sábado às 10h"]
)
def test_the_same_time_on_another_day_is_looked_for(booked, message):
    assert booked.say(message) == "Troco então para sábado, 21/11, às 10:00 com Carlos. Confirma?"


def test_the_same_time_still_needs_a_day(booked):
    assert "Para que dia" in booked.say("quero remarcar no mesmo horário")
    assert "sábado, 21/11, às 10:00" in booked.say("sábado")


def test_a_person_named_keeps_the_time(world):
    world.free = {"2026-11-19": "13:00 Carlos, 13:30 Léo, 14:00 Carlos"}
    world.say("corte amanhã")
    assert "às 13:30 com Léo" in world.say("13:30")

    reply = world.say("com o Carlos")
    assert "às 13:30 já está tudo ocupado com Carlos" in reply and "13:00" in reply and "14:00" in reply


def test_bounds_said_one_after_the_other_both_hold(world):
    world.say("corte amanhã depois das 4")
    world.say("antes das 6")
    world.say("com Rafael")

    searched = [arguments for name, arguments in world.calls if name == "list_slots"][-1]
    assert (searched["time_from"], searched["time_to"]) == ("16:00", "18:00")
    assert "às 16:00 com Rafael" in world.messages[-1].content


def test_a_preferred_person_is_looked_for_first_then_anybody(world):
    world.free = {"2026-11-19": "10:00 Carlos, 11:00 Rafael", "2026-11-20": "10:00 Carlos, 10:00 Rafael"}
    wish = "se for com o Rafael melhor, senão qualquer um"

    assert "às 10:00 o Carlos está livre" in world.say(f"corte amanhã às 10h, {wish}")
    world.say("não")
    assert "às 10:00 o Rafael está livre" in world.say(f"corte sexta às 10h, {wish}")


# Questions that must not come round again


@pytest.fixture
def twins(world):
    """Two services of one name."""
    services = (
        ServiceFact(20, "Corte", Decimal("45.00"), 30, "Cabelo"),
        ServiceFact(21, "Corte", Decimal("10.00"), 15, "Cabelo"),
    )
    people = tuple(replace(person, service_ids=(20, 21)) for person in PROFESSIONALS)
    world.base = facts(services=services, professionals=people)
    return world


@pytest.mark.parametrize(
    ("answer", "price"),
    [("o de 45", 45), ("o primeiro", 45), ("o mais barato", 10), ("o de 10 reais", 10), ("o de 15 minutos", 10)],
)
def test_services_of_one_name_are_told_apart(twins, answer, price):
    assert "Certo, amanhã 19/11 à tarde. Qual deles: corte (R$ 45,00) ou corte (R$ 10,00)?" in twins.say(
        "corte amanhã de tarde"
    )

    assert f"Corte (R$ {price},00" in twins.say(answer)


def test_the_same_question_is_not_put_a_third_time(twins):
    twins.say("oi")
    asked = [twins.say("corte amanhã"), twins.say("o corte")]
    assert asked[0] == asked[1]

    assert "Já chamei a equipe" in twins.say("corte mesmo")
    assert twins.is_handed_off


def test_who_greets_or_asks_a_price_again_and_again_is_answered_each_time(world):
    for message in ("oi", "quanto custa o corte?"):
        for _ in range(5):
            world.say(message)

    assert not world.is_handed_off


def test_the_soonest_of_a_day_ends_the_question_for_its_part(world):
    assert "Prefere manhã, tarde ou noite?" in world.say("corte e barba amanhã")
    assert "1) 9:00" in world.say("qual o mais cedo?")

    assert "às 9:00" in world.say("esse mesmo")
    assert "Marcado ✅" in world.say("sim")


def test_a_yes_to_the_parts_of_the_day_shows_times(world):
    world.say("corte e barba amanhã")

    assert "1) 9:00" in world.say("sim")


def test_too_little_is_no_choice(world):
    world.free = {"2026-11-19": "9:00 Carlos, 15:00 Carlos"}
    world.say("corte amanhã 9h")

    assert "1) 15:00" in world.say("como assim só as 9??")
    assert not world.appointments


def test_an_insult_beside_a_time_brings_a_person(world):
    world.say("corte amanhã 9h")
    world.say("como assim só as 9?? vcs são uma porcaria")

    assert world.is_handed_off


# One at a time


@pytest.mark.parametrize(
    "message", ["queria marcar corte pra mim e pro meu filho amanhã", "queria marcar pra mim e pro meu filho"]
)
def test_two_people_hear_that_it_is_one_at_a_time(world, message):
    assert "Marco um horário por vez" in world.say(message)


def test_every_week_is_one_at_a_time_too(world):
    reply = world.say("quero corte todo sábado às 10h")

    assert "Marco um horário por vez" in reply and "Sábado, 21/11, às 10:00" in reply


# What is said about an appointment without changing it


@pytest.mark.parametrize(
    "message",
    [
        "tá bom, amanhã às 9h então",
        "é amanhã às 9h né?",
        "obrigado, até amanhã às 9h",
        "blz, amanhã tô aí",
        "só o corte mesmo",
        "com o Léo mesmo né?",
    ],
)
def test_saying_again_what_is_booked_changes_nothing(world, message):
    _book(world)
    calls = len(world.calls)

    assert "Troco" not in world.say(message)
    assert len(world.calls) == calls


def test_another_professional_is_somebody_else(world):
    _book(world)

    assert "Troco então para amanhã, 19/11, às 9:00 com Carlos." in world.say("quero trocar de barbeiro")


@pytest.mark.parametrize("message", ["troca o corte por barba", "não quero mais o corte, quero barba"])
def test_one_service_for_another_is_no_addition(world, message):
    _book(world)

    assert "Troco então para barba, amanhã" in world.say(message)


@pytest.mark.parametrize(
    "message",
    ["com outro", "pode ser com outra pessoa?", "tem com outro barbeiro?", "prefiro com outro profissional"],
)
def test_with_another_is_with_nobody_who_was_offered(world, message):
    world.free = {"2026-11-19": "9:00 Carlos, 9:00 Léo"}
    world.say("corte amanhã 9h com o Carlos")

    assert "o Léo está livre" in world.say(message)


def test_not_with_the_one_but_with_the_other_after_booking(world):
    world.free = {"2026-11-19": "9:00 Carlos, 9:00 Léo"}
    world.say("corte amanhã 9h com o Carlos")
    world.say("sim")

    assert "Troco então para amanhã, 19/11, às 9:00 com Léo" in world.say("não é com o Carlos, eu queria o Léo")
