"""`/messages`: what was said."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import hosts
from apps.accounts.access import Permission, TenantViewSet
from apps.chat import conversations as deeds
from apps.chat import media as files
from apps.chat import outbound
from apps.chat.api import examples, query
from apps.chat.api.conversations import PersonSerializer
from apps.chat.models import Conversation, Media, Message
from apps.chat.models.message import IN_ORDER
from apps.lib.errors import NotFound
from apps.lib.rest import InputSerializer, PlainText, ProblemSerializer
from apps.lib.tenancy import current_tenant
from apps.lib.untrusted import BIGGEST_ID


@examples.MEDIA
class MediaSerializer(serializers.ModelSerializer[Media]):
    url = serializers.SerializerMethodField()

    class Meta:
        model = Media
        fields = ["id", "url", "kind", "mime_type", "size_bytes", "file_name", "is_voice", "state", "error"]

    def get_url(self, media: Media) -> str:
        """A link to the file that ends within two hours; "" while there is none."""
        path = files.url(media)
        return hosts.url_of(hosts.host_of(current_tenant()), path) if path else ""


@examples.MESSAGE
class MessageSerializer(serializers.ModelSerializer[Message]):
    conversation_id = serializers.IntegerField()
    author = PersonSerializer(allow_null=True)
    media = serializers.SerializerMethodField()
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
            "media",
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

    @extend_schema_field(MediaSerializer(allow_null=True))
    def get_media(self, message: Message) -> Any:
        file = getattr(message, "media", None)
        return MediaSerializer(file).data if file else None


class ChoiceSerializer(serializers.Serializer[Any]):
    id = PlainText(max_length=200)
    title = PlainText(max_length=24)
    description = PlainText(max_length=72, required=False)


@examples.SEND
class SendSerializer(InputSerializer):
    conversation_id = serializers.IntegerField(min_value=1, max_value=BIGGEST_ID)
    content = PlainText(max_length=20_000, trim_whitespace=True, required=False, allow_blank=True, default="")
    message_type = serializers.ChoiceField(
        ["text", "interactive", "image", "audio", "video", "document", "sticker"], required=False
    )
    media_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    reply_to = serializers.IntegerField(required=False, allow_null=True, default=None)
    buttons = serializers.ListField(child=ChoiceSerializer(), required=False, max_length=3)
    rows = serializers.ListField(child=ChoiceSerializer(), required=False, max_length=10)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind, has_file = attrs.get("message_type"), attrs["media_id"] is not None
        if kind == "interactive" and not (attrs.get("buttons") or attrs.get("rows")):
            raise serializers.ValidationError({"buttons": [_("Give the buttons, or the rows of a list.")]})
        if not attrs["content"] and not has_file:
            raise serializers.ValidationError({"content": [_("Write something first.")]})
        if kind in Media.Kind.values and not has_file:
            raise serializers.ValidationError({"media_id": [_("Upload the file first, and give its id.")]})
        if has_file and (kind == "interactive" or attrs.get("buttons") or attrs.get("rows")):
            raise serializers.ValidationError({"media_id": [_("A message with choices carries no file.")]})
        return attrs


def _upload(pk: uuid.UUID | None, kind: str | None) -> Media | None:
    """Raises NotFound, or ValidationError when the file is of another kind than the message."""
    if pk is None:
        return None
    found = Media.objects.filter(pk=pk, uploaded_by__isnull=False).first()
    if found is None:
        raise NotFound(_("There is no such file."), fields={"media_id": [_("There is no such file.")]})
    if kind not in (None, "text", found.kind):
        wrong = _("This file is sent as %(kind)s.") % {"kind": found.kind}
        raise serializers.ValidationError({"message_type": [wrong]})
    return found


class MessageViewSet(TenantViewSet):
    read_permission = Permission.VIEW_INBOX
    write_permission = Permission.ANSWER
    serializer_class = MessageSerializer
    ordering = tuple(f"-{name}" for name in IN_ORDER)

    def get_queryset(self) -> QuerySet[Message]:
        return Message.objects.select_related("author", "media")

    @extend_schema(
        parameters=[OpenApiParameter("conversation_id", int, required=True), query.UPDATED_SINCE],
        responses=MessageSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        conversation = query.number(request.query_params.get("conversation_id", ""), "conversation_id")
        if not Conversation.objects.filter(pk=conversation).exists():
            raise NotFound(_("There is no such conversation."))
        found = self.get_queryset().filter(conversation_id=conversation)
        if since := request.query_params.get("updated_since"):
            found = found.filter(updated_at__gte=query.moment(since))
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
        if data["reply_to"] and quoted is None:
            text = _("There is no such message in this conversation.")
            raise NotFound(text, fields={"reply_to": [text]})
        extras = {key: [dict(choice) for choice in data[key]] for key in ("buttons", "rows") if data.get(key)}
        message = outbound.reply(
            conversation,
            by=self.member.user,
            text=data["content"],
            reply_to=quoted,
            data=extras,
            media=_upload(data["media_id"], data.get("message_type")),
        )
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
