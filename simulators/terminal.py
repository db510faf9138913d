"""A WhatsApp chat in the terminal: what you type goes as a signed webhook, what the business answers is printed.

The answers are read from the Graph simulator the business sends to (`simulators.graph`).
"""

from __future__ import annotations

import base64
import json
import re
import threading
import time
import urllib.request
from collections.abc import Iterator
from typing import Any, TextIO
from urllib.parse import urlencode

from simulators import attaching, reading, whatsapp
from simulators.attaching import Unclear
from simulators.reading import Option
from simulators.whatsapp import Customer, Number, WebhookClient

Json = dict[str, Any]

POLL_SECONDS = 10.0
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy of the environment has no business here
REFUSALS = {
    401: "O servidor recusou a assinatura (401): o segredo do aplicativo não é o mesmo dos dois lados.",
    403: "O servidor recusou a assinatura (403): o segredo do aplicativo não é o mesmo dos dois lados.",
    404: "O servidor não conhece este endereço de webhook (404).",
    503: "O servidor está no ar, mas sem banco de dados (503). Tente de novo daqui a pouco.",
}


class NobodyThere(Exception):
    """The message is in Portuguese, for the person at the terminal."""


def chat(
    *,
    webhook_url: str,
    host: str = "",
    app_secret: str,
    phone_number_id: str,
    waba_id: str,
    display_number: str,
    customer_phone: str,
    customer_name: str,
    graph_url: str,
    stdin: TextIO,
    stdout: TextIO,
    wait_for_replies: bool = False,
    quiet_seconds: float = 6.0,
    max_wait_seconds: float = 30.0,
) -> int:
    """Talk until stdin ends; 0 when every line was taken by the server, else 1.

    A bare number after a message with options taps that option; `/foto` and the like send files
    (`simulators.attaching`). At the end of stdin it waits for the answer
    to the last line and then until nothing has come for `quiet_seconds`, `max_wait_seconds` at most. With
    `wait_for_replies` every line waits for the answer to the one before: for a script piped in, whose lines
    would otherwise go together, as from a customer in a hurry.
    """
    number = Number(phone_number_id, waba_id=waba_id, display_phone_number=display_number)
    customer = Customer(re.sub(r"\D", "", customer_phone), customer_name)
    screen = _Screen(stdout, is_interactive=stdin.isatty())
    replies = _Replies(graph_url, number, customer, screen)
    webhook = WebhookClient(webhook_url, app_secret, host=host)
    try:
        replies.start()
        for line in _lines(stdin, screen):
            try:
                content = replies.content_for(line)
            except Unclear as problem:
                screen.show(f"⚠ {problem}")
                continue
            _say(webhook, replies, whatsapp.inbound(number, customer, content))
            if wait_for_replies:
                replies.wait_quiet(min(quiet_seconds, 1.0), at_most=max_wait_seconds)
        replies.wait_quiet(quiet_seconds, at_most=max_wait_seconds)
    except NobodyThere as problem:
        screen.show(f"⚠ {problem}")
        return 1
    except KeyboardInterrupt:
        screen.show("")
    finally:
        replies.stop()
        webhook.close()
    return 0


def _lines(stdin: TextIO, screen: _Screen) -> Iterator[str]:
    screen.prompt()
    for line in stdin:
        if line.strip():
            yield line.strip()
        screen.prompt()


def _say(webhook: WebhookClient, replies: _Replies, payload: Json) -> None:
    replies.expect_one(payload)
    try:
        status = webhook.post(payload).status
    except TimeoutError:
        raise NobodyThere("O servidor não respondeu a tempo. Ele está travado?") from None
    except OSError:
        raise NobodyThere("O servidor não está no ar. Rode `make run` em outro terminal e tente de novo.") from None
    if status != 200:
        raise NobodyThere(REFUSALS.get(status, f"O servidor respondeu {status} ao webhook."))


class _Screen:
    """Prints whole messages, from any thread, and keeps the prompt below them."""

    def __init__(self, stdout: TextIO, *, is_interactive: bool) -> None:
        self._stdout = stdout
        self._is_interactive = is_interactive
        self._guard = threading.Lock()

    def show(self, text: str) -> None:
        with self._guard:
            self._stdout.write(f"\r\x1b[K{text}\n" if self._is_interactive else f"{text}\n")
            self._stdout.flush()

    def prompt(self) -> None:
        if self._is_interactive:
            with self._guard:
                self._stdout.write("você> ")
                self._stdout.flush()


class _Replies:
    """Follows what the Graph simulator was sent for this customer, in a thread of its own."""

    def __init__(self, graph_url: str, number: Number, customer: Customer, screen: _Screen) -> None:
        self._graph_url = graph_url.rstrip("/")
        self._number = number
        self._customer = customer
        self._screen = screen
        self._options: list[Option] = []
        self._last_id = ""
        self._after = 0
        self._is_owed = False  # a line was said and nothing has come back yet
        self._last_event_at = time.monotonic()
        self._changed = threading.Condition()
        self._stopped = threading.Event()

    def start(self) -> None:
        """Skip what was sent before. Raises NobodyThere."""
        self._after = self._fetch(wait=0)["last"]
        threading.Thread(target=self._follow, name="replies", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def content_for(self, line: str) -> Json:
        """The message a line stands for: a file or a place for a command, a tap for an option's number, else text.

        Raises attaching.Unclear.
        """
        if line.startswith("/"):
            return attaching.content_for(line, self._upload)
        with self._changed:
            options, reply_to = self._options, self._last_id
        if not line.isdecimal() or not 1 <= int(line) <= len(options):
            return whatsapp.text(line)
        option = options[int(line) - 1]
        if option.kind == "button_reply":
            return whatsapp.button_reply(option.id, option.title, reply_to=reply_to)
        return whatsapp.list_reply(option.id, option.title, option.description, reply_to=reply_to)

    def _upload(self, content: bytes, mime_type: str) -> str:
        encoded = base64.b64encode(content).decode()
        return str(self._call("media", {"content": encoded, "mime_type": mime_type.partition(";")[0]})["id"])

    def expect_one(self, payload: Json) -> None:
        ids = {"phone_number_id": self._number.phone_number_id, "waba_id": self._number.waba_id}
        self._call("inbound", {**ids, "wa_id": self._customer.wa_id})
        with self._changed:
            self._is_owed = True
            self._last_event_at = time.monotonic()

    def wait_quiet(self, seconds: float, *, at_most: float) -> None:
        """Until no answer is owed and none has come for `seconds`; `at_most` seconds after the last line."""
        deadline = time.monotonic() + at_most
        with self._changed:
            while (now := time.monotonic()) < deadline:
                quiet_at = self._last_event_at + seconds
                if not self._is_owed and quiet_at <= now:
                    return
                self._changed.wait(deadline - now if self._is_owed else quiet_at - now)

    def _follow(self) -> None:
        while not self._stopped.is_set():
            try:
                answer = self._fetch(wait=POLL_SECONDS)
            except NobodyThere:
                self._stopped.wait(1)
                continue
            for message in answer["messages"]:
                self._receive(message)
            self._after = answer["last"]

    def _receive(self, message: Json) -> None:
        options = reading.options_of(message["payload"])
        self._screen.show(render(message["payload"]))
        self._screen.prompt()
        with self._changed:
            self._options, self._last_id = options, message["id"]
            self._is_owed = False
            self._last_event_at = time.monotonic()
            self._changed.notify_all()

    def _fetch(self, *, wait: float) -> Any:
        query = urlencode({"to": self._customer.wa_id, "after": self._after, "wait": wait})
        return self._call(f"messages?{query}", timeout=wait + 10)

    def _call(self, path: str, payload: Json | None = None, *, timeout: float = 10) -> Any:
        data = None if payload is None else json.dumps(payload).encode()
        try:
            with DIRECT.open(f"{self._graph_url}/_control/{path}", data, timeout) as response:
                return json.load(response)
        except (OSError, ValueError):
            detail = f"O WhatsApp simulado não respondeu em {self._graph_url}."
            raise NobodyThere(f"{detail} Ele sobe junto com `make run`.") from None


def render(payload: Json) -> str:
    """A message as lines of text, its buttons or rows numbered."""
    lines = reading.text_of(payload).splitlines() or [""]
    shown = ["← " + lines[0], *("  " + line for line in lines[1:])]
    for position, option in enumerate(reading.options_of(payload), start=1):
        more = f" — {option.description}" if option.description else ""
        shown.append(f"  [{position}] {option.title}{more}")
    return "\n".join(shown)
