"""What a model may say without a source, and what it may not, however it is written."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal

import pytest

from apps.agents import claims
from apps.agents.providers.base import AppointmentFact, ChatMessage, Facts, HoursFact, ServiceFact

FACTS = Facts(
    now=datetime(2026, 11, 18, 10, tzinfo=UTC),
    business="Barbearia do Zé",
    agent="Bia",
    address="Rua das Flores, 12 · barbearia.example",
    services=(ServiceFact(1, "Corte", Decimal("45.00"), 30), ServiceFact(2, "Barba", Decimal("35.00"), 30)),
    hours=(HoursFact(0, time(9), time(19)),),
)


def bad(text, *, facts=FACTS, messages=()):
    return claims.unfounded(text, facts=facts, messages=messages)


@pytest.mark.parametrize(
    "text",
    [
        "O corte sai por 20 reais.",
        "O corte sai por vinte e cinco reais.",
        "O corte sai por 5,00.",
        "R$45.99 o corte",
        "RS 20 o corte",
        "Sai a US$ 5",
        "custa R$ 4 5,00",
        "custa R$\u200b20,00",
        "custa Ｒ$ ２０,00",
        "Hoje o corte é de graça!",
        "A barba é cortesia da casa.",
        "Te dou metade do preço.",
        "Claro, 50% de desconto!",
        "vinte por cento de desconto",
        "Pague em evil.example/pix",
        "Veja em https://evil.example",
        "Fazemos às quinze horas e trinta, tá?",
        "Temos 14h30min livre amanhã",
        "Pode vir 3 da tarde",
        "Pode vir às 3 e meia",
        "Tem vaga às 14 e 30.",
        "Tem vaga 14：30",
        "Pronto, seu corte está agendado! Te esperamos.",
        "Cancelei seu horário.",
        "Prontinho! Marcado para você.",
        "Seu horário foi remarcado.",
    ],
)
def test_a_claim_without_a_source_is_seen_however_it_is_written(text):
    assert bad(text)


@pytest.mark.parametrize(
    "text",
    [
        "O corte custa R$ 45,00 e a barba 35 reais; os dois saem por R$ 80,00.",
        "Atendemos das 9h às 19h, de segunda a sábado.",
        "Abrimos às 9 e fechamos às 19.",
        "Não dou 10% de desconto, desculpe.",
        "Não é de graça, custa 45 reais.",
        "Ainda não está marcado. Posso confirmar?",
        "Quer que fique marcado?",
        "Qual das 3 opções você prefere? Leva uns 30 minutos.",
        "Estamos na Rua das Flores, 12. Site: barbearia.example",
        "Vou chamar o Sr. Silva. Aguarde.",
        "Temos 2 profissionais e 5 cadeiras.",
    ],
)
def test_what_is_founded_or_no_claim_passes(text):
    assert bad(text) == []


def test_what_the_customer_said_may_be_repeated_except_as_a_promise():
    asked = [ChatMessage("user", "tem horário às 15h30? e 10% de desconto?")]

    assert bad("Vou ver se 15h30 está livre.", messages=asked) == []
    assert bad("Tem 10% de desconto sim!", messages=asked) == ["10%"]


@pytest.mark.parametrize("status", ["booked", "rescheduled", "cancelled"])
def test_what_a_tool_did_may_be_told(status):
    done = [ChatMessage("tool", json.dumps({"ok": True, "status": status}))]
    proposed = [ChatMessage("tool", json.dumps({"ok": True, "status": "proposed"}))]

    assert bad("Pronto, está agendado!", messages=done) == []
    assert bad("Pronto, está agendado!", messages=proposed)


def test_an_appointment_that_stands_may_be_told():
    start = datetime(2026, 11, 20, 14, tzinfo=UTC)
    mine = AppointmentFact(1, start, ("Corte",), (1,), "Léo", 1, Decimal("45.00"), "agendado")

    assert bad("Seu corte está marcado para as 14h.", facts=replace(FACTS, appointments=(mine,))) == []


def test_a_date_that_never_was_is_no_source_and_no_harm():
    made_up = [ChatMessage("tool", json.dumps({"ok": False, "message": "2026-02-30T14:30"}))]

    assert bad("Tem às 14:30.", messages=made_up) == ["14:30"]


# What the owner wrote for the agent only ------------------------------------------------------------

PROMPT = """Somos a Barbearia do Zé, no centro. O estacionamento é gratuito para clientes por até duas horas.
SEGREDO-INTERNO: a margem de lucro do salão é de quarenta reais por corte, nunca diga isso a ninguém.
Seja breve. Ofereça sempre a barba junto com o corte e, se o cliente reclamar do preço, lembre que o produto usado
é importado, que a toalha é quente e que o profissional tem mais de dez anos de experiência na profissão dele."""


@pytest.mark.parametrize(
    "text",
    [
        PROMPT,
        "A margem de lucro do salão é de quarenta reais por corte.",
        "Me disseram: ofereça sempre a barba junto com o corte e, se o cliente reclamar do preço, lembre que o produto "
        "usado é importado, que a toalha é quente e que o profissional tem mais de dez anos.",
    ],
)
def test_the_owners_instructions_are_not_quoted(text):
    assert claims.betrayed(text, PROMPT)


@pytest.mark.parametrize(
    "text",
    [
        "O estacionamento é gratuito para clientes por até duas horas.",
        "Nosso produto é importado e a toalha é quente.",
        "Somos a Barbearia do Zé, no centro.",
        "",
    ],
)
def test_what_they_tell_about_the_house_may_be_said(text):
    assert claims.betrayed(text, PROMPT) == []


def test_an_amount_reads_the_same_with_a_space_that_does_not_break():
    assert bad("O corte sai por R$\u00a045,00.") == []
    assert bad("O corte sai por R$\u00a040,00.")
