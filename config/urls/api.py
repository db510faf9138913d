"""The API's routes, under /api/v1/ and, for older clients, under /api/."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from apps.accounts import api as accounts
from apps.agents.urls import api_patterns as agents_patterns
from apps.barbearia.urls import api_patterns as barbearia_patterns
from apps.chat.urls import api_patterns as chat_patterns
from apps.chat.urls import webhook_patterns

AUTH = [
    path("auth/login", accounts.LoginView.as_view()),
    path("auth/refresh", accounts.RefreshView.as_view()),
    path("auth/refresh-token", accounts.RefreshView.as_view()),
    path("auth/logout", accounts.LogoutView.as_view()),
    path("auth/me", accounts.MeView.as_view()),
]
DOCUMENT = [
    path("schema", SpectacularAPIView.as_view(urlconf="config.urls.document"), name="schema"),
    path("docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
]
PUBLIC = [*webhook_patterns, path("auth/register", accounts.RegisterView.as_view()), *AUTH]
TENANT = [
    *AUTH,
    path("users", accounts.UserViewSet.as_view({"get": "list"})),
    path("users/online", accounts.UserViewSet.as_view({"get": "online"})),
    path("users/<int:pk>", accounts.UserViewSet.as_view({"get": "retrieve", "patch": "partial_update"})),
    *chat_patterns,
    *agents_patterns,
    *barbearia_patterns,
]


def both(patterns: Sequence[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """The same routes with and without the version."""
    return [path("api/v1/", include([*DOCUMENT, *patterns])), path("api/", include(patterns))]
