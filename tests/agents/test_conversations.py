"""Whole conversations, from signed webhook to Graph, with the offline agent."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.agents import engine, runtime, thinking
from apps.agents.models import Agent, Call, Turn
from apps.barbearia.models import Appointment
from apps.chat import handoff
from apps.chat.models import Message
from simulators.model import call, tools

pytestmark = pytest.mark.usefixtures("shop")


def test_straight_to_it(customer: Any) -> None:
    [offer] = customer.says("oi, queria cortar o cabelo segunda que vem de manhã")
    assert "assistente virtual" in offer and "R$ 45,00" in offer and re.search(r"1\).+2\).+3\)", offer)

    [question] = customer.says("o segundo")
    assert "?" in question and Appointment.objects.count() == 0

    [done] = customer.says("pode sim")
    assert "Marcado" in done
    appointment = Appointment.objects.get()
    assert appointment.client.name == "Davi" and appointment.source == "ai"


def test_a_move_to_where_it_already_is_is_said_and_not_asked(customer: Any) -> None:
    customer.says("corte segunda que vem às 10h com o Léo")
    customer.says("sim")
    before = Appointment.objects.get()
    [answer] = customer.says("quero remarcar para segunda que vem às 10h")

    assert "Seu horário já é esse" in answer and "10:00 com Léo" in answer and "Confirma" not in answer
    after = Appointment.objects.get()
    assert (after.start, after.professional_id) == (before.start, before.professional_id)


def test_two_messages_get_one_answer(customer: Any) -> None:
    answers = customer.says("bom diaa", "tem hr pra barba amanha d tarde??")

    assert len(answers) == 1
    assert "Bom dia" in answers[0] and "R$ 35,00" in answers[0]


def test_every_step_of_a_turn_is_in_its_journal(customer: Any) -> None:
    """The last one, whose words are the reply, too."""
    [answer] = customer.says("oi, queria cortar o cabelo segunda que vem de manhã")

    first, *_others, last = Turn.objects.get().steps.order_by("number")
    assert first.tool_calls and not last.tool_calls and last.text == answer


def test_a_person_is_called_at_once(customer: Any) -> None:
    [answer] = customer.says("quero falar com uma pessoa")

    assert "equipe" in answer
    conversation = customer.conversation
    assert conversation.needs_human and not conversation.is_ai_active
    assert customer.says("alô?") == []


def test_cancelling_frees_the_time(customer: Any) -> None:
    customer.says("quero cortar o cabelo segunda que vem de manhã")
    customer.says("o primeiro")
    customer.says("sim")

    [question] = customer.says("preciso cancelar meu horário")
    assert "?" in question and Appointment.objects.get().status == "agendado"
    customer.says("sim")

    assert Appointment.objects.get().status == "cancelado"


def test_the_deed_is_a_line_in_the_thread(customer: Any) -> None:
    customer.says("quero cortar o cabelo segunda que vem de manhã")
    customer.says("o primeiro")
    customer.says("sim")

    lines = [m.content for m in Message.objects.filter(sender="system")]
    assert len(lines) == 1 and lines[0].startswith("Agendado · Corte")


def test_a_yes_to_an_old_proposal_does_nothing(customer: Any) -> None:
    customer.says("quero cortar o cabelo segunda que vem de manhã")
    customer.says("o primeiro")
    from apps.agents.models import Proposal

    Proposal.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    customer.says("sim")

    assert Appointment.objects.count() == 0


def test_a_voice_note_gets_an_honest_answer_and_a_person(customer: Any, work: Any) -> None:
    from simulators import whatsapp

    customer.sends(whatsapp.audio("1234567890"))
    work.run()

    [answer] = customer.graph.messages_to(customer.phone)
    assert "texto" in answer.text and customer.conversation.needs_human


def test_no_tool_runs_once_a_person_took_over(
    customer: Any, ana: Any, plug: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Agent.objects.update(ai_provider="chatgpt")
    plug("chatgpt").script(tools(call("list_services")), "Temos corte e barba.")
    complete = thinking._complete

    def while_a_person_takes_over(*asked: Any) -> Any:
        reply = complete(*asked)
        handoff.take_over(customer.conversation, by=ana)
        return reply

    monkeypatch.setattr(thinking, "_complete", while_a_person_takes_over)

    assert customer.says("o que vocês fazem?") == []
    assert not Call.objects.exists()


def test_a_deed_whose_words_were_lost_to_a_takeover_given_back_is_told(customer: Any, monkeypatch: Any) -> None:
    customer.says("quero cortar o cabelo segunda que vem de manhã")
    customer.says("o primeiro")
    think = engine.think

    def overtaken(floor: Any) -> Any:
        think(floor)
        raise runtime.Overtaken

    monkeypatch.setattr(engine, "think", overtaken)
    [told] = customer.says("sim")

    assert Appointment.objects.count() == 1
    assert re.fullmatch(r"✅ Agendado, Corte, \d\d/\d\d 09:00, \w+\.", told)
