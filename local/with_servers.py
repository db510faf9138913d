"""A command with empty private servers: `python -m local.with_servers python manage.py migrate_schemas`."""

from __future__ import annotations

import os
import subprocess
import sys

from local import servers


def main(command: list[str]) -> int:
    with servers.postgres(fsync=False) as database, servers.redis() as cache:
        environ = dict(os.environ) | {"DATABASE_URL": database.url, "REDIS_URL": cache.url}
        return subprocess.run(command, env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
