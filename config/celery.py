"""The Celery application: one task, `work.run`. The broker is a hint; the table is the truth."""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import worker_ready

from config import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("ia_att")
app.conf.update(
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "ack_emulation": False,  # the table remembers: a lost hint is given again after five seconds
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
    },
    task_ignore_result=True,
    task_acks_late=False,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    worker_send_task_events=False,
    task_default_queue="work",
    beat_schedule={
        "wake-periodic-work": {"task": "work.run", "schedule": 60.0},
    },
    beat_schedule_filename=".local/celerybeat-schedule",
)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["apps.work"])


@worker_ready.connect
def _settle_memory(**_: object) -> None:
    memory.settle()
