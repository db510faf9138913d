"""Simulated customers talk with the production engine, and the database holds in the end what they came for.

The promise is nine in ten (`make bench ARGS=understanding`); these seeds all do, and must go on doing so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.agents.customers import people, scripted, stage

pytestmark = [pytest.mark.usefixtures("shop"), pytest.mark.timeout(600)]


@pytest.fixture
def clock(world: Any) -> Iterator[None]:
    with time_machine.travel(stage.NOW, tick=True):
        yield


@pytest.mark.parametrize("kind", people.KINDS + scripted.KINDS, ids=lambda kind: kind.__name__)
def test_they_reach_what_they_came_for(customer: Any, clock: None, kind: people.Kind) -> None:
    outcomes = [stage.perform(casting, customer) for casting in people.of_kind(kind)]

    assert [f"{item.problem}\n  {item.talk}" for item in outcomes if not item.is_right] == []


def test_there_are_enough_of_them() -> None:
    assert len(people.everybody()) >= 50
