"""A small HTTP/1.1 server on the loopback, one thread per connection, for the simulators to stand on.

Written by hand because the simulators need what frameworks forbid: to answer half a sentence, to hang,
to reset a connection before reading, to stop listening and come back on the same port.
"""

from __future__ import annotations

import json
import logging
import select
import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

logger = logging.getLogger(__name__)

MAX_HEAD_BYTES = 64 * 1024
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds: close() sends RST instead of FIN


@dataclass(frozen=True, slots=True)
class Request:
    """Header names are lower case; `path` has no query string."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON; None when it isn't."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def bearer(self) -> str:
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""


@dataclass(frozen=True, slots=True)
class Response:
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds_per_byte: float = 0.0  # a body that trickles

    def encode(self) -> bytes:
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Unknown"
        lines = [f"HTTP/1.1 {self.status} {phrase}", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "\r\n"]).encode("latin-1") + self.body


def json_response(payload: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    body = json.dumps(payload).encode()
    return Response(body, status, {"Content-Type": "application/json; charset=UTF-8", **(headers or {})})


class Dropped(Exception):
    """Raised by `respond`: close the connection after sending `partial`, which may be nothing."""

    def __init__(self, partial: bytes = b"") -> None:
        super().__init__("connection dropped on purpose")
        self.partial = partial


class BadRequest(Exception):
    pass


class _Connection:
    def __init__(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = sock
        self.is_busy = False
        self.guard = threading.Lock()  # answering and becoming idle are one step for whoever looks
        self._buffer = b""

    def read(self) -> Request | None:
        """The next request; None when the client is gone."""
        self.is_busy = self.is_busy or bool(self._buffer)
        head = self._until_blank_line()
        if head is None:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        try:
            method, target, _ = first.split(" ", 2)
        except ValueError:
            raise BadRequest(first) from None
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        body = self._body(headers)
        url = urlsplit(target)
        query = dict(parse_qsl(url.query, keep_blank_values=True)) if url.query else {}
        return None if body is None else Request(method, url.path, query, headers, body)

    def _until_blank_line(self) -> bytes | None:
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            if len(self._buffer) > MAX_HEAD_BYTES:
                raise BadRequest("header too long")
            if not self._fill():
                return None
        head, self._buffer = self._buffer[:end], self._buffer[end + 4 :]
        return head

    def _body(self, headers: dict[str, str]) -> bytes | None:
        if "transfer-encoding" in headers:
            raise BadRequest("send a Content-Length")
        try:
            length = int(headers.get("content-length", 0))
        except ValueError:
            raise BadRequest("Content-Length is not a number") from None
        chunks = [self._buffer[:length]]
        self._buffer = self._buffer[length:]
        missing = length - len(chunks[0])
        while missing > 0:
            chunk = self.sock.recv(min(missing, 1 << 20))
            if not chunk:
                return None
            chunks.append(chunk)
            missing -= len(chunk)
        return b"".join(chunks)

    def _fill(self) -> bool:
        chunk = self.sock.recv(1 << 16)
        self._buffer += chunk
        self.is_busy = self.is_busy or bool(chunk)
        return bool(chunk)

    def close(self, *, reset: bool = False) -> None:
        with suppress(OSError):
            if reset:
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            else:
                self.sock.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads from it
        with suppress(OSError):
            self.sock.close()


class LoopbackServer:
    """Subclasses implement `respond`; everything else is listening and manners.

    `port=0` takes a free one. Usable as a context manager; `start` returns the server itself.
    """

    def __init__(self, port: int = 0, *, host: str = "127.0.0.1") -> None:
        self.host = host
        self.port = port
        self.stopping = threading.Event()  # handlers that wait, wait on this
        self._connections: set[_Connection] = set()
        self._guard = threading.Lock()
        self._listener: socket.socket | None = None
        self._waker: socket.socket | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def respond(self, request: Request) -> Response:
        """Answer a request. Raise Dropped to hang up instead."""
        raise NotImplementedError

    def admits(self) -> bool:
        """Whether the connection just made may speak; otherwise it is reset before a byte is read."""
        return True

    def start(self) -> Self:
        self.stopping.clear()
        self._listen()
        return self

    def stop(self) -> None:
        self.stopping.set()
        self._stop_listening()
        self._close_connections(idle_only=False)

    def __enter__(self) -> Self:
        return self if self._listener else self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def wait_forever(self) -> None:
        with suppress(KeyboardInterrupt):
            self.stopping.wait()
        self.stop()

    @contextmanager
    def down(self) -> Iterator[None]:
        """While inside, nobody listens: clients get a refused connection."""
        self._stop_listening()
        self._close_connections(idle_only=False)
        try:
            yield
        finally:
            self._listen()

    def close_idle(self) -> None:
        """End the kept-alive connections nobody is using, so the next request needs a new one."""
        self._close_connections(idle_only=True)

    def _listen(self) -> None:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self.host, self.port))
        listener.listen(512)
        self.port = listener.getsockname()[1]
        self._waker, woken = socket.socketpair()
        self._listener = listener
        name = type(self).__name__
        self._thread = threading.Thread(target=self._accept_connections, args=(listener, woken), name=name, daemon=True)
        self._thread.start()

    def _stop_listening(self) -> None:
        if self._waker is None or self._thread is None:
            return
        self._waker.close()
        self._thread.join(timeout=5)
        self._listener = self._waker = self._thread = None

    def _accept_connections(self, listener: socket.socket, woken: socket.socket) -> None:
        with listener, woken:
            while woken not in (ready := select.select([listener, woken], [], [])[0]):
                if listener in ready:
                    with suppress(OSError):  # the client may be gone already
                        self._admit(_Connection(listener.accept()[0]))

    def _admit(self, connection: _Connection) -> None:
        if not self.admits():
            connection.close(reset=True)
            return
        with self._guard:
            self._connections.add(connection)
        threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _close_connections(self, *, idle_only: bool) -> None:
        with self._guard:
            connections = list(self._connections)
        for connection in connections:
            if not idle_only:
                connection.close()
                continue
            with connection.guard:
                if not connection.is_busy:
                    connection.close()

    def _serve(self, connection: _Connection) -> None:
        try:
            while (request := connection.read()) and self._answer(connection, request):
                pass
        except BadRequest as error:
            with suppress(OSError):
                connection.sock.sendall(Response(str(error).encode(), 400, {"Connection": "close"}).encode())
        except OSError:
            pass  # the client hung up, or we were told to
        finally:
            with self._guard:
                self._connections.discard(connection)
            connection.close()

    def _answer(self, connection: _Connection, request: Request) -> bool:
        """Whether the connection may carry another request."""
        try:
            response = self.respond(request)
        except Dropped as drop:
            connection.sock.sendall(drop.partial)
            return False
        except Exception:
            logger.exception("%s could not answer %s %s", type(self).__name__, request.method, request.path)
            response = Response(b"simulator error", 500)
        if response.seconds_per_byte:
            self._trickle(connection, response)
        with connection.guard:
            if not response.seconds_per_byte:
                connection.sock.sendall(response.encode())
            connection.is_busy = False
        return request.headers.get("connection", "").lower() != "close"

    def _trickle(self, connection: _Connection, response: Response) -> None:
        whole = response.encode()
        head = len(whole) - len(response.body)
        connection.sock.sendall(whole[:head])
        for byte in response.body:
            self.stopping.wait(response.seconds_per_byte)
            connection.sock.sendall(bytes([byte]))
