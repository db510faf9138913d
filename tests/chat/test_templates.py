"""Approved templates: brought from WhatsApp, filled in, sent when text may not be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.chat import choices, templates
from apps.chat.adapters.whatsapp_cloud import codes
from apps.chat.adapters.whatsapp_cloud import graph as meta
from apps.chat.choices import Option
from apps.chat.models import Channel, ContactIdentity, Conversation, Message, MessageTemplate
from simulators import graph_rules, whatsapp
from simulators.faults import Fault
from tests.conftest import DAVI, WABA_ID


@pytest.fixture
def reminder(graph: Any, channel: Channel, work: Any) -> MessageTemplate:
    """An approved template with two variables, known here."""
    graph.add_template("lembrete", body="Oi {{1}}, até {{2}}!", buttons=("Confirmar",), waba_id=WABA_ID)
    _sync(channel, work)
    return MessageTemplate.objects.get()


def _sync(channel: Channel, work: Any) -> None:
    from django.db import transaction

    with transaction.atomic():
        templates.ask_sync(channel)
    work.run(kinds=templates.KIND)


def _send(as_ana: Any, **template: Any) -> Any:
    return as_ana.post("/api/v1/whatsapp/send", {"to": "11 98877-6655", "template": {"name": "lembrete", **template}})


def test_all_pages_are_brought_and_what_is_gone_goes(graph: Any, channel: Channel, work: Any) -> None:
    for number in range(230):
        graph.add_template(f"t{number}", body="Oi", waba_id=WABA_ID)
    _sync(channel, work)
    assert MessageTemplate.objects.count() == 230

    del graph.templates[WABA_ID][1:]
    _sync(channel, work)
    assert [found.name for found in MessageTemplate.objects.all()] == ["t0"]


def test_a_failed_sync_keeps_what_we_have(graph: Any, channel: Channel, work: Any, reminder: Any) -> None:
    graph.script(Fault.server_error(edge="message_templates"))
    _sync(channel, work)
    assert MessageTemplate.objects.count() == 1


def test_the_list_says_what_to_fill_in(reminder: Any, as_bruno: Any) -> None:
    [shown] = as_bruno.get("/api/v1/whatsapp/templates").json()["results"]
    assert shown["variables"] == ["1", "2"] and shown["buttons"] == ["Confirmar"] and shown["status"] == "APPROVED"


@pytest.mark.parametrize("variables", [{"1": "Davi", "2": "amanhã"}, ["Davi", "amanhã"]])
def test_a_template_opens_a_conversation_with_someone_who_never_wrote(
    reminder: Any, as_ana: Any, work: Any, graph: Any, variables: Any
) -> None:
    answer = _send(as_ana, variables=variables)
    assert answer.status_code == 201, answer.json()
    work.run(ahead=False, kinds="chat.deliver")

    [sent] = graph.messages_to(DAVI)
    assert sent.payload["template"]["components"][0]["parameters"][0] == {"type": "text", "text": "Davi"}
    message = Message.objects.get()
    assert (message.content, message.status) == ("Oi Davi, até amanhã!", "sent")
    assert Conversation.objects.get().assignee_id is not None


def test_it_goes_on_in_the_conversation_there_is_although_the_window_is_closed(
    reminder: Any, customer: Any, as_ana: Any, work: Any
) -> None:
    customer.sends(whatsapp.text("oi"))
    work.run(kinds="webhook")
    ContactIdentity.objects.update(last_inbound_at=timezone.now() - timedelta(days=3))

    assert _send(as_ana, variables=["Davi", "já"]).json()["conversation_id"] == customer.conversation.pk
    work.run(ahead=False, kinds="chat.deliver")
    assert Message.objects.get(sender="attendant").status == "sent"


def test_named_variables_travel_by_name(graph: Any, channel: Channel, work: Any, as_ana: Any) -> None:
    graph.add_template("lembrete", body="Oi {{nome}}", waba_id=WABA_ID)
    _sync(channel, work)
    _send(as_ana, variables={"nome": "Davi"})
    work.run(ahead=False, kinds="chat.deliver")
    [parameter] = graph.messages[0].payload["template"]["components"][0]["parameters"]
    assert parameter == {"type": "text", "text": "Davi", "parameter_name": "nome"}


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ({"variables": ["Davi"]}, "template_incomplete"),
        ({"variables": {"1": "Davi", "2": "  "}}, "template_incomplete"),
        ({"name": "outro"}, "no_such_template"),
        ({"language": "en_US", "variables": ["a", "b"]}, "no_such_template"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_the_reason(
    reminder: Any, as_ana: Any, template: dict[str, Any], code: str
) -> None:
    answer = _send(as_ana, **template)
    assert answer.status_code == 422 and answer.json()["code"] == code


@pytest.mark.parametrize(
    "body",
    [
        {"to": "x", "template": {"name": "lembrete", "variables": ["a", "b"]}},
        {"to": DAVI, "content": "oi", "template": {"name": "lembrete"}},
        {"to": DAVI},
        {"to": DAVI, "template": {"name": "lembrete", "variables": [[]]}},
        {"to": DAVI, "template": 7},
    ],
)
def test_bad_input_is_400_with_fields(reminder: Any, as_ana: Any, body: dict[str, Any]) -> None:
    answer = as_ana.post("/api/v1/whatsapp/send", body)
    assert answer.status_code == 400 and answer.json()["fields"]


def test_without_a_number_there_is_no_template(tenant: Any, as_ana: Any) -> None:
    assert _send(as_ana).json()["code"] == "no_channel"


# The error table -----------------------------------------------------------------------------------


def _refused(as_ana: Any, work: Any, graph: Any, code: int) -> Message:
    graph.script(Fault.error(code, details=f"detail of {code}"))
    _send(as_ana, variables=["Davi", "já"])
    work.run(ahead=False, kinds="chat.deliver")
    return Message.objects.latest("id")


@pytest.mark.parametrize("code", [132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016])
def test_132xxx_is_the_templates_defect_and_the_owner_is_told(
    reminder: Any, as_ana: Any, work: Any, graph: Any, mailoutbox: Any, code: int
) -> None:
    message = _refused(as_ana, work, graph, code)
    work.run(kinds="chat.alert")
    reminder.refresh_from_db()

    assert message.status == "failed" and str(code) in reminder.defect
    assert [mail.to for mail in mailoutbox] == [["ana@example.com"]] and "lembrete" in mailoutbox[0].body


@pytest.mark.parametrize("code", [131049, 131050, 130472, 131048, 131064])
def test_refused_marketing_stops_marketing_to_this_customer_alone(
    reminder: Any, as_ana: Any, work: Any, graph: Any, code: int
) -> None:
    assert _refused(as_ana, work, graph, code).status == "failed"
    assert ContactIdentity.objects.get().marketing_stopped_at is not None

    MessageTemplate.objects.update(category="MARKETING")
    assert _send(as_ana, variables=["a", "b"]).json()["code"] == "marketing_stopped"
    MessageTemplate.objects.update(category="UTILITY")
    assert _send(as_ana, variables=["a", "b"]).status_code == 201


@pytest.mark.parametrize("code", [131026, 131021, 131030, 131062])
def test_who_cannot_be_reached_is_marked(reminder: Any, as_ana: Any, work: Any, graph: Any, code: int) -> None:
    _refused(as_ana, work, graph, code)
    assert not ContactIdentity.objects.get().is_reachable


@pytest.mark.parametrize("code", [0, 3, 10, 190, 200, 299, 33, 368, 130497, 131005, 131031, 131037, 131042, 131045])
def test_a_channel_that_is_down_keeps_its_queue_and_its_owner_is_told(
    reminder: Any, as_ana: Any, work: Any, graph: Any, channel: Channel, mailoutbox: Any, code: int
) -> None:
    assert _refused(as_ana, work, graph, code).status == "queued"
    work.run(kinds="chat.alert")
    channel.refresh_from_db()

    assert channel.status == "unhealthy" and str(code) in channel.status_reason
    [mail] = mailoutbox
    assert str(code) in mail.body and "/canais" in mail.body


@pytest.mark.parametrize("code", [1, 2, 4, 80007, 130429, 131000, 131016, 131057])
def test_what_passes_is_tried_again(reminder: Any, as_ana: Any, work: Any, graph: Any, code: int) -> None:
    assert _refused(as_ana, work, graph, code).status == "queued"


@pytest.mark.parametrize("code", [100, 131008, 131009])
def test_our_own_mistake_is_not_repeated(reminder: Any, as_ana: Any, work: Any, graph: Any, code: int) -> None:
    message = _refused(as_ana, work, graph, code)
    assert (message.status, message.attempt) == ("failed", 1)


def test_every_code_of_the_table_has_its_verdict() -> None:
    known = {code for code in graph_rules.TITLES if code not in (131051, 131053)}
    assert {code for code in known if meta.verdict(code) == "final"} == codes.OUR_BUGS


def test_one_mail_an_hour(reminder: Any, as_ana: Any, work: Any, graph: Any, channel: Channel, mailoutbox: Any) -> None:
    _refused(as_ana, work, graph, 132000)
    work.run(kinds="chat.alert")
    _refused(as_ana, work, graph, 132001)
    work.run(kinds="chat.alert")
    assert len(mailoutbox) == 1

    Channel.objects.update(alerted_at=timezone.now() - timedelta(hours=2))
    work.run(kinds="chat.alert")
    assert len(mailoutbox) == 2


def test_131047_by_status_closes_the_window_and_calls_a_person(customer: Any, work: Any, graph: Any) -> None:
    graph.script(Fault.error(131047, to=DAVI))
    customer.says("oi")

    conversation = customer.conversation
    assert Message.objects.get(sender="ai").status == "failed"
    assert conversation.needs_human and not conversation.is_ai_active
    assert conversation.identity.last_inbound_at < timezone.now() - timedelta(hours=23, minutes=59)


# Choices -------------------------------------------------------------------------------------------


def _options(count: int, title: str = "Opção {}") -> list[Option]:
    return [Option(f"o{number}", title.format(number), "com Carlos") for number in range(1, count + 1)]


@pytest.mark.parametrize(
    ("count", "kind", "shown"), [(1, "buttons", 1), (3, "buttons", 3), (4, "rows", 4), (10, "rows", 10)]
)
def test_few_are_buttons_and_more_are_a_list(count: int, kind: str, shown: int) -> None:
    dressed = choices.dress("whatsapp_cloud", "Qual?", _options(count))
    assert dressed.text == "Qual?" and len(dressed.data[kind]) == shown and len(dressed.data) == 1


def test_more_than_ten_come_page_by_page() -> None:
    dressed = choices.dress("whatsapp_cloud", "Qual?", _options(25))
    assert [row["title"] for row in dressed.data["rows"]][-2:] == ["Opção 9", "Ver mais"]
    second = choices.dress("whatsapp_cloud", "Qual?", _options(25), start=9)
    assert (second.data["rows"][0]["title"], second.data["rows"][-1]["id"]) == ("Opção 10", "more:18")
    third = choices.dress("whatsapp_cloud", "Qual?", _options(25), start=18)
    assert third.data["rows"][-1]["title"] == "Opção 25"


def test_titles_are_cut_by_characters_and_stay_different() -> None:
    dressed = choices.dress("whatsapp_cloud", "Qual?", _options(3, title="Corte à máquina 😀 com barba inteira"))
    titles = [button["title"] for button in dressed.data["buttons"]]
    assert len(set(titles)) == 3 and max(map(len, titles)) <= 20


def test_without_buttons_they_are_numbered_text() -> None:
    assert choices.dress("api", "Qual?", _options(2)).text == "Qual?\n1. Opção 1: com Carlos\n2. Opção 2: com Carlos"
    assert choices.dress("api", "Tenho 1) 9:00 2) 10:00", _options(2)).text == "Tenho 1) 9:00 2) 10:00"


def test_the_text_of_an_offer_stays_and_a_tap_chooses(shop: Any, customer: Any, work: Any, graph: Any) -> None:
    customer.says("quero cortar o cabelo amanhã")
    offer = graph.messages_to(DAVI)[-1]
    for _ in range(2):
        if offer.payload["type"] == "text":
            customer.says("de tarde")
            offer = graph.messages_to(DAVI)[-1]
    buttons = offer.payload["interactive"]["action"]["buttons"]
    assert [button["reply"]["title"][:2] for button in buttons] == [f"{n})" for n in range(1, len(buttons) + 1)]

    second = buttons[1]["reply"]
    customer.sends(whatsapp.button_reply(second["id"], second["title"], reply_to=offer.id))
    work.run()
    asked = graph.messages_to(DAVI)[-1]
    assert second["title"].split()[1] in asked.text
    assert [one["reply"]["title"] for one in asked.payload["interactive"]["action"]["buttons"]] == ["Sim", "Não"]

    customer.sends(whatsapp.button_reply("confirm:yes", "Sim", reply_to=asked.id))
    work.run()
    assert "Marcado" in graph.messages_to(DAVI)[-1].text


def test_ver_mais_shows_the_next_rows_without_the_ai(customer: Any, work: Any, graph: Any) -> None:
    from apps.chat import outbound
    from apps.chat.locking import locked

    customer.says("oi")
    with locked(customer.conversation) as conversation:
        outbound.say(conversation, text="Qual serviço?", effect_key="t", options=_options(15))
    work.run()
    shown = graph.messages_to(DAVI)[-1]
    customer.sends(whatsapp.list_reply("more:9", "Ver mais", reply_to=shown.id))
    before = len(graph.messages_to(DAVI))
    work.run()

    [page] = graph.messages_to(DAVI)[before:]
    rows = page.payload["interactive"]["action"]["sections"][0]["rows"]
    assert [row["title"] for row in rows] == [f"Opção {number}" for number in range(10, 16)]
