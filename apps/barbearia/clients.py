"""The business's clients as the team keeps them: who they are, what is worth remembering, what they had."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.utils import timezone

from apps.audit import trail
from apps.barbearia.errors import PhoneInUse
from apps.barbearia.models import Appointment, ClientNote
from apps.chat.models import Contact
from apps.chat.models.contact import searchable
from apps.lib.phones import canonical, digits
from apps.lib.text import fold, storable

_DONE = Q(appointments__status=Appointment.Status.CONCLUIDO)


def save(contact: Contact, *, name: str, phone: str, email: str, notes: str, by: Any) -> Contact:
    """Write a client, known or new. Raises PhoneInUse, naming who has the number."""
    number, is_new = canonical(phone) or None, contact.pk is None
    contact.name, contact.phone, contact.email = name, number, email
    contact.search = searchable(name, number)
    try:
        with transaction.atomic():
            contact.save()
            ClientNote.objects.update_or_create(contact=contact, defaults={"text": notes})
            trail.record("client.created" if is_new else "client.changed", on=contact, by=by)
    except IntegrityError:
        raise PhoneInUse(Contact.objects.get(phone=number).display_name) from None
    return contact


def matching(search: str) -> Q:
    """Contacts by name, or by part of the number."""
    matches, number = Q(search__contains=fold(search)), digits(search)
    return matches | Q(phone__contains=number) if number else matches


def found(search: str) -> QuerySet[Contact]:
    """By name or part of the number, in order of name, with their visits and their next appointment."""
    contacts = Contact.objects.annotate(
        visits=Count("appointments", filter=_DONE),
        last_visit=Max("appointments__start", filter=_DONE),
        next_visit=Min(
            "appointments__start",
            filter=Q(appointments__status__in=Appointment.UPCOMING, appointments__start__gt=timezone.now()),
        ),
    ).order_by("name", "pk")
    search = storable(search)
    return contacts.filter(matching(search)) if search else contacts


def numbers(contact: Contact) -> dict[str, Any]:
    """{visits, missed, spent (None before the first visit), last (when)}."""
    done = Q(status=Appointment.Status.CONCLUIDO)
    return contact.appointments.aggregate(
        visits=Count("id", filter=done),
        missed=Count("id", filter=Q(status=Appointment.Status.FALTOU)),
        spent=Sum("price", filter=done),
        last=Max("start", filter=done),
    )
