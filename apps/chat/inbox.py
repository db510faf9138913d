"""What the inbox shows: lists, counts and one thread, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Func, Model, Q, QuerySet, TextField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.accounts import presence
from apps.accounts.models import Membership, User
from apps.chat import outbound, responders, showing, window, words
from apps.chat import templates as previews
from apps.chat.models import Channel, Conversation, Message, MessageTemplate
from apps.chat.models.message import IN_ORDER
from apps.chat.words import Says
from apps.lib.phones import digits
from apps.lib.tenancy import current_tenant
from apps.lib.text import fold

PAGE = 50
LIST_WINDOW = 300  # as far down as a refresh of the list looks
THREAD = 50
THREAD_WINDOW = 400  # as far back as a refresh of the thread looks
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OPEN = Q(status__in=Conversation.OPEN)
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


# Where a row stands in its order: one value per field, the last its id.
Key = tuple[Any, ...]


def write_key(row: Model, fields: Sequence[str]) -> str:
    """A place in a list, for a URL: microseconds of its times, then the id."""
    *times, pk = (getattr(row, name) for name in fields)
    return "-".join(str(part) for part in [*((at - EPOCH) // timedelta(microseconds=1) for at in times), pk])


def read_key(value: str, *, times: int = 1) -> Key | None:
    """What `write_key` wrote for so many times and an id; None for anything else."""
    parts = value.split("-")
    if len(parts) != times + 1 or not all(part.isascii() and part.isdigit() and len(part) <= 17 for part in parts):
        return None
    *moments, pk = map(int, parts)
    return *(EPOCH + timedelta(microseconds=micros) for micros in moments), pk


def read_thread_key(value: str) -> Key | None:
    return read_key(value, times=len(IN_ORDER) - 1)


@dataclass(frozen=True)
class Wish:
    """Which conversations to list. `status` is "", one of Conversation.Status, or "all"."""

    user: User
    tab: str = "open"
    query: str = ""
    status: str = ""
    is_unassigned: bool = False
    channel: int | None = None
    tag: str = ""

    @property
    def is_queue(self) -> bool:
        return self.tab == "queue" and not self.query

    @property
    def is_filtered(self) -> bool:
        return bool(self.status or self.is_unassigned or self.channel or self.tag)


def search(conversations: QuerySet[Conversation], query: str) -> QuerySet[Conversation]:
    """By name, or by words of any message, both without accents; or by phone."""
    name, said = fold(query), words.query_of(query)
    if not name:
        return conversations
    found = Q(identity__contact__search__contains=name)
    if number := digits(query):
        found |= Q(identity__contact__phone__contains=number)
    if said:
        found |= Q(pk__in=Message.objects.filter(Says("content", query=said)).values("conversation_id"))
    return conversations.filter(found)


def _wished(wish: Wish) -> QuerySet[Conversation]:
    shown = Conversation.objects.select_related("identity__contact", "channel", "assignee")
    if wish.query:
        shown = search(shown, wish.query)
    elif not wish.status or wish.tab != "open":  # "open" is what the other tabs add to; a status says it itself
        shown = shown.filter(tab_filter(wish.tab, wish.user))
    if wish.status and wish.status != "all":
        shown = shown.filter(status=wish.status)
    if wish.is_unassigned:
        shown = shown.filter(assignee__isnull=True)
    if wish.channel:
        shown = shown.filter(channel_id=wish.channel)
    return shown.filter(tags__contains=[wish.tag]) if wish.tag else shown


def conversations(
    wish: Wish, *, after: Key | None = None, down_to: Key | None = None
) -> tuple[list[Conversation], str]:
    """(a page, the key that `after` takes for the next one or "").

    Newest first; the queue shows who has waited longest first. A search looks everywhere. `down_to`
    gives everything down to a place already shown, at most LIST_WINDOW.
    """
    fields, ahead = (("needs_human_since", "id"), "gt") if wish.is_queue else (("last_message_at", "id"), "lt")
    shown = _wished(wish).order_by(*fields if ahead == "gt" else (f"-{name}" for name in fields))
    if after:
        shown = shown.filter(_beyond(fields, ahead, after))
    limit = PAGE
    if down_to:
        limit = max(PAGE, shown.filter(_up_to(fields, ahead, down_to))[:LIST_WINDOW].count())
    page = list(shown[: limit + 1])
    more = len(page) > limit
    page = page[:limit]
    for row in page:
        row.key = write_key(row, fields)  # type: ignore[attr-defined]
    return page, page[-1].key if more else ""  # type: ignore[attr-defined]


def _beyond(fields: Sequence[str], ahead: str, key: Key, *, or_at: bool = False) -> Q:
    """Rows whose fields, read as one value, are `ahead` ("lt" or "gt") of the key."""
    (name, *others), (value, *rest) = fields, key
    if not others:
        return Q(**{f"{name}__{ahead}{'e' if or_at else ''}": value})
    further = _beyond(others, ahead, tuple(rest), or_at=or_at)
    return Q(**{f"{name}__{ahead}e": value}) & (Q(**{f"{name}__{ahead}": value}) | further)


def _up_to(fields: Sequence[str], ahead: str, key: Key) -> Q:
    """What `_beyond` leaves out."""
    return _beyond(fields, "gt" if ahead == "lt" else "lt", key, or_at=True)


def tags_in_use() -> list[str]:
    """At most a hundred, in order."""
    rows = (
        Conversation.objects.exclude(tags=[])
        .annotate(tag=Func("tags", function="jsonb_array_elements_text", output_field=TextField()))
        .values_list("tag", flat=True)
        .distinct()
        .order_by("tag")[:100]
    )
    return list(rows)


def channels_in_use() -> list[Channel]:
    return list(Channel.objects.order_by("id"))


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


@dataclass(frozen=True)
class Timeline:
    """Messages, oldest first; `since` is the first one's key, `earlier` the same when older ones exist."""

    messages: list[Message]
    since: str = ""
    earlier: str = ""


def timeline(conversation: Conversation, *, before: Key | None = None, since: Key | None = None) -> Timeline:
    """The latest messages by the channel's clock; those before a place; or everything since one already shown.

    When more than THREAD_WINDOW have come since, only the latest page.
    """
    shown = conversation.messages.exclude(message_type=Message.Type.REACTION, reply_to__isnull=False)
    shown = shown.select_related("author", "reply_to__author", "media").order_by(*(f"-{name}" for name in IN_ORDER))
    limit = THREAD
    if before:
        shown = shown.filter(_beyond(IN_ORDER, "lt", before))
    elif since:
        newer = shown.filter(_up_to(IN_ORDER, "lt", since))[: THREAD_WINDOW + 1].count()
        limit = newer if THREAD <= newer <= THREAD_WINDOW else THREAD
    found = list(shown[: limit + 1])
    has_older = len(found) > limit
    found = list(reversed(found[:limit]))
    _attach_reactions(conversation, found)
    ids = {message.pk for message in found}
    for message in found:
        message.is_quote_near = message.reply_to_id in ids  # type: ignore[attr-defined]
        message.shown = showing.of(message)  # type: ignore[attr-defined]
        message.may_go_again = outbound.may_go_again(message, conversation)  # type: ignore[attr-defined]
    key = write_key(found[0], IN_ORDER) if found else ""
    return Timeline(found, since=key, earlier=key if has_older else "")


def _attach_reactions(conversation: Conversation, shown: list[Message]) -> None:
    """`message.reactions`: the last emoji of each side; an empty one took it back."""
    given: dict[int, dict[str, str]] = {}
    reactions = conversation.messages.filter(
        message_type=Message.Type.REACTION, reply_to__in=[message.pk for message in shown]
    )
    for target, sender, emoji in reactions.order_by(*IN_ORDER).values_list("reply_to_id", "sender", "content"):
        given.setdefault(target, {})["customer" if sender == Message.Sender.CUSTOMER else "us"] = emoji
    for message in shown:
        message.reactions = [emoji for emoji in given.get(message.pk, {}).values() if emoji]  # type: ignore[attr-defined]


def refusal(conversation: Conversation) -> str:
    """Why nothing can be written now; "" when the composer may be shown."""
    if conversation.status == Conversation.Status.CLOSED:
        return _("This conversation is closed.")
    if window_is_closed(conversation):
        return _("The 24-hour window is closed: WhatsApp accepts free text again when the customer writes.")
    return ""


def needs_template(conversation: Conversation) -> bool:
    """Whether only an approved template may be sent now."""
    return window_is_closed(conversation) and conversation.status != Conversation.Status.CLOSED


def templates_of(conversation: Conversation) -> QuerySet[MessageTemplate]:
    return MessageTemplate.objects.filter(channel_id=conversation.channel_id, status="APPROVED").order_by("name", "pk")


def templates_to_choose(
    conversation: Conversation, *, chosen: int | None = None, values: dict[str, str] | None = None
) -> list[dict[str, Any]]:
    """[{template, is_chosen, fields: [(variable, what was typed)], preview}]; the first is chosen when none was."""
    shown = []
    for number, template in enumerate(templates_of(conversation)[:50]):
        is_chosen = template.pk == chosen if chosen else number == 0
        typed = values or {} if is_chosen else {}
        fields = [(name, typed.get(name, "")) for name in template.variables]
        preview = previews.preview(template, typed)
        shown.append({"template": template, "is_chosen": is_chosen, "fields": fields, "preview": preview})
    return shown


def beside(conversation: Conversation) -> Beside:
    found, contact = Beside(), conversation.identity.contact
    if conversation.needs_human and conversation.needs_human_reason:
        found.summary.append(conversation.needs_human_reason)
    if contact.email:
        found.facts.append((_("E-mail"), contact.email))
    found.facts.append((_("Customer since"), timezone.localtime(contact.created_at).strftime("%d/%m/%Y")))
    if contact.opted_out_at:
        since = timezone.localtime(contact.opted_out_at).strftime("%d/%m/%Y")
        found.facts.append((_("Notices"), _("Asked to receive none, on %(day)s") % {"day": since}))
    for source in _beside:
        source(conversation, found)
    return found


def colleague(conversation: Conversation, *, user: User) -> Membership | None:
    """The place in the business of somebody else who is in charge, with `is_online`; None when nobody else is."""
    if conversation.assignee_id in (None, user.pk):
        return None
    member = Membership.objects.filter(tenant=current_tenant(), user=conversation.assignee_id).first()
    if member is not None:
        member.is_online = presence.is_online(member)  # type: ignore[attr-defined]
    return member


def agent_name(conversation: Conversation) -> str:
    """Who answers here when no person does; "" when nobody."""
    return responders.current().name(conversation.channel_id)


def closes_at(conversation: Conversation) -> datetime | None:
    return window.closes_at(conversation.identity, kind=conversation.channel.kind)


def window_is_closed(conversation: Conversation) -> bool:
    return not window.is_open(conversation.identity, kind=conversation.channel.kind)
