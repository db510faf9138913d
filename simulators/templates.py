"""Message templates on the Graph simulator: listed page by page, and checked when one is sent."""

from __future__ import annotations

import re
from typing import Any

from simulators.graph_rules import GraphError
from simulators.server import Request

Json = dict[str, Any]

VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def template(
    name: str,
    *,
    body: str,
    header: str = "",
    buttons: tuple[str, ...] = (),
    language: str = "pt_BR",
    category: str = "UTILITY",
    status: str = "APPROVED",
) -> Json:
    """As Graph lists it; `buttons` are quick replies."""
    parts: list[Json] = [{"type": "BODY", "text": body}]
    if header:
        parts.insert(0, {"type": "HEADER", "format": "TEXT", "text": header})
    if buttons:
        parts.append({"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": text} for text in buttons]})
    return {
        "id": str(sum(map(ord, name + language)) + 5 * 10**14),
        "name": name,
        "language": language,
        "category": category,
        "status": status,
        "components": parts,
    }


def page(found: list[Json], request: Request, limit: int) -> Json:
    """One page, with the cursor and link of the next."""
    start = int(request.query.get("after") or 0)
    answer: Json = {"data": found[start : start + limit], "paging": {"cursors": {"after": str(start + limit)}}}
    if start + limit < len(found):
        answer["paging"]["next"] = f"https://graph.facebook.com/next?after={start + limit}"
    return answer


def check(sent: Json, known: list[Json] | None) -> None:
    """Raises GraphError for a template this account can't send; an account without any can send all."""
    if not known:
        return
    wanted = (sent.get("name"), sent["language"]["code"])
    mine = next((one for one in known if (one["name"], one["language"]) == wanted), None)
    if mine is None:
        raise GraphError(132001, f"template name ({wanted[0]}) does not exist in {wanted[1]}")
    if mine["status"] != "APPROVED":
        raise GraphError(132015 if mine["status"] == "PAUSED" else 132016, "Template is not active")
    for kind in ("HEADER", "BODY"):
        text = next((part.get("text", "") for part in mine["components"] if part["type"] == kind), "")
        given: Json = next((part for part in sent.get("components", []) if str(part.get("type")).upper() == kind), {})
        expected, actual = len(set(VARIABLE.findall(text))), len(given.get("parameters", []))
        if expected != actual:
            details = (
                f"{kind.lower()}: number of localizable_params ({actual}) does not match the expected ({expected})"
            )
            raise GraphError(132000, details)
