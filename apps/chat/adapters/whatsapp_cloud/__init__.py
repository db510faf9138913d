"""WhatsApp Cloud API: Meta's Graph for sending, signed webhooks for receiving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.chat.adapters.base import ChannelAdapter, Fetched, Health
from apps.chat.adapters.whatsapp_cloud import files, graph, outgoing

if TYPE_CHECKING:
    from apps.chat.models import Channel, ContactIdentity, Media, Message


class WhatsAppCloud(ChannelAdapter):
    text_limit = 4096
    caption_limit = 1024
    window_hours = 24
    file_limits = files.LIMITS
    upload_days = 29
    buttons = outgoing.BUTTONS
    rows = outgoing.ROWS

    def send(self, channel: Channel, identity: ContactIdentity, message: Message, *, callback: str) -> str:
        body = outgoing.body(identity, message, callback=callback)
        return graph.message_id(graph.post(channel, f"{channel.external_id}/messages", body))

    def upload(self, channel: Channel, media: Media, content: bytes) -> str:
        return files.upload(channel, media, content)

    def fetch(self, channel: Channel, media: Media, *, max_bytes: int) -> Fetched:
        return files.fetch(channel, media.provider_id, max_bytes=max_bytes)

    def seen(self, channel: Channel, provider_id: str, *, typing: bool) -> None:
        body: dict[str, object] = {"messaging_product": "whatsapp", "status": "read", "message_id": provider_id}
        if typing:
            body["typing_indicator"] = {"type": "text"}
        graph.post(channel, f"{channel.external_id}/messages", body, timeout_seconds=graph.COURTESY_TIMEOUT_SECONDS)

    def check(self, channel: Channel) -> Health:
        return graph.check(channel)
