"""From a stored webhook to messages: routed, each item in its own savepoint, nothing lost.

An item that can't be taken in becomes an InboundProblem with its place and reason; the event is
still done. An event that came to a business's own URL reaches that business only.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from django.db import InterfaceError, OperationalError, transaction

from apps.accounts import addresses
from apps.accounts.models import InboundAddress
from apps.chat import (
    amending,
    choices,
    consent,
    conversations,
    handoff,
    identities,
    live,
    notices,
    outbound,
    reactions,
    responders,
    statuses,
)
from apps.chat.adapters.base import InboundMessage, Item, Malformed
from apps.chat.adapters.whatsapp_cloud import incoming
from apps.chat.due import Due
from apps.chat.models import Channel, ContactIdentity, Conversation, Media, Message
from apps.lib.prepared import Prepared, store
from apps.lib.tenancy import UnknownTenant, current_schema, schema_context
from apps.work import inbox
from apps.work.handlers import Job
from apps.work.models import InboundEvent, InboundProblem

log = structlog.get_logger(__name__)

State = InboundEvent.State


_with_id = Prepared(
    lambda channel, provider_id: Message.objects.filter(channel=channel, provider_id=provider_id).values_list("pk")[:1]
)


@dataclass(frozen=True)
class Arrival:
    """One item of a webhook."""

    event: inbox.Event
    item: Item

    def problem(self, reason: str, *, schema: str = "") -> None:
        """Not taken in, for people to look at."""
        self.event.has_problems = True
        noted = InboundProblem(
            event_id=self.event.id, path=self.item.path[:200], reason=reason[:2000], schema_name=schema
        )
        InboundProblem.objects.bulk_create([noted], ignore_conflicts=True)

    def quarantine(self, reason: str) -> None:
        """Nobody's, as far as we can tell."""
        self.event.put_aside(State.QUARANTINED, reason)
        self.problem(reason)


def receive(*jobs: Job) -> None:
    """Take in raw webhooks, those of one business in one transaction. Safe to run again at any point."""
    events = inbox.take([int(job.key) for job in jobs])
    _take_in_all([arrival for event in events for arrival in _read(event)])
    inbox.settle(events)


def _read(event: inbox.Event) -> list[Arrival]:
    try:
        return [Arrival(event, item) for item in incoming.parse(event.body, received_at=event.received_at)]
    except Malformed as error:
        event.put_aside(State.FAILED, str(error))
        return []


def _take_in_all(arrivals: list[Arrival]) -> None:
    """Route every item and take it in at its owner's."""
    by_owner: dict[addresses.Address, list[Arrival]] = {}
    for arrival in arrivals:
        owners, reason = _owners(arrival)
        if not owners:
            arrival.quarantine(reason)
        for owner in owners:
            by_owner.setdefault(owner, []).append(arrival)
    for owner, owned in sorted(by_owner.items(), key=lambda entry: (entry[0].schema_name, entry[0].channel_id)):
        try:
            with schema_context(owner.schema_name):
                _take_in(owner, owned)
        except addresses.Moved:  # while it was still cached here
            addresses.forget()
            _take_in_all(owned)
        except UnknownTenant:  # deleted while its address was still cached: the others' messages go on
            for arrival in owned:
                arrival.quarantine("the business is gone")


def _owners(arrival: Arrival) -> tuple[list[addresses.Address], str]:
    """Whose an item is: a message's number has one owner, an account's notice goes to each of its numbers."""
    item, event = arrival.item, arrival.event
    if item.notice is None:
        owner, reason = _owner(event, item)
        return [owner] if owner else [], reason
    owners = addresses.under("whatsapp", item.parent_id)
    if event.address_id is not None:
        came_to = _came_to(event.address_id)
        owners = [owner for owner in owners if owner.tenant_id == came_to]
    return owners, f"no business reached by this URL owns the account {item.parent_id!r}"


def _came_to(address_id: int) -> int | None:
    """The tenant whose own URL this is; None when the address is gone."""
    return InboundAddress.objects.filter(pk=address_id).values_list("tenant_id", flat=True).first()


def _owner(event: inbox.Event, item: Item) -> tuple[addresses.Address | None, str]:
    owner = addresses.owner_of("whatsapp", item.external_id) if item.external_id else None
    if owner is None:
        return None, item.problem or f"no business owns the number {item.external_id!r}"
    if event.address_id is not None and _came_to(event.address_id) != owner.tenant_id:
        return None, f"the number {item.external_id!r} belongs to another business than this URL"
    if owner.parent_id and item.parent_id and owner.parent_id != item.parent_id:
        return None, f"the number {item.external_id!r} came under another account ({item.parent_id!r})"
    return owner, ""


def _take_in(owner: addresses.Address, arrivals: list[Arrival]) -> None:
    """One transaction per business; when an item can't be taken in, once more with each on its own.

    Raises addresses.Moved when the number is not the business's any more.
    """
    try:
        _take_items(owner, arrivals)
    except (OperationalError, InterfaceError, addresses.Moved):
        raise
    except Exception as error:  # whatever it is, the items beside it go on
        log.warning("items taken apart", error=repr(error)[:300])
        _take_apart(owner, arrivals)


def _take_items(owner: addresses.Address, arrivals: list[Arrival]) -> None:
    """Customers in sorted order, because opposite orders deadlock; then, in such an order too, our messages."""
    due, channel = Due(), Channel(pk=owner.channel_id)  # only its number is needed here
    arrivals = sorted(arrivals, key=_lock_order)
    news = [arrival.item.status for arrival in arrivals if arrival.item.status is not None]
    others = [arrival for arrival in arrivals if arrival.item.status is None]
    with transaction.atomic():
        if others:  # a status only moves a message that is here
            addresses.hold(owner)
        for arrival in others:
            _take_item(channel, arrival, due)
        if news:
            statuses.apply(channel, news, due)
        due.wake()


def _take_apart(owner: addresses.Address, arrivals: list[Arrival]) -> None:
    """Each in a savepoint of its own: what can't be taken in is noted with its path."""
    due, channel = Due(), Channel(pk=owner.channel_id)
    with transaction.atomic():
        addresses.hold(owner)
        for arrival in sorted(arrivals, key=_lock_order):
            try:
                with transaction.atomic():
                    _take_item(channel, arrival, due)
            except (OperationalError, InterfaceError):
                raise
            except Exception as error:
                log.warning("item not taken in", path=arrival.item.path, error=repr(error)[:300])
                arrival.problem(repr(error), schema=owner.schema_name)
        due.wake()


def _lock_order(arrival: Arrival) -> tuple[bool, str]:
    item = arrival.item
    if item.message:
        return False, item.message.address
    return True, item.status.provider_id if item.status else ""


def _take_item(channel: Channel, arrival: Arrival, due: Due) -> None:
    item = arrival.item
    if item.problem:
        arrival.problem(item.problem, schema=current_schema())
    elif item.status is not None:
        statuses.apply(channel, [item.status], due)
    elif item.notice is not None:
        notices.apply(channel, item.notice)
    elif item.message is not None:
        take_message(channel, item.message, due)


def take_message(channel: Channel, inbound: InboundMessage, due: Due) -> Message | None:
    """Store a customer's message, or the owner's echo; None when we already have it, or it changes another."""
    if (inbound.edits or inbound.revokes) and amending.amend(channel, inbound):
        return None
    if inbound.move is not None and _is_known(channel, inbound):
        return None  # before asking who it is: the old number is nobody's any more
    identity = identities.of(channel, inbound)
    if _is_known(channel, inbound):
        return None
    if inbound.move is not None:
        identity = identities.move(channel, identity, inbound.move)
    conversation, is_new = conversations.for_customer(identity)
    message = _store(conversation, inbound)
    if inbound.media is not None:
        due.files.add(_expect(message, inbound))
    if inbound.message_type == Message.Type.REACTION:
        reactions.attach(message, conversation)
    if inbound.is_echo:
        conversations.said(conversation, message)
        handoff.owner_spoke(conversation)
    else:
        _hear(conversation, identity, message)
        if not _turned_page(conversation, message, inbound, due) and not consent.heard(conversation, message):
            _note_wake(conversation, channel, inbound, message, due)
    if is_new:
        live.conversation_created(conversation)
    live.message_created(message)
    return message


def _turned_page(conversation: Conversation, message: Message, inbound: InboundMessage, due: Due) -> bool:
    """A tap on "Ver mais" is answered with the next rows: nothing in it for the AI to think about."""
    if not inbound.choice.startswith(choices.MORE) or not conversation.is_ai_active:
        return False
    page = choices.next_page(conversation, message, inbound.choice)
    if page is None:
        return False
    outbound.queue_page(conversation, page, effect_key=f"more:{message.pk}")
    due.sends.add(conversation.pk)
    return True


def _is_known(channel: Channel, inbound: InboundMessage) -> bool:
    return bool(_with_id(channel.pk, inbound.provider_id))


def _expect(message: Message, inbound: InboundMessage) -> str:
    """A file that comes later; the key of the work that fetches it."""
    assert inbound.media is not None
    told = inbound.media
    media = Media.objects.create(
        message=message,
        kind=told.kind,
        mime_type=told.mime_type,
        file_name=told.file_name,
        is_voice=told.is_voice,
        is_animated=told.is_animated,
        provider_id=told.provider_id,
        provider_id_at=inbound.sent_at,
    )
    return str(media.pk)


def _store(conversation: Conversation, inbound: InboundMessage) -> Message:
    quoted = None
    if inbound.quoted_id:
        quoted = conversation.messages.filter(provider_id=inbound.quoted_id).first()
    return Message.objects.create(
        conversation=conversation,
        channel_id=conversation.channel_id,
        sender=Message.Sender.ATTENDANT if inbound.is_echo else Message.Sender.CUSTOMER,
        message_type=inbound.message_type,
        content=inbound.content,
        data=inbound.data | ({"from_phone": True} if inbound.is_echo else {}),
        reply_to=quoted,
        provider_id=inbound.provider_id,
        provider_ts=inbound.sent_at,
        received_at=inbound.received_at,
        status=Message.Status.SENT if inbound.is_echo else Message.Status.DELIVERED,
    )


def _hear(conversation: Conversation, identity: ContactIdentity, message: Message) -> None:
    conversations.heard(conversation, message)
    if identity.last_inbound_at is None or message.provider_ts > identity.last_inbound_at:
        identity.last_inbound_at = message.provider_ts
    identity.is_reachable = True
    store(identity, "last_inbound_at", "is_reachable")


def _note_wake(
    conversation: Conversation, channel: Channel, inbound: InboundMessage, message: Message, due: Due
) -> None:
    goes_on = conversation.awaits_ai and message.is_readable
    if not message.speaks or not (conversation.is_ai_active or goes_on):
        return
    debounce = responders.current().debounce(channel)
    if debounce is None:
        handoff.nobody_answers(conversation)
        due.unanswered.add(channel.pk)
    else:
        if goes_on:
            handoff.ai_goes_on(conversation)
        due.turns[conversation.pk] = (0, 0) if inbound.is_tap else debounce
