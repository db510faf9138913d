"""What the business's screens ask. Every refusal is said beside the field, with what was typed kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.barbearia.hours import SpecialDay, WeeklyWindow
from apps.barbearia.models import HoursException, OpeningHours, Professional, Service
from apps.barbearia.models.hours import MIDNIGHT
from apps.lib.fields import PlainField, ReaisField, say_ranges
from apps.lib.phones import canonical
from apps.lib.text import fold
from apps.lib.untrusted import a_date


class ServiceForm(forms.ModelForm):
    price = ReaisField(label=gettext_lazy("Price (R$)"), min_value=0, max_digits=8, decimal_places=2)
    professionals = forms.ModelMultipleChoiceField(
        Professional.objects.none(), required=False, label=gettext_lazy("Who performs it")
    )

    class Meta:
        model = Service
        fields = [
            "name",
            "category",
            "price",
            "duration_minutes",
            "buffer_before_minutes",
            "buffer_after_minutes",
            "description",
            "is_active",
        ]
        labels = {
            "duration_minutes": gettext_lazy("Minutes"),
            "buffer_before_minutes": gettext_lazy("Minutes to prepare"),
            "buffer_after_minutes": gettext_lazy("Minutes to tidy up"),
            "is_active": gettext_lazy("Offered to customers"),
        }
        help_texts = {
            "buffer_before_minutes": gettext_lazy("Kept free before it."),
            "buffer_after_minutes": gettext_lazy("Kept free after it."),
            "description": gettext_lazy("The AI tells customers what is written here."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_ranges(self, dict.fromkeys(("duration_minutes", "buffer_before_minutes", "buffer_after_minutes"), "min"))
        people = Professional.objects.present().order_by("name")
        self.fields["professionals"].queryset = people  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["professionals"] = [who.pk for who in self.instance.professionals.all()]
        elif not self.is_bound:
            self.initial["professionals"] = [who.pk for who in people]

    def clean_name(self) -> str:
        """Of two with one name nobody, the AI included, could tell which is meant."""
        name = str(self.cleaned_data["name"])
        others = Service.objects.present().exclude(pk=self.instance.pk).values_list("name", flat=True)
        if fold(name) in map(fold, others) and fold(name) != fold(self.initial.get("name", "")):
            raise forms.ValidationError(
                _("There is already a service called “%(name)s”. Choose another name."), params={"name": name}
            )
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        nobody = "professionals" in data and not data["professionals"]
        if data.get("is_active") and nobody and Professional.objects.present().exists():
            self.add_error("professionals", _("Without anybody who performs it, it can’t be booked."))
        return data


class ProfessionalForm(forms.ModelForm):
    services = forms.ModelMultipleChoiceField(Service.objects.none(), required=False, label=gettext_lazy("Services"))

    class Meta:
        model = Professional
        fields = ["name", "is_active"]
        labels = {"is_active": gettext_lazy("Takes appointments")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Service.objects.present().order_by("category", "name")
        self.fields["services"].queryset = offered  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["services"] = [service.pk for service in self.instance.services.all()]
        elif not self.is_bound:
            self.initial["services"] = [service.pk for service in offered if service.is_active]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        nothing = "services" in data and not data["services"]
        if data.get("is_active") and nothing and Service.objects.present().exists():
            self.add_error("services", _("Without a service, nothing can be booked with this person."))
        return data


class ClientForm(forms.Form):
    name = PlainField(label=gettext_lazy("Name"), max_length=120)
    phone = PlainField(label=gettext_lazy("Phone"), max_length=40, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    notes = PlainField(label=gettext_lazy("Notes"), max_length=2000, required=False, widget=forms.Textarea)

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"])
        if phone and not canonical(phone):
            raise forms.ValidationError(_("This is not a phone number. Include the area code."))
        return phone


class NotesForm(forms.Form):
    """What the team notes of an appointment; `seen` is what was noted when the form was drawn."""

    notes = PlainField(
        label=gettext_lazy("Notes"),
        help_text=gettext_lazy("Only your team sees them."),
        max_length=2000,
        required=False,
        widget=forms.Textarea,
    )
    seen = PlainField(required=False, strip=False)

    def clean_notes(self) -> str:
        return str(self.cleaned_data["notes"]).replace("\r\n", "\n")


# Hours ------------------------------------------------------------------------------------------

SPARE_WINDOWS, SPARE_DAYS, MOST_ROWS, LONGEST_DAYS_OFF = 1, 2, 60, 92
_CLOCK = re.compile(r"^([01]?\d|2[0-3]):([0-5]\d)(?::\d\d)?$")


@dataclass
class Window:
    """A row of a weekday as typed."""

    start: str = ""
    end: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.start or self.end)


@dataclass
class Weekday:
    number: int
    windows: list[Window]
    errors: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(WEEKDAYS[self.number])


@dataclass
class Special:
    """A row of special days as typed; `until` makes several closed days of one row."""

    date: str = ""
    until: str = ""
    kind: str = "closed"
    start: str = ""
    end: str = ""
    errors: list[str] = field(default_factory=list)


class HoursForm:
    """The weekly hours and the special days of the business or of one person, as rows of fields.

    `own` false means that the business's hours apply. After `is_valid()`: `hours` and `exceptions`.
    """

    def __init__(self, owner: Professional | None, data: QueryDict | None = None) -> None:
        self.owner = owner
        self.errors: list[str] = []
        self.hours: list[WeeklyWindow] = []
        self.exceptions: list[SpecialDay] = []
        self.has_choice = owner is not None
        if data is None:
            self._from_database()
        else:
            self._from(data)

    # What is shown

    def _from_database(self) -> None:
        stored = (
            OpeningHours.objects.filter(professional=self.owner) if self._is_stored else OpeningHours.objects.none()
        )
        windows = list(stored)
        self.own = bool(windows) or self.owner is None
        if not self.own:  # hours of their own start from the business's
            windows = list(OpeningHours.objects.filter(professional=None))
        self.days = [
            Weekday(number, [Window(*_clocks(row)) for row in windows if row.weekday == number]) for number in range(7)
        ]
        self.special = _grouped(self._stored_exceptions(upcoming=True))
        self._add_spares()

    @property
    def _is_stored(self) -> bool:
        return self.owner is None or self.owner.pk is not None

    def _stored_exceptions(self, *, upcoming: bool) -> list[HoursException]:
        if not self._is_stored:
            return []
        today = timezone.localdate()
        when = Q(date__gte=today) if upcoming else Q(date__lt=today)
        return list(HoursException.objects.filter(when, professional=self.owner))

    def _from(self, data: QueryDict) -> None:
        self.own = self.owner is None or data.get("own") == "1"
        self.days = [Weekday(number, _typed_windows(data, number)) for number in range(7)]
        columns = [_typed(data, f"x-{name}") for name in ("date", "until", "kind", "start", "end")]
        self.special = [Special(*row) for row in zip(*columns, strict=False)]

    def _add_spares(self) -> None:
        for day in self.days:
            day.windows = [window for window in day.windows if not window.is_empty]
            day.windows += [Window() for _n in range(SPARE_WINDOWS + (not day.windows))]
        self.special = [row for row in self.special if row.date or row.errors]
        self.special += [Special() for _n in range(SPARE_DAYS)]

    # What it means

    def is_valid(self) -> bool:
        if self.own:
            for day in self.days:
                self._read_day(day)
            if not self.hours and not any(day.errors for day in self.days):
                self.errors.append(self._nothing_open())
        for row in self.special:
            self._read_special(row)
        self._refuse_clashes()
        valid = not (self.errors or any(day.errors for day in self.days) or any(row.errors for row in self.special))
        past = self._stored_exceptions(upcoming=False)
        self.exceptions += [SpecialDay(row.date, row.closed, row.start, row.end) for row in past]
        self._add_spares()
        return valid

    def _nothing_open(self) -> str:
        if self.owner is None:
            return _("Say at least one day on which the business opens: without hours nothing can be booked.")
        return _("Without hours nobody can book with this person. Say at least one day, or use the business’s hours.")

    def _read_day(self, day: Weekday) -> None:
        windows = []
        for row in day.windows:
            if row.is_empty:
                continue
            try:
                windows.append(_window(row.start, row.end))
            except forms.ValidationError as error:
                day.errors += error.messages
        windows.sort()
        for (_s, end), (next_start, _e) in pairwise(windows):
            if end == MIDNIGHT or next_start < end:
                day.errors.append(_("Two of these hours overlap."))
        self.hours += [WeeklyWindow(day.number, start, end) for start, end in windows]

    def _read_special(self, row: Special) -> None:
        if not row.date:
            if row.start or row.end or row.until:
                row.errors.append(_("Say which day."))
            return
        try:
            self.exceptions += _special_days(row)
        except forms.ValidationError as error:
            row.errors += error.messages

    def _refuse_clashes(self) -> None:
        """A closed day stands alone; open hours of one day don't overlap."""
        by_date: dict[date, list[SpecialDay]] = {}
        for item in self.exceptions:
            by_date.setdefault(item.date, []).append(item)
        for day, items in by_date.items():
            windows = sorted((item.start, item.end) for item in items if item.start and item.end is not None)
            clash = any(end == MIDNIGHT or later < end for (_s, end), (later, _e) in pairwise(windows))
            if clash or (len(items) > 1 and any(item.closed for item in items)):
                self._blame(day)

    def _blame(self, day: date) -> None:
        rows = [row for row in self.special if row.date == day.isoformat()] or self.special[:1]
        rows[-1].errors.append(_("%(day)s is said twice.") % {"day": f"{day:%d/%m}"})


def _typed(data: QueryDict, name: str) -> list[str]:
    return [value.strip()[:10] for value in data.getlist(name)[:MOST_ROWS]]


def _typed_windows(data: QueryDict, weekday: int) -> list[Window]:
    starts, ends = _typed(data, f"h{weekday}-start"), _typed(data, f"h{weekday}-end")
    return [Window(*pair) for pair in zip(starts, ends, strict=False)]


def _clocks(row: OpeningHours) -> tuple[str, str]:
    return f"{row.start:%H:%M}", f"{row.end:%H:%M}"


def _clock(value: str) -> time:
    """ "24:00" is the midnight that ends the day."""
    found = _CLOCK.match("00:00" if value == "24:00" else value)
    if not found:
        raise forms.ValidationError(_("“%(value)s” is not a time between 00:00 and 24:00.") % {"value": value})
    return time(int(found[1]), int(found[2]))


def _window(start: str, end: str) -> tuple[time, time]:
    if not start or not end:
        raise forms.ValidationError(_("Say from when and until when."))
    opens, closes = _clock(start), _clock(end)
    if closes <= opens and closes != MIDNIGHT:
        words = {"start": f"{opens:%H:%M}", "end": f"{closes:%H:%M}"}
        raise forms.ValidationError(_("%(end)s is before %(start)s: the end must come after the start.") % words)
    return opens, closes


def _special_days(row: Special) -> list[SpecialDay]:
    first, last = _day(row.date), _day(row.until) if row.until else None
    if row.kind == "open":
        if last and last != first:
            raise forms.ValidationError(_("Other hours are for one day: leave “until” empty."))
        return [SpecialDay(first, False, *_window(row.start, row.end))]
    last = last or first
    if last < first:
        raise forms.ValidationError(_("The last day is before the first one."))
    if (last - first).days >= LONGEST_DAYS_OFF:
        raise forms.ValidationError(_("At most %(days)s days in a row.") % {"days": LONGEST_DAYS_OFF})
    return [SpecialDay(first + timedelta(days=n), True) for n in range((last - first).days + 1)]


def _day(value: str) -> date:
    day = a_date(value)
    if day is None:
        raise forms.ValidationError(_("“%(value)s” is not a date.") % {"value": value})
    return day


def _grouped(rows: Iterable[HoursException]) -> list[Special]:
    """Closed days in a row as one line."""
    lines: list[Special] = []
    last: date | None = None
    for row in sorted(rows, key=lambda row: (row.date, row.start or MIDNIGHT)):
        if row.closed and last and row.date == last + timedelta(days=1):
            lines[-1].until = row.date.isoformat()
        else:
            lines.append(_line(row))
        last = row.date if row.closed else None
    return lines


def _line(row: HoursException) -> Special:
    if row.closed or row.start is None or row.end is None:
        return Special(row.date.isoformat())
    return Special(row.date.isoformat(), kind="open", start=f"{row.start:%H:%M}", end=f"{row.end:%H:%M}")
