"""What the agenda knows about the customer of a conversation, shown beside the thread."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.barbearia import clients
from apps.barbearia.models import Appointment
from apps.chat.inbox import Beside
from apps.chat.models import Contact, Conversation

SHOWN = 3


def add(conversation: Conversation, beside: Beside) -> None:
    """Upcoming appointments, soonest first, and the customer's history in numbers."""
    mine = Appointment.objects.filter(client=conversation.identity.contact_id)
    upcoming = mine.filter(status__in=Appointment.UPCOMING, end__gt=timezone.now())
    shown = upcoming.select_related("professional").prefetch_related("items").order_by("start")[:SHOWN]
    beside.appointments += [_line(appointment) for appointment in shown]
    beside.facts += _history(conversation.identity.contact)


def _line(appointment: Appointment) -> dict[str, object]:
    start = timezone.localtime(appointment.start)
    return {
        "start": start,
        "end": timezone.localtime(appointment.end),
        "services": " + ".join(appointment.service_names),
        "professional": appointment.professional.name,
        "status": appointment.status,
        "status_label": appointment.get_status_display(),
        "url": day_url(start),
    }


def day_url(moment: datetime) -> str:
    """The agenda of the day of an aware local time; in work outside requests too."""
    return f"{reverse('barbearia:agenda', urlconf='config.urls.tenant')}?data={moment:%Y-%m-%d}"


def _history(contact: Contact) -> list[tuple[str, str]]:
    found = clients.numbers(contact)
    if not found["visits"] and not found["missed"]:
        return []
    facts = [(_("Visits"), str(found["visits"])), (_("Missed"), str(found["missed"]))]
    if found["last"]:
        facts.append((_("Last visit"), timezone.localtime(found["last"]).strftime("%d/%m/%Y")))
    return facts
