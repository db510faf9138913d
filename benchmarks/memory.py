"""What the whole product takes in memory, at rest: every process of `make run`, its servers included."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from local.redis import free_port

PROMISE_MB = 900
READY_SECONDS = 120
REST_SECONDS = 10


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("w") as output:
            run = subprocess.Popen(
                [sys.executable, "-m", "local.run"], env=_environment(), stdout=output, stderr=subprocess.STDOUT
            )
        try:
            _await_ready(run, log)
            time.sleep(REST_SECONDS)
            _tell(run.pid)
        finally:
            run.send_signal(signal.SIGINT)
            run.wait(60)


def _environment() -> dict[str, str]:
    """On the benchmark's own servers, beside a `make run` that may be up."""
    return dict(os.environ) | {"PORT": str(free_port())}


def _await_ready(run: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while "is ready" not in log.read_text():
        if run.poll() is not None or time.monotonic() > deadline:
            sys.exit(log.read_text())
        time.sleep(0.2)


def _tell(pid: int) -> None:
    """The proportional set size (shared pages count once) of each process and of all."""
    total = 0.0
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True), *_servers()]:
        megabytes = process.memory_full_info().pss / 1e6
        total += megabytes
        print(f"{megabytes:7.1f} MB  {' '.join(process.cmdline())[:80]}")
    result = {"what": "memory at rest, all processes", "value": total, "unit": "MB", "promise": PROMISE_MB}
    print("RESULT " + json.dumps(result))


def _servers() -> list[psutil.Process]:
    """Those the benchmark was given: siblings, started by `make bench`."""
    siblings = psutil.Process(os.getppid()).children(recursive=True)
    return [each for each in siblings if each.name().startswith(("postgres", "redis-server"))]


if __name__ == "__main__":
    main()
