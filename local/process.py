"""Server processes: started apart from the terminal's Ctrl-C, and sure to end."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, TypedDict

import psutil

from local.account import Account

PR_SET_PDEATHSIG = 1


def start(
    command: list[str | Path],
    *,
    account: Account | None,
    log: IO[bytes],
    stdin: int = subprocess.DEVNULL,
    when_orphaned: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a server in a group of its own, so that Ctrl-C reaches us alone and we end things in order.

    On Linux it also gets `when_orphaned` should we die without ending it. The kernel means the
    starting *thread* by that, so a server started from a helper thread goes without.
    """
    return subprocess.Popen(
        command,
        stdin=stdin,
        stdout=log,
        stderr=subprocess.STDOUT,
        cwd="/",
        env=_plain_environment(),
        start_new_session=True,
        preexec_fn=when_we_die(when_orphaned),
        **as_account(account),
    )


class AccountArguments(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def as_account(account: Account | None) -> AccountArguments:
    """The arguments of `subprocess` that change the account."""
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}


def is_alive(pid: int) -> bool:
    """Whether it runs; a process that ended and waits for its parent does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def command_line(pid: int) -> str:
    """The command of a running process; empty when there is none or it can't be told."""
    try:
        return " ".join(psutil.Process(pid).cmdline())
    except psutil.Error:
        return ""


def with_children(pid: int) -> list[int]:
    """The process and all below it."""
    try:
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.NoSuchProcess:
        return []


def kill(pids: Iterable[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Poll until the condition holds; False when the time ran out first."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _plain_environment() -> dict[str, str]:
    """PATH only: a PGDATA or LC_ALL of the developer's shell must not change the private servers."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def when_we_die(number: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn` by which Linux sends the child this signal when the thread that started it is gone."""
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
