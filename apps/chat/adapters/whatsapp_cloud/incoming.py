"""A Cloud API webhook, taken apart: every entry, every change, every message and status.

One POST may carry several businesses. A bad item becomes an Item with `problem` and its path; the
others are not affected. What text can't show keeps its raw data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from apps.chat.adapters.base import InboundMedia, InboundMessage, InboundStatus, Item, Malformed, Move
from apps.chat.adapters.whatsapp_cloud import notices
from apps.lib.filetypes import tidy_name
from apps.lib.payload import dict_at, list_at
from apps.lib.phones import digits
from apps.lib.text import shorten, storable, storable_json

TYPES = frozenset(
    "text image audio video document sticker location contacts interactive "
    "button reaction order system unsupported".split()
)
FILES = frozenset("image audio video document sticker".split())
MOVES = frozenset(("user_changed_number", "user_changed_user_id", "customer_changed_number"))
STATUSES = {"sent": "sent", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed"}
FUTURE_TOLERANCE_SECONDS = 300
BEFORE_WHATSAPP = datetime(2009, 1, 1, tzinfo=UTC)
BIGGEST_CODE = 2**31 - 1
LONGEST = 10_000  # characters of a text: more than anybody reads, or a model should


@dataclass(frozen=True)
class Context:
    """What the items of a change share: profile names by address, and when the webhook came."""

    names: dict[str, str]
    received_at: datetime


def parse(body: bytes, *, received_at: datetime) -> list[Item]:
    """Every item of a webhook that came at `received_at`, in order. Raises Malformed when it can't be read at all."""
    try:
        root = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON: {type(error).__name__}") from None
    if not isinstance(root, dict):
        raise Malformed("the body is not an object")
    return list(_entries(root, received_at))


def _entries(root: dict[str, Any], received_at: datetime) -> Iterator[Item]:
    for e, entry in enumerate(list_at(root, "entry")):
        if not isinstance(entry, dict):
            yield Item(path=f"entry.{e}", external_id="", problem="the entry is not an object")
            continue
        for c, change in enumerate(list_at(entry, "changes")):
            yield from _change(f"entry.{e}.changes.{c}", storable(str(entry.get("id") or "")), change, received_at)


def _change(path: str, waba: str, change: Any, received_at: datetime) -> Iterator[Item]:
    value = dict_at(change, "value")
    if not value:
        yield Item(path=path, external_id="", parent_id=waba, problem="the change has no value")
        return
    notice = notices.read(str(change.get("field") or ""), value)
    if notice is not None:
        yield Item(path=path, external_id="", parent_id=waba, notice=notice)
        return
    metadata = dict_at(value, "metadata")
    number = storable(str(metadata.get("phone_number_id") or ""))
    context = Context(_names(value), received_at)
    for key, read in (("messages", _message), ("message_echoes", _echo), ("statuses", _status)):
        for i, raw in enumerate(list_at(value, key)):
            yield _item(f"{path}.value.{key}.{i}", number, waba, raw, context, read)
    for i, error in enumerate(list_at(value, "errors")):
        yield Item(path=f"{path}.value.errors.{i}", external_id=number, parent_id=waba, problem=_told(error))


def _told(error: Any) -> str:
    """A value-level error as one line: it belongs to no message."""
    details = dict_at(error, "error_data").get("details")
    code, title = (error.get("code"), error.get("title")) if isinstance(error, dict) else (None, error)
    return storable(f"WhatsApp told: {code} {details or title}")[:300]


def _item(path: str, number: str, waba: str, raw: Any, context: Context, read: Any) -> Item:
    try:
        if not isinstance(raw, dict):
            raise Malformed("not an object")
        found = read(raw, context)
    except Exception as error:  # whatever it is, the items beside it go on
        return Item(path=path, external_id=number, parent_id=waba, problem=f"{type(error).__name__}: {error}"[:300])
    if isinstance(found, InboundStatus):
        return Item(path=path, external_id=number, parent_id=waba, status=found)
    return Item(path=path, external_id=number, parent_id=waba, message=found)


def _message(raw: dict[str, Any], context: Context) -> InboundMessage:
    if raw.get("group_id"):
        raise Malformed(f"group messages are not taken in (group {str(raw['group_id'])[:80]!r})")
    phone, scoped = _phone(raw, "from"), str(raw.get("from_user_id") or raw.get("user_id") or "")
    name = context.names.get(phone) or context.names.get(scoped) or ""
    return _read(raw, context, phone=phone, scoped=scoped, name=name)


def _echo(raw: dict[str, Any], context: Context) -> InboundMessage:
    phone, scoped = _phone(raw, "to"), str(raw.get("to_user_id") or "")
    return _read(raw, context, phone=phone, scoped=scoped, name="", is_echo=True)


def _phone(raw: dict[str, Any], key: str) -> str:
    """Its digits; "" when none is told. Raises Malformed for what is no phone."""
    told = raw.get(key)
    if not told:
        return ""
    number = digits(told) if isinstance(told, str) else ""
    if not 5 <= len(number) <= 20:
        raise Malformed(f"{key!r} is not a phone: {str(told)[:80]!r}")
    return number


def _read(
    raw: dict[str, Any], context: Context, *, phone: str, scoped: str, name: str, is_echo: bool = False
) -> InboundMessage:
    provider_id = storable(_text(raw, "id"))
    kind = str(raw.get("type") or "")
    move = _move(raw) if kind == "system" else None
    scoped = scoped or (move.previous_scoped_id if move else "")
    if not (phone or scoped):
        raise Malformed("no sender")
    change = dict_at(raw, kind) if kind in ("edit", "revoke") else {}
    original = storable(_text(change, "original_message_id"))[:200] if change else ""
    if kind == "edit":  # what the message says now
        raw = {**raw, **dict_at(change, "message")}
        kind = str(raw.get("type") or "")
    known = kind if kind in TYPES else "unsupported"
    quote = dict_at(raw, "context")
    content, quoted, choice = _content(known, raw)
    return InboundMessage(
        provider_id=provider_id[:200],
        address_kind="wa_id" if phone else "bsuid",
        address=phone or storable(scoped)[:160],
        scoped_id=storable(scoped)[:160],
        sent_at=_time(raw, context.received_at),
        received_at=context.received_at,
        message_type=known,
        content=shorten(storable(content), LONGEST),
        data=_data(known, raw),
        profile_name=storable(name),
        quoted_id=storable(quoted or str(quote.get("id") or ""))[:200],
        is_echo=is_echo,
        is_tap=choice is not None,
        choice=storable(choice or "")[:256],
        media=_media(known, raw),
        move=move,
        edits=original if "edit" in raw else "",
        revokes=original if kind == "revoke" else "",
    )


def _content(kind: str, raw: dict[str, Any]) -> tuple[str, str, str | None]:
    """(what is shown as text, the id it speaks of, the id of what was tapped or None)."""
    body = dict_at(raw, kind)
    if kind == "text":
        return _text(raw["text"], "body"), "", None
    if kind == "interactive":
        reply = dict_at(body, str(body.get("type") or ""))
        return str(reply.get("title") or reply.get("body") or ""), "", str(reply.get("id") or "")
    if kind == "button":
        return str(body.get("text") or body.get("payload") or ""), "", str(body.get("payload") or "")
    if kind == "reaction":
        return str(body.get("emoji") or ""), _text(body, "message_id"), None
    if kind == "system":
        return str(body.get("body") or ""), "", None
    if kind == "order":
        return str(body.get("text") or ""), "", None
    return str(body.get("caption") or body.get("name") or ""), "", None


def _media(kind: str, raw: dict[str, Any]) -> InboundMedia | None:
    """The file a message carries; a kind that should have one and names none is kept without."""
    body = dict_at(raw, kind)
    if kind not in FILES or not body.get("id"):
        return None
    return InboundMedia(
        kind=kind,
        provider_id=storable(str(body["id"]))[:200],
        mime_type=storable(str(body.get("mime_type") or ""))[:120],
        file_name=tidy_name(storable(str(body.get("filename") or ""))),
        is_voice=body.get("voice") is True,
        is_animated=body.get("animated") is True,
    )


def _move(raw: dict[str, Any]) -> Move | None:
    """What a system message says of the customer's address; None when it says nothing we act on."""
    told = dict_at(raw, "system")
    if told.get("type") not in MOVES:
        return None
    return Move(
        phone=digits(str(told.get("wa_id") or told.get("new_wa_id") or "")),
        scoped_id=storable(str(told.get("user_id") or ""))[:160],
        previous_scoped_id=storable(str(told.get("previous_user_id") or ""))[:160],
    )


def _data(kind: str, raw: dict[str, Any]) -> dict[str, Any]:
    """The raw item of everything that text alone can't show; the parts that give meaning of the rest."""
    kept = {key: raw[key] for key in ("referral", "errors", "context") if raw.get(key)}
    if kind != "text":
        kept["raw"] = {key: value for key, value in raw.items() if key not in ("from", "id", "timestamp")}
    cleaned = storable_json(kept)
    return cleaned if isinstance(cleaned, dict) else {}


def _status(raw: dict[str, Any], context: Context) -> InboundStatus:
    status = STATUSES.get(_text(raw, "status"))
    if status is None:
        raise Malformed(f"unknown status {str(raw.get('status'))[:40]!r}")
    errors = list_at(raw, "errors")
    first = errors[0] if errors and isinstance(errors[0], dict) else {}
    details = dict_at(first, "error_data")
    pricing = storable_json(raw.get("pricing"))
    return InboundStatus(
        provider_id=storable(_text(raw, "id"))[:200],
        status=status,  # type: ignore[arg-type]
        at=_time(raw, context.received_at),
        callback=str(raw.get("biz_opaque_callback_data") or ""),
        error_code=_code(first.get("code")),
        error=storable(str(details.get("details") or first.get("title") or first.get("message") or ""))[:300],
        data={"pricing": pricing} if isinstance(pricing, dict) else {},
    )


def _code(told: Any) -> int | None:
    return told if isinstance(told, int) and abs(told) <= BIGGEST_CODE else None


def _names(value: dict[str, Any]) -> dict[str, str]:
    names: dict[str, str] = {}
    for contact in list_at(value, "contacts"):
        if not isinstance(contact, dict):
            continue
        profile = dict_at(contact, "profile")
        for key in (digits(str(contact.get("wa_id") or "")), str(contact.get("user_id") or "")):
            if key:
                names[key] = str(profile.get("name") or "")
    return names


def _time(raw: dict[str, Any], received_at: datetime) -> datetime:
    """The provider's time; ours when it names a moment that can't be.

    It counts whole seconds: the end of the second is taken, or when it came if that was before, so that
    an answer given within the same second as our question still stands after it.
    """
    sent_at = datetime.fromtimestamp(int(str(raw["timestamp"])), UTC) + timedelta(milliseconds=999)
    if sent_at < BEFORE_WHATSAPP or (sent_at - received_at).total_seconds() >= FUTURE_TOLERANCE_SECONDS:
        return received_at
    return min(sent_at, received_at)


def _text(raw: dict[str, Any], key: str) -> str:
    value = raw[key]
    if not isinstance(value, str) or not value:
        raise Malformed(f"{key} is not a text")
    return value
