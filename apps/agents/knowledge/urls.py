from django.urls import path

from apps.agents.knowledge import views
from apps.agents.knowledge.api import GapViewSet, KnowledgeSearchView, KnowledgeViewSet

app_name = "knowledge"
urlpatterns = [
    path("conhecimento", views.knowledge, name="list"),
    path("conhecimento/nova", views.new, name="new"),
    path("conhecimento/<int:pk>", views.edit, name="edit"),
    path("conhecimento/ler/<int:pk>", views.read, name="read"),
    path("conhecimento/<int:pk>/apagar", views.remove, name="remove"),
    path("conhecimento/perguntas/<int:pk>/ensinar", views.teach, name="teach"),
    path("conhecimento/perguntas/<int:pk>/descartar", views.dismiss, name="dismiss"),
]
api_patterns = [
    path("knowledge", KnowledgeViewSet.as_view({"get": "list", "post": "create"})),
    path("knowledge/search", KnowledgeSearchView.as_view()),
    path("knowledge/gaps", GapViewSet.as_view({"get": "list"})),
    path("knowledge/gaps/<int:pk>/teach", GapViewSet.as_view({"post": "teach"})),
    path("knowledge/gaps/<int:pk>/dismiss", GapViewSet.as_view({"post": "dismiss"})),
    path(
        "knowledge/<int:pk>",
        KnowledgeViewSet.as_view({"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}),
    ),
]
