"""Hugging Face's router, and any endpoint it hosts, through InferenceClient.chat_completion."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from django.conf import settings

from apps.agents.providers import completions
from apps.agents.providers.base import ChatProvider, ChatRequest, ChatResult, Failure, ProviderError
from apps.agents.providers.wire import broken, ends_on_time, refusal, wait_in

if TYPE_CHECKING:
    from huggingface_hub.errors import HfHubHTTPError

_punctual: set[int] = set()  # the session that has our hooks
_lock = threading.Lock()

LOWEST_TEMPERATURE = 0.01  # text-generation-inference refuses zero


class HuggingFaceProvider(ChatProvider):
    name = "huggingface"

    def model_of(self, request: ChatRequest) -> str:
        return request.model or settings.HUGGINGFACE_MODEL

    def complete(self, request: ChatRequest) -> ChatResult:
        import httpx2
        from huggingface_hub import InferenceClient  # imported late
        from huggingface_hub.errors import HfHubHTTPError, InferenceTimeoutError

        _end_on_time()
        # made for each call because it carries the time-out; connections are pooled behind it
        client = InferenceClient(
            base_url=settings.HUGGINGFACE_BASE_URL,
            token=settings.HUGGINGFACE_API_KEY,
            timeout=request.timeout_seconds,
        )
        try:
            answer = client.chat_completion(
                completions.messages(request),
                model=self.model_of(request),
                max_tokens=request.max_tokens,
                temperature=max(request.temperature, LOWEST_TEMPERATURE),
                tools=[completions.tool(spec) for spec in request.tools] or None,
            )
        except InferenceTimeoutError as error:
            cause = error.__cause__
            raise (broken(cause) if isinstance(cause, httpx2.TransportError) else _timeout(error)) from error
        except HfHubHTTPError as error:
            raise _failure(error) from error
        except httpx2.TransportError as error:
            raise broken(error) from error
        except OSError as error:  # HF_HUB_OFFLINE forbids the call
            raise ProviderError(Failure.UNAVAILABLE, repr(error)[:300]) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:  # a body that is not what the SDK expects
            raise ProviderError(Failure.MALFORMED, repr(error)[:300]) from error
        return completions.result(answer)


def _end_on_time() -> None:
    """The SDK keeps one session for all its calls; ours are the only ones."""
    from huggingface_hub.utils import get_session

    session = get_session()
    with _lock:
        if id(session) not in _punctual:
            hooks, ours = session.event_hooks, ends_on_time()
            session.event_hooks = {kind: [*hooks.get(kind, []), *ours[kind]] for kind in ours}
            _punctual.clear()
            _punctual.add(id(session))


def _timeout(error: Exception) -> ProviderError:
    return ProviderError(Failure.TIMEOUT, repr(error)[:300])


def _failure(error: HfHubHTTPError) -> ProviderError:
    response = error.response
    wait = wait_in(response.headers)
    return refusal(response.status_code, str(error), wait=_loading(response) if wait is None else wait)


def _loading(response: Any) -> float | None:
    """How long a model that is still being loaded will take."""
    try:
        seconds = response.json()["estimated_time"]
    except (ValueError, TypeError, KeyError):
        return None
    return float(seconds) if isinstance(seconds, int | float) else None
