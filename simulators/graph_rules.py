"""What Meta accepts in `POST /{phone_number_id}/messages`, and the errors it answers otherwise.

`check(payload)` raises GraphError for the first thing that is wrong. Limits are those of the Cloud API
reference; the wording of `details` follows what Graph really answers where it is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from simulators.whatsapp import is_user_id

Json = dict[str, Any]

INVALID_PARAMETER = 100
MISSING_PARAMETER = 131008
INVALID_VALUE = 131009

TITLES = {
    0: "Unable to authenticate the app user",
    1: "An unknown error occurred",
    2: "Service temporarily unavailable",
    3: "Application does not have the capability to make this API call",
    4: "Application request limit reached",
    10: "Application does not have permission for this action",
    33: "Parameter value is not valid",
    100: "Invalid parameter",
    190: "Invalid OAuth access token - Cannot parse access token",
    368: "Temporarily blocked for policies violations",
    80007: "Rate limit issues",
    130429: "Rate limit hit",
    130472: "User's number is part of an experiment",
    130497: "Business account is restricted from messaging users in this country",
    131000: "Something went wrong",
    131005: "Access denied",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131016: "Service unavailable",
    131021: "Recipient cannot be sender",
    131026: "Message undeliverable",
    131030: "Recipient phone number not in allowed list",
    131031: "Business Account locked",
    131037: "Display name approval needed",
    131042: "Business eligibility payment issue",
    131045: "Incorrect certificate",
    131047: "Re-engagement message",
    131048: "Spam rate limit hit",
    131049: "This message was not delivered to maintain healthy ecosystem engagement",
    131050: "User has stopped marketing messages",
    131051: "Unsupported message type",
    131053: "Media upload error",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    131057: "Account in maintenance mode",
    131062: "Recipient can only be reached by phone number",
    132000: "Number of parameters does not match the expected number of params",
    132001: "Template name does not exist in the translation",
    132007: "Template format character policy violated",
    132012: "Parameter format does not match format in the created template",
    132015: "Template is paused",
    132016: "Template is disabled",
}

HTTP_STATUSES = {
    0: 401,
    2: 503,
    3: 500,
    10: 403,
    190: 401,
    368: 403,
    131000: 500,
    131005: 403,
    131016: 500,
    131031: 403,
    131057: 500,
    132001: 404,
}

MEDIA = ("image", "audio", "video", "document", "sticker")
TYPES = ("text", "interactive", "reaction", "template", "location", "contacts", *MEDIA)


class GraphError(Exception):
    """`code` as Meta numbers it; the HTTP status follows from it unless given."""

    def __init__(
        self, code: int, details: str = "", *, message: str = "", subcode: int = 0, status: int = 0, kind: str = ""
    ) -> None:
        self.code = code
        self.details = details
        self.message = message or f"(#{code}) {TITLES.get(code, 'Error')}"
        self.subcode = subcode
        self.status = status or HTTP_STATUSES.get(code, 400)
        self.kind = kind or "OAuthException"
        super().__init__(self.message)

    def as_json(self, trace: str) -> Json:
        error: Json = {"message": self.message, "type": self.kind, "code": self.code}
        if self.subcode:
            error["error_subcode"] = self.subcode
        if self.details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        return {"error": {**error, "fbtrace_id": trace}}


def check(payload: Any) -> None:
    """Raises GraphError for the first violation in a message or a read mark."""
    if not isinstance(payload, dict):
        raise GraphError(INVALID_PARAMETER, "The body is not a JSON object")
    if payload.get("messaging_product") != "whatsapp":
        raise _missing("messaging_product")
    if "status" in payload:
        _check_read(payload)
        return
    _check_recipient(payload)
    _check_common(payload)
    kind = payload.get("type", "text")
    if kind not in TYPES:
        raise GraphError(INVALID_PARAMETER, message=f"(#100) Param type must be one of {{{', '.join(TYPES).upper()}}}.")
    _check_content(kind, payload)


def _check_read(payload: Json) -> None:
    if payload["status"] != "read":
        raise GraphError(INVALID_PARAMETER, message="(#100) Param status must be one of {READ}.")
    if not _is_text(payload.get("message_id")):
        raise _missing("message_id")
    indicator = payload.get("typing_indicator")
    if indicator is not None and indicator != {"type": "text"}:
        raise GraphError(INVALID_PARAMETER, message="(#100) Param typing_indicator['type'] must be one of {TEXT}.")


def _check_recipient(payload: Json) -> None:
    to, recipient = payload.get("to"), payload.get("recipient")
    if not to and not recipient:
        raise _missing("to")
    if to:
        if not isinstance(to, str) or not re.fullmatch(r"\+?[\d ()-]{5,24}", to):
            raise _invalid("Recipient is not a valid phone number")
    elif not isinstance(recipient, str) or not is_user_id(recipient):
        raise _invalid("Recipient is not a valid business-scoped user id")
    if payload.get("recipient_type", "individual") not in {"individual", "group"}:
        raise GraphError(INVALID_PARAMETER, message="(#100) Param recipient_type must be one of {INDIVIDUAL, GROUP}.")


def _check_common(payload: Json) -> None:
    context = payload.get("context")
    if context is not None and not (isinstance(context, dict) and _is_text(context.get("message_id"))):
        raise _missing("context['message_id']")
    callback = payload.get("biz_opaque_callback_data", "")
    if not isinstance(callback, str) or len(callback) > 512:
        raise _too_long("biz_opaque_callback_data", 512)


def _check_content(kind: str, payload: Json) -> None:
    content = payload.get(kind)
    if kind == "contacts":
        if not isinstance(content, list) or not content:
            raise _missing("contacts")
        return
    if not isinstance(content, dict):
        raise _missing(kind)
    if kind == "text":
        _check_text(content)
    elif kind == "interactive":
        _check_interactive(content)
    elif kind == "reaction":
        _check_reaction(content)
    elif kind == "template":
        _check_template(content)
    elif kind == "location":
        _check_location(content)
    else:
        _check_media(kind, content)


def _check_text(text: Json) -> None:
    if not _is_text(text.get("body")):
        raise _missing("text['body']")
    if len(text["body"]) > 4096:
        raise _too_long("text['body']", 4096)


def _check_reaction(reaction: Json) -> None:
    if not _is_text(reaction.get("message_id")):
        raise _missing("reaction['message_id']")
    if not isinstance(reaction.get("emoji"), str):
        raise _missing("reaction['emoji']")


def _check_template(template: Json) -> None:
    if not _is_text(template.get("name")):
        raise _missing("template['name']")
    language = template.get("language")
    if not isinstance(language, dict) or not _is_text(language.get("code")):
        raise _missing("template['language']['code']")
    components = template.get("components", [])
    known = {"header", "body", "button", "carousel", "limited_time_offer", "order_status"}
    if not isinstance(components, list) or not all(
        isinstance(one, dict) and str(one.get("type", "")).lower() in known for one in components
    ):
        raise GraphError(132012, "Unknown component type in the template")


def _check_location(location: Json) -> None:
    for name in ("latitude", "longitude"):
        if not isinstance(location.get(name), int | float | str) or location[name] == "":
            raise _missing(f"location['{name}']")


def _check_media(kind: str, media: Json) -> None:
    if not _is_text(media.get("id")) and not _is_text(media.get("link")):
        raise _missing(f"{kind}['id']")
    if len(str(media.get("caption", ""))) > 1024:
        raise _too_long(f"{kind}['caption']", 1024)


# Interactive


def _check_interactive(interactive: Json) -> None:
    kind = interactive.get("type")
    if kind not in {"button", "list", "cta_url", "flow", "location_request_message"}:
        raise _invalid("Unknown interactive type")
    action = interactive.get("action")
    if not isinstance(action, dict):
        raise _absent("action")
    _check_part(interactive.get("body"), "body", 4096 if kind == "list" else 1024, required=True)
    _check_part(interactive.get("footer"), "footer", 60)
    _check_header(interactive.get("header"), kind)
    if kind == "button":
        _check_buttons(action.get("buttons"))
    elif kind == "list":
        _check_list(action)


def _check_part(part: Any, name: str, limit: int, *, required: bool = False) -> None:
    if part is None and not required:
        return
    if not isinstance(part, dict) or not _is_text(part.get("text")):
        raise _absent(f"{name} text")
    _check_length(part["text"], f"{name.capitalize()} text", limit)


def _check_header(header: Any, kind: str) -> None:
    if header is None:
        return
    if not isinstance(header, dict) or header.get("type") not in {"text", "image", "video", "document"}:
        raise _invalid("Unknown header type")
    if header["type"] == "text":
        _check_part(header, "header", 60)
    elif kind == "list":
        raise _invalid("Header of a list message must be text")


def _check_buttons(buttons: Any) -> None:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise _invalid("Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3")
    replies = [_reply(button) for button in buttons]
    for reply in replies:
        _check_length(reply.get("id"), "Button id", 256)
        _check_length(reply.get("title"), "Button title", 20)
    _check_unique([reply["id"] for reply in replies], "Duplicated button id")
    _check_unique([reply["title"] for reply in replies], "Duplicated button title")


def _reply(button: Any) -> Json:
    reply = button.get("reply") if isinstance(button, dict) and button.get("type") == "reply" else None
    if not isinstance(reply, dict):
        raise _invalid("Button type must be reply")
    return reply


def _check_list(action: Json) -> None:
    _check_length(action.get("button"), "Button label", 20)
    sections = action.get("sections")
    if not isinstance(sections, list) or not 1 <= len(sections) <= 10:
        raise _invalid("Invalid sections count. Min allowed sections: 1, Max allowed sections: 10")
    rows = [row for section in sections for row in _rows(section, is_title_required=len(sections) > 1)]
    if len(rows) > 10:
        raise _invalid("Total row count exceed max allowed count: 10")
    for row in rows:
        _check_length(row.get("id"), "Row id", 200)
        _check_length(row.get("title"), "Row title", 24)
        if row.get("description"):
            _check_length(row["description"], "Row description", 72)
    _check_unique([row["id"] for row in rows], "Duplicated row id")


def _rows(section: Any, *, is_title_required: bool) -> list[Json]:
    rows = section.get("rows") if isinstance(section, dict) else None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise _invalid("Section must have at least one row")
    if is_title_required or section.get("title"):
        _check_length(section.get("title"), "Section title", 24)
    return rows


def _check_length(value: Any, what: str, limit: int) -> None:
    if not isinstance(value, str) or not 1 <= len(value) <= limit:
        raise _invalid(f"{what} length invalid. Min length: 1, Max length: {limit}")


def _check_unique(values: Sequence[str], details: str) -> None:
    if len(set(values)) < len(values):
        raise _invalid(details)


# Errors


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _missing(name: str) -> GraphError:
    return GraphError(INVALID_PARAMETER, message=f"(#100) The parameter {name} is required.")


def _too_long(name: str, limit: int) -> GraphError:
    return GraphError(INVALID_PARAMETER, message=f"(#100) Param {name} must be at most {limit} characters long.")


def _absent(what: str) -> GraphError:
    return GraphError(MISSING_PARAMETER, f"Interactive message is missing its {what}")


def _invalid(details: str) -> GraphError:
    return GraphError(INVALID_VALUE, details)
