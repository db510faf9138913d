"""Who speaks, and who may change it: retries, colleagues, closed conversations."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from apps.accounts.models import Membership, User
from apps.chat import conversations, handoff, outbound
from apps.chat.locking import locked
from apps.chat.models import Conversation, Message
from apps.lib.tenancy import tenant_context
from tests.promises.stack import wait_until

API = "/api/v1"


@pytest.fixture
def talk(asked: Conversation) -> str:
    return f"{API}/conversations/{asked.pk}"


@pytest.fixture
def bruno_at(browser_for: Any, bruno: User, tenant: Any) -> Any:
    return browser_for(bruno, tenant)


def _ai_said(conversation: Conversation, *, status: str) -> Message:
    with locked(conversation) as mine:
        said = outbound.say(mine, text="Temos 15h", effect_key=f"said:{conversation.pk}")
    Message.objects.filter(pk=said.pk).update(status=status)
    return said


def _lines(conversation: Conversation) -> list[str]:
    return list(conversation.messages.filter(sender="system").order_by("id").values_list("content", flat=True))


# What the AI said and could not send ---------------------------------------------------------------


def test_a_failed_ai_message_is_not_sent_again_over_a_person(
    as_bruno: Any, asked: Conversation, bruno: User, work: Any, graph: Any
) -> None:
    said = _ai_said(asked, status="failed")
    handoff.take_over(asked, by=bruno)

    answer = as_bruno.post(f"{API}/messages/{said.pk}/retry")
    work.run(kinds=outbound.DELIVER)

    assert (answer.status_code, answer.json()["code"]) == (409, "ai_is_silent")
    assert Message.objects.get(pk=said.pk).status == "failed" and graph.messages == []


def test_nor_does_the_screen_offer_it(browser_for: Any, asked: Conversation, bruno: User, tenant: Any) -> None:
    said = _ai_said(asked, status="failed")
    page = lambda: browser_for(bruno, tenant).get(f"/conversas/{asked.pk}").content.decode()  # noqa: E731
    assert f"/mensagens/{said.pk}/reenviar" in page()

    handoff.take_over(asked, by=bruno)
    assert f"/mensagens/{said.pk}/reenviar" not in page()


def test_while_the_ai_speaks_its_failed_message_is_sent_again(
    as_bruno: Any, asked: Conversation, work: Any, graph: Any
) -> None:
    said = _ai_said(asked, status="failed")

    assert as_bruno.post(f"{API}/messages/{said.pk}/retry").status_code == 200
    work.run(kinds=outbound.DELIVER)
    assert [message.text for message in graph.messages] == ["Temos 15h"]


# Colleagues ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "status"), [("attendant", 409), ("supervisor", 200), ("admin", 200), ("owner", 200)])
def test_a_colleagues_conversation_is_given_back_by_who_leads(
    as_bruno: Any, talk: str, asked: Conversation, ana: User, bruno: User, role: str, status: int
) -> None:
    Membership.objects.filter(user=bruno).update(role=role)
    handoff.take_over(asked, by=ana)

    answer = as_bruno.post(f"{talk}/release")

    assert answer.status_code == status and (status == 200 or "Ana" in answer.json()["detail"])
    assert Conversation.objects.get().is_ai_active == (status == 200)


def test_who_is_in_charge_and_who_finds_nobody_there_give_it_back(as_bruno: Any, talk: str, bruno: User) -> None:
    as_bruno.post(f"{talk}/takeover")
    assert as_bruno.post(f"{talk}/release").json()["is_ai_active"] is True

    as_bruno.post(f"{talk}/transfer", {"user": None})
    assert as_bruno.post(f"{talk}/release").json()["is_ai_active"] is True


def test_taking_from_a_colleague_is_done_knowingly(asked: Conversation, ana: User, bruno: User, celia: User) -> None:
    handoff.take_over(asked, by=ana)
    with pytest.raises(handoff.AlreadyTaken):
        handoff.take_over(asked, by=bruno, instead_of=celia.pk)  # meanwhile it is somebody else's

    assert handoff.take_over(asked, by=bruno, instead_of=ana.pk).assignee == bruno


def test_every_change_of_hands_is_a_line_in_the_thread(asked: Conversation, ana: User, bruno: User) -> None:
    handoff.take_over(asked, by=ana)
    handoff.take_over(asked, by=bruno, instead_of=ana.pk)
    handoff.transfer(asked, to=ana, by=bruno, reason="volta amanhã")
    handoff.transfer(asked, to=None, by=ana)
    handoff.release(asked, by=bruno)
    conversations.resolve(asked, by=bruno)

    assert _lines(asked) == [
        "Ana assumiu a conversa.",
        "Bruno assumiu no lugar de Ana.",
        "Bruno passou a conversa para Ana. · volta amanhã",
        "Ana devolveu a conversa à fila.",
        "Bruno devolveu a conversa à IA.",
        "Bruno resolveu a conversa.",
    ]


def test_who_takes_over_by_writing_is_told_by_the_message(as_bruno: Any, asked: Conversation, bruno: User) -> None:
    as_bruno.post(f"{API}/messages", {"conversation_id": asked.pk, "content": "oi"})

    assert Conversation.objects.get().assignee == bruno and _lines(asked) == []


# Reading -------------------------------------------------------------------------------------------


@pytest.mark.committed
def test_what_comes_while_somebody_reads_is_not_lost(asked: Conversation, tenant: Any, together: Any) -> None:
    came = threading.Event()

    def customer_writes() -> None:
        with tenant_context(tenant), locked(asked) as conversation:
            said = Message.objects.create(
                conversation=conversation, channel_id=conversation.channel_id, sender="customer", content="ainda aí?"
            )
            conversations.heard(conversation, said)
            came.set()
            wait_until(_somebody_waits, seconds=10, what="the reader")

    def person_reads() -> None:
        with tenant_context(tenant):
            stale = Conversation.objects.get(pk=asked.pk)
            assert came.wait(10)
            conversations.read(stale)

    together(customer_writes, person_reads)

    unread = Message.objects.filter(sender="customer", read_at=None).count()
    assert Conversation.objects.get().unread == unread


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


# Ended conversations -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["closed", "resolved"])
def test_the_ai_answers_nothing_in_a_conversation_that_ended(
    as_ana: Any, talk: str, work: Any, graph: Any, status: str
) -> None:
    as_ana.patch(talk, {"status": status})
    work.run()

    assert graph.messages == [] and not Message.objects.filter(sender="ai").exists()


def test_what_the_ai_had_queued_is_not_sent_after_the_end(
    asked: Conversation, ana: User, work: Any, graph: Any
) -> None:
    with transaction.atomic():
        said = _ai_said(asked, status="queued")
    conversations.resolve(asked, by=ana)
    work.run(kinds=outbound.DELIVER)

    assert graph.messages == [] and not Message.objects.filter(pk=said.pk).exists()


def test_a_customer_who_comes_back_is_answered_once(as_ana: Any, talk: str, customer: Any) -> None:
    as_ana.patch(talk, {"status": "closed"})

    assert len(customer.says("voltei")) == 1


# What the screen says of it ------------------------------------------------------------------------


def _page(browser: Any, conversation: Conversation) -> str:
    return str(browser.get(f"/conversas/{conversation.pk}").content.decode())


def test_who_took_over_sees_that_it_is_with_them(bruno_at: Any, asked: Conversation) -> None:
    bruno_at.post(f"/conversas/{asked.pk}/assumir")
    page = _page(bruno_at, asked)

    assert "Com você" in page and "Bruno assumiu a conversa." in page and "/devolver" in page


def test_a_colleague_is_told_before_writing_who_answers_and_whether_they_are_there(
    bruno_at: Any, browser_for: Any, asked: Conversation, ana: User, tenant: Any
) -> None:
    handoff.take_over(asked, by=ana)
    away = _page(bruno_at, asked)
    assert "Ana está atendendo este cliente." in away and "Assumir de Ana" in away and "Online agora" not in away
    assert "/devolver" not in away

    browser_for(ana, tenant).get("/conversas")
    here = _page(bruno_at, asked)
    assert "Online agora." in here and "Com Ana · online" in here


def test_taking_from_a_colleague_on_the_screen_names_them(
    bruno_at: Any, asked: Conversation, ana: User, bruno: User
) -> None:
    handoff.take_over(asked, by=ana)
    assert bruno_at.post(f"/conversas/{asked.pk}/assumir").status_code == 409
    assert bruno_at.post(f"/conversas/{asked.pk}/assumir", {"instead_of": "²"}).status_code == 409

    bruno_at.post(f"/conversas/{asked.pk}/assumir", {"instead_of": str(ana.pk)})
    assert Conversation.objects.get().assignee == bruno


def test_a_resolved_conversation_is_led_by_nobody(bruno_at: Any, asked: Conversation, bruno: User) -> None:
    assert "conduz a conversa" in _page(bruno_at, asked)
    conversations.resolve(asked, by=bruno)
    page = _page(bruno_at, asked)

    assert "conduz a conversa" not in page and "Esta conversa está resolvida." in page
