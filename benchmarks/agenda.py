"""Free times of a month for ten professionals, and the agenda's pages on the server, over a full calendar.

In one process on a real database: the functions that screens and the agent call, and whole requests
through Django's handler. Warm, the median of twenty.
"""

from __future__ import annotations

import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from benchmarks import _full_agenda

    _full_agenda.main()


if __name__ == "__main__":
    main()
