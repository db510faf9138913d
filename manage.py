#!/usr/bin/env python
"""Django's command line. Uses the project's own environment even when started by a bare `python`."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV_PYTHON = ROOT / ".venv" / "bin" / "python"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError:
        if not VENV_PYTHON.exists() or sys.prefix == str(VENV_PYTHON.parent.parent):
            sys.exit("Django is not installed here. Run `make setup` first.")
        os.execv(VENV_PYTHON, [str(VENV_PYTHON), *sys.argv])  # noqa: S606
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
