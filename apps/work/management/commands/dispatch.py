from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand

from apps.work.dispatcher import Dispatcher
from apps.work.tasks import run


class Command(BaseCommand):
    help = "Hand due work to Celery, until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        dispatcher = Dispatcher(lambda ids: run.apply_async(ids, retry=False))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: dispatcher.stop())
        dispatcher.run()
