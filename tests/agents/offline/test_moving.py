"""Moving and cancelling appointments with the offline provider."""

from __future__ import annotations

import pytest

from tests.agents.offline_world import CORTE, SATURDAY, World, appointment


def test_an_appointment_is_cancelled_after_a_yes(booked):
    assert (
        booked.say("quero cancelar meu horário") == "Cancelo então barba, amanhã 19/11 às 15:30 com Carlos. Confirma?"
    )
    assert booked.say("sim").startswith("Cancelado ✅ Barba, amanhã 19/11 às 15:30.")
    assert not booked.appointments


def test_a_cancellation_can_be_called_off(booked):
    booked.say("não vou poder ir amanhã")

    assert booked.say("não, deixa") == "Tudo bem, fica como está. Quando quiser é só chamar."
    assert booked.appointments


def test_of_several_appointments_it_asks_which(booked):
    booked.appointments.append(appointment(8, "2026-11-21 09:00", (CORTE,), "Léo"))

    reply = booked.say("quero cancelar")
    assert reply == "Você tem 1) barba, amanhã 15:30 com Carlos 2) corte, sábado 21/11 9:00 com Léo. Qual deles?"
    assert "corte, sábado 21/11 às 9:00 com Léo" in booked.say("o segundo")
    booked.say("pode cancelar")
    assert [item.id for item in booked.appointments] == [7]


@pytest.mark.parametrize(
    "message", ["cancela o corte", "cancelar o de sábado", "desmarca o das 9h", "cancela o com o Léo"]
)
def test_of_several_appointments_one_can_be_described(booked, message):
    booked.appointments.append(appointment(8, "2026-11-21 09:00", (CORTE,), "Léo"))

    booked.say(message)

    assert booked.calls == [("cancel", {"appointment_id": 8})]


def test_a_day_without_appointment_is_not_mistaken_for_another(booked):
    reply = booked.say("cancela meu horário de sexta")

    assert reply == "Não achei horário seu sexta 20/11. Você tem barba amanhã, 19/11, às 15:30 com Carlos. É esse?"
    assert not booked.calls
    assert booked.say("sim").startswith("Cancelo então barba")


def test_without_appointments_there_is_nothing_to_cancel(world):
    assert "Não achei nenhum horário marcado para você" in world.say("cancela meu horário")


def test_moving_asks_for_the_day(booked):
    booked.free = {"2026-11-20": "9:00 Carlos, 14:00 Carlos"}

    assert booked.say("preciso remarcar").endswith("Para que dia você quer mudar?")
    assert "Na sexta, 20/11, de manhã tenho: 1) 9:00 com Carlos. Serve?" in booked.say("sexta de manhã")
    assert "Troco então para sexta, 20/11, às 9:00 com Carlos" in booked.say("sim")


def test_moving_to_an_exact_time_is_proposed_at_once(booked):
    booked.free = {"2026-11-20": "14:00 Carlos"}

    reply = booked.say("quero trocar meu horário de amanhã 15:30 pra sexta 14h")
    assert reply == "Troco então para sexta, 20/11, às 14:00 com Carlos. Confirma?"


def test_moving_within_the_day(booked):
    booked.free = {"2026-11-19": "10:00 Carlos"}
    booked.say("dá pra mudar meu horário pra 10h?")

    assert booked.say("sim") == "Remarcado ✅ Amanhã, 19/11, 10:00, com Carlos. O horário das 15:30 foi liberado."


def test_a_fresh_booking_can_be_moved_and_cancelled(world):
    world.free = SATURDAY
    world.say("corte sábado 9:30")
    world.say("sim")

    assert "Troco então para sábado, 21/11, às 10:15" in world.say("na verdade pode mudar pra 10:15?")
    world.say("sim")
    assert "Cancelo então corte, sábado 21/11 às 10:15" in world.say("cancela")
    world.say("sim")
    assert not world.appointments


def test_cancel_in_the_middle_of_a_booking_gives_it_up(booked):
    booked.free = SATURDAY
    booked.say("corte sábado")

    assert booked.say("cancela") == (
        "Tudo bem, não marquei nada. Você tem barba amanhã, 19/11, às 15:30 com Carlos. Quer cancelar esse horário?"
    )
    assert booked.appointments


def test_moving_says_that_somebody_else_would_do_it(world: World) -> None:
    world.free = {"2026-11-21": "9:00 Carlos, 10:00 Carlos, 9:30 Léo"}
    world.say("quero cortar o cabelo sábado às 9:00 com o carlos")
    world.say("sim")

    asked = world.say("quero remarcar para 9:30")
    assert asked.startswith("Nesse horário o Carlos não está livre. Troco então") and "com Léo" in asked
    assert "Remarcado" in world.say("sim")


def test_moving_to_whom_one_asked_for_needs_no_excuse(world: World) -> None:
    world.free = {"2026-11-21": "9:00 Carlos, 10:00 Carlos, 9:30 Léo"}
    world.say("quero cortar o cabelo sábado às 9:00 com o carlos")
    world.say("sim")

    assert "não está livre" not in world.say("quero remarcar para 9:30 com o Léo")


# To somebody else


@pytest.mark.parametrize(
    "message",
    [
        *("posso trocar o Carlos pelo Léo?", "troca o carlos pelo leo", "dá pra mudar do Carlos pro Léo?"),
        *("em vez do Carlos pode ser o Léo?", "quero passar do Carlos para o Léo", "queria trocar do carlos pro léo"),
    ],
)
def test_the_same_day_and_time_are_proposed_with_somebody_else(booked, message):
    booked.free = {"2026-11-19": "15:30 Léo, 16:00 Carlos"}

    assert "Troco então para amanhã, 19/11, às 15:30 com Léo. Confirma?" in booked.say(message)
    booked.say("sim")

    assert [item.professional for item in booked.appointments] == ["Léo"]


def test_other_times_are_offered_when_the_other_is_not_free(booked):
    booked.free = {"2026-11-19": "16:00 Léo, 17:00 Léo"}

    reply = booked.say("posso trocar o Carlos pelo Léo?")

    assert "às 15:30 já está tudo ocupado com Léo" in reply and "16:00" in reply


def test_of_two_appointments_the_one_with_the_person_named_is_meant(booked):
    booked.appointments.append(appointment(8, "2026-11-20 10:00", (CORTE,), "Rafael"))
    booked.free = {"2026-11-20": "10:00 Léo"}

    assert "Troco então para sexta, 20/11, às 10:00 com Léo" in booked.say("troca o Rafael pelo Léo")


@pytest.mark.parametrize(
    ("message", "wished"), [("mais tarde", ("time_from", "15:45")), ("mais cedo", ("time_to", "15:29"))]
)
def test_earlier_or_later_on_its_day_is_looked_for_on_that_day(booked, message, wished):
    booked.say(f"dá pra ser {message} amanhã?")

    searched = booked.calls[0][1]
    assert searched["date_from"] == "2026-11-19" and wished in searched.items()


@pytest.mark.parametrize("answer", ["o primeiro", "a primeira opção", "o segundo"])
def test_an_ordinal_is_no_hour(world, answer):
    world.free = {"2026-11-24": "9:00 Carlos, 13:00 Léo", "2026-11-25": "16:00 Carlos"}
    world.say("quero corte semana que vem")
    assert world.say("na terça").startswith("Tenho terça 24/11 9:00 com Carlos ou terça 24/11 13:00")

    assert f"às {'13' if 'segundo' in answer else '9'}:00" in world.say(answer)


def test_whom_one_came_for_is_kept_where_nothing_was_to_be_moved(world):
    world.free = {"2026-11-19": "9:00 Carlos, 10:00 Léo"}
    world.say("quero passar com o Léo")
    world.say("corte")

    assert "10:00 com Léo" in world.say("amanhã")


# Asked about, not ordered


@pytest.mark.parametrize(
    "message",
    [
        *("posso cancelar depois se precisar?", "posso cancelar até que horas?", "até quando posso cancelar?"),
        *("se eu precisar cancelar tem multa?", "vcs cancelaram meu horário?", "não cancela meu horário hein"),
        *("cancela não, pode deixar", "não quero cancelar", "não quero remarcar", "não quero remarcar, tá bom assim"),
    ],
)
def test_what_only_speaks_of_cancelling_leaves_the_appointment(booked, message):
    assert "barba amanhã, 19/11, às 15:30 com Carlos" in booked.say(message)
    booked.say("ok")

    assert [item.id for item in booked.appointments] == [7]
    assert not {"cancel", "reschedule"} & {name for name, _ in booked.calls}


def test_the_terms_of_cancelling_are_told_as_taught(booked):
    booked.taught = {"cancelar": "Cancelamentos até 2 horas antes, sem custo."}

    reply = booked.say("posso cancelar até que horas?")

    assert "até 2 horas antes" in reply and "Continua marcado: barba" in reply
    assert "não tenho essa informação" not in reply


def test_terms_nobody_taught_are_for_a_person_to_tell(booked):
    assert booked.say("tem multa se eu cancelar?").endswith("Quer que eu chame alguém da equipe?")


def test_what_a_friend_has_booked_is_not_ours_to_cancel(booked):
    assert "só cuido dos seus próprios horários" in booked.say("meu amigo pediu pra eu cancelar o dele")
    assert not booked.calls


@pytest.mark.parametrize(
    "message",
    ["não quero mais, cancela", "posso cancelar?", "não quero remarcar, quero cancelar", "cancela, não vou poder ir"],
)
def test_who_does_want_to_cancel_is_asked_to_confirm(booked, message):
    assert booked.say(message).startswith("Cancelo então barba")


def test_not_to_cancel_but_to_move_is_to_move(booked):
    assert booked.say("não quero cancelar, quero remarcar").endswith("Para que dia você quer mudar?")


# All of them


@pytest.mark.parametrize(
    "message", ["cancela os dois", "desmarca ambos", "cancela tudo", "cancela todos", "cancel both"]
)
def test_all_appointments_are_cancelled_one_after_the_other(booked, message):
    booked.appointments.append(appointment(8, "2026-11-21 09:00", (CORTE,), "Léo"))

    booked.say(message)
    reply = booked.say("sim")
    assert reply.startswith("Cancelado ✅ Barba") and "Cancelo então corte, sábado 21/11" in reply
    assert [item.id for item in booked.appointments] == [8]

    assert booked.say("sim").startswith("Cancelado ✅ Corte")
    assert not booked.appointments


def test_the_second_of_them_may_stay(booked):
    booked.appointments.append(appointment(8, "2026-11-21 09:00", (CORTE,), "Léo"))
    booked.say("cancela os dois")
    booked.say("sim")

    assert "continua marcado" in booked.say("não, esse não")
    assert [item.id for item in booked.appointments] == [8]


@pytest.mark.parametrize("message", ["os dois", "1 e 2", "todos"])
def test_asked_which_one_may_say_all(booked, message):
    booked.appointments.append(appointment(8, "2026-11-21 09:00", (CORTE,), "Léo"))
    booked.say("quero cancelar")

    assert booked.say(message).startswith("Cancelo então barba")


def test_of_the_appointments_told_one_is_cancelled_by_its_place(booked):
    booked.appointments.append(appointment(8, "2026-11-21 09:00", (CORTE,), "Léo"))
    booked.say("quais meus horários?")

    assert booked.say("cancela o segundo").startswith("Cancelo então corte")


# The only appointment there is


@pytest.mark.parametrize("message", ["pode ser mais cedo?", "tem mais cedo?", "amanhã não vai dar", "quero mudar"])
def test_what_is_said_of_the_only_appointment_is_about_it(booked, message):
    booked.free = {"2026-11-20": "10:00 Carlos"}

    assert booked.say(message).endswith(
        "Você tem barba amanhã, 19/11, às 15:30 com Carlos. Para que dia você quer mudar?"
    )
    assert "Troco então para sexta, 20/11, às 10:00" in booked.say("sexta 10h")


def test_the_only_appointment_may_be_with_somebody_else(booked):
    booked.free = {"2026-11-19": "15:30 Léo"}

    assert "às 15:30 com Léo. Confirma?" in booked.say("dá pra ser com o Léo?")


def test_confirmed_for_tomorrow_is_answered(booked):
    assert "Você tem barba amanhã, 19/11, às 15:30" in booked.say("confirmado pra amanhã né?")
    assert not booked.calls
