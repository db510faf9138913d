"""Keeps the processes of the Procfile running, shows what they say, and ends them all together."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from honcho.environ import parse_procfile

from local.process import when_we_die

GRACE_SECONDS = 10
LONGEST_PAUSE_SECONDS = 10.0
TICK_SECONDS = 0.5
COLOURS = (36, 33, 32, 35, 34, 96, 93, 92)


def read_procfile(path: Path) -> dict[str, str]:
    return dict(parse_procfile(path.read_text(encoding="utf-8")).processes)


@dataclass
class Child:
    """One entry of the Procfile: its command and the process that runs it now."""

    name: str
    command: str
    colour: int
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started_at: float = 0.0
    start_again_at: float | None = None
    unfinished_line: bytes = field(default=b"", repr=False)


class GaveUp(RuntimeError):
    """A process ended again and again before everything was ready."""


class Supervisor:
    """Starts the commands, restarts what ends on its own (as production does), stops all on request.

    `on_tick` is called twice a second. Until `everything_is_ready` is set, a process that fails
    `patience` times ends the run: its first words say why, and a loop would bury them.
    """

    def __init__(
        self,
        commands: Mapping[str, str],
        *,
        environ: Mapping[str, str],
        folder: Path,
        on_tick: Callable[[], None],
        patience: int = 3,
    ) -> None:
        self._children = [
            Child(name=name, command=command, colour=COLOURS[index % len(COLOURS)])
            for index, (name, command) in enumerate(commands.items())
        ]
        self._width = max(map(len, commands))
        self._environ = dict(environ)
        self._folder = folder
        self._on_tick = on_tick
        self._patience = patience
        self._selector = selectors.DefaultSelector()
        self._is_ending = False
        self.everything_is_ready = False

    def run(self) -> None:
        """Until an exception, such as that of a signal, ends it; then nothing it started is left."""
        try:
            for child in self._children:
                self._start(child)
            while True:
                self._pass_on_output(TICK_SECONDS)
                self._start_ended_ones()
                self._on_tick()
        finally:
            self._end_all()

    def say(self, text: str, *, name: str = "ia-att", colour: int = 1) -> None:
        prefix = f"{name:{self._width}} | "
        if sys.stdout.isatty():
            prefix = f"\033[{colour}m{prefix}\033[0m"
        for line in text.splitlines():
            print(prefix + line, flush=True)

    def _start(self, child: Child) -> None:
        child.start_again_at = None
        child.started_at = time.monotonic()
        child.process = subprocess.Popen(
            ["/bin/sh", "-c", f"exec {child.command}"],
            cwd=self._folder,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # the terminal's Ctrl-C reaches us alone
            preexec_fn=when_we_die(signal.SIGTERM),
        )
        assert child.process.stdout
        os.set_blocking(child.process.stdout.fileno(), False)
        self._selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _pass_on_output(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            child: Child = key.data
            said = os.read(key.fd, 65536)
            if not said:
                self._selector.unregister(key.fileobj)
            *lines, child.unfinished_line = (child.unfinished_line + said).split(b"\n")
            for line in lines if not self._is_ending else []:
                self.say(line.decode(errors="replace"), name=child.name, colour=child.colour)

    def _start_ended_ones(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.process and child.process.poll() is not None:
                self._note_end(child, now=now)
            elif child.start_again_at is not None and now >= child.start_again_at:
                self._start(child)

    def _note_end(self, child: Child, *, now: float) -> None:
        """Plan the next start: at once after a long life, later and later after short ones."""
        assert child.process
        child.failures = 1 if now - child.started_at > 30 else child.failures + 1
        if not self.everything_is_ready and child.failures >= self._patience:
            self._pass_on_output(0.1)
            raise GaveUp(f"{child.name} ended {child.failures} times (exit code {child.process.returncode}).")
        pause = min(0.5 * 2 ** (child.failures - 1), LONGEST_PAUSE_SECONDS)
        self.say(f"{child.name} ended (exit code {child.process.returncode}); starting it again in {pause:.1f} s.")
        _signal_group(child.process, signal.SIGKILL)  # whatever it left behind
        child.process = None
        child.start_again_at = now + pause

    def _end_all(self) -> None:
        """Politely at first. What they say meanwhile is read, for a full pipe would hold them up, but not shown."""
        self._is_ending = True
        running = [child.process for child in self._children if child.process]
        for process in running:
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while any(process.poll() is None for process in running) and time.monotonic() < deadline:
            self._pass_on_output(0.1)
        for process in running:
            _signal_group(process, signal.SIGKILL)
            process.wait()
        self._selector.close()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        pass
