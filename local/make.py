"""Ending with the `make` that started us, also where only it is told to."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

PARENT = os.getppid()


def stop_with_make(stop: Callable[[], None]) -> None:
    """Call `stop` when the `make` above us is gone, or waits for us to end.

    A terminal's Ctrl-C reaches the whole group, and make passes SIGTERM on; but a SIGINT sent to make
    alone it keeps to itself and waits for its child. While it waits, the signal is blocked, which
    Linux shows.
    """
    if "MAKELEVEL" in os.environ and (os.getppid() != PARENT or _is_blocked(PARENT, signal.SIGINT)):
        stop()


def _is_blocked(pid: int, number: signal.Signals) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    mask = next((line.split()[1] for line in status.splitlines() if line.startswith("SigBlk:")), "0")
    return bool(int(mask, 16) >> (number - 1) & 1)
