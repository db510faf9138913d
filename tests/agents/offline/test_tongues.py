"""English and Spanish: understood, answered in kind, and stuck to."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from types import ModuleType
from typing import Any

import pytest

from apps.agents.providers import offline
from apps.agents.providers.offline.times import PARTS, PERIODS
from apps.agents.providers.offline.tongues.detect import Tongue, tongue_of
from apps.agents.providers.offline.tongues.voice import REPLIES
from tests.agents.offline_world import CORTE, SATURDAY, WIDE_FRIDAY, World, appointment, facts, local

FOREIGN = (Tongue.ENGLISH, Tongue.SPANISH)


# English


def test_booking_moving_and_cancelling_in_english(world: World) -> None:
    world.free = SATURDAY

    assert world.say("Hi, I'd like to get a haircut on Saturday morning") == (
        "Hi! This is Bia, the virtual assistant of Barbearia do Zé 🙂 Corte (R$ 45,00, 30 min), Saturday, Nov 21 in "
        "the morning. I have: 1) 9:00 am with Carlos 2) 9:30 am with Léo 3) 10:15 am with Carlos. "
        "Which one suits you best?"
    )
    reply = world.say("the second one")
    assert reply == "Great: corte, Saturday, Nov 21 at 9:30 am with Léo, R$ 45,00. Shall I confirm?"
    assert world.say("yes please").startswith("Booked ✅ Saturday, Nov 21, 9:30 am, with Léo.")
    assert [item.start for item in world.appointments] == [local("2026-11-21 09:30")]

    assert "at 10:15 am with Carlos. Shall I confirm?" in world.say("can you change my appointment to 10:15?")
    assert world.say("sure").startswith("Moved ✅ Saturday, Nov 21, 10:15 am, with Carlos.")
    assert world.say("cancel my appointment").startswith("I'll cancel corte, Saturday, Nov 21 at 10:15 am")
    assert world.say("yes").startswith("Cancelled ✅")
    assert not world.appointments


def test_an_afternoon_hour_is_told_and_understood_in_english(world: World) -> None:
    world.free = {"2026-11-19": "14:00 Carlos, 15:30 Léo, 17:00 Rafael"}

    assert "1) 2:00 pm with Carlos 2) 3:30 pm with Léo" in world.say("haircut tomorrow afternoon")
    assert "at 3:30 pm with Léo" in world.say("3:30 works")
    assert world.say("yes").startswith("Booked ✅ Tomorrow, Nov 19, 3:30 pm")


def test_the_open_matter_is_picked_up_again_in_english(world: World) -> None:
    world.free, world.taught = WIDE_FRIDAY, {"estacionamento": "Temos convênio com o estacionamento ao lado."}

    assert world.say("haircut and beard on friday").endswith("Do you prefer morning, afternoon or evening?")
    reply = world.say("do you have parking?")
    assert reply == (
        "I have this in Portuguese: “Temos convênio com o estacionamento ao lado.” "
        "And for Friday, morning, afternoon or evening?"
    )
    assert "Friday, Nov 20 in the afternoon" in world.say("afternoon")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("how much is a haircut?", "Corte R$ 45,00 (30 min). Would you like to book a time?"),
        ("what services do you offer?", "We do corte (R$ 45,00), barba (R$ 35,00) and sobrancelha (R$ 20,00)."),
        ("what are your opening hours?", "We are open Monday to Saturday from 9:00 am to 8:00 pm."),
        ("are you open on sunday?", "Sunday, Nov 22, we are closed."),
        ("where are you?", "We are at Rua das Flores, 10 – Centro."),
        ("can I talk to a human?", "Of course! I've called the team, someone will answer you here."),
    ],
)
def test_questions_are_answered_in_english(world: World, question: str, answer: str) -> None:
    assert answer in world.say(question)


def test_the_attendant_reads_the_matter_in_portuguese(world: World) -> None:
    world.free = WIDE_FRIDAY
    world.say("haircut and beard on friday")

    world.say("let me talk to someone")

    assert world.calls[-1] == ("handoff", {"reason": "Pediu uma pessoa: corte + barba, sexta 20/11"})


# Spanish


def test_booking_moving_and_cancelling_in_spanish(world: World) -> None:
    world.free = SATURDAY

    assert world.say("Hola, quisiera un corte el sábado por la mañana") == (
        "¡Hola! Soy Bia, asistente virtual de Barbearia do Zé 🙂 Corte (R$ 45,00, 30 min), sábado 21/11 por la mañana. "
        "Tengo: 1) 9:00 con Carlos 2) 9:30 con Léo 3) 10:15 con Carlos. ¿Cuál te queda mejor?"
    )
    assert world.say("el segundo") == "Perfecto: corte, sábado 21/11 a las 9:30 con Léo, R$ 45,00. ¿Confirmo?"
    assert world.say("sí").startswith("Reservado ✅ Sábado, 21/11, 9:30, con Léo.")
    assert "a las 10:15 con Carlos. ¿Confirmo?" in world.say("quiero cambiar mi cita a las 10:15")
    assert world.say("dale").startswith("Reprogramado ✅")
    assert world.say("cancela mi cita").startswith("Cancelo entonces corte, sábado 21/11 a las 10:15")
    assert world.say("sí, confirmo").startswith("Cancelado ✅")
    assert not world.appointments


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("¿cuánto cuesta el corte?", "Corte R$ 45,00 (30 min). ¿Quieres reservar un horario?"),
        ("¿a qué hora abren?", "Abrimos de lunes a sábado de 9:00 a 20:00."),
        ("¿dónde están?", "Estamos en Rua das Flores, 10 – Centro."),
        ("quiero hablar con una persona", "¡Claro! Ya avisé al equipo, una persona te responde por aquí."),
    ],
)
def test_questions_are_answered_in_spanish(world: World, question: str, answer: str) -> None:
    assert answer in world.say(question)


# Which language


@pytest.mark.parametrize("message", ["2", "ok", "👍", "9:30", "Carlos"])
def test_words_of_no_language_change_nothing(message: str) -> None:
    assert all(tongue_of(message, before=tongue) is tongue for tongue in (Tongue.ENGLISH, Tongue.PORTUGUESE))


@pytest.mark.parametrize(
    "message",
    ["corte i barba", "quero corte fade hoje", "top, show", "se for possível amanhã", "buenas tchê", "hj on?"],
)
def test_borrowed_words_leave_portuguese_as_it_is(message: str) -> None:
    assert tongue_of(message) is Tongue.PORTUGUESE


def test_a_customer_may_come_back_to_portuguese(world: World) -> None:
    world.free = SATURDAY
    assert world.say("hello, haircut on Saturday").endswith("Which one suits you best?")

    assert world.say("quero o segundo, por favor").startswith("Fechado então: corte, sábado 21/11 às 9:30 com Léo")
    assert world.say("sim").startswith("Marcado ✅")


def test_a_second_riddle_in_a_row_calls_a_person_in_any_language(world: World) -> None:
    assert "I don't have that information here" in world.say("do you have parking?")
    world.say("and do you sell shampoo?")

    assert world.is_handed_off


def test_appointments_are_told_apart_by_number_in_english(world: World) -> None:
    world.appointments = [appointment(7, "2026-11-19 15:30"), appointment(8, "2026-11-21 09:00", (CORTE,), "Léo")]

    reply = world.say("I want to cancel my appointment")
    assert "1) barba, tomorrow 3:30 pm with Carlos 2) corte, Saturday, Nov 21 9:00 am with Léo. Which of them?" in reply
    assert "corte, Saturday, Nov 21 at 9:00 am" in world.say("the second one")


def test_an_address_nobody_gave_is_admitted_in_english(world: World) -> None:
    world.base = facts(address="")

    assert "About the address, I don't have that information here." in world.say("where are you?")


# Nothing is left unsaid


@pytest.mark.parametrize("tongue", FOREIGN)
def test_everything_said_in_portuguese_is_said_in(tongue: Tongue) -> None:
    assert sorted(set(_sources()) - set(REPLIES[tongue])) == []


@pytest.mark.parametrize("tongue", FOREIGN)
def test_no_field_is_lost_in(tongue: Tongue) -> None:
    wrong = {source: reply for source, reply in REPLIES[tongue].items() if _fields(source) != _fields(reply)}

    assert wrong == {}


def _fields(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _sources() -> Iterator[str]:
    """What the modules hand to `say`: literals, and the constants and tables they name."""
    for path in sorted(Path(offline.__file__).parent.glob("*.py")):
        module = importlib.import_module(f"{offline.__name__}.{path.stem}".removesuffix(".__init__"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                yield from _texts(node.args[0], module)
    yield from (wish.label for _, wish in PERIODS)
    yield from (part.label for part in PARTS.values())


def _texts(node: ast.expr, module: ModuleType) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body, module), *_texts(node.orelse, module))
    elif isinstance(node, ast.Subscript):
        yield from _texts(node.value, module)
    elif isinstance(node, ast.Tuple):
        yield from (text for item in node.elts for text in _texts(item, module))
    elif isinstance(node, ast.Name | ast.Attribute):
        value: Any = eval(ast.unparse(node), vars(module)) if _is_constant(node, module) else ()
        yield from (value,) if isinstance(value, str) else value.values() if isinstance(value, dict) else value


def _is_constant(node: ast.expr, module: ModuleType) -> bool:
    name = ast.unparse(node)
    return bool(re.fullmatch(r"(?:[a-z]+\.)?[A-Z_]+", name)) and name.partition(".")[0] in vars(module)


# What the house taught


def test_a_passage_in_portuguese_is_called_so(world: World) -> None:
    world.taught = {"estacionamento": "Sim, temos estacionamento gratuito para clientes."}

    assert "I have this in Portuguese: “Sim, temos estacionamento" in world.say("hi, do you have parking?")
    other = World(world.now, taught=world.taught)
    assert "Lo tengo en portugués: “Sim" in other.say("hola, ¿tienen estacionamento?")
    other = World(world.now, taught=world.taught)
    assert "portugu" not in other.say("oi, vocês têm estacionamento?")


def test_a_passage_in_the_customers_language_is_just_said(world: World) -> None:
    world.taught = {"estacionamento": "Yes, there is free parking for our clients next door."}

    assert "Portuguese" not in world.say("hi, do you have parking?")
