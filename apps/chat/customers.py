"""The customer's side of the API channel, and finding a WhatsApp conversation by phone."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.chat import channels, contacts, conversations, handoff, live, responders
from apps.chat.errors import ConversationClosed, NoChannel, WindowClosed
from apps.chat.locking import locked
from apps.chat.models import Channel, Conversation, Message
from apps.lib.errors import DomainError, NotFound
from apps.lib.phones import canonical
from apps.work.wake import wake


class BadPhone(DomainError):
    code = "invalid"
    status = 400

    def __init__(self, field: str) -> None:
        text = _("This is not a phone number.")
        super().__init__(text, fields={field: [text]})


def open_conversation(*, name: str, phone: str, email: str, id: str, agent_id: int | None) -> Conversation:
    """The customer's open conversation on the API channel, or a new one. Raises BadPhone or UnknownAgent."""
    if phone and not canonical(phone):
        raise BadPhone("customer.phone")
    channel = channels.api_channel(agent_id)
    with transaction.atomic():
        address = (f"id:{id}" if id else "") or canonical(phone) or email.lower()  # an id is never a phone's twin
        identity = contacts.identity_for(channel, kind="api", value=address, name=name, phone=phone, email=email)
        conversation, is_new = conversations.for_customer(identity)
        if is_new:
            live.conversation_created(conversation)
    return Conversation.objects.select_related("identity__contact", "channel").get(pk=conversation.pk)


def say(conversation_id: int, text: str) -> Message:
    """The customer writes on the API channel; whoever answers there is woken. Raises NotFound."""
    _own(conversation_id)
    with locked(conversation_id) as conversation:
        if conversation.status == Conversation.Status.CLOSED:
            raise ConversationClosed
        message = Message.objects.create(
            conversation=conversation,
            channel_id=conversation.channel_id,
            sender=Message.Sender.CUSTOMER,
            content=text,
            status=Message.Status.DELIVERED,
        )
        conversations.heard(conversation, message)
        conversation.identity.last_inbound_at = timezone.now()
        conversation.identity.save(update_fields=["last_inbound_at"])
        live.message_created(message)
        if conversation.is_ai_active:
            responder = responders.current()
            debounce = responder.debounce(conversation.channel)
            if debounce is None:
                handoff.nobody_answers(conversation)
            else:
                wake(responder.work_kind, key=conversation.pk, debounce=debounce)
    return message


def messages(conversation_id: int) -> QuerySet[Message]:
    """What the customer sees: everything but lines of fact. Raises NotFound."""
    conversation = _own(conversation_id)
    return conversation.messages.exclude(sender=Message.Sender.SYSTEM).select_related("author", "media")


def _own(conversation_id: int) -> Conversation:
    found = Conversation.objects.filter(pk=conversation_id, channel__kind=Channel.Kind.API).first()
    if found is None:
        raise NotFound(_("There is no such conversation."))
    return found


def by_phone(phone: str) -> Conversation:
    """The WhatsApp conversation with this phone. Raises BadPhone, or WindowClosed when there never was one."""
    number = _number(phone)
    found = (
        Conversation.objects.filter(
            channel__kind=Channel.Kind.WHATSAPP_CLOUD, identity__kind="wa_id", identity__canonical=number
        )
        .order_by("-last_message_at")
        .first()
    )
    if found is None:
        raise WindowClosed
    return found


def whatsapp_channel(pk: int | None = None) -> Channel:
    """The business's WhatsApp number to write from: the one asked for, else the first good one. Raises NoChannel."""
    numbers = channels.connected()
    if pk is not None:
        numbers = numbers.filter(pk=pk)
    found = sorted(numbers, key=lambda channel: not channel.is_active)
    if not found:
        raise NoChannel
    return found[0]


def open_whatsapp(channel: Channel, phone: str) -> Conversation:
    """The conversation with this phone on this number, made if there is none. Raises BadPhone."""
    number = _number(phone)
    with transaction.atomic():
        identity = contacts.identity_for(channel, kind="wa_id", value=number)
        conversation, is_new = conversations.for_customer(identity)
        if not conversation.is_open:  # resolved of late: writing reopens it
            conversation.status, conversation.resolved_at = Conversation.Status.ACTIVE, None
            conversation.save(update_fields=["status", "resolved_at", "updated_at"])
        if is_new:
            live.conversation_created(conversation)
    return conversation


def _number(phone: str) -> str:
    number = canonical(phone)
    if not number:
        raise BadPhone("to")
    return number
