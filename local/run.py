"""`make run`: the whole product on this machine, from servers to simulator, until Ctrl-C.

`make demo` (`--prepare-only`) stops after the demo business is made.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from dotenv import dotenv_values

from local import bootstrap, make, servers
from local.redis import free_port
from local.supervisor import GaveUp, Supervisor, read_procfile

ROOT = Path(__file__).resolve().parent.parent
RUN_ENV = ROOT / ".local" / "run.env"  # lets a second terminal's `manage.py` find the running servers
SHARED_WITH_OTHER_TERMINALS = (
    "DATABASE_URL",
    "REDIS_URL",
    "PORT",
    "WHATSAPP_APP_SECRET",
    "WHATSAPP_VERIFY_TOKEN",
    "SIMULATOR_GRAPH_URL",
)

COMPLAIN_AFTER_SECONDS = 30


class Stop(Exception):
    """Ctrl-C, or a polite request to end."""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--prepare-only", action="store_true")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        return prepare_only() if arguments.parse_args().prepare_only else run()
    except Stop:
        print("Stopped.")
        return 0
    except (servers.ServerBusy, servers.ServerFailed, GaveUp, CannotRun) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


class CannotRun(RuntimeError):
    """Something of this machine or its environment stands in the way; the message names it."""


def prepare_only() -> int:
    environ = _environment()
    try:
        with servers.development(environ) as started:
            prepared = prepare(environ | started.environ)
    except servers.ServerBusy:  # `make run` has them up
        prepared = prepare(environ | _read_env(RUN_ENV))
    _show(prepared, title="The demo business is ready")
    return 0


def run() -> int:
    environ = _environment()
    _require_free_port(environ)
    environ |= _simulator_settings(environ)
    (ROOT / "staticfiles").mkdir(exist_ok=True)  # whitenoise warns without it
    with servers.development(environ) as started:
        environ |= started.environ
        with _told_to_other_terminals(environ):
            _supervise(environ, started=started, prepared=prepare(environ))
    return 0


def prepare(environ: dict[str, str]) -> dict[str, Any]:
    """Bring database and demo business up to date; what `manage.py prepare` says in its last line."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "prepare"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a Ctrl-C is ours to pass on
    )
    assert process.stdout
    last = ""
    try:
        for line in process.stdout:
            if last:
                print(last, end="", flush=True)
            last = line
        code = process.wait()
    finally:
        process.kill()
    if code:
        print(last, end="")
        raise CannotRun(f"`manage.py prepare` failed (exit code {code}).")
    return json.loads(last)


def _supervise(environ: dict[str, str], *, started: servers.Development, prepared: dict[str, Any]) -> None:
    commands = read_procfile(ROOT / "Procfile") | _simulator_command(environ)
    health = Health(f"http://127.0.0.1:{environ['PORT']}/health/ready")

    def tick() -> None:
        make.stop_with_make(_stop_now)
        for name in started.revive():
            supervisor.say(f"{name} had ended; it is up again.")
        if supervisor.everything_is_ready:
            return
        if health.is_ok:
            supervisor.everything_is_ready = True
            _show(prepared)
            print("  Ctrl-C ends everything.\n", flush=True)
        elif complaint := health.complaint():
            supervisor.say(complaint)

    supervisor = Supervisor(commands, environ=environ, folder=ROOT, on_tick=tick)
    health.watch()
    supervisor.run()


class Health:
    """Asks the web process, in a thread of its own, until it says that all it needs answers."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._answer = "nothing yet"
        self._complain_at = time.monotonic() + COMPLAIN_AFTER_SECONDS
        self.is_ok = False

    def watch(self) -> None:
        threading.Thread(target=self._ask_until_ok, daemon=True).start()

    def complaint(self) -> str | None:
        """What keeps us waiting, once in a while when it takes long."""
        if time.monotonic() < self._complain_at:
            return None
        self._complain_at += COMPLAIN_AFTER_SECONDS
        return f"Not ready yet. {self._url} answers: {self._answer}"

    def _ask_until_ok(self) -> None:
        while not self.is_ok:
            self._answer = self._ask()
            self.is_ok = _status(self._answer) == "ok"
            time.sleep(0 if self.is_ok else 0.3)

    def _ask(self) -> str:
        try:
            with urllib.request.urlopen(self._url, timeout=5) as response:
                return response.read(2000).decode(errors="replace")
        except urllib.error.HTTPError as error:
            return f"{error.code} {error.read(500).decode(errors='replace')}"
        except OSError as error:
            return str(error)


def _status(answer: str) -> str | None:
    try:
        return json.loads(answer).get("status")
    except (ValueError, AttributeError):
        return None


def _environment() -> dict[str, str]:
    """The shell's variables, then those of `.env`, then what suits a developer's machine."""
    defaults = {
        "PORT": "8000",
        "BIND": "127.0.0.1",
        "BEAT_SCHEDULE": ".local/celerybeat-schedule",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }
    path = os.pathsep.join([str(bootstrap.VENV / "bin"), os.environ.get("PATH", os.defpath)])
    return defaults | _read_env(ROOT / ".env") | os.environ | {"PATH": path}


def _read_env(path: Path) -> dict[str, str]:
    return {name: value for name, value in dotenv_values(path).items() if value is not None}


def _require_free_port(environ: dict[str, str]) -> None:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((environ["BIND"], int(environ["PORT"])))
        except OSError:
            raise CannotRun(f"Port {environ['PORT']} is taken. Choose another one: `PORT=8001 make run`.") from None


def _simulator_settings(environ: dict[str, str]) -> dict[str, str]:
    """Where the loopback Graph API is, and the secret it signs its webhooks with."""
    port = environ.get("GRAPH_PORT") or str(free_port())
    return {
        "GRAPH_PORT": port,
        "SIMULATOR_GRAPH_URL": f"http://127.0.0.1:{port}",
        "WHATSAPP_APP_SECRET": environ.get("WHATSAPP_APP_SECRET") or "development-app-secret",
        "WHATSAPP_VERIFY_TOKEN": environ.get("WHATSAPP_VERIFY_TOKEN") or "development-verify-token",
    }


def _simulator_command(environ: dict[str, str]) -> dict[str, str]:
    webhook = f"http://127.0.0.1:{environ['PORT']}/api/v1/webhooks/whatsapp"
    return {
        "graph": f"python -m simulators.graph --port $GRAPH_PORT --webhook-url {webhook} "
        "--app-secret $WHATSAPP_APP_SECRET --waba-id 200000000000001"
    }


@contextmanager
def _told_to_other_terminals(environ: dict[str, str]) -> Iterator[None]:
    """While this runs, `manage.py` in another terminal finds the servers, unless the shell names its own."""
    if "DATABASE_URL" in os.environ:
        yield
        return
    RUN_ENV.parent.mkdir(exist_ok=True)
    RUN_ENV.touch(mode=0o600)
    RUN_ENV.write_text("".join(f"{name}='{environ[name]}'\n" for name in SHARED_WITH_OTHER_TERMINALS))
    try:
        yield
    finally:
        RUN_ENV.unlink(missing_ok=True)


def _show(prepared: dict[str, Any], *, title: str = "IA-ATT is ready") -> None:
    """The block a newcomer looks for: where to go and how to get in."""
    urls = [[name, url] for name, url in prepared["urls"].items()]
    logins = [[login["who"], login["email"], login["password"], login["url"]] for login in prepared["logins"]]
    block = ["", title, "", *_columns(urls), "", *_columns(logins), ""]
    if "hint" in prepared:
        block += [f"  {prepared['hint']}", ""]
    print("\n".join(block), flush=True)


def _columns(rows: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  " + "   ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    """Ends the run once; a second Ctrl-C meanwhile must not interrupt the clearing up."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise Stop


def _stop_now() -> NoReturn:
    _stop(signal.SIGINT, None)


if __name__ == "__main__":
    sys.exit(main())
