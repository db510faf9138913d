"""`/channels`: the business's numbers."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.access import Permission, TenantViewSet
from apps.chat import channels, responders
from apps.chat.api import examples
from apps.chat.models import Channel
from apps.lib.rest import InputSerializer, PlainText, ProblemSerializer


@examples.CHANNEL
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
        return responders.current().agent_of(channel)


@examples.CONNECT
class ConnectSerializer(InputSerializer):
    kind = serializers.ChoiceField(["whatsapp_cloud"])
    name = PlainText(max_length=80, required=False, default="WhatsApp")
    phone_number_id = serializers.RegexField(r"^[A-Za-z0-9_.-]{1,80}\Z")
    waba_id = serializers.RegexField(r"^[A-Za-z0-9_.-]{0,80}\Z", required=False, allow_blank=True, default="")
    access_token = serializers.RegexField(channels.HEADER_SAFE)
    app_secret = PlainText(max_length=200, required=False, allow_blank=True, default="")
    verify_token = PlainText(max_length=200, required=False, allow_blank=True, default="")
    agent = serializers.IntegerField(required=False, allow_null=True, default=None)


@examples.CHANNEL_CHANGE
class ChannelChangeSerializer(InputSerializer):
    name = PlainText(max_length=80, required=False)
    access_token = serializers.RegexField(channels.HEADER_SAFE, required=False)
    agent = serializers.IntegerField(required=False, allow_null=True)


class ChannelViewSet(TenantViewSet):
    """The business's numbers. Credentials are checked with the provider at once."""

    read_permission = Permission.MANAGE_BUSINESS
    write_permission = Permission.MANAGE_BUSINESS
    serializer_class = ChannelSerializer
    queryset = Channel.objects.exclude(external_id="")  # disconnected ones stay for what was said there

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
