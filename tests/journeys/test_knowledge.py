"""From a question nobody taught to an answer the AI gives by itself, in a real browser."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from simulators import openai

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]
QUESTION, ANSWER = "Aceitam vale-alimentação?", "Ainda não. Aceitamos Pix, débito, crédito e dinheiro."


def looks_it_up(request: dict[str, Any]) -> openai.Reply | str:
    """A model that searches for what the customer said and repeats the best passage, or says it doesn't know."""
    last = request["messages"][-1]
    if last["role"] != "tool":
        return openai.tool("search_knowledge", query=last["content"])
    passages = json.loads(last["content"])["passages"]
    return passages[0]["content"] if passages else "Isso eu não sei, vou perguntar à equipe."


@pytest.fixture
def model(business: Any) -> Any:
    business.api("PATCH", f"/agents/{business.agent}", {"ai_provider": "chatgpt"})
    business.stack.ai.answer_with(looks_it_up)
    yield business.stack.ai
    business.stack.ai.reset()


def test_a_question_nobody_taught_is_taught_and_then_answered(screen: Any, business: Any, model: Any) -> None:
    davi, eva = business.customer("Davi"), business.customer("Eva")
    davi.says(QUESTION)
    assert "não sei" in davi.hears(1)[0]

    owner = screen(width=390)
    page = owner.sign_in()
    page.goto(f"{owner.origin}/conhecimento")
    gap = page.get_by_role("listitem").filter(has_text=QUESTION)
    expect(gap).to_contain_text("1 cliente")
    gap.get_by_role("textbox").fill("?!")
    gap.get_by_role("button", name="Ensinar").click()
    expect(gap).to_contain_text("Escreva pelo menos uma palavra.")
    expect(gap.get_by_role("textbox")).to_have_value("?!")
    gap.get_by_role("textbox").fill(ANSWER)
    gap.get_by_role("button", name="Ensinar").click()

    expect(page.get_by_role("status").first).to_contain_text("Ensinado")
    assert ANSWER in davi.hears(2)[1]  # who asked is answered
    eva.says("vcs aceitam vale alimentacao?")
    assert ANSWER in eva.hears(1)[0]  # and so is the next one

    page.get_by_label("Pergunta", exact=True).fill("aceita vale alimentação")
    page.get_by_role("button", name="Testar").click()
    expect(page.locator("#try mark").first).to_be_visible()
    expect(page.locator("#try")).to_contain_text("Ainda não.")
    assert not owner.scrolls_sideways()


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True), (320, False)])
def test_the_knowledge_is_accessible_and_fits(screen: Any, business: Any, model: Any, width: int, dark: bool) -> None:
    long = {
        "kind": "qa",
        "title": "Supercalifragilistico" * 9,
        "content": "Sim. " * 30,
        "tags": ["etiqueta longa"],
    }
    business.api("POST", "/knowledge", long)
    entry = business.api("POST", "/knowledge", {"title": "Atraso", "content": "Toleramos 15 minutos.\n\nSem taxa."})
    davi = business.customer("Davi")
    davi.says("Vocês fazem luzes em cabelo curto feminino " + "bem" * 40 + "?")
    davi.hears(1)
    owner = screen(width=width, dark=dark)
    owner.sign_in()
    paths = (
        "/conhecimento",
        "/conhecimento?pergunta=qual+a+tolerancia+de+atraso",
        "/conhecimento?q=nada+disso",
        "/conhecimento/nova",
        f"/conhecimento/{entry['id']}",
    )

    wide = [path for path in paths if owner.page.goto(owner.origin + path) and owner.scrolls_sideways()]
    assert (wide, owner.complaints) == ([], [])
    found = {path: owner.serious() for path in paths if owner.page.goto(owner.origin + path)}
    assert found == {path: [] for path in paths}
