"""The dialogues that show how it should feel, from signed webhook to Graph, on their own days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from apps.agents.models import Agent, KnowledgeEntry, KnowledgeGap, Turn
from apps.barbearia.models import Appointment, Professional, Service
from apps.chat.contacts import contact_by_phone
from apps.chat.models import Message
from simulators.openai import OpenAISimulator

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def clock(world: Any) -> Iterator[Any]:
    """Wednesday 18 November 2026, 10:00 in São Paulo; `clock.move_to` goes elsewhere."""
    with time_machine.travel(datetime(2026, 11, 18, 10, 0, tzinfo=SAO_PAULO), tick=True) as traveller:
        yield traveller


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SAO_PAULO)


def book(start: datetime, professional: str, service: str, phone: str) -> Appointment:
    from apps.barbearia import booking

    return booking.book(
        client=contact_by_phone(phone=phone, name="Davi"),
        services=[Service.objects.get(name=service)],
        professional=Professional.objects.get(name=professional),
        start=start,
        by="test",
        source="staff",
    )


def test_1_straight_to_it(customer: Any, clock: Any) -> None:
    [offer] = customer.says("oi, queria cortar o cabelo sábado de manhã")
    assert "Bia" in offer and "assistente virtual" in offer and "Barbearia do Zé" in offer
    assert "R$ 45,00" in offer and "30 min" in offer and "21/11" in offer
    second = re.search(r"2\) (\d{1,2}:\d{2}) com (\w+)", offer)
    assert second

    [question] = customer.says("o segundo")
    assert second[1] in question and second[2] in question and "R$ 45,00" in question and question.endswith("?")
    assert not Appointment.objects.exists()

    [done] = customer.says("pode sim")
    assert "Marcado ✅" in done and "21/11" in done and second[1] in done and second[2] in done
    booked = Appointment.objects.get()
    assert booked.start.astimezone(SAO_PAULO).strftime("%d %-H:%M") == f"21 {second[1]}"


def test_2_typos_two_messages_and_a_change_of_mind(customer: Any, clock: Any) -> None:
    [offer] = customer.says("bom diaa", "tem hr pra barba hj d tarde??")
    assert offer.startswith("Bom dia") and "assistente virtual" in offer and "R$ 35,00" in offer
    hour = re.search(r"2\) (\d{1,2}:\d{2})", offer)
    assert hour and 12 <= int(hour[1].split(":")[0]) < 18

    [question] = customer.says(f"{hour[1]}… ah nao pera, melhor amanha no msm horario")
    assert "19/11" in question and hour[1] in question and "R$ 35,00" in question

    [done] = customer.says("👍")
    assert "Marcado ✅" in done and "19/11" in done
    assert Appointment.objects.get().start.astimezone(SAO_PAULO).strftime("%d %-H:%M") == f"19 {hour[1]}"


def test_3_nothing_free(customer: Any, clock: Any) -> None:
    for number, who in enumerate(("Carlos", "Léo", "Rafael")):
        book(at(18, 18), who, "Corte", f"+551190000001{number}")

    [answer] = customer.says("preciso de um corte hj as 18h")
    assert "18:00" in answer and "ocupado" in answer and re.search(r"1\).+2\).+3\)", answer)

    [farewell] = customer.says("nenhum, deixa")
    assert "chamar" in farewell
    assert Appointment.objects.filter(client__phone=customer.phone).count() == 0


PARKING = "Temos convênio com o estacionamento ao lado, 1 hora grátis para clientes."
TAUGHT = {
    "Tem estacionamento?": PARKING,
    "Quais as formas de pagamento?": "Pix, dinheiro e cartão de débito ou crédito.",
    "Vocês atendem crianças?": "Sim, a partir de 3 anos, com cadeira própria.",
}


@pytest.fixture
def taught(as_ana: Any, work: Any) -> dict[str, int]:
    """The ids of what this business's owner wrote, by question."""
    entries = [{"kind": "qa", "title": question, "content": answer} for question, answer in TAUGHT.items()]
    made = [as_ana.post("/api/v1/knowledge", entry).json() for entry in entries]
    work.run()
    return {entry["title"]: entry["id"] for entry in made}


def test_4_a_question_in_the_middle_then_a_person(customer: Any, clock: Any, taught: dict[str, int]) -> None:
    [question] = customer.says("quero marcar corte e barba na sexta")
    assert "Boa! Corte + barba (R$ " in question and ", 1 h) na sexta, 20/11." in question
    assert question.endswith("Prefere manhã, tarde ou noite?")

    [answer] = customer.says("vcs tem estacionamento?")
    assert answer == f"{PARKING} E para sexta, manhã, tarde ou noite?"
    source = Message.objects.filter(sender="ai").latest("id").data["sources"][0]
    assert source["id"] == taught["Tem estacionamento?"]
    used = KnowledgeEntry.objects.filter(uses__gt=0)
    assert [entry.pk for entry in used] == [source["id"]] and not KnowledgeGap.objects.exists()

    [farewell] = customer.says("deixa eu falar com alguem")
    assert farewell == "Claro! Já chamei a equipe, uma pessoa te responde por aqui."
    assert customer.conversation.needs_human and not customer.conversation.is_ai_active
    summary = Message.objects.filter(sender="system").latest("id").content
    assert "corte + barba, sexta" in summary
    assert customer.says("alô?") == []


def test_5_the_ai_provider_is_down(customer: Any, clock: Any, settings: Any) -> None:
    before = book(at(19, 15, 30), "Carlos", "Barba", f"+{customer.phone}")
    with OpenAISimulator() as ai:
        settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL, settings.PROVIDER_TIMEOUT_SECONDS = "key", ai.base_url, 0.5
        Agent.objects.update(ai_provider="chatgpt")
        held = [ai.slow() for _ in range(3)]
        [offer] = customer.says("Gostaria de remarcar meu horário de amanhã para quinta que vem, por gentileza")
        [question] = customer.says("14 e 30" if "14:30" in offer else "o segundo")
        [done] = customer.says("confirmo")
        assert all(slow.request for slow in held)

    assert "barba" in offer.lower() and "19/11" in offer and "15:30" in offer and "26/11" in offer
    assert "26/11" in question and question.rstrip().endswith("?")
    assert "Remarcado ✅" in done and "26/11" in done
    after = Appointment.objects.get(pk=before.pk)
    assert after.start.astimezone(SAO_PAULO).day == 26 and after.professional.name == "Carlos"
    names = {entry["provider"] for entry in Turn.objects.earliest("id").trace}
    assert names == {"openai", "offline"}
