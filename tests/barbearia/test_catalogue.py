"""What a new business starts from, and what becomes of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.models import Tenant
from apps.barbearia import catalog
from apps.barbearia.catalog import NewService
from apps.barbearia.catalogue_templates import starting_catalogue
from apps.barbearia.models import Professional, Service

pytestmark = pytest.mark.usefixtures("tenant")
CORTE = NewService("Corte", Decimal("45"), 30, category="Cabelo")
BARBA = NewService("Barba", Decimal("35"), 30)


@pytest.mark.parametrize("business_type", Tenant.Type.values)
def test_every_kind_of_business_has_a_catalogue_of_valid_services(business_type: str) -> None:
    rows = starting_catalogue(business_type)

    assert sum(row.usual for row in rows) >= 3
    assert len({row.name for row in rows}) == len(rows)
    for row in rows:
        fields = vars(row) | {}
        fields.pop("usual")
        Service(**fields).full_clean()


def test_an_unknown_kind_of_business_gets_the_general_catalogue() -> None:
    assert starting_catalogue("padaria") == starting_catalogue("outro")


def test_taking_over_creates_services_everybody_performs(ana: Any) -> None:
    carlos, leo = (Professional.objects.create(name=name) for name in ("Carlos", "Léo"))

    created = catalog.take_over([CORTE, BARBA], by=ana)

    assert [service.name for service in created] == ["Corte", "Barba"]
    assert set(carlos.services.all()) == set(leo.services.all()) == set(created)


def test_with_nobody_working_here_the_owner_becomes_the_first_professional(ana: Any) -> None:
    catalog.take_over([CORTE], by=ana)

    [first] = Professional.objects.all()
    assert first.name == "Ana" and first.services.get().name == "Corte"


def test_taking_over_twice_adds_nothing_and_keeps_what_was_changed(ana: Any) -> None:
    catalog.take_over([CORTE], by=ana)
    Service.objects.update(price=Decimal("60"))

    again = catalog.take_over([CORTE, NewService("CORTE", Decimal("1"), 5)], by=ana)

    assert again == [] and Service.objects.get().price == Decimal("60")
