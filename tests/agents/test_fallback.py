"""Who is asked when the agent's own provider can't answer."""

from __future__ import annotations

import pytest

from apps.agents.models import Agent, Spend, Turn
from simulators.model import error, tool

pytestmark = pytest.mark.usefixtures("shop", "channel")


def trace():
    return [(entry["provider"], entry["outcome"]) for entry in Turn.objects.latest("id").trace]


@pytest.fixture
def all_three(plug, settings):
    settings.FALLBACK_PROVIDERS = ["huggingface", "gemini"]
    Agent.objects.update(ai_provider="chatgpt", model="gpt-4o-mini")
    return {choice: plug(choice) for choice in ("chatgpt", "gemini", "huggingface")}


def test_the_others_are_asked_in_order_before_offline(customer, all_three):
    all_three["chatgpt"].script(error(401))
    all_three["huggingface"].script(error(401))
    all_three["gemini"].script("Aqui é o terceiro.")
    [answer] = customer.says("oi")

    assert "terceiro" in answer
    assert trace() == [("openai", "auth"), ("huggingface", "auth"), ("gemini", "ok")]
    assert list(Spend.objects.order_by("id").values_list("provider", flat=True)) == ["openai", "huggingface", "gemini"]


def test_each_is_asked_for_a_model_of_its_own(customer, all_three):
    all_three["chatgpt"].script(error(401))
    customer.says("oi")

    assert all_three["chatgpt"].requests[-1]["model"] == "gpt-4o-mini"
    assert all_three["huggingface"].requests[-1]["model"] == "meta-llama/Llama-3.3-70B-Instruct"


def test_a_turn_that_moves_on_takes_its_steps_along(customer, all_three):
    all_three["chatgpt"].script(tool("list_services"), error(401))
    all_three["huggingface"].script(error(401))
    all_three["gemini"].script("O corte sai por R$ 45,00.")
    [answer] = customer.says("oi")

    assert "R$ 45,00" in answer and "Barba" in all_three["gemini"].results_in(all_three["gemini"].requests[-1])[0]


def test_without_the_setting_offline_is_next(customer, all_three, settings):
    settings.FALLBACK_PROVIDERS = []
    all_three["chatgpt"].script(error(401))
    [answer] = customer.says("oi, quanto custa o corte?")

    assert "R$ 45,00" in answer and trace() == [("openai", "auth"), ("offline", "ok")]


def test_one_without_a_key_is_passed_over(customer, all_three, settings):
    settings.HUGGINGFACE_API_KEY = settings.OPENAI_API_KEY = ""
    customer.says("oi")

    assert trace() == [("gemini", "ok")]


def test_an_agent_that_is_offline_by_choice_asks_nobody(customer, all_three):
    Agent.objects.update(ai_provider="offline")
    customer.says("oi")

    assert trace() == [("offline", "ok")]


def test_each_has_a_breaker_of_its_own(customer, all_three):
    all_three["chatgpt"].script(error(401), times=None)
    for _ in range(6):
        customer.says("oi")

    assert trace() == [("openai", "breaker_open"), ("huggingface", "ok")]
    assert len(all_three["chatgpt"].requests) == 5


def test_a_new_key_is_tried_at_once(customer, all_three, settings):
    all_three["chatgpt"].script(error(401), times=5)
    for _ in range(6):
        customer.says("oi")
    settings.OPENAI_API_KEY = "sk-new"
    customer.says("oi")

    assert trace() == [("openai", "ok")]


def test_a_customers_forbidden_words_do_not_open_the_breaker(customer, all_three):
    from simulators.model import filtered

    all_three["chatgpt"].script(filtered(), times=5)
    for _ in range(5):
        customer.says("algo feio")
    customer.says("oi")

    assert trace() == [("openai", "ok")]


# What the owner is told ----------------------------------------------------------------------------


@pytest.mark.parametrize("choice", ["chatgpt", "gemini", "huggingface"])
def test_an_agent_says_whether_its_provider_has_a_key(as_ana, settings, choice):
    settings.OPENAI_API_KEY = settings.GEMINI_API_KEY = settings.HUGGINGFACE_API_KEY = ""
    agent = Agent.objects.get()
    changed = as_ana.patch(f"/api/v1/agents/{agent.pk}", {"ai_provider": choice}).json()

    assert changed["ai_provider"] == choice and changed["provider_ready"] is False
    assert "chave" in changed["provider_reason"] and "offline" in changed["provider_reason"]


def test_a_provider_with_a_key_is_ready_and_offline_always_is(as_ana, settings):
    settings.GEMINI_API_KEY = "key"
    agent = Agent.objects.get()
    offline = as_ana.get(f"/api/v1/agents/{agent.pk}").json()
    gemini = as_ana.patch(f"/api/v1/agents/{agent.pk}", {"ai_provider": "gemini"}).json()

    assert [(one["provider_ready"], one["provider_reason"]) for one in (offline, gemini)] == [(True, "")] * 2


def test_an_unknown_provider_is_refused(as_ana):
    answer = as_ana.patch(f"/api/v1/agents/{Agent.objects.get().pk}", {"ai_provider": "skynet"})

    assert answer.status_code == 400 and "ai_provider" in answer.json()["fields"]
