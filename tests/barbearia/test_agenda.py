"""The agenda screen, and the demo that fills it."""

from __future__ import annotations

from datetime import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts import hosts
from apps.barbearia import blocks, demo, hours, transitions
from apps.barbearia.hours import SpecialDay, WeeklyWindow
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
    [day] = answer.context["listed"]
    assert [(line["client"], line["professional"]) for line in day["lines"]] == [("Davi Rocha", "Carlos")]
    grid = answer.context["grid"]
    assert [who["name"] for who in grid["professionals"]] == ["Carlos", "Léo"]
    assert [(item["client"], item["professional"]) for item in grid["appointments"]] == [("Davi Rocha", carlos.pk)]
    assert answer.context["legend"] == [{"look": "brand", "icon": "calendar-check", "label": "Agendado", "count": 1}]


def test_free_time_counts_what_hours_appointments_and_blocks_leave(browser, book, carlos, monday, at, ana):
    book("10:00")
    blocks.block(carlos, start=at("12:00"), end=at("13:15"), by=ana)

    [shown] = browser(f"/agenda?data={monday.isoformat()}").context["grid"]["professionals"]

    assert shown["summary"] == "1 horário · 8h15 livres"  # ten hours, less 30 and 75 minutes


def test_breaks_days_off_and_blocks_are_shaded(browser, carlos, leo, monday, at, ana):
    morning_and_afternoon = [WeeklyWindow(0, time(9), time(12)), WeeklyWindow(0, time(13), time(18))]
    hours.replace(professional=carlos, hours=morning_and_afternoon, by=ana)
    hours.replace(professional=leo, exceptions=[SpecialDay(monday, True)], by=ana)
    blocks.block(carlos, start=at("14:00"), end=at("15:00"), reason="dentista", by=ana)

    shades = browser(f"/agenda?data={monday.isoformat()}").context["grid"]["shades"]

    mine = {
        (item["kind"], item["start"][11:16], item["end"][11:16], item["label"])
        for item in shades
        if item["professional"] == carlos.pk
    }
    assert mine == {
        ("off", "08:00", "09:00", "Entra às 09:00"),
        ("break", "12:00", "13:00", "Intervalo"),
        ("off", "18:00", "19:00", "Sai às 18:00"),
        ("block", "14:00", "15:00", "Bloqueado · dentista"),
    }
    assert [(item["kind"], item["label"]) for item in shades if item["professional"] == leo.pk] == [("off", "Folga")]


def test_a_week_shows_seven_days_and_one_professional_alone(browser, book, carlos, leo, monday):
    book("10:00", days=2)
    book("10:00", days=3, professional=leo)

    answer = browser(f"/agenda?data={monday.isoformat()}&visao=semana&profissional={leo.pk}")

    assert len(answer.context["listed"]) == 7
    assert [item["who"] for item in answer.context["grid"]["appointments"]] == ["Léo"]


@pytest.mark.parametrize("asked", ["", "ontem", "2026-02-30", "9999-12-31", "0001-01-01", "2026-11-20T10:00", "\x00"])
def test_anything_that_is_no_day_is_today(browser, asked):
    answer = browser(f"/agenda?data={asked}")
    assert answer.context["place"].day == timezone.localdate()


def test_a_stranger_is_sent_to_sign_in(tenant, browser_at):
    answer = browser_at(hosts.host_of(tenant)).get("/agenda")
    assert (answer.status_code, answer["Location"]) == (302, "/entrar?next=/agenda")


@pytest.mark.parametrize("view", ["dia", "semana", "lista"])
def test_a_full_agenda_costs_no_more_queries(browser, book, corte, monday, view):
    def fill(number):
        who = make_professional(f"Pessoa {number}", corte)
        for hour in range(9, 14):
            book(f"{hour}:00".zfill(5), professional=who)

    path = f"/agenda?data={monday.isoformat()}&visao={view}"
    fill(0)
    browser(path)
    with CaptureQueriesContext(connection) as few:
        browser(path)
    for number in range(1, 10):
        fill(number)
    browser(path)  # the host is looked up anew after ten seconds
    with CaptureQueriesContext(connection) as many:
        browser(path)
    assert len(many.captured_queries) == len(few.captured_queries) < 25


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
