"""A server that speaks as Hugging Face's router and its dedicated endpoints do, and says what it is told to say.

    with HuggingFaceSimulator() as ai:                 # HUGGINGFACE_BASE_URL = ai.base_url
        ai.script(tool("list_services"), "Temos corte e barba.")

Scripted as `simulators.openai`, whose answers it shares; refusals are Hugging Face's own. It answers
`/v1/chat/completions` (the router) and `/models/<owner>/<name>/v1/chat/completions` (one model).

Alone: `python -m simulators.huggingface --port 8093`.
"""

from __future__ import annotations

import re

from simulators.model import Json, Reply, error, run
from simulators.openai import OpenAISimulator
from simulators.server import Request, Response, json_response

COMPLETIONS = re.compile(r"(?:/models/[^/]+/[^/]+)?(?:/v1)?/chat/completions")
LOADING_SECONDS = 20.0
REFUSALS: dict[int, str] = {
    400: "Bad request.",
    401: "Invalid username or password.",
    402: "You have exceeded your monthly included credits for Inference Providers. Subscribe to PRO to get more.",
    403: "This authentication method does not have sufficient permissions to call Inference Providers.",
    404: "Model not found.",
    422: "Input validation error.",
    429: "Too many requests. Please slow down.",
    500: "Internal Server Error",
    503: "The model is currently loading",
}


class HuggingFaceSimulator(OpenAISimulator):
    """See the module's docstring. With `api_key`, any other token is refused with 401."""

    models = ("meta-llama/Llama-3.3-70B-Instruct", "Qwen/Qwen3-32B")

    def respond(self, request: Request) -> Response:
        if self.api_key and request.bearer != self.api_key:
            return self.error_of(error(401))
        if request.method == "GET" and request.path == "/v1/models":
            return json_response({"object": "list", "data": [{"id": name, "object": "model"} for name in self.models]})
        if request.method != "POST" or not COMPLETIONS.fullmatch(request.path):
            return json_response({"error": "Not Found"}, 404)
        payload = request.json()
        if not isinstance(payload, dict) or not payload.get("messages") or not payload.get("model"):
            return self.error_of(error(422))
        if payload.get("temperature") == 0:
            return self.error_of(error(422))  # text-generation-inference wants it strictly positive
        return self.complete(payload)

    def error_of(self, reply: Reply) -> Response:
        """Out of money is 402 here; a plain string says why, and how long a model still loads."""
        status = 402 if reply.code == "insufficient_quota" else reply.status
        body: Json = {"error": REFUSALS.get(status, "Error.")}
        wait = {} if reply.retry_after is None else {"Retry-After": f"{reply.retry_after:g}"}
        if reply.code == "loading":
            body["estimated_time"] = LOADING_SECONDS
        return json_response(body, status, wait)


if __name__ == "__main__":
    run(HuggingFaceSimulator, prog="simulators.huggingface", port=8093, title="API da Hugging Face simulada")
