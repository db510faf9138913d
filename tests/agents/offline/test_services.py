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
