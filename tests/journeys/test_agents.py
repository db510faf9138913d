"""The owner makes an agent, tries it and puts it to work, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]


def ask(page: Page, text: str) -> None:
    expect(page.locator("#playground [data-suggestions]")).to_be_visible()  # the scripts are there
    box = page.get_by_role("textbox", name="Mensagem de teste")
    box.fill(text)
    box.press("Enter")
    expect(page.locator("#playground-log .message.you").last).to_have_text(text)
    expect(page.locator("#playground-log .pending")).to_have_count(0)


def test_an_agent_is_made_tried_saved_and_switched(screen: Any, business: Any) -> None:
    business.open_shop()
    owner = screen()
    page = owner.sign_in()
    page.get_by_role("link", name="Agentes").click()
    page.get_by_role("link", name="Novo agente").click()

    page.get_by_label("Nome", exact=True).fill("Duda")
    ask(page, "oi, quero cortar o cabelo amanhã às 10h")  # not saved yet
    expect(page.locator("#playground-log")).to_contain_text("Duda")
    ask(page, "o primeiro")
    ask(page, "pode sim")
    expect(page.locator("#playground-log")).to_contain_text("simulado")
    expect(page.locator("#playground-total")).to_contain_text("3 respostas")
    assert business.api("GET", "/barbearia/appointments")["results"] == []
    assert business.api("GET", "/conversations")["results"] == []

    page.get_by_label("Temperatura").fill("9")
    page.get_by_role("button", name="Salvar").click()
    expect(page.locator("#id_temperature-error")).to_be_visible()
    expect(page.get_by_label("Nome", exact=True)).to_have_value("Duda")
    expect(page.locator("#playground-log")).to_contain_text("simulado")  # the talk is still there
    page.get_by_label("Temperatura").fill("0.4")
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_role("heading", name="Duda", level=1)).to_be_visible()

    ask(page, "oi")
    page.get_by_label("Objetivo").fill("Encher a agenda")
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_role("status").filter(has_text="Salvo")).to_be_visible()
    expect(page.locator("#playground-log .message.you")).to_have_text("oi")

    switch = page.get_by_role("switch")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(page.get_by_label("Objetivo")).to_have_value("Encher a agenda")
    switch.press("Enter")
    expect(switch).to_have_attribute("aria-checked", "true")
    page.get_by_role("link", name="Agentes").click()
    expect(page.get_by_role("switch", name="Duda")).to_have_attribute("aria-checked", "true")
    assert [said for said in owner.complaints if "422" not in said] == []


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True), (320, False)])
def test_the_screens_of_agents_are_accessible_and_fit(screen: Any, business: Any, width: int, dark: bool) -> None:
    business.open_shop()
    owner = screen(width=width, dark=dark)
    page = owner.sign_in()
    [agent] = business.api("GET", "/agents")["results"]
    paths = ("/agentes", f"/agentes/{agent['id']}", f"/agentes/{agent['id']}#test", "/agentes/novo", "/agentes/testar")

    def opened(path: str) -> Page:
        page.goto("about:blank")  # a fragment alone would not load the page anew
        page.goto(owner.origin + path)
        if path.endswith(("#test", "/testar")):
            ask(page, "quero cortar o cabelo amanhã às 10h")
            page.locator("#playground-log summary").first.click()
        return page

    wide = [path for path in paths if opened(path) and owner.scrolls_sideways()]
    assert (wide, owner.complaints) == ([], [])

    assert {path: owner.serious() for path in paths if opened(path)} == {path: [] for path in paths}
