"""First steps: naming the assistant and talking with it."""

from __future__ import annotations

from typing import Any

import pytest

from apps.accounts import start
from apps.accounts.models import Tenant
from apps.agents.models import Agent


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
