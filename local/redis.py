"""A private Redis: on a free loopback port, behind a password, keeping nothing on disk."""

from __future__ import annotations

import random
import secrets
import signal
import socket
import subprocess
from pathlib import Path

from local import binaries, process
from local.account import Account, private_folder
from local.postgres import ServerFailed

# Below the ports that the kernel hands to outgoing connections, so none takes ours during a restart.
PORTS = range(20_000, 32_000)
START_SECONDS = 20
STOP_SECONDS = 10


class Redis:
    """A server whose `url` stays the same across restarts; what it held is gone after each."""

    def __init__(self, *, home: Path) -> None:
        self._account = Account.unprivileged()
        self._home = home
        self._password = secrets.token_urlsafe(16)
        self._port = free_port()
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    @property
    def pid(self) -> int | None:
        return self._server.pid if self._server and self._server.poll() is None else None

    def start(self) -> None:
        if self.pid:
            return
        private_folder(self._home, account=self._account)
        self._server = self._spawn()
        if not process.wait_until(self._answers_or_gone, seconds=START_SECONDS) or self.pid is None:
            self.kill()
            raise ServerFailed(f"Redis did not start:\n{(self._home / 'log').read_text(errors='replace')[-1500:]}")

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a crash does."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self._server and self.pid:
            self._server.send_signal(number)
            try:
                self._server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
        self._server = None

    def _spawn(self) -> subprocess.Popen[bytes]:
        """The settings go through standard input: a password on the command line is everyone's to read."""
        with (self._home / "log").open("wb") as log:
            server = process.start(
                [_runnable(self._home, account=self._account), "-"],
                account=self._account,
                log=log,
                stdin=subprocess.PIPE,
            )
        assert server.stdin
        server.stdin.write(self._settings().encode())
        server.stdin.close()
        return server

    def _settings(self) -> str:
        return "\n".join(
            [
                "bind 127.0.0.1",
                f"port {self._port}",
                f"requirepass {self._password}",
                'save ""',
                "appendonly no",
                f'dir "{self._home}"',
                "",
            ]
        )

    def _answers_or_gone(self) -> bool:
        if self.pid is None:
            return True
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                return b"+OK" in connection.recv(64)
        except OSError:
            return False


def free_port() -> int:
    """A loopback port nobody listens on."""
    for port in random.sample(PORTS, 200):
        with socket.socket() as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("No free port between 20000 and 32000.")


def _runnable(home: Path, *, account: Account | None) -> Path:
    """The program, or a copy in our folder when it sits where the account can't go."""
    program = binaries.redis_server()
    if account is None or account.can_enter(program.parent):
        return program
    copy = home / program.name
    copy.unlink(missing_ok=True)
    copy.write_bytes(program.read_bytes())
    copy.chmod(0o755)
    return copy
