"""What is asked of paid providers is on the ledger, to the token; the budget stops them before it is passed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.agents import spending
from apps.agents.engine import PERSON_ANSWERS
from apps.agents.models import Agent, Budget, Spend, Turn
from apps.agents.providers.base import ChatMessage, ChatRequest, Facts
from apps.agents.providers.registry import PAID
from apps.agents.spending import BudgetSpent, Buyer
from apps.audit.models import Entry
from apps.lib.tenancy import tenant_context
from simulators.model import Reply, bad_arguments, error, filtered, tool

pytestmark = pytest.mark.usefixtures("shop")

ALL = PAID["chatgpt"].adapter


@pytest.fixture
def limit(tenant):
    """`limit("10.00")`: the business's budget."""

    def set_limit(reais: str | None, when_spent: str = "offline") -> Budget:
        amount = None if reais is None else Decimal(reais)
        return spending.set_budget(monthly_limit=amount, when_spent=when_spent, by=None)

    return set_limit


@pytest.fixture
def request_():
    return ChatRequest(
        system="Você é a Bia.",
        messages=(ChatMessage("user", "oi"),),
        tools=(),
        facts=Facts(now=timezone.now(), business="Zé", agent="Bia"),
        model="gpt-4o-mini",
    )


@pytest.fixture
def buyer(tenant):
    return Buyer(Agent.objects.get())


def spent_already(reais: str, **more) -> Spend:
    return Spend.objects.create(
        agent=Agent.objects.get(),
        provider="openai",
        model="gpt-4o-mini",
        usd_micro=0,
        brl_micro=int(Decimal(reais) * 1_000_000),
        priced_by="public",
        is_estimate=False,
        outcome="ok",
        **more,
    )


def ledger():
    rows = Spend.objects.filter(is_estimate=False)
    return (
        sum(row.input_tokens for row in rows),
        sum(row.output_tokens for row in rows),
        sum(row.cached_tokens for row in rows),
    )


# The ledger ----------------------------------------------------------------------------------------


def test_the_ledger_equals_what_the_provider_counted(customer, ai, it):
    ai.script(
        tool("list_services").costing(811, 23),
        error(500),
        Reply("Temos corte por R$ 45,00.").costing(1204, 61, cached=768, thinking=12),
        bad_arguments("list_slots").costing(900, 40),
        Reply("Qual dia?").costing(1300, 17, cached=1024),
        filtered().costing(700, 5),
    )
    for text in ("oi, quais serviços?", "tem horário?", "algo feio"):
        customer.says(text)

    billed = ai.billed
    assert ledger() == (billed.input_tokens, billed.output_tokens, billed.cached_tokens) and billed.calls == 5
    assert Spend.objects.count() == 6 == len(ai.requests) and not Spend.objects.filter(is_estimate=True).exists()
    refused = Spend.objects.get(failure="unavailable")
    assert refused.brl_micro == 0 and refused.outcome == "failed"
    assert set(Spend.objects.values_list("provider", flat=True)) == {it}
    assert set(Spend.objects.values_list("turn_id", flat=True)) == set(Turn.objects.values_list("id", flat=True))


def test_a_call_costs_what_the_public_price_says(customer, plug, settings):
    settings.USD_BRL = Decimal("5.50")
    Agent.objects.update(ai_provider="chatgpt", model="gpt-4o-mini")
    plug("chatgpt").script(Reply("Oi!").costing(1_000_000, 100_000, cached=400_000))
    customer.says("oi")

    spend = Spend.objects.get()
    dollars = Decimal("0.15") * Decimal("0.6") + Decimal("0.075") * Decimal("0.4") + Decimal("0.06")
    assert spend.usd_micro == int(dollars * 1_000_000) and spend.priced_by == "public"
    assert spend.brl_micro == int(dollars * Decimal("5.50") * 1_000_000)


def test_our_own_price_comes_first(customer, plug, settings):
    settings.AI_PRICES = {"gpt-4o-mini": (Decimal(1), Decimal(2))}
    Agent.objects.update(ai_provider="chatgpt", model="gpt-4o-mini")
    plug("chatgpt").script(Reply("Oi!").costing(1000, 10))
    customer.says("oi")

    spend = Spend.objects.get()
    assert (spend.usd_micro, spend.priced_by) == (1020, "setting")


def test_an_unknown_price_is_assumed_to_be_high_and_says_so(customer, plug):
    Agent.objects.update(ai_provider="chatgpt", model="somebodys-own-model")
    plug("chatgpt").script(Reply("Oi!").costing(1000, 10))
    customer.says("oi")

    spend = Spend.objects.get()
    assert (spend.usd_micro, spend.priced_by) == (5250, "assumed")


def test_a_call_without_an_answer_stays_at_its_estimate(customer, ai, settings):
    settings.PROVIDER_TIMEOUT_SECONDS = 1
    ai.slow()
    customer.says("oi")

    spend = Spend.objects.get()
    assert spend.is_estimate and (spend.outcome, spend.failure) == ("failed", "timeout")
    assert spend.input_tokens > 500 and spend.output_tokens >= 600 and spend.brl_micro > 0


def test_a_server_that_does_not_say_what_it_used_is_not_free(customer, plug):
    Agent.objects.update(ai_provider="chatgpt", model="llama3")
    silent = b'{"id": "1", "choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": "Oi!"}}]}'
    plug("chatgpt").script(Reply(body=silent))
    [answer] = customer.says("oi")

    spend = Spend.objects.get()
    assert "Oi!" in answer and spend.outcome == "ok" and spend.is_estimate and spend.brl_micro > 0


def test_a_refused_connection_costs_nothing(customer, ai):
    with ai.down():
        customer.says("oi")

    assert {(row.brl_micro, row.is_estimate) for row in Spend.objects.all()} == {(0, False)}


def test_the_offline_agent_costs_nothing(customer, channel):
    customer.says("oi")

    assert not Spend.objects.exists()


def test_a_rehearsal_is_paid_for_like_any_other(as_ana, ai, limit):
    agent = Agent.objects.get()
    talk = {"messages": [{"role": "user", "content": "oi"}]}
    told = as_ana.post(f"/api/v1/agents/{agent.pk}/test", talk).json()

    spend = Spend.objects.get()
    assert spend.turn_id is None and spend.agent == agent and (spend.input_tokens, spend.output_tokens) == (120, 30)
    assert Decimal(told["trace"][0]["cost"]) * 1_000_000 == spend.brl_micro > 0
    assert told["trace"][0]["model"] == spend.model

    limit("0.00")
    as_ana.post(f"/api/v1/agents/{agent.pk}/test", talk)
    assert len(ai.requests) == 1


def test_an_agents_spending_adds_up(customer, ai):
    ai.script(Reply("Oi!").costing(1000, 10))
    customer.says("oi")
    spent_already("2.50", at=timezone.now() - timedelta(days=40))
    told = spending.of_agent(Agent.objects.get(), timezone.now() - timedelta(days=30))

    assert (told["input_tokens"], told["output_tokens"], told["paid_calls"]) == (1000, 10, 1)


def test_the_estimate_is_above_what_text_can_have(buyer, request_):
    spend = spending.reserve(ALL, request_, buyer=buyer)

    assert spend.outcome == "pending" and spend.input_tokens >= len("Você é a Bia.oi") // 2
    assert spend.output_tokens == request_.max_tokens and spend.is_estimate


# The budget ----------------------------------------------------------------------------------------


def test_at_the_limit_nobody_is_paid_and_offline_answers(customer, ai, it, limit):
    limit("10.00")
    spent_already("10.00")
    [answer] = customer.says("oi, quanto custa o corte?")

    assert "R$ 45,00" in answer and ai.requests == []
    outcomes = [(entry["provider"], entry["outcome"]) for entry in Turn.objects.get().trace]
    assert outcomes == [(it, "budget_spent"), ("offline", "ok")]


def test_or_people_do_if_the_business_wants_them(customer, ai, limit):
    limit("10.00", "people")
    spent_already("10.00")
    [answer] = customer.says("oi")

    assert answer == PERSON_ANSWERS and customer.conversation.needs_human and ai.requests == []


def test_a_limit_of_zero_pays_nobody(customer, ai, limit):
    limit("0.00")
    customer.says("oi")

    assert ai.requests == [] and not Spend.objects.exists()


def test_without_a_limit_or_below_it_the_provider_is_asked(customer, ai, limit):
    limit(None)
    spent_already("5000.00")
    customer.says("oi")
    limit("6000.00")
    customer.says("e aí?")

    assert len(ai.requests) == 2


def test_the_limit_holds_between_two_steps_of_a_turn(customer, ai, limit):
    limit("1.00")
    ai.script(tool("list_services").costing(10_000_000, 10), "nunca")
    [answer] = customer.says("oi, quanto custa o corte?")

    assert len(ai.requests) == 1 and "R$ 45,00" in answer


def test_last_months_money_does_not_count(customer, ai, limit):
    limit("10.00")
    first = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    spent_already("10.00", at=first - timedelta(seconds=1))
    customer.says("oi")

    assert len(ai.requests) == 1


def test_the_month_turns_at_the_businesss_midnight(tenant, monkeypatch):
    monkeypatch.setattr(tenant, "timezone", "America/Manaus")
    still_october = datetime(2026, 11, 1, 3, 30, tzinfo=UTC)  # 23:30 of 31 October there
    monkeypatch.setattr(timezone, "now", lambda: still_october)
    with tenant_context(tenant):
        assert spending.this_month().first_day.isoformat() == "2026-10-01"


def test_the_trail_is_told_once_when_the_limit_is_near_and_once_when_it_is_reached(customer, ai, limit):
    limit("10.00")
    spent_already("8.20")
    customer.says("oi")
    customer.says("oi de novo")
    spent_already("2.00")
    customer.says("e agora?")
    customer.says("e agora?")

    told = list(Entry.objects.filter(action__startswith="budget.").order_by("id").values_list("action", flat=True))
    assert told == ["budget.changed", "budget.nearly_spent", "budget.spent"] and len(ai.requests) == 2


@pytest.mark.committed
def test_calls_made_at_once_do_not_pass_the_limit_together(world, together, request_):
    with tenant_context(world.tenant):
        buyer = Buyer(Agent.objects.get())
        one = spending.reserve(ALL, request_, buyer=buyer).brl_micro
        Spend.objects.all().delete()
        three = (Decimal(one * 3) / 1_000_000).quantize(Decimal("0.01"), "ROUND_UP")
        spending.set_budget(monthly_limit=three, when_spent="offline", by=None)
        limit = int(three * 1_000_000)

    def reserve():
        with tenant_context(world.tenant):
            return spending.reserve(ALL, request_, buyer=buyer)

    answers = together(*[reserve] * 40)

    with tenant_context(world.tenant):
        assert sum(row.brl_micro for row in Spend.objects.all()) <= limit
        assert Spend.objects.count() == limit // one
    assert sum(isinstance(answer, BudgetSpent) for answer in answers) == 40 - limit // one


# Its door ------------------------------------------------------------------------------------------


def test_the_owner_sets_the_budget_and_sees_what_is_spent(as_ana, tenant):
    spent_already("12.345")
    answer = as_ana.put("/api/v1/agents/budget", {"monthly_limit_brl": "50.00", "when_spent": "people"})

    told = as_ana.get("/api/v1/agents/budget").json()
    assert answer.status_code == 200 and answer.json() == told
    assert told["monthly_limit_brl"] == "50.00" and told["when_spent"] == "people"
    assert told["spent_brl"] == "12.35" and told["percent"] == 24
    assert Entry.objects.get(action="budget.changed").data == {"monthly_limit": "50.00", "when_spent": "people"}


def test_a_budget_may_be_taken_away(as_ana, limit):
    limit("50.00")
    answer = as_ana.put("/api/v1/agents/budget", {"monthly_limit_brl": None, "when_spent": "offline"})

    assert answer.json()["monthly_limit_brl"] is None and answer.json()["percent"] is None


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"monthly_limit_brl": "-1", "when_spent": "offline"}, "monthly_limit_brl"),
        ({"monthly_limit_brl": "muito", "when_spent": "offline"}, "monthly_limit_brl"),
        ({"monthly_limit_brl": "10", "when_spent": "panic"}, "when_spent"),
        ({"when_spent": "offline"}, "monthly_limit_brl"),
    ],
)
def test_a_budget_that_makes_no_sense_is_explained(as_ana, sent, field):
    answer = as_ana.put("/api/v1/agents/budget", sent)

    assert answer.status_code == 400 and list(answer.json()["fields"]) == [field]


def test_the_rivals_owner_sees_her_own_only(as_celia, limit):
    limit("50.00")
    spent_already("3.00")

    told = as_celia.get("/api/v1/agents/budget").json()
    assert told["monthly_limit_brl"] is None and told["spent_brl"] == "0.00"
