from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.chat import channels
from apps.chat.models import Channel
from apps.lib.tenancy import tenant_context
from simulators import whatsapp
from tests.conftest import DAVI, PHONE_NUMBER_ID, WABA_ID

RIVAL_NUMBER, RIVAL_WABA, RIVAL_SECRET = "555666777888999", "222333444555666", "celias-own-app-secret"
SHOP = whatsapp.Number(PHONE_NUMBER_ID, WABA_ID, "551130001000")
SALON = whatsapp.Number(RIVAL_NUMBER, RIVAL_WABA, "551130002000")
DAVID = whatsapp.Customer(DAVI, "Davi")


@pytest.fixture
def rival_channel(rival: Any, graph: Any) -> Channel:
    """Célia's number, under an app of her own."""
    graph.add_number(RIVAL_NUMBER, token="rival-token", waba_id=RIVAL_WABA)
    number = channels.WhatsAppNumber("WhatsApp", RIVAL_NUMBER, RIVAL_WABA, "rival-token", app_secret=RIVAL_SECRET)
    with tenant_context(rival):
        return channels.connect_whatsapp(number, by=None)


@pytest.fixture
def url_of(rival: Any) -> Callable[[Channel], str]:
    """The path of the rival channel's own webhook URL."""

    def path(channel: Channel) -> str:
        with tenant_context(rival):
            return f"/api/v1/webhooks/whatsapp/{channel.reveal('url_token')}"

    return path
