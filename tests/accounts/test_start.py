"""The first steps of a business made in the browser: skippable, resumable, and then out of the way."""

from __future__ import annotations

from typing import Any

import pytest

from apps.accounts import start
from apps.accounts.models import Start, Tenant

STEPS = ["negocio", "servicos", "assistente", "canal", "teste"]


@pytest.fixture
def owner(tenant: Tenant, ana: Any, browser_for: Any) -> Any:
    """Ana, whose business was just made in the browser."""
    start.begin(tenant)
    return browser_for(ana, tenant)


def _stages(tenant: Tenant) -> dict[str, str]:
    state = {(True, False): "done", (False, True): "skipped", (False, False): "open"}
    return {each.step.key: state[each.is_done, each.is_skipped] for each in start.stages(start.of(tenant))}


def test_the_first_sign_in_leads_to_the_first_step(owner: Any) -> None:
    assert owner.get("/").headers["Location"] == "/comecar"
    assert owner.get("/comecar").headers["Location"] == "/comecar/negocio"


def test_a_business_made_otherwise_goes_straight_to_its_inbox(tenant: Tenant, ana: Any, browser_for: Any) -> None:
    browser = browser_for(ana, tenant)

    assert browser.get("/").headers["Location"] == "/conversas"
    assert "Primeiros passos" not in browser.get("/conversas").content.decode()


def test_an_attendant_is_never_sent_to_the_start(owner: Any, tenant: Tenant, bruno: Any, browser_for: Any) -> None:
    browser = browser_for(bruno, tenant)

    assert browser.get("/").headers["Location"] == "/conversas"
    assert browser.get("/comecar/negocio").status_code == 403
    assert "Primeiros passos" not in browser.get("/conversas").content.decode()


def test_every_step_can_be_skipped_and_the_last_one_leads_to_the_inbox(owner: Any, tenant: Tenant) -> None:
    for step, following in zip(STEPS, [*STEPS[1:], None], strict=True):
        assert owner.get(f"/comecar/{step}").status_code == 200
        answer = owner.post(f"/comecar/{step}", {"skip": "1"})
        assert answer.headers["Location"] == (f"/comecar/{following}" if following else "/")

    assert _stages(tenant) == dict.fromkeys(STEPS, "skipped")
    assert owner.get("/").headers["Location"] == "/conversas"


def test_whoever_leaves_comes_back_to_where_they_left(owner: Any) -> None:
    owner.post("/comecar/negocio", {"skip": "1"})
    owner.post("/comecar/servicos", {"skip": "1"})

    assert owner.post("/comecar/sair").headers["Location"] == "/"
    assert owner.get("/").headers["Location"] == "/conversas"
    assert owner.get("/comecar").headers["Location"] == "/comecar/assistente"


def test_what_is_left_stands_above_the_screens_until_put_away(owner: Any) -> None:
    owner.post("/comecar/negocio", {"skip": "1"})
    page = owner.get("/conversas").content.decode()
    assert "Primeiros passos" in page and 'href="/comecar/negocio"' in page

    owner.post("/comecar/dispensar")
    assert "Primeiros passos" not in owner.get("/conversas").content.decode()


def test_the_checklist_goes_when_all_is_done(owner: Any, tenant: Tenant) -> None:
    Start.objects.update(done=STEPS)

    assert "Primeiros passos" not in owner.get("/conversas").content.decode()


def test_going_on_without_whatsapp_leaves_it_on_the_list(owner: Any, tenant: Tenant) -> None:
    owner.post("/comecar/canal", {})

    assert _stages(tenant)["canal"] == "skipped"


def test_progress_is_each_businesss_own(owner: Any, tenant: Tenant, rival: Tenant) -> None:
    owner.post("/comecar/negocio", {"skip": "1"})

    assert start.of(rival) is None


@pytest.mark.parametrize("path", ["/comecar/nada", "/comecar/nada/previa"])
def test_an_unknown_step_is_404(owner: Any, path: str) -> None:
    assert owner.post(path).status_code == 404


def test_leaving_and_hiding_want_a_post(owner: Any) -> None:
    assert [owner.get(f"/comecar/{deed}").status_code for deed in ("sair", "dispensar")] == [405, 405]
