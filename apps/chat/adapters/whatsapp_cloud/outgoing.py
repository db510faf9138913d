"""One stored message as the body of a Cloud API send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps.chat.models import Media
from apps.lib.text import shorten

if TYPE_CHECKING:
    from apps.chat.models import ContactIdentity, Message

BUTTONS, BUTTON_TITLE = 3, 20
ROWS, ROW_TITLE, ROW_DESCRIPTION, OPENER = 10, 24, 72, 20
INTERACTIVE_BODY = 1024


def body(identity: ContactIdentity, message: Message, *, callback: str) -> dict[str, Any]:
    """A template (`data.template`), a file (`message.media`, uploaded), reply buttons (`data.buttons`:
    [{id, title}]), a list (`data.rows`: [{id, title, description?}]) or text.
    """
    sent: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "biz_opaque_callback_data": callback,
        **({"recipient": identity.value} if identity.kind == "bsuid" else {"to": identity.value}),
    }
    if message.reply_to is not None and message.reply_to.provider_id:
        sent["context"] = {"message_id": message.reply_to.provider_id}
    return sent | _content(message)


def _content(message: Message) -> dict[str, Any]:
    if template := message.data.get("template"):
        shown = {"name": template["name"], "language": {"code": template["language"]}}
        return {"type": "template", "template": shown | {"components": template.get("components") or []}}
    if message.message_type in Media.Kind:
        media = message.media
        return {"type": media.kind, media.kind: _file(media, caption=message.content)}
    buttons, rows = message.data.get("buttons") or [], message.data.get("rows") or []
    if len(message.content) <= INTERACTIVE_BODY:
        if 0 < len(buttons) <= BUTTONS:
            return _interactive("button", message.content, {"buttons": [_button(button) for button in buttons]})
        if 0 < len(rows) <= ROWS:
            opener = shorten(message.data.get("opener") or "Ver opções", OPENER)
            action = {"button": opener, "sections": [{"title": opener, "rows": [_row(row) for row in rows]}]}
            return _interactive("list", message.content, action)
    return {"type": "text", "text": {"body": message.content, "preview_url": False}}


def _file(media: Media, *, caption: str) -> dict[str, Any]:
    sent: dict[str, Any] = {"id": media.provider_id}
    if caption and media.kind in ("image", "video", "document"):
        sent["caption"] = caption
    if media.kind == "document":
        sent["filename"] = media.file_name or "documento"
    if media.is_voice:
        sent["voice"] = True
    return sent


def _interactive(kind: str, text: str, action: dict[str, Any]) -> dict[str, Any]:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": text}, "action": action}}


def _button(button: dict[str, Any]) -> dict[str, Any]:
    return {"type": "reply", "reply": {"id": str(button["id"])[:256], "title": shorten(button["title"], BUTTON_TITLE)}}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    shown = {"id": str(row["id"])[:200], "title": shorten(row["title"], ROW_TITLE)}
    if row.get("description"):
        shown["description"] = shorten(row["description"], ROW_DESCRIPTION)
    return shown
