"""Services named beside ours, or in other words than ours."""

from __future__ import annotations

import pytest

from tests.agents.offline_world import BARBA, CORTE, World, on, open_weeks, search


@pytest.fixture
def world() -> World:
    return open_weeks()


# Several


def test_two_haircuts_are_still_a_group(world):
    assert "um horário por vez" in world.say("quero marcar 2 cortes amanhã")


def test_both_of_the_services_talked_about_are_no_hour(world):
    world.say("escova e barba")
    world.say("quero as duas amanhã de tarde")

    assert search(world) == on("11-19", time_from="12:00", time_to="17:59")


def test_both_services_asked_about_are_wished(world):
    world.say("quanto é corte e barba?")
    world.say("as duas amanhã às 14h")

    assert world.calls[0][1] == {"service_ids": [CORTE, BARBA], **on("11-19", near="14:00")}


# What we don't have


@pytest.mark.parametrize(
    ("message", "names", "searches_for"),
    [
        ("corte e luzes 20/11 10h15", ["Luzes"], [CORTE]),
        ("escova e barba amanhã", ["Escova"], [BARBA]),
        ("corte com Química e barba amanhã às 9h", ["Química"], [CORTE, BARBA]),
        ("amanhã corte, também queria fazer hidratação", ["Hidratação"], [CORTE]),
        ("corte e luzes no cabelo amanhã", ["Luzes"], [CORTE]),
        ("corte infantil amanhã", ["Corte infantil à parte", "o mais próximo que temos é corte (R$ 45,00)"], [CORTE]),
    ],
)
def test_a_service_we_dont_have_is_named_and_the_rest_goes_on(world, message, names, searches_for):
    reply = world.say(message)

    assert all(name in reply for name in names) and "na nossa lista" in reply
    assert world.calls[0] == ("list_slots", world.calls[0][1] | {"service_ids": searches_for})


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("cabelo de noiva", "Cabelo de noiva"),
        ("quero hidratar o cabelo", "Hidratar o cabelo"),
        ("unha decorada faz?", "Unha decorada"),
        ("vcs fazem Rodízio de pneus?", "Rodízio de pneus"),
        ("Química faz?", "Química"),
        ("quero marcar drenagem amanhã", "Drenagem"),
    ],
)
def test_what_we_dont_have_is_called_as_the_customer_wrote_it(world, message, name):
    assert world.say(message).startswith(f"{name} eu não encontrei na nossa lista.")


@pytest.mark.parametrize("message", ["corte feminino?", "corte na máquina?", "vcs cortam cabelo de mulher?"])
def test_a_kind_we_dont_list_is_not_claimed(world, message):
    reply = world.say(message)

    assert "à parte eu não encontrei na nossa lista; o mais próximo que temos é corte (R$ 45,00)." in reply
    assert "Boa!" not in reply and "Fazemos sim" not in reply


def test_a_kind_the_business_told_of_is_answered_from_that(world):
    world.taught = {"feminino": "Cortamos cabelo curto feminino."}

    assert "Cortamos cabelo curto feminino." in world.say("fazem corte feminino?")


def test_a_style_of_cut_is_a_cut(world):
    world.say("corte degradê na máquina amanhã")

    assert search(world) == on("11-19")


def test_after_two_services_we_dont_have_the_list_is_told_once(world):
    reply = world.say("vcs fazem luzes? vcs fazem química?")

    assert "Luzes eu não encontrei" in reply and "Quimica" in reply.replace("í", "i")
    assert reply.count("Temos corte") == 1


@pytest.mark.parametrize(
    "message",
    [
        "quero marcar entao sabado 17h",
        "quero marcar ainda essa semana",
        "queria agendar assim que possível",
        "quero marcar rapidamente amanhã",
        "posso marcar contigo amanhã?",
        "quero reservar logo amanhã",
        "quero agendar dentro de dois dias",
        "quero marcar porque amanhã viajo",
    ],
)
def test_small_words_are_no_services(world, message):
    assert "não encontrei" not in world.say(message)


def test_what_a_service_is_done_to_is_no_other_service(world):
    assert "não encontrei" not in world.say("quero cortar o cabelo e fazer a barba")
