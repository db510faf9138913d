"""What the inbox shows: lists, counts and one thread, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.accounts.models import User
from apps.chat import responders, window
from apps.chat.models import Channel, Conversation, Message
from apps.lib.phones import digits
from apps.lib.text import fold

PAGE = 60
THREAD = 200
OPEN = Q(status__in=["active", "pending"])
TABS = (
    ("open", pgettext_lazy("conversations", "Open")),
    ("mine", gettext_lazy("Mine")),
    ("queue", gettext_lazy("Queue")),
    ("ai", gettext_lazy("AI")),
)


def tab_filter(tab: str, user: User) -> Q:
    """The conversations of a tab; an unknown one is "open"."""
    return {
        "mine": OPEN & Q(assignee=user),
        "queue": OPEN & Q(needs_human_since__isnull=False),
        "ai": OPEN & Q(is_ai_active=True),
    }.get(tab, OPEN)


def waiting_count() -> int:
    """Conversations that wait for a person."""
    return Conversation.objects.filter(OPEN, needs_human_since__isnull=False).count()


def channels_down() -> list[Channel]:
    """Connected channels that need their owner."""
    return list(Channel.objects.filter(status=Channel.Status.UNHEALTHY).exclude(external_id="").order_by("id"))


def counts(user: User) -> dict[str, int]:
    found = Conversation.objects.filter(OPEN).aggregate(
        open=Count("id"),
        mine=Count("id", filter=Q(assignee=user)),
        queue=Count("id", filter=Q(needs_human_since__isnull=False)),
        ai=Count("id", filter=Q(is_ai_active=True)),
    )
    return {key: int(value) for key, value in found.items()}


def search(conversations: QuerySet[Conversation], query: str) -> QuerySet[Conversation]:
    """By name without accents, phone, or words of any message."""
    words = fold(query)
    if not words:
        return conversations
    found = Q(identity__contact__search__contains=words)
    if number := digits(query):
        found |= Q(identity__contact__phone__contains=number)
    said = Message.objects.filter(conversation=OuterRef("pk"), content__icontains=query.strip())
    return conversations.filter(found | Exists(said))


def conversations(*, tab: str, query: str, user: User) -> QuerySet[Conversation]:
    """Newest first; the queue shows who has waited longest first. A search looks everywhere."""
    shown = Conversation.objects.select_related("identity__contact", "channel", "assignee")
    if query.strip():
        return search(shown, query).order_by("-last_message_at", "-id")[:PAGE]
    shown = shown.filter(tab_filter(tab, user))
    return shown.order_by("needs_human_since" if tab == "queue" else "-last_message_at", "-id")[:PAGE]


@dataclass
class Beside:
    """What stands beside a thread. Rooms above add theirs with `register_beside`.

    An appointment is {"start", "end", "services", "professional", "status", "status_label", "url"}.
    """

    appointments: list[dict[str, Any]] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)


_beside: list[Callable[[Conversation, Beside], None]] = []


def register_beside(source: Callable[[Conversation, Beside], None]) -> None:
    _beside.append(source)


def timeline(conversation: Conversation) -> list[Message]:
    """The latest messages, oldest first, by the channel's clock."""
    latest = conversation.messages.select_related("author", "reply_to__author").order_by("-provider_ts", "-id")[:THREAD]
    return list(reversed(latest))


def refusal(conversation: Conversation, closes_at: datetime | None) -> str:
    """Why nothing can be written now; "" when the composer may be shown."""
    if conversation.status == Conversation.Status.CLOSED:
        return _("This conversation is closed.")
    if closes_at is not None and closes_at <= timezone.now():
        return _("The 24-hour window is closed: WhatsApp accepts free text again when the customer writes.")
    return ""


def beside(conversation: Conversation) -> Beside:
    found, contact = Beside(), conversation.identity.contact
    if conversation.needs_human and conversation.needs_human_reason:
        found.summary.append(conversation.needs_human_reason)
    if contact.email:
        found.facts.append((_("E-mail"), contact.email))
    found.facts.append((_("Customer since"), timezone.localtime(contact.created_at).strftime("%d/%m/%Y")))
    for source in _beside:
        source(conversation, found)
    return found


def agent_name(conversation: Conversation) -> str:
    """Who answers here when no person does; "" when nobody."""
    responder = responders.current()
    return responder.name(conversation.channel_id) if responder else ""


def closes_at(conversation: Conversation) -> datetime | None:
    return window.closes_at(conversation.identity, kind=conversation.channel.kind)
