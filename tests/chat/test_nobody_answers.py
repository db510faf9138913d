"""No agent is on for a channel: people are told, and whoever is switched on answers those who waited."""

from __future__ import annotations

from typing import Any

import pytest

from apps.agents import team
from apps.agents.models import Agent, Deployment
from apps.chat import handoff
from apps.chat.models import Channel, Conversation, Message
from simulators import whatsapp
from tests.chat.test_api import API, NUMBER


@pytest.fixture
def agent(channel: Channel) -> Agent:
    return Agent.objects.get(deployments__channel=channel)


@pytest.fixture
def waiting(customer: Any, work: Any, agent: Agent, ana: Any) -> Conversation:
    """Davi wrote while nobody was on."""
    team.switch(agent, on=False, by=ana)
    work.run()
    assert customer.says("oi") == []
    return Conversation.objects.get()


def test_people_are_told(waiting: Conversation) -> None:
    assert waiting.needs_human and not waiting.is_ai_active and waiting.awaits_ai
    assert "ligada" in waiting.needs_human_reason


def test_once_switched_on_the_agent_answers_who_waited(
    waiting: Conversation, customer: Any, work: Any, agent: Agent, ana: Any
) -> None:
    team.switch(agent, on=True, by=ana)
    work.run()
    waiting.refresh_from_db()

    assert waiting.is_ai_active and not waiting.needs_human and not waiting.awaits_ai
    assert len(customer.graph.messages_to(customer.phone)) == 1


def test_an_agent_switched_on_while_the_message_came_answers_it(
    customer: Any, work: Any, agent: Agent, ana: Any
) -> None:
    """Whoever took the message in may have seen the switch as it was a second ago: it is looked at again."""
    team.switch(agent, on=False, by=ana)
    customer.sends(whatsapp.text("oi"))
    work.run(kinds="webhook")
    Agent.objects.update(is_active=True)
    work.run()

    assert len(customer.graph.messages_to(customer.phone)) == 1
    assert not Conversation.objects.get().needs_human


def test_who_wanted_a_person_still_gets_one(customer: Any, work: Any, agent: Agent, ana: Any) -> None:
    customer.says("quero falar com uma pessoa")
    team.switch(agent, on=False, by=ana)
    customer.says("alô?")
    team.switch(agent, on=True, by=ana)
    work.run()

    conversation = Conversation.objects.get()
    assert conversation.needs_human and not conversation.is_ai_active


def test_whom_a_person_took_over_stays_theirs(
    waiting: Conversation, work: Any, agent: Agent, ana: Any, bruno: Any
) -> None:
    handoff.take_over(waiting, by=bruno)
    team.switch(agent, on=True, by=ana)
    work.run()
    waiting.refresh_from_db()

    assert waiting.assignee == bruno and not waiting.is_ai_active


def test_twelve_hours_change_nothing_while_nobody_is_on(waiting: Conversation, work: Any) -> None:
    Conversation.objects.update(human_since=waiting.created_at - 2 * handoff.HAND_BACK_AFTER)
    handoff._hand_back()
    waiting.refresh_from_db()

    assert waiting.needs_human and not waiting.is_ai_active


def test_a_channel_connected_while_nobody_is_on_gets_the_first_agent(
    as_ana: Any, graph: Any, tenant: Any, work: Any, ana: Any
) -> None:
    Agent.objects.update(is_active=False)
    first = Agent.objects.order_by("id")[0]

    assert as_ana.post(f"{API}/channels", NUMBER).status_code == 201
    assert Deployment.objects.get().agent == first


def test_a_customer_on_the_api_is_told_to_people_too(as_bruno: Any, tenant: Any) -> None:
    Agent.objects.update(is_active=False)
    opened = as_bruno.post(f"{API}/chat/conversation", {"customer": {"name": "Eva", "phone": "11 97777-6666"}}).json()
    as_bruno.post(f"{API}/chat/send", {"conversation_id": opened["id"], "content": "oi"})

    assert as_bruno.get(f"{API}/conversations/{opened['id']}").json()["needs_human"] is True


def test_a_heart_tells_nobody(customer: Any, work: Any, agent: Agent, ana: Any) -> None:
    customer.says("oi")
    team.switch(agent, on=False, by=ana)
    customer.sends(whatsapp.reaction(Message.objects.get(sender="ai").provider_id, "❤️"))
    work.run()

    assert not Conversation.objects.get().needs_human


# What can't be read -----------------------------------------------------------------------------------


@pytest.mark.parametrize("sent", [whatsapp.audio("M1"), whatsapp.sticker("M2"), whatsapp.image("M3")])
def test_who_goes_on_in_writing_is_answered_again(customer: Any, work: Any, sent: Any) -> None:
    customer.sends(sent)
    work.run()
    flagged = Conversation.objects.get()
    assert flagged.needs_human and not flagged.is_ai_active
    assert "só consigo ler texto" in customer.graph.messages_to(customer.phone)[-1].text

    [answer] = customer.says("que horas vocês abrem?")
    assert "9:00" in answer
    flagged.refresh_from_db()
    assert flagged.is_ai_active and not flagged.needs_human


def test_another_voice_note_waits_for_a_person(customer: Any, work: Any) -> None:
    for number in range(2):
        customer.sends(whatsapp.audio(f"M{number}"))
        work.run()

    assert Conversation.objects.get().needs_human
    assert len(customer.graph.messages_to(customer.phone)) == 1


def test_a_person_who_came_for_the_voice_note_keeps_it(customer: Any, work: Any, bruno: Any) -> None:
    customer.sends(whatsapp.audio("M1"))
    work.run()
    handoff.take_over(Conversation.objects.get(), by=bruno)

    assert customer.says("quanto é o corte?") == []


def test_an_agent_saved_meanwhile_takes_no_voice_note_from_people(
    customer: Any, work: Any, agent: Agent, ana: Any
) -> None:
    customer.sends(whatsapp.audio("M1"))
    work.run()
    team.save(agent, by=ana)
    work.run()

    assert Conversation.objects.get().needs_human
