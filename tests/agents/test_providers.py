"""A provider may fail in every way there is: the customer hears something honest, soon, or a person comes."""

from __future__ import annotations

import time

import pytest
from django.core.cache import cache

from apps.agents import breaker
from apps.agents.engine import CANT_ANSWER
from apps.agents.models import Turn
from apps.agents.providers.registry import PAID
from apps.lib.tenancy import tenant_context
from simulators import openai, whatsapp

pytestmark = pytest.mark.usefixtures("shop")


def trace():
    """(who was asked, what came of it) in the latest turn."""
    return [(entry["provider"], entry["outcome"]) for entry in Turn.objects.latest("id").trace]


# Failures ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failure", "tries", "outcome"),
    [
        (openai.error(401), 1, "auth"),
        (openai.error(429, code="insufficient_quota"), 1, "quota"),
        (openai.error(429, retry_after=60), 1, "rate_limited"),
        (openai.error(400), 1, "bad_request"),
        (openai.filtered(), 1, "content_blocked"),
        (openai.error(500), 3, "unavailable"),
        (openai.error(503), 3, "overloaded"),
        (openai.malformed(), 3, "malformed"),
        (openai.malformed(b'{"id": "x", "choices": []}'), 3, "malformed"),
        (openai.malformed(b"[]"), 3, "malformed"),
        (openai.dropped(), 3, "unavailable"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_offline_answers_when_the_provider_cannot(customer, ai, failure, tries, outcome, it):
    ai.script(failure, times=None)
    started = time.monotonic()
    [answer] = customer.says("oi, quanto custa o corte?")

    assert "R$ 45,00" in answer and time.monotonic() - started < 5
    assert len(ai.requests) == tries
    assert trace() == [(it, outcome)] * tries + [("offline", "ok")]


def test_a_provider_that_hangs_is_left_after_its_time(customer, ai, settings, it):
    settings.PROVIDER_TIMEOUT_SECONDS = 1
    ai.slow()
    started = time.monotonic()
    [answer] = customer.says("oi, quanto custa o corte?")

    assert "R$ 45,00" in answer and 1 <= time.monotonic() - started < 4
    assert trace() == [(it, "timeout"), ("offline", "ok")] and len(ai.requests) == 1


def test_an_answer_that_trickles_is_left_after_its_time(customer, ai, settings, it):
    settings.PROVIDER_TIMEOUT_SECONDS = 1
    ai.script(openai.Reply("Oi!", seconds_per_byte=0.05))
    started = time.monotonic()
    [answer] = customer.says("oi, quanto custa o corte?")

    assert "R$ 45,00" in answer and time.monotonic() - started < 4
    assert trace() == [(it, "timeout"), ("offline", "ok")]


def test_the_whole_turn_has_an_end_even_when_every_step_is_slow(customer, ai, settings):
    settings.TURN_DEADLINE_SECONDS = 8
    ai.script(openai.tool("list_services").after(1.5), times=None)
    started = time.monotonic()
    [answer] = customer.says("oi, quanto custa o corte?")

    assert time.monotonic() - started < 10 and answer


def test_retry_after_is_honoured(customer, ai, it):
    asked = []

    def answer_after_refusing(request):
        asked.append(time.monotonic())
        return openai.error(429, retry_after=1.5) if len(asked) == 1 else "Boa noite, modelo aqui."

    ai.answer_with(answer_after_refusing)
    [answer] = customer.says("oi")

    assert "modelo aqui" in answer and asked[1] - asked[0] >= 1.5
    assert trace() == [(it, "rate_limited"), (it, "ok")]


def test_a_provider_that_fails_in_mid_turn_is_not_asked_again_in_it(customer, ai, it):
    ai.script(openai.tool("list_services"), openai.error(401), "nunca")
    [answer] = customer.says("oi, quanto custa o corte?")

    assert "R$ 45,00" in answer
    assert trace() == [(it, "ok"), (it, "auth"), ("offline", "ok")] and len(ai.requests) == 2


# Nonsense ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nonsense", "told"),
    [
        (openai.tool("list_slots", service_ids="todos"), "invalid_arguments"),
        (openai.tool("book", slot_id="s_made_up"), "slot_expired"),
        (openai.tool("give_discount", percent=50), "unknown_tool"),
    ],
    ids=["wrong type", "invented slot", "unknown tool"],
)
def test_nonsense_is_told_to_the_model_which_may_do_better(customer, ai, nonsense, told):
    ai.script(nonsense, "Qual serviço você quer?")
    [answer] = customer.says("oi")

    [result] = ai.results_in(ai.requests[-1])
    assert told in result and "Qual serviço" in answer
    assert not customer.conversation.needs_human


def test_broken_arguments_get_another_chance(customer, ai, it):
    """Google says so instead of passing them on: the step is asked for again."""
    ai.script(openai.bad_arguments("list_slots"), "Qual serviço você quer?")
    [answer] = customer.says("oi")

    assert "Qual serviço" in answer and not customer.conversation.needs_human
    if it == "gemini":
        assert trace() == [(it, "malformed"), (it, "ok")]
    else:
        [result] = ai.results_in(ai.requests[-1])
        assert "invalid_arguments" in result


@pytest.mark.parametrize(
    ("reply", "requests"),
    [
        (openai.tool("list_services"), 6),
        (openai.tools(*[openai.call("list_services")] * 11), 1),
        (openai.Reply("O corte sai por R$ 12,00 hoje."), 1),
        (openai.Reply("Te espero às 23:45!"), 1),
        (openai.Reply("Faço com 30% de desconto."), 1),
        (openai.Reply("   "), 1),
    ],
    ids=["endless loop", "a flood of calls", "invented price", "invented time", "invented discount", "nothing"],
)
def test_a_model_that_cannot_be_trusted_gets_a_person(customer, ai, reply, requests):
    ai.script(reply, times=None)
    started = time.monotonic()
    [answer] = customer.says("oi")

    assert answer == CANT_ANSWER and customer.conversation.needs_human
    assert len(ai.requests) == requests and time.monotonic() - started < 5


def test_what_took_a_while_to_arrive_is_not_taken_as_answered(customer, ai):
    """WhatsApp's clock says the message is older than our reply, which did not know it yet."""
    customer.says("oi")
    customer.sends(whatsapp.text("quanto custa?", timestamp=str(int(time.time()) - 30)))
    customer.work.run()

    assert ai.said_last(ai.requests[-1]) == "quanto custa?"


# The breaker ---------------------------------------------------------------------------------------


@pytest.fixture
def tripped(customer, ai):
    """Five turns failed in a row."""
    ai.script(openai.error(401), times=5)
    for _ in range(5):
        customer.says("oi")
    assert len(ai.requests) == 5
    return ai


def test_after_five_failed_turns_the_sixth_calls_nobody(tripped, customer, it):
    [answer] = customer.says("quanto custa o corte?")

    assert "R$ 45,00" in answer and len(tripped.requests) == 5
    assert trace() == [(it, "breaker_open"), ("offline", "ok")]


def test_after_the_pause_one_turn_probes_and_success_closes_it(tripped, customer, wire):
    cache.delete(breaker._key(PAID[wire.choice], "pause"))
    tripped.script("Voltei!", "E continuo aqui!")

    assert "Voltei!" in customer.says("oi?")[0]
    assert "continuo" in customer.says("e agora?")[0]


def test_a_probe_that_fails_opens_it_again(tripped, customer, wire):
    cache.delete(breaker._key(PAID[wire.choice], "pause"))
    tripped.script(openai.error(401), "nunca")
    customer.says("oi?")
    customer.says("e agora?")

    assert len(tripped.requests) == 6


def test_failed_calls_of_one_turn_count_once(customer, ai):
    ai.script(openai.error(500), times=9)
    for _ in range(3):
        customer.says("oi")
    ai.script("Estou aqui!")

    assert "Estou aqui!" in customer.says("oi?")[0]


def test_another_business_is_not_cut_off(tripped, world, wire):
    assert breaker.ask(PAID[wire.choice]) is breaker.Permission.NO
    with tenant_context(world.rival):
        assert breaker.ask(PAID[wire.choice]) is breaker.Permission.YES


def test_without_redis_the_provider_is_asked(customer, ai, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    ai.script(openai.error(401), "Estou aqui!")
    customer.says("oi")

    assert "Estou aqui!" in customer.says("oi?")[0]
