"""What the booking API reads and writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.barbearia import examples, rules
from apps.barbearia.hours import SpecialDay, WeeklyWindow
from apps.barbearia.models import Appointment, AppointmentItem, HoursException, OpeningHours, Professional, Service
from apps.barbearia.models.catalog import MAX_BUFFER_MINUTES, MAX_DURATION_MINUTES
from apps.barbearia.models.hours import MIDNIGHT
from apps.chat.models import Contact
from apps.lib.phones import canonical
from apps.lib.rest import InputSerializer, PlainText, UnsaidNulls
from apps.lib.untrusted import BIGGEST_ID, EARLIEST, LATEST


class IdField(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=BIGGEST_ID, **kwargs)


class DayField(serializers.DateField):
    """A date we can count from."""

    def to_internal_value(self, value: Any) -> date:
        day = super().to_internal_value(value)
        if not EARLIEST <= day <= LATEST:
            raise serializers.ValidationError(_("This date is out of range."))
        return day


class MomentField(serializers.DateTimeField):
    """A time that every zone can count from; without an offset it is the business's."""

    def to_internal_value(self, value: Any) -> datetime:
        out_of_range = serializers.ValidationError(_("This date is out of range."))
        try:
            moment = super().to_internal_value(value)
        except OverflowError:
            raise out_of_range from None
        if moment.date() < EARLIEST:
            raise out_of_range
        return moment


# Hours ------------------------------------------------------------------------------------------


@extend_schema_field({"type": "string", "example": "09:00"})
class ClockField(serializers.TimeField):
    """ "09:00". As an end, "24:00" and "00:00" are the midnight that ends the day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M", "%H:%M:%S"], **kwargs)

    def to_internal_value(self, value: Any) -> time:
        return super().to_internal_value("00:00" if value == "24:00" else value).replace(second=0)


class WindowSerializer(serializers.Serializer[Any]):
    weekday = serializers.IntegerField(min_value=0, max_value=6, help_text="0 is Monday.")
    start = ClockField()
    end = ClockField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        check_order(attrs["start"], attrs["end"])
        return attrs


class SpecialDaySerializer(serializers.Serializer[Any]):
    date = DayField()
    closed = serializers.BooleanField(default=True)
    start = ClockField(required=False, allow_null=True)
    end = ClockField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        start, end = attrs.get("start"), attrs.get("end")
        if attrs["closed"]:
            return {"date": attrs["date"], "closed": True, "start": None, "end": None}
        if start is None or end is None:
            raise serializers.ValidationError({"start": [_("Say from when to when, or that it is closed.")]})
        check_order(start, end)
        return attrs


class HoursFields(serializers.Serializer[Any]):
    """`hours` and `exceptions`, of the business or of one person."""

    hours = WindowSerializer(many=True, required=False)
    exceptions = SpecialDaySerializer(many=True, required=False)

    def validate_hours(self, value: list[dict[str, Any]]) -> list[WeeklyWindow]:
        refuse_overlaps((window["weekday"], window["start"], window["end"]) for window in value)
        return [WeeklyWindow(**window) for window in value]

    def validate_exceptions(self, value: list[dict[str, Any]]) -> list[SpecialDay]:
        closed = [day["date"] for day in value if day["closed"]]
        if len(closed) != len(set(closed)) or any(day["date"] in closed for day in value if not day["closed"]):
            raise serializers.ValidationError(_("A closed date stands alone."))
        refuse_overlaps((day["date"], day["start"], day["end"]) for day in value if not day["closed"])
        return [SpecialDay(**day) for day in value]


@examples.OPENING_HOURS
class OpeningHoursSerializer(InputSerializer, HoursFields):
    pass


def check_order(start: time, end: time) -> None:
    if start >= end and end != MIDNIGHT:
        raise serializers.ValidationError({"end": [_("The end must be after the start.")]})


def refuse_overlaps(windows: Iterable[tuple[Any, time, time]]) -> None:
    """`(day, start, end)`; touching is fine."""
    ordered = sorted(windows, key=lambda window: window[:2])
    for (day, _start, end), (next_day, next_start, _end) in pairwise(ordered):
        if day == next_day and (end == MIDNIGHT or next_start < end):
            raise serializers.ValidationError(_("Windows of a day must not overlap."))


def hours_json(hours: Iterable[OpeningHours], exceptions: Iterable[HoursException]) -> dict[str, Any]:
    weekly = sorted(hours, key=lambda window: (window.weekday, window.start))
    special = sorted(exceptions, key=lambda day: (day.date, day.start or MIDNIGHT))
    return {
        "hours": WindowSerializer(weekly, many=True).data,
        "exceptions": SpecialDaySerializer(special, many=True).data,
    }


# Services and professionals ---------------------------------------------------------------------


@examples.SERVICE
class ServiceSerializer(UnsaidNulls, serializers.ModelSerializer[Service]):
    name = PlainText(max_length=120)
    description = PlainText(max_length=1000, required=False, allow_blank=True)
    category = PlainText(max_length=60, required=False, allow_blank=True)
    price = serializers.DecimalField(max_digits=8, decimal_places=2, min_value=Decimal(0))
    duration_minutes = serializers.IntegerField(min_value=1, max_value=MAX_DURATION_MINUTES)
    buffer_before_minutes = serializers.IntegerField(min_value=0, max_value=MAX_BUFFER_MINUTES, required=False)
    buffer_after_minutes = serializers.IntegerField(min_value=0, max_value=MAX_BUFFER_MINUTES, required=False)

    class Meta:
        model = Service
        fields = [
            "id",
            "name",
            "description",
            "category",
            "price",
            "duration_minutes",
            "buffer_before_minutes",
            "buffer_after_minutes",
            "is_active",
        ]


@examples.PROFESSIONAL_INPUT
class ProfessionalInput(HoursFields):
    """Without `services` a new professional does everything, also what comes later; without `hours` the business's
    apply."""

    name = PlainText(max_length=120)
    services = serializers.ListField(child=IdField(), required=False, max_length=500)
    is_active = serializers.BooleanField(required=False)

    def validate_services(self, ids: list[int]) -> list[Service]:
        return services_by_id(ids, field="services")


@examples.PROFESSIONAL
class ProfessionalSerializer(serializers.Serializer[Professional]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    services = serializers.SerializerMethodField()
    is_active = serializers.BooleanField()
    hours = serializers.SerializerMethodField()
    exceptions = serializers.SerializerMethodField()

    def get_services(self, professional: Professional) -> list[int]:
        return sorted(service.pk for service in professional.services.all() if service.removed_at is None)

    @extend_schema_field(WindowSerializer(many=True))
    def get_hours(self, professional: Professional) -> Any:
        return hours_json(professional.hours.all(), [])["hours"]

    @extend_schema_field(SpecialDaySerializer(many=True))
    def get_exceptions(self, professional: Professional) -> Any:
        return hours_json([], professional.exceptions.all())["exceptions"]


def services_by_id(ids: list[int], *, field: str) -> list[Service]:
    """In the order given. Raises ValidationError (inside a field's own validation) naming the unknown ones."""
    found = Service.objects.present().in_bulk(ids)
    if unknown := [str(pk) for pk in ids if pk not in found]:
        raise serializers.ValidationError(_("There is no service %(ids)s.") % {"ids": ", ".join(unknown)})
    if len(set(ids)) != len(ids):
        raise serializers.ValidationError(_("The same service is named twice."))
    return [found[pk] for pk in ids]


# Appointments -----------------------------------------------------------------------------------


class ClientInput(serializers.Serializer[Any]):
    name = PlainText(max_length=120)
    phone = PlainText(max_length=40)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True, default="")

    def validate_phone(self, value: str) -> str:
        if not canonical(value):
            raise serializers.ValidationError(_("This is not a phone number."))
        return value


@extend_schema_field(
    {
        "oneOf": [
            {"type": "integer"},
            {
                "type": "object",
                "required": ["name", "phone"],
                "properties": {
                    "name": {"type": "string"},
                    "phone": {"type": "string"},
                    "email": {"type": "string", "format": "email"},
                },
            },
        ]
    }
)
class ClientField(serializers.Field[Any, Any, Any, Any]):
    """A known client's id, or who they are: `Contact` or the dictionary to make one from."""

    def to_internal_value(self, data: Any) -> Contact | dict[str, Any]:
        if isinstance(data, dict) and "id" not in data:
            serializer = ClientInput(data=data)
            serializer.is_valid(raise_exception=True)
            return dict(serializer.validated_data)
        pk = IdField().run_validation(data["id"] if isinstance(data, dict) else data)
        contact = Contact.objects.filter(pk=pk).first()
        if contact is None:
            raise serializers.ValidationError(_("There is no such client."))
        return contact

    def to_representation(self, value: Any) -> Any:
        return value


@examples.APPOINTMENT_INPUT
class AppointmentInput(InputSerializer):
    client = ClientField()
    service = IdField(required=False, help_text="One service; `services` for several.")
    services = serializers.ListField(child=IdField(), required=False, min_length=1, max_length=rules.MAX_SERVICES)
    professional = IdField(required=False, allow_null=True, help_text="null: whoever is free.")
    start = MomentField(help_text="Without an offset it is the business's time.")
    notes = PlainText(max_length=2000, required=False, allow_blank=True)
    status = serializers.ChoiceField(["agendado", "confirmado"], required=False)

    def validate_service(self, pk: int) -> list[Service]:
        return services_by_id([pk], field="service")

    def validate_services(self, ids: list[int]) -> list[Service]:
        return services_by_id(ids, field="services")

    def validate_professional(self, pk: int | None) -> Professional | None:
        if pk is None:
            return None
        professional = Professional.objects.present().filter(pk=pk).first()
        if professional is None:
            raise serializers.ValidationError(_("There is no such professional."))
        return professional

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        one = attrs.pop("service", None)
        attrs.setdefault("services", one)
        if attrs["services"] is None and not self.partial:
            raise serializers.ValidationError({"service": [_("Say which service.")]})
        return attrs


@examples.APPOINTMENT_CHANGE
class AppointmentChange(AppointmentInput):
    """Everything optional: what isn't sent stays."""

    status = serializers.ChoiceField(Appointment.Status.choices, required=False)
    reason = PlainText(max_length=300, required=False, allow_blank=True, help_text="Why the status changes.")
    client = ClientField(required=False)
    start = MomentField(required=False)


class ClientSerializer(serializers.ModelSerializer[Contact]):
    phone = serializers.CharField(allow_null=True)

    class Meta:
        model = Contact
        fields = ["id", "name", "phone", "email"]


class ItemSerializer(serializers.ModelSerializer[AppointmentItem]):
    id = serializers.IntegerField(source="service_id")

    class Meta:
        model = AppointmentItem
        fields = ["id", "name", "price", "duration_minutes"]


class WhoSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


@examples.APPOINTMENT
class AppointmentSerializer(serializers.ModelSerializer[Appointment]):
    client = ClientSerializer()
    services = ItemSerializer(source="items", many=True)
    service = serializers.SerializerMethodField()
    professional = WhoSerializer()

    class Meta:
        model = Appointment
        fields = [
            "id",
            "client",
            "services",
            "service",
            "professional",
            "start",
            "end",
            "price",
            "status",
            "notes",
            "source",
            "created_at",
            "updated_at",
        ]

    @extend_schema_field(OpenApiTypes.INT)
    def get_service(self, appointment: Appointment) -> int | None:
        return next((item.service_id for item in appointment.items.all()), None)


class SlotSerializer(serializers.Serializer[Any]):
    start = MomentField()
    end = MomentField()
    professional = WhoSerializer()


@examples.AVAILABILITY
class AvailabilitySerializer(serializers.Serializer[Any]):
    slots = SlotSerializer(many=True)


@examples.SLOT_TAKEN
class SlotTakenSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField()
    alternatives = SlotSerializer(many=True)


class AvailabilityQuery(InputSerializer):
    """`service` is one id or several, separated by commas or repeated."""

    service = serializers.ListField(child=IdField(), min_length=1, max_length=rules.MAX_SERVICES)
    date = DayField()
    professional = IdField(required=False, allow_null=True)

    def validate_service(self, ids: list[int]) -> list[Service]:
        return services_by_id(ids, field="service")

    def validate_professional(self, pk: int | None) -> Professional | None:
        return AppointmentInput().validate_professional(pk)
