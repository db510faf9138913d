"""The stage of the offline agent's dialogues; it stands in for the cast of the other tests: no database here."""

from __future__ import annotations

import pytest

from tests.agents.offline_world import World, appointment, local


@pytest.fixture
def world() -> World:
    """Wednesday 18 November 2026, ten in the morning."""
    return World(local("2026-11-18 10:00"))


@pytest.fixture
def booked(world) -> World:
    """The same customer, known already, with a barba tomorrow at 15:30."""
    world.appointments = [appointment(7, "2026-11-19 15:30")]
    world.has_replied = True
    return world
