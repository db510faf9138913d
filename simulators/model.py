"""What the simulators of AI providers share: replies by script, requests to look at, and what was billed.

Each wire is a subclass: `simulators.openai`, `simulators.gemini`, `simulators.huggingface`. A scripted
`Reply` means the same on all of them, so a test can run against each.
"""

from __future__ import annotations

import argparse
import json
import threading
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from simulators.server import Dropped, LoopbackServer, Response

Json = dict[str, Any]

DEFAULT_TEXT = "Olá! Como posso ajudar?"


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call. `arguments` goes out as it is, so it may be broken JSON."""

    name: str
    arguments: str = "{}"
    id: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `delay` in seconds; `body` replaces the whole body; `drops` hangs up, mid-stream if streaming.

    `cached_tokens` are among `input_tokens`, `thinking_tokens` among `output_tokens`.
    """

    text: str = ""
    calls: tuple[Call, ...] = ()
    finish: str = ""
    input_tokens: int = 120
    output_tokens: int = 30
    delay: float = 0.0
    status: int = 200
    code: str = ""
    retry_after: float | None = None
    body: bytes | None = None
    drops: bool = False
    cached_tokens: int = 0
    thinking_tokens: int = 0
    seconds_per_byte: float = 0.0

    def after(self, seconds: float) -> Reply:
        return replace(self, delay=seconds)

    def costing(self, input_tokens: int, output_tokens: int, *, cached: int = 0, thinking: int = 0) -> Reply:
        return replace(
            self,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cached_tokens=cached,
            thinking_tokens=thinking,
        )


def tool(name: str, /, **arguments: Any) -> Reply:
    """The model asks for one tool; a tool nobody has is just another name."""
    return tools(call(name, **arguments))


def tools(*calls: Call, text: str = "") -> Reply:
    return Reply(text=text, calls=calls)


def call(name: str, /, **arguments: Any) -> Call:
    return Call(name, json.dumps(arguments, ensure_ascii=False))


def bad_arguments(name: str, arguments: str = '{"date_from": "2026-11-') -> Reply:
    """A tool call whose arguments are not JSON."""
    return Reply(calls=(Call(name, arguments),))


def error(status: int, *, code: str = "", retry_after: float | None = None) -> Reply:
    """401, 429 (`code="insufficient_quota"` when the money is gone), 500, 503…"""
    return Reply(status=status, code=code, retry_after=retry_after)


def malformed(body: bytes = b'{"id": "chatcmpl-1", "choices": [{"mess') -> Reply:
    return Reply(body=body)


def filtered(text: str = "") -> Reply:
    """Stopped by the provider's content filter."""
    return Reply(text=text, finish="content_filter")


def dropped() -> Reply:
    return Reply(drops=True)


def as_reply(reply: Reply | str) -> Reply:
    return Reply(reply) if isinstance(reply, str) else reply


class Slow:
    """A reply still to be given: the request hangs until `answer`."""

    def __init__(self) -> None:
        self.request: Json = {}
        self._asked = threading.Event()
        self._answered = threading.Event()
        self._reply = Reply()

    def wait_until_asked(self, timeout: float = 10) -> Json:
        """The request. Raises TimeoutError."""
        if not self._asked.wait(timeout):
            raise TimeoutError(f"the model was not asked within {timeout} s")
        return self.request

    def answer(self, reply: Reply | str) -> None:
        self._reply = as_reply(reply)
        self._answered.set()

    def ask(self, request: Json, *, stopping: threading.Event) -> Reply:
        """What was answered; hangs up if the server stops first."""
        self.request = request
        self._asked.set()
        while not self._answered.wait(0.05):
            if stopping.is_set():
                return dropped()
        return self._reply


@dataclass
class _Scripted:
    reply: Reply | Slow
    times: int | None = 1


@dataclass(frozen=True)
class Bill:
    """The usage this server has told its clients of."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0

    def plus(self, reply: Reply) -> Bill:
        return Bill(
            self.calls + 1,
            self.input_tokens + reply.input_tokens,
            self.output_tokens + reply.output_tokens,
            self.cached_tokens + reply.cached_tokens,
        )


class ModelSimulator(LoopbackServer):
    """See the module's docstring. With `api_key`, any other key is refused."""

    models: tuple[str, ...] = ()

    def __init__(
        self, port: int = 0, *, host: str = "127.0.0.1", text: str = DEFAULT_TEXT, delay: float = 0.0, api_key: str = ""
    ) -> None:
        super().__init__(port, host=host)
        self.default = Reply(text)
        self.delay = delay  # seconds added to every answer
        self.api_key = api_key
        self.billed = Bill()
        self._function: Callable[[Json], Reply | str | None] | None = None
        self._script: list[_Scripted] = []
        self._requests: list[Json] = []
        self._changed = threading.Condition()
        self._ids = count(1)

    @property
    @abstractmethod
    def base_url(self) -> str:
        """What to put into the provider's base URL setting."""

    @abstractmethod
    def results_in(self, request: Json) -> list[str]:
        """The tool results a request carries, as text, oldest first."""

    @abstractmethod
    def said_last(self, request: Json) -> str:
        """The last text of a request, when it is the customer's."""

    @abstractmethod
    def answer_of(self, payload: Json, reply: Reply, number: int) -> Response:
        """A good answer on this wire."""

    @abstractmethod
    def error_of(self, reply: Reply) -> Response:
        """A refusal on this wire."""

    @property
    def requests(self) -> list[Json]:
        """The bodies of the completions asked for, oldest first."""
        with self._changed:
            return list(self._requests)

    def script(self, *replies: Reply | str, times: int | None = 1) -> None:
        """Queue replies; each is used `times` times (None: for ever, for the endless tool loop)."""
        with self._changed:
            self._script += [_Scripted(as_reply(reply), times) for reply in replies]

    def slow(self) -> Slow:
        """Queue a reply that will be given by hand."""
        slow = Slow()
        with self._changed:
            self._script.append(_Scripted(slow))
        return slow

    def answer_with(self, function: Callable[[Json], Reply | str | None]) -> None:
        """Answer unscripted requests with function(request); None means the default text."""
        self._function = function

    def reset(self) -> None:
        with self._changed:
            self._script.clear()
            self._requests.clear()
            self.billed = Bill()
        self._function = None

    def wait_for(self, at_least: int = 1, *, timeout: float = 10) -> list[Json]:
        """The requests once there are that many. Raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._requests) >= at_least, timeout):
                raise TimeoutError(f"{len(self._requests)} of {at_least} requests arrived in {timeout} s")
            return list(self._requests)

    def complete(self, payload: Json) -> Response:
        """The answer to an acceptable request."""
        chosen = self._next(payload)
        reply = chosen.ask(payload, stopping=self.stopping) if isinstance(chosen, Slow) else chosen
        self.stopping.wait(reply.delay + self.delay)
        if reply.status != 200:
            return self.error_of(reply)
        if reply.body is not None:
            return Response(reply.body, 200, {"Content-Type": "application/json"})
        if reply.drops and not payload.get("stream"):
            raise Dropped
        with self._changed:
            self.billed = self.billed.plus(reply)
        answer = self.answer_of(payload, reply, next(self._ids))
        return replace(answer, seconds_per_byte=reply.seconds_per_byte)

    def _next(self, payload: Json) -> Reply | Slow:
        with self._changed:
            self._requests.append(payload)
            self._changed.notify_all()
            if self._script:
                return self._take()
        return as_reply((self._function and self._function(payload)) or self.default)

    def _take(self) -> Reply | Slow:
        scripted = self._script[0]
        if scripted.times is not None:
            scripted.times -= 1
            if scripted.times <= 0:
                del self._script[0]
        return scripted.reply


def run(kind: type[ModelSimulator], *, prog: str, port: int, title: str, arguments: list[str] | None = None) -> None:
    """Serve one of them on its own, as the command line says."""
    parser = argparse.ArgumentParser(prog=f"python -m {prog}", description=title)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds every answer takes")
    parser.add_argument("--text", default=DEFAULT_TEXT, help="what it always answers")
    parser.add_argument("--api-key", default="", help="refuse any other key")
    options = parser.parse_args(arguments)
    ai = kind(options.port, host=options.host, text=options.text, delay=options.delay, api_key=options.api_key).start()
    print(f"{title} em {ai.base_url}", flush=True)
    ai.wait_forever()
