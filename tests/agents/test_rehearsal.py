"""The playground: the same engine as before customers, and nothing of it lasts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from apps.agents import playground, rehearsal
from apps.agents.models import Agent
from apps.agents.rehearsal import Script
from apps.barbearia.models import Appointment
from apps.chat import live
from apps.chat.models import Conversation, Message
from apps.work import sql

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def bia(tenant: Any) -> Agent:
    return Agent.objects.get()


class Talk:
    """A test conversation; the script travels as it does between two requests."""

    def __init__(self, agent: Agent) -> None:
        self.agent, self.packed = agent, playground.pack(Script())

    def says(self, text: str) -> str:
        script = playground.unpack(self.packed)
        playground.ask(self.agent, script, text)
        self.packed, self.script = playground.pack(script), script
        return script.lines[-1]["content"]

    @property
    def calls(self) -> list[tuple[str, bool]]:
        """(tool, whether it would really have done something) of the last answer."""
        trace = self.script.lines[-1]["trace"]
        return [(call["name"], call["simulated"]) for step in trace for call in step["tool_calls"]]


@pytest.fixture
def talk(bia: Agent) -> Talk:
    return Talk(bia)


def everything() -> dict[str, int]:
    """How many rows each table of the business and of the platform has."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models() if model._meta.managed}


def book(talk: Talk) -> str:
    talk.says("quero cortar o cabelo amanhã às 10h")
    talk.says("o primeiro")
    return talk.says("pode sim")


def test_a_booking_is_simulated_in_two_phases_and_nothing_is_left(talk: Talk) -> None:
    before = everything()

    heard = book(talk)

    assert "Marcado" in heard
    assert ("book", True) in talk.calls
    assert everything() == before


def test_what_was_booked_in_the_test_can_be_cancelled_in_it(talk: Talk) -> None:
    book(talk)

    asked = talk.says("quero cancelar meu horário")
    heard = talk.says("sim, pode cancelar")

    assert "?" in asked
    assert ("cancel", True) in talk.calls, heard
    assert Appointment.objects.count() == 0


def test_a_time_really_taken_meanwhile_is_no_longer_the_testers(talk: Talk, as_ana: Any) -> None:
    book(talk)
    [deed] = talk.script.deeds
    offer = next(o for o in talk.script.offers if o["token"] == deed["arguments"]["slot_id"])["payload"]
    wish = {
        "client": {"name": "Rita", "phone": "11987654321"},
        "services": offer["service_ids"],
        "professional": offer["professional_id"],
        "start": offer["start"],
    }
    assert as_ana.post("/api/v1/barbearia/appointments", wish).status_code == 201

    talk.says("quais são meus horários?")

    assert talk.script.deeds == []
    assert Appointment.objects.count() == 1


@pytest.mark.committed
def test_no_transaction_is_open_while_a_provider_thinks(talk: Talk, monkeypatch: Any) -> None:
    from apps.agents.providers.offline import OfflineProvider

    open_transactions, complete = [], OfflineProvider.complete

    def watched(self: Any, request: Any) -> Any:
        open_transactions.append(connection.in_atomic_block)
        return complete(self, request)

    monkeypatch.setattr(OfflineProvider, "complete", watched)
    before = everything()

    book(talk)

    assert open_transactions and not any(open_transactions)
    assert everything() == before


@pytest.mark.committed
def test_no_open_screen_hears_of_it(talk: Talk) -> None:
    listener = connection.copy()
    with listener.cursor() as cursor:
        cursor.execute(f"LISTEN {live.CHANNEL}")

    book(talk)
    sql.execute("SELECT pg_notify(%s, %s)", [live.CHANNEL, "the end"])

    with listener.cursor():
        heard = [notice.payload for notice in listener.connection.notifies(timeout=10, stop_after=1)]
    listener.close()
    assert heard == ["the end"]


def test_a_state_from_elsewhere_counts_for_nothing(talk: Talk) -> None:
    book(talk)

    assert playground.unpack(talk.packed + "x").lines == []
    assert playground.unpack("").lines == []


def test_another_businesss_state_counts_for_nothing(talk: Talk, world: Any) -> None:
    from apps.lib.tenancy import tenant_context

    book(talk)

    with tenant_context(world.rival):
        assert playground.unpack(talk.packed).lines == []


# The screen -----------------------------------------------------------------------------------------


@pytest.fixture
def browser(browser_for: Any, ana: Any, world: Any) -> Any:
    return browser_for(ana, world.tenant)


def state_of(page: Any) -> str:
    return re.search(r'name="state" value="([^"]+)"', page.content.decode())[1]  # type: ignore[index]


def test_the_playground_answers_and_shows_how(browser: Any, bia: Agent) -> None:
    page = browser.get("/agentes/testar")
    for said in ("quero cortar o cabelo amanhã às 10h", "o primeiro", "pode sim"):
        page = browser.post(f"/agentes/{bia.pk}/testar", {"said": said, "state": state_of(page)})
        assert page.status_code == 200

    shown = page.content.decode()
    assert "Marcado" in shown and "simulado" in shown and "tokens" in shown
    assert (Appointment.objects.count(), Conversation.objects.count(), Message.objects.count()) == (0, 0, 0)


def test_htmx_gets_the_fragment_alone(browser: Any) -> None:
    page = browser.get("/agentes/testar", headers={"HX-Request": "true"}).content.decode()

    assert page.lstrip().startswith("<section") and "<html" not in page


def test_nothing_said_is_said_beside_the_box(browser: Any, bia: Agent) -> None:
    page = browser.post(f"/agentes/{bia.pk}/testar", {"said": "  ", "state": ""})

    assert page.status_code == 422
    assert "playground-error" in page.content.decode()


def test_a_talk_too_long_keeps_what_was_typed(browser: Any, bia: Agent, monkeypatch: Any) -> None:
    monkeypatch.setattr(playground, "MAX_ANSWERS", 0)

    page = browser.post(f"/agentes/{bia.pk}/testar", {"said": "oi, tudo bem?", "state": ""})

    assert page.status_code == 422
    assert 'value="oi, tudo bem?"' in page.content.decode()


def test_starting_again_forgets_the_talk(browser: Any, bia: Agent) -> None:
    page = browser.post(f"/agentes/{bia.pk}/testar", {"said": "oi", "state": ""})

    page = browser.post(f"/agentes/{bia.pk}/testar", {"restart": "1", "state": state_of(page)})

    assert playground.unpack(state_of(page)).lines == []


def test_a_business_without_agents_is_told_so(browser: Any, bia: Agent) -> None:
    bia.delete()

    assert browser.get("/agentes/testar").status_code == 404


def test_rehearsing_ids_are_never_those_of_real_rows() -> None:
    assert {Script().base < -(2**39) for _ in range(20)} == {True}
    assert rehearsal.Script().base != rehearsal.Script().base
