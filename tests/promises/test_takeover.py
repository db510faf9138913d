"""A person takes over while the AI thinks: nothing of the AI's is heard afterwards, and nothing it did is hidden."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest

from simulators import openai

from .business import result_of
from .stack import WORKER_THREADS

pytestmark = pytest.mark.promise

TIMES, AT_ONCE = 20, 10
assert AT_ONCE < WORKER_THREADS


def test_no_ai_message_after_a_takeover_twenty_times(stack: Any, business: Any) -> None:
    shop = business("chatgpt")
    crowd = [shop.customer() for _ in range(TIMES)]

    for some in (crowd[:AT_ONCE], crowd[AT_ONCE:]):
        thinking = [stack.ai.slow() for _ in some]
        [customer.says("oi") for customer in some]
        [slow.wait_until_asked(30) for slow in thinking]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda one: shop.api("POST", f"/conversations/{one.conversation['id']}/takeover"), some))
        [slow.answer("Olá, sou eu de novo!") for slow in thinking]

    stack.wait_idle()
    assert [customer.heard for customer in crowd] == [[]] * TIMES
    assert shop.statuses() == {}
    assert shop.rows("SELECT DISTINCT state FROM {schema}.agents_turn") == [("superseded",)]


def test_a_booking_made_before_the_takeover_shows_as_a_line(stack: Any, business: Any) -> None:
    shop = business("chatgpt")
    service, davi = shop.open_shop(), shop.customer()
    stack.ai.answer_with(lambda request: _book(request, service))
    davi.says("quero cortar amanhã ou depois")
    assert "Confirma" in davi.hears(1)[0]
    stack.wait_idle()

    stack.ai.script(openai.tool("book", slot_id=result_of(stack.ai.requests[-1], "list_slots")["slots"][0]["slot_id"]))
    thinking = stack.ai.slow()
    davi.says("sim")
    thinking.wait_until_asked(30)
    shop.api("POST", f"/conversations/{davi.conversation['id']}/takeover")
    thinking.answer("Marcado!")
    stack.wait_idle()

    assert len(davi.heard) == 1
    assert len(shop.api("GET", "/barbearia/appointments")["results"]) == 1
    last = davi.thread[-1]
    assert last["sender"] == "system" and last["content"].startswith("Agendado · Corte")


def _book(request: dict[str, Any], service: int) -> Any:
    """A model that looks for a time, proposes the first one, and asks."""
    if not (found := result_of(request, "list_slots")):
        first, last = date.today() + timedelta(days=1), date.today() + timedelta(days=7)
        return openai.tool("list_slots", service_ids=[service], date_from=f"{first}", date_to=f"{last}")
    if not result_of(request, "book"):
        return openai.tool("book", slot_id=found["slots"][0]["slot_id"])
    return "Confirma?"
