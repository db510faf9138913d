"""Secrets at rest open only in their own column, in their own business, with a key we still hold."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.db import connection

from apps.accounts.models import InboundAddress
from apps.chat.models import Channel
from apps.lib import crypto
from apps.lib.crypto import SecretUnreadable, seal, unseal
from apps.lib.tenancy import tenant_context

PLACE = "chat.channel.access_token:1"
OLD, NEW = bytes(range(32)), bytes(range(32, 64))


def test_a_secret_opens_where_it_was_made() -> None:
    sealed = seal("EAAG-çã", place=PLACE)

    assert unseal(sealed, place=PLACE) == "EAAG-çã" and "EAAG" not in sealed
    assert seal("", place=PLACE) == "" == unseal("", place=PLACE)


def test_the_same_secret_twice_looks_different() -> None:
    assert seal("same", place=PLACE) != seal("same", place=PLACE)


@pytest.mark.parametrize("place", ["chat.channel.verify_token:1", "chat.channel.access_token:2", ""])
def test_a_secret_moved_elsewhere_does_not_open(place: str) -> None:
    with pytest.raises(SecretUnreadable):
        unseal(seal("secret", place=PLACE), place=place)


@pytest.mark.parametrize(
    "spoil", [lambda raw: raw[:-1], lambda raw: raw[:5], lambda raw: b"", lambda raw: bytes([raw[0] ^ 1]) + raw[1:]]
)
def test_a_secret_altered_does_not_open(spoil: Any) -> None:
    key_id, _, encoded = seal("secret", place=PLACE).partition(":")
    spoilt = base64.b64encode(spoil(base64.b64decode(encoded))).decode()

    with pytest.raises(SecretUnreadable):
        unseal(f"{key_id}:{spoilt}", place=PLACE)


@pytest.mark.parametrize("garbage", ["plain text", "dev:not base64!", "dev:", ":x", "gone:AAAA"])
def test_what_was_never_sealed_does_not_open(garbage: str) -> None:
    with pytest.raises(SecretUnreadable):
        unseal(garbage, place=PLACE)


def test_a_new_key_seals_and_the_old_one_still_opens(settings: Any) -> None:
    settings.ENCRYPTION_KEYS = {"old": OLD}
    before = seal("secret", place=PLACE)
    settings.ENCRYPTION_KEYS = {"new": NEW, "old": OLD}

    assert before.startswith("old:") and seal("secret", place=PLACE).startswith("new:")
    assert unseal(before, place=PLACE) == "secret"
    settings.ENCRYPTION_KEYS = {"new": NEW}
    with pytest.raises(SecretUnreadable):
        unseal(before, place=PLACE)


def test_a_channels_secrets_are_sealed_in_the_table(channel: Channel) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token, url_token, verify_token FROM chat_channel")
        row = cursor.fetchone()

    assert all(value.startswith("dev:") for value in row) and "good-token" not in "".join(row)
    assert channel.reveal("access_token") == "good-token"


def test_a_token_copied_to_another_column_does_not_open(channel: Channel) -> None:
    channel.verify_token = channel.access_token

    with pytest.raises(SecretUnreadable):
        channel.reveal("verify_token")


def test_a_token_copied_to_another_business_does_not_open(channel: Channel, rival: Any) -> None:
    with tenant_context(rival), pytest.raises(SecretUnreadable):
        Channel(access_token=channel.access_token).reveal("access_token")


def test_an_addresss_secret_copied_to_another_business_does_not_open(channel: Channel, rival: Any) -> None:
    address = InboundAddress.objects.select_related("tenant").get(channel_id=channel.pk)
    opened = unseal(address.verify_token, place=address.place("verify_token"))
    address.tenant = rival

    assert opened == channel.reveal("verify_token")
    with pytest.raises(SecretUnreadable):
        unseal(address.verify_token, place=address.place("verify_token"))


def test_the_token_of_a_businesss_own_url_is_kept_only_as_a_digest(channel: Channel) -> None:
    address = InboundAddress.objects.get(channel_id=channel.pk)

    assert bytes(address.token_hash) == crypto.digest(channel.reveal("url_token"))
