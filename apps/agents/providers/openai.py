"""OpenAI's Chat Completions, and any server that speaks them at another base URL."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

from django.conf import settings

from apps.agents.providers import completions
from apps.agents.providers.base import ChatProvider, ChatRequest, ChatResult, Failure, ProviderError
from apps.agents.providers.wire import broken, ends_on_time, refusal, wait_in

if TYPE_CHECKING:
    import openai

_THINKS = re.compile(r"(gpt-5(?!-chat)|o\d)")
THINKING_TOKENS = 1000  # room beside the answer, which would else be cut off or empty

_clients: dict[tuple[str, str], openai.OpenAI] = {}
_lock = threading.Lock()


class OpenAIProvider(ChatProvider):
    name = "openai"

    def model_of(self, request: ChatRequest) -> str:
        return request.model or settings.OPENAI_MODEL

    def most_output(self, request: ChatRequest) -> int:
        return request.max_tokens + (THINKING_TOKENS if _THINKS.match(self.model_of(request)) else 0)

    def complete(self, request: ChatRequest) -> ChatResult:
        import openai  # imported late: 39 MB
        from openai.types.chat import ChatCompletion

        try:
            # `post` is what `chat.completions.create` ends in; the way there walks the whole body twice
            answer = _client().post(
                "/chat/completions",
                body=self._body(request),
                cast_to=ChatCompletion,
                options={"timeout": request.timeout_seconds},
            )
        except openai.OpenAIError as error:
            raise _failure(error) from error
        except (ValueError, TypeError, KeyError) as error:  # a body that is not what the SDK expects
            raise ProviderError(Failure.MALFORMED, repr(error)[:300]) from error
        return completions.result(answer)

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        model = self.model_of(request)
        manner: dict[str, Any] = {"temperature": request.temperature}
        if _THINKS.match(model):  # these refuse a temperature, and by default think longer than a chat may wait
            manner = {"reasoning_effort": "low"}
        body = {
            "model": model,
            "messages": completions.messages(request),
            "max_completion_tokens": self.most_output(request),
            **manner,
        }
        return body | ({"tools": [completions.tool(spec) for spec in request.tools]} if request.tools else {})


def _client() -> openai.OpenAI:
    import openai

    key = (settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY)
    with _lock:
        if key not in _clients:
            client = openai.DefaultHttpxClient(event_hooks=ends_on_time())
            _clients[key] = openai.OpenAI(base_url=key[0], api_key=key[1], max_retries=0, http_client=client)
        return _clients[key]


def _failure(error: openai.OpenAIError) -> ProviderError:
    import httpx2
    import openai

    if isinstance(error, openai.APIConnectionError):  # time-outs are among them
        if isinstance(error.__cause__, httpx2.TransportError):
            return broken(error.__cause__)
        return ProviderError(Failure.UNAVAILABLE, str(error)[:300])
    if isinstance(error, openai.APIStatusError):
        is_out_of_money = error.status_code == 429 and error.code == "insufficient_quota"
        failure = Failure.QUOTA if is_out_of_money else None
        return refusal(error.status_code, str(error), failure=failure, wait=wait_in(error.response.headers))
    return ProviderError(Failure.MALFORMED, str(error)[:300])
