"""Who a customer is: one contact per person, whichever way they come in."""

from __future__ import annotations

from apps.chat.models import Channel, Contact, ContactIdentity
from apps.chat.models.contact import searchable
from apps.lib.database import take_turn
from apps.lib.phones import canonical
from apps.lib.prepared import Prepared
from apps.lib.tenancy import current_schema
from apps.lib.text import shorten

_known = Prepared(
    lambda channel, kind, address: ContactIdentity.objects.select_related("contact").filter(
        channel=channel, kind=kind, canonical=address
    )
)


def contact_by_phone(*, phone: str, name: str = "", email: str = "") -> Contact:
    """The contact with this phone, created if new; an empty name or e-mail is filled in, never overwritten.

    `phone` in any form; safe against two callers at once.
    """
    number = canonical(phone)
    contact, _created = Contact.objects.get_or_create(
        phone=number, defaults={"name": shorten(name, 120), "email": email, "search": searchable(name, number)}
    )
    _fill_in(contact, name=name, email=email)
    return contact


def identity_for(
    channel: Channel, *, kind: str, value: str, name: str = "", phone: str = "", email: str = ""
) -> ContactIdentity:
    """The identity of an address on a channel; the contact is found by phone when one is known.

    Run inside a transaction: an advisory lock per channel and address makes concurrent first messages
    meet. A Brazilian mobile with and without the ninth digit is one identity; replies go to the form
    that came first.
    """
    phone = canonical(f"+{value}") if kind == ContactIdentity.Kind.WA_ID else canonical(phone)
    address = phone if kind == ContactIdentity.Kind.WA_ID and phone else value
    lock(channel, kind, address)
    found = _known.first(channel.pk, kind, address)
    if found:
        _fill_in(found.contact, name=name, email=email)
        return found
    contact = contact_by_phone(phone=phone, name=name, email=email) if phone else _anonymous(name, email)
    return ContactIdentity.objects.create(channel=channel, kind=kind, value=value, canonical=address, contact=contact)


def lock(channel: Channel, kind: str, address: str) -> None:
    """Until the transaction ends, nobody else makes or joins this address on this channel."""
    take_turn(current_schema(), f"channel {channel.pk}", kind, address)


def _anonymous(name: str, email: str) -> Contact:
    return Contact.objects.create(name=shorten(name, 120), email=email, search=searchable(name))


def _fill_in(contact: Contact, *, name: str = "", email: str = "") -> None:
    changed = []
    if name and not contact.name:
        contact.name = shorten(name, 120)
        contact.search = searchable(contact.name, contact.phone)
        changed += ["name", "search"]
    if email and not contact.email:
        contact.email = email
        changed.append("email")
    if changed:
        contact.save(update_fields=changed)
