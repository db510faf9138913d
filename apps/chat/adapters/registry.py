"""One line per channel."""

from __future__ import annotations

from apps.chat.adapters.api import ApiAdapter
from apps.chat.adapters.base import ChannelAdapter
from apps.chat.adapters.whatsapp_cloud import WhatsAppCloud

_ADAPTERS: dict[str, ChannelAdapter] = {
    "whatsapp_cloud": WhatsAppCloud(),
    "api": ApiAdapter(),
}


def adapter_for(kind: str) -> ChannelAdapter:
    return _ADAPTERS[kind]
