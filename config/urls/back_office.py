"""The platform staff's host: Django admin over the shared models only."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import path


def icon(request: HttpRequest) -> HttpResponseRedirect:
    """Where browsers look when a page names no icon."""
    return HttpResponseRedirect(static("img/icon.svg"))


urlpatterns = [path("favicon.ico", icon), path("", admin.site.urls)]
handler404 = "apps.accounts.views.problems.not_found"
handler500 = "apps.accounts.views.problems.server_error"
