"""The composition root: settings, URLs, ASGI, WSGI and Celery. Nothing imports it."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
