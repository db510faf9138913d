"""The API channel: the customer's side polls `/chat/messages/{id}`, so sending is having stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.chat.adapters.base import ChannelAdapter, Health

if TYPE_CHECKING:
    from apps.chat.models import Channel, ContactIdentity, Message


class ApiAdapter(ChannelAdapter):
    def send(self, channel: Channel, identity: ContactIdentity, message: Message, *, callback: str) -> str:
        return f"api.{message.pk}"

    def seen(self, channel: Channel, provider_id: str, *, typing: bool) -> None:
        return None

    def check(self, channel: Channel) -> Health:
        return Health(ok=True)
