from __future__ import annotations

import io
import os
import subprocess
import sys
import threading

import httpx2
import pytest

from simulators import whatsapp
from simulators.graph import GraphSimulator
from simulators.server import LoopbackServer, Request, Response
from simulators.terminal import chat, render

SECRET, PHONE, WABA, DAVI = "app-secret", "109000000000001", "209000000000001", "5541999990001"


class Business(LoopbackServer):
    """Answers every message through Graph: with text, or with buttons when asked for "menu"."""

    def __init__(self, graph: GraphSimulator) -> None:
        super().__init__()
        self.graph = graph
        self.heard: list[dict] = []
        self.status = 200

    def respond(self, request: Request) -> Response:
        if self.status != 200:
            return Response(status=self.status)
        if request.headers["x-hub-signature-256"] != whatsapp.sign(request.body, SECRET):
            return Response(status=403)
        for message in request.json()["entry"][0]["changes"][0]["value"].get("messages", []):
            self.heard.append(message)
            threading.Timer(0.05, self.reply, args=(message,)).start()
        return Response()

    def reply(self, message: dict) -> None:
        said = message.get("text", {}).get("body") or message.get("interactive", {}).get("button_reply", {}).get(
            "title"
        )
        payload = menu() if said == "menu" else {"type": "text", "text": {"body": f"você disse {said}"}}
        body = {"messaging_product": "whatsapp", "to": message["from"], **payload}
        headers = {"Authorization": "Bearer any"}
        httpx2.post(f"{self.graph.url}/v26.0/{PHONE}/messages", json=body, headers=headers, trust_env=False)


def menu():
    replies = [{"type": "reply", "reply": {"id": f"o{n}", "title": title}} for n, title in enumerate(["Sim", "Não"])]
    interactive = {"type": "button", "body": {"text": "Posso confirmar?"}, "action": {"buttons": replies}}
    return {"type": "interactive", "interactive": interactive}


@pytest.fixture
def quiet_graph():
    with GraphSimulator(permissive=True) as graph:
        yield graph


@pytest.fixture
def business(quiet_graph):
    with Business(quiet_graph) as business:
        yield business


def talk(business, *lines, secret=SECRET, **more):
    """What was printed and the exit code of a conversation with these lines piped in."""
    screen = io.StringIO()
    code = chat(
        webhook_url=f"{business.url}/hook", host="localhost", app_secret=secret, phone_number_id=PHONE, waba_id=WABA,
        display_number="+55 41 3333-0000", customer_phone="+55 41 99999-0001", customer_name="Davi",
        graph_url=business.graph.url, stdin=io.StringIO("".join(f"{line}\n" for line in lines)), stdout=screen,
        **{"quiet_seconds": 0.3, "max_wait_seconds": 5, **more},
    )  # fmt: skip
    return screen.getvalue(), code


def test_what_is_typed_is_sent_and_the_answer_is_printed(business):
    printed, code = talk(business, "oi", "", "tudo bem?")

    assert [message["text"]["body"] for message in business.heard] == ["oi", "tudo bem?"]
    assert "← você disse oi\n" in printed
    assert "← você disse tudo bem?\n" in printed
    assert code == 0


def test_a_number_taps_the_button_it_names(business):
    printed, _ = talk(business, "menu", "2", wait_for_replies=True)

    assert "← Posso confirmar?\n  [1] Sim\n  [2] Não\n" in printed
    tap = business.heard[1]
    assert tap["interactive"]["button_reply"] == {"id": "o1", "title": "Não"}
    assert tap["context"]["id"] == business.graph.messages[0].id
    assert "← você disse Não" in printed


def test_a_number_without_options_is_text(business):
    talk(business, "2")

    assert business.heard[0]["text"]["body"] == "2"


def test_a_picture_a_voice_note_a_document_and_a_place_can_be_sent(business, tmp_path):
    note = tmp_path / "nota.pdf"
    note.write_bytes(b"%PDF-1.7 x")
    talk(business, "/foto", "/audio", f"/documento {note}", "/local -23.5 -46.6", wait_for_replies=True)

    photo, audio, document, place = business.heard
    assert business.graph.content_of(photo["image"]["id"]).startswith(b"\x89PNG")
    assert audio["audio"]["voice"] and business.graph.content_of(audio["audio"]["id"]).startswith(b"OggS")
    assert document["document"]["filename"] == "nota.pdf"
    assert business.graph.content_of(document["document"]["id"]) == b"%PDF-1.7 x"
    assert place["location"] == {"latitude": -23.5, "longitude": -46.6}


@pytest.mark.parametrize(
    ("line", "words"),
    [("/documento", "/foto"), ("/foto /não/existe.png", "Não consegui ler"), ("/local aqui", "latitude")],
)
def test_a_command_that_is_unclear_is_explained_and_the_chat_goes_on(business, line, words):
    printed, code = talk(business, line, "oi")

    assert words in printed and "você disse oi" in printed and code == 0


def test_what_was_said_before_is_not_repeated(business):
    talk(business, "oi")

    printed, _ = talk(business, "de novo")

    assert "você disse oi" not in printed


@pytest.mark.parametrize(("status", "words"), [(401, "assinatura"), (503, "banco de dados"), (500, "500")])
def test_a_refusal_is_explained_in_portuguese(business, status, words):
    business.status = status

    printed, code = talk(business, "oi")

    assert words in printed
    assert code == 1


def test_a_wrong_secret_is_explained(business):
    printed, code = talk(business, "oi", secret="wrong")

    assert "403" in printed
    assert code == 1


def test_a_server_that_is_down_is_explained(business):
    with business.down():
        printed, code = talk(business, "oi")

    assert "make run" in printed
    assert code == 1


def test_a_missing_graph_is_explained(business):
    with business.graph.down():
        printed, code = talk(business, "oi")

    assert "WhatsApp simulado" in printed
    assert code == 1


def test_it_gives_up_waiting_for_a_silent_business(business):
    business.reply = lambda message: None

    _, code = talk(business, "oi", max_wait_seconds=0.5)

    assert code == 0


def test_lists_show_their_descriptions():
    rows = [{"id": "r1", "title": "9:00", "description": "com Carlos"}, {"id": "r2", "title": "9:30"}]
    action = {"button": "Horários", "sections": [{"rows": rows}]}
    payload = {"type": "interactive", "interactive": {"type": "list", "body": {"text": "Tenho:"}, "action": action}}

    assert render(payload) == "← Tenho:\n  [1] 9:00 — com Carlos\n  [2] 9:30"


@pytest.mark.parametrize(
    ("module", "port_option"),
    [
        ("simulators.graph", "Graph"),
        ("simulators.openai", "OpenAI"),
        ("simulators.gemini", "Gemini"),
        ("simulators.huggingface", "Hugging Face"),
    ],
)
def test_the_servers_run_alone(module, port_option):
    command = [sys.executable, "-m", module, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ}) as process:
        assert port_option in process.stdout.readline()
        process.terminate()
