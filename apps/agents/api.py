"""`/api/v1/agents`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.access import Permission, TenantViewSet
from apps.accounts.api import PlainText
from apps.agents.models import Agent, Step, Turn
from apps.audit import trail


class AgentSerializer(serializers.ModelSerializer[Agent]):
    name = PlainText(max_length=60)
    description = PlainText(max_length=300, required=False, allow_blank=True)
    objective = PlainText(max_length=500, required=False, allow_blank=True)
    system_prompt = PlainText(max_length=8000, required=False, allow_blank=True)
    temperature = serializers.FloatField(min_value=0, max_value=2, required=False)

    class Meta:
        model = Agent
        fields = [
            "id",
            "name",
            "description",
            "objective",
            "personality",
            "ai_provider",
            "model",
            "system_prompt",
            "temperature",
            "max_tokens",
            "is_active",
            "debounce_seconds",
            "debounce_cap_seconds",
            "created_at",
            "updated_at",
        ]
        read_only_fields = ["created_at", "updated_at"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        quiet = attrs.get("debounce_seconds", getattr(self.instance, "debounce_seconds", 3))
        cap = attrs.get("debounce_cap_seconds", getattr(self.instance, "debounce_cap_seconds", 10))
        if "debounce_seconds" in attrs and "debounce_cap_seconds" not in attrs:
            attrs["debounce_cap_seconds"] = max(cap, quiet)
        elif cap < quiet:
            from django.utils.translation import gettext as _

            raise serializers.ValidationError({"debounce_cap_seconds": [_("Must not be less than the quiet time.")]})
        return attrs


class AgentViewSet(TenantViewSet):
    """The business's AI agents."""

    read_permission = Permission.VIEW_INBOX
    write_permission = Permission.MANAGE_BUSINESS
    serializer_class = AgentSerializer
    queryset = Agent.objects.all()

    @extend_schema(responses=AgentSerializer(many=True))
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(AgentSerializer(page, many=True).data)

    def retrieve(self, request: Request, pk: int) -> Response:
        return Response(AgentSerializer(self.get_object()).data)

    def create(self, request: Request) -> Response:
        return Response(self._saved(AgentSerializer(data=request.data), "agent.created"), status=201)

    def update(self, request: Request, pk: int) -> Response:
        return Response(self._saved(AgentSerializer(self.get_object(), data=request.data), "agent.changed"))

    def partial_update(self, request: Request, pk: int) -> Response:
        serializer = AgentSerializer(self.get_object(), data=request.data, partial=True)
        return Response(self._saved(serializer, "agent.changed"))

    def _saved(self, serializer: AgentSerializer, action: str) -> Any:
        serializer.is_valid(raise_exception=True)
        with transaction.atomic():
            agent = serializer.save()
            trail.record(action, on=agent, by=self.request.user)
        return AgentSerializer(agent).data

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            agent = self.get_object()
            trail.record("agent.deleted", on=agent, by=request.user)
            agent.delete()
        return Response(status=204)

    @extend_schema(request=None, responses=AgentSerializer)
    def toggle(self, request: Request, pk: int) -> Response:
        """Switch the agent on or off."""
        with transaction.atomic():
            agent = Agent.objects.select_for_update().get(pk=self.get_object().pk)
            agent.is_active = not agent.is_active
            agent.save(update_fields=["is_active", "updated_at"])
            trail.record("agent.toggled", on=agent, by=request.user, is_active=agent.is_active)
        return Response(AgentSerializer(agent).data)

    @extend_schema(
        responses=inline_serializer(
            "AgentStats",
            {
                "turns": serializers.IntegerField(),
                "by_state": serializers.DictField(child=serializers.IntegerField()),
                "input_tokens": serializers.IntegerField(),
                "output_tokens": serializers.IntegerField(),
            },
        )
    )
    def stats(self, request: Request, pk: int) -> Response:
        """The last 30 days."""
        agent = self.get_object()
        since = timezone.now() - timedelta(days=30)
        turns = Turn.objects.filter(agent=agent, started_at__gte=since)
        by_state = dict(turns.values_list("state").annotate(Count("id")).order_by())
        tokens = Step.objects.filter(turn__in=turns).aggregate(i=Sum("input_tokens"), o=Sum("output_tokens"))
        return Response(
            {
                "turns": sum(by_state.values()),
                "by_state": by_state,
                "input_tokens": tokens["i"] or 0,
                "output_tokens": tokens["o"] or 0,
            }
        )
