"""What a customer sees of a message we sent: its text and what can be tapped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]

MEDIA_NAMES = {"image": "imagem", "audio": "áudio", "video": "vídeo", "document": "documento", "sticker": "figurinha"}


@dataclass(frozen=True, slots=True)
class Option:
    kind: Literal["button_reply", "list_reply"]
    id: str
    title: str
    description: str = ""


def text_of(payload: Json) -> str:
    """The words of a message as sent to Graph; other kinds are named in brackets, in Portuguese."""
    kind = payload.get("type", "text")
    content = payload.get(kind) or {}
    if kind == "text":
        return str(content.get("body", ""))
    if kind == "interactive":
        parts = [content.get(part, {}).get("text", "") for part in ("header", "body", "footer")]
        return "\n".join(part for part in parts if part)
    if kind == "template":
        return _template(content)
    if kind == "reaction":
        return f"[reagiu com {content['emoji']}]" if content.get("emoji") else "[retirou a reação]"
    if kind in MEDIA_NAMES:
        return " ".join(part for part in (f"[{MEDIA_NAMES[kind]}]", content.get("caption", "")) if part)
    return {"location": "[localização]", "contacts": "[contato]"}.get(kind, f"[{kind}]")


def options_of(payload: Json) -> list[Option]:
    """The reply buttons or list rows, in the order shown."""
    action = payload.get("interactive", {}).get("action", {})
    replies = [button["reply"] for button in action.get("buttons", [])]
    rows = [row for section in action.get("sections", []) for row in section["rows"]]
    return [Option("button_reply", reply["id"], reply["title"]) for reply in replies] + [
        Option("list_reply", row["id"], row["title"], row.get("description", "")) for row in rows
    ]


def _template(template: Json) -> str:
    parameters = [one for part in template.get("components", []) for one in part.get("parameters", [])]
    words = [str(one["text"]) for one in parameters if one.get("type") == "text"]
    return f"[modelo {template['name']}] {' · '.join(words)}".rstrip()
