"""One customer, whatever ids WhatsApp gives: a phone, a business-scoped id, or first one and later both."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils import timezone

from apps.chat import contacts
from apps.chat.adapters.base import InboundMessage, Move
from apps.chat.models import Channel, Contact, ContactIdentity, Conversation
from apps.chat.models.contact import searchable
from apps.lib.phones import canonical

Kind = ContactIdentity.Kind


def of(channel: Channel, inbound: InboundMessage) -> ContactIdentity:
    """The identity to answer: the phone's when there is one, else the business-scoped id's.

    A scoped id alone finds the phone it once came with; a phone that comes with a scoped id known
    alone so far makes the two one customer. Run inside a transaction.
    """
    known = contacts.identity_for(channel, kind=inbound.address_kind, value=inbound.address, name=inbound.profile_name)
    if inbound.address_kind == Kind.BSUID:
        return _phone_of(channel, known.contact_id) or known
    if inbound.scoped_id:
        _join(channel, known, inbound.scoped_id)
    return known


def move(channel: Channel, old: ContactIdentity, told: Move) -> ContactIdentity:
    """The customer's address changed: the same identity, conversations and contact under the new one."""
    if told.scoped_id:
        _rename_scoped(channel, old, told)
    if not told.phone:
        return old
    number = canonical(f"+{told.phone}")
    if not number or number == old.canonical:
        return old
    _claim_phone(old.contact, number)
    if old.kind != Kind.WA_ID:
        new = contacts.identity_for(channel, kind=Kind.WA_ID, value=told.phone)
        _take_conversations(old, new)
        return new
    taken = _find(channel, Kind.WA_ID, number)
    if taken is None:
        old.value, old.canonical = told.phone, number
        old.save(update_fields=["value", "canonical"])
        return old
    _take_conversations(old, taken)
    old.delete()  # the old number may one day be somebody else's
    return taken


def _claim_phone(contact: Contact, number: str) -> None:
    """The contact has this phone now; whoever had it here is the same person."""
    other = Contact.objects.filter(phone=number).exclude(pk=contact.pk).first()
    if other is not None:
        merge(contact, other)
    contact.phone = number
    contact.search = searchable(contact.name, number)
    contact.save(update_fields=["phone", "search"])


def _join(channel: Channel, identity: ContactIdentity, scoped_id: str) -> None:
    """The scoped id belongs to this identity's customer."""
    contacts.lock(channel, Kind.BSUID, scoped_id)
    scoped = _find(channel, Kind.BSUID, scoped_id)
    if scoped is None:
        ContactIdentity.objects.create(
            channel=channel, kind=Kind.BSUID, value=scoped_id, canonical=scoped_id, contact_id=identity.contact_id
        )
    elif scoped.contact_id != identity.contact_id:
        stranger = scoped.contact
        if stranger.phone is None:
            merge(identity.contact, stranger)
        else:  # the id moved on to another phone: only the id follows
            ContactIdentity.objects.filter(pk=scoped.pk).update(contact_id=identity.contact_id)
        _take_conversations(scoped, identity)


def _rename_scoped(channel: Channel, identity: ContactIdentity, told: Move) -> None:
    previous = _find(channel, Kind.BSUID, told.previous_scoped_id) if told.previous_scoped_id else None
    mine = previous or identity.contact.identities.filter(channel=channel, kind=Kind.BSUID).first()
    if _find(channel, Kind.BSUID, told.scoped_id) is not None or mine is None:
        _join(channel, identity, told.scoped_id)
        return
    mine.value = mine.canonical = told.scoped_id
    mine.save(update_fields=["value", "canonical"])
    if identity.pk == mine.pk:
        identity.value = identity.canonical = told.scoped_id


def merge(keep: Contact, gone: Contact) -> None:
    """Everything of `gone`, in whatever room, becomes `keep`'s; what `keep` didn't know is filled in."""
    for relation in Contact._meta.related_objects:
        model: type[Model] = relation.related_model
        rows: Any = model._base_manager.filter(**{relation.field.name: gone})
        if relation.one_to_one:
            _unite(model._base_manager.filter(**{relation.field.name: keep}).first(), rows.first())
        rows.update(**{relation.field.name: keep})
    phone, gone_since = gone.phone, gone.created_at
    gone.delete()
    keep.phone = keep.phone or phone
    keep.name = keep.name or gone.name
    keep.email = keep.email or gone.email
    keep.created_at = min(keep.created_at, gone_since)
    keep.search = searchable(keep.name, keep.phone)
    keep.save(update_fields=["phone", "name", "email", "created_at", "search"])


def _unite(kept: Any, other: Any) -> None:
    """Of what a contact has only one, what is kept takes the other in: such models say how in `absorb`."""
    if kept is not None and other is not None:
        kept.absorb(other)
        other.delete()


def _take_conversations(old: ContactIdentity, new: ContactIdentity) -> None:
    """History follows the customer. Of two open conversations the older identity's ends: one stays open."""
    mine = Conversation.objects.filter(identity=old)
    if Conversation.objects.filter(identity=new, status__in=Conversation.OPEN).exists():
        mine.filter(status__in=Conversation.OPEN).update(
            status=Conversation.Status.RESOLVED, resolved_at=timezone.now(), updated_at=timezone.now()
        )
    mine.update(identity=new, updated_at=timezone.now())
    if old.last_inbound_at and (new.last_inbound_at is None or new.last_inbound_at < old.last_inbound_at):
        new.last_inbound_at = old.last_inbound_at
        new.save(update_fields=["last_inbound_at"])


def _find(channel: Channel, kind: str, address: str) -> ContactIdentity | None:
    return (
        ContactIdentity.objects.select_related("contact").filter(channel=channel, kind=kind, canonical=address).first()
    )


def _phone_of(channel: Channel, contact_id: int) -> ContactIdentity | None:
    known = ContactIdentity.objects.select_related("contact").filter(
        channel=channel, kind=Kind.WA_ID, contact_id=contact_id
    )
    return known.order_by("-last_inbound_at", "-id").first()
