"""A change of mind with the offline provider: what was refused, given up, moved or said again."""

from __future__ import annotations

import pytest

from tests.agents.offline_world import World, local

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
