"""A write needs that the customer heard of it, and did not say no."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.agents import consent
from apps.agents.models import Offer, Proposal
from apps.barbearia.models import Appointment, Service
from simulators.model import call, tools
from tests.agents.conftest import WIRES

pytestmark = pytest.mark.usefixtures("shop")

YESES = [
    "sim", "Sim!", "pode ser", "isso", "isso aí", "claro", "pode marcar sim", "não tem problema, pode", "sem problema",
    "por que não?", "beleza 👍", "👍", "fechou", "aham", "uai, demorou", "tá", "bora", "ok, e vocês aceitam pix?",
    "não precisa perguntar de novo, pode marcar", "meu nome é Davi", "Davi", "top demais", "manda ver", "com ctz",
    "yes", "sure, go ahead", "why not", "no problem", "sounds good", "sí", "dale", "claro que sí", "no hay problema",
]  # fmt: skip
NOES = [
    "não", "nao", "não!", "não quero", "não! não quero marcar nada, esquece", "melhor não", "agora não", "deixa pra lá",
    "opa, não", "nem", "sim. não, pera, não quero", "acho que não", "desisti",
    "no", "no thanks", "never mind", "forget it", "no, gracias", "no quiero",
]  # fmt: skip


@pytest.mark.parametrize("said", YESES)
def test_a_yes_in_any_words_is_no_refusal(said):
    assert not consent.refuses([said], asked="Confirmo?")


@pytest.mark.parametrize("said", NOES)
def test_a_no_is_one(said):
    assert consent.refuses([said], asked="Shall I confirm?" if said.isascii() and said.startswith("n") else "Confirmo?")


def test_the_last_word_counts_over_several_messages():
    assert consent.refuses(["pode marcar", "opa, não"], asked="Confirmo?")
    assert not consent.refuses(["não", "pera, sim, pode marcar"], asked="Confirmo?")


def test_not_coming_is_a_yes_to_a_cancellation():
    assert not consent.refuses(["não vou conseguir ir mesmo"], asked="Cancelo?", tool="cancel")
    assert consent.refuses(["não, não cancela"], asked="Cancelo?", tool="cancel")


@pytest.fixture
def wire():
    return WIRES["chatgpt"]


@pytest.fixture
def book(customer, ai):
    """The customer was offered times; the call that books the first of them."""
    day = timezone.localdate() + timedelta(days=3)
    day += timedelta(days=day.weekday() == 6)
    service = Service.objects.get(name="Corte")
    ai.script(tools(call("list_slots", service_ids=[service.pk], date_from=day.isoformat())), "Qual prefere?")
    customer.says("quero cortar")
    return tools(call("book", slot_id=Offer.objects.first().token))


def test_a_model_books_nothing_after_a_no(customer, ai, book):
    ai.script(book, "Posso confirmar?")
    customer.says("o primeiro")
    ai.script(book, "Tudo bem!")
    customer.says("não! não quero marcar nada, esquece")

    assert Appointment.objects.count() == 0


def test_a_model_books_nothing_the_customer_never_heard_of(customer, ai, book):
    ai.script(book, "Qual é o seu nome?")
    customer.says("tanto faz")
    ai.script(book, "Obrigada, Davi!")
    customer.says("Davi")

    assert Appointment.objects.count() == 0


def test_it_books_once_the_time_was_told(customer, ai, book):
    ai.script(book, "Qual é o seu nome?")
    customer.says("tanto faz")
    start = timezone.localtime(timezone.datetime.fromisoformat(Offer.objects.first().payload["start"]))
    ai.script(book, f"Davi, seria às {start.hour}h{start:%M}, certo?")
    customer.says("Davi")
    ai.script(book, "Prontinho!")
    customer.says("isso aí")

    assert Appointment.objects.count() == 1


def test_a_proposal_whose_message_failed_was_never_told(customer, ai, book):
    ai.script(book, "Posso confirmar?")
    customer.says("o primeiro")
    customer.conversation.messages.filter(content__contains="Posso confirmar").update(status="failed")
    ai.script(book, "Posso?")
    customer.says("sim")

    assert Appointment.objects.count() == 0


@pytest.fixture
def put(customer, ai, book):
    """The first time offered, which was put to the customer: "sexta 27/11 às 9:00"."""
    ai.script(book, "Posso confirmar?")
    customer.says("o primeiro")
    return timezone.localtime(timezone.datetime.fromisoformat(Offer.objects.first().payload["start"]))


@pytest.mark.parametrize("refusal", ["deixa pra lá", "não quero", "cancela", "desisti"])
def test_a_refusal_ends_it_so_that_a_later_yes_is_to_something_else(customer, ai, book, put, refusal):
    ai.script("Tudo bem!")
    customer.says(refusal)
    assert not Proposal.objects.exists()
    ai.script(f"Certo, às {put.hour}:{put:%M}. É corte mesmo?")
    customer.says("quero outro dia")
    ai.script(book, "Prontinho!")
    customer.says("sim")

    assert Appointment.objects.count() == 0


@pytest.mark.parametrize(
    "asked", ["Certo, {day} às {time}. Qual serviço?", "Dia {other} às {time}, confirmo?", "Às {time}?"]
)
def test_who_asked_for_another_day_says_yes_to_that_one(customer, ai, book, put, asked):
    other = put + timedelta(days=1)
    text = asked.format(day=f"{put:%d/%m}", other=f"{other:%d/%m}", time=f"{put.hour}:{put:%M}")
    ai.script(text)
    customer.says(f"melhor dia {other:%d/%m}")
    ai.script(book, "Prontinho!")
    customer.says("sim")

    assert Appointment.objects.count() == 0


def test_put_again_with_its_day_it_can_be_agreed_to(customer, ai, book, put):
    other = put + timedelta(days=1)
    ai.script(f"Nesse dia não tenho. Fica {put:%d/%m} às {put.hour}:{put:%M} mesmo?")
    customer.says(f"tem dia {other:%d/%m}?")
    ai.script(book, "Prontinho!")
    customer.says("sim")

    assert Appointment.objects.count() == 1


@pytest.mark.parametrize("asked", ["Qual é o seu nome?", "Which service would you like?", "¿Qué servicio quieres?"])
def test_no_yes_answers_an_open_question(asked):
    start = (timezone.localtime() + timedelta(days=3)).replace(hour=15)
    proposal = Proposal(tool="book", summary={"start": start.isoformat()})

    assert not consent.puts(f"{start:%d/%m} {start.hour}:{start:%M}. {asked}", proposal)
    assert consent.puts(f"{start:%d/%m} {start.hour}:{start:%M}. Pode ser?", proposal)


@pytest.mark.parametrize(
    "text",
    [
        "Sábado às {time}, na Rua 7 de Setembro, 120. Confirmo?",
        "Corte e barba, dura 1h30. Posso confirmar?",
        "{weekday}, {day}/{month}, {time}, com Léo. Tudo certo?",
        "{english} at {time}. Shall I confirm?",
        "Marcar {time} então. Pode ser?",
    ],
)
def test_a_street_a_length_or_another_spelling_is_no_other_day(text):
    saturday = timezone.localtime().replace(hour=15, minute=30) + timedelta(days=7)
    saturday += timedelta(days=(5 - saturday.weekday()) % 7)
    proposal = Proposal(tool="book", summary={"start": saturday.isoformat()})
    spelt = {"weekday": "Sábado", "day": saturday.day, "month": saturday.month, "english": f"{saturday:%b %d}"}

    assert consent.puts(text.format(time="15:30", **spelt), proposal)
