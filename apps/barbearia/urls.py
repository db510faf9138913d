from typing import Any

from django.urls import path

from apps.barbearia import api, views

app_name = "barbearia"
urlpatterns = [path("agenda", views.agenda, name="agenda")]

_ALL: dict[str, Any] = {"get": "list", "post": "create"}
_ONE: dict[str, Any] = {"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}
api_patterns = [
    path("barbearia/services", api.ServiceViewSet.as_view(_ALL)),
    path("barbearia/services/<int:pk>", api.ServiceViewSet.as_view(_ONE)),
    path("barbearia/professionals", api.ProfessionalViewSet.as_view(_ALL)),
    path("barbearia/professionals/<int:pk>", api.ProfessionalViewSet.as_view(_ONE)),
    path("barbearia/appointments", api.AppointmentViewSet.as_view(_ALL)),
    path("barbearia/appointments/<int:pk>", api.AppointmentViewSet.as_view(_ONE)),
    path("barbearia/availability", api.AvailabilityView.as_view()),
    path("barbearia/opening-hours", api.OpeningHoursView.as_view()),
]
