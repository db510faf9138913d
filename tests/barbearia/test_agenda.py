"""The agenda screen, and the demo that fills it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts import hosts
from apps.barbearia import demo, transitions
from apps.barbearia.models import Appointment, OpeningHours, Professional, Service
from apps.lib.tenancy import current_schema

from .conftest import make_professional


@pytest.fixture
def browser(tenant, ana, browser_for):
    """Ana's browser on her business's host."""
    return browser_for(ana, tenant).get


def test_the_day_shows_each_professional_and_their_customers(browser, book, carlos, leo, monday, ana):
    book("10:00")
    transitions.move(book("11:00"), to="cancelado", by=ana)

    answer = browser(f"/agenda?data={monday.isoformat()}")

    assert answer.status_code == 200
    shown = {who["name"]: who for who in answer.context["professionals"]}
    assert shown["Carlos"]["hours"] == "09:00–19:00"
    assert [line["client"] for line in shown["Carlos"]["appointments"]] == ["Davi Rocha"]
    assert shown["Léo"]["appointments"] == []
    assert "Davi Rocha" in answer.content.decode()
    assert [day["is_closed"] for day in answer.context["week"]] == [False] * 6 + [True]


@pytest.mark.parametrize("asked", ["", "ontem", "2026-02-30", "9999-12-31", "0001-01-01", "2026-11-20T10:00", "\x00"])
def test_anything_that_is_no_day_is_today(browser, asked):
    answer = browser(f"/agenda?data={asked}")
    assert answer.context["day"] == timezone.localdate()
    assert answer.context["is_today"]


def test_a_stranger_is_sent_to_sign_in(tenant, browser_at):
    answer = browser_at(hosts.host_of(tenant)).get("/agenda")
    assert (answer.status_code, answer["Location"]) == (302, "/entrar?next=/agenda")


def test_a_full_agenda_costs_no_more_queries(browser, book, corte, monday):
    book("09:00")
    path = f"/agenda?data={monday.isoformat()}"
    browser(path)
    with CaptureQueriesContext(connection) as few:
        browser(path)
    for number in range(5):
        book(f"1{number}:00", professional=make_professional(f"Pessoa {number}", corte))
    with CaptureQueriesContext(connection) as many:
        browser(path)
    assert len(many) == len(few)


def test_the_demo_is_filled_once(tenant):
    demo.fill(tenant)
    demo.fill(tenant)

    assert [(service.name, str(service.price)) for service in Service.objects.order_by("pk")] == [
        ("Corte", "45.00"),
        ("Barba", "35.00"),
        ("Sobrancelha", "20.00"),
    ]
    assert list(Professional.objects.order_by("pk").values_list("name", flat=True)) == ["Carlos", "Léo", "Rafael"]
    assert OpeningHours.objects.count() == 6
    assert Appointment.objects.count() == len(demo.TODAY)
    assert current_schema() == tenant.schema_name
