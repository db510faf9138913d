"""WhatsApp Cloud webhooks as Meta sends them: builders of every payload, the signature, and the post.

    shop = Number("109000000000001", waba_id="209000000000001", display_phone_number="554133330000")
    davi = Customer("5541999990001", "Davi")
    post(url, inbound(shop, davi, text("oi"), text("tem horário hoje?")), secret)

A builder of content (`text`, `image`, …) returns a message without sender, id and timestamp: `inbound`
and `echo` add them. Anything named in `**extra` (`id=`, `timestamp=`, `context=`, `referral=`…) wins.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import os
import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Number:
    """A business's WhatsApp number."""

    phone_number_id: str
    waba_id: str = "209000000000001"
    display_phone_number: str = "554133330000"

    @property
    def digits(self) -> str:
        return re.sub(r"\D", "", self.display_phone_number)


@dataclass(frozen=True, slots=True)
class Customer:
    """`wa_id` may be empty for someone known only by `user_id` (a BSUID, `BR.…`)."""

    wa_id: str
    name: str = ""
    user_id: str = ""
    username: str = ""

    def as_contact(self) -> Json:
        profile = _without_blanks(name=self.name, username=self.username)
        return {"profile": profile, **_without_blanks(wa_id=self.wa_id, user_id=self.user_id)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the webhook answered."""

    status: int
    body: bytes


def wamid() -> str:
    return "wamid." + base64.b64encode(b"HBg" + os.urandom(24)).decode()


def now() -> str:
    return str(int(time.time()))


# Content


def text(body: str, *, reply_to: str = "", **extra: Any) -> Json:
    return _content("text", {"body": body}, reply_to, extra)


def button_reply(id: str, title: str, *, reply_to: str = "", **extra: Any) -> Json:
    """A tap on one of our reply buttons."""
    return _interactive("button_reply", {"id": id, "title": title}, reply_to, extra)


def list_reply(id: str, title: str, description: str = "", *, reply_to: str = "", **extra: Any) -> Json:
    row = {"id": id, "title": title, **_without_blanks(description=description)}
    return _interactive("list_reply", row, reply_to, extra)


def flow_reply(response: Json, *, reply_to: str = "", **extra: Any) -> Json:
    """A WhatsApp Flow sent back; Meta puts the answers in a string of JSON."""
    reply = {"name": "flow", "body": "Sent", "response_json": json.dumps(response)}
    return _interactive("nfm_reply", reply, reply_to, extra)


def quick_reply(title: str, payload: str = "", *, reply_to: str = "", **extra: Any) -> Json:
    """A tap on a template's quick reply. The context is absent when `reply_to` is."""
    return _content("button", {"text": title, "payload": payload or title}, reply_to, extra)


def reaction(message_id: str, emoji: str | None, **extra: Any) -> Json:
    """`emoji=None` takes the reaction back; Meta then leaves the field out."""
    body = {"message_id": message_id} if emoji is None else {"message_id": message_id, "emoji": emoji}
    return _content("reaction", body, "", extra)


def image(media_id: str, *, caption: str = "", mime_type: str = "image/jpeg", **extra: Any) -> Json:
    return _media("image", media_id, mime_type, {"caption": caption}, extra)


def audio(media_id: str, *, voice: bool = True, mime_type: str = "audio/ogg; codecs=opus", **extra: Any) -> Json:
    return _media("audio", media_id, mime_type, {"voice": voice}, extra)


def video(media_id: str, *, caption: str = "", mime_type: str = "video/mp4", **extra: Any) -> Json:
    return _media("video", media_id, mime_type, {"caption": caption}, extra)


def document(
    media_id: str, filename: str, *, caption: str = "", mime_type: str = "application/pdf", **extra: Any
) -> Json:
    return _media("document", media_id, mime_type, {"filename": filename, "caption": caption}, extra)


def sticker(media_id: str, *, animated: bool = False, mime_type: str = "image/webp", **extra: Any) -> Json:
    return _media("sticker", media_id, mime_type, {"animated": animated}, extra)


def location(latitude: float, longitude: float, *, name: str = "", address: str = "", **extra: Any) -> Json:
    place = {"latitude": latitude, "longitude": longitude, **_without_blanks(name=name, address=address)}
    return _content("location", place, "", extra)


def contacts(name: str, phone: str, **extra: Any) -> Json:
    first, _, last = name.partition(" ")
    names = {"formatted_name": name, "first_name": first, **_without_blanks(last_name=last)}
    phones = [{"phone": f"+{phone}", "wa_id": phone, "type": "CELL"}]
    return _content("contacts", [{"name": names, "phones": phones}], "", extra)


def order(catalog_id: str, *items: tuple[str, int, str], note: str = "", **extra: Any) -> Json:
    """`items` are (product id, quantity, price in reais as a string)."""
    products = [
        {"product_retailer_id": product, "quantity": quantity, "item_price": float(price), "currency": "BRL"}
        for product, quantity, price in items
    ]
    return _content("order", {"catalog_id": catalog_id, "text": note, "product_items": products}, "", extra)


def number_change(new_wa_id: str, *, user_id: str = "", previous_user_id: str = "", **extra: Any) -> Json:
    """The sender now has another number, and with it another BSUID. Meta sends it without `contacts`."""
    body = f"User changed to {new_wa_id}"
    ids = _without_blanks(wa_id=new_wa_id, user_id=user_id, previous_user_id=previous_user_id)
    return _content("system", {"body": body, "type": "user_changed_number", **ids}, "", extra)


def unsupported(code: int = 131051, **extra: Any) -> Json:
    title = "Message type unknown"
    detail = {"details": "Message type is currently not supported."}
    problem = {"code": code, "title": title, "message": title, "error_data": detail}
    return {"type": "unsupported", "errors": [problem], **extra}


def _content(kind: str, body: Any, reply_to: str, extra: Json) -> Json:
    context = {"context": {"id": reply_to}} if reply_to else {}
    return {**context, "type": kind, kind: body, **extra}


def _interactive(kind: str, body: Json, reply_to: str, extra: Json) -> Json:
    return _content("interactive", {"type": kind, kind: body}, reply_to, extra)


def _media(kind: str, media_id: str, mime_type: str, more: Json, extra: Json) -> Json:
    digest = base64.b64encode(hashlib.sha256(media_id.encode()).digest()).decode()
    body = {"mime_type": mime_type, "sha256": digest, "id": media_id, **_without_blanks(**more)}
    return _content(kind, body, "", extra)


def _without_blanks(**fields: Any) -> Json:
    return {name: value for name, value in fields.items() if value != ""}


# Statuses


def status(
    message_id: str,
    state: str,
    *,
    to: str,
    callback: str = "",
    errors: list[Json] | None = None,
    category: str = "service",
    timestamp: str = "",
) -> Json:
    """`to` is a wa_id or a BSUID; `callback` is what the send gave as biz_opaque_callback_data."""
    recipient = {"recipient_user_id": to} if is_user_id(to) else {"recipient_id": to}
    body: Json = {"id": message_id, "status": state, "timestamp": timestamp or now(), **recipient}
    if callback:
        body["biz_opaque_callback_data"] = callback
    if errors:
        body["errors"] = errors
    if state in {"sent", "delivered", "read"}:
        body["pricing"] = _pricing(category)
    return body


def failure(code: int, title: str, details: str = "") -> Json:
    """One entry of a failed status's `errors`."""
    return {"code": code, "title": title, "message": title, "error_data": {"details": details or title}}


def is_user_id(recipient: str) -> bool:
    """A BSUID: two letters of a country, a full stop, then letters and digits."""
    return len(recipient) > 3 and recipient[:2].isalpha() and recipient[2] == "."


def _pricing(category: str) -> Json:
    is_free = category == "service"
    kind = "free_customer_service" if is_free else "regular"
    return {"billable": not is_free, "pricing_model": "PMP", "category": category, "type": kind}


# Payloads


def inbound(number: Number, customer: Customer, *contents: Json, errors: list[Json] | None = None) -> Json:
    """One change with these messages of a customer to a number."""
    messages = [_message(number, customer, content) for content in contents]
    value: Json = {}
    if not all(content["type"] == "system" for content in contents):
        value["contacts"] = [customer.as_contact()]
    if errors:
        value["errors"] = errors
    return _payload(number, "messages", {**value, "messages": messages})


def statuses(number: Number, *items: Json) -> Json:
    """One change with these statuses. As at Meta, `contacts` is left out when any of them failed."""
    value: Json = {}
    if not any(item["status"] == "failed" for item in items):
        value["contacts"] = [_recipient_contact(item) for item in items]
    return _payload(number, "messages", {**value, "statuses": list(items)})


def echo(number: Number, customer: Customer, *contents: Json) -> Json:
    """The owner answered on the phone (coexistence)."""
    sender = {"from": number.digits, "to": customer.wa_id}
    echoes = [{**sender, "id": wamid(), "timestamp": now(), **content} for content in contents]
    return _payload(number, "smb_message_echoes", {"message_echoes": echoes})


def batch(*payloads: Json) -> Json:
    """Several payloads in one POST: an entry per WABA, in order, each with all of its changes."""
    changes: dict[str, list[Json]] = {}
    for payload in payloads:
        for entry in payload["entry"]:
            changes.setdefault(entry["id"], []).extend(entry["changes"])
    entries = [{"id": waba_id, "changes": found} for waba_id, found in changes.items()]
    return {"object": "whatsapp_business_account", "entry": entries}


def _payload(number: Number, field: str, value: Json) -> Json:
    metadata = {"display_phone_number": number.digits, "phone_number_id": number.phone_number_id}
    value = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    entry = {"id": number.waba_id, "changes": [{"value": value, "field": field}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def _message(number: Number, customer: Customer, content: Json) -> Json:
    sender = {"from": customer.wa_id, "from_user_id": customer.user_id}
    message = {**_without_blanks(**sender), "id": wamid(), "timestamp": now(), **content}
    if "context" in message:
        message["context"] = {"from": number.digits, **message["context"]}
    return message


def _recipient_contact(item: Json) -> Json:
    ids = {"wa_id": item.get("recipient_id", ""), "user_id": item.get("recipient_user_id", "")}
    return _without_blanks(**ids)


# Wire


def encode(payload: Json) -> bytes:
    """JSON as Meta writes it: everything beyond ASCII escaped in lower case, slashes too."""
    return json.dumps(payload, separators=(",", ":")).replace("/", "\\/").encode()


def sign(body: bytes, secret: str) -> str:
    """The value of X-Hub-Signature-256."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def post(url: str, body: bytes | Json, secret: str, *, host: str = "", timeout: float = 10) -> Answer:
    """Sign and deliver one webhook. Raises OSError when nobody answers."""
    with WebhookClient(url, secret, host=host, timeout=timeout) as client:
        return client.post(body)


class WebhookClient:
    """Signed posts to one URL over one kept-alive connection; not for several threads at once.

    `localhost` and its subdomains are reached at 127.0.0.1, since Python can't resolve `x.localhost`
    everywhere; `host` replaces the Host header.
    """

    def __init__(self, url: str, secret: str, *, host: str = "", timeout: float = 10) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"the simulators speak plain http only: {url!r}")
        name = parts.hostname
        address = "127.0.0.1" if name == "localhost" or name.endswith(".localhost") else name
        self._connection = http.client.HTTPConnection(address, parts.port or 80, timeout=timeout)
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._host = host or parts.netloc
        self._secret = secret

    def __enter__(self) -> WebhookClient:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def post(self, body: bytes | Json) -> Answer:
        """Raises OSError when nobody answers. A connection gone stale is replaced once."""
        body = body if isinstance(body, bytes) else encode(body)
        is_reused = self._connection.sock is not None
        try:
            return self._exchange(body)
        except ConnectionError:
            if not is_reused:
                raise
        return self._exchange(body)

    def close(self) -> None:
        self._connection.close()

    def _exchange(self, body: bytes) -> Answer:
        headers = {
            "Host": self._host,
            "Content-Type": "application/json",
            "User-Agent": "facebookexternalua",
            "X-Hub-Signature-256": sign(body, self._secret),
        }
        try:
            self._connection.request("POST", self._target, body, headers)
            response = self._connection.getresponse()
            return Answer(response.status, response.read())
        except http.client.HTTPException as error:
            self.close()
            raise ConnectionError(f"the answer was cut short: {error}") from error
        except OSError:
            self.close()
            raise
