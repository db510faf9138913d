"""The Graph simulator's controls over HTTP, for when it runs on its own (listed in `simulators.graph`)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from simulators.faults import Fault
from simulators.server import Request, Response, json_response

if TYPE_CHECKING:
    from simulators.graph import GraphSimulator

SETTINGS = {"statuses", "status_delay", "status_copies", "enforce_window", "permissive"}


def control(graph: GraphSimulator, request: Request) -> Response:
    name = request.path.removeprefix("/_control/")
    deeds: dict[tuple[str, str], Callable[[GraphSimulator, Request], Any]] = {
        ("GET", "messages"): _messages,
        ("POST", "script"): _script,
        ("POST", "numbers"): lambda graph, request: graph.add_number(**request.json()),
        ("POST", "inbound"): _inbound,
        ("POST", "media"): _media,
        ("POST", "settings"): _settings,
        ("POST", "reset"): lambda graph, request: graph.reset(),
    }
    deed = deeds.get((request.method, name))
    if deed is None:
        return json_response({"detail": "unknown control"}, 404)
    try:
        answer = deed(graph, request)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        return json_response({"detail": str(error)}, 400)
    return json_response(answer if isinstance(answer, dict) else {"ok": True})


def _messages(graph: GraphSimulator, request: Request) -> dict[str, Any]:
    query = request.query
    wait = float(query.get("wait", 0))
    found, last = graph.sent.after(int(query.get("after", 0)), query.get("to") or None, wait=wait)
    return {"messages": [asdict(message) for message in found], "last": last}


def _script(graph: GraphSimulator, request: Request) -> None:
    payload = request.json()
    graph.script(*(Fault.from_json(one) for one in (payload if isinstance(payload, list) else [payload])))


def _inbound(graph: GraphSimulator, request: Request) -> None:
    payload = request.json()
    graph.saw_inbound(payload["phone_number_id"], payload["wa_id"])
    if payload.get("waba_id"):
        graph.registry.saw(payload["phone_number_id"], payload["waba_id"])


def _media(graph: GraphSimulator, request: Request) -> dict[str, str]:
    payload = request.json()
    content = base64.b64decode(payload["content"], validate=True)
    return {"id": graph.add_media(content, mime_type=payload["mime_type"])}


def _settings(graph: GraphSimulator, request: Request) -> None:
    payload = request.json()
    if unknown := payload.keys() - SETTINGS:
        raise ValueError(f"unknown settings {sorted(unknown)}; known: {sorted(SETTINGS)}")
    for name, value in payload.items():
        setattr(graph.registry if name == "permissive" else graph, name, value)
