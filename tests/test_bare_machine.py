"""`make run` on a machine that has nothing but Python: a fresh copy, no servers, no Node, no settings."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from local import process
from local.redis import free_port

ROOT = Path(__file__).resolve().parents[1]
FIRST_RUN_SECONDS = 180
SECOND_RUN_SECONDS = 15 if "CI" not in os.environ else 45  # in CI the other tests take their share of two cores

pytestmark = [
    pytest.mark.bare,
    pytest.mark.timeout(480),
    pytest.mark.skipif(not {"CI", "BARE"} & set(os.environ), reason="takes minutes: set BARE=1"),
]


@pytest.fixture
def checkout(tmp_path):
    """The files of the repository, without what set-up made of them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    yield tmp_path
    subprocess.run(["make", "clean"], cwd=tmp_path, env=bare_environment(0), check=True, capture_output=True)


def test_it_comes_up_from_nothing_twice_and_ends_without_a_trace(checkout):
    first = run_until_ready(checkout, within=FIRST_RUN_SECONDS)
    assert "ze@demo.example" in first
    second = run_until_ready(checkout, within=SECOND_RUN_SECONDS)
    assert "ze@demo.example" in second


def run_until_ready(checkout: Path, *, within: int) -> str:
    """What `make run` printed, ended by Ctrl-C as soon as it was ready."""
    port, log = free_port(), checkout / "run.log"
    with log.open("w") as output:
        make = subprocess.Popen(
            ["make", "run"],
            cwd=checkout,
            env=bare_environment(port),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        assert becomes_ready(make, port=port, log=log, within=within), log.read_text()[-4000:]
        started = psutil.Process(make.pid).children(recursive=True)
        assert any("postgres" in each.name() for each in started)
    finally:
        os.killpg(make.pid, signal.SIGINT)
        make.wait(60)
    assert [each for each in started if process.is_alive(each.pid)] == []
    return log.read_text()


def becomes_ready(make: subprocess.Popen[bytes], *, port: int, log: Path, within: int) -> bool:
    deadline = time.monotonic() + within
    while make.poll() is None and time.monotonic() < deadline:
        if "is ready" in log.read_text():
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready") as response:
                return json.load(response)["status"] == "ok"
        time.sleep(0.2)
    return False


def bare_environment(port: int) -> dict[str, str]:
    """No variable of ours, no service of the machine; what its network asks of package clients stays."""
    hidden = ("DATABASE_URL", "REDIS_URL", "DJANGO_", "WHATSAPP_", "OPENAI_", "MAKE", "MFLAGS", "PYTEST", "TEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    kept["PATH"] = os.pathsep.join(
        part for part in kept["PATH"].split(os.pathsep) if not Path(part).is_relative_to(ROOT / ".venv")
    )
    return kept | {"PORT": str(port), "IA_ATT_HIDE_SYSTEM_BINARIES": "1", "PYTHON": sys._base_executable}
