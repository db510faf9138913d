"""Reading somebody else's JSON without trusting its shapes."""

from __future__ import annotations

from typing import Any


def dict_at(raw: Any, key: str) -> dict[str, Any]:
    """raw[key] when both are objects, else {}."""
    value = raw.get(key) if isinstance(raw, dict) else None
    return value if isinstance(value, dict) else {}


def list_at(raw: Any, key: str) -> list[Any]:
    """raw[key] when it is a list, else []."""
    value = raw.get(key) if isinstance(raw, dict) else None
    return value if isinstance(value, list) else []
