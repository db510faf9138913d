"""A business's webhook that keeps what it is given, a Graph that reports to it, and a model."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from simulators.graph import GraphSimulator
from simulators.openai import OpenAISimulator
from simulators.server import LoopbackServer, Request, Response

SECRET = "app-secret"
PHONE, WABA, TOKEN = "109000000000001", "209000000000001", "EAAtoken"
DAVI = "5541999990001"


class Webhook(LoopbackServer):
    """Answers the statuses in `answers` one after the other, then 200; checks every signature."""

    def __init__(self) -> None:
        super().__init__()
        self.received: list[Any] = []
        self.requests: list[Request] = []
        self.answers: list[int] = []
        self._changed = threading.Condition()

    def respond(self, request: Request) -> Response:
        digest = hmac.new(SECRET.encode(), request.body, hashlib.sha256).hexdigest()
        if request.headers["x-hub-signature-256"] != f"sha256={digest}":
            return Response(status=401)
        with self._changed:
            self.requests.append(request)
            if self.answers:
                return Response(status=self.answers.pop(0))
            self.received.append(json.loads(request.body))
            self._changed.notify_all()
        return Response()

    @property
    def values(self) -> list[Any]:
        return [change["value"] for payload in self.received for change in payload["entry"][0]["changes"]]

    def wait_for_statuses(self, at_least: int) -> list[Any]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.statuses()) >= at_least, 5), self.statuses()
            return self.statuses()

    def statuses(self) -> list[Any]:
        return [status for value in self.values for status in value.get("statuses", [])]


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with Webhook() as webhook:
        yield webhook


@pytest.fixture
def graph(webhook: Webhook) -> Iterator[GraphSimulator]:
    with GraphSimulator(webhook_url=f"{webhook.url}/hook", app_secret=SECRET, status_delay=0.01) as graph:
        graph.add_number(PHONE, token=TOKEN, waba_id=WABA)
        yield graph


@pytest.fixture
def client(graph: GraphSimulator) -> Iterator[httpx2.Client]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx2.Client(base_url=f"{graph.url}/v26.0", headers=headers, timeout=5, trust_env=False) as client:
        yield client


@pytest.fixture
def ai() -> Iterator[OpenAISimulator]:
    with OpenAISimulator() as ai:
        yield ai


def message(body: str = "oi", *, to: str = DAVI, **more: Any) -> dict[str, Any]:
    text = {"type": "text", "text": {"body": body}}
    return {"messaging_product": "whatsapp", "to": to, **text, **more}


@pytest.fixture
def send(client: httpx2.Client):
    """send("oi", to=…, **fields) → the answer."""
    return lambda *args, **more: client.post(f"/{PHONE}/messages", json=message(*args, **more))
