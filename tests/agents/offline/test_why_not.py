"""Why a wish can't be met, and what is offered then."""

from __future__ import annotations

from datetime import date

import pytest

from tests.agents.offline_world import World, facts, open_weeks


@pytest.fixture
def world() -> World:
    return open_weeks()


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("corte amanhã 19:45", "Amanhã, 19/11, às 19:45 não dá tempo: corte leva 30 min, e fechamos às 20:00."),
        ("corte 3/02", "Na quarta, 3/02, ainda não dá para marcar: a agenda está aberta até 17/01."),
        ("corte 10/01/2028", "Na segunda, 10/01 (2028), ainda não dá para marcar: a agenda está aberta até 17/01."),
        ("corte 12/05 às 10h", "Na quarta, 12/05, ainda não dá para marcar: a agenda está aberta até 17/01."),
        ("corte 31/11", "O dia 31/11 não existe. Para que dia você quer?"),
        ("corte dia 32 às 10h", "O dia 32 não existe. Para que dia você quer?"),
        ("corte 30 de fevereiro", "O dia 30 de fevereiro não existe. Para que dia você quer?"),
        ("haircut on Nov 31", "There is no 31 de novembro. What day would you like?"),
    ],
)
def test_it_says_what_stands_in_the_way(world, message, reason):
    world.base = facts(bookable_until=date(2027, 1, 17))

    assert world.say(message).startswith(reason)


def test_days_before_the_wished_one_come_last(world):
    world.free = {"2026-11-18": "16:00 Léo, 17:00 Léo", "2026-11-20": "10:00 Carlos"}

    assert "1) sexta 20/11 10:00" in world.say("corte amanhã às 10h")


def test_the_only_one_offered_is_taken_with_a_yes(world):
    world.say("corte 5 de dezembro no primeiro horário")

    assert "sábado 5/12 às 9:00 com Carlos" in world.say("sim")
