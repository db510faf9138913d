"""Booking with the offline provider: gathering what is wanted, choosing a time, saying what can't be had."""

from __future__ import annotations

from decimal import Decimal

import pytest

from apps.agents.providers.base import ClosedDayFact, ServiceFact
from tests.agents.offline_world import BARBA, CARLOS, CORTE, SATURDAY, SERVICES, World, facts, local


def test_only_parts_of_the_day_still_to_come_are_asked_for(world):
    world.now = local("2026-11-20 13:00")
    world.free = {"2026-11-20": ", ".join(f"{hour}:{minute} Carlos" for hour in range(14, 20) for minute in ("00", 30))}

    assert world.say("corte e barba hoje").endswith("Prefere tarde ou noite?")
    assert "1) 18:00" in world.say("noite")


def test_a_day_with_few_free_times_is_listed_at_once(world):
    world.free = {"2026-11-20": "9:00 Carlos, 14:00 Rafael, 18:30 Léo"}

    assert "1) 9:00 com Carlos 2) 14:00 com Rafael 3) 18:30 com Léo" in world.say("corte e barba na sexta")


def test_several_messages_build_one_wish(world):
    world.free = SATURDAY

    reply = world.say("oi", "quero corte", "sábado", "de manhã", "com o Carlos")
    assert "1) 9:00 2) 10:15, com Carlos" in reply
    assert world.calls[-1][1]["professional_id"] == CARLOS


def test_it_asks_for_what_is_missing_one_thing_at_a_time(world):
    world.free = SATURDAY

    assert "Qual serviço você quer?" in world.say("quero marcar um horário")
    assert "Para que dia você quer?" in world.say("corte")
    assert "Qual fica melhor?" in world.say("sábado")


def test_an_exact_time_that_is_free_is_proposed_at_once(world):
    world.free = SATURDAY

    reply = world.say("Bom dia! Gostaria de agendar um corte para sábado às 9:30 com o Léo, por favor.")
    assert reply.endswith("Sábado, 21/11, às 9:30 o Léo está livre. Corte, R$ 45,00. Confirmo?")
    assert world.say("Perfeito, obrigado!").startswith("Marcado ✅")


@pytest.mark.parametrize(
    "choice",
    [
        "o 2",
        "2",
        "o segundo",
        "9:30",
        "9h30",
        "9 e meia",
        "com o Léo",
        "2️⃣",
        "2) 9:30 com Léo",
        "9:30 com Léo",
        "sáb 21/11 9:30 com Léo",
    ],
)
def test_a_slot_can_be_chosen_in_many_ways(world, choice):
    world.free = SATURDAY
    world.say("corte sábado de manhã")

    assert "às 9:30 com Léo" in world.say(choice)


@pytest.mark.parametrize("choice", ["o último", "o mais tarde", "10:15", "o terceiro", "as 10h15"])
def test_the_last_slot_can_be_chosen_in_many_ways(world, choice):
    world.free = SATURDAY
    world.say("corte sábado de manhã")

    assert "às 10:15 com Carlos" in world.say(choice)


def test_a_name_that_fits_two_slots_leads_to_a_question(world):
    world.free = SATURDAY
    world.say("corte sábado de manhã")

    assert world.say("com o Carlos") == "Tenho 9:00 ou 10:15, com Carlos. Qual prefere?"
    assert "às 9:00 com Carlos" in world.say("9")


def test_a_plain_yes_to_several_slots_asks_which(world):
    world.free = SATURDAY
    world.say("corte sábado de manhã")

    assert world.say("sim").startswith("Boa! Qual deles: 1) 9:00")
    assert "às 9:00 com Carlos" in world.say("tanto faz")


def test_a_yes_takes_the_only_slot(world):
    world.free = SATURDAY

    assert "Tenho só: 1) 14:00 com Rafael. Serve para você?" in world.say("corte sábado de tarde")
    assert "às 14:00 com Rafael" in world.say("pode ser")


def test_a_number_beyond_the_options_is_an_hour(world):
    world.free = {"2026-11-19": "9:00 Léo, 10:00 Carlos"}
    world.say("barba amanhã")

    assert "às 10:00 com Carlos" in world.say("10")


def test_a_time_not_in_the_list_is_looked_for(world):
    world.free = {"2026-11-18": "11:00 Carlos, 14:00 Rafael, 15:30 Carlos, 17:00 Léo"}
    world.say("corte hoje")

    assert "às 17:00 o Léo está livre" in world.say("as 5")


def test_a_service_can_be_added_before_choosing(world):
    world.free = SATURDAY
    world.say("corte sábado de manhã")

    assert "Corte + barba (R$ 80,00, 1 h)" in world.say("e a barba também")
    assert world.calls[-1][1]["service_ids"] == [CORTE, BARBA]


def test_a_service_can_be_added_after_choosing(world):
    world.free = SATURDAY
    world.say("corte sábado de manhã")
    world.say("o segundo")

    assert "às 9:30 o Léo está livre. Corte + barba, R$ 80,00. Confirmo?" in world.say("ah, e coloca a barba tbm")


def test_a_service_can_be_exchanged_or_dropped(world):
    world.free = SATURDAY
    world.say("corte e barba sábado de manhã")

    assert "Corte (R$ 45,00" in world.say("só o corte")
    assert "Barba (R$ 35,00" in world.say("na verdade quero barba")


def test_another_day_keeps_the_time(world):
    world.free = {"2026-11-19": "15:30 Carlos", "2026-11-20": "10:00 Léo, 15:30 Léo"}
    world.say("corte amanhã 15:30")

    assert "Sexta, 20/11, às 15:30 o Léo está livre" in world.say("não, na sexta no mesmo horário")


def test_earlier_and_later_start_from_what_was_shown(world):
    world.free = {"2026-11-20": "9:00 Carlos, 14:00 Carlos, 14:30 Rafael, 18:30 Léo"}
    world.say("corte sexta de tarde")

    assert "9:00 com Carlos" in world.say("tem mais cedo?")
    assert "14:00 com Carlos" in world.say("tem mais tarde?")


def test_a_day_ruled_out_is_not_searched(world):
    world.free = SATURDAY | {"2026-11-18": "11:00 Carlos, 14:00 Rafael"}
    world.say("corte hoje")

    assert "Para que dia" in world.say("hoje não dá")
    assert "9:00 com Carlos" in world.say("sábado")


def test_another_professional_can_be_asked_for(world):
    world.free = SATURDAY

    assert "às 10:15 já está tudo ocupado com Léo" in world.say("corte com o Léo sábado 10:15")
    assert "às 10:15 o Carlos está livre" in world.say("pode ser com outro")


def test_a_stranger_is_not_invented(world):
    reply = world.say("corte com o João amanhã")

    assert "Não encontrei João na nossa equipe. Atendem: Carlos, Léo e Rafael." in reply
    assert not world.calls


def test_a_professional_who_doesnt_do_it_is_said_so(world):
    assert "O Léo não faz sobrancelha; quem faz é Carlos." in world.say("sobrancelha com o Léo amanhã")


def test_a_closed_day_is_named(world):
    world.free = SATURDAY

    assert "No domingo, 22/11, não abrimos." in world.say("tem horário domingo pra corte?")


def test_a_holiday_is_named(world):
    world.closed_days = (ClosedDayFact(local("2026-11-20").date(), closed=True),)

    assert "Na sexta, 20/11, não abrimos." in world.say("corte sexta")


def test_a_time_gone_by_is_named(world):
    world.free = {"2026-11-18": "11:00 Carlos, 14:00 Rafael"}

    assert "Hoje às 9:00 já passou. O mais perto que tenho: 1) 11:00" in world.say("quero corte hoje às 9h")


def test_a_day_gone_by_is_named(world):
    assert "10/11 já passou. Para que dia você quer?" in world.say("corte dia 10/11")


def test_a_time_outside_opening_hours_is_named(world):
    world.free = {"2026-11-19": "18:00 Rafael"}

    assert "às 22:00 estamos fechados (abrimos das 9:00 às 20:00)" in world.say("corte amanhã às 22h")


def test_as_soon_as_possible_searches_the_coming_days(world):
    world.free = SATURDAY

    assert "1) sábado 21/11 9:00 com Carlos" in world.say("quero um corte o mais cedo possível")
    assert world.calls[0][1]["date_from"] == "2026-11-18"


def test_a_slot_taken_meanwhile_brings_alternatives(world):
    world.free = SATURDAY
    world.say("corte sábado de manhã")
    world.say("o segundo")
    world.vanishing = {"2026-11-21T9:30-Léo"}

    reply = world.say("sim")
    assert reply == (
        "Poxa, esse horário acabou de ser ocupado. Tenho: "
        "1) 9:00 com Carlos 2) 10:15 com Carlos 3) 14:00 com Rafael. Qual fica melhor?"
    )
    assert "às 10:15 com Carlos" in world.say("2")
    assert world.say("sim").startswith("Marcado ✅")


def test_a_numeral_in_a_name_is_no_number_of_people(world: World) -> None:
    world.free = SATURDAY

    assert "um horário por vez" not in world.say("quero marcar um corte pro Beto Dois sábado 9:30")
    assert "um horário por vez" in World(world.now, free=SATURDAY).say("quero marcar dois cortes sábado")


def test_a_yes_to_a_choice_is_asked_back_in_other_words_the_second_time(world: World) -> None:
    world.free = SATURDAY
    world.say("quero cortar o cabelo sábado de manhã")
    first, second = world.say("sim"), world.say("sim")

    assert first != second and "1) 9:00" in first and "1) 9:00" in second
    assert world.say("oi") != world.say("oi")


def test_a_proposal_left_open_is_put_in_other_words_the_second_time(world: World) -> None:
    world.free = SATURDAY
    world.say("quero cortar o cabelo sábado às 9:30")
    first, second = world.say("oi"), world.say("oi")

    assert first != second and "9:30" in first and "9:30" in second
    assert "Marcado" in world.say("sim")


def test_a_business_with_one_service_doesnt_ask_which(world):
    world.base = facts(services=SERVICES[:1])
    world.free = SATURDAY

    assert "Corte (R$ 45,00" in world.say("tem horário sábado?")


def test_a_business_without_services_is_honest(world):
    world.base = facts(services=(), professionals=())

    assert "Quer que eu chame alguém da equipe?" in world.say("quero marcar um horário")


def test_kinds_of_the_same_service_are_asked_apart(world):
    kinds = (
        ServiceFact(1, "Corte feminino", Decimal(90), 60, "Cabelo"),
        ServiceFact(2, "Corte masculino", Decimal(50), 30, "Cabelo"),
    )
    world.base = facts(services=kinds, professionals=(), business="Salão Bela", agent="Max")

    reply = world.say("quero cortar o cabelo")
    assert "assistente virtual do Salão Bela" in reply
    assert "Qual deles: corte feminino (R$ 90,00) ou corte masculino (R$ 50,00)?" in reply
    assert "Corte masculino (R$ 50,00, 30 min). Para que dia" in world.say("masculino")
