"""A business's host."""

from django.urls import include, path

from apps.accounts import urls as accounts
from config.urls.api import TENANT, both

urlpatterns = [
    *both(TENANT),
    path("", include(accounts.tenant)),
    path("", include("apps.chat.urls")),
    path("", include("apps.agents.urls")),
    path("", include("apps.agents.knowledge.urls")),
    path("", include("apps.barbearia.urls")),
]
handler404 = "apps.accounts.views.problems.not_found"
handler500 = "apps.accounts.views.problems.server_error"
