"""What every page's frame shows: the business, the person, the menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts import start
from apps.accounts.access import Permission, allows

TABS = 4  # what a phone's bar shows; the rest is behind its last button


class Group(models.TextChoices):
    """The parts of the menu, in their order."""

    SERVICE = "service", _("Customer service")
    AUTOMATION = "automation", _("Automation")
    BUSINESS = "business", _("Business")


@dataclass(frozen=True)
class NavItem:
    """A line of the menu; upper rooms register theirs. `count` gives a badge's number.

    Lines stand in their `group` by `order`; a phone's bar shows the first four of all.
    """

    label: Any
    url_name: str
    icon: str
    permission: Permission
    order: int
    count: Callable[[], int] | None = None
    group: str = Group.SERVICE


_items: list[NavItem] = []


def register(item: NavItem) -> None:
    _items.append(item)


def shell(request: HttpRequest) -> dict[str, Any]:
    tenant = getattr(request, "tenant", None)
    member = getattr(request, "member", None)
    if tenant is None or member is None:
        return {"tenant": tenant, "member": None, "nav": [], "tabs": [], "more": [], "first_steps": None}
    lines = [(item.group, _line(item, request)) for item in _visible(member)]
    return {
        "tenant": tenant,
        "member": member,
        "nav": _grouped(lines),
        "tabs": [line for _group, line in lines[:TABS]],
        "more": _grouped(lines[TABS:]),
        "first_steps": _first_steps(tenant, member),
    }


def first_screen(member: Any) -> str:
    """The URL name of the first line this person may open."""
    return next((item.url_name for item in _visible(member)), "accounts:sign_in")


def _first_steps(tenant: Any, member: Any) -> dict[str, Any] | None:
    """The checklist, asked for only where there may be one: the start comes with the cached business."""
    if not hasattr(tenant, "start") or not allows(member, Permission.MANAGE_BUSINESS):
        return None
    stages = start.checklist(tenant)
    return {"stages": stages, "total": len(stages), "done": sum(stage.is_done for stage in stages)} if stages else None


def _visible(member: Any) -> list[NavItem]:
    places = list(Group)
    mine = (item for item in _items if allows(member, item.permission))
    return sorted(mine, key=lambda item: (places.index(Group(item.group)), item.order))


def _grouped(lines: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """[{title, items}], groups without a line left out."""
    grouped = [(group, [line for name, line in lines if name == group]) for group in Group]
    return [{"title": group.label, "items": items} for group, items in grouped if items]


def _line(item: NavItem, request: HttpRequest) -> dict[str, Any]:
    url = reverse(item.url_name)
    return {
        "label": item.label,
        "url": url,
        "icon": item.icon,
        "current": request.path == url or request.path.startswith(url + "/"),
        "count": item.count() if item.count else None,
    }
