"""From a stored webhook to messages: routed, each item in its own savepoint, nothing lost.

An item that can't be taken in becomes an InboundProblem with its place and reason; the event is
still done. An event that came to a business's own URL reaches that business only.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog
from django.db import InterfaceError, OperationalError, transaction

from apps.accounts import addresses
from apps.accounts.models import InboundAddress
from apps.chat import (
    amending,
    choices,
    consent,
    conversations,
    fetching,
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
from apps.chat.models import Channel, ContactIdentity, Conversation, Media, Message
from apps.lib.tenancy import UnknownTenant, schema_context
from apps.work import inbox
from apps.work.handlers import Job
from apps.work.models import InboundEvent, InboundProblem
from apps.work.wake import wake, wake_all

log = structlog.get_logger(__name__)

State = InboundEvent.State


@dataclass
class Due:
    """What the items taken in make due, woken at the end of the transaction."""

    turns: dict[int, tuple[float, float]] = field(default_factory=dict)  # conversation → debounce
    files: set[str] = field(default_factory=set)
    sends: set[int] = field(default_factory=set)
    unanswered: set[int] = field(default_factory=set)  # channels where no agent is on


def receive(job: Job) -> None:
    """Take in one raw webhook. Safe to run again at any point."""
    event = inbox.take(int(job.key))
    if event is None:
        return
    try:
        items = incoming.parse(event.body, received_at=event.received_at)
    except Malformed as error:
        inbox.settle(event, State.FAILED, note=str(error))
        return
    quarantined = _take_in_all(event, items)
    inbox.settle(event, State.QUARANTINED if quarantined else State.DONE, note=quarantined)


def _take_in_all(event: inbox.Event, items: list[Item]) -> str:
    """Route every item and take it in at its owner's; the reason when any had to be quarantined."""
    by_owner: dict[addresses.Address, list[Item]] = {}
    quarantined = ""
    for item in items:
        owners, reason = _owners(event, item)
        if not owners:
            quarantined = reason
            _problem(event, item, reason)
        for owner in owners:
            by_owner.setdefault(owner, []).append(item)
    for owner, owned in sorted(by_owner.items(), key=lambda entry: (entry[0].schema_name, entry[0].channel_id)):
        try:
            with schema_context(owner.schema_name):
                _take_in(event, owner, owned)
        except addresses.Moved:  # while it was still cached here
            addresses.forget()
            quarantined = _take_in_all(event, owned) or quarantined
        except UnknownTenant:  # deleted while its address was still cached: the others' messages go on
            quarantined = "the business is gone"
            for item in owned:
                _problem(event, item, quarantined)
    return quarantined


def _owners(event: inbox.Event, item: Item) -> tuple[list[addresses.Address], str]:
    """Whose an item is: a message's number has one owner, an account's notice goes to each of its numbers."""
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


def _problem(event: inbox.Event, item: Item, reason: str, *, schema: str = "") -> None:
    event.has_problems = True
    InboundProblem.objects.bulk_create(
        [InboundProblem(event_id=event.id, path=item.path[:200], reason=reason[:2000], schema_name=schema)],
        ignore_conflicts=True,
    )


def _take_in(event: inbox.Event, owner: addresses.Address, items: list[Item]) -> None:
    """One transaction per business; when an item can't be taken in, once more with each on its own.

    Raises addresses.Moved when the number is not the business's any more.
    """
    try:
        _take_items(event, owner, items, apart=False)
    except (OperationalError, InterfaceError, addresses.Moved):
        raise
    except Exception as error:  # whatever it is, the items beside it go on
        log.warning("items taken apart", error=repr(error)[:300])
        _take_items(event, owner, items, apart=True)


def _take_items(event: inbox.Event, owner: addresses.Address, items: list[Item], *, apart: bool) -> None:
    """Customers in sorted order, because opposite orders deadlock."""
    due, schema = Due(), owner.schema_name
    with transaction.atomic():
        if any(item.status is None for item in items):  # a status only moves a message that is here
            addresses.hold(owner)
        channel = Channel(pk=owner.channel_id)  # only its number is needed here
        for item in sorted(items, key=_lock_order):
            if item.problem:
                _problem(event, item, item.problem, schema=schema)
            elif apart:
                _take_alone(event, channel, item, due, schema=schema)
            else:
                _take_item(channel, item, due)
        _wake_all(due)


def _take_alone(event: inbox.Event, channel: Channel, item: Item, due: Due, *, schema: str) -> None:
    """In a savepoint of its own: what can't be taken in is noted with its path."""
    try:
        with transaction.atomic():
            _take_item(channel, item, due)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.warning("item not taken in", path=item.path, error=repr(error)[:300])
        _problem(event, item, repr(error), schema=schema)


def _wake_all(due: Due) -> None:
    for conversation_id, debounce in sorted(due.turns.items(), key=lambda turn: str(turn[0])):
        wake(responders.current().work_kind, key=conversation_id, debounce=debounce)
    wake_all(outbound.DELIVER, keys=due.sends)
    wake_all(fetching.KIND, keys=due.files)
    wake_all(handoff.RESUME, keys=due.unanswered, after_seconds=handoff.LOOK_AGAIN_SECONDS)


def _lock_order(item: Item) -> tuple[bool, str]:
    if item.message:
        return False, item.message.address
    return True, item.status.provider_id if item.status else ""


def _take_item(channel: Channel, item: Item, due: Due) -> None:
    if item.status is not None:
        statuses.apply(channel, item.status)
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
    return Message.objects.filter(channel=channel, provider_id=inbound.provider_id).exists()


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
    identity.save(update_fields=["last_inbound_at", "is_reachable"])


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
