"""What a new business gets. Upper rooms register; sign-up calls, inside the new schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.accounts.models import Tenant

_steps: list[Callable[[Tenant], None]] = []


def register(step: Callable[[Tenant], None]) -> None:
    _steps.append(step)


def run(tenant: Tenant) -> None:
    for step in _steps:
        step(tenant)
