from django.urls import path

from apps.agents import views
from apps.agents.api import AgentTestView, AgentViewSet
from apps.agents.budget_api import BudgetView
from apps.agents.knowledge.urls import api_patterns as knowledge_patterns

app_name = "agents"
urlpatterns = [
    path("agentes", views.everyone, name="list"),
    path("agentes/novo", views.create, name="create"),
    path("agentes/limite", views.budget, name="budget"),
    path("agentes/<int:pk>", views.edit, name="edit"),
    path("agentes/<int:pk>/ligar", views.switch, name="switch"),
    path("agentes/<int:pk>/excluir", views.remove, name="remove"),
    path("agentes/testar", views.rehearse, name="playground"),
    path("agentes/<int:pk>/testar", views.rehearse, name="playground"),
]

collection = AgentViewSet.as_view({"get": "list", "post": "create"})
item = AgentViewSet.as_view({"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"})
api_patterns = [
    path("agents", collection),
    path("agents/budget", BudgetView.as_view()),
    path("agents/<int:pk>", item),
    path("agents/<int:pk>/toggle", AgentViewSet.as_view({"post": "toggle"})),
    path("agents/<int:pk>/test", AgentTestView.as_view()),
    path("agents/<int:pk>/stats", AgentViewSet.as_view({"get": "stats"})),
    *knowledge_patterns,
]
