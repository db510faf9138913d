"""`make test`: pytest over private servers, which end with it and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from local import servers
from local.browser import chromium_path, is_required

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    if is_required() and chromium_path() is None:
        sys.exit("REQUIRE_BROWSER is set, but no Chromium was found.")
    if chromium_path() is None:
        print("!! No Chromium found: the browser tests will be SKIPPED. Install it, or name it in CHROMIUM.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as stack:
        return _pytest(arguments, environ=dict(os.environ) | _servers(stack))


def _servers(stack: ExitStack) -> dict[str, str]:
    """The servers named by TEST_DATABASE_URL and TEST_REDIS_URL, private ones for the rest."""
    database = os.environ.get("TEST_DATABASE_URL") or stack.enter_context(servers.postgres(fsync=False)).url
    redis = os.environ.get("TEST_REDIS_URL") or stack.enter_context(servers.redis()).url
    return {"DATABASE_URL": database, "REDIS_URL": redis}


def _pytest(arguments: list[str], *, environ: dict[str, str]) -> int:
    process = subprocess.Popen([sys.executable, "-m", "pytest", *_in_two(arguments)], cwd=ROOT, env=environ)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # pytest got it too and is clearing up
            continue
        except SystemExit:
            process.terminate()
            process.wait()
            raise


def _in_two(arguments: list[str]) -> list[str]:
    """Two workers, unless the caller says how many."""
    return arguments if any(argument.startswith(("-n", "-p")) for argument in arguments) else ["-n", "2", *arguments]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
