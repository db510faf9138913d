"""Webhook fields about an account, a number or a template: they name a WABA and no phone number id."""

from __future__ import annotations

from typing import Any

from apps.chat.adapters.base import Notice
from apps.lib.payload import dict_at
from apps.lib.phones import digits
from apps.lib.text import storable, storable_json

TEMPLATES = {
    "message_template_status_update": "template",
    "message_template_quality_update": "template_quality",
    "message_template_components_update": "template",
    "template_category_update": "template",
}
ACCOUNTS = frozenset(
    "account_update account_alerts account_review_update business_capability_update security "
    "business_status_update account_settings_update payment_configuration_update".split()
)
NUMBERS = frozenset(("phone_number_quality_update", "phone_number_name_update"))


def read(field: str, value: dict[str, Any]) -> Notice | None:
    """The notice a change carries; None for fields about messages."""
    if kind := TEMPLATES.get(field):
        about = (_word(value, "message_template_name"), _word(value, "message_template_language"))
        event = _word(value, "event") or _word(value, "new_quality_score") or _word(value, "new_category")
        return Notice(kind, about, event=event, reason=_reason(value), value=_plain(value))  # type: ignore[arg-type]
    if field in NUMBERS:
        event = _word(value, "event") or _word(value, "decision")
        number = digits(_word(value, "display_phone_number"))
        reason = _word(value, "current_limit") or _word(value, "rejection_reason")
        return Notice("number", (number, ""), event=event, reason=reason, value=_plain(value))
    if field in ACCOUNTS:
        event = _word(value, "event") or _word(value, "decision") or field
        return Notice("account", event=event, reason=_reason(value), value=_plain(value))
    return None


def _reason(value: dict[str, Any]) -> str:
    for told in (
        value.get("reason"),
        dict_at(value, "rejection_info").get("reason"),
        dict_at(value, "ban_info").get("waba_ban_state"),
        dict_at(value, "violation_info").get("violation_type"),
        dict_at(value, "alert_info").get("alert_description"),
    ):
        if isinstance(told, str) and told.strip() and told != "NONE":
            return storable(told)[:300]
    return ""


def _word(value: dict[str, Any], key: str) -> str:
    told = value.get(key)
    return storable(told)[:200] if isinstance(told, str) else ""


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    cleaned = storable_json(value)
    return cleaned if isinstance(cleaned, dict) else {}
