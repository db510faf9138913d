"""Somebody waits and nobody is there: the team is called by e-mail, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import Membership
from apps.chat import calling, handoff
from apps.chat.locking import locked
from apps.chat.models import Conversation
from apps.work.models import DueWork
from simulators import whatsapp


@pytest.fixture
def waiting(asked: Conversation) -> Conversation:
    """Davi asked for a person two minutes ago."""
    _ask(asked)
    return asked


def _ask(conversation: Conversation) -> None:
    with locked(conversation) as locked_one:
        handoff.ask_for_person(locked_one, reason="O cliente pediu uma pessoa")
    Conversation.objects.update(needs_human_since=timezone.now() - timedelta(minutes=2))


def test_everyone_who_may_answer_gets_a_letter_of_their_own(
    waiting: Conversation, work: Any, mailoutbox: Any, world: Any
) -> None:
    work.run(kinds=calling.KIND)

    assert sorted(letter.to[0] for letter in mailoutbox) == ["ana@example.com", "bruno@example.com"]
    letter = mailoutbox[0]
    assert "Davi" in letter.subject and "Barbearia do Zé" in letter.subject and "espera" in letter.subject
    html = letter.alternatives[0][0]
    for body in (letter.body, html):
        assert f"/conversas/{waiting.pk}" in body and "O cliente pediu uma pessoa" in body
        assert f"{world.tenant.slug}." in body


def test_once_for_each_wait(waiting: Conversation, work: Any, mailoutbox: Any, bruno: Any) -> None:
    work.run(kinds=calling.KIND)
    handoff.release(waiting, by=bruno)
    work.run(kinds=calling.KIND)
    assert len(mailoutbox) == 2

    _ask(waiting)
    Conversation.objects.update(people_called_at=timezone.now() - timedelta(minutes=5))
    work.run(kinds=calling.KIND)
    assert len(mailoutbox) == 4


def test_not_when_somebody_took_it(waiting: Conversation, work: Any, mailoutbox: Any, bruno: Any) -> None:
    handoff.take_over(waiting, by=bruno)
    work.run(kinds=calling.KIND)

    assert mailoutbox == []


def test_not_within_the_first_minute(asked: Conversation, work: Any, mailoutbox: Any) -> None:
    with locked(asked) as conversation:
        handoff.ask_for_person(conversation, reason="x")
    work.run(kinds=calling.KIND)

    assert mailoutbox == [] and DueWork.objects.filter(kind=calling.KIND).exists()


def test_not_while_somebody_who_may_answer_is_online(
    waiting: Conversation, work: Any, mailoutbox: Any, browser_for: Any, bruno: Any, tenant: Any
) -> None:
    browser_for(bruno, tenant).get("/conversas")
    work.run(kinds=calling.KIND)
    assert mailoutbox == []

    Membership.objects.update(seen_at=timezone.now() - timedelta(minutes=3))  # and then left
    work.run(kinds=calling.KIND)
    assert len(mailoutbox) == 2


def test_a_professional_at_the_agenda_hears_nothing_and_is_not_written_to(
    waiting: Conversation, work: Any, mailoutbox: Any, bruno: Any
) -> None:
    Membership.objects.filter(user=bruno).update(role="professional", seen_at=timezone.now())
    work.run(kinds=calling.KIND)

    assert [letter.to for letter in mailoutbox] == [["ana@example.com"]]


def test_a_name_of_many_lines_makes_one_subject(waiting: Conversation, work: Any, mailoutbox: Any) -> None:
    contact = waiting.identity.contact
    contact.name = "Davi\r\nBcc: todos@example.com"
    contact.save()
    work.run(kinds=calling.KIND)

    assert "\n" not in mailoutbox[0].subject and mailoutbox[0].bcc == []


def test_who_is_online(as_ana: Any, as_celia: Any, browser_for: Any, bruno: Any, tenant: Any) -> None:
    assert as_ana.get("/api/v1/users/online").json()["results"] == []

    browser_for(bruno, tenant).get("/conversas")
    assert [person["name"] for person in as_ana.get("/api/v1/users/online").json()["results"]] == ["Bruno Lima"]
    assert as_celia.get("/api/v1/users/online").json()["results"] == []


def test_the_letter_quotes_the_customer_not_the_ai(customer: Any, work: Any, mailoutbox: Any) -> None:
    customer.says("vocês fazem luzes em cabelo cacheado?", "quero falar com uma pessoa")
    Conversation.objects.update(needs_human_since=timezone.now() - timedelta(minutes=2))
    work.run(kinds=calling.KIND)

    body, answered = mailoutbox[0].body, customer.graph.messages_to(customer.phone)[-1].text
    assert "“quero falar com uma pessoa”" in body and answered not in body


def test_of_a_photo_it_says_the_kind_and_why_a_person_is_needed(customer: Any, work: Any, mailoutbox: Any) -> None:
    customer.sends(whatsapp.image("M1"))
    work.run()
    Conversation.objects.update(needs_human_since=timezone.now() - timedelta(minutes=2))
    work.run(kinds=calling.KIND)

    body = mailoutbox[0].body
    assert "“Foto”" in body and "Motivo:" in body and "só consigo ler texto" not in body


def test_what_was_taken_back_is_not_quoted(waiting: Conversation, work: Any, mailoutbox: Any) -> None:
    waiting.messages.update(data={"revoked": True})
    work.run(kinds=calling.KIND)

    assert "tem horário" not in mailoutbox[0].body
