"""A business's host."""

from django.urls import include, path

from config.urls.api import TENANT, both

urlpatterns = [
    *both(TENANT),
    path("", include("apps.accounts.urls")),
    path("", include("apps.chat.urls")),
    path("", include("apps.agents.urls")),
    path("", include("apps.agents.knowledge.urls")),
    path("", include("apps.barbearia.urls")),
]
handler404 = "apps.accounts.views.not_found"
handler500 = "apps.accounts.views.server_error"
