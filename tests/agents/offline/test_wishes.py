"""What customers really wish for: what they rule out, what they would take instead, and what they merely mention."""

from __future__ import annotations

import time as time_of_cpu

import pytest

from tests.agents.offline_world import BARBA, CARLOS, RAFAEL, World, appointment, on, open_weeks, search


@pytest.fixture
def world() -> World:
    return open_weeks()


# Ruled out


@pytest.mark.parametrize(
    ("message", "searched"),
    [
        ("corte, não pode ser de manhã, amanhã", on("11-19", time_from="12:00")),
        ("corte amanhã mas à tarde não consigo", on("11-19", time_from="06:00", time_to="11:59")),
        ("corte amanhã, só não dá à noite", on("11-19", time_to="18:00")),
        ("corte amanhã depois das 16h não dá", on("11-19", time_to="16:00")),
        ("corte amanhã, antes das 10 não consigo", on("11-19", time_from="10:00")),
        ("corte amanhã, menos com o Carlos", on("11-19", not_with=[CARLOS])),
        ("corte amanhã, só não pode ser com o Rafael", on("11-19", not_with=[RAFAEL])),
        ("corte amanhã mas não com o carlos", on("11-19", not_with=[CARLOS])),
        ("corte amanhã, qualquer um menos o Rafael", on("11-19", not_with=[RAFAEL])),
        ("corte semana que vem menos segunda", on("11-24", "11-29")),
        ("corte semana que vem, segunda e terça eu não posso", on("11-25", "11-29")),
        ("hoje não posso, corte amanhã", on("11-19")),
        ("corte na sexta que de manhã não rola", on("11-20", time_from="12:00")),
        ("haircut tomorrow, but not in the morning", on("11-19", time_from="12:00")),
        ("haircut tomorrow, except with Carlos", on("11-19", not_with=[CARLOS])),
        ("un corte mañana, pero no puede ser por la mañana", on("11-19", time_from="12:00")),
    ],
)
def test_what_is_ruled_out_is_not_looked_for(world, message, searched):
    world.say(message)

    assert search(world) == searched


def test_what_is_ruled_out_later_is_offered_no_more(world):
    assert "Rafael" in world.say("corte amanhã ao meio-dia ou à tarde")

    assert "Rafael" not in world.say("só não pode ser com o Rafael")
    assert "Rafael" not in world.say("e sexta?")


def test_a_day_of_the_week_ruled_out_leaves_the_others(world):
    world.say("quero corte semana que vem")

    assert "terça 24/11" in world.say("segunda não")


def test_an_hour_ruled_out_is_not_among_the_offers(world):
    reply = world.say("corte amanhã, menos às 9h")

    assert "9:00" not in reply and "9:30" in reply


def test_a_negative_question_asks_for_it(world):
    world.say("corte amanhã não pode ser de manhã?")

    assert search(world) == on("11-19", time_from="06:00", time_to="11:59")


def test_naming_the_ruled_out_takes_it_back(world):
    world.say("corte amanhã menos com o Carlos")
    world.say("tá, pode ser com o Carlos então")

    assert search(world)["professional_id"] == CARLOS


def test_a_proposal_is_changed_by_what_is_ruled_out(world):
    assert "Confirmo?" in world.say("corte amanhã às 14h")

    assert "Rafael" not in world.say("sim, mas não com o Rafael")
    assert not world.appointments


@pytest.mark.parametrize(
    ("message", "searched"),
    [
        ("corte com qualquer um exceto o rafael amanhã", on("11-19", not_with=[RAFAEL])),
        ("corte hoje à noite não, amanhã de manhã", on("11-19", time_from="06:00", time_to="11:59")),
        ("se não for incômodo quero corte amanhã", on("11-19")),
        ("se não tiver problema, corte amanhã às 15h30", on("11-19", near="15:30")),
        ("corte às 10 ou às 11 da manhã sexta", on("11-20", near="11:00")),
        ("corte amanhã às 13h30 ou 15h30 com o carlos", on("11-19", near="15:30", professional_id=CARLOS)),
    ],
)
def test_what_belongs_to_the_wish_itself_stays_in_it(world, message, searched):
    world.say(message)

    assert search(world) == searched


@pytest.mark.parametrize("message", ["não quero mais cortar, só barba amanhã", "barba amanhã, não quero corte"])
def test_a_service_not_wanted_is_not_looked_for(world, message):
    world.say(message)

    assert world.calls[0][1]["service_ids"] == [BARBA]


def test_a_part_of_the_day_ruled_out_leaves_the_rest_of_it(world):
    world.say("corte sexta")
    world.say("não posso sexta de manhã")

    assert search(world) == on("11-20", time_from="12:00")


def test_a_part_of_another_day_ruled_out_leaves_this_one(world):
    world.say("não pode ser na segunda de manhã porque eu trabalho. corte terça")

    assert search(world) == on("11-24")


def test_a_yes_never_takes_what_was_ruled_out(world):
    world.say("corte amanhã às 9h")
    world.say("não consigo às 9")

    assert "9:00" not in world.say("sim")


@pytest.mark.parametrize("message", ["corte amanhã, não precisa ser de manhã", "corte amanhã, mas não muito tarde"])
def test_what_is_merely_not_needed_is_not_ruled_out(world, message):
    world.say(message)

    assert search(world) == on("11-19")


# First choice, second choice


@pytest.mark.parametrize(
    ("message", "searches"),
    [
        ("corte domingo, se não tiver, sexta à noite", [on("11-22"), on("11-20", time_from="18:00", time_to="23:59")]),
        ("corte sábado, se não tiver, sexta à noite", [on("11-21")]),
        (
            "corte hoje ao meio-dia, se não tiver amanhã à tarde",
            [on("11-18", near="12:00"), on("11-19", time_from="12:00", time_to="17:59")],
        ),
        ("corte amanhã às 13h, senão sexta", [on("11-19", near="13:00"), on("11-20", near="13:00")]),
        ("corte, se não tiver domingo pode ser sábado", [on("11-22"), on("11-21")]),
        ("corte amanhã 14h30 ou 15h30", [on("11-19", near="14:30"), on("11-19", near="15:30")]),
        ("corte amanhã às 14 ou 17", [on("11-19", near="14:00")]),
        ("corte domingo ou quarta", [on("11-22"), on("11-25")]),
        ("haircut Sunday, if not, Friday evening", [on("11-22"), on("11-20", time_from="18:00", time_to="23:59")]),
        ("un corte el domingo, si no hay, el viernes", [on("11-22"), on("11-20")]),
    ],
)
def test_the_second_choice_is_looked_for_when_the_first_is_not_free(world, message, searches):
    world.say(message)

    made = [arguments for name, arguments in world.calls if name == "list_slots"]
    assert [{name: value for name, value in item.items() if name != "service_ids"} for item in made] == searches


def test_it_says_why_it_offers_the_second_choice(world):
    reply = world.say("corte domingo, se não tiver, sexta à noite")

    assert reply.startswith("No domingo, 22/11, não abrimos. Corte (R$ 45,00, 30 min), sexta 20/11 à noite.")


@pytest.mark.parametrize("message", ["corte terça ou sexta", "corte terça às 14h ou sexta"])
def test_of_two_days_as_welcome_it_says_which_it_looks_at(world, message):
    reply = world.say(message)
    assert "Vejo terça 24/11 primeiro; se preferir sexta 20/11, é só dizer." in reply and reply.endswith("?")

    world.say("sexta")
    assert search(world)["date_from"] == "2026-11-20"


@pytest.mark.parametrize("message", ["corte terça, se não tiver, sexta", "corte domingo ou quarta", "corte terça"])
def test_where_there_is_no_choice_of_days_none_is_spoken_of(world, message):
    assert "se preferir" not in world.say(message)


def test_it_says_that_neither_is_free(world):
    reply = world.say("corte amanhã 14h45 ou 15h15")

    assert "14:45 já está tudo ocupado" in reply and "15:15 já está tudo ocupado" in reply and "15:30" in reply


# Mentioned only


@pytest.mark.parametrize(
    ("message", "searched"),
    [
        (
            "corte amanhã de preferência de manhã porque à tarde eu tenho fisioterapia",
            on("11-19", time_from="06:00", time_to="11:59"),
        ),
        ("corte, tenho primeira comunhão no domingo, sexta feira seria bom", on("11-20")),
        ("corte na sexta, tenho um casamento no sábado", on("11-20")),
        ("corte na sexta porque sábado eu viajo", on("11-20")),
        ("corte quinta pois na sexta é minha formatura", on("11-19")),
    ],
)
def test_a_reason_is_no_wish(world, message, searched):
    world.say(message)

    assert search(world) == searched


def test_the_only_day_named_counts_though_something_happens_on_it(world):
    world.say("quero corte, tenho casamento sábado")

    assert search(world) == on("11-21")


@pytest.mark.parametrize("piece", ["ou 10h ", "não pode ser ", "amanhã de manhã não posso ", "hoje amanhã sexta "])
def test_a_message_made_to_be_slow_is_not(world, piece):
    started = time_of_cpu.thread_time()
    world.say((piece * 200)[:1200] + " não posso")

    assert time_of_cpu.thread_time() - started < 4


# Taken up by something else


@pytest.mark.parametrize(
    ("message", "searched"),
    [
        ("quero corte amanhã, mas tenho aula até as 18h, depois disso", on("11-19", time_from="18:00")),
        ("corte amanhã, estou na faculdade até as 17h", on("11-19", time_from="17:00")),
        ("corte hoje, estou ocupado até as 15h", on("11-18", time_from="15:00")),
        ("corte amanhã, trabalho até as 18h", on("11-19", time_from="18:00")),
        ("corte amanhã, saio do trabalho às 18h", on("11-19", time_from="18:00")),
        ("haircut tomorrow, I'm at work until 6pm", on("11-19", time_from="18:00")),
        ("un corte mañana, trabajo hasta las 18", on("11-19", time_from="18:00")),
        ("corte amanhã, das 9h às 12h trabalho", on("11-19", time_from="12:00")),
        ("corte amanhã, trabalho das 9h às 12h", on("11-19", time_from="12:00")),
        ("corte amanhã até as 18h porque depois trabalho", on("11-19", time_to="18:01")),
        ("corte amanhã, tenho prova às 14h, precisa ser antes", on("11-19", time_to="14:00")),
        ("tenho médico às 10h amanhã, dá pra cortar o cabelo depois?", on("11-19", time_from="10:00")),
        ("corte amanhã às 10h, tenho que sair às 10h40, dá tempo?", on("11-19", near="10:00")),
        ("corte sábado, tenho casamento às 18h", on("11-21", time_to="18:00")),
        ("corte amanhã até as 18h", on("11-19", time_to="18:01")),
    ],
)
def test_the_time_of_something_else_is_the_edge_of_the_wish(world, message, searched):
    world.free["2026-11-19"] = "12:00 Rafael, 14:00 Carlos, 18:30 Carlos"
    world.say(message)

    assert search(world) == searched


def test_the_reason_to_move_is_no_time_to_move_to(world):
    world.appointments = [appointment(7, "2026-11-19 15:30")]

    assert "Para que dia você quer mudar?" in world.say("preciso remarcar, tenho médico às 15h")


@pytest.mark.parametrize(
    ("message", "searched"),
    [
        ("corte, ia hoje mas minha sogra chegou, melhor seria na sexta, mas sexta só depois do almoço",
         on("11-20", time_from="13:00")),
        ("corte, ia hoje mas melhor amanhã", on("11-19")),
        ("corte às 10h de amanhã ou qualquer hora da tarde", on("11-19", time_from="12:00", time_to="17:59")),
        ("corte terça ou quinta depois das 17", on("11-19", time_from="17:00")),
        ("corte amanha, cedo, antes de 10", on("11-19", time_to="10:00")),
        ("corte amanha as 1030", on("11-19", near="10:30")),
    ],
)  # fmt: skip
def test_the_better_and_the_nearer_wish_counts(world, message, searched):
    world.free = {"2026-11-20": "14:00 Carlos", "2026-11-19": "9:30 Carlos, 15:00 Léo", "2026-11-26": "18:00 Léo"}
    world.say(message)

    assert search(world) == searched
