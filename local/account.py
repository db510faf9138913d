"""The account the private servers run under: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple


class Account(NamedTuple):
    uid: int
    gid: int

    @classmethod
    def unprivileged(cls) -> Account | None:
        """Whom to run servers as when we are root; None when we are an ordinary user already."""
        if os.geteuid() != 0:
            return None
        for name in ("postgres", "nobody"):
            try:
                found = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(uid=found.pw_uid, gid=found.pw_gid)
        raise RuntimeError("As root, an account named postgres or nobody is needed to run PostgreSQL.")

    def can_enter(self, folder: Path) -> bool:
        """Whether this account may walk down to the folder (root's home is closed to it)."""
        folder = folder.resolve()
        return all(self._may_pass(each) for each in [folder, *folder.parents])

    def _may_pass(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & 0o100)
        if status.st_gid == self.gid:
            return bool(status.st_mode & 0o010)
        return bool(status.st_mode & 0o001)


def private_folder(path: Path, *, account: Account | None) -> Path:
    """The folder, made if need be, open to the server's account only."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    if account:
        os.chown(path, account.uid, account.gid)
    return path


def temporary_folder(account: Account | None) -> Path:
    """A fresh folder which the account can reach, for servers that leave nothing behind."""
    for parent in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):
        if parent.is_dir() and (account is None or account.can_enter(parent)):
            return private_folder(Path(tempfile.mkdtemp(prefix="ia-att-", dir=parent)), account=account)
    raise RuntimeError("No temporary folder is open to the account that runs the servers.")


def give(path: Path, account: Account | None) -> None:
    """Hand a folder and all it holds to the account."""
    if account is None:
        return
    for folder, _, files in os.walk(path):
        os.chown(folder, account.uid, account.gid)
        for name in files:
            os.chown(Path(folder, name), account.uid, account.gid, follow_symlinks=False)


def remove(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
