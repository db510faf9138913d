"""`/conversations`: who speaks with whom, and who answers."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.access import Permission, TenantViewSet
from apps.accounts.models import User
from apps.chat import conversations as deeds
from apps.chat import handoff, inbox
from apps.chat.api import examples, query
from apps.chat.errors import NotAMemberHere, UnknownTeam
from apps.chat.models import Contact, Conversation
from apps.lib.rest import InputSerializer, PlainText, ProblemSerializer

CHANNEL_TYPES = {"whatsapp_cloud": "whatsapp", "api": "api"}
CHANNEL_NAMES = frozenset("whatsapp telegram instagram messenger web api".split())


def _channel(wanted: str) -> Q:
    """A kind by the name the API gives it, one that no business has yet included, or a channel's id."""
    if wanted in CHANNEL_NAMES:
        return Q(channel__kind__in=[kind for kind, name in CHANNEL_TYPES.items() if name == wanted])
    return Q(channel=query.number(wanted, "channel"))


class CustomerSerializer(serializers.ModelSerializer[Contact]):
    phone = serializers.CharField(allow_null=True)

    class Meta:
        model = Contact
        fields = ["id", "name", "phone", "email"]


class PersonSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["id", "name"]


@examples.CONVERSATION
class ConversationSerializer(serializers.ModelSerializer[Conversation]):
    customer = CustomerSerializer(source="identity.contact")
    assignee = PersonSerializer(allow_null=True)
    needs_human = serializers.BooleanField()
    channel_type = serializers.SerializerMethodField()
    window_closes_at = serializers.SerializerMethodField()

    class Meta:
        model = Conversation
        fields = [
            "id",
            "status",
            "is_ai_active",
            "needs_human",
            "needs_human_since",
            "needs_human_reason",
            "assignee",
            "customer",
            "channel",
            "channel_type",
            "priority",
            "tags",
            "satisfaction_rating",
            "unread",
            "snippet",
            "window_closes_at",
            "last_message_at",
            "created_at",
            "updated_at",
        ]

    def get_channel_type(self, conversation: Conversation) -> str:
        return CHANNEL_TYPES[conversation.channel.kind]

    def get_window_closes_at(self, conversation: Conversation) -> str | None:
        closing = inbox.closes_at(conversation)
        return timezone.localtime(closing).isoformat() if closing else None


class AssigneeField(serializers.IntegerField):
    """Somebody's id, or the person as a conversation shows them."""

    def to_internal_value(self, data: Any) -> int:
        return super().to_internal_value(data.get("id", "") if isinstance(data, dict) else data)


@examples.CONVERSATION_CHANGE
class ConversationChangeSerializer(InputSerializer):
    status = serializers.ChoiceField(Conversation.Status.choices, required=False)
    priority = serializers.ChoiceField(Conversation.Priority.choices, required=False)
    tags = serializers.ListField(child=PlainText(max_length=40), max_length=20, required=False)
    satisfaction_rating = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)
    is_ai_active = serializers.BooleanField(required=False)
    assignee = AssigneeField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)


@examples.REASON
class ReasonSerializer(InputSerializer):
    reason = PlainText(max_length=300, required=False, allow_blank=True, default="")


@examples.TRANSFER
class TransferSerializer(ReasonSerializer):
    user = serializers.IntegerField(required=False, allow_null=True, default=None)
    team = serializers.JSONField(required=False, allow_null=True, default=None)


@examples.CONVERSATION_STATS
class StatsSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    active = serializers.IntegerField()
    pending = serializers.IntegerField()
    resolved = serializers.IntegerField()
    closed = serializers.IntegerField()
    needs_human = serializers.IntegerField()
    ai_active = serializers.IntegerField()
    unread = serializers.IntegerField()


class ConversationViewSet(TenantViewSet):
    read_permission = Permission.VIEW_INBOX
    write_permission = Permission.ANSWER
    serializer_class = ConversationSerializer
    ordering = ("-last_message_at", "-id")

    def get_queryset(self) -> QuerySet[Conversation]:
        return Conversation.objects.select_related("identity__contact", "channel", "assignee")

    @extend_schema(
        parameters=[OpenApiParameter(name, str) for name in ("status", "assignee", "channel", "label", "q")]
        + [query.UPDATED_SINCE],
        responses=ConversationSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self._filtered(request.query_params))
        return self.get_paginated_response(ConversationSerializer(page, many=True).data)

    def _filtered(self, wanted: Any) -> QuerySet[Conversation]:
        found = self.get_queryset()
        if status := wanted.get("status"):
            found = found.filter(status__in=query.choices(status, Conversation.Status.values, "status"))
        if assignee := wanted.get("assignee"):
            found = found.filter(assignee=self._person(assignee))
        if channel := wanted.get("channel"):
            found = found.filter(_channel(channel))
        if label := wanted.get("label"):
            found = found.filter(tags__contains=[label])
        if since := wanted.get("updated_since"):
            found = found.filter(updated_at__gte=query.moment(since))
        return inbox.search(found, wanted.get("q", "").replace("\x00", ""))

    def _person(self, wanted: str) -> int | None:
        """`me`, `none`, or somebody's id."""
        words = {"me": self.member.user_id, "none": None}
        return words[wanted] if wanted in words else query.number(wanted, "assignee")

    def retrieve(self, request: Request, pk: int) -> Response:
        return self._show(self.get_object())

    def _show(self, conversation: Conversation) -> Response:
        fresh = self.get_queryset().get(pk=conversation.pk)
        return Response(ConversationSerializer(fresh).data)

    @extend_schema(request=ConversationChangeSerializer, responses=ConversationSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """`is_ai_active` and `assignee` do what takeover, release and transfer do."""
        conversation, data = self.get_object(), ConversationChangeSerializer.parse(request.data)
        with transaction.atomic():
            self._hand_over(conversation, data)
            return self._show(deeds.change(conversation, by=self.member.user, **data))

    def _hand_over(self, conversation: Conversation, data: dict[str, Any]) -> None:
        """Takes `is_ai_active` and `assignee` out of the data; somebody named counts more than the AI's switch."""
        me, now = self.member.user, conversation.assignee_id
        to, is_ai_active = data.pop("assignee", now), data.pop("is_ai_active", conversation.is_ai_active)
        if to not in (now, None):
            person = self._colleague(to)
            handoff.take_over(conversation, by=me) if person == me else handoff.transfer(conversation, to=person, by=me)
        elif is_ai_active and not conversation.is_ai_active:
            handoff.release(conversation, by=me)
        elif to != now:
            handoff.transfer(conversation, to=None, by=me)
        elif conversation.is_ai_active and not is_ai_active:
            handoff.take_over(conversation, by=me)

    @extend_schema(request=ConversationChangeSerializer, responses=ConversationSerializer)
    def update(self, request: Request, pk: int) -> Response:
        return self.partial_update(request, pk)

    @extend_schema(request=ReasonSerializer, responses={200: ConversationSerializer, 409: ProblemSerializer})
    def takeover(self, request: Request, pk: int) -> Response:
        reason = ReasonSerializer.parse(request.data)["reason"]
        return self._show(handoff.take_over(self.get_object(), by=self.member.user, reason=reason))

    @extend_schema(request=None, responses=ConversationSerializer)
    def release(self, request: Request, pk: int) -> Response:
        return self._show(handoff.release(self.get_object(), by=self.member.user))

    @extend_schema(request=TransferSerializer, responses={200: ConversationSerializer, 422: ProblemSerializer})
    def transfer(self, request: Request, pk: int) -> Response:
        data = TransferSerializer.parse(request.data)
        if data["team"] is not None:
            raise UnknownTeam
        to = self._colleague(data["user"])
        return self._show(handoff.transfer(self.get_object(), to=to, by=self.member.user, reason=data["reason"]))

    def _colleague(self, pk: int | None) -> User | None:
        """Raises NotAMemberHere, the same for a stranger and for nobody."""
        if not pk:
            return None
        person = User.objects.filter(pk=pk, memberships__tenant=self.tenant).first()
        if person is None:
            raise NotAMemberHere
        return person

    @extend_schema(request=None, responses=ConversationSerializer)
    def close(self, request: Request, pk: int) -> Response:
        return self._show(deeds.resolve(self.get_object(), by=self.member.user))

    @extend_schema(responses=StatsSerializer)
    def stats(self, request: Request) -> Response:
        found = Conversation.objects.aggregate(
            total=Count("id"),
            **{status: Count("id", filter=Q(status=status)) for status in Conversation.Status.values},
            needs_human=Count("id", filter=inbox.OPEN & Q(needs_human_since__isnull=False)),
            ai_active=Count("id", filter=inbox.OPEN & Q(is_ai_active=True)),
            unread=Count("id", filter=inbox.OPEN & Q(unread__gt=0)),
        )
        return Response(found)
