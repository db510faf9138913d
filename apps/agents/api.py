"""`/api/v1/agents`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.access import Permission, TenantView, TenantViewSet
from apps.agents import examples, playground, team
from apps.agents.models import Agent
from apps.lib.rest import InputSerializer, PlainText, ProblemSerializer, UnsaidNulls


@examples.AGENT
class AgentSerializer(UnsaidNulls, serializers.ModelSerializer[Agent]):
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
            "provider_ready",
            "provider_reason",
            "provider_trouble",
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
            told = _("Must not be less than “%(field)s”.") % {"field": "debounce_seconds"}
            raise serializers.ValidationError({"debounce_cap_seconds": [told]})
        return attrs


@examples.AGENT_STATS
class AgentStatsSerializer(serializers.Serializer[team.Stats]):
    """`answered` and `handed_over` count conversations; `median_seconds` from a turn's start to its reply."""

    turns = serializers.IntegerField()
    by_state = serializers.DictField(child=serializers.IntegerField())
    answered = serializers.IntegerField()
    handed_over = serializers.IntegerField()
    bookings = serializers.IntegerField()
    deeds = serializers.DictField(child=serializers.IntegerField(), help_text="What its tools really did, by tool.")
    median_seconds = serializers.FloatField(allow_null=True)
    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    spent_brl = serializers.DecimalField(
        max_digits=12, decimal_places=2, help_text="What its calls cost, test conversations included."
    )


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
        return Response(self._saved(AgentSerializer(data=request.data)), status=201)

    def update(self, request: Request, pk: int) -> Response:
        return Response(self._saved(AgentSerializer(self.get_object(), data=request.data)))

    def partial_update(self, request: Request, pk: int) -> Response:
        serializer = AgentSerializer(self.get_object(), data=request.data, partial=True)
        return Response(self._saved(serializer))

    def _saved(self, serializer: AgentSerializer) -> Any:
        serializer.is_valid(raise_exception=True)
        agent = serializer.instance or Agent()
        for name, value in serializer.validated_data.items():
            setattr(agent, name, value)
        return AgentSerializer(team.save(agent, by=self.request.user)).data

    @extend_schema(responses={204: None, 409: ProblemSerializer})
    def destroy(self, request: Request, pk: int) -> Response:
        """409 `agent_serves` while it serves a channel."""
        team.remove(self.get_object(), by=request.user)
        return Response(status=204)

    @extend_schema(request=None, responses=AgentSerializer)
    def toggle(self, request: Request, pk: int) -> Response:
        """Switch the agent on or off."""
        return Response(AgentSerializer(team.switch(self.get_object(), by=request.user)).data)

    @extend_schema(responses=AgentStatsSerializer)
    def stats(self, request: Request, pk: int) -> Response:
        """The last 30 days."""
        found = team.stats(self.get_object(), since=timezone.now() - timedelta(days=30))
        return Response(AgentStatsSerializer(found).data)


class LineSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=["user", "assistant"])
    content = PlainText(max_length=8000)


@examples.TEST
class TestSerializer(InputSerializer):
    """The talk so far, the customer's newest line last."""

    messages = LineSerializer(many=True, allow_empty=False)

    def validate_messages(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(lines) > playground.MAX_ANSWERS * 2:
            raise serializers.ValidationError(playground.TooLong().message)
        if lines[-1]["role"] != "user":
            raise serializers.ValidationError(_("The last message must be the customer’s (role “user”)."))
        return lines


_TOOL_CALL = inline_serializer(
    "RehearsedCall",
    {
        "name": serializers.CharField(),
        "arguments": serializers.DictField(),
        "result": serializers.DictField(),
        "ms": serializers.IntegerField(),
        "simulated": serializers.BooleanField(help_text="It would really have done something."),
    },
    many=True,
)
_STEP = inline_serializer(
    "RehearsedStep",
    {
        "provider": serializers.CharField(),
        "model": serializers.CharField(),
        "text": serializers.CharField(),
        "ms": serializers.IntegerField(),
        "input_tokens": serializers.IntegerField(),
        "output_tokens": serializers.IntegerField(),
        "cost": serializers.DecimalField(
            max_digits=12, decimal_places=6, allow_null=True, help_text="BRL; null when the price is not known."
        ),
        "attempts": serializers.ListField(child=serializers.DictField(), help_text="Who was asked, what came of it."),
        "tool_calls": _TOOL_CALL,
    },
    many=True,
)


@examples.TESTED
class AgentTestSerializer(serializers.Serializer[Any]):
    reply = serializers.CharField()
    trace = _STEP


class AgentTestView(TenantView):
    """Talk with an agent as a customer would. Nothing is booked, sent or stored, so no Idempotency-Key is needed."""

    read_permission = write_permission = Permission.MANAGE_BUSINESS
    keeps_keys = False  # keeping one would hold a transaction open while a provider thinks

    @extend_schema(
        request=TestSerializer,
        responses=AgentTestSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        """What the agent would answer, and how it got there."""
        agent = get_object_or_404(Agent, pk=pk)
        answer = playground.continue_talk(agent, TestSerializer.parse(request.data)["messages"])
        return Response({"reply": answer.reply, "trace": answer.trace})
