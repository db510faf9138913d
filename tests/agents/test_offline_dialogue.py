"""Whole conversations with the offline provider, against a fake calendar, as the engine would run them."""

from __future__ import annotations

import pytest

from tests.agents.offline_world import BARBA, CORTE, World, appointment, facts, local

SATURDAY = {"2026-11-21": "9:00 Carlos, 9:30 Léo, 10:15 Carlos, 14:00 Rafael"}


@pytest.fixture
def world() -> World:
    """Wednesday 18 November 2026, ten in the morning."""
    return World(local("2026-11-18 10:00"))


def test_conversation_1_straight_to_it(world):
    world.free = SATURDAY

    reply = world.say("oi, queria cortar o cabelo sábado de manhã")
    assert reply == (
        "Oi! Aqui é a Bia, assistente virtual da Barbearia do Zé 🙂 Corte (R$ 45,00, 30 min), sábado 21/11 de manhã. "
        "Tenho: 1) 9:00 com Carlos 2) 9:30 com Léo 3) 10:15 com Carlos. Qual fica melhor?"
    )
    reply = world.say("o segundo")
    assert reply == "Fechado então: corte, sábado 21/11 às 9:30 com Léo, R$ 45,00. Posso confirmar?"
    reply = world.say("pode sim")
    assert reply == "Marcado ✅ Sábado, 21/11, 9:30, com Léo. Se precisar mudar, é só me chamar por aqui."
    assert world.appointments[0].service_ids == (CORTE,)


def test_conversation_2_typos_two_messages_and_a_change_of_mind(world):
    world.free = {
        "2026-11-18": "14:00 Rafael, 15:30 Carlos, 17:00 Léo",
        "2026-11-19": "9:00 Léo, 15:30 Carlos, 16:00 Léo",
    }

    reply = world.say("bom diaa", "tem hr pra barba hj d tarde??")
    assert reply.startswith("Bom dia!")
    assert "assistente virtual" in reply
    assert "1) 14:00 com Rafael 2) 15:30 com Carlos 3) 17:00 com Léo" in reply
    reply = world.say("15:30… ah nao pera, melhor amanha no msm horario")
    assert reply == "Sem problema! Amanhã, 19/11, às 15:30 o Carlos está livre. Barba, R$ 35,00. Confirmo?"
    reply = world.say("👍")
    assert reply.startswith("Marcado ✅ Amanhã, 19/11, 15:30, com Carlos.")
    assert world.appointments[0].start == local("2026-11-19 15:30")


def test_conversation_3_nothing_free(world):
    world.free = {"2026-11-18": "16:45 Rafael, 19:15 Léo", "2026-11-19": "18:00 Carlos"}

    reply = world.say("preciso de um corte hj as 18h")
    assert (
        "Hoje às 18:00 já está tudo ocupado. O mais perto que tenho: "
        "1) hoje 16:45 com Rafael 2) hoje 19:15 com Léo 3) amanhã 18:00 com Carlos. Algum serve?"
    ) in reply
    assert world.say("nenhum, deixa") == "Tudo bem! Quando quiser é só chamar."
    assert not world.appointments


def test_conversation_4_a_question_in_the_middle_then_a_person(world):
    reply = world.say("quero marcar corte e barba na sexta")
    assert "Boa! Corte + barba (R$ 80,00, 1 h) na sexta, 20/11. Prefere manhã, tarde ou noite?" in reply
    reply = world.say("vcs tem estacionamento?")
    assert "não tenho essa informação aqui" in reply
    assert reply.endswith("E para sexta, manhã, tarde ou noite?")
    reply = world.say("deixa eu falar com alguem")
    assert reply == "Claro! Já chamei a equipe, uma pessoa te responde por aqui."
    assert "Corte + barba, sexta 20/11" in world.calls[-1][1]["reason"]


def test_conversation_5_moving_an_appointment(world):
    world.appointments = [appointment(7, "2026-11-19 15:30")]
    world.free = {"2026-11-26": "10:00 Carlos, 11:00 Léo, 14:30 Carlos, 16:00 Carlos"}
    world.has_replied = True

    reply = world.say("Gostaria de remarcar meu horário de amanhã para quinta que vem, por gentileza")
    assert reply == (
        "Você tem barba amanhã, 19/11, às 15:30 com Carlos. Na quinta, 26/11, tenho: "
        "1) 10:00 2) 14:30 3) 16:00, com Carlos. Qual prefere?"
    )
    reply = world.say("14 e 30")
    assert reply == "Troco então para quinta, 26/11, às 14:30 com Carlos. Confirma?"
    reply = world.say("confirmo")
    assert reply == "Remarcado ✅ Quinta, 26/11, 14:30, com Carlos. O horário de amanhã foi liberado."
    assert [item.start for item in world.appointments] == [local("2026-11-26 14:30")]
