"""Which professional is meant."""

from __future__ import annotations

import pytest

from apps.agents.providers.base import ProfessionalFact
from tests.agents.offline_world import BARBA, CORTE, World, facts, open_weeks, search


@pytest.fixture
def world() -> World:
    return open_weeks()


NAMESAKES = (
    ProfessionalFact(1, "Dra. Helena Prado", (CORTE,)),
    ProfessionalFact(2, "Dr. Marcos Lima", (CORTE,)),
    ProfessionalFact(3, "Ana Paula", (CORTE, BARBA)),
    ProfessionalFact(4, "Ana Clara", (CORTE,)),
)


@pytest.mark.parametrize(
    ("message", "professional"),
    [
        ("corte com a doutora helena", 1),
        ("corte com a dra. Helena", 1),
        ("corte com doutor marcos", 2),
        ("corte com a Ana Clara", 4),
        ("corte com a ana paula", 3),
        ("barba com a Ana", 3),
    ],
)
def test_titles_and_second_names_tell_people(world, message, professional):
    world.base = facts(professionals=NAMESAKES)
    world.free = {}
    world.say(f"{message} amanhã")

    assert search(world)["professional_id"] == professional


def test_of_two_with_one_name_which_is_asked(world):
    world.base = facts(professionals=NAMESAKES)
    world.free = {}
    assert world.say("corte com a Ana amanhã") == "Temos Ana Paula e Ana Clara. Com quem você prefere?"

    world.say("Ana Clara")
    assert search(world)["professional_id"] == 4
