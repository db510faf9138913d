"""`/api/v1/barbearia/…`: services, professionals, hours, availability and appointments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.access import Permission, TenantView, TenantViewSet
from apps.audit import trail
from apps.barbearia import booking, catalog, hours, slots, transitions
from apps.barbearia.models import Appointment, HoursException, OpeningHours, Professional, Service
from apps.barbearia.schedule import day_bounds
from apps.barbearia.serializers import (
    AppointmentChange,
    AppointmentInput,
    AppointmentSerializer,
    AvailabilityQuery,
    AvailabilitySerializer,
    DayField,
    IdField,
    MomentField,
    OpeningHoursSerializer,
    ProfessionalInput,
    ProfessionalSerializer,
    ServiceSerializer,
    SlotTakenSerializer,
    hours_json,
)
from apps.chat.contacts import contact_by_phone
from apps.chat.models import Contact
from apps.lib.rest import ProblemSerializer

REFUSED = {400: ProblemSerializer, 403: ProblemSerializer}
NO_BOOKING = {**REFUSED, 409: SlotTakenSerializer, 422: ProblemSerializer}


# Services ---------------------------------------------------------------------------------------


class ServiceViewSet(TenantViewSet):
    """What customers can book."""

    read_permission = Permission.VIEW_AGENDA
    write_permission = Permission.MANAGE_BUSINESS
    serializer_class = ServiceSerializer
    queryset = Service.objects.present()

    def get_queryset(self) -> QuerySet[Service]:
        return Service.objects.present()

    @extend_schema(responses=ServiceSerializer(many=True))
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(ServiceSerializer(page, many=True).data)

    def retrieve(self, request: Request, pk: int) -> Response:
        return Response(ServiceSerializer(self.get_object()).data)

    @extend_schema(responses={201: ServiceSerializer, **REFUSED})
    def create(self, request: Request) -> Response:
        return Response(self._saved(Service(), request), status=201)

    @extend_schema(responses={200: ServiceSerializer, **REFUSED})
    def update(self, request: Request, pk: int) -> Response:
        return Response(self._saved(self.get_object(), request))

    @extend_schema(responses={200: ServiceSerializer, **REFUSED})
    def partial_update(self, request: Request, pk: int) -> Response:
        return Response(self._saved(self.get_object(), request, partial=True))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        """A service that was ever booked is kept out of sight; its appointments stand."""
        catalog.remove_service(self.get_object(), by=self.member.user)
        return Response(status=204)

    def _saved(self, service: Service, request: Request, *, partial: bool = False) -> Any:
        serializer = ServiceSerializer(service, data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        for name, value in serializer.validated_data.items():
            setattr(service, name, value)
        return ServiceSerializer(catalog.save_service(service, by=self.member.user)).data


# Professionals and hours ------------------------------------------------------------------------


class ProfessionalViewSet(TenantViewSet):
    """Who serves customers."""

    read_permission = Permission.VIEW_AGENDA
    write_permission = Permission.MANAGE_BUSINESS
    serializer_class = ProfessionalSerializer
    queryset = Professional.objects.present()

    def get_queryset(self) -> QuerySet[Professional]:
        return Professional.objects.present().prefetch_related("services", "hours", "exceptions")

    @extend_schema(responses=ProfessionalSerializer(many=True))
    def list(self, request: Request) -> Response:
        page: Any = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(ProfessionalSerializer(page, many=True).data)

    def retrieve(self, request: Request, pk: int) -> Response:
        return Response(ProfessionalSerializer(self.get_object()).data)

    @extend_schema(request=ProfessionalInput, responses={201: ProfessionalSerializer, **REFUSED})
    def create(self, request: Request) -> Response:
        data = self._read(request)
        everything = {"services": list(Service.objects.offered()), "does_everything": "services" not in data}
        return self._saved(Professional(), everything | data, status=201)

    @extend_schema(request=ProfessionalInput, responses={200: ProfessionalSerializer, **REFUSED})
    def update(self, request: Request, pk: int) -> Response:
        return self._saved(self.get_object(), self._read(request))

    @extend_schema(request=ProfessionalInput, responses={200: ProfessionalSerializer, **REFUSED})
    def partial_update(self, request: Request, pk: int) -> Response:
        return self._saved(self.get_object(), self._read(request, partial=True))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        """Someone with appointments is kept out of sight; the appointments stand."""
        catalog.remove_professional(self.get_object(), by=self.member.user)
        return Response(status=204)

    def _read(self, request: Request, *, partial: bool = False) -> dict[str, Any]:
        serializer = ProfessionalInput(data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _saved(self, professional: Professional, data: dict[str, Any], *, status: int = 200) -> Response:
        professional.name = data.get("name", professional.name)
        professional.is_active = data.get("is_active", professional.is_active)
        does_everything = data.get("does_everything", professional.does_everything and "services" not in data)
        with transaction.atomic():
            catalog.save_professional(
                professional, services=data.get("services"), does_everything=does_everything, by=self.member.user
            )
            if "hours" in data or "exceptions" in data:
                times = {key: data.get(key) for key in ("hours", "exceptions")}
                hours.replace(professional=professional, by=self.member.user, **times)
        return Response(ProfessionalSerializer(self.get_queryset().get(pk=professional.pk)).data, status=status)


class OpeningHoursView(TenantView):
    """When the business works: weekly windows and special days."""

    read_permission = Permission.VIEW_AGENDA
    write_permission = Permission.MANAGE_BUSINESS

    @extend_schema(responses=OpeningHoursSerializer)
    def get(self, request: Request) -> Response:
        of_business = {"professional": None}
        weekly, special = OpeningHours.objects.filter(**of_business), HoursException.objects.filter(**of_business)
        return Response(hours_json(weekly, special))

    @extend_schema(request=OpeningHoursSerializer, responses={200: OpeningHoursSerializer, **REFUSED})
    def put(self, request: Request) -> Response:
        """Replaces `hours`, `exceptions` or both; what isn't sent stays."""
        data = OpeningHoursSerializer.parse(request.data)
        hours.replace(hours=data.get("hours"), exceptions=data.get("exceptions"), by=self.member.user)
        return self.get(request)


# Availability -----------------------------------------------------------------------------------


class AvailabilityView(TenantView):
    """The free times of a day."""

    read_permission = Permission.VIEW_AGENDA

    @extend_schema(
        parameters=[
            OpenApiParameter("service", str, required=True, description="Service id; several separated by commas."),
            OpenApiParameter("date", str, required=True, description="YYYY-MM-DD, a day of the business's calendar."),
            OpenApiParameter("professional", int, description="Without it, one entry per start."),
        ],
        responses={200: AvailabilitySerializer, 400: ProblemSerializer, 422: ProblemSerializer},
    )
    def get(self, request: Request) -> Response:
        query = AvailabilityQuery.parse(_availability_query(request.query_params))
        plan = slots.plan(query["service"])
        free = slots.on_day(plan, professional=query.get("professional"), day=query["date"])
        return Response({"slots": [slot.as_json() for slot in free]})


def _availability_query(params: QueryDict) -> dict[str, Any]:
    """`service=1&service=2`, `service=1,2` and `services=1,2` alike."""
    named = params.getlist("service") + params.getlist("services")
    ids = [pk.strip() for value in named for pk in value.split(",") if pk.strip()]
    query: dict[str, Any] = {"date": params["date"]} if params.get("date") else {}
    if ids:
        query["service"] = ids
    if params.get("professional"):
        query["professional"] = params["professional"]
    return query


# Appointments -----------------------------------------------------------------------------------


class AppointmentFilters(serializers.Serializer[Any]):
    date = DayField(required=False)
    professional = IdField(required=False)
    client = IdField(required=False)
    status = serializers.MultipleChoiceField(choices=Appointment.Status.choices, required=False)


class AppointmentViewSet(TenantViewSet):
    """Who comes when, to whom, for what."""

    read_permission = Permission.VIEW_AGENDA
    write_permission = Permission.BOOK
    serializer_class = AppointmentSerializer
    queryset = Appointment.objects.all()

    def get_queryset(self) -> QuerySet[Appointment]:
        return Appointment.objects.select_related("client", "professional").prefetch_related("items")

    @extend_schema(
        parameters=[
            OpenApiParameter("date", str, description="YYYY-MM-DD"),
            OpenApiParameter("from", str, description="A day, or a time in ISO 8601."),
            OpenApiParameter("to", str, description="A day (included), or a time (excluded)."),
            OpenApiParameter("professional", int),
            OpenApiParameter("client", int),
            OpenApiParameter("status", str, description="One status, or several separated by commas."),
        ],
        responses=AppointmentSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(filtered(self.get_queryset(), request.query_params))
        return self.get_paginated_response(AppointmentSerializer(page, many=True).data)

    def retrieve(self, request: Request, pk: int) -> Response:
        return self._answer(pk)

    @extend_schema(request=AppointmentInput, responses={201: AppointmentSerializer, **NO_BOOKING})
    def create(self, request: Request) -> Response:
        """Books the time; refused, it leaves nothing behind, not even the client."""
        data = AppointmentInput.parse(request.data)
        with transaction.atomic():
            appointment = booking.book(
                **(data | {"client": _client(data["client"])}), by=self.member.user, source=Appointment.Source.API
            )
        return self._answer(appointment.pk, status=201)

    @extend_schema(request=AppointmentChange, responses={200: AppointmentSerializer, **NO_BOOKING})
    def update(self, request: Request, pk: int) -> Response:
        """The same as PATCH: what isn't sent stays."""
        return self.partial_update(request, pk)

    @extend_schema(request=AppointmentChange, responses={200: AppointmentSerializer, **NO_BOOKING})
    def partial_update(self, request: Request, pk: int) -> Response:
        """A new time, professional or service moves the appointment, a new status follows the table.

        `concluido` and `faltou` are refused (422 `not_begun`) before the appointment's start, unless it was
        `em_andamento`.
        """
        return self._change(self.get_object(), AppointmentChange.parse(request.data, partial=True))

    @extend_schema(responses={204: None, 422: ProblemSerializer})
    def destroy(self, request: Request, pk: int) -> Response:
        """Cancels it; the appointment stays to be read."""
        booking.cancel(self.get_object(), by=self.member.user)
        return Response(status=204)

    def _change(self, appointment: Appointment, data: dict[str, Any]) -> Response:
        """All of it or nothing: moved first, then its status, then the rest."""
        by = self.member.user
        with transaction.atomic():
            booking.reschedule(
                appointment,
                start=data.get("start"),
                professional=data.get("professional"),
                anyone="professional" in data and data["professional"] is None,
                services=data.get("services"),
                by=by,
                source=Appointment.Source.API,
            )
            if "status" in data:
                transitions.move(appointment, to=data["status"], by=by, reason=data.get("reason", ""))
            self._write(appointment, data)
        return self._answer(appointment.pk)

    def _write(self, appointment: Appointment, data: dict[str, Any]) -> None:
        changes: dict[str, Any] = {}
        if "notes" in data:
            changes["notes"] = data["notes"]
        if "client" in data:
            changes["client"] = _client(data["client"])
        if changes:
            fresh = self.get_queryset().get(pk=appointment.pk)
            for name, value in changes.items():
                setattr(fresh, name, value)
            fresh.save(update_fields=[*changes, "updated_at"])
            trail.record("appointment.changed", on=fresh, by=self.member.user, fields=sorted(changes))

    def _answer(self, pk: int, *, status: int = 200) -> Response:
        self.kwargs["pk"] = pk
        return Response(AppointmentSerializer(self.get_object()).data, status=status)


def _client(given: Contact | dict[str, Any]) -> Contact:
    return given if isinstance(given, Contact) else contact_by_phone(**given)


def filtered(appointments: QuerySet[Appointment], params: QueryDict) -> QuerySet[Appointment]:
    wanted: dict[str, Any] = {name: params[name] for name in ("date", "professional", "client") if params.get(name)}
    if statuses := [name for value in params.getlist("status") for name in value.split(",") if name]:
        wanted["status"] = statuses
    serializer = AppointmentFilters(data=wanted)
    serializer.is_valid(raise_exception=True)
    data = serializer.validated_data
    if "date" in data:
        start, end = day_bounds(data["date"])
        appointments = appointments.filter(start__gte=start, start__lt=end)
    if since := params.get("from"):
        appointments = appointments.filter(start__gte=_edge(str(since), name="from"))
    if until := params.get("to"):
        appointments = appointments.filter(start__lt=_edge(str(until), name="to"))
    if "status" in data:
        appointments = appointments.filter(status__in=data["status"])
    people = {f"{name}_id": data[name] for name in ("professional", "client") if name in data}
    return appointments.filter(**people)


def _edge(value: str, *, name: str) -> datetime:
    """A day's first moment (as `to`: its last), or the time itself; "+" arrives from a URL as a space."""
    try:
        if len(value) == len("2026-01-31"):
            return day_bounds(DayField().run_validation(value))[name == "to"]
        moment: datetime = MomentField().run_validation(value.replace(" ", "+"))
        DayField().run_validation(moment.date().isoformat())
    except serializers.ValidationError as error:
        raise serializers.ValidationError({name: error.detail}) from None
    return moment
