"""Webhooks that wait together are taken in together: none is lost, none is turned around, none stops another."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, ProgrammingError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts import addresses
from apps.chat import inbound
from apps.chat.models import Message
from apps.lib.tenancy import tenant_context
from apps.work import inbox, runner
from apps.work.inbox import RECEIVE
from apps.work.models import DueWork, InboundEvent, InboundProblem
from simulators import whatsapp
from tests.chat.conftest import DAVID, RIVAL_SECRET, SALON, SHOP
from tests.conftest import post_webhook


def receive_all() -> None:
    runner.run(*DueWork.objects.filter(kind=RECEIVE).order_by("id").values_list("pk", flat=True))


def contents() -> list[str]:
    return list(Message.objects.filter(sender="customer").order_by("id").values_list("content", flat=True))


def test_several_customers_and_businesses_at_once(
    customer: Any, graph: Any, rival: Any, rival_channel: Any, url_of: Any
) -> None:
    customer.sends(whatsapp.text("um"))
    post_webhook(
        customer.client,
        whatsapp.inbound(SALON, DAVID, whatsapp.text("no salão")),
        path=url_of(rival_channel),
        secret=RIVAL_SECRET,
    )
    customer.phone = "5511955554444"
    customer.sends(whatsapp.text("dois"))
    customer.sends(whatsapp.text("três"))
    receive_all()

    assert sorted(contents()) == ["dois", "três", "um"]
    assert contents().index("dois") < contents().index("três")
    with tenant_context(rival):
        assert contents() == ["no salão"]
    assert set(InboundEvent.objects.values_list("state", flat=True)) == {"done"}


def test_a_body_that_nobody_can_read_stops_no_neighbour(customer: Any) -> None:
    customer.sends(whatsapp.text("um"))
    post_webhook(customer.client, None, raw=b"[1, 2")
    customer.sends(whatsapp.text("dois"))
    receive_all()

    assert contents() == ["um", "dois"]
    assert sorted(InboundEvent.objects.values_list("state", flat=True)) == ["done", "done", "failed"]


def test_a_message_that_cannot_be_taken_in_stops_no_neighbour(customer: Any, monkeypatch: Any) -> None:
    take = inbound.take_message

    def stumble(channel: Any, message: Any, due: Any) -> Any:
        if message.content == "dois":
            raise ProgrammingError("no luck")
        return take(channel, message, due)

    monkeypatch.setattr(inbound, "take_message", stumble)
    for text in ("um", "dois", "três"):
        customer.sends(whatsapp.text(text))
    receive_all()

    assert contents() == ["um", "três"]
    problem = InboundProblem.objects.get()
    events = {event.pk: event for event in InboundEvent.objects.all()}
    assert "no luck" in problem.reason and bytes(events[problem.event_id].body)
    assert [bytes(event.body) for event in events.values() if event.pk != problem.event_id] == [b"", b""]


def once(deed: Any, error: Exception, *, after: bool = False) -> Any:
    """`deed`, whose first call fails, before or `after` it was done."""
    errors = [error]

    def stumble(*args: Any) -> Any:
        done = deed(*args) if after or not errors else None
        if errors:
            raise errors.pop()
        return done

    return stumble


def test_a_group_whose_end_was_lost_is_taken_in_once(customer: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(inbox, "settle", once(inbox.settle, OperationalError("gone away")))
    for text in ("um", "dois"):
        customer.sends(whatsapp.text(text))
    receive_all()

    assert contents() == ["um", "dois"]
    assert [(event.state, bytes(event.body)) for event in InboundEvent.objects.all()] == [("done", b"")] * 2
    assert not DueWork.objects.filter(kind=RECEIVE).exists()


def test_what_a_failed_try_put_aside_is_judged_again(customer: Any, rival: Any, monkeypatch: Any) -> None:
    """Nobody owned the number; when each is taken in on its own, somebody does."""
    monkeypatch.setattr(inbound, "take_message", once(inbound.take_message, OperationalError("deadlock"), after=True))
    owner_of, seen = addresses.owner_of, []
    monkeypatch.setattr(addresses, "owner_of", lambda *which: owner_of(*which) if seen else seen.append(which))
    customer.sends(whatsapp.text("um"))
    customer.sends(whatsapp.text("dois"))
    receive_all()

    assert contents() == ["um", "dois"]
    assert set(InboundEvent.objects.values_list("state", flat=True)) == {"done"}


@pytest.fixture
def answered(customer: Any, work: Any, graph: Any) -> Message:
    """A message of ours that was sent, and is known by its provider id."""
    customer.says("oi")
    return Message.objects.get(sender="ai")


def test_all_news_of_our_messages_counts_and_is_read_in_one_go(answered: Message, customer: Any, graph: Any) -> None:
    for state in ("sent", "delivered", "read"):
        item = whatsapp.status(answered.provider_id, state, to=customer.phone)
        post_webhook(Client(), whatsapp.statuses(SHOP, item))
    with CaptureQueriesContext(connection) as queries:
        receive_all()

    answered.refresh_from_db()
    assert answered.status == "read"
    assert sum('FROM "chat_message"' in query["sql"] for query in queries) == 1
