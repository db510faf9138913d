"""The channels screen: connecting a number, refusals beside their field, and what may be changed."""

from __future__ import annotations

from typing import Any

import pytest

from apps.accounts.models import InboundAddress, User
from apps.agents.models import Agent, Deployment
from apps.chat.models import Channel
from tests.conftest import PHONE_NUMBER_ID, WABA_ID

GOOD = {
    "name": "Recepção",
    "phone_number_id": PHONE_NUMBER_ID,
    "waba_id": WABA_ID,
    "access_token": "good-token",
    "app_secret": "segredo-do-app",
    "verify_token": "",
}


@pytest.fixture
def ana_at(browser_for: Any, ana: User, tenant: Any, graph: Any) -> Any:
    return browser_for(ana, tenant)


def _text(answer: Any) -> str:
    return str(answer.content.decode())


def test_without_a_number_the_screen_says_what_to_do(ana_at: Any) -> None:
    page = ana_at.get("/canais")

    assert page.status_code == 200 and "/canais/conectar" in _text(page)


def test_good_credentials_connect_and_show_what_to_paste(ana_at: Any) -> None:
    answer = ana_at.post("/canais/conectar", GOOD)
    channel = Channel.objects.get()
    page = _text(ana_at.get(answer.headers["Location"]))

    assert channel.is_active and answer.headers["Location"] == f"/canais/{channel.pk}"
    assert channel.reveal("url_token") in page and channel.reveal("verify_token") in page
    assert "good-token" not in page and "segredo-do-app" not in page
    assert "Recepção" in _text(ana_at.get("/canais"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"access_token": "bad-token"}, "access_token"),
        ({"phone_number_id": "404404404"}, "phone_number_id"),
        ({"waba_id": "404404404"}, "waba_id"),
        ({"access_token": "com espaço"}, "access_token"),
        ({"phone_number_id": "+55 11 9"}, "phone_number_id"),
        ({"phone_number_id": "abc"}, "phone_number_id"),
        ({"waba_id": "12a"}, "waba_id"),
        ({"phone_number_id": ""}, "phone_number_id"),
        ({"name": ""}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"agent": "999999"}, "agent"),
    ],
)
def test_what_is_refused_is_said_beside_its_field(ana_at: Any, wrong: dict[str, str], field: str) -> None:
    answer = ana_at.post("/canais/conectar", GOOD | wrong)
    page = _text(answer)

    assert answer.status_code == 422 and f'id="id_{field}-error"' in page and page.count('-error"\n') <= 2
    assert not Channel.objects.exists() and not InboundAddress.objects.exists()
    if field != "name":
        assert 'value="Recepção"' in page
    assert "good-token" not in page and "segredo-do-app" not in page


def test_a_number_of_another_business_is_refused(ana_at: Any, rival: Any) -> None:
    InboundAddress.objects.create(
        kind="whatsapp", external_id=PHONE_NUMBER_ID, tenant=rival, channel_id=1, is_active=True
    )

    answer = ana_at.post("/canais/conectar", GOOD)
    assert answer.status_code == 422 and 'id="id_phone_number_id-error"' in _text(answer)


def test_an_unreachable_provider_keeps_what_was_given_and_is_asked_again(
    ana_at: Any, graph: Any, settings: Any
) -> None:
    settings.WHATSAPP_GRAPH_URL = "http://127.0.0.1:9"
    page = ana_at.get(ana_at.post("/canais/conectar", GOOD).headers["Location"])
    channel = Channel.objects.get()
    assert channel.status == "unhealthy" and channel.status_reason in _text(page)
    for path in (f"/canais/{channel.pk}", "/canais", "/conversas"):  # it never worked, so it has not stopped
        shown = _text(ana_at.get(path))
        assert "onectado" in shown and channel.status_reason in shown
        assert "parou de funcionar" not in shown and "Sem funcionar" not in shown

    settings.WHATSAPP_GRAPH_URL = graph.url
    assert ana_at.post(f"/canais/{channel.pk}/verificar").headers["Location"] == f"/canais/{channel.pk}"
    channel.refresh_from_db()
    assert channel.is_active


def test_a_number_is_renamed_and_given_to_another_agent(ana_at: Any, channel: Channel) -> None:
    other = Agent.objects.create(name="Nina")
    answer = ana_at.post(f"/canais/{channel.pk}", {"name": "Balcão", "agent": other.pk})
    channel.refresh_from_db()

    assert answer.status_code == 302 and channel.name == "Balcão" and channel.reveal("access_token") == "good-token"
    assert Deployment.objects.get(channel=channel).agent == other


def test_a_refused_new_token_replaces_nothing(ana_at: Any, channel: Channel) -> None:
    answer = ana_at.post(f"/canais/{channel.pk}", {"name": "Balcão", "access_token": "bad-token"})
    channel.refresh_from_db()

    assert answer.status_code == 422 and 'id="id_access_token-error"' in _text(answer)
    assert channel.reveal("access_token") == "good-token" and channel.is_active and channel.name == "WhatsApp"


def test_a_new_app_secret_signs_what_comes(ana_at: Any, channel: Channel) -> None:
    ana_at.post(f"/canais/{channel.pk}", {"name": "WhatsApp", "app_secret": "novo-segredo"})

    from apps.accounts import addresses

    address = addresses.by_token(channel.reveal("url_token"))
    assert address is not None and address.secret == "novo-segredo"


def test_disconnecting_stops_and_leaves_the_list(ana_at: Any, channel: Channel, asked: Any) -> None:
    assert ana_at.post(f"/canais/{channel.pk}/desconectar").headers["Location"] == "/canais"

    assert not InboundAddress.objects.filter(channel_id=channel.pk).exists()
    assert ana_at.get(f"/canais/{channel.pk}").status_code == 404
    assert "Oi, tem horário hoje?" in _text(ana_at.get(f"/conversas/{asked.pk}"))


def test_a_channel_that_fails_links_to_its_screen_for_who_can_mend_it(
    ana_at: Any, browser_for: Any, bruno: User, tenant: Any, channel: Channel
) -> None:
    Channel.objects.update(status="unhealthy", status_reason="sem acesso")

    assert f"/canais/{channel.pk}" in _text(ana_at.get("/conversas"))
    assert f"/canais/{channel.pk}" not in _text(browser_for(bruno, tenant).get("/conversas"))


def test_the_rivals_owner_sees_none_of_it(browser_for: Any, world: Any, channel: Channel) -> None:
    browser = browser_for(world.celia, world.rival)
    paths = ("", "/verificar", "/desconectar")

    assert {browser.post(f"/canais/{channel.pk}{path}", {"name": "x"}).status_code for path in paths} == {404}
    channel.refresh_from_db()
    assert channel.is_active and channel.name == "WhatsApp"
