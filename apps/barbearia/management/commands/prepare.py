from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from apps.accounts import hosts, signup
from apps.accounts.models import Domain, Membership, Tenant, User
from apps.barbearia import demo
from apps.chat import channels
from apps.chat.models import Channel
from apps.lib.tenancy import tenant_context

SLUG = "barbearia-do-ze"
PASSWORD = "demo-demo-1"  # noqa: S105  (fake people, on a developer's machine)
OWNER, ATTENDANT, STAFF = "ze@demo.example", "ana@demo.example", "equipe@demo.example"
PHONE_NUMBER_ID, WABA_ID = "100000000000001", "200000000000001"


class Command(BaseCommand):
    help = "Bring the database up to date and make the demo business; the last line is JSON."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate_schemas", verbosity=0)
        tenant = self._tenant()
        with tenant_context(tenant):
            demo.fill(tenant)
            self._channel()
        self.stdout.write(json.dumps(self._summary(tenant), ensure_ascii=False))

    def _tenant(self) -> Tenant:
        tenant = Tenant.objects.filter(slug=SLUG).first()
        if tenant is None:
            tenant, _owner = signup.register(
                signup.SignUp(
                    name="Zé Santos",
                    email=OWNER,
                    password=PASSWORD,
                    business_name="Barbearia do Zé",
                    slug=SLUG,
                    business_type=Tenant.Type.BARBEARIA,
                )
            )
        if not User.objects.filter(email=ATTENDANT).exists():
            attendant = User.objects.create_user(ATTENDANT, PASSWORD, name="Ana Lima")
            Membership.objects.create(user=attendant, tenant=tenant, role=Membership.Role.ATTENDANT)
        if not User.objects.filter(email=STAFF).exists():
            User.objects.create_superuser(STAFF, PASSWORD, name="Equipe")
        Domain.objects.filter(tenant=tenant, is_primary=True).update(domain=hosts.host_of(tenant))
        return tenant

    def _channel(self) -> None:
        """The demo's number, on the loopback Graph API when there is one (checked once it runs)."""
        found = Channel.objects.filter(kind=Channel.Kind.WHATSAPP_CLOUD, external_id=PHONE_NUMBER_ID).first()
        if found is None and settings.SIMULATOR_GRAPH_URL:
            number = channels.WhatsAppNumber(
                name="WhatsApp do Zé",
                phone_number_id=PHONE_NUMBER_ID,
                waba_id=WABA_ID,
                access_token="demo-access-token",  # noqa: S106
            )
            channels.connect_demo(number, base_url=settings.SIMULATOR_GRAPH_URL)
        elif found is not None and found.base_url != settings.SIMULATOR_GRAPH_URL:
            Channel.objects.filter(pk=found.pk).update(base_url=settings.SIMULATOR_GRAPH_URL)

    def _summary(self, tenant: Tenant) -> dict[str, Any]:
        business = hosts.url_of(hosts.host_of(tenant))
        return {
            "urls": {
                "Barbearia do Zé (demo)": business,
                "API": hosts.url_of(settings.BASE_DOMAIN, "/api/v1/docs"),
                "Back office": hosts.url_of(f"admin.{settings.BASE_DOMAIN}"),
            },
            "logins": [
                {"who": "Zé, owner", "email": OWNER, "password": PASSWORD, "url": business},
                {"who": "Ana, attendant", "email": ATTENDANT, "password": PASSWORD, "url": business},
                {
                    "who": "Platform staff",
                    "email": STAFF,
                    "password": PASSWORD,
                    "url": hosts.url_of(f"admin.{settings.BASE_DOMAIN}"),
                },
            ],
            "hint": f"In another terminal: python manage.py simulate_whatsapp --tenant {SLUG}",
        }
