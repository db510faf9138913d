"""From the public site to the assistant's first answer, in a real browser, without any key."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import AXE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]


@pytest.fixture
def visitor(chromium: Browser, journey_stack: Any) -> Iterator[Any]:
    """`visitor(width=390, dark=True)`: somebody new on the public site; `page.complaints` is what the console said."""
    contexts = []

    def come(*, width: int = 1440, dark: bool = False, scripts: bool = True, zone: str = "America/Cuiaba") -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            locale="pt-BR",
            timezone_id=zone,
            java_script_enabled=scripts,
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []  # type: ignore[attr-defined]
        page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
        page.goto(f"http://localhost:{journey_stack.ports['sockets']}/")
        return page

    yield come
    for context in contexts:
        context.close()


def _sign_up(page: Page, *, email: str, business: str) -> None:
    page.get_by_role("link", name="Criar minha conta").click()
    page.get_by_label("Seu nome").fill("Davi Rocha")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Senha", exact=True).fill("senha-boa-123")
    page.get_by_label("Nome do negócio").fill(business)


def _go_on(page: Page, name: str = "Continuar") -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _write(page: Page, field: Locator, text: str) -> None:
    """Once the page's scripts are there: without them a form is sent the plain way, to a page of its own."""
    expect(field).to_be_visible()
    page.wait_for_load_state()
    field.fill(text)


@pytest.mark.timeout(300)  # the promise itself is held to 180 seconds below
@pytest.mark.parametrize(
    ("zone", "proposed"),
    [("America/Cuiaba", "America/Manaus"), ("America/Fortaleza", "America/Sao_Paulo"), ("UTC", "America/Sao_Paulo")],
)
def test_the_browsers_time_zone_is_proposed_if_it_is_a_places(visitor: Any, zone: str, proposed: str) -> None:
    page = visitor(zone=zone)
    page.get_by_role("link", name="Criar minha conta").click()
    page.wait_for_load_state()

    expect(page.locator("[data-guess-zone]")).to_have_value(proposed)


def test_signing_up_leads_to_a_first_answer_within_three_minutes(visitor: Any) -> None:
    started, page = time.monotonic(), visitor()
    _sign_up(page, email="davi@example.com", business="Barbearia do Davi")
    expect(page.get_by_label("Endereço do seu painel")).to_have_value("barbearia-do-davi")
    expect(page.get_by_label("Fuso horário")).to_have_value("America/Manaus")
    _go_on(page, "Criar minha conta")

    expect(page.get_by_role("heading", name="Seu negócio")).to_be_visible()
    page.get_by_label("Endereço", exact=True).fill("Rua Augusta, 900")
    _go_on(page)
    page.get_by_label("Preço de Barba", exact=True).fill("61,00")
    page.get_by_label("Quem atende").fill("Davi, Léo")
    _go_on(page)
    _write(page, page.get_by_label("Nome da assistente"), "Clara")
    expect(page.locator("#start-preview")).to_contain_text("Clara")
    _go_on(page)
    _go_on(page, "Testar sem WhatsApp")
    _write(page, page.locator("#playground-said"), "quanto custa a barba?")
    page.keyboard.press("Enter")
    expect(page.locator("#playground-log")).to_contain_text("61,00")
    assert time.monotonic() - started < 180

    _go_on(page, "Concluir")
    expect(page.get_by_text("Primeiros passos")).to_be_visible()
    assert "/conversas" in page.url and page.complaints == []


def test_what_is_typed_before_the_scripts_arrive_is_heard(visitor: Any) -> None:
    page, held = visitor(), []
    page.route("**/htmx-2*.js", lambda route: held.append(route))
    page.get_by_role("link", name="Criar minha conta").click(no_wait_after=True)
    page.get_by_label("Nome do negócio").fill("Oficina Ligeira")
    page.wait_for_function("() => document.readyState === 'interactive'")
    held[0].continue_()

    expect(page.get_by_label("Endereço do seu painel")).to_have_value("oficina-ligeira")
    page.get_by_label("Nome do negócio").fill("Oficina Certeira")
    expect(page.get_by_label("Endereço do seu painel")).to_have_value("oficina-certeira")


def test_it_works_without_scripts(visitor: Any) -> None:
    page = visitor(scripts=False)
    _sign_up(page, email="sem@example.com", business="Salão Sem Script")
    _go_on(page, "Criar minha conta")

    expect(page.get_by_role("heading", name="Seu negócio")).to_be_visible()
    assert "//salao-sem-script." in page.url

    page.goto(page.url.replace("/negocio", "/teste"))
    page.get_by_label("Mensagem de teste").fill("oi, tudo bem?")
    page.keyboard.press("Enter")
    expect(page.locator("#playground-log")).to_contain_text("assistente virtual")
    expect(page.get_by_role("button", name="Concluir")).to_be_visible()
    assert page.url.endswith("/comecar/teste")


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True), (320, False)])
def test_every_step_is_accessible_and_fits(visitor: Any, width: int, dark: bool) -> None:
    page = visitor(width=width, dark=dark)
    seen = {"": page.url, "criar-conta": page.url + "criar-conta"}
    _sign_up(page, email=f"w{width}@example.com", business=f"Barbearia {width}")
    _go_on(page, "Criar minha conta")
    expect(page.get_by_role("heading", name="Seu negócio")).to_be_visible()
    steps = ("negocio", "servicos", "assistente", "canal", "teste")
    seen |= {step: page.url.replace("/negocio", f"/{step}") for step in steps}

    wide = [name for name, url in seen.items() if page.goto(url) and _scrolls_sideways(page)]
    assert (wide, page.complaints) == ([], [])
    assert {name: _serious(page) for name, url in seen.items() if page.goto(url)} == {name: [] for name in seen}


def _scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def _serious(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run()")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
