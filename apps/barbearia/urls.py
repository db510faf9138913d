from typing import Any

from django.urls import path

from apps.barbearia import api
from apps.barbearia.views import agenda, appointment, blocks, booking, clients, hours, professionals, services

app_name = "barbearia"
urlpatterns = [
    path("agenda", agenda.show, name="agenda"),
    path("agenda/novo", booking.new, name="new"),
    path("agenda/<int:pk>", appointment.show, name="appointment"),
    path("agenda/<int:pk>/situacao", appointment.move_status, name="move_status"),
    path("agenda/<int:pk>/desfazer", appointment.undo, name="undo"),
    path("agenda/<int:pk>/observacoes", appointment.annotate, name="annotate"),
    path("agenda/<int:pk>/remarcar", appointment.move, name="move"),
    path("agenda/bloqueios/novo", blocks.new, name="block"),
    path("agenda/bloqueios/<int:pk>", blocks.show, name="blocked"),
    path("agenda/bloqueios/<int:pk>/liberar", blocks.unblock, name="unblock"),
    path("servicos", services.index, name="services"),
    path("servicos/novo", services.new, name="service_new"),
    path("servicos/<int:pk>", services.edit, name="service"),
    path("servicos/<int:pk>/situacao", services.switch, name="service_switch"),
    path("servicos/<int:pk>/remover", services.remove, name="service_remove"),
    path("profissionais", professionals.index, name="professionals"),
    path("profissionais/novo", professionals.new, name="professional_new"),
    path("profissionais/<int:pk>", professionals.edit, name="professional"),
    path("profissionais/<int:pk>/situacao", professionals.switch, name="professional_switch"),
    path("profissionais/<int:pk>/remover", professionals.remove, name="professional_remove"),
    path("horarios", hours.edit, name="hours"),
    path("clientes", clients.index, name="clients"),
    path("clientes/novo", clients.new, name="client_new"),
    path("clientes/<int:pk>", clients.show, name="client"),
    path("clientes/<int:pk>/editar", clients.edit, name="client_edit"),
]

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
