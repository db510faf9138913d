"""A month of ten busy professionals, and what is measured over it; Django is set up by who imports this."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from datetime import time as dt_time
from decimal import Decimal
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from django.utils import timezone

from apps.accounts import hosts, signin, signup
from apps.accounts.models import Tenant, User
from apps.barbearia import slots
from apps.barbearia.availability import local_instant
from apps.barbearia.booking import write_items
from apps.barbearia.models import Appointment, Professional, Service
from apps.chat.models import Contact
from apps.lib.tenancy import tenant_context
from benchmarks._stack import result

PEOPLE, DAYS, REPEATS = 10, 30, 20
HALF_HOURS_TAKEN = (0, 1, 3, 4, 6, 8, 9, 11, 13, 14, 16, 18)  # twelve of twenty: a good day
SLOTS_PROMISE_MS, PAGE_PROMISE_MS = 30, 150


def main() -> None:
    call_command("migrate_schemas", verbosity=0)
    tenant, owner = signup.register(
        signup.SignUp(
            name="Ana",
            email="ana@example.com",
            password="senha-boa-123",
            business_name="Barbearia",
            business_type="barbearia",
        )
    )
    with tenant_context(tenant):
        booked = _fill()
        _free_times()
    print(f"{booked} appointments, {PEOPLE} professionals, {DAYS} days")
    _pages(tenant, owner)


def _fill() -> int:
    service = Service.objects.create(name="Corte", price=Decimal(45), duration_minutes=30)
    people = [Professional.objects.create(name=f"Pessoa {number}") for number in range(PEOPLE)]
    service.professionals.set(people)
    client, plan, today = Contact.objects.create(name="Davi Rocha"), slots.plan([service]), timezone.localdate()
    days = [day for n in range(1, DAYS + 1) if (day := today + timedelta(days=n)).weekday() != 6]
    with transaction.atomic():
        for day in days:
            for who in people:
                _book_day(day, who, client, plan)
    return len(days) * PEOPLE * len(HALF_HOURS_TAKEN)


def _book_day(day: date, who: Professional, client: Contact, plan: slots.Plan) -> None:
    opens = local_instant(day, dt_time(9), timezone.get_current_timezone())
    for half_hour in HALF_HOURS_TAKEN:
        start = opens + timedelta(minutes=30 * half_hour)
        end = start + timedelta(minutes=30)
        appointment = Appointment.objects.create(
            client=client,
            professional=who,
            start=start,
            end=end,
            blocked=DateTimeTZRange(start, end, bounds="[)"),
            price=plan.price,
            source=Appointment.Source.API,
        )
        write_items(appointment, plan)


def _free_times() -> None:
    """What the agent's list_slots and the API's availability rest on, professionals and hours read anew."""
    plan, now = slots.plan(list(Service.objects.all())), timezone.now()
    first = timezone.localdate()

    def month() -> Any:
        return slots.by_start(plan, slots.able(plan), first=first, last=first + timedelta(days=DAYS), now=now)

    assert len(month()) > 100
    result("free times of a month, 10 professionals", _milliseconds(month), "ms", promise=SLOTS_PROMISE_MS)


def _pages(tenant: Tenant, owner: User) -> None:
    browser = Client(HTTP_HOST=hosts.host_of(tenant))
    assert browser.get("/entrar/" + signin.open_door(owner, tenant).rpartition("/")[2]).status_code == 302
    day = timezone.localdate() + timedelta(days=7)
    for name, view in (("day", "dia"), ("week", "semana")):
        path = f"/agenda?data={day}&visao={view}"
        assert browser.get(path).status_code == 200
        took = _milliseconds(lambda path=path: browser.get(path))  # type: ignore[misc]
        result(f"agenda of a {name} on the server", took, "ms", promise=PAGE_PROMISE_MS)


def _milliseconds(deed: Callable[[], Any]) -> float:
    took = []
    for _n in range(REPEATS):
        begun = time.perf_counter()
        deed()
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)
