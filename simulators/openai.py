"""A server that speaks OpenAI's Chat Completions, on the loopback, and says what it is told to say.

    with OpenAISimulator() as ai:                      # OPENAI_BASE_URL = ai.base_url
        ai.script(tool("list_services"), "Temos corte e barba.")
        ai.answer_with(lambda request: "Oi!" if len(request["messages"]) < 3 else error(429, retry_after=2))
        slow = ai.slow()                               # the next request hangs …
        slow.wait_until_asked()
        slow.answer("Olá!")                            # … until here
        ai.requests[-1]["messages"]

A request takes the next scripted reply, else what `answer_with`'s function returns, else the default text.
Paths work with and without `/v1`; `stream: true` is answered as server-sent events.

Alone: `python -m simulators.openai --port 8091 --delay 2`.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from simulators.server import Dropped, LoopbackServer, Request, Response, json_response

Json = dict[str, Any]

DEFAULT_TEXT = "Olá! Como posso ajudar?"
ERROR_NAMES = {
    400: ("invalid_request_error", None, "Invalid request."),
    401: ("invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    403: ("invalid_request_error", "unsupported_country_region_territory", "Forbidden."),
    404: ("invalid_request_error", "model_not_found", "The model does not exist or you do not have access to it."),
    429: ("requests", "rate_limit_exceeded", "Rate limit reached for requests."),
    500: ("server_error", None, "The server had an error while processing your request."),
    503: ("server_error", None, "That model is currently overloaded with other requests."),
}


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call. `arguments` goes out as it is, so it may be broken JSON."""

    name: str
    arguments: str = "{}"
    id: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `delay` in seconds; `body` replaces the whole body; `drops` hangs up, mid-stream if streaming."""

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

    def after(self, seconds: float) -> Reply:
        return replace(self, delay=seconds)


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
        self._reply = _as_reply(reply)
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


class OpenAISimulator(LoopbackServer):
    """See the module's docstring. With `api_key`, any other key is refused with 401."""

    def __init__(
        self, port: int = 0, *, host: str = "127.0.0.1", text: str = DEFAULT_TEXT, delay: float = 0.0, api_key: str = ""
    ) -> None:
        super().__init__(port, host=host)
        self.default = Reply(text)
        self.delay = delay  # seconds added to every answer
        self.api_key = api_key
        self.models = ["gpt-4o-mini", "gpt-4o", "gpt-4.1-mini", "gpt-5-mini"]
        self._function: Callable[[Json], Reply | str | None] | None = None
        self._script: list[_Scripted] = []
        self._requests: list[Json] = []
        self._changed = threading.Condition()
        self._ids = count(1)

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    @property
    def requests(self) -> list[Json]:
        """The bodies of the completions asked for, oldest first."""
        with self._changed:
            return list(self._requests)

    def script(self, *replies: Reply | str, times: int | None = 1) -> None:
        """Queue replies; each is used `times` times (None: for ever, for the endless tool loop)."""
        with self._changed:
            self._script += [_Scripted(_as_reply(reply), times) for reply in replies]

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
        self._function = None

    def wait_for(self, at_least: int = 1, *, timeout: float = 10) -> list[Json]:
        """The requests once there are that many. Raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._requests) >= at_least, timeout):
                raise TimeoutError(f"{len(self._requests)} of {at_least} requests arrived in {timeout} s")
            return list(self._requests)

    def respond(self, request: Request) -> Response:
        path = request.path.removeprefix("/v1")
        if self.api_key and request.bearer != self.api_key:
            return _error_response(error(401))
        if request.method == "GET" and path == "/models":
            return json_response({"object": "list", "data": [_model(name) for name in self.models]})
        if request.method != "POST" or path != "/chat/completions":
            return json_response({"error": {"message": f"Unknown request URL: {request.path}"}}, 404)
        payload = request.json()
        if not isinstance(payload, dict) or not payload.get("messages") or not payload.get("model"):
            return _error_response(error(400))
        return self._complete(payload)

    def _complete(self, payload: Json) -> Response:
        chosen = self._next(payload)
        reply = chosen.ask(payload, stopping=self.stopping) if isinstance(chosen, Slow) else chosen
        self.stopping.wait(reply.delay + self.delay)
        if reply.status != 200:
            return _error_response(reply)
        if reply.body is not None:
            return Response(reply.body, 200, {"Content-Type": "application/json"})
        number = next(self._ids)
        if payload.get("stream"):
            return _stream(payload, reply, number)
        if reply.drops:
            raise Dropped
        return json_response(_completion(payload, reply, number))

    def _next(self, payload: Json) -> Reply | Slow:
        with self._changed:
            self._requests.append(payload)
            self._changed.notify_all()
            if self._script:
                return self._take()
        return _as_reply((self._function and self._function(payload)) or self.default)

    def _take(self) -> Reply | Slow:
        scripted = self._script[0]
        if scripted.times is not None:
            scripted.times -= 1
            if scripted.times <= 0:
                del self._script[0]
        return scripted.reply


def _as_reply(reply: Reply | str) -> Reply:
    return Reply(reply) if isinstance(reply, str) else reply


def _finish(reply: Reply) -> str:
    return reply.finish or ("tool_calls" if reply.calls else "stop")


def _calls(reply: Reply, number: int) -> list[Json]:
    return [
        {
            "id": one.id or f"call_{number}_{position}",
            "type": "function",
            "function": {"name": one.name, "arguments": one.arguments},
        }
        for position, one in enumerate(reply.calls)
    ]


def _usage(reply: Reply) -> Json:
    total = reply.input_tokens + reply.output_tokens
    return {"prompt_tokens": reply.input_tokens, "completion_tokens": reply.output_tokens, "total_tokens": total}


def _completion(payload: Json, reply: Reply, number: int) -> Json:
    message: Json = {"role": "assistant", "content": reply.text or None, "refusal": None}
    if reply.calls:
        message["tool_calls"] = _calls(reply, number)
    return {
        **_envelope(payload, number, "chat.completion"),
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(reply)}],
        "usage": _usage(reply),
    }


def _envelope(payload: Json, number: int, kind: str) -> Json:
    return {"id": f"chatcmpl-{number}", "object": kind, "created": int(time.time()), "model": payload["model"]}


def _stream(payload: Json, reply: Reply, number: int) -> Response:
    """All events at once: what a client sees of a stream is their order, not their pace."""
    envelope = _envelope(payload, number, "chat.completion.chunk")
    words = [{"content": piece} for piece in reply.text.splitlines(keepends=True)]
    calls = [{"tool_calls": [{"index": index, **one}]} for index, one in enumerate(_calls(reply, number))]
    deltas: list[Json] = [{"role": "assistant", "content": ""}, *words, *calls]
    choices: list[list[Json]] = [[{"index": 0, "delta": delta, "finish_reason": None}] for delta in deltas]
    choices.append([{"index": 0, "delta": {}, "finish_reason": _finish(reply)}])
    chunks: list[Json] = [{**envelope, "choices": choice} for choice in choices]
    if payload.get("stream_options", {}).get("include_usage"):
        chunks.append({**envelope, "choices": [], "usage": _usage(reply)})
    events = [f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks]
    headers = {"Content-Type": "text/event-stream"}
    if reply.drops:
        whole = Response(b"".join(events), 200, headers).encode()
        raise Dropped(whole[: -len(b"".join(events[1:]))])
    return Response(b"".join([*events, b"data: [DONE]\n\n"]), 200, headers)


def _error_response(reply: Reply) -> Response:
    kind, code, message = ERROR_NAMES.get(reply.status, ("server_error", None, "Error."))
    wait = {} if reply.retry_after is None else {"Retry-After": f"{reply.retry_after:g}"}
    body: Json = {"error": {"message": message, "type": kind, "param": None, "code": reply.code or code}}
    return json_response(body, reply.status, wait)


def _model(name: str) -> Json:
    return {"id": name, "object": "model", "created": 1715367049, "owned_by": "system"}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m simulators.openai", description="A loopback OpenAI API.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8091)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds every answer takes")
    parser.add_argument("--text", default=DEFAULT_TEXT, help="what it always answers")
    parser.add_argument("--api-key", default="", help="refuse any other key")
    options = parser.parse_args(arguments)
    ai = OpenAISimulator(
        options.port, host=options.host, text=options.text, delay=options.delay, api_key=options.api_key
    ).start()
    print(f"API da OpenAI simulada em {ai.base_url}", flush=True)
    ai.wait_forever()


if __name__ == "__main__":
    main()
