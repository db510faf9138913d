from django.urls import path

from apps.agents.knowledge.api import GapViewSet, KnowledgeSearchView, KnowledgeViewSet

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
