"""The screens of the agents: who there is, changing them, switching them, letting them go."""

from __future__ import annotations

from typing import Any

import pytest

from apps.agents import playground
from apps.agents.models import Agent, Deployment
from apps.audit.models import Entry
from apps.chat.models import Channel
from simulators.openai import OpenAISimulator
from tests.agents.test_rehearsal import state_of

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def bia(tenant: Any) -> Agent:
    return Agent.objects.get()


@pytest.fixture
def browser(browser_for: Any, ana: Any, world: Any) -> Any:
    return browser_for(ana, world.tenant)


def typed(**changes: Any) -> dict[str, Any]:
    """The form as somebody fills it in."""
    form = {
        "draft": "1",
        "name": "Léo",
        "description": "Cuida do site",
        "objective": "Agendar",
        "personality": "casual",
        "system_prompt": "Seja breve.",
        "ai_provider": "offline",
        "model": "",
        "temperature": "0.5",
        "max_tokens": "500",
        "debounce_seconds": "2",
        "debounce_cap_seconds": "8",
    }
    return form | changes


def test_an_attendant_has_no_business_here(browser_for: Any, bruno: Any, world: Any, bia: Agent) -> None:
    browser = browser_for(bruno, world.tenant)

    for path in ("agentes", "agentes/novo", f"agentes/{bia.pk}", f"agentes/{bia.pk}/testar", "agentes/testar"):
        assert browser.get(f"/{path}").status_code == 403, path
    for path in (f"agentes/{bia.pk}", f"agentes/{bia.pk}/ligar", f"agentes/{bia.pk}/excluir", "agentes/testar"):
        assert browser.post(f"/{path}", typed(said="oi")).status_code == 403, path
    assert "/agentes" not in browser.get("/conversas").content.decode()


# List -----------------------------------------------------------------------------------------------


def test_the_list_says_who_serves_what_and_did_what(customer: Any, browser: Any) -> None:
    customer.says("oi")
    customer.says("quero falar com uma pessoa")

    page = browser.get("/agentes").content.decode()

    assert "Bia" in page and "WhatsApp" in page and "Offline" in page
    assert "1 conversa respondida" in page and "1 passada a uma pessoa" in page


def test_without_agents_the_list_offers_to_make_one(browser: Any, bia: Agent) -> None:
    bia.delete()

    page = browser.get("/agentes").content.decode()

    assert "Nenhum agente ainda" in page and "/agentes/novo" in page


def test_an_agent_whose_provider_has_no_key_says_who_answers(browser: Any, bia: Agent, settings: Any) -> None:
    settings.OPENAI_API_KEY = ""
    Agent.objects.update(ai_provider="chatgpt")

    for path in ("/agentes", f"/agentes/{bia.pk}"):
        assert "ChatGPT está sem chave: quem responde é o Offline" in browser.get(path).content.decode()

    settings.OPENAI_API_KEY = "sk-test"
    assert "sem chave" not in browser.get(f"/agentes/{bia.pk}").content.decode()


# Creating and changing ------------------------------------------------------------------------------


def test_an_agent_is_made_with_the_channels_it_serves(browser: Any, bia: Agent, channel: Channel) -> None:
    answer = browser.post("/agentes/novo", typed(channels=[channel.pk]))

    leo = Agent.objects.get(name="Léo")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/agentes/{leo.pk}")
    assert (leo.personality, float(leo.temperature), leo.max_tokens) == ("casual", 0.5, 500)
    assert Deployment.objects.get(channel=channel).agent == leo
    assert Entry.objects.filter(action="agent.created").exists()


def test_a_changed_agent_is_live_and_the_untouched_channel_stays(browser: Any, bia: Agent, channel: Channel) -> None:
    answer = browser.post(f"/agentes/{bia.pk}", typed(name="Bia Nova", channels=[channel.pk]))

    bia.refresh_from_db()
    assert (answer.status_code, bia.name) == (302, "Bia Nova")
    assert Deployment.objects.get(channel=channel).agent == bia


def test_taking_the_channel_away_leaves_it_without_an_agent(browser: Any, bia: Agent, channel: Channel) -> None:
    browser.post(f"/agentes/{bia.pk}", typed())

    assert not Deployment.objects.filter(channel=channel).exists()


def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(browser: Any, bia: Agent) -> None:
    wrong = typed(name="", temperature="9", debounce_seconds="20", debounce_cap_seconds="5", objective="Vender mais")

    answer = browser.post(f"/agentes/{bia.pk}", wrong)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Não pode ser menor que “Espera antes de responder”." in page and "Use de 0 a 2." in page
    for field in ("name", "temperature", "debounce_cap_seconds"):
        assert f'id="id_{field}-error"' in page
    assert 'value="9"' in page and 'value="Vender mais"' in page
    assert Agent.objects.get().name == "Bia"


def test_htmx_gets_the_form_back_and_leaves_the_talk_alone(browser: Any, bia: Agent) -> None:
    answer = browser.post(f"/agentes/{bia.pk}", typed(), headers={"HX-Request": "true"})

    page = answer.content.decode()
    assert "Salvo" in page and 'id="edit"' in page and 'id="playground"' not in page


@pytest.mark.parametrize("text", ["\x00", "a" * 61])
def test_impossible_names_are_refused(browser: Any, bia: Agent, text: str) -> None:
    assert browser.post(f"/agentes/{bia.pk}", typed(name=text)).status_code == 422


# Switching and letting go ---------------------------------------------------------------------------


def test_the_switch_says_what_it_wants(browser: Any, bia: Agent) -> None:
    for on, is_active in (("0", False), ("0", False), ("1", True)):
        answer = browser.post(f"/agentes/{bia.pk}/ligar", {"on": on, "list": "1"})
        bia.refresh_from_db()
        assert (answer.headers["Location"], bia.is_active) == ("/agentes", is_active)


def test_one_switched_off_is_not_on_its_day_off(browser: Any, bia: Agent) -> None:
    browser.post(f"/agentes/{bia.pk}/ligar", {"on": "0"})
    page = browser.get("/agentes").content.decode()

    assert "Desligado" in page and "Folga" not in page


def test_an_agent_that_serves_a_channel_is_not_deleted(browser: Any, bia: Agent, channel: Channel) -> None:
    answer = browser.post(f"/agentes/{bia.pk}/excluir", headers={"HX-Request": "true"})

    assert answer.status_code == 409
    assert "Bia atende WhatsApp" in answer.content.decode()
    assert Agent.objects.filter(pk=bia.pk).exists()


def test_an_agent_that_serves_nobody_is_deleted(browser: Any, bia: Agent) -> None:
    assert browser.post(f"/agentes/{bia.pk}/excluir").headers["Location"] == "/agentes"
    assert not Agent.objects.exists()


# Trying the draft -----------------------------------------------------------------------------------


def test_the_draft_answers_and_is_not_saved(browser: Any, bia: Agent) -> None:
    answer = browser.post(f"/agentes/{bia.pk}/testar", typed(name="Rascunho", said="oi", state=""))

    assert "Rascunho" in playground.unpack(state_of(answer)).lines[-1]["content"]
    assert Agent.objects.get().name == "Bia"


def test_an_agent_can_be_tried_before_it_exists(browser: Any, bia: Agent) -> None:
    answer = browser.post("/agentes/testar", typed(name="Novinho", said="oi", state=""))

    assert "Novinho" in playground.unpack(state_of(answer)).lines[-1]["content"]
    assert Agent.objects.count() == 1


def test_a_wrong_draft_is_not_tried(browser: Any, bia: Agent) -> None:
    answer = browser.post(f"/agentes/{bia.pk}/testar", typed(temperature="9", said="oi", state=""))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Temperatura" in page and 'value="oi"' in page


def test_a_providers_failure_is_shown_as_it_is(browser: Any, bia: Agent, settings: Any) -> None:
    from simulators import openai

    with OpenAISimulator() as ai:
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = ai.base_url, "sk-test"
        ai.script(openai.error(401), times=None)
        page = browser.post(f"/agentes/{bia.pk}/testar", typed(ai_provider="chatgpt", said="oi", state=""))

    shown = page.content.decode()
    assert "<strong>ChatGPT</strong> recusou a chave" in shown and "401" in shown and "openai" not in shown


# API ------------------------------------------------------------------------------------------------


class TestTalk:
    """`POST /agents/{id}/test`."""

    @pytest.fixture
    def say(self, as_ana: Any, bia: Agent) -> Any:
        lines: list[dict[str, str]] = []

        def say(text: str) -> dict[str, Any]:
            lines.append({"role": "user", "content": text})
            answer = as_ana.post(f"/api/v1/agents/{bia.pk}/test", {"messages": lines})
            assert answer.status_code == 200, answer.json()
            lines.append({"role": "assistant", "content": answer.json()["reply"]})
            return answer.json()

        return say

    def test_a_booking_through_the_api_is_simulated(self, say: Any) -> None:
        from apps.barbearia.models import Appointment

        asked = say("quero cortar o cabelo amanhã às 10h")
        say("o primeiro")
        booked = say("pode sim")

        [call] = asked["trace"][0]["tool_calls"]
        assert call["name"] == "list_slots" and call["result"]["ok"] and call["ms"] >= 0
        assert [c["name"] for step in booked["trace"] for c in step["tool_calls"] if c["simulated"]] == ["book"]
        assert {"provider", "ms", "input_tokens", "output_tokens", "cost"} <= booked["trace"][0].keys()
        assert not Appointment.objects.exists()

    @pytest.mark.parametrize(
        "messages",
        [
            [],
            [{"role": "assistant", "content": "oi"}],
            [{"role": "robot", "content": "oi"}],
            [{"role": "user", "content": ""}],
            "oi",
            [{"role": "user", "content": "oi"}] * 81,
        ],
    )
    def test_impossible_talks_are_refused(self, as_ana: Any, bia: Agent, messages: Any) -> None:
        answer = as_ana.post(f"/api/v1/agents/{bia.pk}/test", {"messages": messages})

        assert answer.status_code == 400 and "messages" in str(answer.json()["fields"])

    @pytest.mark.committed
    def test_a_key_holds_no_transaction_open_while_the_provider_thinks(
        self, as_ana: Any, bia: Agent, monkeypatch: Any
    ) -> None:
        from django.db import connection

        from apps.agents.providers.offline import OfflineProvider

        seen, complete = [], OfflineProvider.complete

        def watched(provider: Any, request: Any) -> Any:
            seen.append(connection.in_atomic_block)
            return complete(provider, request)

        monkeypatch.setattr(OfflineProvider, "complete", watched)

        answer = as_ana.post(
            f"/api/v1/agents/{bia.pk}/test", {"messages": [{"role": "user", "content": "oi"}]}, Idempotency_Key="k"
        )

        assert answer.status_code == 200 and set(seen) == {False}


def test_statistics_tell_what_an_agent_did(as_ana: Any, bia: Agent, customer: Any) -> None:
    for text in ("quero cortar o cabelo amanhã às 10h", "o primeiro", "pode sim", "quero falar com uma pessoa"):
        customer.says(text)

    stats = as_ana.get(f"/api/v1/agents/{bia.pk}/stats").json()

    assert (stats["answered"], stats["handed_over"], stats["bookings"]) == (1, 1, 1)
    assert stats["turns"] == stats["by_state"]["sent"] == 4
    assert stats["median_seconds"] is not None and stats["deeds"] == {"book": 1}


def test_a_serving_agent_is_not_deleted_through_the_api(as_ana: Any, bia: Agent, channel: Channel) -> None:
    answer = as_ana.delete(f"/api/v1/agents/{bia.pk}")

    assert (answer.status_code, answer.json()["code"], answer.json()["channels"]) == (409, "agent_serves", [channel.pk])
