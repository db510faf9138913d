"""What is offered and proposed during a turn is known at once, however often it was asked about before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.agents.memory import Desk
from apps.agents.models import Turn


@pytest.fixture
def desk(asked: Any) -> Desk:
    """With one offer and a proposal, both read already."""
    desk = Desk(Turn.objects.create(conversation=asked, upto_id=asked.messages.get().pk))
    desk.context(effect_key="1:1:0").offer({"start": "10:00"}, timedelta(minutes=30))
    desk.propose("book", {"slot_id": "s_1"}, {})
    assert known(desk) == (["10:00"], "s_1")
    return desk


def known(desk: Desk) -> tuple[list[str], str]:
    proposal = desk.open_proposal()
    offered = [offer.payload["start"] for offer in desk.last_offers()[0]]
    return offered, proposal.arguments["slot_id"] if proposal else ""


def test_a_new_search_replaces_the_old(desk: Desk) -> None:
    desk.context(effect_key="1:2:0").offer({"start": "11:00"}, timedelta(minutes=30))
    assert known(desk) == (["11:00"], "s_1")


def test_a_new_proposal_replaces_the_old(desk: Desk) -> None:
    desk.propose("book", {"slot_id": "s_2"}, {})
    assert known(desk) == (["10:00"], "s_2")


def test_what_is_dropped_is_not_open_any_more(desk: Desk) -> None:
    desk.drop_proposal()
    assert known(desk) == (["10:00"], "")


def test_what_is_forgotten_is_not_offered_any_more(desk: Desk) -> None:
    desk.forget_offers()
    assert known(desk) == ([], "s_1")


def test_of_a_discarded_turn_nothing_is_left(desk: Desk) -> None:
    desk.forget_turn()
    assert known(desk) == ([], "")
