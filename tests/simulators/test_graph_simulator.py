from __future__ import annotations

import http.client
import json
import threading
import time

import httpx2
import pytest

from simulators.faults import Fault
from simulators.graph import GraphSimulator
from simulators.whatsapp import Customer, text

PHONE, WABA, TOKEN, DAVI = "109000000000001", "209000000000001", "EAAtoken", "5541999990001"


def test_it_describes_a_number_to_the_owner_of_its_token(client):
    fields = "id,display_phone_number,verified_name,whatsapp_business_account{id}"

    number = client.get(f"/{PHONE}", params={"fields": fields}).json()

    assert number == {
        "id": PHONE,
        "display_phone_number": "+55 41 3333-0000",
        "verified_name": "Barbearia do Zé",
        "whatsapp_business_account": {"id": WABA},
    }


def test_a_token_nobody_has_is_refused_as_graph_refuses_it(client):
    answer = client.get(f"/{PHONE}", headers={"Authorization": "Bearer other"})

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == 190
    assert answer.json()["error"]["type"] == "OAuthException"


def test_a_number_that_is_not_yours_does_not_exist(graph, client):
    graph.add_number("999", token="another", waba_id="888")

    error = client.get("/999").json()["error"]

    assert (error["code"], error["error_subcode"]) == (100, 33)
    assert client.get("/888/phone_numbers").json()["error"]["code"] == 100


def test_a_field_graph_does_not_have_is_an_error(client):
    answer = client.get(f"/{PHONE}", params={"fields": "id,colour"})

    assert answer.status_code == 400
    assert "colour" in answer.json()["error"]["message"]


def test_it_lists_the_numbers_of_a_waba_and_subscribes_to_it(graph, client):
    assert client.post(f"/{WABA}/subscribed_apps").json() == {"success": True}
    assert [number["id"] for number in client.get(f"/{WABA}/phone_numbers").json()["data"]] == [PHONE]
    assert graph.subscribed == {WABA}


def test_a_permissive_simulator_believes_any_claim_but_not_any_token():
    with GraphSimulator(permissive=True) as graph, httpx2.Client(base_url=graph.url, trust_env=False) as client:
        good, bad = ({"Authorization": f"Bearer {token}"} for token in ("whatever", "bad-token"))

        assert "whatsapp_business_account" not in client.get("/v26.0/1", headers=good, params={"fields": "id"}).json()
        assert client.get("/v26.0/77/phone_numbers", headers=good).json()["data"][0]["id"] == "1"
        fields = {"fields": "whatsapp_business_account"}
        assert client.get("/1", headers=good, params=fields).json()["whatsapp_business_account"] == {"id": "77"}
        assert client.get("/1", headers=bad).status_code == 401


def test_an_accepted_message_is_kept_and_reported_in_order(graph, webhook, send):
    sent = send("Olá, amanhã às 9:30?", biz_opaque_callback_data="msg-1").json()

    statuses = webhook.wait_for_statuses(2)
    assert sent["contacts"] == [{"input": DAVI, "wa_id": DAVI}]
    assert [message.text for message in graph.messages_to(DAVI)] == ["Olá, amanhã às 9:30?"]
    assert [status["status"] for status in statuses] == ["sent", "delivered"]
    assert {status["id"] for status in statuses} == {sent["messages"][0]["id"]}
    assert {status["biz_opaque_callback_data"] for status in statuses} == {"msg-1"}
    assert {status["recipient_id"] for status in statuses} == {DAVI}
    assert statuses[0]["pricing"]["pricing_model"] == "PMP"
    assert "conversation" not in statuses[0]


def test_a_message_to_a_business_scoped_id_is_reported_with_it(graph, webhook, client):
    body = {"messaging_product": "whatsapp", "recipient": "BR.123", "type": "text", "text": {"body": "oi"}}

    assert client.post(f"/{PHONE}/messages", json=body).json()["contacts"] == [{"input": "BR.123", "user_id": "BR.123"}]
    assert webhook.wait_for_statuses(1)[0]["recipient_user_id"] == "BR.123"
    assert graph.messages_to("BR.123")[0].to == "BR.123"


@pytest.mark.parametrize(("statuses", "copies", "expected"), [
    (("delivered", "sent", "read"), 1, ["delivered", "sent", "read"]),
    (("sent",), 3, ["sent", "sent", "sent"]),
    ((), 1, []),
])  # fmt: skip
def test_statuses_come_in_any_order_number_or_not_at_all(graph, webhook, send, statuses, copies, expected):
    graph.statuses, graph.status_copies = statuses, copies

    send("oi")

    assert graph.flush()
    assert [status["status"] for status in webhook.statuses()] == expected


def test_a_webhook_that_is_not_answered_200_is_tried_again(graph, webhook, send):
    graph.statuses, webhook.answers = ("sent",), [503, 500]

    send("oi")

    assert len(webhook.wait_for_statuses(1)) == 1
    assert len(webhook.requests) == 3


def test_webhooks_to_a_server_that_is_down_arrive_when_it_is_back(graph, webhook, send):
    graph.statuses = ("sent",)
    with webhook.down():
        send("oi")
        time.sleep(0.3)

    assert len(webhook.wait_for_statuses(1)) == 1


def test_a_read_mark_with_typing_is_no_message(graph, client):
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1"}

    answer = client.post(f"/{PHONE}/messages", json={**body, "typing_indicator": {"type": "text"}})

    assert answer.json() == {"success": True}
    assert graph.messages == []
    assert graph.reads[0]["message_id"] == "wamid.1"


def test_outside_the_window_a_free_message_fails_and_a_template_goes(graph, webhook, client, send):
    graph.enforce_window = True
    template = {"name": "lembrete", "language": {"code": "pt_BR"}}
    body = {"messaging_product": "whatsapp", "to": DAVI, "type": "template", "template": template}

    send("oi")
    failed = webhook.wait_for_statuses(1)[0]
    client.post(f"/{PHONE}/messages", json=body)
    graph.saw_inbound(PHONE, DAVI)
    send("oi")

    assert (failed["status"], failed["errors"][0]["code"]) == ("failed", 131047)
    assert "contacts" not in webhook.values[0]
    assert [status["status"] for status in webhook.wait_for_statuses(5)[1:]].count("failed") == 0


def test_a_customer_speaks_through_it(graph, webhook):
    answer = graph.customer_says(PHONE, Customer(DAVI, "Davi"), text("oi"), text("tem horário?"))

    assert answer.status == 200
    assert [message["text"]["body"] for message in webhook.values[0]["messages"]] == ["oi", "tem horário?"]


# Faults


def test_a_scripted_error_hits_only_whom_it_names(graph, send):
    graph.script(Fault.error(131056, to="5541000000000", retry_after=6))

    assert send("oi").status_code == 200
    answer = send("oi", to="5541000000000")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 131056)
    assert answer.headers["Retry-After"] == "6"
    assert send("oi", to="5541000000000").status_code == 200
    assert len(graph.messages) == 2


def test_a_server_error_accepts_nothing(graph, send):
    graph.script(Fault.server_error(times=2))

    assert [send("oi").status_code for _ in range(3)] == [500, 500, 200]
    assert len(graph.messages) == 1


def test_a_dropped_answer_is_an_accepted_message_whose_statuses_still_come(graph, webhook, send):
    graph.script(Fault.drop())

    with pytest.raises(httpx2.RemoteProtocolError):
        send("oi")

    assert len(graph.messages_to(DAVI)) == 1
    assert len(webhook.wait_for_statuses(2)) == 2


def test_a_lost_status_leaves_the_sender_in_the_dark(graph, webhook, send):
    graph.script(Fault.lost_status())

    with pytest.raises(httpx2.RemoteProtocolError):
        send("oi")

    assert graph.flush()
    assert len(graph.messages) == 1
    assert webhook.statuses() == []


def test_a_request_dropped_before_it_took_effect_was_never_sent(graph, send):
    graph.script(Fault.drop(accepted=False))

    with pytest.raises(httpx2.RemoteProtocolError):
        send("oi")

    assert graph.messages == []


def test_a_hanging_answer_outlasts_the_clients_patience(graph, client):
    graph.script(Fault.hang(5))
    body = {"messaging_product": "whatsapp", "to": DAVI, "type": "text", "text": {"body": "oi"}}

    with pytest.raises(httpx2.ReadTimeout):
        client.post(f"/{PHONE}/messages", json=body, timeout=0.1)

    assert len(graph.messages) == 1


def test_a_refusal_reads_nothing_even_from_a_connection_kept_alive(graph, send):
    send("oi")
    graph.script(Fault.refuse())

    with pytest.raises(httpx2.TransportError):
        send("de novo")

    assert len(graph.messages) == 1
    assert send("de novo").status_code == 200


def test_while_down_connections_are_refused_and_the_port_is_kept(graph, send):
    with graph.down(), pytest.raises(httpx2.ConnectError):
        send("oi")

    assert send("oi").status_code == 200


def test_a_malformed_answer_is_not_json(graph, send):
    graph.script(Fault.malformed())

    with pytest.raises(json.JSONDecodeError):
        send("oi").json()


def test_a_message_may_fail_after_it_was_accepted(graph, webhook, send):
    graph.script(Fault.failed(131026))

    assert send("oi").status_code == 200
    status = webhook.wait_for_statuses(1)[0]
    assert (status["status"], status["errors"][0]["code"]) == ("failed", 131026)


def test_a_predicate_chooses_its_victims(graph, send):
    graph.script(Fault.error(131000, when=lambda payload: "pix" in payload["text"]["body"], times=None))

    assert [send(body).status_code for body in ("oi", "o pix é", "tchau", "pix")] == [200, 500, 200, 500]


def test_other_edges_fail_too(graph, client):
    graph.script(Fault.server_error(edge="node"), Fault.error(10, edge="subscribed_apps"))

    assert client.get(f"/{PHONE}").status_code == 500
    assert client.post(f"/{WABA}/subscribed_apps").status_code == 403
    assert graph.subscribed == set()


# Control over HTTP


def test_a_reader_is_woken_by_the_message_it_waits_for(graph, client, send):
    threading.Timer(0.1, send, args=("oi",)).start()

    answer = httpx2.get(f"{graph.url}/_control/messages", params={"to": DAVI, "wait": 5}, trust_env=False).json()

    assert answer["messages"][0]["payload"]["text"]["body"] == "oi"
    later = {"to": DAVI, "after": answer["last"], "wait": 0.01}
    assert httpx2.get(f"{graph.url}/_control/messages", params=later, trust_env=False).json()["messages"] == []


def test_it_is_scripted_and_reset_from_outside(graph, send):
    control = httpx2.Client(base_url=f"{graph.url}/_control", trust_env=False)

    assert control.post("/script", json={"kind": "error", "code": 130429, "times": 5}).status_code == 200
    assert send("oi").json()["error"]["code"] == 130429
    assert control.post("/reset", json={}).status_code == 200
    assert send("oi").status_code == 200
    assert control.post("/script", json={"kind": "explode"}).status_code == 400


def test_it_answers_more_than_a_thousand_requests_a_second(graph):
    graph.statuses = ()
    count, lanes = 500, 2
    body = json.dumps({"messaging_product": "whatsapp", "to": DAVI, "type": "text", "text": {"body": "oi"}}).encode()
    elapsed = _hammer(graph, body, count=count, lanes=lanes)

    assert len(graph.messages) == count * lanes
    assert count * lanes / elapsed > 1000


def _hammer(graph: GraphSimulator, body: bytes, *, count: int, lanes: int) -> float:
    def lane() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", graph.port)
        for _ in range(count):
            connection.request("POST", f"/v26.0/{PHONE}/messages", body, {"Authorization": f"Bearer {TOKEN}"})
            connection.getresponse().read()

    threads = [threading.Thread(target=lane) for _ in range(lanes)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started


def test_stopping_lets_go_of_whoever_waits():
    before = threading.active_count()
    with GraphSimulator(permissive=True) as graph:
        graph.script(Fault.hang(60, edge="node"))
        for path in ("/_control/messages?wait=60", "/1"):
            connection = http.client.HTTPConnection("127.0.0.1", graph.port)
            connection.request("GET", path, headers={"Authorization": "Bearer any"})
        time.sleep(0.1)

    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= before


# Files


def test_a_file_is_described_and_fetched_with_the_token(graph, client):
    media_id = graph.add_media(b"OggS...", mime_type="audio/ogg")

    described = client.get(f"/{media_id}").json()

    assert (described["mime_type"], described["file_size"]) == ("audio/ogg", 7)
    assert client.get(described["url"]).content == b"OggS..."
    assert client.get(described["url"], headers={"Authorization": ""}).status_code == 401


def test_an_uploaded_file_comes_back_as_it_was(client):
    file = ("foto.jpg", b"\xff\xd8\r\n--x\x00", "image/jpeg")

    uploaded = client.post(f"/{PHONE}/media", data={"messaging_product": "whatsapp"}, files={"file": file}).json()

    described = client.get(f"/{uploaded['id']}").json()
    assert described["mime_type"] == "image/jpeg"
    assert client.get(described["url"]).content == b"\xff\xd8\r\n--x\x00"
