"""`/api/v1/knowledge`: entries, searching them, and the questions nobody taught."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.access import Permission, TenantView, TenantViewSet
from apps.agents import examples
from apps.agents.knowledge import entries, gaps, search
from apps.agents.knowledge.listing import matching
from apps.agents.models import KnowledgeEntry, KnowledgeGap
from apps.lib.rest import InputSerializer, PlainText, ProblemSerializer, UnsaidNulls

REFUSED = {400: ProblemSerializer, 409: ProblemSerializer, 422: ProblemSerializer}


@examples.ENTRY
class EntrySerializer(UnsaidNulls, serializers.ModelSerializer[KnowledgeEntry]):
    title = PlainText(max_length=200, help_text="Of a question-and-answer entry: the question.")
    content = PlainText(max_length=entries.TEXT_LIMIT, help_text="The text, or the answer.")
    category = PlainText(max_length=60, required=False, allow_blank=True)
    tags = serializers.ListField(child=PlainText(max_length=entries.TAG_LIMIT), max_length=entries.TAGS, required=False)
    status = serializers.ChoiceField(KnowledgeEntry.Status.choices, read_only=True)

    class Meta:
        model = KnowledgeEntry
        fields = [
            "id",
            "kind",
            "title",
            "content",
            "category",
            "tags",
            "is_active",
            "status",
            "problem",
            "uses",
            "created_at",
            "updated_at",
        ]
        read_only_fields = ["problem", "uses", "created_at", "updated_at"]


@examples.QUERY
class QuerySerializer(InputSerializer):
    query = PlainText(max_length=500)
    limit = serializers.IntegerField(min_value=1, max_value=50, default=5)


@examples.HIT
class HitSerializer(serializers.Serializer[Any]):
    """`score` from 0 to 1; the agent uses only passages that `answers`."""

    title = serializers.CharField()
    content = serializers.CharField()
    score = serializers.FloatField()
    source = serializers.CharField(help_text="`knowledge/<id>` of the entry.")  # type: ignore[assignment]
    answers = serializers.BooleanField()


@examples.GAP
class GapSerializer(serializers.ModelSerializer[KnowledgeGap]):
    customers = serializers.IntegerField(read_only=True, help_text="In how many conversations it was asked.")
    conversations = serializers.SerializerMethodField()

    class Meta:
        model = KnowledgeGap
        fields = ["id", "question", "state", "customers", "conversations", "entry", "asked_at", "created_at"]
        read_only_fields = fields

    def get_conversations(self, gap: KnowledgeGap) -> list[int]:
        return [ask.conversation_id for ask in gap.asks.all()]


@examples.TEACH
class TeachSerializer(InputSerializer):
    answer = PlainText(max_length=entries.ANSWER_LIMIT)
    question = PlainText(max_length=200, required=False, default="")
    tell_customers = serializers.BooleanField(default=False)


class KnowledgeViewSet(TenantViewSet):
    """What the business taught its agents."""

    read_permission = Permission.VIEW_INBOX
    write_permission = Permission.MANAGE_BUSINESS
    serializer_class = EntrySerializer
    queryset = KnowledgeEntry.objects.all()

    def get_queryset(self) -> QuerySet[KnowledgeEntry]:
        return KnowledgeEntry.objects.all()

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, description="Words of title, text, category or tags."),
            OpenApiParameter("category", str),
            OpenApiParameter("status", str, enum=KnowledgeEntry.Status.values),
        ],
        responses=EntrySerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        asked = request.query_params
        if asked.get("status", "") not in ("", *KnowledgeEntry.Status.values):
            raise ValidationError({"status": [_("There is no such status.")]})
        found = matching(q=asked.get("q", ""), category=asked.get("category", ""), status=asked.get("status", ""))
        return self.get_paginated_response(EntrySerializer(self.paginate_queryset(found), many=True).data)

    def retrieve(self, request: Request, pk: int) -> Response:
        return Response(EntrySerializer(self.get_object()).data)

    @extend_schema(responses={201: EntrySerializer, **REFUSED})
    def create(self, request: Request) -> Response:
        return Response(self._saved(EntrySerializer(data=request.data)), status=201)

    @extend_schema(responses={200: EntrySerializer, **REFUSED})
    def update(self, request: Request, pk: int) -> Response:
        return Response(self._saved(EntrySerializer(self.get_object(), data=request.data)))

    @extend_schema(responses={200: EntrySerializer, **REFUSED})
    def partial_update(self, request: Request, pk: int) -> Response:
        return Response(self._saved(EntrySerializer(self.get_object(), data=request.data, partial=True)))

    def _saved(self, serializer: EntrySerializer) -> Any:
        serializer.is_valid(raise_exception=True)
        entry = serializer.instance or KnowledgeEntry()
        for name, value in serializer.validated_data.items():
            setattr(entry, name, value)
        return EntrySerializer(entries.save(entry, by=self.member.user)).data

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        entries.remove(self.get_object(), by=self.member.user)
        return Response(status=204)


class KnowledgeSearchView(TenantView):
    """Searching is reading, though it is a POST."""

    write_permission = Permission.VIEW_INBOX

    @extend_schema(request=QuerySerializer, responses={200: HitSerializer(many=True), 400: ProblemSerializer})
    def post(self, request: Request) -> Response:
        """The passages nearest to a question, best first."""
        asked = QuerySerializer.parse(request.data)
        return Response(HitSerializer(search.search(asked["query"], limit=asked["limit"]), many=True).data)


class GapViewSet(TenantViewSet):
    """Questions that customers asked and nothing taught answers."""

    read_permission = Permission.VIEW_INBOX
    write_permission = Permission.MANAGE_BUSINESS
    serializer_class = GapSerializer
    queryset = KnowledgeGap.objects.all()
    ordering = ("-asked_at", "-id")

    def get_queryset(self) -> QuerySet[KnowledgeGap]:
        return gaps.counted().prefetch_related("asks")

    @extend_schema(
        parameters=[OpenApiParameter("state", str, enum=KnowledgeGap.State.values, description="Else `open`.")],
        responses=GapSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        state = request.query_params.get("state") or KnowledgeGap.State.OPEN
        if state not in KnowledgeGap.State.values:
            raise ValidationError({"state": [_("There is no such state.")]})
        page = self.paginate_queryset(self.get_queryset().filter(state=state))
        return self.get_paginated_response(GapSerializer(page, many=True).data)

    @extend_schema(request=TeachSerializer, responses={201: EntrySerializer, **REFUSED})
    def teach(self, request: Request, pk: int) -> Response:
        """Answer it: makes a question-and-answer entry; `tell_customers` also sends the answer to who asked."""
        asked = TeachSerializer.parse(request.data)
        return Response(EntrySerializer(gaps.teach(self.get_object(), by=self.member.user, **asked)).data, status=201)

    @extend_schema(request=None, responses={200: GapSerializer, 409: ProblemSerializer})
    def dismiss(self, request: Request, pk: int) -> Response:
        """Not for the AI to answer: it leaves the list and stays away."""
        gaps.dismiss(self.get_object(), by=self.member.user)
        return Response(GapSerializer(self.get_object()).data)
