"""First steps: naming the assistant and talking with it."""

from __future__ import annotations

from typing import Any

import pytest

from apps.accounts import start
from apps.accounts.models import Tenant
from apps.agents.models import Agent
from tests.agents.test_rehearsal import state_of


@pytest.fixture
def owner(tenant: Tenant, ana: Any, browser_for: Any) -> Any:
    start.begin(tenant)
    return browser_for(ana, tenant)


def test_the_assistant_gets_its_name(owner: Any) -> None:
    answer = owner.post("/comecar/assistente", {"name": "Clara", "personality": "formal"})

    assert answer.headers["Location"] == "/comecar/canal"
    agent = Agent.objects.get()
    assert (agent.name, agent.personality, agent.ai_provider) == ("Clara", "formal", "offline")


def test_a_nameless_assistant_is_refused(owner: Any) -> None:
    page = owner.post("/comecar/assistente", {"name": " ", "personality": "formal"})

    assert page.status_code == 422 and "obrigatório" in page.content.decode()


def test_the_greeting_shows_the_name_being_typed(owner: Any) -> None:
    page = owner.post("/comecar/assistente/previa", {"name": "Clara <b>"}).content.decode()

    assert "Clara &lt;b&gt;" in page and "assistente virtual" in page and Agent.objects.get().name == "Bia"


def test_the_last_step_is_a_conversation(owner: Any) -> None:
    page = owner.get("/comecar/teste").content.decode()

    assert 'id="playground"' in page and "Concluir" in page


# Without scripts, or before they are there ---------------------------------------------------------


def test_what_is_asked_the_plain_way_is_answered_on_the_step(owner: Any, shop: Any, tenant: Tenant) -> None:
    page = owner.get("/comecar/teste")
    assert page.content.decode().count('action="/comecar/teste"') == 2

    answer = owner.post("/comecar/teste", {"said": "quanto custa o corte?", "state": state_of(page)})
    again = owner.post("/comecar/teste", {"said": "e a barba?", "state": state_of(answer)}).content.decode()
    assert answer.status_code == 200 and "R$\u00a045,00" in answer.content.decode()
    assert "quanto custa o corte?" in again and "e a barba?" in again and "Concluir" in again
    assert "teste" not in start.of(tenant).done + start.of(tenant).skipped


def test_it_begins_anew_on_the_step(owner: Any, shop: Any) -> None:
    talked = owner.post("/comecar/teste", {"said": "oi", "state": ""})
    fresh = owner.post("/comecar/teste", {"restart": "1", "state": state_of(talked)}).content.decode()

    assert 'id="said-1"' in talked.content.decode() and 'id="said-1"' not in fresh and "Concluir" in fresh


def test_an_empty_question_is_said_beside_the_box(owner: Any) -> None:
    page = owner.post("/comecar/teste", {"said": " ", "state": ""}).content.decode()

    assert "Escreva algo antes." in page and "Concluir" in page


@pytest.mark.parametrize("way", ["skip", "finish"])
def test_finishing_still_leaves(owner: Any, tenant: Tenant, way: str) -> None:
    answer = owner.post("/comecar/teste", {way: "1"})

    assert answer.headers["Location"] == "/" and "teste" in start.of(tenant).done + start.of(tenant).skipped
