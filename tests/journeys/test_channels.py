"""The owner connects a number, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]
NUMBER, WABA = "108000000000777", "208000000000777"


def test_refused_credentials_are_corrected_and_the_number_connects(screen: Any, business: Any) -> None:
    business.stack.graph.add_number(NUMBER, token="right-token", waba_id=WABA)
    owner = screen()
    page = owner.sign_in()
    page.get_by_role("link", name="Canais").first.click()
    page.get_by_role("link", name="Conectar WhatsApp").click()
    page.get_by_label("Nome").fill("Recepção")
    page.get_by_label("Identificação do número").fill(NUMBER)
    page.get_by_label("Identificação da conta").fill(WABA)
    page.get_by_label("Token de acesso", exact=True).fill("wrong-token")
    page.get_by_role("button", name="Verificar e conectar").click()

    expect(page.locator("#id_access_token-error")).to_contain_text("recusou o token")
    expect(page.get_by_label("Nome")).to_have_value("Recepção")
    expect(page.get_by_label("Token de acesso", exact=True)).to_be_focused()
    assert owner.serious() == []

    page.get_by_label("Token de acesso", exact=True).fill("right-token")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recepção")).to_be_visible()
    expect(page.get_by_text("Funcionando")).to_be_visible()
    assert "/api/v1/webhooks/whatsapp/" in page.get_by_label("URL de callback").input_value()
    assert "right-token" not in page.content()


@pytest.mark.parametrize(("width", "dark"), [(1440, True), (390, False), (320, True)])
def test_the_channels_screens_are_accessible_and_fit(screen: Any, business: Any, width: int, dark: bool) -> None:
    [channel] = business.api("GET", "/channels")["results"]
    owner = screen(width=width, dark=dark)
    owner.sign_in()
    paths = ("/canais", "/canais/conectar", f"/canais/{channel['id']}")
    wide = [path for path in paths if owner.page.goto(owner.origin + path) and owner.scrolls_sideways()]
    assert (wide, owner.complaints) == ([], [])

    assert {path: owner.serious() for path in paths if owner.page.goto(owner.origin + path)} == {
        path: [] for path in paths
    }
