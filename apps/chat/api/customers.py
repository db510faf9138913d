"""A customer's side on the API channel, and WhatsApp by phone."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.access import Permission, TenantView
from apps.chat import customers, outbound, templates
from apps.chat.api import examples
from apps.chat.api.conversations import ConversationSerializer
from apps.chat.api.messages import MessageSerializer
from apps.chat.models import Channel, MessageTemplate
from apps.chat.models.message import IN_ORDER
from apps.lib.rest import CursorPages, InputSerializer, PlainText, ProblemSerializer
from apps.lib.text import storable
from apps.lib.untrusted import BIGGEST_ID


class ApiCustomerSerializer(InputSerializer):
    name = PlainText(max_length=120, required=False, allow_blank=True, default="")
    phone = PlainText(max_length=30, required=False, allow_blank=True, default="")
    email = serializers.EmailField(required=False, allow_blank=True, default="")
    id = PlainText(max_length=120, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not (attrs["id"] or attrs["phone"] or attrs["email"]):
            raise ValidationError(_("Give the customer's id, phone or e-mail."))
        return attrs


@examples.API_CONVERSATION
class ApiConversationSerializer(InputSerializer):
    agent = serializers.IntegerField(required=False, allow_null=True, default=None)
    customer = ApiCustomerSerializer()


@examples.API_SEND
class ApiSendSerializer(InputSerializer):
    conversation_id = serializers.IntegerField(min_value=1, max_value=BIGGEST_ID)
    content = PlainText(max_length=4096)


def _list_of(name: str, results: Any) -> Any:
    """How such a list is described."""
    return inline_serializer(name, {"results": results, "next": serializers.URLField(allow_null=True)})


class LongPages(CursorPages):
    page_size = CursorPages.max_page_size


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
    ordering = IN_ORDER

    @extend_schema(
        parameters=[OpenApiParameter("limit", int), OpenApiParameter("cursor", str)],
        responses=_list_of("CustomerMessages", MessageSerializer(many=True)),
    )
    def get(self, request: Request, conversation_id: int) -> Response:
        pages = LongPages()
        page = pages.paginate_queryset(customers.messages(conversation_id), request, view=self)
        return pages.get_paginated_response(MessageSerializer(page, many=True).data)


class TemplateUseSerializer(InputSerializer):
    """`variables` by name (`{"1": "Davi"}`) or in order (`["Davi"]`); or Graph's own `components`."""

    name = PlainText(max_length=200)
    language = PlainText(max_length=20, required=False, default="pt_BR")
    variables = serializers.JSONField(required=False, default=dict)
    components = serializers.ListField(child=serializers.DictField(), required=False, allow_null=True, max_length=20)

    def to_internal_value(self, data: Any) -> Any:
        """A name alone will do, and so does the language as Graph writes it: `{"code": "pt_BR"}`."""
        data = {"name": data} if isinstance(data, str) else data
        if isinstance(data, dict) and isinstance(data.get("language"), dict):
            data = {**data, "language": data["language"].get("code")}
        return super().to_internal_value(data)

    def validate_variables(self, value: Any) -> dict[str, str]:
        pairs = dict(enumerate(value, 1)) if isinstance(value, list) else value
        if not isinstance(pairs, dict) or not all(isinstance(one, str | int | float) for one in pairs.values()):
            raise ValidationError(_("Give the variables as texts, by name or in order."))
        return {str(name): storable(str(one))[:1000] for name, one in list(pairs.items())[:50]}


@examples.WHATSAPP_SEND
class WhatsAppSendSerializer(InputSerializer):
    to = PlainText(max_length=30)
    content = PlainText(max_length=20_000, required=False, allow_blank=True, default="")
    template = TemplateUseSerializer(required=False, allow_null=True, default=None)
    channel = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=BIGGEST_ID)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs["content"]) == bool(attrs["template"]):
            raise ValidationError({"content": [_("Give either a text or a template.")]})
        return attrs


class WhatsAppSendView(TenantView):
    """Write to a customer by phone: text within the 24-hour window, a template always."""

    write_permission = Permission.ANSWER

    @extend_schema(request=WhatsAppSendSerializer, responses={201: MessageSerializer, 422: ProblemSerializer})
    def post(self, request: Request) -> Response:
        data = WhatsAppSendSerializer.parse(request.data)
        used = data["template"]
        if used is None:
            customers.whatsapp_channel(data["channel"])
            conversation = customers.by_phone(data["to"])
            message = outbound.reply(conversation, by=self.member.user, text=data["content"])
        else:
            channel = customers.whatsapp_channel(data["channel"])
            template = templates.find(channel, name=used["name"], language=used["language"])
            message = outbound.send_template(
                customers.open_whatsapp(channel, data["to"]),
                by=self.member.user,
                template=template,
                values=used["variables"],
                components=used.get("components"),
            )
        return Response(MessageSerializer(message).data, status=201)


class TemplateSerializer(serializers.ModelSerializer[MessageTemplate]):
    channel = serializers.IntegerField(source="channel_id")
    variables = serializers.ListField(child=serializers.CharField())
    buttons = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = MessageTemplate
        fields = [
            "id",
            "channel",
            "name",
            "language",
            "category",
            "status",
            "quality",
            "reason",
            "defect",
            "body",
            "variables",
            "buttons",
            "components",
            "updated_at",
        ]


class WhatsAppTemplatesView(TenantView):
    """The message templates of the business's WhatsApp accounts, as last brought from WhatsApp."""

    read_permission = Permission.VIEW_INBOX
    write_permission = Permission.MANAGE_BUSINESS

    @extend_schema(responses=_list_of("WhatsAppTemplates", TemplateSerializer(many=True)))
    def get(self, request: Request) -> Response:
        found = MessageTemplate.objects.order_by("name", "language", "id")[:1000]
        return Response({"results": TemplateSerializer(found, many=True).data, "next": None})

    @extend_schema(request=None, responses={202: None})
    def post(self, request: Request) -> Response:
        """Bring them from WhatsApp anew."""
        with transaction.atomic():
            for channel in Channel.objects.filter(kind=Channel.Kind.WHATSAPP_CLOUD).order_by("id"):
                templates.ask_sync(channel)
        return Response(status=202)


class WhatsAppNumberSerializer(serializers.ModelSerializer[Channel]):
    class Meta:
        model = Channel
        fields = ["id", "name", "display_number", "status", "status_reason"]


class WhatsAppSessionsView(TenantView):
    """The business's WhatsApp numbers and how they are."""

    read_permission = Permission.VIEW_INBOX

    @extend_schema(responses=_list_of("WhatsAppSessions", WhatsAppNumberSerializer(many=True)))
    def get(self, request: Request) -> Response:
        numbers = Channel.objects.filter(kind=Channel.Kind.WHATSAPP_CLOUD).exclude(external_id="").order_by("-id")
        return Response({"results": WhatsAppNumberSerializer(numbers, many=True).data, "next": None})
