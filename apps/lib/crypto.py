"""Secrets at rest: AES-256-GCM with a key id, bound to model, column and tenant.

The associated data is `model.column:crypto_id`, so a ciphertext moved to another column or another
tenant doesn't open. Sealed form: `key_id:base64(nonce + ciphertext)`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


class SecretUnreadable(Exception):
    """The ciphertext doesn't belong here, or its key is gone."""


def seal(plain: str, *, place: str) -> str:
    """Encrypt with the first configured key; "" stays "". `place` is the associated data."""
    if not plain:
        return ""
    key_id, key = next(iter(settings.ENCRYPTION_KEYS.items()))
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, plain.encode(), place.encode())
    return f"{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def unseal(sealed: str, *, place: str) -> str:
    """Decrypt what `seal` made for the same place. Raises SecretUnreadable."""
    if not sealed:
        return ""
    key_id, _, encoded = sealed.partition(":")
    key = settings.ENCRYPTION_KEYS.get(key_id)
    if key is None:
        raise SecretUnreadable(f"no key {key_id!r}")
    try:
        raw = base64.b64decode(encoded, validate=True)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()).decode()
    except (InvalidTag, ValueError):
        raise SecretUnreadable("the ciphertext was not made for this place, or is damaged") from None


def digest(value: str | bytes) -> bytes:
    """SHA-256, for tokens we look up without keeping."""
    return hashlib.sha256(value.encode() if isinstance(value, str) else value).digest()


def same(left: str, right: str) -> bool:
    """Constant-time comparison."""
    return hmac.compare_digest(left.encode(), right.encode())
