"""The processes of `make run`: restarted when they end, gone when it does."""

from __future__ import annotations

import sys
import time

import pytest

from local import process
from local.supervisor import GaveUp, Supervisor, read_procfile

PYTHON = sys.executable


class Enough(Exception):
    """Ends a supervisor's run, as Ctrl-C does."""


def supervise(tmp_path, commands, *, until=lambda: False, seconds=20):
    """Run the commands until the condition holds."""
    deadline = time.monotonic() + seconds

    def tick():
        if until() or time.monotonic() > deadline:
            raise Enough

    supervisor = Supervisor(commands, environ={"HERE": str(tmp_path)}, folder=tmp_path, on_tick=tick)
    try:
        supervisor.run()
    except Enough:
        pass


def test_a_process_that_ends_is_started_again(tmp_path):
    count = f"""{PYTHON} -c "print('started', file=open('starts', 'a'))" """

    supervise(tmp_path, {"web": count}, until=lambda: starts(tmp_path) >= 2)

    assert starts(tmp_path) >= 2


def test_it_gives_up_on_what_never_comes_up(tmp_path):
    with pytest.raises(GaveUp, match="web ended 3 times"):
        supervise(tmp_path, {"web": "false"})


def test_nothing_it_started_outlives_it(tmp_path):
    stubborn = f"""{PYTHON} -c "
import os, signal, subprocess, time
child = subprocess.Popen(['sleep', '300'])
open('pids', 'w').write(f'{{os.getpid()}} {{child.pid}}')
time.sleep(300)" """

    supervise(tmp_path, {"worker": stubborn}, until=(tmp_path / "pids").exists)

    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
    assert process.wait_until(lambda: not any(process.is_alive(pid) for pid in pids), seconds=5)


def test_lines_are_shown_under_the_name_of_their_process(tmp_path, capsys):
    supervise(
        tmp_path, {"web": "sh -c 'echo hello; echo there; touch done; sleep 60'"}, until=(tmp_path / "done").exists
    )

    assert "web | hello\nweb | there\n" in capsys.readouterr().out


def test_the_procfile_names_the_four_processes_of_production():
    from local.run import ROOT

    assert list(read_procfile(ROOT / "Procfile")) == ["web", "dispatcher", "worker", "beat"]


def starts(tmp_path) -> int:
    path = tmp_path / "starts"
    return len(path.read_text().splitlines()) if path.exists() else 0
