"""A server that speaks Gemini's generateContent, on the loopback, and says what it is told to say.

    with GeminiSimulator() as ai:                      # GEMINI_BASE_URL = ai.base_url
        ai.script(tool("list_services"), "Temos corte e barba.")

Scripted as `simulators.openai`; `/v1` and `/v1beta` answer alike. It is as strict as Google where a
client goes wrong easily: roles, empty parts, function responses that don't match their calls, calls sent
back to a Gemini 3 without their signature, a server time-out under ten seconds. Broken arguments can't
cross this wire: Google says MALFORMED_FUNCTION_CALL instead. A prompt blocked as a whole is
`Reply(finish="prompt_blocked")`.

Alone: `python -m simulators.gemini --port 8092`.
"""

from __future__ import annotations

import base64
import json
import re

from simulators.model import Call, Json, ModelSimulator, Reply, error, run
from simulators.server import Request, Response, json_response

GENERATE = re.compile(r"/v1(?:beta)?/models/([^/:]+):generateContent")
KNOWN_FIELDS = {"contents", "systemInstruction", "generationConfig", "tools", "toolConfig", "safetySettings"}
SHORTEST_TIMEOUT_SECONDS = 10
STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
MESSAGES = {
    400: "Request contains an invalid argument.",
    401: "API keys are not supported by this API.",
    403: "Method doesn't allow unregistered callers.",
    404: "The model is not found for API version v1beta, or is not supported for generateContent.",
    429: "You exceeded your current quota, please check your plan and billing details.",
    500: "An internal error has occurred. Please retry.",
    503: "The model is overloaded. Please try again later.",
}
FINISHES = {"": "STOP", "stop": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}


class Invalid(Exception):
    """What Google answers 400 to, in its words."""


class GeminiSimulator(ModelSimulator):
    """See the module's docstring. With `api_key`, any other key is refused with 400, as Google does."""

    models = ("gemini-2.5-flash", "gemini-3.8-flash")

    @property
    def base_url(self) -> str:
        return self.url

    def results_in(self, request: Json) -> list[str]:
        responses = [
            part["functionResponse"]
            for content in request["contents"]
            for part in content["parts"]
            if "functionResponse" in part
        ]
        return [json.dumps(response["response"], ensure_ascii=False) for response in responses]

    def said_last(self, request: Json) -> str:
        last = request["contents"][-1]
        return str(last["parts"][-1].get("text", "")) if last["role"] == "user" else ""

    def respond(self, request: Request) -> Response:
        key = request.headers.get("x-goog-api-key") or request.query.get("key", "")
        if not key:
            return self.error_of(error(403))
        if self.api_key and key != self.api_key:
            return _problem(400, "API key not valid. Please pass a valid API key.", [_info("API_KEY_INVALID")])
        if request.method == "GET" and re.fullmatch(r"/v1(beta)?/models", request.path):
            return json_response({"models": [{"name": f"models/{name}"} for name in self.models]})
        asked = GENERATE.fullmatch(request.path)
        if request.method != "POST" or not asked:
            return self.error_of(error(404))
        payload = request.json()
        try:
            _check_timeout(request.headers.get("x-server-timeout"))
            _check(payload, model=asked[1])
        except Invalid as invalid:
            return _problem(400, str(invalid))
        return self.complete(payload | {"model": asked[1]})

    def answer_of(self, payload: Json, reply: Reply, number: int) -> Response:
        body: Json = {
            "usageMetadata": _usage(reply),
            "modelVersion": payload["model"],
            "responseId": f"response-{number}",
        }
        if reply.finish == "prompt_blocked":
            return json_response({"promptFeedback": {"blockReason": "SAFETY"}, **body})
        return json_response({"candidates": [_candidate(reply, payload["model"], number)], **body})

    def error_of(self, reply: Reply) -> Response:
        """The wait that Google asks for is in the body; a quota for the day is told by its name."""
        details: list[Json] = []
        if reply.status == 429:
            quota = "GenerateRequestsPerDay" if reply.code == "insufficient_quota" else "GenerateRequestsPerMinute"
            violation = {"quotaId": f"{quota}PerProjectPerModel-FreeTier"}
            details.append({"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]})
        if reply.retry_after is not None:
            wait = f"{reply.retry_after:.9f}s"
            details.append({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": wait})
        return _problem(reply.status, MESSAGES.get(reply.status, "Error."), details)


def _problem(status: int, message: str, details: list[Json] | None = None) -> Response:
    problem: Json = {"code": status, "message": message, "status": STATUS_NAMES.get(status, "UNKNOWN")}
    return json_response({"error": problem | ({"details": details} if details else {})}, status)


def _info(reason: str) -> Json:
    return {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"}


# What it says ------------------------------------------------------------------------------------


def _candidate(reply: Reply, model: str, number: int) -> Json:
    if reply.finish == "content_filter":
        return {"index": 0, "finishReason": "SAFETY"}
    parts: list[Json] = [{"text": reply.text}] if reply.text else []
    try:
        parts += [_call_part(call, model, number, position) for position, call in enumerate(reply.calls)]
    except ValueError as broken:
        return {"index": 0, "finishReason": "MALFORMED_FUNCTION_CALL", "finishMessage": str(broken)}
    finish = FINISHES.get(reply.finish, reply.finish)
    return {"index": 0, "content": {"role": "model", "parts": parts}, "finishReason": finish}


def _call_part(call: Call, model: str, number: int, position: int) -> Json:
    """Gemini 3 signs the first call of a step, and wants the signature back."""
    asked: Json = {"name": call.name, "args": json.loads(call.arguments)} | ({"id": call.id} if call.id else {})
    signature = {"thoughtSignature": _signature(number)} if _signs(model) and position == 0 else {}
    return {"functionCall": asked, **signature}


def _signature(number: int) -> str:
    return base64.b64encode(f"thought-{number}".encode()).decode()


def _signs(model: str) -> bool:
    return not re.match(r"gemini-[12]\.", model)


def _usage(reply: Reply) -> Json:
    usage: Json = {
        "promptTokenCount": reply.input_tokens,
        "candidatesTokenCount": reply.output_tokens - reply.thinking_tokens,
        "totalTokenCount": reply.input_tokens + reply.output_tokens,
    }
    usage |= {"cachedContentTokenCount": reply.cached_tokens} if reply.cached_tokens else {}
    return usage | ({"thoughtsTokenCount": reply.thinking_tokens} if reply.thinking_tokens else {})


# What it refuses ---------------------------------------------------------------------------------


def _check_timeout(seconds: str | None) -> None:
    if seconds and float(seconds) < SHORTEST_TIMEOUT_SECONDS:
        raise Invalid(f"Manually set deadline {seconds}s is too short. Minimum allowed deadline is 10s.")


def _check(payload: object, *, model: str) -> None:
    if not isinstance(payload, dict) or not payload.get("contents"):
        raise Invalid("contents is not specified")
    if unknown := payload.keys() - KNOWN_FIELDS:
        raise Invalid(f'Invalid JSON payload received. Unknown name "{min(unknown)}": Cannot find field.')
    contents: list[Json] = payload["contents"]
    for content in contents:
        if content.get("role") not in ("user", "model"):
            raise Invalid("Please use a valid role: user, model.")
        if not content.get("parts") or any(part.get("text") == "" for part in content["parts"]):
            raise Invalid("Unable to submit request because it must have a text parameter.")
    for before, content in zip([None, *contents], contents, strict=False):
        _check_calls(before, content)
    if _signs(model):
        _check_signatures(contents)


def _check_calls(before: Json | None, content: Json) -> None:
    asked = _named(before, "functionCall")
    answered = _named(content, "functionResponse")
    if asked != answered:
        raise Invalid(
            "Please ensure that the number of function response parts is equal to the number of function call "
            "parts of the function call turn."
        )
    if _named(content, "functionCall") and (before is None or before["role"] != "user"):
        raise Invalid("Please ensure that function call turn comes immediately after a user turn.")


def _check_signatures(contents: list[Json]) -> None:
    """The first call of each step since the last thing that a person said."""
    spoken = [
        index for index, content in enumerate(contents) if content["role"] == "user" and "text" in content["parts"][0]
    ]
    for content in contents[spoken[-1] if spoken else 0 :]:
        calls = [part for part in content["parts"] if "functionCall" in part]
        if calls and not calls[0].get("thoughtSignature"):
            name = calls[0]["functionCall"]["name"]
            raise Invalid(f"Function call `{name}` is missing a thought_signature in functionCall parts.")


def _named(content: Json | None, kind: str) -> list[str]:
    return [part[kind]["name"] for part in content["parts"] if kind in part] if content else []


if __name__ == "__main__":
    run(GeminiSimulator, prog="simulators.gemini", port=8092, title="API do Gemini simulada")
