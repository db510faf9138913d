from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from simulators import whatsapp
from simulators.whatsapp import Customer, Number, inbound, post

SHOP = Number("109000000000001", waba_id="209000000000001", display_phone_number="+55 41 3333-0000")
RIVAL = Number("109000000000002", waba_id="209000000000002")
DAVI = Customer("5541999990001", "Davi")


def value_of(payload):
    return payload["entry"][0]["changes"][0]["value"]


def first_message(payload):
    return value_of(payload)["messages"][0]


def test_a_text_arrives_in_metas_envelope():
    payload = inbound(SHOP, DAVI, whatsapp.text("oi", id="wamid.1", timestamp="1700000000"))

    assert payload == {
        "object": "whatsapp_business_account",
        "entry": [{"id": "209000000000001", "changes": [{"field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "554133330000", "phone_number_id": "109000000000001"},
            "contacts": [{"profile": {"name": "Davi"}, "wa_id": "5541999990001"}],
            "messages": [{"from": "5541999990001", "id": "wamid.1", "timestamp": "1700000000",
                          "type": "text", "text": {"body": "oi"}}],
        }}]}],
    }  # fmt: skip


def test_a_quote_names_the_message_and_who_wrote_it():
    message = first_message(inbound(SHOP, DAVI, whatsapp.text("esse", reply_to="wamid.9")))

    assert message["context"] == {"from": "554133330000", "id": "wamid.9"}


def test_someone_with_a_username_has_no_phone():
    payload = inbound(SHOP, Customer("", "Davi", user_id="BR.42", username="davi"), whatsapp.text("oi"))

    assert value_of(payload)["contacts"] == [{"profile": {"name": "Davi", "username": "davi"}, "user_id": "BR.42"}]
    assert "from" not in first_message(payload)
    assert first_message(payload)["from_user_id"] == "BR.42"


@pytest.mark.parametrize(("content", "kind", "expected"), [
    (whatsapp.button_reply("b1", "Sim"), "interactive",
     {"type": "button_reply", "button_reply": {"id": "b1", "title": "Sim"}}),
    (whatsapp.list_reply("r1", "9:00"), "interactive",
     {"type": "list_reply", "list_reply": {"id": "r1", "title": "9:00"}}),
    (whatsapp.quick_reply("Confirmar"), "button", {"text": "Confirmar", "payload": "Confirmar"}),
    (whatsapp.reaction("wamid.1", "👍"), "reaction", {"message_id": "wamid.1", "emoji": "👍"}),
    (whatsapp.reaction("wamid.1", None), "reaction", {"message_id": "wamid.1"}),
    (whatsapp.reaction("wamid.1", ""), "reaction", {"message_id": "wamid.1", "emoji": ""}),
    (whatsapp.location(-25.4, -49.2, name="Casa"), "location", {"latitude": -25.4, "longitude": -49.2, "name": "Casa"}),
    (whatsapp.flow_reply({"a": 1}), "interactive",
     {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": '{"a": 1}'}}),
])  # fmt: skip
def test_every_kind_of_message_has_its_own_body(content, kind, expected):
    message = first_message(inbound(SHOP, DAVI, content))

    assert (message["type"], message[kind]) == (kind, expected)


@pytest.mark.parametrize(("content", "field"), [
    (whatsapp.image("m1", caption="foto"), ("image", "caption", "foto")),
    (whatsapp.audio("m1"), ("audio", "voice", True)),
    (whatsapp.video("m1"), ("video", "mime_type", "video/mp4")),
    (whatsapp.document("m1", "nota.pdf"), ("document", "filename", "nota.pdf")),
    (whatsapp.sticker("m1"), ("sticker", "animated", False)),
])  # fmt: skip
def test_media_come_as_ids(content, field):
    kind, name, expected = field

    assert content[kind]["id"] == "m1"
    assert content[kind][name] == expected
    assert content[kind]["sha256"]


def test_contacts_and_orders_carry_lists():
    assert whatsapp.contacts("Ana Lima", "5541988887777")["contacts"][0]["phones"][0]["wa_id"] == "5541988887777"
    assert whatsapp.order("c1", ("p1", 2, "35.00"))["order"]["product_items"][0]["item_price"] == 35.0


def test_a_change_of_number_comes_without_contacts():
    change = whatsapp.number_change("5541977776666", user_id="BR.2", previous_user_id="BR.1")

    payload = inbound(SHOP, DAVI, change)

    assert "contacts" not in value_of(payload)
    assert first_message(payload)["system"]["wa_id"] == "5541977776666"
    assert first_message(payload)["from"] == DAVI.wa_id


def test_what_meta_cannot_show_says_why():
    message = first_message(inbound(SHOP, DAVI, whatsapp.unsupported()))

    assert (message["type"], message["errors"][0]["code"]) == ("unsupported", 131051)


def test_the_owners_own_answer_is_an_echo():
    payload = whatsapp.echo(SHOP, DAVI, whatsapp.text("já te respondo"))

    assert payload["entry"][0]["changes"][0]["field"] == "smb_message_echoes"
    echo = value_of(payload)["message_echoes"][0]
    assert (echo["from"], echo["to"]) == ("554133330000", DAVI.wa_id)


def test_a_failed_status_has_errors_and_no_contacts():
    item = whatsapp.status("wamid.1", "failed", to=DAVI.wa_id, errors=[whatsapp.failure(131026, "Undeliverable")])

    value = value_of(whatsapp.statuses(SHOP, item))

    assert "contacts" not in value
    assert value["statuses"][0]["errors"][0]["code"] == 131026
    assert "pricing" not in value["statuses"][0]


def test_one_post_may_carry_several_businesses():
    hello = whatsapp.text("oi")

    payload = whatsapp.batch(inbound(SHOP, DAVI, hello), inbound(RIVAL, DAVI, hello), inbound(SHOP, DAVI, hello, hello))

    assert [(entry["id"], len(entry["changes"])) for entry in payload["entry"]] == [
        ("209000000000001", 2),
        ("209000000000002", 1),
    ]


def test_bodies_are_escaped_as_meta_escapes_them():
    assert whatsapp.encode({"a": "não/é 👍"}) == rb'{"a":"n\u00e3o\/\u00e9 \ud83d\udc4d"}'
    assert json.loads(whatsapp.encode({"a": "não/é 👍"})) == {"a": "não/é 👍"}


def test_the_signature_covers_the_exact_body():
    expected = hmac.new(b"s3cret", b"body", hashlib.sha256).hexdigest()

    assert whatsapp.sign(b"body", "s3cret") == f"sha256={expected}"


def test_a_post_is_signed_and_names_the_host_it_is_told(webhook):
    answer = post(f"{webhook.url}/hook", inbound(SHOP, DAVI, whatsapp.text("olá")), "app-secret", host="ze.localhost")

    assert answer.status == 200
    assert webhook.requests[0].headers["host"] == "ze.localhost"
    assert post(f"{webhook.url}/hook", b"{}", "another secret").status == 401


def test_subdomains_of_localhost_are_reached_without_a_resolver(webhook):
    url = f"http://ze.localhost:{webhook.port}/hook"

    assert post(url, b'{"entry": []}', "app-secret").status == 200
    assert webhook.requests[0].headers["host"] == f"ze.localhost:{webhook.port}"


def test_a_connection_the_server_closed_is_replaced(webhook):
    with whatsapp.WebhookClient(f"{webhook.url}/hook", "app-secret") as client:
        client.post(b"{}")
        webhook.close_idle()

        assert client.post(b"{}").status == 200
