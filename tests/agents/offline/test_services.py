"""Which of the services of a business a customer means."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.agents.providers.base import ServiceFact
from tests.agents.offline_world import CARLOS, World, facts, local

CLINIC = ("Consulta", "Primeira avaliação", "Psicoterapia", "Nutrição esportiva", "Massagem relaxante")
TABLES = ("Mesa para 2 pessoas", "Mesa para 4 pessoas", "Mesa para 6 pessoas")


def house(*names: str) -> World:
    """Wednesday 18 November 2026, ten in the morning, at a business with these services, 1 and so on."""
    services = tuple(ServiceFact(n, name, Decimal(10 * n), 30, "") for n, name in enumerate(names, 1))
    base = facts(services=services)
    able = tuple(service.id for service in services)
    people = tuple(replace(person, service_ids=able) for person in base.professionals if person.id == CARLOS)
    free = {"2026-11-19": "9:00 Carlos, 14:00 Carlos, 18:00 Carlos"}
    return World(local("2026-11-18 10:00"), base=replace(base, professionals=people), free=free, has_replied=True)


def test_an_ordinal_chooses_a_time_and_names_no_service():
    world = house(*CLINIC)
    world.say("consulta amanhã")

    assert "Fechado então: consulta, amanhã 19/11 às 9:00" in world.say("o primeiro")


def test_an_ordinal_still_belongs_to_a_name():
    world = house(*CLINIC)

    assert "Primeira avaliação" in world.say("quero a primeira avaliação amanhã às 14h")


@pytest.mark.parametrize("message", ["mesa para duas pessoas amanhã às 18h", "mesa pra 2 amanhã 18h"])
def test_a_table_is_for_as_many_as_are_named(message):
    reply = house(*TABLES).say(message)

    assert "Mesa para 2 pessoas, R$ 10,00. Confirmo?" in reply and "um horário por vez" not in reply


# Named by who does it


@pytest.mark.parametrize(
    ("message", "service"),
    [
        ("queria marcar com a psicóloga amanhã às 14h", "Psicoterapia"),
        ("preciso de um psicólogo amanhã às 14h", "Psicoterapia"),
        ("nutricionista amanhã às 14h", "Nutrição esportiva"),
        ("horário com a massagista amanhã às 14h", "Massagem relaxante"),
    ],
)
def test_who_does_it_stands_for_the_only_service_it_can_be(message, service):
    assert f"{service}, R$" in house(*CLINIC).say(message)


@pytest.mark.parametrize(
    "message",
    [
        *("vocês têm psiquiatra?", "onde fica o consultório?", "vocês vendem hidratante?"),
        *("meu computador quebrou", "quero falar com o administrador"),
    ],
)
def test_a_word_that_only_begins_alike_names_no_service(message):
    world = house(*CLINIC, "Hidratação", "Computação gráfica e design")
    reply = world.say(message)

    assert "Para que dia" not in reply and "Fazemos sim" not in reply and "R$ 10" not in reply


def test_where_several_are_meant_none_is_taken():
    reply = house("Psicoterapia infantil", "Psicoterapia de casal").say("quero a psicóloga amanhã às 14h")

    assert "Confirmo?" not in reply


def test_whether_there_is_somebody_for_it_is_answered():
    assert "Fazemos sim! Psicoterapia" in house(*CLINIC).say("vocês têm psicóloga?")


# Compared


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        ("corte ou barba, qual é mais barato?", "Barba (R$ 35,00)."),
        ("qual o mais caro, barba ou sobrancelha?", "Barba (R$ 35,00)."),
        ("o que sai mais em conta, corte ou barba?", "Barba (R$ 35,00)."),
        ("corte ou barba, quanto é?", "Corte R$ 45,00 (30 min) e barba R$ 35,00 (30 min)."),
        ("barba ou sobrancelha, qual demora menos?", "Barba leva 30 min e sobrancelha leva 15 min."),
        ("sobrancelha ou corte, qual é mais rápido?", "Sobrancelha leva 15 min e corte leva 30 min."),
    ],
)
def test_two_services_are_compared(message, answer):
    world = World(local("2026-11-18 10:00"), has_replied=True)

    assert world.say(message) == f"{answer} Quer marcar um horário?"


def test_a_service_of_several_kinds_stays_in_a_question_about_two():
    world = house("Corte feminino", "Corte masculino", "Barba")

    reply = world.say("quanto é corte e barba?")

    assert all(price in reply for price in ("R$ 10,00", "R$ 20,00", "R$ 30,00")) and "Tudo junto" not in reply
    assert "Corte feminino (R$ 10,00)." in world.say("qual é mais barato, corte ou barba?")


def test_a_price_asked_for_twice_is_told_once():
    reply = house("Retorno", "Consulta").say("tem retorno? quanto custa?")

    assert reply == "Fazemos sim! Retorno R$ 10,00 (30 min). Quer marcar um horário?"
