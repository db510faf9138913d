"""First steps: the business's hours, its services and who does them."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any

import pytest

from apps.accounts import start
from apps.accounts.models import Tenant
from apps.barbearia.models import OpeningHours, Professional, Service

BUSINESS = {"name": "Barbearia do Zé", "phone": "(11) 3000-1000", "address": "Rua Augusta, 900"}


@pytest.fixture
def owner(tenant: Tenant, ana: Any, browser_for: Any) -> Any:
    start.begin(tenant)
    return browser_for(ana, tenant)


def _week(**changes: Any) -> dict[str, Any]:
    """Monday to Saturday, 9 to 19, as the page shows it."""
    week = {f"day{day}-{end}": clock for day in range(7) for end, clock in (("start", "09:00"), ("end", "19:00"))}
    week |= {f"day{day}-is_open": "on" for day in range(6)}
    return {**BUSINESS, **{name: value for name, value in (week | changes).items() if value is not None}}


def _rows(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": 0, "people": "Ana"}
    for number, row in enumerate(rows):
        data |= {f"form-{number}-{name}": value for name, value in row.items()}
    return data | more


CORTE = {"is_offered": "on", "name": "Corte", "minutes": "30", "price": "45,00"}
BARBA = {"is_offered": "on", "name": "Barba", "minutes": "20", "price": "R$ 1.035,5"}


def test_the_business_says_where_it_is_and_when_it_is_open(owner: Any, tenant: Tenant) -> None:
    answer = owner.post("/comecar/negocio", _week(**{"day5-is_open": None, "day0-start": "10:00"}))

    assert answer.headers["Location"] == "/comecar/servicos"
    tenant.refresh_from_db()
    assert tenant.whereabouts == "Rua Augusta, 900, telefone (11) 3000-1000"
    hours = {each.weekday: (each.start, each.end) for each in OpeningHours.objects.filter(professional=None)}
    assert hours == {0: (time(10), time(19))} | {day: (time(9), time(19)) for day in range(1, 5)}


def test_a_day_left_as_it_was_keeps_its_break(owner: Any) -> None:
    OpeningHours.objects.filter(weekday=0).update(end=time(12))
    OpeningHours.objects.create(weekday=0, start=time(13), end=time(19))
    assert "09:00–12:00, 13:00–19:00" in owner.get("/comecar/negocio").content.decode()

    owner.post("/comecar/negocio", _week())

    assert OpeningHours.objects.filter(weekday=0).count() == 2


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("name", "", "obrigatório"),
        ("phone", "ligue", "DDD"),
        ("day2-end", "08:00", "fim precisa ser depois"),
        ("day2-start", "", "Diga de quando"),
        ("day2-end", "25:99", "válid"),
    ],
)
def test_impossible_hours_and_names_are_explained_in_place(owner: Any, field: str, value: str, shown: str) -> None:
    page = owner.post("/comecar/negocio", _week(**{field: value}))

    assert page.status_code == 422 and shown in page.content.decode()
    assert BUSINESS["address"] in page.content.decode() and OpeningHours.objects.count() == 6


def test_the_catalogue_fits_the_kind_of_business(owner: Any, tenant: Tenant) -> None:
    assert 'value="Barba"' in owner.get("/comecar/servicos").content.decode()

    Tenant.objects.filter(pk=tenant.pk).update(business_type="oficina")
    from apps.accounts import hosts

    hosts.forget()
    assert 'value="Troca de óleo e filtro"' in owner.get("/comecar/servicos").content.decode()


def test_ticked_rows_become_services_somebody_does(owner: Any, as_ana: Any) -> None:
    owner.post("/comecar/servicos", _rows(CORTE, BARBA, CORTE | {"name": "Tatuagem", "is_offered": ""}))

    assert dict(Service.objects.values_list("name", "price")) == {"Corte": Decimal("45"), "Barba": Decimal("1035.50")}
    assert Professional.objects.get().name == "Ana" and Professional.objects.get().services.count() == 2
    corte = Service.objects.get(name="Corte")
    assert corte.category == "Cabelo" and start.find("servicos").is_done()  # type: ignore[union-attr]


def test_several_names_make_several_agendas(owner: Any) -> None:
    owner.post("/comecar/servicos", _rows(CORTE, people="Carlos, Léo,  rafael ,léo"))

    assert set(Professional.objects.values_list("name", flat=True)) == {"Carlos", "léo", "rafael"}
    assert all(person.services.count() == 1 for person in Professional.objects.all())


def test_booking_works_at_once(owner: Any, as_ana: Any) -> None:
    owner.post("/comecar/servicos", _rows(CORTE))

    service = Service.objects.get()
    from datetime import timedelta

    from django.utils import timezone

    day = timezone.localdate() + timedelta(days=7)
    day += timedelta(days=day.weekday() == 6)
    assert as_ana.get("/api/v1/barbearia/availability", service=service.pk, date=str(day)).json()["slots"]


def test_coming_back_edits_what_is_there(owner: Any) -> None:
    owner.post("/comecar/servicos", _rows(CORTE, BARBA))
    corte, barba = Service.objects.get(name="Corte"), Service.objects.get(name="Barba")
    page = owner.get("/comecar/servicos").content.decode()
    assert page.count('value="Corte"') == 1 and "Ana" in page

    owner.post("/comecar/servicos", _rows(CORTE | {"pk": corte.pk, "price": "50"}, {"pk": barba.pk, "name": "Barba"}))

    corte.refresh_from_db()
    barba.refresh_from_db()
    assert (corte.price, barba.is_active, Service.objects.count()) == (Decimal("50"), False, 2)


def _people() -> list[tuple[int, str, int]]:
    """(id, name, services) of who works here."""
    return [(who.pk, who.name, who.services.count()) for who in Professional.objects.present().order_by("pk")]


def test_coming_back_edits_who_serves(owner: Any) -> None:
    owner.post("/comecar/servicos", _rows(CORTE, people="Ana, Léo"))
    [(ana, _, _), (leo, _, _)] = _people()
    corte = CORTE | {"pk": Service.objects.get().pk}
    assert 'value="Ana, Léo"' in owner.get("/comecar/servicos").content.decode()

    owner.post("/comecar/servicos", _rows(corte, BARBA, people="Ana, Léo, Rafael"))
    assert _people()[:2] == [(ana, "Ana", 2), (leo, "Léo", 2)]
    assert [who[1:] for who in _people()[2:]] == [("Rafael", 2)]

    owner.post("/comecar/servicos", _rows(corte, people="Ana Souza, Léo, Rafael"))
    assert _people()[0] == (ana, "Ana Souza", 2)  # the same person, named anew

    owner.post("/comecar/servicos", _rows(corte, people="Léo"))
    assert _people() == [(leo, "Léo", 2)]


def test_coming_back_without_a_change_leaves_the_people_alone(owner: Any) -> None:
    owner.post("/comecar/servicos", _rows(CORTE, people="Ana"))
    Professional.objects.update(name="Souza, Ana")

    owner.post("/comecar/servicos", _rows(CORTE | {"pk": Service.objects.get().pk}, people="Souza, Ana"))
    assert [name for _pk, name, _services in _people()] == ["Souza, Ana"]

    page = owner.post("/comecar/servicos", _rows(CORTE, people=" , "))
    assert page.status_code == 422 and "pelo menos um nome" in page.content.decode()


def test_an_added_line_left_empty_is_no_obstacle(owner: Any) -> None:
    blank = {"is_offered": "on", "name": "", "minutes": "30", "price": ""}

    assert owner.post("/comecar/servicos", _rows(CORTE, blank)).status_code == 302
    assert [service.name for service in Service.objects.all()] == ["Corte"]

    wiped = blank | {"pk": Service.objects.get().pk}
    assert "Preencha nome" in owner.post("/comecar/servicos", _rows(wiped, BARBA)).content.decode()


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ({"name": ""}, "Preencha nome"),
        ({"price": "abc"}, "45,00"),
        ({"price": "-1"}, "entre 0 e"),
        ({"price": "NaN"}, "45,00"),
        ({"minutes": "0"}, "maior ou igual"),
        ({"minutes": ""}, "Preencha nome"),
        ({"is_offered": ""}, "Marque pelo menos um"),
    ],
)
def test_a_wrong_row_says_why_and_keeps_what_was_typed(owner: Any, row: dict[str, str], shown: str) -> None:
    page = owner.post("/comecar/servicos", _rows(CORTE | row, people="Ana Maria"))

    assert page.status_code == 422 and shown in page.content.decode()
    assert "Ana Maria" in page.content.decode() and not Service.objects.exists()


def test_a_line_can_be_added_without_losing_the_others(owner: Any) -> None:
    page = owner.post("/comecar/servicos", _rows(CORTE | {"price": "47,00"}, people="Zé", add="1")).content.decode()

    assert 'value="47,00"' in page and 'name="form-1-name"' in page and 'value="Zé"' in page
    assert not Service.objects.exists()


def test_another_model_brings_its_services_beside_those_there_are(owner: Any, tenant: Tenant) -> None:
    owner.post("/comecar/servicos", _rows(CORTE))

    page = owner.post("/comecar/servicos", {"model": "salao"})

    tenant.refresh_from_db()
    names = [row["name"].value() for row in page.context["rows"]]
    assert (page.status_code, tenant.business_type) == (200, "salao")
    assert names[0] == CORTE["name"] and "Manicure" in names
    assert f"1 de {len(names)} ativos" in page.content.decode()


def test_two_lines_of_one_name_are_refused(owner: Any) -> None:
    page = owner.post("/comecar/servicos", _rows(CORTE, CORTE | {"name": "corte"}))

    assert page.status_code == 422 and "mesmo nome" in page.content.decode()


def test_whatever_is_posted_is_no_error_of_ours(owner: Any) -> None:
    strange = [{}, {"form-TOTAL_FORMS": "x"}, {"form-TOTAL_FORMS": "99999"}, _rows({"pk": "9" * 30, **CORTE})]
    for data in strange:
        for path in ("/comecar/servicos", "/comecar/servicos/previa", "/comecar/negocio", "/comecar/assistente"):
            assert owner.post(path, data).status_code < 500, (path, data)


def test_the_preview_answers_from_the_table_as_it_stands(owner: Any) -> None:
    table = _rows(CORTE | {"price": "61,00"}, {"name": "Tatuagem", "minutes": "60", "price": "90"})
    page = owner.post("/comecar/servicos/previa", table).content.decode()

    assert "quanto custa corte?" in page and "61,00" in page
    assert "vocês fazem tatuagem?" in page and "90,00" not in page and "não" in page.lower()
    assert not Service.objects.exists()
