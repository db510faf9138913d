"""A provider that is down: it is left alone, customers are answered, and the business is told."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.utils import timezone

from apps.agents import breaker
from apps.agents.models import Agent, Turn
from apps.chat.models import Message
from simulators import openai
from tests.agents.conftest import WIRES

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def wire():
    return WIRES["chatgpt"]


@pytest.fixture
def browser(browser_for, ana, tenant):
    return browser_for(ana, tenant)


def lines():
    return list(Message.objects.filter(sender="system").order_by("id").values_list("content", flat=True))


@pytest.fixture
def later(monkeypatch):
    """`later(40)`: forty seconds pass for what Redis was told to keep."""
    passed, kept = [0.0], {}
    add, add_again = cache.add, kept.get

    def adding(key, value, timeout=None, **more):
        if key in kept and passed[0] - add_again(key)[0] >= add_again(key)[1]:
            cache.delete(key)
            del kept[key]
        if is_new := add(key, value, timeout=timeout, **more):
            kept[key] = (passed[0], timeout)
        return is_new

    monkeypatch.setattr(cache, "add", adding)

    def wait(seconds):
        passed[0] += seconds

    return wait


def test_five_timeouts_one_after_another_open_the_breaker(customer, ai, settings, later):
    settings.PROVIDER_TIMEOUT_SECONDS = 0.6
    ai.script(openai.Reply("tarde demais").after(1.5), times=None)
    for _ in range(5):
        customer.says("quanto custa o corte?")
        later(settings.TURN_DEADLINE_SECONDS + 10)  # each as long as a turn may last, its debounce included
    [answer] = customer.says("quanto custa o corte?")

    assert "R$ 45,00" in answer and len(ai.requests) == 5
    assert Turn.objects.latest("id").trace[0]["outcome"] == "breaker_open"


def test_failures_far_apart_do_not(customer, ai, later):
    ai.script(openai.error(401), times=6)
    for _ in range(6):
        customer.says("oi")
        later(breaker.WINDOW_SECONDS / 3)

    assert len(ai.requests) == 6


def test_the_owner_sees_that_the_provider_fails_and_who_answers(customer, ai, browser):
    assert "pronto" in browser.get("/agentes").content.decode()
    ai.script(openai.error(401), times=1)
    customer.says("oi")
    shown = browser.get("/agentes").content.decode()

    at = f"{timezone.localtime():%H:}"
    assert f"ChatGPT recusou a chave. Está falhando desde {at}" in shown and "quem responde é Offline" in shown
    assert "falhando" in shown and "pronto" not in shown


def test_the_agents_page_and_the_api_say_so_too(customer, ai, browser, as_ana):
    ai.script(openai.error(401), times=1)
    customer.says("oi")
    agent = Agent.objects.get()

    assert "ChatGPT recusou a chave" in browser.get(f"/agentes/{agent.pk}").content.decode()
    assert "recusou a chave" in as_ana.get(f"/api/v1/agents/{agent.pk}").json()["provider_trouble"]


def test_it_is_forgotten_as_soon_as_it_answers(customer, ai, browser):
    ai.script(openai.error(401), "Voltei!")
    customer.says("oi")
    customer.says("oi?")

    assert "falhando" not in browser.get("/agentes").content.decode()


def test_one_that_could_stand_in_is_named(customer, plug, settings, channel, browser):
    settings.FALLBACK_PROVIDERS = ["gemini"]
    Agent.objects.update(ai_provider="chatgpt")
    plug("chatgpt").script(openai.error(401))
    plug("gemini")
    customer.says("oi")

    assert "quem responde é Gemini" in browser.get("/agentes").content.decode()
    assert lines() == ["ChatGPT recusou a chave · Gemini respondeu"]


def test_another_business_is_told_nothing(customer, ai, browser_for, celia, rival):
    ai.script(openai.error(401), times=1)
    customer.says("oi")

    assert "falhando" not in browser_for(celia, rival).get("/agentes").content.decode()


def test_the_thread_names_both_once(customer, ai):
    ai.script(openai.error(401), times=2)
    customer.says("oi")
    customer.says("quanto custa o corte?")
    assert lines() == ["ChatGPT recusou a chave · Offline respondeu"]

    ai.script("Voltei!", openai.error(401))
    customer.says("oi")
    customer.says("oi?")
    assert len(lines()) == 2


def test_a_customers_forbidden_words_are_no_outage(customer, ai, browser):
    ai.script(openai.filtered())
    customer.says("algo feio")

    assert lines() == [] and "falhando" not in browser.get("/agentes").content.decode()


# In the playground ---------------------------------------------------------------------------------


def test_the_playground_says_it_in_the_readers_words(ai, browser, settings):
    settings.PROVIDER_TIMEOUT_SECONDS = 0.6
    ai.slow()
    agent = Agent.objects.get()
    shown = browser.post(f"/agentes/{agent.pk}/testar", {"said": "quanto custa o corte?"}).content.decode()

    assert "<strong>ChatGPT</strong> não respondeu a tempo" in shown and "openai" not in shown
    assert "Detalhe técnico" in shown and "0 tokens</span>\n    <span>offline" not in shown
    assert "O custo é o máximo que a chamada sem resposta pode custar." in shown


def test_an_answered_one_needs_no_explanation(ai, browser):
    agent = Agent.objects.get()
    shown = browser.post(f"/agentes/{agent.pk}/testar", {"said": "oi"}).content.decode()

    assert "O custo é o máximo" not in shown and "tokens" in shown


# A choice without a key ----------------------------------------------------------------------------


def typed(agent, **changes):
    fields = {
        "name": agent.name, "objective": "Atender.", "personality": "friendly", "ai_provider": "chatgpt",
        "temperature": "0.3", "max_tokens": "600", "debounce_seconds": "3", "debounce_cap_seconds": "10",
        "channels": list(agent.deployments.values_list("channel_id", flat=True)),
    }  # fmt: skip
    return fields | changes


def test_saving_a_provider_without_a_key_says_so_where_one_looks(browser, channel, settings):
    settings.OPENAI_API_KEY = ""
    agent = Agent.objects.get()
    shown = browser.post(f"/agentes/{agent.pk}", typed(agent), headers={"HX-Request": "true"}).content.decode()
    header, _, form = shown.partition("</header>")

    assert "Salvo. ChatGPT está sem chave" in header and "Já está valendo" not in header
    assert form.count("ChatGPT ainda não tem") == 1, "beside the field"


def test_saving_what_works_is_live(browser, channel):
    agent = Agent.objects.get()
    shown = browser.post(
        f"/agentes/{agent.pk}", typed(agent, ai_provider="offline"), headers={"HX-Request": "true"}
    ).content.decode()

    assert "Já está valendo" in shown and "sem chave" not in shown


def test_a_new_agent_that_serves_nothing_is_not_called_ready(browser, channel):
    told = browser.post(
        "/agentes/novo", typed(Agent.objects.get(), name="Rui", channels=[]), follow=True
    ).content.decode()

    assert "Rui foi criado" in told and "pronto para atender" not in told
