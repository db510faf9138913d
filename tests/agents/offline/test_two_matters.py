"""Two matters in one breath are done one at a time, and neither is forgotten."""

from __future__ import annotations

import pytest

from tests.agents.offline_world import BARBA, CARLOS, CORTE, World, appointment, local

ONE_AT_A_TIME = "Vamos um de cada vez"
FULL_DAY = "9:00 Carlos, 10:00 Léo, 11:00 Carlos, 14:00 Rafael, 15:00 Carlos, 16:00 Léo"


@pytest.fixture
def world() -> World:
    """Wednesday 18 November 2026, ten in the morning."""
    free = {f"2026-11-{day}": FULL_DAY for day in (19, 20, 21)}
    return World(local("2026-11-18 10:00"), free=free, has_replied=True)


@pytest.fixture
def twice(world) -> World:
    """The same customer with a barba on Thursday and a corte on Friday."""
    world.appointments = [
        appointment(7, "2026-11-19 15:30"),
        appointment(8, "2026-11-20 10:00", (CORTE,), "Léo"),
    ]
    return world


def held(world: World) -> list[tuple[tuple[int, ...], str]]:
    return [(item.service_ids, f"{item.start:%d %H:%M}") for item in world.appointments]


# For two people


@pytest.mark.parametrize(
    "message",
    [
        "corte pra mim às 14h e barba pro meu pai às 15h amanhã",
        "amanhã corte às 14h pra mim e barba às 15h pro meu irmão",
        "quero marcar amanhã corte pra mim 14h e pro meu filho 15h",
        "amanhã, corte às 14h comigo e corte às 15h com meu filho",
        "corte pra mim e barba pro meu pai amanhã às 14h",
        "corte amanhã às 14h e barba às 15h",
        "corte amanhã às 14h e barba na sexta às 15h",
    ],
)
def test_two_bookings_never_become_one(world, message):
    reply = world.say(message)
    assert ONE_AT_A_TIME in reply and "14:00" in reply and "Corte, R$ 45,00" in reply

    assert "o outro pedido" in world.say("sim")
    assert held(world) == [((CORTE,), "19 14:00")]


def test_the_other_one_is_booked_next(world):
    world.say("corte pra mim às 14h e barba pro meu pai às 15h amanhã")
    world.say("sim")
    world.say("barba pro meu pai amanhã às 15h")
    reply = world.say("sim")

    assert held(world) == [((CORTE,), "19 14:00"), ((BARBA,), "19 15:00")]
    assert "o outro pedido" not in reply


@pytest.mark.parametrize(
    "message",
    [
        "corte e barba amanhã às 15h",
        "corte e barba pro meu pai amanhã às 15h",
        "quero marcar corte e agendar barba também, amanhã às 15h",
    ],
)
def test_two_services_at_one_time_are_one_booking(world, message):
    reply = world.say(message)

    assert "Corte + barba" in reply and ONE_AT_A_TIME not in reply


def test_what_two_of_them_cost_is_only_a_question(world):
    assert "Tudo junto, R$ 80,00" in world.say("quanto fica corte pra mim e barba pro meu pai?")


def test_a_time_on_a_day_of_its_own_is_of_that_day(world):
    reply = world.say("corte amanhã e barba na sexta às 10h")

    assert ONE_AT_A_TIME in reply and "amanhã 19/11. Tenho: 1) 9:00" in reply


def test_with_two_professionals_it_is_two_bookings(world):
    reply = world.say("corte com o Carlos e barba com o Léo amanhã às 10h")

    assert ONE_AT_A_TIME in reply
    assert ("list_slots", {**world.calls[0][1], "service_ids": [CORTE], "professional_id": CARLOS}) == world.calls[0]


def test_what_is_said_of_somebody_else_leaves_the_own_booking(world):
    world.say("eu e meu filho queremos corte amanhã às 10h")
    world.say("sim")
    reply = world.say("e o do meu filho corte às 11h")

    assert "Troco" not in reply and held(world) == [((CORTE,), "19 10:00")]


# Two orders


@pytest.mark.parametrize(
    "messages",
    [
        ("cancela a barba e remarca o corte",),
        ("cancela a barba e remarca o corte pra sábado 10h",),
        ("cancela a barba", "e remarca o corte pra sábado"),
        ("cancela a barba e marca um corte sábado 10h",),
        ("please cancel the beard trim and reschedule the haircut",),
    ],
)
def test_what_is_cancelled_first_leaves_the_rest_for_later(twice, messages):
    twice.say(*messages)

    assert "✅" in twice.say("sim")
    assert held(twice) == [((CORTE,), "20 10:00")]


def test_it_says_that_the_rest_comes_afterwards(twice):
    assert ONE_AT_A_TIME in twice.say("cancela a barba e remarca o corte pra sábado 10h")
    assert "o outro pedido" in twice.say("sim")

    twice.say("remarca o corte pra sábado às 10h")
    twice.say("sim")
    assert held(twice) == [((CORTE,), "21 10:00")]


def test_what_is_moved_first_leaves_the_rest_for_later(twice):
    assert ONE_AT_A_TIME in twice.say("remarca o corte pra sábado às 10h e cancela a barba")
    assert "o outro pedido" in twice.say("sim")

    twice.say("cancela a barba")
    twice.say("sim")
    assert held(twice) == [((CORTE,), "21 10:00")]


def test_to_cancel_and_book_the_same_is_to_move_it(twice):
    reply = twice.say("cancela a barba e marca sábado 15h")

    assert "Troco então" in reply and ONE_AT_A_TIME not in reply


@pytest.mark.parametrize(
    "message", ["cancela as duas", "cancela o corte e a barba", "quero desmarcar a barba e o corte"]
)
def test_both_are_cancelled_one_after_the_other(twice, message):
    assert "Cancelo então barba" in twice.say(message)
    assert "Cancelo então corte" in twice.say("sim")
    twice.say("sim")

    assert not twice.appointments


@pytest.mark.parametrize("message", ["quero cancelar o corte e deixar só a barba", "cancela o corte, mantém a barba"])
def test_what_is_kept_is_not_cancelled(twice, message):
    assert "Cancelo então corte" in twice.say(message)
    twice.say("sim")

    assert held(twice) == [((BARBA,), "19 15:30")]


def test_when_the_other_shall_be_moves_nothing_that_was_to_be_cancelled(twice):
    twice.say("cancela a barba e remarca o corte")

    assert "Cancelo então barba" in twice.say("sexta 15h")
