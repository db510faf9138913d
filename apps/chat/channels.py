"""Connecting a business's numbers: checked with the provider before a single message is routed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from apps.accounts import addresses, hosts
from apps.accounts.models import InboundAddress, User
from apps.audit import trail
from apps.chat import delivery, fetching, live, responders, templates
from apps.chat.adapters.base import Health
from apps.chat.adapters.registry import adapter_for
from apps.chat.errors import CredentialsRefused, NumberTaken
from apps.chat.models import Channel, ContactIdentity
from apps.lib import crypto
from apps.lib.tenancy import current_tenant

HEADER_SAFE = r"^[\x21-\x7e]{1,2000}\Z"  # an access token travels in a header
ADDRESS_KIND = "whatsapp"
FIELDS = {"access_token": "access_token", "external_id": "phone_number_id", "parent_id": "waba_id"}


@dataclass(frozen=True)
class WhatsAppNumber:
    name: str
    phone_number_id: str
    waba_id: str
    access_token: str
    app_secret: str = ""
    verify_token: str = ""


def connect_whatsapp(
    number: WhatsAppNumber, *, by: User | None, agent_id: int | None = None, base_url: str = ""
) -> Channel:
    """Store the number, check it with Graph, and take its messages if it is good.

    Refused or unreachable credentials leave the channel `unhealthy` with the reason and no address
    active. Raises NumberTaken when another business, or another channel here, holds the number.
    """
    channel = _store(number, by=by, agent_id=agent_id, base_url=base_url)
    return check(channel)


def connect_checked(number: WhatsAppNumber, *, by: User, agent_id: int | None = None) -> Channel:
    """`connect_whatsapp`, but credentials Graph refuses are stored nowhere: the person corrects them first.

    Raises CredentialsRefused, naming the field, or NumberTaken.
    """
    _refuse_if_taken(number.phone_number_id)
    draft = Channel(kind=Channel.Kind.WHATSAPP_CLOUD, external_id=number.phone_number_id, parent_id=number.waba_id)
    draft.seal("access_token", number.access_token)
    _refuse_if_blamed(adapter_for(draft.kind).check(draft))
    return connect_whatsapp(number, by=by, agent_id=agent_id)


def _refuse_if_blamed(health: Health) -> None:
    if health.blames:
        raise CredentialsRefused(field=FIELDS[health.blames], reason=health.reason)


def connect_demo(number: WhatsAppNumber, *, base_url: str) -> Channel:
    """The demo's number, taken as good: the loopback Graph API starts after it."""
    channel = _store(number, by=None, agent_id=None, base_url=base_url)
    with transaction.atomic():
        return _settle(channel, Health(ok=True, display_number="551130001000"))


def _store(number: WhatsAppNumber, *, by: User | None, agent_id: int | None, base_url: str) -> Channel:
    _refuse_if_taken(number.phone_number_id)
    verify_token = number.verify_token or secrets.token_urlsafe(24)
    url_token = secrets.token_urlsafe(24)
    try:
        with transaction.atomic():
            channel = Channel(
                kind=Channel.Kind.WHATSAPP_CLOUD,
                name=number.name,
                external_id=number.phone_number_id,
                parent_id=number.waba_id,
                base_url=base_url,
            )
            for column, plain in (
                ("access_token", number.access_token),
                ("url_token", url_token),
                ("verify_token", verify_token),
            ):
                channel.seal(column, plain)
            channel.save()
            responders.current().assign(channel, agent_id)
            _store_address(channel, url_token=url_token, verify_token=verify_token, app_secret=number.app_secret)
            trail.record("channel.connected", on=channel, by=by)
    except IntegrityError as error:
        if "one_channel_per_external_id" in str(error):
            raise NumberTaken(_("This number is already connected: see it among your channels.")) from None
        raise
    return channel


def _refuse_if_taken(external_id: str) -> None:
    owner = InboundAddress.objects.filter(kind=ADDRESS_KIND, external_id=external_id, is_active=True).first()
    if owner is not None and owner.tenant_id != current_tenant().pk:
        raise NumberTaken(_("This number is already connected to another business."))


def _store_address(channel: Channel, *, url_token: str, verify_token: str, app_secret: str) -> None:
    address = InboundAddress(
        kind=ADDRESS_KIND,
        external_id=channel.external_id,
        parent_id=channel.parent_id,
        token_hash=crypto.digest(url_token),
        tenant_id=current_tenant().pk,
        channel_id=channel.pk,
    )
    address.seal(secret=app_secret, verify_token=verify_token)
    address.save()


def check(channel: Channel) -> Channel:
    """Ask the provider again; a good channel takes messages and sends its queue. Raises NumberTaken."""
    health = adapter_for(channel.kind).check(channel)
    try:
        with transaction.atomic():
            channel = _settle(channel, health)
    except IntegrityError as error:
        if "one_business_per_external_id" in str(error):
            raise NumberTaken(_("This number is already connected to another business.")) from None
        raise
    addresses.forget()
    return channel


def _settle(channel: Channel, health: Health) -> Channel:
    channel = Channel.objects.select_for_update().get(pk=channel.pk)
    channel.status = Channel.Status.ACTIVE if health.ok else Channel.Status.UNHEALTHY
    channel.status_reason = health.reason[:300]
    channel.display_number = health.display_number or channel.display_number
    channel.held_until = None
    channel.save()
    live.channel_changed(channel)
    if health.ok:  # a channel that stopped working keeps its address: messages still come in
        _addresses(channel).update(is_active=True)
        delivery.resume(channel)
        fetching.resume(channel)
        templates.ask_sync(channel)
    return channel


def change(channel: Channel, *, by: User, **values: Any) -> Channel:
    """Rename, give to another agent, replace the app secret, or the access token, which is checked at once."""
    with transaction.atomic():
        if "name" in values:
            channel.name = values["name"]
        if "app_secret" in values:
            _reseal(channel, app_secret=values["app_secret"])
        if "access_token" in values:
            channel.seal("access_token", values["access_token"])
        channel.save()
        if "agent" in values:
            responders.current().assign(channel, values["agent"])
        trail.record("channel.changed", on=channel, by=by, fields=sorted(values))
    addresses.forget()
    return check(channel) if "access_token" in values else channel


def _addresses(channel: Channel) -> QuerySet[InboundAddress]:
    return InboundAddress.objects.filter(tenant_id=current_tenant().pk, channel_id=channel.pk)


def _reseal(channel: Channel, *, app_secret: str) -> None:
    for address in _addresses(channel):
        address.seal(secret=app_secret, verify_token=channel.reveal("verify_token"))
        address.save()


def change_checked(channel: Channel, *, by: User, **values: Any) -> Channel:
    """`change`, but an access token Graph refuses replaces nothing. Raises CredentialsRefused."""
    if token := values.get("access_token"):
        draft = Channel(
            kind=channel.kind,
            external_id=channel.external_id,
            parent_id=channel.parent_id,
            base_url=channel.base_url,
        )
        draft.seal("access_token", token)
        _refuse_if_blamed(adapter_for(channel.kind).check(draft))
    return change(channel, by=by, **values)


def disconnect(channel: Channel, *, by: User) -> None:
    """Stop taking this number's messages; what was said stays."""
    with transaction.atomic():
        _addresses(channel).delete()
        channel.status = Channel.Status.UNHEALTHY
        channel.external_id = ""
        channel.access_token = ""
        channel.save()
        responders.current().leave(channel)
        trail.record("channel.disconnected", on=channel, by=by)
    addresses.forget()


def connected() -> QuerySet[Channel]:
    """The numbers customers can write to, oldest first."""
    return Channel.objects.filter(kind=Channel.Kind.WHATSAPP_CLOUD).exclude(external_id="").order_by("id")


def last_heard_at(channel: Channel) -> datetime | None:
    """When a customer last wrote there: the sign that Meta's console points here."""
    found: datetime | None = ContactIdentity.objects.filter(channel=channel).aggregate(at=Max("last_inbound_at"))["at"]
    return found


def webhook_url(channel: Channel) -> str:
    """The business's own URL for Meta's events."""
    return hosts.url_of(settings.BASE_DOMAIN, f"/api/v1/webhooks/whatsapp/{channel.reveal('url_token')}")


def api_channel(agent_id: int | None = None) -> Channel:
    """The business's API channel, or the one its other agent answers on; made on first use. Raises UnknownAgent."""
    responder = responders.current()
    usual = _api_channel("api", agent_id=None)
    if agent_id is None or responder.agent_of(usual) == agent_id:
        return usual
    return _api_channel(f"api:{agent_id}", agent_id=agent_id)


def _api_channel(external_id: str, *, agent_id: int | None) -> Channel:
    with transaction.atomic():
        channel, is_new = Channel.objects.get_or_create(
            kind=Channel.Kind.API, external_id=external_id, defaults={"name": "API", "status": Channel.Status.ACTIVE}
        )
        if is_new:
            responders.current().assign(channel, agent_id)
    return channel
