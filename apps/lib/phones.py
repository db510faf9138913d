"""Phone numbers as Brazil and WhatsApp write them.

WhatsApp ids of some Brazilian mobiles still come without the ninth digit. Two forms are the same
person only when the eight-digit local part starts with 6–9: landlines (2–5) never gain a digit.
"""

from __future__ import annotations

import re

import phonenumbers

_BR_SHORT_MOBILE = re.compile(r"^55(\d{2})([6-9]\d{7})$")


def digits(value: str) -> str:
    return re.sub(r"[^0-9]", "", value)


def canonical(value: str) -> str:
    """Digits with country code and, for Brazilian mobiles, the ninth digit; "" if not a phone.

    Numbers without a country code are read as Brazilian.
    """
    raw = digits(value)
    if value.strip().startswith("+"):
        full = raw
    elif len(raw) in (10, 11):
        full = "55" + raw
    else:
        full = raw
    if not 8 <= len(full) <= 15:
        return ""
    return _BR_SHORT_MOBILE.sub(r"55\g<1>9\2", full)


def pretty(value: str) -> str:
    """ "5511988776655" → "+55 11 98877-6655"; unknown shapes come back as they are."""
    if not value:
        return ""
    try:
        number = phonenumbers.parse("+" + digits(value))
    except phonenumbers.NumberParseException:
        return value
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
