"""First steps of a new business: who it is and when it is open; what it offers and who does it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import businesses, start
from apps.accounts.access import TenantRequest
from apps.accounts.models import Tenant
from apps.agents.preview import Bubble
from apps.audit import trail
from apps.barbearia import catalog, hours, start_preview
from apps.barbearia.catalog import NewService
from apps.barbearia.catalogue_templates import starting_catalogue
from apps.barbearia.hours import WeeklyWindow
from apps.barbearia.models import OpeningHours, Professional, Service
from apps.barbearia.models.catalog import MAX_DURATION_MINUTES
from apps.barbearia.models.hours import MIDNIGHT
from apps.lib.text import fold
from apps.lib.untrusted import BIGGEST_ID

_Data = dict[str, Any]


# Business and hours ----------------------------------------------------------------------------------


class BusinessForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the business"), max_length=120)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=30, required=False)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"])
        if phone and not re.fullmatch(r"[\d\s()+./-]{8,30}", phone):
            raise ValidationError(_("Write the phone with its area code, such as (11) 3000-1000."))
        return phone


class DayForm(forms.Form):
    """One day's hours. A day whose hours were left as they were shown keeps its breaks."""

    is_open = forms.BooleanField(required=False)
    start = forms.TimeField(required=False)
    end = forms.TimeField(required=False)

    def clean(self) -> _Data:
        data = self.cleaned_data
        if not data.get("is_open") or self.errors:
            return data
        begin, end = data.get("start"), data.get("end")
        if begin is None or end is None:
            raise ValidationError(_("Say from when to when, or that it is closed."))
        if begin >= end and end != MIDNIGHT:
            raise ValidationError(_("The end must be after the start."))
        return data


@dataclass
class Day:
    """A row of the week: its form, and the windows the business has by now."""

    weekday: int
    form: DayForm
    windows: list[OpeningHours]

    @property
    def label(self) -> Any:
        return WEEKDAYS[self.weekday]

    @property
    def breaks(self) -> str:
        return ", ".join(f"{each.start:%H:%M}–{each.end:%H:%M}" for each in self.windows) if self.windows[1:] else ""

    def wanted(self) -> list[WeeklyWindow]:
        data = self.form.cleaned_data
        if not data["is_open"]:
            return []
        if self.windows and (data["start"], data["end"]) == (self.windows[0].start, self.windows[-1].end):
            return [WeeklyWindow(self.weekday, each.start, each.end) for each in self.windows]
        return [WeeklyWindow(self.weekday, data["start"], data["end"])]


class BusinessStep(start.Step):
    key = "negocio"
    order = 10
    title = gettext_lazy("Business")
    task = gettext_lazy("Say where you are and when you are open")
    template = "barbearia/start_business.html"

    def context(self, request: TenantRequest) -> _Data:
        tenant = request.tenant
        known = {"name": tenant.name, "phone": tenant.phone, "address": tenant.address}
        return {"form": BusinessForm(initial=known), "week": _week(None)}

    def save(self, request: TenantRequest) -> _Data | None:
        form, week = BusinessForm(request.POST), _week(request.POST)
        if not all([form.is_valid(), *(day.form.is_valid() for day in week)]):
            return {"form": form, "week": week}
        with transaction.atomic():
            businesses.describe(request.tenant, **form.cleaned_data, by=request.user)
            hours.replace(hours=[window for day in week for window in day.wanted()], by=request.user)
        return None


def _week(posted: Any) -> list[Day]:
    windows: dict[int, list[OpeningHours]] = {weekday: [] for weekday in range(7)}
    for window in OpeningHours.objects.filter(professional=None).order_by("weekday", "start"):
        windows[window.weekday].append(window)
    return [Day(weekday, _day_form(posted, weekday, known), known) for weekday, known in windows.items()]


def _day_form(posted: Any, weekday: int, windows: list[OpeningHours]) -> DayForm:
    shown = {
        "is_open": bool(windows),
        "start": windows[0].start if windows else time(9),
        "end": windows[-1].end if windows else time(19),
    }
    return DayForm(posted, initial=shown, prefix=f"day{weekday}")


# Services and people ---------------------------------------------------------------------------------


class MoneyField(forms.CharField):
    """Reais as people write them: 45, 45,00, R$ 1.200,50."""

    def to_python(self, value: Any) -> Any:
        text = re.sub(r"R\$|\s", "", str(value or ""))
        if not text:
            return None
        if "," in text:
            text = text.replace(".", "").replace(",", ".")
        try:
            amount = Decimal(text).quantize(Decimal("0.01"))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite():
            raise ValidationError(_("Write the price like 45,00."))
        if not 0 <= amount < 1_000_000:
            raise ValidationError(_("The price must be between 0 and 999,999.99."))
        return amount


MINUTES = [10, 15, 20, 30, 40, 45, 50, 60, 75, 80, 90, 105, 120, 150, 180, 210, 240, 300, 360, 480]


class ServiceRow(forms.Form):
    """A line of the catalogue; what an unticked one says doesn't matter."""

    pk = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID)
    is_offered = forms.BooleanField(required=False)
    name = forms.CharField(max_length=120, required=False)
    minutes = forms.IntegerField(min_value=1, max_value=MAX_DURATION_MINUTES, required=False)
    price = MoneyField(required=False)

    def clean(self) -> _Data:
        data = self.cleaned_data
        if not data.get("is_offered") or self._is_blank:
            self.errors.clear()
            return {**data, "is_offered": False}
        for name in ("name", "minutes", "price"):
            if data.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, _("Fill in name, duration and price, or untick this line."))
        return data

    @property
    def _is_blank(self) -> bool:
        """An added line that nobody wrote into."""
        return not any(str(self[name].value() or "").strip() for name in ("pk", "name", "price"))

    @property
    def problem(self) -> str:
        return next((str(message) for messages in self.errors.values() for message in messages), "")

    @property
    def durations(self) -> list[int]:
        """What the select offers: the usual ones and the row's own."""
        chosen = self["minutes"].value()
        own = [int(chosen)] if str(chosen or "").isdecimal() and 0 < int(chosen) <= MAX_DURATION_MINUTES else []
        return sorted({*MINUTES, *own})

    @property
    def chosen_minutes(self) -> str:
        return str(self["minutes"].value() or "")


class _Rows(forms.BaseFormSet):
    def clean(self) -> None:
        if any(form.problem for form in self.forms):
            return
        offered = [fold(form.cleaned_data["name"]) for form in self.forms if form.cleaned_data.get("is_offered")]
        if not offered:
            raise ValidationError(_("Tick at least one service, or skip this step for now."))
        if twice := next((name for name in offered if offered.count(name) > 1), ""):
            raise ValidationError(_("Two lines have the same name: %(name)s.") % {"name": twice})


MAX_ROWS = 60
Rows = forms.formset_factory(ServiceRow, formset=_Rows, extra=0, max_num=MAX_ROWS, absolute_max=MAX_ROWS)


class PeopleForm(forms.Form):
    people = forms.CharField(
        label=gettext_lazy("Who serves the customers"),
        max_length=2000,
        help_text=gettext_lazy("You alone, or several names separated by commas. Each gets an agenda."),
    )

    def __init__(self, *args: Any, working: Sequence[Professional] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if working:
            self.fields["people"].help_text = _(
                "Names separated by commas. Each gets an agenda; whoever you take out takes no more appointments."
            )

    def clean_people(self) -> list[str]:
        names = [" ".join(name.split()) for name in self.cleaned_data["people"].split(",")]
        names = list({fold(name): name for name in names if name}.values())
        if not names:
            raise ValidationError(_("Write at least one name."))
        if any(len(name) > 120 for name in names):
            raise ValidationError(_("This name is too long."))
        return names


class ServicesStep(start.Step):
    key = "servicos"
    order = 20
    title = gettext_lazy("Services")
    task = gettext_lazy("Check services, prices and who serves")
    template = "barbearia/start_services.html"

    def is_done(self) -> bool:
        return Professional.objects.offered().filter(services__in=Service.objects.offered()).exists()

    def context(self, request: TenantRequest) -> _Data:
        return _services_page(request, Rows(initial=_first_rows(request.tenant)), _people_form(request, None))

    def answer(self, request: TenantRequest) -> _Data | None:
        """Another model: the services of that kind of business beside those it has by now."""
        if (model := request.POST.get("model")) not in Tenant.Type.values:
            return None
        businesses.change_type(request.tenant, model, by=request.user)
        return self.context(request)

    def preview(self, request: TenantRequest) -> list[Bubble]:
        rows = Rows(request.POST)
        rows.is_valid()
        return start_preview.bubbles(rows, business=request.tenant.name)

    def save(self, request: TenantRequest) -> _Data | None:
        if "add" in request.POST:
            rows = Rows(initial=[*_typed_rows(request.POST), _BLANK])
            return _services_page(request, rows, _people_form(request, None))
        rows, people = Rows(request.POST), _people_form(request, request.POST)
        if not all([rows.is_valid(), people.is_valid()]):
            return _services_page(request, rows, people)
        names = people.cleaned_data["people"] if people.has_changed() or not _working() else None
        _take_over([row.cleaned_data for row in rows], names, request=request)
        return None


_BLANK = {"is_offered": True, "name": "", "minutes": 30, "price": ""}


def _services_page(request: TenantRequest, rows: Any, people: PeopleForm) -> _Data:
    return {
        "rows": rows,
        "people": people,
        "is_full": rows.total_form_count() >= MAX_ROWS,
        "offered": sum(bool(row["is_offered"].value() and row["name"].value()) for row in rows),
        "model": request.tenant.get_business_type_display(),
        "models": [choice for choice in Tenant.Type.choices if choice[0] != request.tenant.business_type],
        "bubbles": start_preview.bubbles(rows, business=request.tenant.name),
    }


def _working() -> list[Professional]:
    return list(Professional.objects.present().order_by("id"))


def _people_form(request: TenantRequest, posted: Any) -> PeopleForm:
    """Who works here by now; at first, whoever signed up."""
    working = _working()
    known = ", ".join(person.name for person in working) or request.user.short_name
    typed = known if posted is not None else request.POST.get("people") or known
    return PeopleForm(posted, initial={"people": typed}, working=working)


def _first_rows(tenant: Any) -> list[_Data]:
    """What the business has by now, then what a business of its kind usually offers."""
    mine = list(Service.objects.present().order_by("id"))
    known = {fold(service.name) for service in mine}
    rows = [_row(service, pk=service.pk, is_offered=service.is_active) for service in mine]
    usual = [row for row in starting_catalogue(tenant.business_type) if fold(row.name) not in known]
    return rows + [_row(row, is_offered=row.usual and not mine) for row in usual]


def _row(service: Any, **more: Any) -> _Data:
    price = f"{service.price:.2f}".replace(".", ",")
    return {"name": service.name, "minutes": service.duration_minutes, "price": price, **more}


def _typed_rows(posted: Any) -> list[_Data]:
    """The rows as they were typed, right or wrong."""
    forms_ = Rows(posted).forms[: MAX_ROWS - 1]
    return [{name: form[name].value() for name in form.fields} for form in forms_]


def _take_over(rows: Iterable[_Data], people: list[str] | None, *, request: TenantRequest) -> None:
    """The services as the rows say, and the people as they are named; None leaves these alone."""
    templates = {fold(row.name): row for row in starting_catalogue(request.tenant.business_type)}
    with transaction.atomic():
        mine = {service.pk: service for service in Service.objects.present().select_for_update()}
        if people is not None:
            _staff(people, services=mine.values(), by=request.user)
        for row in rows:
            if service := mine.get(row["pk"] or 0):
                _change(service, row, by=request.user)
        catalog.take_over(
            [
                _new(row, templates.get(fold(row["name"])))
                for row in rows
                if row["is_offered"] and row["pk"] not in mine
            ],
            by=request.user,
        )


def _staff(names: list[str], *, services: Iterable[Service], by: Any) -> None:
    """Have exactly these people work here. As many new names as missing ones are the same people, named anew."""
    working = {fold(person.name): person for person in _working()}
    named = {fold(name): name for name in names}
    gone = [person for key, person in working.items() if key not in named]
    new = [name for key, name in named.items() if key not in working]
    renamed = [(person, named[key]) for key, person in working.items() if key in named]
    if len(gone) == len(new):
        renamed, gone, new = [*renamed, *zip(gone, new, strict=True)], [], []
    for person, name in renamed:
        if person.name != name:
            person.name = name
            catalog.save_professional(person, services=person.services.all(), by=by)
    for person in gone:
        catalog.remove_professional(person, by=by)
    for name in new:
        catalog.save_professional(Professional(name=name), services=services, by=by)


def _change(service: Service, row: _Data, *, by: Any) -> None:
    """What the row says now; an unticked one is only switched off."""
    before = (service.name, service.price, service.duration_minutes, service.is_active)
    service.is_active = row["is_offered"]
    if row["is_offered"]:
        service.name, service.price, service.duration_minutes = row["name"], row["price"], row["minutes"]
    if before != (service.name, service.price, service.duration_minutes, service.is_active):
        service.save(update_fields=["name", "price", "duration_minutes", "is_active"])
        trail.record("service.changed", on=service, by=by, name=service.name, price=str(service.price))


def _new(row: _Data, template: Any) -> NewService:
    """A row as a service; what the catalogue knows beyond the row comes along."""
    more = {name: getattr(template, name) for name in ("category", "description", "buffer_after_minutes") if template}
    return NewService(name=row["name"], price=row["price"], duration_minutes=row["minutes"], **more)
