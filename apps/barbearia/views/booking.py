"""A new appointment in four taps: client, service, time, book. Each choice is a link, so it works without scripts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.access import Permission, permission
from apps.barbearia import booking, clients, refusal, rules, slots
from apps.barbearia.errors import NotBookable
from apps.barbearia.models import Appointment, Professional, Service
from apps.barbearia.refusal import Attempt
from apps.barbearia.views import page, times
from apps.barbearia.views.place import Place
from apps.chat.models import Contact
from apps.lib.errors import DomainError
from apps.lib.templatetags.screen import near_when
from apps.lib.untrusted import an_id

PANEL = "barbearia/_panel_new.html"
CLIENTS_SHOWN = 8


@require_http_methods(["GET", "POST"])
@permission(Permission.BOOK)
def new(request: HttpRequest) -> HttpResponse:
    place = Place.of(request.GET)
    if request.method == "POST":
        return _book(request, place)
    return page.show(request, place, panel=PANEL, context=_steps(request.GET, place))


def _book(request: HttpRequest, place: Place) -> HttpResponse:
    client, services, chosen = _client(request.POST), _services(request.POST), times.Chosen.of(request.POST)
    who = Professional.objects.present().filter(pk=chosen.who or 0).first()
    if client is None or not services or chosen.start is None or who is None:
        raise NotBookable(_("Choose a client, a service and a time."))
    try:
        appointment = booking.book(
            client=client,
            services=services,
            professional=who,
            start=chosen.start,
            by=request.user,
            source=Appointment.Source.STAFF,
        )
    except DomainError as error:
        return _refuse(request, place, error, Attempt(slots.plan(services), who, chosen.start))
    words = {"name": client.display_name, "when": near_when(appointment.start), "who": who.name}
    return page.done(
        request,
        _("Booked: %(name)s, %(when)s with %(who)s.") % words,
        back=place.url(day=timezone.localdate(appointment.start)),
        undo=place.at("move_status", appointment.pk),
        fields={"status": Appointment.Status.CANCELADO, "quiet": "1"},
    )


def _refuse(request: HttpRequest, place: Place, error: DomainError, attempt: Attempt) -> HttpResponse:
    fields = {"cliente": request.POST.get("cliente", ""), "servico": request.POST.getlist("servico")}
    return page.refused(
        request,
        place,
        refusal.explain(error, attempt),
        action=place.at("new"),
        fields=fields,
        panel=PANEL,
        **_steps(request.POST, place),
    )


# The steps --------------------------------------------------------------------------------------


def _steps(query: QueryDict, place: Place) -> dict[str, Any]:
    client, services = _client(query), _services(query)
    search = query.get("q", "").strip()[:80]
    chosen = times.Chosen.of(query)
    kept: dict[str, Any] = {
        "cliente": client.pk if client else None,
        "servico": [service.pk for service in services],
        "com": chosen.only,
        "inicio": chosen.start.isoformat() if chosen.start else None,
        "quem": chosen.who,
    }

    def url(**changes: Any) -> str:
        where = replace(place, day=changes.pop("day", place.day))
        return where.at("new", **{**kept, **changes})

    context: dict[str, Any] = {
        "client": client,
        "services": services,
        "search": search,
        "change_client_url": url(cliente=None),
        "change_service_url": url(servico=[]),
        "new_client_back": url(),
        "kept": kept,
    }
    if client is None:
        return context | {"step": 1, "clients": [_client_line(found, url) for found in _clients(search)]}
    context["visits"] = client.appointments.filter(status=Appointment.Status.CONCLUIDO).count()
    adds = query.get("mais") == "1" and len(services) < rules.MAX_SERVICES
    if not services or adds:
        offered = Service.objects.offered().exclude(pk__in=[service.pk for service in services])
        listed = offered.with_performers().order_by("category", "name")
        lines = [{"service": found, "url": url(servico=[*kept["servico"], found.pk])} for found in listed]
        return context | {"step": 2, "offered": lines}
    try:
        plan = slots.plan(services)
        found = times.choices(plan, chosen, day=place.day, url=url)
    except DomainError as error:
        return context | {"step": 2, "problem": error.message, "offered": []}
    step = 4 if found["picked"] else 3
    return context | {"step": step, "plan": plan, "add_service_url": url(mais="1"), **found}


def _client(query: QueryDict) -> Contact | None:
    return Contact.objects.filter(pk=an_id(query.get("cliente", "")) or 0).first()


def _services(query: QueryDict) -> list[Service]:
    """In the order chosen; unknown ones are left out."""
    ids = [pk for value in query.getlist("servico")[: rules.MAX_SERVICES] if (pk := an_id(value))]
    found = Service.objects.offered().in_bulk(ids)
    return [found[pk] for pk in dict.fromkeys(ids) if pk in found]


def _clients(search: str) -> list[Contact]:
    """Those that match, else who was here last."""
    found = Contact.objects.filter(clients.matching(search)) if search else Contact.objects.all()
    return list(found.annotate(last=Max("appointments__start")).order_by("-last", "-created_at")[:CLIENTS_SHOWN])


def _client_line(client: Contact, url: Any) -> dict[str, Any]:
    return {"client": client, "url": url(cliente=client.pk)}
