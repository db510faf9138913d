"""Clients: who they are and what they had here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.access import Permission, permission
from apps.barbearia import agenda, clients
from apps.barbearia.errors import PhoneInUse
from apps.barbearia.forms import ClientForm
from apps.barbearia.models import Appointment, ClientNote
from apps.chat.models import Contact, Conversation

PER_PAGE, HISTORY_SHOWN, CONVERSATIONS_SHOWN = 30, 20, 5


@require_safe
@permission(Permission.BOOK)
def index(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("q", "").strip()[:80]
    page = Paginator(clients.found(search), PER_PAGE).get_page(request.GET.get("pagina"))
    return render(request, "barbearia/clients.html", {"page": page, "search": search})


@require_safe
@permission(Permission.BOOK)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    client = get_object_or_404(Contact, pk=pk)
    booked = (
        Appointment.objects.filter(client=client).select_related("client", "professional").prefetch_related("items")
    )
    upcoming = booked.filter(status__in=Appointment.UPCOMING, end__gt=timezone.now())
    earlier = booked.exclude(pk__in=upcoming).order_by("-start")
    conversations = Conversation.objects.filter(identity__contact=client).select_related("channel")
    context = {
        "client": client,
        "notes": _notes(client),
        "numbers": clients.numbers(client),
        "upcoming": [_line(item) for item in upcoming.order_by("start")],
        "earlier": [_line(item) for item in earlier[:HISTORY_SHOWN]],
        "conversations": conversations.order_by("-last_message_at")[:CONVERSATIONS_SHOWN],
    }
    return render(request, "barbearia/client.html", context)


def _notes(client: Contact) -> str:
    note = ClientNote.objects.filter(contact=client).first()
    return note.text if note else ""


def _line(appointment: Appointment) -> dict[str, Any]:
    day = timezone.localdate(appointment.start).isoformat()
    url = f"{reverse('barbearia:appointment', args=[appointment.pk])}?data={day}"
    return {**agenda.line(appointment), "url": url}


@require_http_methods(["GET", "POST"])
@permission(Permission.BOOK)
def new(request: HttpRequest) -> HttpResponse:
    """`?volta=` is where the booking waits for the new client, `?nome=` what was searched for."""
    return _edit(request, Contact(), initial={"name": request.GET.get("nome", "")[:120]})


@require_http_methods(["GET", "POST"])
@permission(Permission.BOOK)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    client = get_object_or_404(Contact, pk=pk)
    known = {"name": client.name, "phone": client.display_phone, "email": client.email, "notes": _notes(client)}
    return _edit(request, client, initial=known)


def _edit(request: HttpRequest, client: Contact, *, initial: dict[str, str]) -> HttpResponse:
    form = ClientForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            saved = clients.save(client, by=request.user, **form.cleaned_data)
        except PhoneInUse as error:
            form.add_error("phone", error.message)
        else:
            messages.success(request, _("%(name)s: saved.") % {"name": saved.display_name})
            return redirect(_back(request, saved))
    back = request.GET.get("volta", "")
    context = {"form": form, "client": client, "back": back}
    return render(request, "barbearia/client_form.html", context, status=422 if form.is_bound else 200)


def _back(request: HttpRequest, client: Contact) -> str:
    """To the booking that waits, with the new client chosen; else to the client's page."""
    wanted = request.GET.get("volta", "")
    if wanted.startswith("/agenda/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return f"{wanted}{'&' if '?' in wanted else '?'}cliente={client.pk}"
    return reverse("barbearia:client", args=[client.pk])
