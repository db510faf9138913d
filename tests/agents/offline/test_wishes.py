"""What customers really wish for: what they rule out, what they would take instead, and what they merely mention."""

from __future__ import annotations

import time as time_of_cpu
from datetime import date, time
from typing import Any

import pytest

from apps.agents.providers.base import ClosedDayFact, HoursFact, ProfessionalFact
from tests.agents.offline_world import BARBA, CARLOS, CORTE, RAFAEL, World, appointment, facts, local

FULL_DAY = "9:00 Carlos, 9:30 Léo, 10:15 Carlos, 12:00 Rafael, 14:00 Rafael, 15:30 Carlos, 17:00 Léo, 18:30 Carlos"


@pytest.fixture
def world() -> World:
    """Wednesday 18 November 2026, ten in the morning; everything is known but the wish."""
    days = ("11-19", "11-20", "11-21", "11-23", "11-24", "11-25", "11-26", "12-02", "12-04", "12-05")
    free = {f"2026-{day}": FULL_DAY for day in days} | {"2026-11-18": "10:30 Carlos, 14:30 Carlos, 16:00 Léo"}
    return World(local("2026-11-18 10:00"), free=free, has_replied=True)


def search(world: World) -> dict[str, Any]:
    """The last search, without what every one has."""
    arguments = next(arguments for name, arguments in reversed(world.calls) if name == "list_slots")
    return {name: value for name, value in arguments.items() if name != "service_ids"}


def on(first: str, last: str = "", **wish: Any) -> dict[str, Any]:
    return {"date_from": f"2026-{first}", "date_to": f"2026-{last or first}"} | wish


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


@pytest.mark.parametrize(
    ("first", "second"),
    [("quero corte semana que vem", "quinta"), ("quero corte semana que vem", "pode ser na quinta-feira")],
)
def test_a_weekday_after_a_stretch_is_the_one_inside(world, first, second):
    world.say(first)
    world.say(second)

    assert search(world) == on("11-26")


def test_a_weekday_beside_a_stretch_is_the_one_inside(world):
    world.say("quero corte semana que vem na quinta")

    assert search(world) == on("11-26")


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


# Ordinals and months of other languages


@pytest.mark.parametrize(
    ("answer", "option"),
    [
        ("la segunda", "9:30 con Léo"),
        ("la segunda por favor", "9:30 con Léo"),
        ("quiero la segunda opción", "9:30 con Léo"),
        ("la tercera", "10:15 con Carlos"),
        ("la dos", "9:30 con Léo"),
        ("la primera", "9:00 con Carlos"),
    ],
)
def test_a_spanish_ordinal_chooses_an_option(world, answer, option):
    world.say("hola, quiero un corte mañana")

    assert option in world.say(answer)
    assert world.proposal


def test_a_las_dos_is_an_hour(world):
    world.say("hola, quiero un corte mañana")

    assert "14:00" in world.say("a las dos")


@pytest.mark.parametrize(
    ("message", "searched"),
    [
        ("book haircut dec 2 at 4pm", on("12-02", near="16:00")),
        ("haircut Dec 4 in the morning", on("12-04", time_from="06:00", time_to="11:59")),
        ("haircut Dec 4th please", on("12-04")),
        ("haircut 4 Dec at 10am", on("12-04", near="10:00")),
        ("I want a haircut on December 4", on("12-04")),
        ("haircut on the 4th of December", on("12-04")),
        ("haircut Dec. 4th 10 am", on("12-04", near="10:00")),
        ("quiero un corte el 4 dic", on("12-04")),
        ("quiero un corte el 5 de dic a las 10", on("12-05", near="10:00")),
        ("corte 4 dez 10h", on("12-04", near="10:00")),
        ("corte 4/dez", on("12-04")),
    ],
)
def test_short_names_of_months_are_read(world, message, searched):
    reply = world.say(message)

    assert search(world) == searched
    assert "one at a time" not in reply


def test_two_haircuts_are_still_a_group(world):
    assert "um horário por vez" in world.say("quero marcar 2 cortes amanhã")


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


def test_both_of_the_services_talked_about_are_no_hour(world):
    world.say("escova e barba")
    world.say("quero as duas amanhã de tarde")

    assert search(world) == on("11-19", time_from="12:00", time_to="17:59")


def test_both_services_asked_about_are_wished(world):
    world.say("quanto é corte e barba?")
    world.say("as duas amanhã às 14h")

    assert world.calls[0][1] == {"service_ids": [CORTE, BARBA], **on("11-19", near="14:00")}


def test_where_a_time_was_asked_for_as_duas_is_one(world):
    world.free = {"2026-11-19": ", ".join(f"{hour}:00 Carlos" for hour in range(9, 20))}
    assert "manhã, tarde ou noite?" in world.say("corte e barba amanhã")

    assert "14:00" in world.say("as duas")


def test_price_and_length_are_told_once(world):
    reply = world.say("quanto é o corte? quero marcar corte amanhã")

    assert reply.count("R$ 45,00") == 1


# Plain questions


@pytest.mark.parametrize(
    "question",
    [
        "quais horarios eu tenho?",
        "que horas eu tenho?",
        "quais horários tenho marcado?",
        "que dia que eu tenho marcado?",
    ],
)
def test_what_i_have_is_what_i_booked(world, question):
    world.appointments = [appointment(7, "2026-11-19 15:30", (CORTE,))]

    assert world.say(question) == "Você tem corte amanhã, 19/11, às 15:30 com Carlos."


WEEKDAYS = tuple(HoursFact(weekday, time(10), time(18)) for weekday in range(5))
TEAM = (
    ProfessionalFact(CARLOS, "Carlos", (CORTE, BARBA), WEEKDAYS),
    ProfessionalFact(2, "Léo", (CORTE, BARBA), special_days=(ClosedDayFact(date(2026, 11, 18), closed=True),)),
    ProfessionalFact(RAFAEL, "Rafael", (CORTE, BARBA)),
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("o carlos trabalha amanhã?", "O Carlos atende amanhã, 19/11, das 10:00 às 18:00. Qual serviço você quer?"),
        ("o carlos vai tá aí sábado?", "O Carlos não atende sábado, 21/11. Nesse dia atendem Léo e Rafael."),
        ("léo tá atendendo hoje?", "O Léo não atende hoje, 18/11. Nesse dia atendem Carlos e Rafael."),
        ("o rafael atende amanhã?", "O Rafael atende amanhã, 19/11, das 9:00 às 20:00."),
        ("que dias o carlos trabalha?", "O Carlos atende de segunda a sexta das 10:00 às 18:00."),
    ],
)
def test_whether_somebody_works_is_answered(world, question, answer):
    world.base = facts(professionals=TEAM)

    assert world.say(question).startswith(answer)


@pytest.mark.parametrize("question", ["qual telefone do Carlos?", "me passa o whatsapp do léo"])
def test_a_telephone_number_is_no_wish_for_the_person(world, question):
    assert "não tenho essa informação aqui" in world.say(question)


def test_at_a_time_when_we_are_closed_we_say_so(world):
    reply = world.say("tem horario as 7 da manha?")

    assert reply.startswith("Às 7:00 estamos fechados (abrimos de segunda a sábado das 9:00 às 20:00).")


def test_on_a_holiday_we_are_closed(world):
    world.closed_days = (ClosedDayFact(date(2026, 12, 25), closed=True),)
    reply = world.say("tem horário 25/12?")

    assert reply.startswith("Na sexta, 25/12, não abrimos. O dia mais perto em que abrimos é sábado 26/12")


def test_with_whom_and_for_how_much_after_booking(world):
    world.say("corte amanhã às 15h30")
    assert "✅" in world.say("sim")

    assert world.say("com quem?") == "Você tem corte amanhã, 19/11, às 15:30 com Carlos."
    assert world.say("quanto vou pagar?") == "Corte amanhã, 19/11, às 15:30 com Carlos: R$ 45,00."


def test_with_whom_before_booking(world):
    world.say("corte amanhã às 15h30")

    assert world.say("com quem?") == "E confirmo corte, amanhã 19/11 às 15:30 com Carlos?"


# Why not, and what then


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("corte amanhã 19:45", "Amanhã, 19/11, às 19:45 não dá tempo: corte leva 30 min, e fechamos às 20:00."),
        ("corte 3/02", "Na quarta, 3/02, ainda não dá para marcar: a agenda está aberta até 17/01."),
        ("corte 12/05 às 10h", "Na quarta, 12/05, ainda não dá para marcar: a agenda está aberta até 17/01."),
        ("corte 31/11", "O dia 31/11 não existe. Para que dia você quer?"),
        ("corte dia 32 às 10h", "O dia 32 não existe. Para que dia você quer?"),
        ("corte 30 de fevereiro", "O dia 30 de fevereiro não existe. Para que dia você quer?"),
        ("haircut on Nov 31", "There is no 31 de novembro. What day would you like?"),
    ],
)
def test_it_says_what_stands_in_the_way(world, message, reason):
    world.base = facts(bookable_until=date(2027, 1, 17))

    assert world.say(message).startswith(reason)


def test_a_day_that_doesnt_exist_is_asked_for_again_after_another_was_known(world):
    world.say("corte sexta")

    assert world.say("melhor 31/11") == "O dia 31/11 não existe. Para que dia você quer?"


def test_an_hour_is_of_the_half_of_the_day_talked_about(world):
    world.say("corte amanhã 9 da noite")

    assert "às 20:00" in world.say("as 8 então")


def test_days_before_the_wished_one_come_last(world):
    world.free = {"2026-11-18": "16:00 Léo, 17:00 Léo", "2026-11-20": "10:00 Carlos"}

    assert "1) sexta 20/11 10:00" in world.say("corte amanhã às 10h")


@pytest.mark.parametrize(
    ("message", "offer"),
    [
        ("corte 5 de dezembro no primeiro horário", "sábado 5/12. O primeiro horário livre: 1) 9:00 com Carlos."),
        ("corte amanhã o mais cedo possível", "amanhã 19/11. O primeiro horário livre: 1) 9:00 com Carlos."),
        ("corte amanhã no último horário", "amanhã 19/11. O último horário livre: 1) 18:30 com Carlos."),
        ("corte sexta o primeiro horário da tarde", "sexta 20/11 à tarde. O primeiro horário livre: 1) 12:00 com"),
        ("corte sexta no último horário da manhã", "sexta 20/11 de manhã. O último horário livre: 1) 10:15 com"),
        ("haircut tomorrow, the earliest", "tomorrow, Nov 19. The first free time: 1) 9:00 am with Carlos."),
    ],
)
def test_the_first_or_the_last_time_of_a_day_is_the_one_offered(world, message, offer):
    reply = world.say(message)

    assert offer in reply and "2)" not in reply


def test_the_last_time_is_found_in_a_day_that_is_nearly_full(world):
    world.free = {"2026-11-19": "9:00 Carlos, 11:00 Léo"}

    assert "O último horário livre: 1) 11:00 com Léo." in world.say("corte amanhã no último horário")


def test_the_only_one_offered_is_taken_with_a_yes(world):
    world.say("corte 5 de dezembro no primeiro horário")

    assert "sábado 5/12 às 9:00 com Carlos" in world.say("sim")


def test_what_is_no_question_is_looked_up_nowhere(world):
    world.say("oi amg tudo bem?")
    world.say("que horas ele tem livre amanhã")

    assert not [name for name, _ in world.calls if name == "search_knowledge"]


def test_whether_one_has_booked_is_answered(world):
    assert world.say("não marquei ainda?") == "Não achei nenhum horário marcado para você."


def test_an_insult_calls_a_person(world):
    world.say("vcs sao uma porcaria")

    assert world.is_handed_off


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


@pytest.mark.parametrize("piece", ["ou 10h ", "não pode ser ", "amanhã de manhã não posso ", "hoje amanhã sexta "])
def test_a_message_made_to_be_slow_is_not(world, piece):
    started = time_of_cpu.thread_time()
    world.say((piece * 200)[:1200] + " não posso")

    assert time_of_cpu.thread_time() - started < 4


# A weekday and a date


@pytest.mark.parametrize(
    ("message", "searched"),
    [
        ("corte sexta dia 27", on("11-27")),
        ("corte sexta-feira dia 27 às 10h", on("11-27", near="10:00")),
        ("corte sexta, 27/11", on("11-27")),
        ("corte sexta 27 às 10h", on("11-27", near="10:00")),
        ("corte segunda dia 30", on("11-30")),
        ("corte na sexta dia 4/12", on("12-04")),
        ("corte sexta 4 às 10h", on("12-04", near="10:00")),
        ("corte sábado dia 28", on("11-28")),
        ("corte terça-feira 1 de dezembro", on("12-01")),
        ("corte quinta-feira, dia 3 de dezembro", on("12-03")),
        ("corte sexta que vem, dia 27", on("11-27")),
        ("corte dia 27, sexta", on("11-27")),
        ("corte 6ª feira dia 27", on("11-27")),
        ("corte sexta dia 18 às 10h", on("12-18", near="10:00")),
        ("haircut on friday the 27th", on("11-27")),
        ("un corte el viernes 27", on("11-27")),
        ("corte sexta 10h", on("11-20", near="10:00")),
        ("corte sexta das 10 às 12", on("11-20", time_from="10:00", time_to="12:00")),
    ],
)
def test_a_weekday_and_its_date_are_one_day(world, message, searched):
    world.say(message)

    assert search(world) == searched


@pytest.mark.parametrize(
    ("message", "question"),
    [
        ("corte quinta dia 20 às 10h", "Dia 20 é sexta. É quinta 19 ou sexta 20?"),
        ("corte sexta, 26/11", "Dia 26 é quinta. É quinta 26 ou sexta 27?"),
        ("corte sexta 3/12", "Dia 3/12 é quinta. É quinta 3/12 ou sexta 4/12?"),
        ("corte dia 20 (quinta)", "Dia 20 é sexta. É quinta 19 ou sexta 20?"),
        ("haircut on thursday the 20th", "Nov 20 is a Friday. Do you mean Thursday Nov 19 or Friday Nov 20?"),
        ("un corte el jueves 20 de noviembre", "El 20 es viernes. ¿Es el jueves 19 o el viernes 20?"),
        ("corte sexta 31/11", "O dia 31/11 não existe. Para que dia você quer?"),
    ],
)
def test_a_weekday_and_a_date_that_disagree_are_asked_about(world, message, question):
    assert world.say(message) == question
    assert not world.calls


@pytest.mark.parametrize(
    ("answer", "searched"),
    [
        ("sexta", on("11-27", near="10:00")),
        ("quinta", on("11-26", near="10:00")),
        ("a 27", on("11-27", near="10:00")),
        ("dia 26", on("11-26", near="10:00")),
        ("sexta 27", on("11-27", near="10:00")),
    ],
)
def test_which_of_both_days_is_meant_is_answered(world, answer, searched):
    world.say("corte sexta dia 26 às 10h")
    world.say(answer)

    assert search(world) == searched


def test_a_yes_beside_days_that_disagree_books_nothing(world):
    world.say("corte sexta às 10h15")

    assert world.say("sim, quinta dia 20") == "Dia 20 é sexta. É quinta 19 ou sexta 20?"


def test_it_moves_to_the_weekday_of_that_date(world):
    world.appointments = [appointment(7, "2026-11-19 15:30")]
    world.say("remarca pra sexta dia 27 às 10h")
    assert search(world) == on("11-27", near="10:00", appointment_id=7)

    assert "Dia 20 é sexta" in world.say("remarca pra quinta dia 20")


def test_it_cancels_the_one_of_that_weekday_and_date(world):
    world.appointments = [appointment(7, "2026-11-20 15:30"), appointment(8, "2026-11-27 15:30")]
    assert "sexta 27/11" in world.say("cancela o de sexta dia 27")

    assert "Dia 26 é quinta" in world.say("cancela o de sexta dia 26")
    assert "sexta 27/11" in world.say("sexta")


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


def test_what_a_service_is_done_to_is_no_other_service(world):
    assert "não encontrei" not in world.say("quero cortar o cabelo e fazer a barba")


@pytest.mark.parametrize(
    ("message", "near"),
    [
        ("corte daqui a 2 horas", "12:15"),
        ("corte daqui 3 horas", "13:15"),
        ("corte daqui a uma hora", "11:15"),
        ("corte em 2 horas", "12:15"),
        ("corte daqui a meia hora", "10:45"),
        ("haircut in 2 hours", "12:15"),
    ],
)
def test_hours_from_now_are_counted_from_the_message(world, message, near):
    world.now = local("2026-11-18 10:07")
    world.say(message)

    assert search(world) == on("11-18", near=near)


@pytest.mark.parametrize("message", ["corte amanha 10", "corte amanhã, 10", "corte amanhã 10 com o carlos"])
def test_a_number_right_after_a_day_is_an_hour(world, message):
    world.say(message)

    assert search(world)["near"] == "10:00"


NAMESAKES = (
    ProfessionalFact(1, "Dra. Helena Prado", (CORTE,)),
    ProfessionalFact(2, "Dr. Marcos Lima", (CORTE,)),
    ProfessionalFact(3, "Ana Paula", (CORTE, BARBA)),
    ProfessionalFact(4, "Ana Clara", (CORTE,)),
)


@pytest.mark.parametrize(
    ("message", "professional"),
    [
        ("corte com a doutora helena", 1),
        ("corte com a dra. Helena", 1),
        ("corte com doutor marcos", 2),
        ("corte com a Ana Clara", 4),
        ("corte com a ana paula", 3),
        ("barba com a Ana", 3),
    ],
)
def test_titles_and_second_names_tell_people(world, message, professional):
    world.base = facts(professionals=NAMESAKES)
    world.free = {}
    world.say(f"{message} amanhã")

    assert search(world)["professional_id"] == professional


def test_of_two_with_one_name_which_is_asked(world):
    world.base = facts(professionals=NAMESAKES)
    world.free = {}
    assert world.say("corte com a Ana amanhã") == "Temos Ana Paula e Ana Clara. Com quem você prefere?"

    world.say("Ana Clara")
    assert search(world)["professional_id"] == 4
