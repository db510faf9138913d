"""The platform staff's host: Django admin over the shared models only."""

from django.contrib import admin
from django.urls import path

urlpatterns = [path("", admin.site.urls)]
handler404 = "apps.accounts.views.problems.not_found"
handler500 = "apps.accounts.views.problems.server_error"
