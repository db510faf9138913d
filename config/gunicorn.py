"""How gunicorn serves pages, the API and webhooks: `gunicorn --config python:config.gunicorn config.wsgi`."""

from __future__ import annotations

from config import env
from config.logs import logging_config

bind = f"0.0.0.0:{env.number('PORT', 8000)}"
worker_class = "gthread"  # three times daphne's throughput, measured
workers = env.number("WEB_WORKERS", 2)
threads = env.number("WEB_THREADS", 8)
timeout = 60
graceful_timeout = 25  # less than an orchestrator waits before it kills
keepalive = 75  # longer than the proxy keeps an idle connection, so that it never meets a closed one
max_requests = 20_000
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm"  # noqa: S108 - heartbeats in memory: a slow disk must not look like a hung worker
control_socket_disable = True  # nobody asks it, and an image's folder is not for writing
_logs = logging_config(json=env.IS_PRODUCTION, level=env.text("LOG_LEVEL", "INFO"))
_ours = {"handlers": [], "propagate": True}  # gunicorn's own lines go the way of all others
logconfig_dict = _logs | {"loggers": _logs["loggers"] | {"gunicorn.error": _ours, "gunicorn.access": _ours}}
