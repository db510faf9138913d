"""`make run` at its edges: a taken port, a Ctrl-C that only make hears."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from local import process

ROOT = Path(__file__).resolve().parents[2]


def test_a_taken_port_is_named_with_the_way_out():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "local.run"],
            cwd=ROOT,
            env=os.environ | {"PORT": port},
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert "PORT=" in done.stderr


def test_an_interrupt_sent_to_make_alone_ends_its_child(tmp_path):
    (tmp_path / "child.py").write_text(
        "import pathlib, sys, time\n"
        "from local.make import stop_with_make\n"
        "while True:\n"
        "    stop_with_make(sys.exit)\n"
        "    pathlib.Path('running').touch()\n"
        "    time.sleep(0.1)\n"
    )
    (tmp_path / "Makefile").write_text(f"run:\n\t@{sys.executable} child.py\n")
    make = subprocess.Popen(
        ["make", "run"], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, start_new_session=True
    )
    try:
        assert process.wait_until((tmp_path / "running").exists, seconds=20)
        make.send_signal(signal.SIGINT)
        assert make.wait(10) != 0
    finally:
        make.kill()
