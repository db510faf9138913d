"""The base domain: signing up and in, webhooks, health."""

from django.urls import include, path

from apps.accounts import urls as accounts
from apps.audit import health
from config.urls.api import PUBLIC, both

urlpatterns = [
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("api/health", health.ready),
    *both(PUBLIC),
    path("", include(accounts.public)),
]
handler404 = "apps.accounts.views.problems.not_found"
handler500 = "apps.accounts.views.problems.server_error"
