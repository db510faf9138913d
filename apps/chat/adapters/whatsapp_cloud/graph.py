"""Calls to Meta's Graph API and what its error codes mean for us.

Meta says: decide on `error.code`, not on the HTTP status or the title.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx2
from django.conf import settings
from django.utils.translation import gettext as _

from apps.chat.adapters.base import Health, Refused, Verdict
from apps.chat.adapters.whatsapp_cloud import reasons
from apps.chat.adapters.whatsapp_cloud.codes import (
    BACK_OFF,
    CHANNEL_DOWN,
    NO_MARKETING,
    SLOW_DOWN,
    TEMPLATE_DEFECT,
    UNREACHABLE,
    WINDOW_CLOSED,
)
from apps.lib import http
from apps.lib.payload import dict_at, list_at
from apps.lib.phones import digits

if TYPE_CHECKING:
    from apps.chat.models import Channel

SEND_TIMEOUT_SECONDS = 10
COURTESY_TIMEOUT_SECONDS = 2


def verdict(code: int, *, http_status: int = 0) -> Verdict:
    """The error table of the Cloud API; unknown codes back off on 5xx and 429, else are final."""
    for codes, meaning in (
        (BACK_OFF, Verdict.BACK_OFF),
        (SLOW_DOWN, Verdict.SLOW_DOWN),
        (WINDOW_CLOSED, Verdict.WINDOW_CLOSED),
        (UNREACHABLE, Verdict.UNREACHABLE),
        (NO_MARKETING, Verdict.NO_MARKETING),
        (TEMPLATE_DEFECT, Verdict.TEMPLATE_DEFECT),
        (CHANNEL_DOWN, Verdict.CHANNEL_DOWN),
    ):
        if code in codes:
            return meaning
    return Verdict.BACK_OFF if http_status >= 500 or http_status == 429 else Verdict.FINAL


def post(
    channel: Channel, path: str, body: dict[str, Any], *, timeout_seconds: float = SEND_TIMEOUT_SECONDS
) -> dict[str, Any]:
    """The parsed answer. Raises Refused, http.NotSent or http.NoAnswer."""
    return _call("POST", channel, path, json=body, timeout_seconds=timeout_seconds)


def post_file(channel: Channel, path: str, file: tuple[str, bytes, str], *, timeout_seconds: float) -> dict[str, Any]:
    """Upload (name, content, MIME type). Raises as `post`."""
    form = {"messaging_product": "whatsapp", "type": file[2]}
    return _call("POST", channel, path, data=form, files={"file": file}, timeout_seconds=timeout_seconds)


def get(channel: Channel, path: str, **params: str) -> dict[str, Any]:
    return _call("GET", channel, path, params={name: value for name, value in params.items() if value})


def templates(channel: Channel, *, at_most: int) -> list[dict[str, Any]]:
    """The account's message templates, page by page. Raises as `post`."""
    fields = "id,name,language,status,category,quality_score,rejected_reason,components"
    found: list[dict[str, Any]] = []
    after = ""
    while len(found) < at_most:
        page = get(channel, f"{channel.parent_id}/message_templates", fields=fields, limit="100", after=after)
        found += [one for one in list_at(page, "data") if isinstance(one, dict)]
        after = str(dict_at(dict_at(page, "paging"), "cursors").get("after") or "")
        if not after or not dict_at(page, "paging").get("next"):
            break
    return found


def _call(
    method: str, channel: Channel, path: str, *, timeout_seconds: float = SEND_TIMEOUT_SECONDS, **options: Any
) -> dict[str, Any]:
    response = http.request(
        method,
        base_url(channel),
        f"/{settings.WHATSAPP_GRAPH_VERSION}/{path}",
        headers={"Authorization": f"Bearer {channel.reveal('access_token')}"},
        timeout_seconds=timeout_seconds,
        **options,
    )
    body = _json(response)
    if response.status_code < 300 and "error" not in body:
        return body
    raise _refusal(response, body)


def base_url(channel: Channel) -> str:
    """The environment's setting wins; else the channel's own (the demo's simulator), else Meta's."""
    if settings.WHATSAPP_GRAPH_URL_IS_EXPLICIT:
        return settings.WHATSAPP_GRAPH_URL
    return channel.base_url or settings.WHATSAPP_GRAPH_URL


def _json(response: httpx2.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError as error:
        if response.status_code < 300:
            raise http.NoAnswer("the answer is not JSON") from error  # it may well have been accepted
        return {}
    return body if isinstance(body, dict) else {}


def _refusal(response: httpx2.Response, body: dict[str, Any]) -> Refused:
    error = dict_at(body, "error")
    code = error.get("code") if isinstance(error.get("code"), int) else None
    details = dict_at(error, "error_data").get("details")
    detail = str(details or error.get("message") or f"HTTP {response.status_code}")
    if code is None:  # not one of Graph's own errors: only the HTTP status speaks
        meaning = Verdict.BACK_OFF if response.status_code >= 500 or response.status_code == 429 else Verdict.FINAL
    else:
        meaning = verdict(code, http_status=response.status_code)
    return Refused(meaning, code=code or response.status_code, detail=detail[:300], retry_after=_retry_after(response))


def _retry_after(response: httpx2.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", value) else None


def message_id(answer: dict[str, Any]) -> str:
    """The wamid. Raises http.NoAnswer when the answer has none: it may have been accepted."""
    messages = answer.get("messages")
    if isinstance(messages, list) and messages and isinstance(messages[0], dict) and messages[0].get("id"):
        return str(messages[0]["id"])
    raise http.NoAnswer("the answer names no message")


def check(channel: Channel) -> Health:
    """Do the credentials open this number, and does it belong to the WABA they name?"""
    asked = "external_id"
    try:
        number = get(channel, channel.external_id, fields="id,display_phone_number,verified_name,quality_rating")
        if channel.parent_id:
            asked = "parent_id"
            if _is_of_another_account(channel):
                reason = _("This number does not belong to the WhatsApp account informed.")
                return Health(ok=False, reason=reason, blames=asked)
            _unless_unknown(post, channel, f"{channel.parent_id}/subscribed_apps", {})
    except Refused as refused:
        return Health(ok=False, reason=_refusal_text(refused, asked=asked), blames=_blamed(refused, asked=asked))
    except (http.NotSent, http.NoAnswer):
        return Health(ok=False, reason=_("WhatsApp could not be reached. Try again in a moment."))
    return Health(ok=True, display_number=digits(str(number.get("display_phone_number") or "")))


def _is_of_another_account(channel: Channel) -> bool:
    """Only where the account's numbers are told: what stands between us and Graph may not know that edge."""
    told = _unless_unknown(get, channel, f"{channel.parent_id}/phone_numbers", fields="id", limit="200")
    if "data" not in told:
        return False
    return channel.external_id not in {
        str(phone.get("id")) for phone in list_at(told, "data") if isinstance(phone, dict)
    }


def _unless_unknown(call: Callable[..., dict[str, Any]], *asked: Any, **more: Any) -> dict[str, Any]:
    """The answer; {} when the path itself is unknown, which Graph never says: it has codes for what it refuses."""
    try:
        return call(*asked, **more)
    except Refused as refused:
        if refused.code == HTTPStatus.NOT_FOUND:
            return {}
        raise


def _blamed(refused: Refused, *, asked: str) -> str:
    if refused.code == 190:
        return "access_token"
    return asked if refused.code in (33, 100) else ""


def _refusal_text(refused: Refused, *, asked: str) -> str:
    if refused.code == 190:
        return str(reasons.TOKEN_REFUSED)
    if refused.code in (33, 100) and asked == "parent_id":
        return _("WhatsApp does not know this account, or the token has no access to it.")
    if refused.code in (33, 100):
        return str(reasons.NUMBER_UNKNOWN)
    return _("WhatsApp refused: %(detail)s") % {"detail": refused.detail[:200]}
