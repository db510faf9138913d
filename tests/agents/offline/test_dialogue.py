"""Whole conversations with the offline provider and its manners, run against a fake calendar as the engine would."""

from __future__ import annotations

import time

import pytest

from apps.agents.providers.base import ChatMessage
from tests.agents.offline_world import CORTE, SATURDAY, WIDE_FRIDAY, appointment, local


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


PARKING = "Temos convênio com o estacionamento ao lado, 1 hora grátis para clientes."


def test_conversation_4_a_question_in_the_middle_then_a_person(world):
    world.free, world.taught = WIDE_FRIDAY, {"estacionamento": PARKING}

    reply = world.say("quero marcar corte e barba na sexta")
    assert "Boa! Corte + barba (R$ 80,00, 1 h) na sexta, 20/11. Prefere manhã, tarde ou noite?" in reply
    reply = world.say("vcs tem estacionamento?")
    assert reply == f"{PARKING} E para sexta, manhã, tarde ou noite?"
    assert world.calls[-1] == ("search_knowledge", {"query": "vcs tem estacionamento?"})
    reply = world.say("deixa eu falar com alguem")
    assert reply == "Claro! Já chamei a equipe, uma pessoa te responde por aqui."
    assert world.calls[-1] == ("handoff", {"reason": "Pediu uma pessoa: corte + barba, sexta 20/11"})


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


def test_it_introduces_itself_once(world):
    assert world.say("oi") == "Oi! Aqui é a Bia, assistente virtual da Barbearia do Zé 🙂 Como posso ajudar?"
    assert world.say("tudo bem?") == "Tudo ótimo! Como posso ajudar?"


@pytest.mark.parametrize(
    "message", ["quero falar com uma pessoa", "atendente", "me passa pra um humano", "que absurdo!!", "[áudio]"]
)
def test_a_person_is_called_at_once(world, message):
    world.say(message)

    assert world.is_handed_off


def test_a_person_offered_and_accepted_is_called(world):
    assert world.say("tem wifi?").endswith("Quer que eu chame alguém da equipe?")
    world.say("sim")
    assert world.is_handed_off


def test_an_appointment_confirmed_is_acknowledged(booked):
    assert booked.say("confirmo meu horário") == "Combinado! Você tem barba amanhã, 19/11, às 15:30 com Carlos."


def test_thanks_for_a_price_is_no_booking(world):
    world.say("quanto é o corte?")

    assert world.say("ok, obrigada") == "Por nada! Quando precisar é só chamar 😊"


def test_refusal_is_taken_kindly(world):
    world.free = SATURDAY
    world.say("corte sábado")

    assert world.say("nenhum") == "Sem problema! Prefere outro dia ou outro horário?"
    assert world.say("deixa pra lá") == "Tudo bem! Quando quiser é só chamar."


def test_it_carries_on_where_a_model_left_off(world):
    world.free = SATURDAY
    world.run("list_slots", {"service_ids": [CORTE], "date_from": "2026-11-21"})
    world.messages = [
        ChatMessage("user", "queria dar um tapa no visual no sabadão", sent_at=world.now),
        ChatMessage(
            "assistant", "Claro! No sábado tenho 9h com Carlos, 9h30 com Léo ou 10h15 com Carlos 😉", sent_at=world.now
        ),
    ]
    world.has_replied = True

    assert "corte, sábado 21/11 às 9:30 com Léo" in world.say("o segundo")
    assert world.say("isso").startswith("Marcado ✅")


def test_yesterdays_draft_is_forgotten(world):
    world.free = SATURDAY
    world.say("corte e barba")
    world.now = local("2026-11-19 12:00")

    assert world.say("oi") == "Oi! Como posso ajudar?"


def test_relative_days_count_from_the_message(world):
    world.free = {"2026-11-19": "9:00 Carlos"}
    world.now = local("2026-11-18 23:50")
    world.say("corte amanhã")
    world.now = local("2026-11-19 00:10")

    assert "hoje 19/11 às 9:00" in world.say("1")


def test_a_very_long_message_costs_no_time(world):
    started = time.thread_time()

    world.say("tem? " * 800)

    assert time.thread_time() - started < 2


@pytest.mark.parametrize(
    "message",
    [
        *("vou chegar 15h40", "chego 15h45, ok?", "devo chegar umas 15:50", "só consigo chegar 16h"),
        *("vou chegar 10 minutos mais cedo", "talvez eu atrase um pouquinho", "to preso no transito, chego 15h45"),
        *("moço peguei transito, segura meu horario", "I'm running 10 minutes late", "I'll be there at 3:40"),
        *("voy a llegar 10 minutos tarde", "não vou conseguir chegar a tempo, vou atrasar 15 min"),
    ],
)
def test_when_somebody_comes_is_told_to_the_team_and_moves_nothing(booked, message):
    booked.free = {"2026-11-19": "15:45 Carlos, 16:00 Carlos"}

    booked.say(message)

    assert booked.is_handed_off
    assert [name for name, _ in booked.calls] == ["handoff"]


def test_without_an_appointment_an_arrival_is_a_time_wished_for(world):
    world.say("corte amanhã")

    world.say("só consigo chegar 9h30")

    assert not world.is_handed_off


def test_who_comes_late_and_asks_to_move_is_moved(booked):
    booked.free = {"2026-11-19": "16:00 Carlos"}

    assert "Troco então para amanhã, 19/11, às 16:00" in booked.say("to atrasado, dá pra mudar pra 16h?")


@pytest.mark.parametrize(
    "message", ["adorei o corte, parabéns", "amei o corte de ontem! obrigado", "ficou top o corte"]
)
def test_praise_is_thanked_for_and_books_nothing(world, message):
    reply = world.say(message)

    assert "Por nada!" in reply and "Para que dia" not in reply


@pytest.mark.parametrize("message", ["vou confirmar mais tarde", "te confirmo depois"])
def test_an_answer_put_off_leaves_it_open(world, message):
    world.free = {"2026-11-19": "9:00 Léo, 16:00 Léo"}
    world.say("corte amanhã 9h")

    assert "Quando quiser é só chamar" in world.say(message)
    assert not world.appointments


@pytest.mark.parametrize(
    "message", ["estou com muita dor no peito", "meu pai desmaiou", "quero marcar, to com falta de ar"]
)
def test_an_emergency_brings_a_person_and_the_number_to_call(world, message):
    assert "SAMU: 192" in world.say(message)
    assert world.is_handed_off
