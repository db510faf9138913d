"""A real browser against the real stack; sockets and pages come from daphne."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from local.browser import FLAGS, chromium_path, is_required
from tests.promises.business import Business
from tests.promises.stack import Stack, running, wait_until

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
PASSWORD = "senha-boa-123"
ABORTED = ("htmx:sendAbort", "htmx:afterRequest")  # how htmx tells of a request that a newer one replaced
expect.set_options(timeout=20_000)  # the whole stack shares two cores with another worker's tests


@pytest.fixture(scope="session")
def journey_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("journeys")) as stack:
        stack.start("sockets")
        wait_until(lambda: stack.listens("sockets"), seconds=60, what="daphne")
        yield stack


@pytest.fixture(scope="module")  # not longer: while Playwright's loop runs, Django refuses its database to other tests
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        if is_required():
            pytest.fail("REQUIRE_BROWSER is set, but no Chromium was found.")
        pytest.skip("no Chromium: install it, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def business(journey_stack: Stack) -> Business:
    return Business(journey_stack, provider="offline", debounce=(0, 0))


class Screen:
    """The owner's browser on her business; collects what the console complains about."""

    def __init__(self, context: BrowserContext, business: Business) -> None:
        self.business = business
        self.origin = f"http://{business.host}:{business.stack.ports['sockets']}"
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", self._failed)

    def _said(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not said.text.startswith(ABORTED):
            self.complaints.append(said.text)

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a newer request, or leaving the page, took its place
            self.complaints.append(f"{request.method} {request.url}: {request.failure}")

    def sign_in(self) -> Page:
        self.page.goto(f"{self.origin}/entrar")
        self.page.get_by_label("E-mail").fill(f"ana{self.business.index}@example.com")
        self.page.get_by_label("Senha", exact=True).fill(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/conversas")
        return self.page

    def serious(self) -> list[str]:
        """What axe finds serious or critical on the page now. Its own inline styles make the console complain."""
        self.page.evaluate(AXE.read_text())
        found: dict[str, Any] = self.page.evaluate("axe.run()")
        return [
            f"{one['id']}: {one['nodes'][0]['html'][:120]}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]

    def scrolls_sideways(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.fixture
def screen(chromium: Browser, business: Business) -> Iterator[Callable[..., Screen]]:
    """`screen(width=390, dark=True)`: a fresh browser profile of that size."""
    contexts: list[BrowserContext] = []

    def open_screen(*, width: int = 1440, dark: bool = False) -> Screen:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", locale="pt-BR"
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Screen(context, business)

    yield open_screen
    for context in contexts:
        context.close()
