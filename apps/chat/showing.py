"""What a message shows besides its text: its file, a place, contact cards, an order, where the customer came from.

Raw data is the channel's, so nothing of it is trusted to have the shape it should.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeGuard
from urllib.parse import urlencode, urlsplit

from apps.chat import media as files
from apps.chat import responders
from apps.chat.adapters.whatsapp_cloud.reasons import reason
from apps.chat.models import Media, Message
from apps.lib.money import brl
from apps.lib.payload import dict_at, list_at
from apps.lib.phones import digits, pretty
from apps.lib.text import shorten
from apps.lib.untrusted import BIGGEST_ID

MAP = "https://www.google.com/maps/search/"
CARDS, PHONES, PRODUCTS, SOURCE = 10, 5, 30, 2000
DEAREST = 10_000_000


@dataclass(frozen=True)
class Place:
    name: str
    address: str
    coordinates: str
    url: str


@dataclass(frozen=True)
class Card:
    name: str
    company: str
    phones: list[str]


@dataclass(frozen=True)
class Product:
    code: str
    quantity: int
    price: str  # of one; "" when none was told


@dataclass(frozen=True)
class Shown:
    """`file_url` is "" while there is no file to fetch; `says` is the text, unless another part says it.

    `failure` is why it was not delivered, in words for the team.
    """

    says: str
    file: Media | None = None
    file_url: str = ""
    place: Place | None = None
    cards: list[Card] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    came_from: str = ""
    came_from_url: str = ""
    sources: list[dict[str, Any]] = field(default_factory=list)
    is_revoked: bool = False
    is_edited: bool = False
    failure: str = ""


def of(message: Message) -> Shown:
    data = message.data if isinstance(message.data, dict) else {}
    raw = dict_at(data, "raw")
    file = getattr(message, "media", None)
    place = _place(dict_at(raw, "location")) if message.message_type == Message.Type.LOCATION else None
    cards = _cards(raw) if message.message_type == Message.Type.CONTACTS else []
    came_from, came_from_url = _referral(dict_at(data, "referral"))
    return Shown(
        says="" if place or cards else message.content,
        file=file,
        file_url=files.url(file) if file else "",
        place=place,
        cards=cards,
        products=_products(dict_at(raw, "order")) if message.message_type == Message.Type.ORDER else [],
        came_from=came_from,
        came_from_url=came_from_url,
        sources=_sources(data),
        is_revoked=bool(data.get("revoked")),
        is_edited=bool(data.get("before")),
        failure=reason(message.error_code, message.error),
    )


def _place(location: dict[str, Any]) -> Place | None:
    latitude, longitude = location.get("latitude"), location.get("longitude")
    if not _is_degree(latitude, 90) or not _is_degree(longitude, 180):
        return None
    where = f"{latitude:.6f},{longitude:.6f}"
    return Place(
        name=_text(location, "name"),
        address=_text(location, "address"),
        coordinates=f"{latitude:.5f}, {longitude:.5f}",
        url=f"{MAP}?{urlencode({'api': 1, 'query': where})}",
    )


def _is_degree(told: Any, most: int) -> TypeGuard[float]:
    return isinstance(told, int | float) and not isinstance(told, bool) and -most <= told <= most


def _cards(raw: dict[str, Any]) -> list[Card]:
    return [_card(one) for one in list_at(raw, "contacts")[:CARDS] if isinstance(one, dict)]


def _card(raw: dict[str, Any]) -> Card:
    names = dict_at(raw, "name")
    phones = [
        pretty(_text(one, "wa_id")) or _text(one, "phone")
        for one in list_at(raw, "phones")[:PHONES]
        if isinstance(one, dict)
    ]
    return Card(
        name=_text(names, "formatted_name") or _text(names, "first_name"),
        company=_text(dict_at(raw, "org"), "company"),
        phones=[phone for phone in phones if digits(phone)],
    )


def _products(order: dict[str, Any]) -> list[Product]:
    items = [one for one in list_at(order, "product_items")[:PRODUCTS] if isinstance(one, dict)]
    return [
        Product(code=_text(one, "product_retailer_id"), quantity=_quantity(one), price=_price(one)) for one in items
    ]


def _quantity(item: dict[str, Any]) -> int:
    told = str(item.get("quantity"))
    return int(told) if told.isascii() and told.isdigit() and len(told) < 7 else 1


def _price(item: dict[str, Any]) -> str:
    """As the customer saw it: "R$ 35,00", or with the name of another currency."""
    told, currency = item.get("item_price"), _text(item, "currency")
    if not isinstance(told, int | float) or isinstance(told, bool) or not 0 <= told < DEAREST:
        return ""
    amount = brl(Decimal(str(told)))
    return amount if currency in ("BRL", "") else f"{currency} {amount.removeprefix('R$ ')}"


def _referral(referral: dict[str, Any]) -> tuple[str, str]:
    """(the ad's headline, a link to it); the link only when it is one."""
    if not referral:
        return "", ""
    url = _text(referral, "source_url")
    try:
        is_link = urlsplit(url).scheme in ("http", "https")
    except ValueError:
        is_link = False
    return _text(referral, "headline") or _text(referral, "body") or "…", url if is_link else ""


def _sources(data: dict[str, Any]) -> list[dict[str, Any]]:
    """What an AI answer rests on: [{title, text, url}]; `text` as it was then, else a link to what it is now."""
    found = []
    for one in list_at(data, "sources")[:10]:
        if isinstance(one, dict) and _text(one, "title"):
            text = _text(one, "text", limit=SOURCE)
            found.append({"title": _text(one, "title"), "text": text, "url": "" if text else _source_url(one)})
    return found


def _source_url(source: dict[str, Any]) -> str:
    pk = source.get("id")
    return responders.current().source_url(pk) if isinstance(pk, int) and 0 < pk <= BIGGEST_ID else ""


def _text(raw: dict[str, Any], key: str, *, limit: int = 300) -> str:
    value = raw.get(key)
    return shorten(value, limit) if isinstance(value, str) else ""
