"""How screens write what people read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from apps.lib.templatetags import screen


@pytest.fixture(autouse=True)
def portuguese():
    with translation.override("pt-br"), timezone.override("America/Sao_Paulo"):
        yield


@pytest.fixture
def it_is(monkeypatch):
    """Set the clock to a moment of São Paulo."""

    def set_to(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
        now = datetime(year, month, day, hour, minute, tzinfo=timezone.get_current_timezone())
        monkeypatch.setattr(timezone, "now", lambda: now)
        return now

    return set_to


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Mariana Alves", "MA"), ("Zé", "ZÉ"), ("Ana Maria da Silva", "AS"), ("+55 11 97123-4410", "10"), ("", "?")],
)
def test_initials_stand_for_a_name(name, letters):
    assert screen.initials(name) == letters


def test_a_name_has_the_same_colour_everywhere():
    assert screen.tone("Mariana Alves") == screen.tone("Mariana Alves")
    assert {screen.tone(f"Cliente {number}") for number in range(50)} == {"tone-1", "tone-2", "tone-3", "tone-4"}


def test_money_never_breaks_across_lines():
    assert screen.brl(Decimal("1240.5")) == "R$\N{NO-BREAK SPACE}1.240,50"


def test_whatsapp_marks_become_html():
    assert screen.message_text("às *10:00* ou _11:30_, não ~12~\ncerto?") == (
        "às <strong>10:00</strong> ou <em>11:30</em>, não <s>12</s><br>certo?"
    )


@pytest.mark.parametrize("plain", ["2 * 3 * 4", "um_nome_de_arquivo", "5*", "* item", "a ** b"])
def test_signs_that_mark_nothing_stay(plain):
    assert screen.message_text(plain) == plain


def test_what_a_customer_types_is_never_markup():
    hostile = '<script>alert(1)</script> *<b>x</b>* https://a.b/"onclick=alert(1)'

    shown = Template("{% load screen %}{{ text|message_text }}").render(Context({"text": hostile}))

    assert "<script" not in shown and "<b>" not in shown and '"onclick' not in shown


def test_links_open_elsewhere_and_keep_their_underscores():
    shown = screen.message_text("Veja https://exemplo.com.br/a_b_c?x=1&y=2.")

    assert '<a href="https://exemplo.com.br/a_b_c?x=1&amp;y=2" target="_blank" rel="noopener noreferrer">' in shown
    assert shown.endswith("</a>.")


def test_days_are_named_as_people_say_them(it_is):
    now = it_is(2026, 11, 20)

    assert screen.day_label(now) == "Hoje"
    assert screen.day_label(now - timedelta(days=1)) == "Ontem"
    assert screen.day_label(now - timedelta(days=2)) == "quarta-feira, 18 de novembro"
    assert screen.day_label(datetime(2025, 3, 1, 15, tzinfo=UTC)) == "sábado, 1 de março de 2025"


def test_the_list_shows_the_shortest_time_that_tells(it_is):
    now = it_is(2026, 11, 20, 9, 52)

    assert screen.short_when(now) == "09:52"
    assert screen.short_when(now - timedelta(days=1)) == "ontem"
    assert screen.short_when(now - timedelta(days=6)) == "sáb"
    assert screen.short_when(now - timedelta(days=30)) == "21/10"
    assert screen.short_when(None) == ""


def test_midnight_of_the_business_separates_days_not_midnight_of_utc(it_is):
    it_is(2026, 11, 20, 23, 30)

    assert screen.day_label(datetime(2026, 11, 21, 2, 0, tzinfo=UTC)) == "Hoje"
    assert screen.near_when(datetime(2026, 11, 21, 12, 42, tzinfo=UTC)) == "amanhã, 09:42"


@pytest.mark.parametrize(("minutes", "label"), [(0, "agora"), (4, "4 min"), (125, "2 h"), (60 * 72, "3 d")])
def test_waiting_is_told_in_the_largest_unit(it_is, minutes, label):
    assert screen.waiting_label(it_is(2026, 11, 20) - timedelta(minutes=minutes)) == label


def test_an_amount_in_a_message_never_breaks_over_two_lines() -> None:
    assert screen.message_text("Corte (R$ 45,00), barba R$ 35,00") == "Corte (R$\u00a045,00), barba R$\u00a035,00"
    assert screen.message_text("R$ alto") == "R$ alto"
