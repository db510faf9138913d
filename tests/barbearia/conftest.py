from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from apps.accounts.models import Tenant
from apps.barbearia import booking
from apps.barbearia.models import Appointment, Professional, Service
from apps.lib.tenancy import tenant_context

API = "/api/v1/barbearia"


def make_service(name: str, price: str, minutes: int, **fields: Any) -> Service:
    return Service.objects.create(name=name, price=Decimal(price), duration_minutes=minutes, **fields)


def make_professional(name: str, *services: Service) -> Professional:
    professional = Professional.objects.create(name=name)
    professional.services.set(services)
    return professional


@pytest.fixture
def corte(tenant: Tenant) -> Service:
    return make_service("Corte", "45.00", 30)


@pytest.fixture
def barba(tenant: Tenant) -> Service:
    return make_service("Barba", "35.00", 30)


@pytest.fixture
def carlos(corte: Service, barba: Service) -> Professional:
    return make_professional("Carlos", corte, barba)


@pytest.fixture
def leo(corte: Service, barba: Service, carlos: Professional) -> Professional:
    return make_professional("Léo", corte, barba)


@pytest.fixture
def monday(tenant: Tenant) -> date:
    """An ordinary day of the next two weeks, open from 9:00 to 19:00."""
    today = timezone.localdate()
    return today + timedelta(days=7 - today.weekday())


@pytest.fixture
def at(monday: date) -> Callable[..., datetime]:
    """`at("10:00")` on that Monday, `at("10:00", days=1)` on the Tuesday after it."""

    def moment(clock: str, *, days: int = 0) -> datetime:
        zone = timezone.get_current_timezone()
        return datetime.combine(monday + timedelta(days=days), time.fromisoformat(clock), zone)

    return moment


@pytest.fixture
def book(contact: Any, corte: Service, carlos: Professional, at: Any, ana: Any) -> Callable[..., Appointment]:
    """`book("10:00")`: Davi has his hair cut by Carlos."""

    def booked(clock: str = "10:00", *, days: int = 0, **wishes: Any) -> Appointment:
        usual = {"client": contact, "services": [corte], "professional": carlos, "by": ana, "source": "api"}
        return booking.book(**usual | wishes | {"start": at(clock, days=days)})

    return booked


@pytest.fixture
def begun() -> Callable[[Appointment], Appointment]:
    """The appointment, begun five minutes ago."""

    def moved(appointment: Appointment) -> Appointment:
        start = timezone.now() - timedelta(minutes=5)
        end = start + (appointment.end - appointment.start)
        Appointment.objects.filter(pk=appointment.pk).update(
            start=start, end=end, blocked=DateTimeTZRange(start, end, "[)")
        )
        appointment.refresh_from_db()
        return appointment

    return moved


@pytest.fixture
def in_rival(rival: Tenant) -> Any:
    """The rival's schema: `with in_rival(): …`."""
    return lambda: tenant_context(rival)
