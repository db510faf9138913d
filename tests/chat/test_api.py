"""The API of conversations, messages and channels, as written in the contract others rely on."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from apps.accounts.models import InboundAddress, Membership, User
from apps.audit.models import Entry
from apps.chat.models import Channel, Contact, ContactIdentity, Conversation, Message, Transfer
from apps.lib.tenancy import tenant_context
from simulators import whatsapp
from simulators.faults import Fault
from tests.conftest import PHONE_NUMBER_ID, WABA_ID

API = "/api/v1"


@pytest.fixture
def talk(asked: Conversation) -> str:
    """The URL of Davi's conversation."""
    return f"{API}/conversations/{asked.pk}"


def _problem(answer: Any, status: int, code: str = "") -> Any:
    """The body of a refusal, which has the shape of every refusal."""
    body = answer.json()
    assert answer.status_code == status, answer.content
    assert isinstance(body["code"], str) and isinstance(body["detail"], str) and body["detail"]
    assert not code or body["code"] == code, body
    return body


# Conversations -------------------------------------------------------------------------------------

FIELDS = set(
    "id status is_ai_active needs_human assignee customer channel_type "
    "priority tags satisfaction_rating last_message_at".split()
)


def test_a_conversation_shows_what_the_contract_names(as_bruno: Any, talk: str) -> None:
    body = as_bruno.get(talk).json()

    assert body.keys() >= FIELDS
    assert body["customer"] == {"id": body["customer"]["id"], "name": "Davi", "phone": "5511988776655", "email": ""}
    assert (body["status"], body["is_ai_active"], body["needs_human"], body["assignee"]) == (
        "active",
        True,
        False,
        None,
    )
    assert body["channel_type"] == "whatsapp" and body["last_message_at"].endswith("-03:00")


@pytest.mark.parametrize("prefix", ["/api/v1", "/api"])
def test_both_prefixes_answer(as_bruno: Any, asked: Conversation, prefix: str) -> None:
    assert as_bruno.get(f"{prefix}/conversations").json()["results"][0]["id"] == asked.pk


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ({"status": "active"}, True),
        ({"status": "resolved"}, False),
        ({"status": "resolved,active"}, True),
        ({"assignee": "me"}, False),
        ({"channel": "whatsapp"}, True),
        ({"channel": "api"}, False),
        ({"label": "vip"}, True),
        ({"label": "v"}, False),
        ({"q": "davi"}, True),
        ({"q": "DÁVI"}, True),
        ({"q": "98877"}, True),
        ({"q": "horário"}, True),
        ({"q": "célia"}, False),
        ({"q": "%"}, False),
        ({"updated_since": "2020-01-01T00:00:00-03:00"}, True),
        ({"updated_since": "2999-01-01T00:00:00Z"}, False),
    ],
)
def test_a_list_is_filtered(as_bruno: Any, asked: Conversation, query: dict[str, str], is_found: bool) -> None:
    Conversation.objects.update(tags=["vip"])
    found = as_bruno.get(f"{API}/conversations", **query).json()["results"]

    assert [conversation["id"] for conversation in found] == [asked.pk] * is_found


@pytest.mark.parametrize("path", ["conversations", "messages?conversation_id=1", "barbearia/appointments", "agents"])
@pytest.mark.parametrize(
    "query",
    [
        {name: value}
        for name in ("status", "label", "q", "assignee", "channel", "updated_since")
        for value in ("\x00", "x'", "9" * 40)
    ]
    + [{"limit": value} for value in ("0", "-1", "x", "9" * 30)]
    + [{"cursor": value} for value in ("x", "%00", "====")]
    + [
        {"cursor": base64.b64encode(urlencode({"p": p, "o": o}).encode()).decode()}
        for p in ("x", "\x00", "9" * 40)
        for o in ("0", "x")
    ],
)
def test_a_strange_query_is_never_our_error(as_bruno: Any, talk: str, path: str, query: dict[str, str]) -> None:
    path, _, more = path.partition("?")
    answer = as_bruno.get(f"{API}/{path}", **query, **dict([more.split("=")] if more else []))

    assert answer.status_code in (200, 400, 404), answer.content


def test_a_list_is_read_page_by_page_newest_first(as_bruno: Any, customer: Any, work: Any) -> None:
    for number in range(5):
        customer.phone = f"551198877000{number}"
        customer.sends(whatsapp.text("oi", timestamp=str(1_700_000_000 + number)))
    work.run(kinds="webhook")
    seen, url = [], f"{API}/conversations?limit=2"
    while url:
        page = as_bruno.get(url.partition(as_bruno.host)[2] or url).json()
        assert len(page["results"]) <= 2
        seen += [row["customer"]["phone"][-1] for row in page["results"]]
        url = page["next"]

    assert seen == list("43210")


def test_a_page_holds_at_most_100(as_bruno: Any, asked: Conversation) -> None:
    rows = [
        Message(conversation=asked, channel_id=asked.channel_id, sender="customer", content=str(n), provider_id=f"w{n}")
        for n in range(101)
    ]
    Message.objects.bulk_create(rows)
    page = as_bruno.get(f"{API}/messages", conversation_id=str(asked.pk), limit="1000").json()

    assert len(page["results"]) == 100 and page["next"]


def test_a_conversation_is_changed_and_says_by_whom(as_bruno: Any, talk: str, bruno: User) -> None:
    change = {"priority": "urgent", "tags": ["vip", "corte"], "satisfaction_rating": 5}
    body = as_bruno.patch(talk, change).json()

    assert {name: body[name] for name in change} == change
    assert Entry.objects.filter(action="conversation.changed", actor_id=bruno.pk).exists()


@pytest.mark.parametrize(
    "change",
    [
        {"status": "gone"},
        {"priority": 1},
        {"tags": "vip"},
        {"tags": ["x" * 41]},
        {"tags": ["\ud800"]},
        {"satisfaction_rating": 6},
        {"satisfaction_rating": "muito"},
        [],
    ],
)
def test_a_bad_change_is_explained(as_bruno: Any, talk: str, change: Any) -> None:
    assert _problem(as_bruno.patch(talk, change), 400, "invalid")["fields"]


def test_closing_resolves_and_a_second_time_changes_nothing(as_bruno: Any, talk: str) -> None:
    as_bruno.post(f"{talk}/takeover")
    body = as_bruno.post(f"{talk}/close").json()

    assert (body["status"], body["assignee"], body["is_ai_active"]) == ("resolved", None, True)
    assert as_bruno.post(f"{talk}/close").json()["status"] == "resolved"


def test_reopening_beside_another_open_conversation_is_a_conflict(
    as_bruno: Any, talk: str, customer: Any, work: Any
) -> None:
    as_bruno.patch(talk, {"status": "closed"})
    customer.sends(whatsapp.text("oi de novo"))
    work.run(kinds="webhook")

    _problem(as_bruno.patch(talk, {"status": "active"}), 409, "conflict")


def test_numbers_are_counted(as_bruno: Any, talk: str) -> None:
    as_bruno.post(f"{talk}/takeover")
    stats = as_bruno.get(f"{API}/conversations/stats").json()

    assert (stats["total"], stats["active"], stats["ai_active"], stats["unread"]) == (1, 1, 0, 1)


# Who answers ---------------------------------------------------------------------------------------


def test_taking_over_silences_the_ai(as_bruno: Any, talk: str, bruno: User, customer: Any, work: Any) -> None:
    body = as_bruno.post(f"{talk}/takeover", {"reason": "eu cuido"}).json()
    work.run()

    assert body["assignee"] == {"id": bruno.pk, "name": "Bruno Lima"} and body["is_ai_active"] is False
    assert customer.graph.messages == []
    assert Transfer.objects.get().reason == "eu cuido"


def test_taking_over_twice_changes_nothing(as_bruno: Any, talk: str) -> None:
    assert [as_bruno.post(f"{talk}/takeover").status_code for _ in range(2)] == [200, 200]
    assert Transfer.objects.count() == 1


def test_what_someone_else_answers_is_a_conflict_that_names_them(
    as_bruno: Any, as_ana: Any, talk: str, asked: Any
) -> None:
    as_bruno.post(f"{talk}/takeover")

    assert "Bruno" in _problem(as_ana.post(f"{talk}/takeover"), 409, "already_taken")["detail"]
    _problem(as_ana.post(f"{API}/messages", {"conversation_id": asked.pk, "content": "oi"}), 409, "already_taken")


@pytest.mark.committed
def test_of_two_who_take_over_at_once_one_wins(as_ana: Any, as_bruno: Any, talk: str, together: Any) -> None:
    calls = [lambda api=api: api.post(f"{talk}/takeover").status_code for api in (as_ana, as_bruno)]

    assert sorted(together(*calls)) == [200, 409]
    assert Transfer.objects.count() == 1


def test_releasing_lets_the_ai_answer_what_waits(as_bruno: Any, talk: str, customer: Any, work: Any) -> None:
    as_bruno.post(f"{talk}/takeover")
    work.run()
    before = list(customer.graph.messages)
    body = as_bruno.post(f"{talk}/release").json()
    work.run()

    assert (body["assignee"], body["is_ai_active"]) == (None, True)
    assert before == [] and len(customer.graph.messages) == 1


def test_a_conversation_is_handed_to_a_colleague(as_bruno: Any, talk: str, ana: User) -> None:
    body = as_bruno.post(f"{talk}/transfer", {"user": ana.pk, "reason": "ela sabe"}).json()

    assert body["assignee"]["id"] == ana.pk and Transfer.objects.get().to_user_id == ana.pk


def test_a_conversation_is_handed_to_the_queue(as_bruno: Any, talk: str) -> None:
    as_bruno.post(f"{talk}/takeover")
    body = as_bruno.post(f"{talk}/transfer", {"user": None, "reason": "alguém?"}).json()

    assert (body["assignee"], body["needs_human"], body["is_ai_active"]) == (None, True, False)


def test_a_stranger_and_nobody_are_refused_alike(as_bruno: Any, talk: str, celia: User) -> None:
    refusals = [as_bruno.post(f"{talk}/transfer", {"user": pk}) for pk in (celia.pk, 999_999, 10**30)]

    assert len({answer.content for answer in refusals}) == 1
    _problem(refusals[0], 422, "not_a_member")


# Messages ------------------------------------------------------------------------------------------


def _send(api: Any, conversation: Conversation, content: Any = "Tenho sim, às 15h.", **more: Any) -> Any:
    return api.post(f"{API}/messages", {"conversation_id": conversation.pk, "content": content, **more})


def test_a_sent_message_is_queued_then_goes_out(
    as_bruno: Any, asked: Conversation, customer: Any, work: Any, bruno: User
) -> None:
    body = _send(as_bruno, asked).json()
    work.run()

    assert (body["sender"], body["status"], body["message_type"]) == ("attendant", "queued", "text")
    assert [message.text for message in customer.graph.messages] == ["Tenho sim, às 15h."]
    shown = as_bruno.get(f"{API}/messages/{body['id']}").json()
    assert shown["status"] == "sent" and shown["provider_id"] == customer.graph.messages[0].id
    assert Conversation.objects.get().assignee_id == bruno.pk


def test_messages_are_listed_newest_first(as_bruno: Any, asked: Conversation) -> None:
    _send(as_bruno, asked)
    rows = as_bruno.get(f"{API}/messages", conversation_id=str(asked.pk)).json()["results"]

    assert [row["sender"] for row in rows] == ["attendant", "customer"]
    assert all(row["conversation_id"] == asked.pk and row["created_at"].endswith("-03:00") for row in rows)


def test_only_what_changed_is_listed_since(as_bruno: Any, asked: Conversation) -> None:
    Message.objects.update(updated_at=timezone.now() - timedelta(hours=1))
    sent = _send(as_bruno, asked).json()["id"]
    since = (timezone.now() - timedelta(minutes=1)).isoformat()
    rows = as_bruno.get(f"{API}/messages", conversation_id=str(asked.pk), updated_since=since).json()["results"]

    assert [row["id"] for row in rows] == [sent]


def test_a_quote_and_buttons_go_out(as_bruno: Any, asked: Conversation, customer: Any, work: Any) -> None:
    quoted = Message.objects.get()
    _send(as_bruno, asked, reply_to=quoted.pk, buttons=[{"id": "y", "title": "Sim"}, {"id": "n", "title": "Não"}])
    work.run()

    payload = customer.graph.messages[0].payload
    assert payload["context"]["message_id"] == quoted.provider_id and payload["type"] == "interactive"


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ("x" * 4096, 201),
        ("😀" * 4096, 201),
        ("x" * 4097, 422),
        ("x" * 20_001, 400),
        ("", 400),
        ("   ", 400),
        (None, 400),
    ],
)
def test_a_text_has_limits(as_bruno: Any, asked: Conversation, content: Any, status: int) -> None:
    answer = _send(as_bruno, asked, content)

    assert answer.status_code == status
    assert status == 201 or "content" in _problem(answer, status)["fields"]


@pytest.mark.parametrize(
    "more",
    [
        {"content": "a\x00b"},
        {"content": "\ud800"},
        {"content": ["x"]},
        {"conversation_id": "x"},
        {"conversation_id": 10**30},
        {"conversation_id": 0},
        {"message_type": "image"},
        {"reply_to": "x"},
        {"buttons": [{"id": "1", "title": str(n)} for n in range(4)]},
        {"buttons": ["x"]},
    ],
)
def test_a_bad_message_is_explained(as_bruno: Any, asked: Conversation, more: Any) -> None:
    body = {"conversation_id": asked.pk, "content": "x"} | more

    assert _problem(as_bruno.post(f"{API}/messages", body), 400, "invalid")["fields"]
    assert not Message.objects.filter(sender="attendant").exists()


def test_after_24_hours_only_a_template_would_do(as_bruno: Any, asked: Conversation, customer: Any, work: Any) -> None:
    ContactIdentity.objects.update(last_inbound_at=timezone.now() - timedelta(hours=24, seconds=1))

    _problem(_send(as_bruno, asked), 422, "window_closed")
    assert Conversation.objects.get().assignee_id is None and not Message.objects.filter(sender="attendant").exists()


def test_just_before_24_hours_it_still_goes_out(as_bruno: Any, asked: Conversation) -> None:
    ContactIdentity.objects.update(last_inbound_at=timezone.now() - timedelta(hours=23, minutes=59))

    assert _send(as_bruno, asked).status_code == 201


def test_a_closed_conversation_takes_nothing(as_bruno: Any, asked: Conversation, talk: str) -> None:
    as_bruno.patch(talk, {"status": "closed"})

    _problem(_send(as_bruno, asked), 409, "conversation_closed")


def test_reading_a_message_reads_the_conversation(as_bruno: Any, asked: Conversation) -> None:
    message = Message.objects.get()
    body = as_bruno.patch(f"{API}/messages/{message.pk}/read").json()

    assert body["read_at"] and Conversation.objects.get().unread == 0


def test_only_a_failed_message_is_sent_again(as_bruno: Any, asked: Conversation, customer: Any, work: Any) -> None:
    customer.graph.script(Fault.error(131051))
    sent = _send(as_bruno, asked).json()["id"]
    work.run()
    assert Message.objects.get(pk=sent).status == "failed"

    assert as_bruno.post(f"{API}/messages/{sent}/retry").json()["status"] == "queued"
    work.run()
    assert Message.objects.get(pk=sent).status == "sent"
    _problem(as_bruno.post(f"{API}/messages/{sent}/retry"), 409, "not_retryable")


# Idempotency ---------------------------------------------------------------------------------------


def _once(api: Any, conversation: Conversation, key: str, content: str = "Uma vez só") -> Any:
    body = {"conversation_id": conversation.pk, "content": content}
    return api.post(f"{API}/messages", body, Idempotency_Key=key)


def test_the_same_key_gives_the_same_answer_and_one_message(
    as_bruno: Any, asked: Conversation, customer: Any, work: Any
) -> None:
    first, second = _once(as_bruno, asked, "k1"), _once(as_bruno, asked, "k1")
    work.run()

    assert (first.status_code, second.status_code) == (201, 201) and first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true" and len(customer.graph.messages) == 1


def test_the_same_key_with_another_body_is_a_conflict(as_bruno: Any, asked: Conversation) -> None:
    _once(as_bruno, asked, "k1")

    _problem(_once(as_bruno, asked, "k1", "Outra coisa"), 409, "idempotency_key_reused")


def test_a_key_belongs_to_one_person(as_bruno: Any, as_ana: Any, asked: Conversation) -> None:
    _once(as_bruno, asked, "k1")

    _problem(_once(as_ana, asked, "k1"), 409, "already_taken")  # a deed of her own, refused on its own merits


def test_a_refusal_is_not_kept(as_bruno: Any, asked: Conversation) -> None:
    ContactIdentity.objects.update(last_inbound_at=timezone.now() - timedelta(hours=25))
    refused = _once(as_bruno, asked, "k1").status_code
    ContactIdentity.objects.update(last_inbound_at=timezone.now())

    assert (refused, _once(as_bruno, asked, "k1").status_code) == (422, 201)


def test_an_endless_key_is_refused(as_bruno: Any, asked: Conversation) -> None:
    _problem(_once(as_bruno, asked, "k" * 201), 400)


@pytest.mark.committed
def test_twins_at_once_have_one_effect(as_bruno: Any, asked: Conversation, together: Any) -> None:
    answers = together(*[lambda: _once(as_bruno, asked, "k1")] * 8)

    assert {answer.status_code for answer in answers} == {201} and len({answer.json()["id"] for answer in answers}) == 1
    assert Message.objects.filter(sender="attendant").count() == 1


# Roles and strangers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "reads", "answers", "manages"),
    [
        ("owner", 200, 200, 200),
        ("admin", 200, 200, 200),
        ("supervisor", 200, 200, 403),
        ("attendant", 200, 200, 403),
        ("professional", 403, 403, 403),
    ],
)
def test_a_role_may_do_what_the_matrix_says(
    as_bruno: Any, talk: str, bruno: User, role: str, reads: int, answers: int, manages: int
) -> None:
    Membership.objects.filter(user=bruno).update(role=role)

    assert as_bruno.get(f"{API}/conversations").status_code == as_bruno.get(talk).status_code == reads
    assert as_bruno.post(f"{talk}/takeover").status_code == answers
    assert as_bruno.get(f"{API}/channels").status_code == manages


def test_a_conversation_of_another_business_does_not_exist(as_celia: Any, asked: Conversation, talk: str) -> None:
    message = Message.objects.get()
    for answer in (
        as_celia.get(talk),
        as_celia.patch(talk, {"priority": "high"}),
        as_celia.post(f"{talk}/takeover"),
        as_celia.post(f"{talk}/close"),
        as_celia.get(f"{API}/messages", conversation_id=str(asked.pk)),
        as_celia.get(f"{API}/messages/{message.pk}"),
        as_celia.patch(f"{API}/messages/{message.pk}/read"),
        _send(as_celia, asked),
        as_celia.get(f"{API}/channels/{asked.channel_id}"),
        as_celia.delete(f"{API}/channels/{asked.channel_id}"),
    ):
        _problem(answer, 404)
    assert Conversation.objects.get().assignee_id is None


def test_the_same_number_of_a_conversation_is_each_businesss_own(
    as_ana: Any, as_celia: Any, asked: Conversation, rival_channel: Channel, rival: Any
) -> None:
    with tenant_context(rival):
        identity = ContactIdentity.objects.create(
            channel=rival_channel,
            kind="wa_id",
            value="5511900001111",
            canonical="5511900001111",
            contact=Contact.objects.create(name="Eva"),
        )
        Conversation.objects.create(pk=asked.pk, channel=rival_channel, identity=identity)

    names = [api.get(f"{API}/conversations/{asked.pk}").json()["customer"]["name"] for api in (as_ana, as_celia)]
    assert names == ["Davi", "Eva"]


# Channels ------------------------------------------------------------------------------------------

NUMBER = {
    "kind": "whatsapp_cloud",
    "name": "Recepção",
    "phone_number_id": PHONE_NUMBER_ID,
    "waba_id": WABA_ID,
    "access_token": "good-token",
    "app_secret": "own-app-secret",
}


def test_a_good_number_is_active_at_once(as_ana: Any, tenant: Any, graph: Any) -> None:
    answer = as_ana.post(f"{API}/channels", NUMBER)
    body = answer.json()

    assert answer.status_code == 201 and (body["status"], body["status_reason"]) == ("active", "")
    assert body["webhook_url"].startswith("http://localhost") and body["verify_token"] and body["agent"]
    assert InboundAddress.objects.get().is_active


@pytest.mark.parametrize(
    "change",
    [{"access_token": "bad"}, {"phone_number_id": "404"}, {"waba_id": "404"}],
    ids=["token", "number", "account"],
)
def test_a_refused_number_is_unhealthy_and_takes_nothing(as_ana: Any, tenant: Any, graph: Any, change: Any) -> None:
    answer = as_ana.post(f"{API}/channels", NUMBER | change)

    assert answer.status_code == 201
    assert answer.json()["status"] == "unhealthy" and answer.json()["status_reason"]
    assert not InboundAddress.objects.filter(is_active=True).exists()


def test_an_unreachable_provider_is_unhealthy_until_checked_again(
    as_ana: Any, tenant: Any, graph: Any, settings: Any
) -> None:
    settings.WHATSAPP_GRAPH_URL = "http://127.0.0.1:1"
    body = as_ana.post(f"{API}/channels", NUMBER).json()
    assert body["status"] == "unhealthy" and not InboundAddress.objects.get().is_active

    settings.WHATSAPP_GRAPH_URL = graph.url
    checked = as_ana.post(f"{API}/channels/{body['id']}/check").json()
    assert (checked["status"], checked["status_reason"]) == ("active", "") and InboundAddress.objects.get().is_active


def test_a_new_token_is_checked_at_once(as_ana: Any, channel: Channel) -> None:
    assert as_ana.patch(f"{API}/channels/{channel.pk}", {"access_token": "bad"}).json()["status"] == "unhealthy"
    assert as_ana.patch(f"{API}/channels/{channel.pk}", {"access_token": "good-token"}).json()["status"] == "active"


def test_a_number_belongs_to_one_business(as_ana: Any, as_celia: Any, channel: Channel) -> None:
    _problem(as_celia.post(f"{API}/channels", NUMBER), 409, "number_taken")
    _problem(as_ana.post(f"{API}/channels", NUMBER), 409, "number_taken")

    assert as_celia.get(f"{API}/channels").json()["results"] == [] and InboundAddress.objects.count() == 1


def test_a_number_given_up_may_be_taken(as_ana: Any, as_celia: Any, channel: Channel) -> None:
    assert as_ana.delete(f"{API}/channels/{channel.pk}").status_code == 204

    assert as_celia.post(f"{API}/channels", NUMBER).json()["status"] == "active"


def test_who_checks_too_late_does_not_get_the_number(as_ana: Any, as_celia: Any, channel: Channel, graph: Any) -> None:
    InboundAddress.objects.update(is_active=False)  # not verified yet: anybody may try
    theirs = as_celia.post(f"{API}/channels", NUMBER).json()

    assert theirs["status"] == "active"
    _problem(as_ana.post(f"{API}/channels/{channel.pk}/check"), 409, "number_taken")


@pytest.mark.committed
def test_of_two_businesses_claiming_a_number_at_once_one_gets_it(
    world: Any, graph: Any, as_ana: Any, as_celia: Any, together: Any
) -> None:
    calls = [lambda api=api: api.post(f"{API}/channels", NUMBER).status_code for api in (as_ana, as_celia)]

    assert sorted(together(*calls)) == [201, 409]
    assert InboundAddress.objects.filter(is_active=True).count() == 1


def test_secrets_are_written_and_never_read(as_ana: Any, tenant: Any, graph: Any, caplog: Any) -> None:
    caplog.set_level("DEBUG")
    created = as_ana.post(f"{API}/channels", NUMBER)
    pk = created.json()["id"]
    answers = [created, as_ana.get(f"{API}/channels"), as_ana.get(f"{API}/channels/{pk}")]
    answers += [as_ana.patch(f"{API}/channels/{pk}", {"name": "x"}), as_ana.post(f"{API}/channels/{pk}/check")]
    trail = str(list(Entry.objects.values_list("data", flat=True)))

    for text in [*(answer.content.decode() for answer in answers), caplog.text, trail]:
        assert "good-token" not in text and "own-app-secret" not in text


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "fax"},
        {"phone_number_id": "../me"},
        {"phone_number_id": "1/2?x"},
        {"phone_number_id": ""},
        {"waba_id": "a b"},
        {"access_token": ""},
        {"access_token": "a\r\nX-Evil: 1"},
        {"access_token": "ção"},
        {"access_token": "\ud800"},
        {"name": "x" * 81},
        {"agent": "x"},
    ],
)
def test_a_bad_number_is_explained(as_ana: Any, tenant: Any, graph: Any, change: Any) -> None:
    assert _problem(as_ana.post(f"{API}/channels", NUMBER | change), 400, "invalid")["fields"]
    assert not Channel.objects.exists()


def test_an_agent_of_nowhere_is_refused(as_ana: Any, tenant: Any, graph: Any) -> None:
    _problem(as_ana.post(f"{API}/channels", NUMBER | {"agent": 999_999}), 422, "unknown_agent")
    assert not Channel.objects.exists() and not InboundAddress.objects.exists()


# A customer's side, and writing by phone -----------------------------------------------------------


def test_a_customer_talks_through_the_api(as_bruno: Any, tenant: Any, work: Any) -> None:
    opened = as_bruno.post(f"{API}/chat/conversation", {"customer": {"name": "Eva", "phone": "11 97777-6666"}}).json()
    as_bruno.post(f"{API}/chat/send", {"conversation_id": opened["id"], "content": "oi"})
    work.run()
    shown = as_bruno.get(f"{API}/chat/messages/{opened['id']}").json()["results"]

    assert opened["channel_type"] == "api" and opened["customer"]["phone"] == "5511977776666"
    assert [row["sender"] for row in shown] == ["customer", "ai"]


def test_the_customers_side_reaches_no_whatsapp_conversation(as_bruno: Any, asked: Conversation) -> None:
    _problem(as_bruno.post(f"{API}/chat/send", {"conversation_id": asked.pk, "content": "x"}), 404)
    _problem(as_bruno.get(f"{API}/chat/messages/{asked.pk}"), 404)


@pytest.mark.parametrize(
    "customer", [{}, {"name": "x"}, {"phone": "abc"}, {"phone": "\x00"}, {"email": "x"}, "x", None]
)
def test_a_customer_nobody_can_name_is_refused(as_bruno: Any, tenant: Any, customer: Any) -> None:
    _problem(as_bruno.post(f"{API}/chat/conversation", {"customer": customer}), 400, "invalid")


def test_writing_by_phone_finds_the_conversation(as_bruno: Any, asked: Conversation, customer: Any, work: Any) -> None:
    answer = as_bruno.post(f"{API}/whatsapp/send", {"to": "(11) 98877-6655", "content": "Oi, Davi"})
    work.run()

    assert answer.status_code == 201 and answer.json()["conversation_id"] == asked.pk
    assert customer.graph.messages[0].to == customer.phone


def test_writing_to_whom_never_wrote_is_refused(as_bruno: Any, channel: Channel) -> None:
    _problem(as_bruno.post(f"{API}/whatsapp/send", {"to": "11 90000-0000", "content": "oi"}), 422, "window_closed")
    _problem(as_bruno.post(f"{API}/whatsapp/send", {"to": "abc", "content": "oi"}), 400, "invalid")


def test_sessions_show_how_the_numbers_are(as_bruno: Any, channel: Channel) -> None:
    [number] = as_bruno.get(f"{API}/whatsapp/sessions").json()["results"]

    assert number["status"] == "active" and "access_token" not in number


# Errors --------------------------------------------------------------------------------------------


def test_what_does_not_exist_is_json_too(as_bruno: Any, tenant: Any) -> None:
    for path in ("conversations/999999", "nothing/here", "messages/999999999999999999"):
        _problem(as_bruno.get(f"{API}/{path}"), 404, "not_found")


def test_a_wrong_method_or_type_is_json_too(as_bruno: Any, talk: str) -> None:
    _problem(as_bruno.delete(talk), 405, "method_not_allowed")
    answer = as_bruno.client.post(
        f"{talk}/takeover",
        "a=1",
        content_type="text/plain",
        HTTP_HOST=as_bruno.host,
        headers={"Authorization": f"Bearer {as_bruno.token}"},
    )
    _problem(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize("key", ["", "k1"])
def test_a_body_too_large_is_413(as_bruno: Any, asked: Conversation, key: str) -> None:
    body = {"conversation_id": asked.pk, "content": "x" * 8 * 1024 * 1024}

    _problem(as_bruno.post(f"{API}/messages", body, **({"Idempotency_Key": key} if key else {})), 413, "too_large")


def test_an_id_too_large_for_the_database_is_404(as_bruno: Any, tenant: Any) -> None:
    for path in (f"conversations/{10**30}", f"messages/{10**30}", f"users/{10**30}", f"chat/messages/{10**30}"):
        _problem(as_bruno.get(f"{API}/{path}"), 404)
