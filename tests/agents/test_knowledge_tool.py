"""The agent looks up what it was taught; what it can't find is kept to be taught."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from apps.agents import tools
from apps.agents.knowledge import gaps
from apps.agents.models import KnowledgeEntry, KnowledgeGap
from apps.chat.models import Message
from simulators import whatsapp

ENTRIES = "/api/v1/knowledge"
GAPS = f"{ENTRIES}/gaps"


@pytest.fixture
def parking(as_ana: Any, tenant: Any) -> KnowledgeEntry:
    content = "Temos convênio com o estacionamento ao lado, 1 hora grátis para clientes."
    pk = as_ana.post(ENTRIES, {"kind": "qa", "title": "Tem estacionamento?", "content": content}).json()["id"]
    return KnowledgeEntry.objects.get(pk=pk)


def look_up(conversation: Any, query: str) -> dict[str, Any]:
    """The tool, as the engine calls it."""
    tool = tools.get("search_knowledge")
    assert tool is not None
    context = tools.ToolContext(
        conversation=conversation,
        contact=conversation.identity.contact,
        now=timezone.now(),
        offer=lambda *_: "",
        offered=lambda _: None,
    )
    with transaction.atomic():
        return tool.run(context, tool.arguments.model_validate({"query": query}))


def test_it_answers_with_passages(asked: Any, parking: KnowledgeEntry) -> None:
    result = look_up(asked, "vcs tem estacionamento?")

    [passage] = result["passages"]
    assert result["ok"] and passage["title"] == parking.title and passage["content"] == parking.content
    assert passage["source"] == f"knowledge/{parking.pk}" and 0.5 <= passage["score"] <= 1
    parking.refresh_from_db()
    assert parking.uses == 1 and not KnowledgeGap.objects.exists()


def test_a_question_nobody_taught_is_kept_once_per_conversation(asked: Any, parking: KnowledgeEntry) -> None:
    for question in ("Aceitam vale-alimentação?", "vcs aceitam vale alimentacao"):
        assert look_up(asked, question) == {"ok": True, "passages": []}

    gap = KnowledgeGap.objects.get()
    assert gap.question == "Aceitam vale-alimentação?"
    assert gap.asks.get().conversation == asked


@pytest.mark.parametrize(
    ("said", "looked_up", "kept"),
    [
        ("oi, vcs aceitam vale alimentacao?", "voces aceitam vale alimentacao?", "vcs aceitam vale alimentacao?"),
        ("Bom dia! Tem lugar p/ bicicleta? Obg", "tem lugar para bicicleta", "Tem lugar p/ bicicleta?"),
        ("Vcs fazem tatuagem, e tem estacionamento?", "voces fazem tatuagem", "Vcs fazem tatuagem"),
        ("sim", "política de reembolso", "política de reembolso"),
    ],
)
def test_a_gap_keeps_the_customers_own_words(
    asked: Any, customer: Any, work: Any, said: str, looked_up: str, kept: str
) -> None:
    customer.sends(whatsapp.text(said))
    work.run(kinds="webhook")
    look_up(asked, looked_up)

    assert KnowledgeGap.objects.get().question == kept


def test_small_talk_is_no_question(asked: Any) -> None:
    assert look_up(asked, "oi, bom dia! tudo bem?") == {"ok": True, "passages": []}
    assert not KnowledgeGap.objects.exists()


# Teaching -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "noise",
    [
        "oi amg tudo bem?",
        "não marquei ainda?",
        "Vocês são barbearia?",
        "vcs sao uma porcaria",
        "que horas ele tem livre",
        "hoje?",
    ],
)
def test_what_asks_about_nothing_is_no_gap(asked: Any, noise: str) -> None:
    with transaction.atomic():
        gaps.keep(noise, asked)

    assert not KnowledgeGap.objects.filter(question=noise).exists()


@pytest.mark.parametrize("question", ["precisa marcar hora?", "a barbearia tem ar condicionado?", "aceitam cheque?"])
def test_a_real_question_is_a_gap(asked: Any, question: str) -> None:
    with transaction.atomic():
        gaps.keep(question, asked)

    assert KnowledgeGap.objects.filter(question=question).exists()


@pytest.fixture
def gap(asked: Any) -> KnowledgeGap:
    look_up(asked, "Aceitam vale-alimentação?")
    return KnowledgeGap.objects.get()


def test_gaps_are_listed_with_who_asked(as_ana: Any, gap: KnowledgeGap, asked: Any) -> None:
    [listed] = as_ana.get(GAPS).json()["results"]

    assert listed["question"] == "Aceitam vale-alimentação?" and listed["state"] == "open"
    assert listed["customers"] == 1 and listed["conversations"] == [asked.pk]
    assert as_ana.get(GAPS, state="taught").json()["results"] == []
    assert as_ana.get(GAPS, state="nope").status_code == 400


def test_teaching_makes_an_entry_that_answers(as_ana: Any, gap: KnowledgeGap, asked: Any) -> None:
    response = as_ana.post(f"{GAPS}/{gap.pk}/teach", {"answer": "Ainda não, só Pix e cartão."})

    assert response.status_code == 201 and response.json()["kind"] == "qa"
    gap.refresh_from_db()
    assert gap.state == "taught" and gap.entry_id == response.json()["id"]
    assert look_up(asked, "aceita vale alimentação")["passages"][0]["content"] == "Ainda não, só Pix e cartão."
    assert not Message.objects.filter(sender="attendant").exists()


def test_the_answer_goes_to_who_asked(as_ana: Any, gap: KnowledgeGap, customer: Any, work: Any) -> None:
    as_ana.post(f"{GAPS}/{gap.pk}/teach", {"answer": "Ainda não, só Pix e cartão.", "tell_customers": True})
    work.run(kinds="agents.")
    work.run(kinds="chat.deliver")

    [sent] = [message.text for message in customer.graph.messages_to(customer.phone)]
    assert sent == "Sobre a sua pergunta “Aceitam vale-alimentação?”: Ainda não, só Pix e cartão."
    assert gap.asks.get().answered_at is not None
    assert customer.conversation.is_ai_active  # the AI goes on


def test_it_is_not_sent_into_somebody_elses_conversation(
    as_ana: Any, as_bruno: Any, gap: KnowledgeGap, customer: Any, work: Any
) -> None:
    as_bruno.post(f"/api/v1/conversations/{customer.conversation.pk}/takeover")
    as_ana.post(f"{GAPS}/{gap.pk}/teach", {"answer": "Ainda não.", "tell_customers": True})
    work.run(kinds="agents.")
    work.run(kinds="chat.deliver")

    assert customer.graph.messages_to(customer.phone) == []
    assert gap.asks.get().answered_at is None


def test_it_is_not_sent_outside_the_window(as_ana: Any, gap: KnowledgeGap, customer: Any, work: Any) -> None:
    identity = customer.conversation.identity
    identity.last_inbound_at = timezone.now() - timezone.timedelta(hours=25)
    identity.save()
    as_ana.post(f"{GAPS}/{gap.pk}/teach", {"answer": "Ainda não.", "tell_customers": True})
    work.run(kinds="agents.")
    work.run(kinds="chat.deliver")

    assert customer.graph.messages_to(customer.phone) == []


def test_telling_twice_sends_once(as_ana: Any, gap: KnowledgeGap, customer: Any, work: Any) -> None:
    as_ana.post(f"{GAPS}/{gap.pk}/teach", {"answer": "Ainda não.", "tell_customers": True})
    from apps.work.handlers import Job

    job = Job(0, "", gaps.ANSWER, str(gap.pk), 0, 0, 1)
    gaps.answer_asks(job)
    gaps.answer_asks(job)
    work.run(kinds="chat.deliver")

    assert len(customer.graph.messages_to(customer.phone)) == 1


def test_who_waits_for_a_person_hears_it_from_the_teacher(
    as_ana: Any, ana: Any, gap: KnowledgeGap, customer: Any, work: Any
) -> None:
    customer.says("quero falar com uma pessoa")
    heard = len(customer.graph.messages_to(customer.phone))
    as_ana.post(f"{GAPS}/{gap.pk}/teach", {"answer": "Ainda não.", "tell_customers": True})
    work.run(kinds="agents.")
    work.run(kinds="chat.deliver")

    assert len(customer.graph.messages_to(customer.phone)) == heard + 1
    assert customer.conversation.assignee_id == ana.pk


def test_teaching_twice_is_a_conflict(as_ana: Any, gap: KnowledgeGap) -> None:
    assert as_ana.post(f"{GAPS}/{gap.pk}/teach", {"answer": "Não."}).status_code == 201

    again = as_ana.post(f"{GAPS}/{gap.pk}/teach", {"answer": "Sim."})

    assert again.status_code == 409 and again.json()["code"] == "already_taught"
    assert KnowledgeEntry.objects.count() == 1
    assert as_ana.post(f"{GAPS}/{gap.pk}/dismiss").status_code == 409


def test_a_dismissed_question_stays_away(as_ana: Any, gap: KnowledgeGap, asked: Any) -> None:
    assert as_ana.post(f"{GAPS}/{gap.pk}/dismiss").json()["state"] == "dismissed"

    look_up(asked, "Aceitam vale-alimentação?")

    assert as_ana.get(GAPS).json()["results"] == []


@pytest.mark.parametrize("answer", ["", "   ", "?!", "x" * 2001])
def test_a_bad_answer_teaches_nothing(as_ana: Any, gap: KnowledgeGap, answer: str) -> None:
    response = as_ana.post(f"{GAPS}/{gap.pk}/teach", {"answer": answer})

    assert response.status_code == 400
    gap.refresh_from_db()
    assert gap.state == "open" and not KnowledgeEntry.objects.exists()


def test_a_question_taught_and_then_forgotten_is_open_again(as_ana: Any, gap: KnowledgeGap, asked: Any) -> None:
    entry = as_ana.post(f"{GAPS}/{gap.pk}/teach", {"answer": "Ainda não."}).json()
    as_ana.delete(f"{ENTRIES}/{entry['id']}")

    look_up(asked, "Aceitam vale-alimentação?")

    gap.refresh_from_db()
    assert gap.state == "open" and gap.entry_id is None


def test_the_rival_cannot_teach_it(as_celia: Any, gap: KnowledgeGap) -> None:
    assert as_celia.get(GAPS).json()["results"] == []
    assert as_celia.post(f"{GAPS}/{gap.pk}/teach", {"answer": "Sim."}).status_code == 404
