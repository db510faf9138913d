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

import json
import time

from simulators.model import (
    Call,
    Json,
    ModelSimulator,
    Reply,
    Slow,
    bad_arguments,
    call,
    dropped,
    error,
    filtered,
    malformed,
    run,
    tool,
    tools,
)
from simulators.server import Dropped, Request, Response, json_response

__all__ = [
    "Call",
    "OpenAISimulator",
    "Reply",
    "Slow",
    "bad_arguments",
    "call",
    "dropped",
    "error",
    "filtered",
    "malformed",
    "tool",
    "tools",
]

ERROR_NAMES = {
    400: ("invalid_request_error", None, "Invalid request."),
    401: ("invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    403: ("invalid_request_error", "unsupported_country_region_territory", "Forbidden."),
    404: ("invalid_request_error", "model_not_found", "The model does not exist or you do not have access to it."),
    429: ("requests", "rate_limit_exceeded", "Rate limit reached for requests."),
    500: ("server_error", None, "The server had an error while processing your request."),
    503: ("server_error", None, "That model is currently overloaded with other requests."),
}
FIXED_TEMPERATURE = ("gpt-5", "o1", "o3", "o4")  # models that think refuse any temperature but their own


class OpenAISimulator(ModelSimulator):
    """See the module's docstring. With `api_key`, any other key is refused with 401."""

    models: tuple[str, ...] = ("gpt-4o-mini", "gpt-4o", "gpt-4.1-mini", "gpt-5-mini")

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    def results_in(self, request: Json) -> list[str]:
        return [message["content"] for message in request["messages"] if message["role"] == "tool"]

    def said_last(self, request: Json) -> str:
        last = request["messages"][-1]
        return str(last["content"]) if last["role"] == "user" else ""

    def respond(self, request: Request) -> Response:
        path = request.path.removeprefix("/v1")
        if self.api_key and request.bearer != self.api_key:
            return self.error_of(error(401))
        if request.method == "GET" and path == "/models":
            return json_response({"object": "list", "data": [_model(name) for name in self.models]})
        if request.method != "POST" or path != "/chat/completions":
            return json_response({"error": {"message": f"Unknown request URL: {request.path}"}}, 404)
        payload = request.json()
        if not isinstance(payload, dict) or not payload.get("messages") or not payload.get("model"):
            return self.error_of(error(400))
        if _thinks(payload["model"]) and payload.get("temperature", 1) != 1:
            return self.error_of(error(400, code="unsupported_value"))
        return self.complete(payload)

    def answer_of(self, payload: Json, reply: Reply, number: int) -> Response:
        if payload.get("stream"):
            return _stream(payload, reply, number)
        return json_response(completion(payload, reply, number))

    def error_of(self, reply: Reply) -> Response:
        kind, code, message = ERROR_NAMES.get(reply.status, ("server_error", None, "Error."))
        wait = {} if reply.retry_after is None else {"Retry-After": f"{reply.retry_after:g}"}
        body: Json = {"error": {"message": message, "type": kind, "param": None, "code": reply.code or code}}
        return json_response(body, reply.status, wait)


def _thinks(model: str) -> bool:
    return model.startswith(FIXED_TEMPERATURE) and not model.startswith("gpt-5-chat")


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
    return {
        "prompt_tokens": reply.input_tokens,
        "completion_tokens": reply.output_tokens,
        "total_tokens": reply.input_tokens + reply.output_tokens,
        "prompt_tokens_details": {"cached_tokens": reply.cached_tokens, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": reply.thinking_tokens, "audio_tokens": 0},
    }


def completion(payload: Json, reply: Reply, number: int) -> Json:
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


def _model(name: str) -> Json:
    return {"id": name, "object": "model", "created": 1715367049, "owned_by": "system"}


def main(arguments: list[str] | None = None) -> None:
    run(OpenAISimulator, prog="simulators.openai", port=8091, title="API da OpenAI simulada", arguments=arguments)


if __name__ == "__main__":
    main()
