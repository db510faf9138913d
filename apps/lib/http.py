"""The only outbound HTTP client: pooled per base URL, explicit timeouts, no redirects."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx2

_clients: dict[str, httpx2.Client] = {}
_lock = threading.Lock()


class TooLarge(Exception):
    """The answer is larger than was asked for; the rest was not read."""


class NotSent(Exception):
    """The request never reached the other side: sending it again is safe."""


class NoAnswer(Exception):
    """The request may have been received, but no complete answer came back."""


def client(base_url: str) -> httpx2.Client:
    """A keep-alive client for this base URL, shared by the process's threads."""
    with _lock:
        if base_url not in _clients:
            _clients[base_url] = httpx2.Client(
                base_url=base_url,
                timeout=httpx2.Timeout(10, connect=3),
                limits=httpx2.Limits(max_connections=64, max_keepalive_connections=32, keepalive_expiry=20),
                follow_redirects=False,
                trust_env=False,
            )
        return _clients[base_url]


def request(
    method: str,
    base_url: str,
    path: str,
    *,
    json: Any = None,
    data: Mapping[str, str] | None = None,
    files: Mapping[str, tuple[str, bytes, str]] | None = None,
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    timeout_seconds: float = 10,
) -> httpx2.Response:
    """One request, told apart by what the other side may have seen.

    Raises NotSent (nothing was written) or NoAnswer (perhaps received). Any answer, 5xx included, is
    returned. A kept-alive connection closed by the peer counts as NoAnswer: part may have been read.
    """
    with _told_apart():
        return client(base_url).request(
            method,
            path,
            json=json,
            data=data,
            files=files,
            params=params,
            headers=headers,
            timeout=httpx2.Timeout(timeout_seconds, connect=3),
        )


def download(
    base_url: str, path: str, *, headers: Mapping[str, str], max_bytes: int, timeout_seconds: float = 10
) -> httpx2.Response:
    """GET a file of at most `max_bytes`; the answer is returned read. Raises TooLarge, NotSent or NoAnswer."""
    deadline = time.monotonic() + timeout_seconds
    timeout = httpx2.Timeout(timeout_seconds, connect=3)
    with _told_apart(), client(base_url).stream("GET", path, headers=headers, timeout=timeout) as response:
        content = bytearray()
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > max_bytes:
                raise TooLarge
            if time.monotonic() > deadline:
                raise NoAnswer("the file comes too slowly")
    return httpx2.Response(response.status_code, headers=_plain(response.headers), content=bytes(content))


@contextmanager
def _told_apart() -> Iterator[None]:
    """The client's errors by what the other side may have seen."""
    try:
        yield
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol) as error:
        raise NotSent(str(error) or type(error).__name__) from error
    except httpx2.HTTPError as error:
        raise NoAnswer(str(error) or type(error).__name__) from error


def _plain(headers: httpx2.Headers) -> list[tuple[str, str]]:
    """Without what describes the wire: the content is decoded already."""
    return [
        (name, value)
        for name, value in headers.items()
        if name.lower() not in ("content-encoding", "transfer-encoding", "content-length")
    ]
