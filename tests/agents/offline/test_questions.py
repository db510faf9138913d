"""What the offline provider answers: from the facts, from what the business taught, or honestly not."""

from __future__ import annotations

import pytest

from tests.agents.offline_world import SATURDAY, WIDE_FRIDAY, facts


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("quanto é o corte?", "Corte R$ 45,00 (30 min)."),
        ("qto fica corte e barba?", "Tudo junto, R$ 80,00."),
        ("qual o preço?", "Fazemos corte (R$ 45,00), barba (R$ 35,00) e sobrancelha (R$ 20,00)."),
        ("quais serviços vcs fazem?", "Fazemos corte (R$ 45,00)"),
        ("vcs fazem barba?", "Fazemos sim! Barba R$ 35,00 (30 min)."),
        ("vocês fazem tatuagem?", "Tatuagem eu não encontrei na nossa lista."),
        ("até que horas vcs abrem sábado?", "Sábado, 21/11, abrimos das 9:00 às 20:00."),
        ("abre domingo?", "Domingo, 22/11, não abrimos."),
        ("tão abertos agora?", "Abrimos de segunda a sábado das 9:00 às 20:00."),
        ("abre hj?", "Hoje estamos abertos, das 9:00 às 20:00."),
        ("onde fica?", "Estamos em Rua das Flores, 10 – Centro."),
        ("quem atende aí?", "Aqui atendem Carlos, Léo e Rafael."),
        ("quem faz sobrancelha?", "Quem faz é Carlos."),
        ("quanto tempo demora a barba?", "Barba leva 30 min."),
        ("tenho horário marcado?", "Não achei nenhum horário marcado para você."),
        ("vc é um robô?", "assistente virtual"),
    ],
)
def test_it_answers_from_the_facts(world, question, answer):
    assert answer in world.say(question)
    assert not world.calls


def test_it_tells_of_ones_own_appointment(booked):
    assert booked.say("que horas é meu horário?") == "Você tem barba amanhã, 19/11, às 15:30 com Carlos."


def test_short_questions_lean_on_the_one_before(world):
    world.say("abre sábado?")
    assert "Domingo, 22/11, não abrimos." in world.say("e domingo?")
    world.say("quanto é o corte?")
    assert "Barba R$ 35,00" in world.say("e a barba?")
    assert "Tudo junto, R$ 80,00." in world.say("e os dois juntos?")


def test_a_price_asked_leads_on_to_a_booking(world):
    world.free = SATURDAY
    world.say("quanto é o corte?")

    assert "Para que dia você quer?" in world.say("quero")
    assert "1) 9:00 com Carlos" in world.say("sábado")


def test_two_questions_get_one_reply(world):
    reply = world.say("quanto é o corte e até que horas abre amanhã?")

    assert "Corte R$ 45,00" in reply
    assert "abrimos das 9:00 às 20:00" in reply


def test_a_question_is_answered_in_the_business_own_words(world):
    world.taught = {"pix": "Aceitamos PIX, cartão e dinheiro."}

    assert "Aceitamos PIX, cartão e dinheiro." in world.say("vcs aceitam pix?")
    assert not world.is_handed_off


def test_a_topic_needs_no_question_mark(world):
    world.taught = {"pagamento": "Aceitamos PIX, cartão e dinheiro."}

    assert "Aceitamos PIX" in world.say("formas de pagamento")


def test_a_long_passage_is_cut_to_the_sentences_asked_about(world):
    world.taught = {"gato": "Somos um espaço para todos. " * 20 + "Gatos ficam na recepção. Cães também."}

    assert "Gatos ficam na recepção. Cães também." in world.say("posso levar meu gato?")


def test_a_wish_and_a_question_get_one_reply(world):
    world.free, world.taught = SATURDAY, {"pix": "Aceitamos PIX."}

    reply = world.say("quero corte sábado 9:30, vcs aceitam pix?")
    assert "Aceitamos PIX." in reply
    assert reply.endswith("Confirmo?")


def test_a_missing_address_is_looked_up(world):
    world.base, world.taught = facts(address=""), {"onde": "Ficamos na praça, ao lado da padaria."}

    assert "Ficamos na praça" in world.say("onde fica?")


def test_no_tool_is_called_that_the_request_does_not_offer(world):
    world.tools, world.free = ("handoff",), SATURDAY

    assert "não tenho essa informação aqui" in world.say("tem estacionamento?")
    assert "Isso eu não consigo fazer por aqui." in world.say("corte sábado 9:30")
    assert not world.calls


def test_what_nobody_taught_is_admitted_and_the_matter_goes_on(world):
    world.free = WIDE_FRIDAY
    world.say("quero marcar corte e barba na sexta")

    reply = world.say("vcs tem estacionamento?")
    assert "não tenho essa informação aqui" in reply
    assert reply.endswith("E para sexta, manhã, tarde ou noite?")
    assert "1) 12:00 2) 13:00 3) 14:00, com Carlos" in world.say("de tarde")


def test_the_second_riddle_in_a_row_calls_a_person(world):
    assert "não tenho essa informação aqui" in world.say("tem estacionamento?")
    assert not world.is_handed_off
    assert "Já chamei a equipe" in world.say("e aceita pix?")
    assert world.is_handed_off


def test_a_riddle_after_an_answer_is_a_first_one_again(world):
    world.say("tem estacionamento?")
    world.say("quanto é o corte?")
    world.say("aceita pix?")

    assert not world.is_handed_off


def test_a_missing_fact_is_admitted_and_a_person_offered(world):
    world.base = facts(address="")

    assert world.say("onde fica?").endswith("não tenho essa informação aqui. Quer que eu chame alguém da equipe?")


def test_one_or_the_other_is_priced_apart(world):
    reply = world.say("corte ou barba, quanto custa?")

    assert "R$ 45,00" in reply and "R$ 35,00" in reply
    assert "R$ 80,00" not in reply


def test_the_cheapest_is_named(world):
    assert world.say("qual é mais barato?").startswith("Oi!") and "Sobrancelha (R$ 20,00)" in world.messages[-1].content


def test_the_cheaper_of_those_spoken_of_is_named(world):
    world.say("corte ou barba, quanto custa?")

    assert "Barba (R$ 35,00" in world.say("qual é mais barato?")
