"""A private PostgreSQL: in one folder, reached through a unix socket there, nobody else's business."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import IO
from urllib.parse import quote

from local import binaries, process
from local.account import Account, give, private_folder, remove

ROOT = Path(__file__).resolve().parent.parent
NAME = "iaatt"  # of the role and of the database
LONGEST_SOCKET_PATH = 100  # the kernel allows 107 for folder and socket name together
START_SECONDS = 60
STOP_SECONDS = 30

# Room for a process per test worker and for schemas with hundreds of tables and indexes each.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "300",
    "max_locks_per_transaction": "512",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "jit": "off",
}
# Loses nothing when the server is killed, only when the machine is; asynchronous commits would.
NO_FSYNC = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "4GB"}


class ServerBusy(RuntimeError):
    """Another process of this checkout runs a server on the same data."""


class ServerFailed(RuntimeError):
    """The server did not start; the end of its log says why."""


class Postgres:
    """A server over `home`, whose data survives `stop`, `kill` and the next `start`.

    `url` and the data stay the same across restarts. `fsync=False` is for data nobody will miss.
    """

    def __init__(self, *, home: Path, fsync: bool = True) -> None:
        self._account = Account.unprivileged()
        self._home = home
        self._data = home / "data"
        self._settings = SETTINGS if fsync else SETTINGS | NO_FSYNC
        self._server: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    @property
    def url(self) -> str:
        return f"postgres://{NAME}@{quote(str(self._socket_folder), safe='')}/{NAME}"

    @property
    def pid(self) -> int | None:
        """The process id of the postmaster; None when it does not run."""
        return self._server.pid if self._server and self._server.poll() is None else None

    def start(self) -> None:
        """Bring the server up, recovering from whatever the last end left. Raises ServerBusy, ServerFailed."""
        if self.pid:
            return
        private_folder(self._home, account=self._account)
        self._hold()
        self._bin = _reachable(binaries.postgres_bin(), account=self._account)
        if not (self._data / "PG_VERSION").exists():
            self._create_cluster()
        self._end_leftover()
        self._start_server()

    def stop(self) -> None:
        """End it cleanly, open connections included."""
        if self._server and self.pid:
            self._server.send_signal(signal.SIGINT)  # PostgreSQL's "fast shutdown"
            try:
                self._server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._server.send_signal(signal.SIGQUIT)
                self._server.wait(STOP_SECONDS)
        self._release()

    def kill(self) -> None:
        """End it as a crash does: SIGKILL for the postmaster and every backend."""
        if self._server and self.pid:
            process.kill(process.with_children(self._server.pid))
            self._server.wait(STOP_SECONDS)
        self._release()

    @property
    def _socket_folder(self) -> Path:
        """In our folder, or under the temporary one where ours has too long a name for a socket."""
        folder = self._home / "socket"
        if len(str(folder)) <= LONGEST_SOCKET_PATH - len("/.s.PGSQL.5432"):
            return folder
        return Path(tempfile.gettempdir()) / f"ia-att-{_short_hash(self._home)}"

    def _hold(self) -> None:
        self._lock = (self._home / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise ServerBusy(
                f"PostgreSQL on {self._home} is in use: is `make run` up already in this checkout?"
            ) from None

    def _release(self) -> None:
        self._server = None
        if self._lock:
            self._lock.close()
            self._lock = None

    def _create_cluster(self) -> None:
        """Make data folder and database under another name first: an interruption leaves nothing half-made."""
        unfinished = self._home / "data.unfinished"
        remove(unfinished)
        self._do([self._bin / "initdb", "-D", unfinished, "-U", NAME, "-E", "UTF8", "-A", "trust", *self._locale()])
        self._do([self._bin / "postgres", "--single", "-D", unfinished, "postgres"], said=f"CREATE DATABASE {NAME};\n")
        unfinished.rename(self._data)

    def _do(self, command: list[str | Path], *, said: str = "") -> None:
        done = subprocess.run(
            command,
            input=said,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            **process.as_account(self._account),
        )
        if done.returncode:
            raise ServerFailed(f"{command[0]} failed:\n{done.stdout}{done.stderr}")

    def _locale(self) -> list[str]:
        """UTF-8 by code points, with case folding of accented letters (plain C folds ASCII only)."""
        if binaries.postgres_major(self._bin) >= 17:
            return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return ["--locale=C.UTF-8"]

    def _end_leftover(self) -> None:
        """Stop a server that outlived its owner, and forget the pid of one that did not."""
        pid_file = self._data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text().splitlines()[0])
        if process.is_alive(pid) and str(self._data) in process.command_line(pid):
            os.kill(pid, signal.SIGINT)
            if not process.wait_until(lambda: not process.is_alive(pid), seconds=STOP_SECONDS):
                process.kill(process.with_children(pid))
        pid_file.unlink(missing_ok=True)

    def _start_server(self) -> None:
        """Start and wait until it accepts connections. Backends of a killed server may need a moment to notice."""
        private_folder(self._socket_folder, account=self._account)
        for _ in range(20):
            self._server = self._spawn()
            if process.wait_until(self._is_ready_or_gone, seconds=START_SECONDS) and self.pid:
                return
            if "pre-existing shared memory block" not in self._log_tail():
                break
            process.wait_until(lambda: False, seconds=0.5)
        self.kill()
        raise ServerFailed(f"PostgreSQL did not start:\n{self._log_tail()}")

    def _spawn(self) -> subprocess.Popen[bytes]:
        settings = self._settings | {"unix_socket_directories": str(self._socket_folder)}
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self._log.open("wb") as log:
            return process.start(
                [self._bin / "postgres", "-D", self._data, *arguments],
                account=self._account,
                log=log,
                when_orphaned=signal.SIGINT,
            )

    def _is_ready_or_gone(self) -> bool:
        """The eighth line of postmaster.pid says "ready", as pg_ctl reads it."""
        if self.pid is None:
            return True
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    @property
    def _log(self) -> Path:
        return self._home / "log"

    def _log_tail(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-15:])


def persistent_folder() -> Path:
    """Where `make run` keeps things: in the checkout, or outside it when root's servers can't get in."""
    account = Account.unprivileged()
    return ROOT / ".local" if account is None or account.can_enter(ROOT) else _outside()


def persistent_postgres() -> Path:
    """A home for each major version: none reads another's data."""
    return persistent_folder() / f"postgres-{binaries.postgres_major(binaries.postgres_bin())}"


def forget() -> None:
    """Delete what this checkout keeps outside itself (`make clean`)."""
    remove(_outside())


def _outside() -> Path:
    """A folder of this checkout outside root's home, named by a hash so that two checkouts never meet."""
    parent = next(path for path in (Path("/var/lib"), Path(tempfile.gettempdir())) if os.access(path, os.W_OK))
    folder = parent / f"ia-att-{_short_hash(ROOT)}"
    folder.mkdir(exist_ok=True, mode=0o755)
    return folder


def _reachable(folder: Path, *, account: Account | None) -> Path:
    """The binaries, or a copy of their installation where the account can run them.

    A venv below root's home is closed to every other account; opening root's home is not ours to do.
    """
    if account is None or account.can_enter(folder):
        return folder
    copy = _outside() / f"embedded-{binaries.postgres_major(folder)}"
    if not copy.exists():
        unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=copy.parent))
        _copy_installation(folder, unfinished)
        give(unfinished, account)
        try:
            unfinished.rename(copy)
        except OSError:  # another process was quicker
            remove(unfinished)
    return copy.joinpath(*folder.parts[-3:])


def _copy_installation(folder: Path, target: Path) -> None:
    """Of a wheel's <package>/<installation>/bin: the installation, and the <package>.libs that it links to."""
    package, installation, _ = folder.parts[-3:]
    shutil.copytree(folder.parent, target / package / installation, symlinks=True)
    libraries = folder.parents[2] / f"{package}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
    target.chmod(0o755)


def _short_hash(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:10]
