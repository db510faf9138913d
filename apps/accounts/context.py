"""What every page's frame shows: the business, the person, the menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from apps.accounts.access import Permission, allows


@dataclass(frozen=True)
class NavItem:
    """A line of the menu; upper rooms register theirs. `count` gives a badge's number."""

    label: Any
    url_name: str
    icon: str
    permission: Permission
    order: int
    count: Callable[[], int] | None = None


_items: list[NavItem] = []


def register(item: NavItem) -> None:
    _items.append(item)


def shell(request: HttpRequest) -> dict[str, Any]:
    tenant = getattr(request, "tenant", None)
    member = getattr(request, "member", None)
    if tenant is None or member is None:
        return {"tenant": tenant, "member": None, "nav": []}
    return {"tenant": tenant, "member": member, "nav": [_line(item, request) for item in _visible(member)]}


def _visible(member: Any) -> list[NavItem]:
    return sorted((item for item in _items if allows(member, item.permission)), key=lambda item: item.order)


def _line(item: NavItem, request: HttpRequest) -> dict[str, Any]:
    url = reverse(item.url_name)
    return {
        "label": item.label,
        "url": url,
        "icon": item.icon,
        "current": request.path == url or request.path.startswith(url + "/"),
        "count": item.count() if item.count else None,
    }
