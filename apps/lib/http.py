"""The only outbound HTTP client: pooled per base URL, explicit timeouts, no redirects."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import httpx2

_clients: dict[str, httpx2.Client] = {}
_lock = threading.Lock()


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
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    timeout_seconds: float = 10,
) -> httpx2.Response:
    """One request, told apart by what the other side may have seen.

    Raises NotSent (nothing was written) or NoAnswer (perhaps received). Any answer, 5xx included, is
    returned. A kept-alive connection closed by the peer counts as NoAnswer: part may have been read.
    """
    try:
        return client(base_url).request(
            method, path, json=json, params=params, headers=headers, timeout=httpx2.Timeout(timeout_seconds, connect=3)
        )
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol) as error:
        raise NotSent(str(error) or type(error).__name__) from error
    except httpx2.HTTPError as error:
        raise NoAnswer(str(error) or type(error).__name__) from error
