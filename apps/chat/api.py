"""`/api/v1/channels`, `/conversations`, `/messages`, `/chat` and `/whatsapp`."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.access import Permission, TenantView, TenantViewSet
from apps.accounts.api import PlainText
from apps.accounts.models import User
from apps.chat import channels, customers, handoff, inbox, outbound, responders
from apps.chat import conversations as deeds
from apps.chat.errors import NotAMemberHere
from apps.chat.models import Channel, Contact, Conversation, Message
from apps.lib.errors import NotFound
from apps.lib.rest import InputSerializer, ProblemSerializer

HEADER_SAFE = r"^[\x21-\x7e]{1,2000}\Z"  # it travels in a header
CHANNEL_TYPES = {"whatsapp_cloud": "whatsapp", "api": "api"}
UPDATED_SINCE = OpenApiParameter("updated_since", str, description="ISO 8601: only what changed at or after this time.")


# Channels ---------------------------------------------------------------------------------------


class ChannelSerializer(serializers.ModelSerializer[Channel]):
    phone_number_id = serializers.CharField(source="external_id")
    waba_id = serializers.CharField(source="parent_id")
    webhook_url = serializers.SerializerMethodField()
    verify_token = serializers.SerializerMethodField()
    agent = serializers.SerializerMethodField()

    class Meta:
        model = Channel
        fields = [
            "id",
            "kind",
            "name",
            "phone_number_id",
            "waba_id",
            "display_number",
            "status",
            "status_reason",
            "webhook_url",
            "verify_token",
            "agent",
            "created_at",
            "updated_at",
        ]

    def get_webhook_url(self, channel: Channel) -> str:
        return channels.webhook_url(channel) if channel.url_token else ""

    def get_verify_token(self, channel: Channel) -> str:
        return channel.reveal("verify_token")

    def get_agent(self, channel: Channel) -> int | None:
        responder = responders.current()
        return responder.agent_of(channel) if responder else None


class ConnectSerializer(InputSerializer):
    kind = serializers.ChoiceField(["whatsapp_cloud"])
    name = PlainText(max_length=80, required=False, default="WhatsApp")
    phone_number_id = serializers.RegexField(r"^[A-Za-z0-9_.-]{1,80}\Z")
    waba_id = serializers.RegexField(r"^[A-Za-z0-9_.-]{0,80}\Z", required=False, allow_blank=True, default="")
    access_token = serializers.RegexField(HEADER_SAFE)
    app_secret = PlainText(max_length=200, required=False, allow_blank=True, default="")
    verify_token = PlainText(max_length=200, required=False, allow_blank=True, default="")
    agent = serializers.IntegerField(required=False, allow_null=True, default=None)


class ChannelChangeSerializer(InputSerializer):
    name = PlainText(max_length=80, required=False)
    access_token = serializers.RegexField(HEADER_SAFE, required=False)
    agent = serializers.IntegerField(required=False, allow_null=True)


class ChannelViewSet(TenantViewSet):
    """The business's numbers. Credentials are checked with the provider at once."""

    read_permission = Permission.MANAGE_BUSINESS
    write_permission = Permission.MANAGE_BUSINESS
    serializer_class = ChannelSerializer
    queryset = Channel.objects.all()

    @extend_schema(responses=ChannelSerializer(many=True))
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(ChannelSerializer(page, many=True).data)

    def retrieve(self, request: Request, pk: int) -> Response:
        return Response(ChannelSerializer(self.get_object()).data)

    @extend_schema(request=ConnectSerializer, responses={201: ChannelSerializer, 409: ProblemSerializer})
    def create(self, request: Request) -> Response:
        data = ConnectSerializer.parse(request.data)
        agent_id = data.pop("agent")
        data.pop("kind")
        channel = channels.connect_whatsapp(channels.WhatsAppNumber(**data), by=self.member.user, agent_id=agent_id)
        return Response(ChannelSerializer(channel).data, status=201)

    @extend_schema(request=ChannelChangeSerializer, responses=ChannelSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        data = ChannelChangeSerializer.parse(request.data)
        channel = channels.change(self.get_object(), by=self.member.user, **data)
        return Response(ChannelSerializer(channel).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        channels.disconnect(self.get_object(), by=self.member.user)
        return Response(status=204)

    @extend_schema(request=None, responses=ChannelSerializer)
    def check(self, request: Request, pk: int) -> Response:
        """Ask the provider again; a good channel takes messages and sends what waited."""
        return Response(ChannelSerializer(channels.check(self.get_object())).data)


# Conversations ----------------------------------------------------------------------------------


class CustomerSerializer(serializers.ModelSerializer[Contact]):
    phone = serializers.CharField(allow_null=True)

    class Meta:
        model = Contact
        fields = ["id", "name", "phone", "email"]


class PersonSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["id", "name"]


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
        return closing.isoformat() if closing else None


class ConversationChangeSerializer(InputSerializer):
    status = serializers.ChoiceField(Conversation.Status.choices, required=False)
    priority = serializers.ChoiceField(Conversation.Priority.choices, required=False)
    tags = serializers.ListField(child=PlainText(max_length=40), max_length=20, required=False)
    satisfaction_rating = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)


class ReasonSerializer(InputSerializer):
    reason = PlainText(max_length=300, required=False, allow_blank=True, default="")


class TransferSerializer(ReasonSerializer):
    user = serializers.IntegerField(required=False, allow_null=True, default=None)


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
        + [UPDATED_SINCE],
        responses=ConversationSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self._filtered(request.query_params))
        return self.get_paginated_response(ConversationSerializer(page, many=True).data)

    def _filtered(self, wanted: Any) -> QuerySet[Conversation]:
        found = self.get_queryset()
        if status := wanted.get("status"):
            found = found.filter(status__in=status.split(","))
        if assignee := wanted.get("assignee"):
            found = found.filter(assignee=self.member.user_id if assignee == "me" else _id(assignee, "assignee"))
        if channel := wanted.get("channel"):
            by_type = [kind for kind, name in CHANNEL_TYPES.items() if name == channel]
            found = (
                found.filter(channel__kind__in=by_type) if by_type else found.filter(channel=_id(channel, "channel"))
            )
        if label := wanted.get("label"):
            found = found.filter(tags__contains=[label])
        if since := wanted.get("updated_since"):
            found = found.filter(updated_at__gte=_moment(since))
        return inbox.search(found, wanted.get("q", "").replace("\x00", ""))

    def retrieve(self, request: Request, pk: int) -> Response:
        return self._show(self.get_object())

    def _show(self, conversation: Conversation) -> Response:
        fresh = self.get_queryset().get(pk=conversation.pk)
        return Response(ConversationSerializer(fresh).data)

    @extend_schema(request=ConversationChangeSerializer, responses=ConversationSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        conversation = deeds.change(
            self.get_object(), by=self.member.user, **ConversationChangeSerializer.parse(request.data)
        )
        return self._show(conversation)

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
        conversation = self.get_object()
        person = User.objects.filter(pk=data["user"], memberships__tenant=self.tenant).first() if data["user"] else None
        if data["user"] and person is None:
            raise NotAMemberHere  # the same for a stranger and for nobody
        return self._show(handoff.transfer(conversation, to=person, by=self.member.user, reason=data["reason"]))

    @extend_schema(request=None, responses=ConversationSerializer)
    def close(self, request: Request, pk: int) -> Response:
        return self._show(deeds.resolve(self.get_object(), by=self.member.user))

    @extend_schema(responses=StatsSerializer)
    def stats(self, request: Request) -> Response:
        is_ = lambda status: Count("id", filter=Q(status=status))  # noqa: E731
        found = Conversation.objects.aggregate(
            total=Count("id"),
            active=is_("active"),
            pending=is_("pending"),
            resolved=is_("resolved"),
            closed=is_("closed"),
            needs_human=Count("id", filter=inbox.OPEN & Q(needs_human_since__isnull=False)),
            ai_active=Count("id", filter=inbox.OPEN & Q(is_ai_active=True)),
            unread=Count("id", filter=inbox.OPEN & Q(unread__gt=0)),
        )
        return Response(found)


# Messages ---------------------------------------------------------------------------------------


class MessageSerializer(serializers.ModelSerializer[Message]):
    conversation_id = serializers.IntegerField()
    author = PersonSerializer(allow_null=True)
    created_at = serializers.DateTimeField(source="provider_ts")

    class Meta:
        model = Message
        fields = [
            "id",
            "conversation_id",
            "sender",
            "author",
            "content",
            "message_type",
            "data",
            "reply_to",
            "status",
            "error_code",
            "error",
            "maybe_duplicate",
            "provider_id",
            "read_at",
            "created_at",
            "received_at",
            "updated_at",
        ]


class ChoiceSerializer(serializers.Serializer[Any]):
    id = PlainText(max_length=200)
    title = PlainText(max_length=24)
    description = PlainText(max_length=72, required=False)


class SendSerializer(InputSerializer):
    conversation_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    content = PlainText(max_length=20_000, trim_whitespace=True)
    message_type = serializers.ChoiceField(["text", "interactive"], default="text")
    reply_to = serializers.IntegerField(required=False, allow_null=True, default=None)
    buttons = serializers.ListField(child=ChoiceSerializer(), required=False, max_length=3)
    rows = serializers.ListField(child=ChoiceSerializer(), required=False, max_length=10)


class MessageViewSet(TenantViewSet):
    read_permission = Permission.VIEW_INBOX
    write_permission = Permission.ANSWER
    serializer_class = MessageSerializer
    ordering = ("-provider_ts", "-id")

    def get_queryset(self) -> QuerySet[Message]:
        return Message.objects.select_related("author")

    @extend_schema(
        parameters=[OpenApiParameter("conversation_id", int, required=True), UPDATED_SINCE],
        responses=MessageSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        conversation = _id(request.query_params.get("conversation_id", ""), "conversation_id")
        if not Conversation.objects.filter(pk=conversation).exists():
            raise NotFound(_("There is no such conversation."))
        found = self.get_queryset().filter(conversation_id=conversation)
        if since := request.query_params.get("updated_since"):
            found = found.filter(updated_at__gte=_moment(since))
        page = self.paginate_queryset(found)
        return self.get_paginated_response(MessageSerializer(page, many=True).data)

    def retrieve(self, request: Request, pk: int) -> Response:
        return Response(MessageSerializer(self.get_object()).data)

    @extend_schema(
        request=SendSerializer, responses={201: MessageSerializer, 409: ProblemSerializer, 422: ProblemSerializer}
    )
    def create(self, request: Request) -> Response:
        data = SendSerializer.parse(request.data)
        conversation = Conversation.objects.filter(pk=data["conversation_id"]).first()
        if conversation is None:
            raise NotFound(_("There is no such conversation."))
        quoted = conversation.messages.filter(pk=data["reply_to"]).first() if data["reply_to"] else None
        extras = {key: [dict(choice) for choice in data[key]] for key in ("buttons", "rows") if data.get(key)}
        message = outbound.reply(conversation, by=self.member.user, text=data["content"], reply_to=quoted, data=extras)
        return Response(MessageSerializer(message).data, status=201)

    @extend_schema(request=None, responses=MessageSerializer)
    def read(self, request: Request, pk: int) -> Response:
        """Mark this message, and all before it, as read by the team."""
        message = self.get_object()
        deeds.read(message.conversation)
        return Response(MessageSerializer(self.get_object()).data)

    @extend_schema(request=None, responses={200: MessageSerializer, 409: ProblemSerializer})
    def retry(self, request: Request, pk: int) -> Response:
        """Send a failed message again."""
        return Response(MessageSerializer(outbound.retry(self.get_object(), by=self.member.user)).data)


# A customer's side, channel `api` ------------------------------------------------------------------


class ApiCustomerSerializer(InputSerializer):
    name = PlainText(max_length=120, required=False, allow_blank=True, default="")
    phone = PlainText(max_length=30, required=False, allow_blank=True, default="")
    email = serializers.EmailField(required=False, allow_blank=True, default="")
    id = PlainText(max_length=120, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not (attrs["id"] or attrs["phone"] or attrs["email"]):
            raise ValidationError(_("Give the customer's id, phone or e-mail."))
        return attrs


class ApiConversationSerializer(InputSerializer):
    agent = serializers.IntegerField(required=False, allow_null=True, default=None)
    customer = ApiCustomerSerializer()


class ApiSendSerializer(InputSerializer):
    conversation_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    content = PlainText(max_length=4096)


class ChatConversationView(TenantView):
    """Open, or find, a customer's conversation on the API channel."""

    write_permission = Permission.ANSWER

    @extend_schema(request=ApiConversationSerializer, responses={201: ConversationSerializer})
    def post(self, request: Request) -> Response:
        data = ApiConversationSerializer.parse(request.data)
        conversation = customers.open_conversation(agent_id=data["agent"], **data["customer"])
        return Response(ConversationSerializer(conversation).data, status=201)


class ChatSendView(TenantView):
    """A customer says something on the API channel."""

    write_permission = Permission.ANSWER

    @extend_schema(request=ApiSendSerializer, responses={201: MessageSerializer, 404: ProblemSerializer})
    def post(self, request: Request) -> Response:
        data = ApiSendSerializer.parse(request.data)
        message = customers.say(data["conversation_id"], data["content"])
        return Response(MessageSerializer(message).data, status=201)


class ChatMessagesView(TenantView):
    """What a customer sees of a conversation on the API channel, oldest first."""

    read_permission = Permission.VIEW_INBOX

    @extend_schema(responses=MessageSerializer(many=True))
    def get(self, request: Request, conversation_id: int) -> Response:
        shown = customers.messages(conversation_id)
        return Response({"results": MessageSerializer(shown, many=True).data, "next": None})


class WhatsAppSendSerializer(InputSerializer):
    to = PlainText(max_length=30)
    content = PlainText(max_length=20_000)


class WhatsAppSendView(TenantView):
    """Write to a customer by phone, within the 24-hour window."""

    write_permission = Permission.ANSWER

    @extend_schema(request=WhatsAppSendSerializer, responses={201: MessageSerializer, 422: ProblemSerializer})
    def post(self, request: Request) -> Response:
        data = WhatsAppSendSerializer.parse(request.data)
        conversation = customers.by_phone(data["to"])
        message = outbound.reply(conversation, by=self.member.user, text=data["content"])
        return Response(MessageSerializer(message).data, status=201)


class WhatsAppSessionsView(TenantView):
    """The business's WhatsApp numbers and how they are."""

    read_permission = Permission.VIEW_INBOX

    @extend_schema(responses=ChannelSerializer(many=True))
    def get(self, request: Request) -> Response:
        numbers = Channel.objects.filter(kind=Channel.Kind.WHATSAPP_CLOUD).order_by("-id")
        shown = [
            {
                "id": n.pk,
                "name": n.name,
                "display_number": n.display_number,
                "status": n.status,
                "status_reason": n.status_reason,
            }
            for n in numbers
        ]
        return Response({"results": shown, "next": None})


def _id(value: str, name: str) -> int:
    if not value.isdigit() or len(value) > 18:
        raise ValidationError({name: [_("Must be a number.")]})
    return int(value)


def _moment(value: str) -> Any:
    try:
        moment = parse_datetime(value.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None:
        raise ValidationError({"updated_since": [_("Must be an ISO 8601 time.")]})
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
