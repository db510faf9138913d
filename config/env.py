"""Configuration from the environment, loudly.

Order: the process environment, then `.env`, then `.local/run.env` (written by `make run` so that a
second terminal finds the running servers). Any variable `X` may come from a file named by `X_FILE`.
"""

from __future__ import annotations

import base64
import os
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from dotenv import load_dotenv

BASE_DIR = Path(__file__).resolve().parent.parent
load_dotenv(BASE_DIR / ".env")
load_dotenv(BASE_DIR / ".local" / "run.env")

IS_PRODUCTION = os.environ.get("ENVIRONMENT", "development") == "production"


def text(name: str, default: str | None = None) -> str:
    """The variable, the content of the file named by NAME_FILE, or the default; None means required."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    value = os.environ.get(name) or default
    if value is None:
        raise ImproperlyConfigured(f"Set {name} (see .env.example).")
    return value


def secret(name: str, development: str) -> str:
    """A secret: a known value while developing, required in production."""
    return text(name, None if IS_PRODUCTION else development)


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def decimal(name: str, default: str) -> Decimal:
    value = text(name, default)
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number <= 0:
        raise ImproperlyConfigured(f"{name} must be a number above zero, not {value!r}.")
    return number


def names(name: str, known: set[str]) -> list[str]:
    """`a,b` in order; unknown names stop the start."""
    found = [part.strip() for part in text(name, "").split(",") if part.strip()]
    if unknown := set(found) - known:
        raise ImproperlyConfigured(f"{name} knows {', '.join(sorted(known))}, not {', '.join(sorted(unknown))}.")
    return found


def prices(name: str) -> dict[str, tuple[Decimal, Decimal]]:
    """`model=input/output,…` in US dollars for a million tokens."""
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for part in text(name, "").split(","):
        if not part.strip():
            continue
        model, _, amounts = part.strip().rpartition("=")
        try:
            first, second = (Decimal(amount) for amount in amounts.split("/"))
        except (InvalidOperation, ValueError):
            raise ImproperlyConfigured(f"{name}: write model=input/output, not {part.strip()!r}.") from None
        if not model or not (first.is_finite() and second.is_finite()) or min(first, second) < 0:
            raise ImproperlyConfigured(f"{name}: write model=input/output, not {part.strip()!r}.")
        found[model] = (first, second)
    return found


def flag(name: str, default: bool = False) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in {"1", "0", "true", "false", "yes", "no"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in {"1", "true", "yes"}


def keys(name: str, development: str) -> dict[str, bytes]:
    """`id:base64,id:base64` → {id: 32 bytes}; the first one encrypts."""
    found: dict[str, bytes] = {}
    for part in secret(name, development).split(","):
        key_id, _, encoded = part.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise ImproperlyConfigured(f"{name}: the key {key_id!r} is not base64.") from None
        if not key_id or len(key) != 32:
            raise ImproperlyConfigured(f"{name}: each key is id:base64 of 32 bytes.")
        found[key_id] = key
    return found


def mail(name: str, default: str) -> dict[str, object]:
    """Django's EMAIL_* settings from one URL: `smtp://user:password@host:587?tls=1`, `smtps://…`, `console:`."""
    url = urlsplit(text(name, default))
    if url.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if url.scheme not in {"smtp", "smtps"} or not url.hostname:
        raise ImproperlyConfigured(f"{name} must be smtp://…, smtps://… or console:.")
    is_wrapped = url.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or (465 if is_wrapped else 587),
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_SSL": is_wrapped,
        "EMAIL_USE_TLS": not is_wrapped and parse_qs(url.query).get("tls", ["1"])[0] == "1",
    }
