from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts.models import Tenant
from apps.chat import channels
from apps.chat.adapters.whatsapp_cloud.graph import base_url
from apps.chat.models import Channel
from apps.lib.tenancy import tenant_context


class Command(BaseCommand):
    help = (
        "Chat in the terminal as a customer: real signed webhooks in, replies through the loopback Graph API. "
        "/foto, /audio, /documento FILE and /local send what is not text."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", required=True, metavar="SLUG")
        parser.add_argument("--phone", default="5511988776655", metavar="N", help="the customer's number")
        parser.add_argument("--name", default="Davi Rocha", help="the customer's profile name")
        parser.add_argument("--url", default=f"http://127.0.0.1:{settings.PORT}", help="the running server")
        parser.add_argument("--wait", action="store_true", help="wait for the answer before sending the next line")

    def handle(self, *args: Any, **options: Any) -> None:
        from simulators import terminal  # a developer's tool: not needed to serve

        channel, secret = self._channel(options["tenant"])
        code = terminal.chat(
            webhook_url=f"{options['url']}/api/v1/webhooks/whatsapp",
            host=settings.BASE_DOMAIN,
            app_secret=secret,
            phone_number_id=channel.external_id,
            waba_id=channel.parent_id,
            display_number=channel.display_number,
            customer_phone=options["phone"],
            customer_name=options["name"],
            graph_url=base_url(channel),
            stdin=sys.stdin,
            stdout=sys.stdout,
            wait_for_replies=options["wait"],
        )
        sys.exit(code)

    def _channel(self, slug: str) -> tuple[Channel, str]:
        """The business's number whose Graph is a loopback server, and the secret that signs for it."""
        tenant = Tenant.objects.filter(slug=slug).first()
        if tenant is None:
            raise CommandError(f"There is no business {slug!r}.")
        with tenant_context(tenant):
            channel = next((number for number in channels.connected() if "127.0.0.1" in base_url(number)), None)
        if channel is None:
            raise CommandError(f"{tenant.name} has no WhatsApp number on a loopback Graph API. Start `make run` first.")
        return channel, settings.WHATSAPP_APP_SECRET
