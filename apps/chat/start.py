"""First steps of a new business: the channel its customers write on."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from apps.accounts import start
from apps.accounts.access import TenantRequest
from apps.chat.models import Channel


class ChannelStep(start.Step):
    key = "canal"
    order = 40
    title = gettext_lazy("Channel")
    task = gettext_lazy("Connect WhatsApp")
    template = "chat/start_channel.html"
    is_done_when_saved = False

    def is_done(self) -> bool:
        return self._connected().exists()

    def context(self, request: TenantRequest) -> dict[str, Any]:
        return {"channel": self._connected().first()}

    def _connected(self) -> Any:
        return Channel.objects.filter(kind=Channel.Kind.WHATSAPP_CLOUD, status=Channel.Status.ACTIVE)
