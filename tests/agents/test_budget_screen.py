"""The screen of the month's limit: who may set it, what it understands, what it shows."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from apps.agents import spending
from apps.agents.models import Budget
from apps.lib.fields import ReaisField
from tests.agents.test_spending import spent_already

pytestmark = pytest.mark.usefixtures("shop")

PAGE = "/agentes/limite"


@pytest.fixture
def browser(browser_for: Any, ana: Any, world: Any) -> Any:
    return browser_for(ana, world.tenant)


def limit(reais: str | None, when_spent: str = "offline") -> None:
    spending.set_budget(monthly_limit=None if reais is None else Decimal(reais), when_spent=when_spent, by=None)


def text_of(answer: Any) -> str:
    return str(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def chosen(page: str) -> str:
    """The radio that is on."""
    [value] = re.findall(r'name="when_spent"\s+value="(\w+)"\s+checked', page)
    return value


def test_an_attendant_neither_sees_nor_sets_the_limit(browser_for: Any, bruno: Any, world: Any) -> None:
    browser = browser_for(bruno, world.tenant)

    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, {"monthly_limit": "1,00", "when_spent": "people"}).status_code == 403
    assert not Budget.objects.exists()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("50,00", "50.00"),
        ("R$ 1.180,50", "1180.50"),
        ("1.000", "1000.00"),
        ("45.5", "45.50"),
        ("0", "0.00"),
        ("", None),
    ],
)
def test_the_owner_writes_it_as_people_write_money(browser: Any, typed: str, stored: str | None) -> None:
    limit("7.00")
    answer = browser.post(PAGE, {"monthly_limit": typed, "when_spent": "people"}, follow=True)

    budget = Budget.objects.get()
    assert budget.monthly_limit == (None if stored is None else Decimal(stored)) and budget.when_spent == "people"
    assert answer.redirect_chain == [(PAGE, 302)] and "Salvo" in text_of(answer)


@pytest.mark.parametrize("typed", ["muito", "-1", "1,005", "123456789", "NaN", "1\x00"])
def test_what_is_no_limit_is_said_beside_the_field_and_stays(browser: Any, typed: str) -> None:
    limit("7.00")
    answer = browser.post(PAGE, {"monthly_limit": typed, "when_spent": "people"})

    page = text_of(answer)
    assert answer.status_code == 422 and 'id="id_monthly_limit-error"' in page and f'value="{typed}"' in page
    assert chosen(page) == "people"
    assert Budget.objects.get().monthly_limit == 7 and "de R$ 7,00" in page


def test_an_unknown_wish_is_refused(browser: Any) -> None:
    answer = browser.post(PAGE, {"monthly_limit": "5", "when_spent": "panic"})

    assert answer.status_code == 422 and 'id="id_when_spent-error"' in text_of(answer)
    assert not Budget.objects.exists()


def test_the_form_shows_what_holds(browser: Any) -> None:
    limit("1180.50", "people")
    page = text_of(browser.get(PAGE))

    assert 'value="1180,50"' in page and chosen(page) == "people"


def test_without_a_limit_the_month_is_told_all_the_same(browser: Any) -> None:
    assert "Nada foi pago neste mês" in text_of(browser.get("/agentes"))

    spent_already("1234.50")
    for path in ("/agentes", PAGE):
        page = text_of(browser.get(path))
        assert "R$ 1.234,50" in page and "sem limite" in page and "<progress" not in page


@pytest.mark.parametrize(
    ("spent", "percent", "badge"),
    [("39.99", 79, ""), ("40.00", 80, "perto do limite"), ("50.00", 100, "limite atingido")],
)
def test_the_bar_and_its_warning_follow_the_spending(browser: Any, spent: str, percent: int, badge: str) -> None:
    limit("50.00")
    spent_already(spent)

    for path in ("/agentes", PAGE):
        page = text_of(browser.get(path))
        assert f'value="{percent}"' in page and f"{percent}%" in page
        said = [words for words in ("perto do limite", "limite atingido") if words in page]
        assert said == ([badge] if badge else [])


def test_a_call_that_was_not_made_shows_the_limit_as_reached(browser: Any) -> None:
    limit("50.00", "people")
    spent_already("49.99")
    Budget.objects.update(spent_for=spending.this_month().first_day)

    assert "os clientes esperam por uma pessoa" in text_of(browser.get("/agentes"))


def test_a_limit_of_zero_is_reached_at_once(browser: Any) -> None:
    limit("0.00")

    page = text_of(browser.get(PAGE))
    assert "limite atingido" in page and "o agente offline responde" in page


def test_reais_are_read_as_they_are_written() -> None:
    read = ReaisField().clean

    assert [read("1.234.567,89"), read("R$ 45"), read("45.00"), read("12.345")] == [
        Decimal("1234567.89"),
        Decimal(45),
        Decimal("45.00"),
        Decimal(12345),
    ]
