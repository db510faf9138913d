"""Services, professionals, hours and clients on the screen."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from apps.barbearia import hours
from apps.barbearia.hours import WeeklyWindow
from apps.barbearia.models import Appointment, HoursException, OpeningHours, Professional, Service
from apps.chat.models import Contact


@pytest.fixture
def browser(tenant: Any, ana: Any, browser_for: Any) -> Any:
    return browser_for(ana, tenant)


def week(**days: str) -> dict[str, list[str]]:
    """`week(mon="09:00-12:00 13:00-18:00")` as the form posts it."""
    names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    fields: dict[str, list[str]] = {}
    for name, text in days.items():
        pairs = [pair.split("-") for pair in text.split()]
        fields[f"h{names.index(name)}-start"] = [pair[0] for pair in pairs]
        fields[f"h{names.index(name)}-end"] = [pair[1] for pair in pairs]
    return fields


def special(*rows: tuple[str, str, str, str, str]) -> dict[str, list[str]]:
    """Rows of (date, until, kind, start, end)."""
    names = ("x-date", "x-until", "x-kind", "x-start", "x-end")
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


# Services ---------------------------------------------------------------------------------------


def test_a_service_is_created_with_who_performs_it(browser, carlos, leo):
    body = {"name": "Luzes", "price": "1.180,50", "duration_minutes": "90", "buffer_before_minutes": "0"}
    body |= {"buffer_after_minutes": "10", "is_active": "on", "professionals": [leo.pk], "category": "Química"}

    assert browser.post("/servicos/novo", body).status_code == 302

    service = Service.objects.get(name="Luzes")
    assert (service.price, service.buffer_after_minutes) == (Decimal("1180.50"), 10)
    assert list(service.professionals.all()) == [leo]


def test_a_service_without_anybody_is_explained_where_it_is_entered(browser, corte, carlos):
    body = {"name": "Corte especial", "price": "45,00", "duration_minutes": "30", "is_active": "on"}
    body |= {"buffer_before_minutes": "0", "buffer_after_minutes": "0"}

    answer = browser.post(f"/servicos/{corte.pk}", body)

    page = answer.content.decode()
    assert answer.status_code == 422 and "Sem ninguém que faça, não pode ser agendado." in page
    assert "Corte especial" in page
    corte.refresh_from_db()
    assert corte.name == "Corte"


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("price", "-1"), ("price", "muito"), ("duration_minutes", "0"), ("price", "9e9")]
)
def test_what_makes_no_sense_is_said_beside_the_field(browser, carlos, field, value):
    body = {"name": "X", "price": "10", "duration_minutes": "30", "buffer_before_minutes": "0"}
    body |= {"buffer_after_minutes": "0", "professionals": [carlos.pk], field: value}

    answer = browser.post("/servicos/novo", body)

    assert answer.status_code == 422 and answer.context["form"].errors[field]
    assert f'id="id_{field}-error"' in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("duration_minutes", "0", "Use de 1 a 720 min."),
        ("duration_minutes", "721", "Use de 1 a 720 min."),
        ("buffer_after_minutes", "-1", "Use de 0 a 240 min."),
        ("price", "-1", "Use 0 ou mais."),
    ],
)
def test_a_number_out_of_range_is_told_the_range(browser, carlos, field, value, told):
    body = {"name": "X", "price": "10", "duration_minutes": "30", "buffer_before_minutes": "0"}
    body |= {"buffer_after_minutes": "0", "professionals": [carlos.pk], field: value}

    assert told in browser.post("/servicos/novo", body).context["form"].errors[field]


def test_a_second_service_of_one_name_is_refused_beside_the_field(browser, as_ana, corte, barba, carlos):
    body = {"price": "10", "duration_minutes": "30", "buffer_before_minutes": "0", "buffer_after_minutes": "0"}
    body |= {"professionals": [carlos.pk], "name": " CÓRTE"}

    for path in ("/servicos/novo", f"/servicos/{barba.pk}"):
        answer = browser.post(path, body)
        assert answer.status_code == 422 and "Já existe um serviço chamado" in answer.content.decode()
    assert browser.post(f"/servicos/{corte.pk}", body | {"name": "Corte"}).status_code == 302

    api = {"name": "Corte", "price": "10.00", "duration_minutes": 30}
    assert as_ana.post("/api/v1/barbearia/services", api, format="json").status_code == 201  # clients may have two
    assert browser.post(f"/servicos/{corte.pk}", body | {"name": "Corte"}).status_code == 302  # and go on editing them


def test_a_service_nobody_performs_is_marked_in_the_list(browser, corte):
    assert "ninguém faz" in browser.get("/servicos").content.decode()


def test_switching_and_removing_leave_appointments_alone(browser, book, corte):
    appointment = book("10:00")

    browser.post(f"/servicos/{corte.pk}/situacao", {"on": "0"})
    corte.refresh_from_db()
    assert not corte.is_active
    browser.post(f"/servicos/{corte.pk}/remover")

    appointment.refresh_from_db()
    assert appointment.status == "agendado" and appointment.service_names == ["Corte"]
    assert "Corte" not in browser.get("/servicos").content.decode().split("toasts")[0]


# Professionals and hours ------------------------------------------------------------------------


def test_a_professional_gets_a_week_with_breaks_and_a_holiday(browser, corte):
    away = timezone.localdate() + timedelta(days=20)
    body = {"name": "Rafael", "is_active": "on", "services": [corte.pk], "own": "1"}
    body |= week(mon="09:00-12:00 13:00-18:00", sat="10:00-00:00")
    body |= special((away.isoformat(), (away + timedelta(days=2)).isoformat(), "closed", "", ""))

    assert browser.post("/profissionais/novo", body).status_code == 302

    rafael = Professional.objects.get()
    stored = [f"{row.weekday} {row.start:%H:%M}-{row.end:%H:%M}" for row in rafael.hours.all()]
    assert stored == ["0 09:00-12:00", "0 13:00-18:00", "5 10:00-00:00"]
    assert [row.date for row in rafael.exceptions.all()] == [away + timedelta(days=n) for n in range(3)]
    shown = browser.get(f"/profissionais/{rafael.pk}").context["times"]
    assert next((row.date, row.until) for row in shown.special) == (
        away.isoformat(),
        (away + timedelta(days=2)).isoformat(),
    )


def test_whoever_removes_a_professional_sees_what_is_booked_with_them(browser, book, carlos):
    assert "agendamentos futuros" not in browser.get(f"/profissionais/{carlos.pk}").content.decode()
    for clock in ("10:00", "11:00", "12:00", "13:00", "14:00", "15:00", "16:00"):
        book(clock)

    page = browser.get(f"/profissionais/{carlos.pk}").content.decode()

    assert "7 agendamentos futuros continuam marcados com essa pessoa" in page
    assert page.count("· Davi Rocha</a>") == 5 and "e mais 2" in page


def test_a_professional_may_keep_the_businesss_hours(browser, corte):
    browser.post("/profissionais/novo", {"name": "Rafael", "is_active": "on", "services": [corte.pk], "own": "0"})

    assert Professional.objects.get().hours.count() == 0


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ("18:00-09:00", "o fim precisa ser depois do início"),
        ("09:00-09:00", "o fim precisa ser depois do início"),
        ("09:00-13:00 12:00-18:00", "se sobrepõem"),
        ("09:00-25:00", "não é um horário entre 00:00 e 24:00"),
        ("09:00-", "Informe o início e o fim"),
        ("abc-def", "não é um horário"),
    ],
)
def test_impossible_hours_are_explained_on_their_day_and_kept_as_typed(browser, hours, told):
    before = list(OpeningHours.objects.values_list("weekday", "start", "end"))

    answer = browser.post("/horarios", week(mon=hours, tue="09:00-18:00"))

    monday = answer.context["times"].days[0]
    assert answer.status_code == 422 and told in " ".join(monday.errors)
    assert "-".join([monday.windows[0].start, monday.windows[0].end]) == hours.split()[0]
    assert list(OpeningHours.objects.values_list("weekday", "start", "end")) == before


def test_no_hours_at_all_are_explained(browser, corte):
    assert "ao menos um dia" in browser.post("/horarios", {}).content.decode()

    body = {"name": "Rafael", "is_active": "on", "services": [corte.pk], "own": "1"}
    assert "ninguém consegue agendar" in browser.post("/profissionais/novo", body).content.decode()
    assert Professional.objects.count() == 0


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("2027-01-01", "", "open", "12:00", "10:00")], "o fim precisa"),
        ([("2027-01-05", "2027-01-01", "closed", "", "")], "antes do primeiro"),
        ([("2027-01-05", "2029-01-01", "closed", "", "")], "No máximo"),
        ([("2027-13-45", "", "closed", "", "")], "não é uma data"),
        ([("", "", "open", "10:00", "12:00")], "Informe o dia"),
        ([("2027-01-01", "", "closed", "", ""), ("2027-01-01", "", "open", "10:00", "12:00")], "duas vezes"),
    ],
)
def test_impossible_special_days_are_explained(browser, rows, told):
    answer = browser.post("/horarios", week(mon="09:00-18:00") | special(*rows))

    assert answer.status_code == 422 and told in answer.content.decode()
    assert not HoursException.objects.exists()


def test_special_days_of_the_past_survive_an_edit(browser, tenant):
    HoursException.objects.create(date="2020-01-01", closed=True)

    browser.post("/horarios", week(mon="09:00-18:00"))

    assert HoursException.objects.filter(date="2020-01-01").exists()


def test_appointments_outside_the_new_hours_are_listed_and_asked_about(browser, book, carlos):
    appointment = book("16:00")
    body = {f"h{day}-{edge}": [value] for day in range(7) for edge, value in (("start", "09:00"), ("end", "12:00"))}

    asked = browser.post("/horarios", body)
    assert asked.status_code == 422 and asked.context["affected"] == [appointment]
    assert "1 agendamento ficaria fora do novo horário" in asked.content.decode()
    assert OpeningHours.objects.filter(end="19:00").count() == 6

    assert browser.post("/horarios", body | {"confirmed": "1"}).status_code == 302
    appointment.refresh_from_db()
    assert appointment.status == "agendado" and not OpeningHours.objects.filter(end="19:00").exists()


def test_a_professionals_new_hours_ask_about_theirs_alone(browser, book, carlos, leo, corte):
    mine, _other = book("16:00"), book("16:00", professional=leo)
    body = {"name": "Carlos", "is_active": "on", "services": [corte.pk], "own": "1"} | week(mon="09:00-12:00")

    asked = browser.post(f"/profissionais/{carlos.pk}", body)

    assert asked.context["affected"] == [mine] and carlos.hours.count() == 0


def test_hours_of_their_own_start_from_the_businesss(browser, corte):
    hours.replace(hours=[WeeklyWindow(0, time(8), time(12)), WeeklyWindow(0, time(13), time(18))], by=None)

    times = browser.get("/profissionais/novo").context["times"]

    assert not times.own
    assert [(row.start, row.end) for row in times.days[0].windows] == [("08:00", "12:00"), ("13:00", "18:00"), ("", "")]
    assert all(row.is_empty for row in times.days[1].windows)


def test_only_the_hours_that_are_wrong_are_marked(browser, corte):
    body = {"name": "Rafael", "is_active": "on", "services": [corte.pk], "own": "1"} | week(mon="18:00-09:00")

    page = browser.post("/profissionais/novo", body).content.decode()

    assert page.count('aria-invalid="true"') == 2


# Clients ----------------------------------------------------------------------------------------


def test_clients_are_found_by_name_without_accents_and_by_phone(browser, tenant):
    browser.post("/clientes/novo", {"name": "Júlia Conceição", "phone": "(11) 98888-7777", "email": "", "notes": ""})
    browser.post("/clientes/novo", {"name": "Zeca", "phone": "", "email": "", "notes": ""})

    for search in ("julia conc", "98888", "(11) 98888-7777"):
        assert [found.name for found in browser.get("/clientes", {"q": search}).context["page"]] == ["Júlia Conceição"]


def test_a_clients_page_tells_their_history(browser, book, contact, ana, at):
    from apps.barbearia import transitions

    transitions.move(book("09:00"), to="concluido", by=ana, now=at("09:00"))
    coming = book("10:00", days=1)

    page = browser.get(f"/clientes/{contact.pk}").context

    assert [line["pk"] for line in page["upcoming"]] == [coming.pk]
    assert [line["status"] for line in page["earlier"]] == ["concluido"]
    assert (page["numbers"]["visits"], page["numbers"]["spent"]) == (1, Decimal("45.00"))


def test_a_number_somebody_has_is_refused_by_name(browser, contact):
    answer = browser.post("/clientes/novo", {"name": "Outro", "phone": "11 98877-6655", "email": "", "notes": ""})

    assert answer.status_code == 422 and "Davi Rocha já usa este número" in answer.content.decode()
    assert Contact.objects.count() == 1


def test_a_new_client_goes_back_to_the_booking_that_waits(browser, tenant):
    body = {"name": "Nina", "phone": "", "email": "", "notes": "prefere manhã"}

    there = browser.post("/clientes/novo?volta=/agenda/novo%3Fdata%3D2026-11-26", body)
    nina = Contact.objects.get()
    assert there["Location"] == f"/agenda/novo?data=2026-11-26&cliente={nina.pk}"
    assert "prefere manhã" in browser.get(f"/clientes/{nina.pk}").content.decode()

    elsewhere = browser.post("/clientes/novo?volta=//evil.example/agenda/", body)
    assert elsewhere["Location"].startswith("/clientes/")


def test_an_attendant_keeps_clients_but_not_the_catalogue(tenant, bruno, browser_for):
    browser = browser_for(bruno, tenant)

    assert browser.get("/clientes").status_code == 200
    assert {browser.get(path).status_code for path in ("/servicos", "/profissionais", "/horarios")} == {403}


def test_lists_cost_the_same_however_long(browser, tenant):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(path)
        return len(queries)

    def grow(number: int) -> None:
        service = Service.objects.create(name=f"S{number}", price=1, duration_minutes=30)
        Professional.objects.create(name=f"P{number}").services.add(service)
        Contact.objects.create(name=f"C{number}", search=f"c{number}")

    paths = ("/servicos", "/profissionais", "/clientes")
    grow(0)
    few = {path: (browser.get(path), cost(path))[1] for path in paths}
    for number in range(1, 12):
        grow(number)

    assert {path: cost(path) for path in paths} == few
    assert Appointment.objects.count() == 0
