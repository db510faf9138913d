"""Every documented route at once, whatever host serves it: what OpenAPI describes."""

from django.urls import include, path

from config.urls.api import PUBLIC, TENANT

urlpatterns = [path("api/v1/", include([*PUBLIC, *TENANT]))]
