"""What the providers on the other side of HTTP have in common: statuses, waits, connections that fail or trickle."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from apps.agents.providers.base import Failure, ProviderError, Usage

if TYPE_CHECKING:
    import httpx2

_BY_STATUS = {
    401: Failure.AUTH,
    402: Failure.QUOTA,
    403: Failure.AUTH,
    408: Failure.UNAVAILABLE,
    429: Failure.RATE_LIMITED,
    503: Failure.OVERLOADED,
    529: Failure.OVERLOADED,
}
UNBILLED = Usage()


def refusal(status: int, detail: str, *, failure: Failure | None = None, wait: float | None = None) -> ProviderError:
    """An answer other than 200, which nobody bills; `failure` where the body knows better than the status."""
    known = failure or _BY_STATUS.get(status) or (Failure.UNAVAILABLE if status >= 500 else Failure.BAD_REQUEST)
    return ProviderError(known, detail[:300], retry_after=wait, usage=UNBILLED)


def broken(error: httpx2.TransportError) -> ProviderError:
    """No answer. Only a connection that was never made is sure to cost nothing."""
    import httpx2

    detail = repr(error)[:300]
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout):
        return ProviderError(Failure.UNAVAILABLE, detail, usage=UNBILLED)
    return ProviderError(Failure.TIMEOUT if isinstance(error, httpx2.TimeoutException) else Failure.UNAVAILABLE, detail)


def wait_in(headers: Mapping[str, str]) -> float | None:
    """Seconds in `Retry-After`, given as a number or a date."""
    value = (headers.get("Retry-After") or "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", value):
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def ends_on_time() -> dict[str, list[Any]]:
    """Event hooks of an httpx2 client whose answers are whole within the time-out, or not at all.

    Its own time-out starts afresh with every byte, so an answer that trickles would outlast the turn.
    """
    import httpx2

    class Punctual(httpx2.SyncByteStream):
        def __init__(self, response: httpx2.Response, until: float) -> None:
            self.response, self.stream, self.until = response, response.stream, until

        def __iter__(self) -> Iterator[bytes]:
            for chunk in self.stream:  # type: ignore[union-attr]
                if time.monotonic() > self.until:
                    raise httpx2.ReadTimeout("the answer trickled", request=self.response.request)
                yield chunk

        def close(self) -> None:
            self.stream.close()  # type: ignore[union-attr]

    def note_start(request: httpx2.Request) -> None:
        request.extensions["started"] = time.monotonic()

    def limit(response: httpx2.Response) -> None:
        extensions = response.request.extensions
        seconds = (extensions.get("timeout") or {}).get("read")
        if seconds:
            response.stream = Punctual(response, extensions["started"] + seconds)

    return {"request": [note_start], "response": [limit]}
