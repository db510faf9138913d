"""What outside clients write in more than one way, and what is theirs alone."""

from __future__ import annotations

from typing import Any

import pytest

from apps.agents.models import Agent, Deployment
from apps.chat.models import Channel, Conversation, Message, MessageTemplate
from simulators.faults import Fault
from tests.chat.test_api import API, NUMBER


@pytest.fixture
def talk(asked: Conversation) -> str:
    return f"{API}/conversations/{asked.pk}"


def _refused(answer: Any) -> tuple[int, str, list[str]]:
    body = answer.json()
    return answer.status_code, body["code"], list(body.get("fields", {}))


# Lists -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["telegram", "instagram", "messenger", "web"])
def test_a_kind_of_channel_nobody_has_yet_is_an_empty_list(as_bruno: Any, asked: Any, kind: str) -> None:
    assert as_bruno.get(f"{API}/conversations?channel={kind}").json() == {"results": [], "next": None}


def test_conversations_of_nobody(as_bruno: Any, asked: Conversation, talk: str) -> None:
    nobodys = f"{API}/conversations?assignee=none"
    assert [row["id"] for row in as_bruno.get(nobodys).json()["results"]] == [asked.pk]
    as_bruno.post(f"{talk}/takeover")

    assert as_bruno.get(nobodys).json()["results"] == []


def test_a_status_that_is_none_is_refused(as_bruno: Any, asked: Any) -> None:
    assert _refused(as_bruno.get(f"{API}/conversations?status=active,bogus")) == (400, "invalid", ["status"])


# Who answers -----------------------------------------------------------------------------------------


def test_switching_the_ai_off_in_a_conversation_is_taking_over(as_bruno: Any, talk: str, bruno: Any) -> None:
    body = as_bruno.patch(talk, {"is_ai_active": False, "tags": ["vip"]}).json()

    assert (body["is_ai_active"], body["assignee"]["id"], body["tags"]) == (False, bruno.pk, ["vip"])
    back = as_bruno.patch(talk, {"is_ai_active": True}).json()
    assert (back["is_ai_active"], back["assignee"]) == (True, None)


def test_naming_a_colleague_hands_the_conversation_over(as_ana: Any, talk: str, bruno: Any) -> None:
    body = as_ana.patch(talk, {"assignee": bruno.pk}).json()
    assert (body["is_ai_active"], body["assignee"]["id"]) == (False, bruno.pk)

    queued = as_ana.patch(talk, {"assignee": None}).json()
    assert (queued["assignee"], queued["needs_human"], queued["is_ai_active"]) == (None, True, False)


def test_a_conversation_put_back_as_it_was_read_changes_nothing(as_bruno: Any, talk: str) -> None:
    as_bruno.post(f"{talk}/takeover")
    before = as_bruno.get(talk).json()
    lines = Message.objects.count()

    after = as_bruno.put(talk, before).json()
    assert after["assignee"] == before["assignee"] and after["is_ai_active"] is False
    assert Message.objects.count() == lines


def test_a_stranger_is_not_put_in_charge(as_bruno: Any, talk: str, celia: Any) -> None:
    assert _refused(as_bruno.patch(talk, {"assignee": celia.pk, "tags": ["x"]}))[:2] == (422, "not_a_member")
    assert as_bruno.get(talk).json()["tags"] == []


def test_there_are_no_teams_to_hand_over_to(as_bruno: Any, talk: str) -> None:
    assert _refused(as_bruno.post(f"{talk}/transfer", {"team": 1})) == (422, "unknown_team", ["team"])


# Messages --------------------------------------------------------------------------------------------


def test_a_quote_of_nothing_is_refused(as_bruno: Any, asked: Conversation) -> None:
    body = {"conversation_id": asked.pk, "content": "oi", "reply_to": 999_999}

    assert _refused(as_bruno.post(f"{API}/messages", body)) == (404, "not_found", ["reply_to"])
    assert not Message.objects.filter(sender="attendant").exists()


def test_choices_without_any_are_refused(as_bruno: Any, asked: Conversation) -> None:
    body = {"conversation_id": asked.pk, "content": "qual?", "message_type": "interactive"}

    assert _refused(as_bruno.post(f"{API}/messages", body)) == (400, "invalid", ["buttons"])


def test_null_for_what_is_optional_says_nothing(as_bruno: Any, asked: Conversation) -> None:
    body = {"conversation_id": asked.pk, "content": "oi", "message_type": None, "buttons": None, "reply_to": None}

    assert as_bruno.post(f"{API}/messages", body).json()["message_type"] == "text"


def test_null_for_what_is_needed_is_refused(as_bruno: Any, asked: Conversation) -> None:
    assert _refused(as_bruno.post(f"{API}/messages", {"conversation_id": None})) == (
        400,
        "invalid",
        ["conversation_id"],
    )


# The API channel -------------------------------------------------------------------------------------


def test_each_conversation_keeps_the_agent_it_was_opened_with(as_bruno: Any, tenant: Any) -> None:
    aurora, beatriz = Agent.objects.create(name="Aurora"), Agent.objects.create(name="Beatriz")
    opened = {
        agent.pk: as_bruno.post(f"{API}/chat/conversation", {"customer": {"id": agent.name}, "agent": agent.pk}).json()
        for agent in (aurora, beatriz, aurora)
    }

    served = {pk: Deployment.objects.get(channel=row["channel"]).agent_id for pk, row in opened.items()}
    assert served == {aurora.pk: aurora.pk, beatriz.pk: beatriz.pk}
    assert all(row["channel_type"] == "api" for row in opened.values())
    again = as_bruno.post(f"{API}/chat/conversation", {"customer": {"id": "Aurora"}, "agent": aurora.pk}).json()
    assert again["id"] == opened[aurora.pk]["id"]


def test_an_agent_of_nowhere_opens_nothing(as_bruno: Any, tenant: Any) -> None:
    body = {"customer": {"id": "x"}, "agent": 999_999}

    assert _refused(as_bruno.post(f"{API}/chat/conversation", body))[:2] == (422, "unknown_agent")
    assert not Conversation.objects.exists()


def test_a_long_talk_comes_in_pages_oldest_first(as_bruno: Any, tenant: Any) -> None:
    opened = as_bruno.post(f"{API}/chat/conversation", {"customer": {"id": "x"}}).json()
    for number in range(7):
        as_bruno.post(f"{API}/chat/send", {"conversation_id": opened["id"], "content": str(number)})
    page = as_bruno.get(f"{API}/chat/messages/{opened['id']}?limit=5").json()
    rest = as_bruno.get(page["next"]).json()

    assert [row["content"] for row in page["results"] + rest["results"]] == list("0123456")
    assert rest["next"] is None


# Channels --------------------------------------------------------------------------------------------


def test_a_channel_that_was_deleted_is_gone(as_ana: Any, graph: Any, tenant: Any) -> None:
    made = as_ana.post(f"{API}/channels", NUMBER).json()
    url = f"{API}/channels/{made['id']}"

    assert as_ana.delete(url).status_code == 204
    assert [as_ana.get(url).status_code, as_ana.delete(url).status_code] == [404, 404]
    assert as_ana.get(f"{API}/channels").json()["results"] == []
    assert as_ana.delete(f"{API}/agents/{Agent.objects.get().pk}").status_code == 204


def test_ones_own_number_is_not_another_businesss(as_ana: Any, graph: Any, tenant: Any) -> None:
    as_ana.post(f"{API}/channels", NUMBER)
    again = as_ana.post(f"{API}/channels", NUMBER)

    assert again.status_code == 409 and "outro negócio" not in again.json()["detail"]


def test_a_stand_in_that_does_not_know_accounts_is_no_refusal(as_ana: Any, graph: Any, tenant: Any) -> None:
    """A gateway in front of Graph may pass on messages and numbers only."""
    graph.script(*(Fault.error(404, status=404, edge=edge) for edge in ("phone_numbers", "subscribed_apps")))

    assert as_ana.post(f"{API}/channels", NUMBER).json()["status"] == "active"


def test_writing_by_phone_without_a_number_of_ones_own(as_bruno: Any, tenant: Any) -> None:
    answer = as_bruno.post(f"{API}/whatsapp/send", {"to": "11 97777-6666", "content": "oi"})

    assert _refused(answer)[:2] == (422, "no_channel")


@pytest.mark.parametrize("template", ["ola", {"name": "ola", "language": {"code": "pt_BR"}}])
def test_a_template_may_be_named_as_graph_does(as_bruno: Any, channel: Channel, template: Any) -> None:
    MessageTemplate.objects.create(
        channel=channel, provider_id="1", name="ola", language="pt_BR", status="APPROVED", category="UTILITY",
        components=[{"type": "BODY", "text": "Olá!"}],
    )  # fmt: skip
    answer = as_bruno.post(f"{API}/whatsapp/send", {"to": "11 97777-6666", "template": template})

    assert answer.status_code == 201 and answer.json()["content"] == "Olá!"


def test_the_scheme_of_a_token_is_read_in_any_case(as_bruno: Any, talk: str) -> None:
    answer = as_bruno.client.get(talk, HTTP_HOST=as_bruno.host, headers={"Authorization": f"bearer {as_bruno.token}"})

    assert answer.status_code == 200
