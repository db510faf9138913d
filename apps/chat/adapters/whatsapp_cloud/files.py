"""Files on Graph: a look-up gives a URL good for five minutes, and the URL wants the token.

The token goes to Meta's own hosts only, whatever URL an answer names.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from apps.chat.adapters.base import Fetched, FileLimit, MediaGone, MediaTooLarge, Refused, Verdict
from apps.chat.adapters.whatsapp_cloud import graph
from apps.lib import http

if TYPE_CHECKING:
    from apps.chat.models import Channel, Media

HOSTS = (".whatsapp.net", ".fbsbx.com", ".fbcdn.net", ".facebook.com")
DOWNLOAD_SECONDS = 20
UPLOAD_SECONDS = 14
GONE = {100, 33, 131052, 131053, 404, 410}


MB = 1024 * 1024
OFFICE = "application/vnd.openxmlformats-officedocument."
LIMITS = {
    "image": FileLimit(5 * MB, frozenset(("image/jpeg", "image/png"))),
    "audio": FileLimit(16 * MB, frozenset(("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"))),
    "video": FileLimit(16 * MB, frozenset(("video/mp4", "video/3gpp"))),
    "sticker": FileLimit(500 * 1024, frozenset(("image/webp",))),
    "document": FileLimit(
        100 * MB,
        frozenset(
            (
                "text/plain",
                "application/pdf",
                "application/msword",
                "application/vnd.ms-excel",
                "application/vnd.ms-powerpoint",
                OFFICE + "wordprocessingml.document",
                OFFICE + "spreadsheetml.sheet",
                OFFICE + "presentationml.presentation",
            )
        ),
    ),
}


def upload(channel: Channel, media: Media, content: bytes) -> str:
    """Graph's id of a file to be sent, good for 30 days. Raises Refused, http.NotSent or http.NoAnswer."""
    answer = graph.post_file(
        channel,
        f"{channel.external_id}/media",
        (media.file_name or f"{media.kind}.{media.mime_type.rpartition('/')[2]}", content, media.mime_type),
        timeout_seconds=UPLOAD_SECONDS,
    )
    if not answer.get("id"):
        raise http.NoAnswer("the answer names no file")
    return str(answer["id"])[:200]


def fetch(channel: Channel, media_id: str, *, max_bytes: int) -> Fetched:
    """The bytes of a customer's file. Raises MediaGone, MediaTooLarge, Refused, http.NotSent or http.NoAnswer."""
    try:
        node = graph.get(channel, media_id)
    except Refused as refused:
        if refused.code in GONE:
            raise MediaGone(refused.detail) from None
        raise
    size = node.get("file_size")
    if isinstance(size, int | str) and str(size).isdecimal() and int(size) > max_bytes:
        raise MediaTooLarge
    content, mime_type = _download(channel, str(node.get("url") or ""), max_bytes=max_bytes)
    expected = str(node.get("sha256") or "")
    if len(expected) == 64 and hashlib.sha256(content).hexdigest() != expected.lower():
        raise http.NoAnswer("the file came damaged")
    return Fetched(content, str(node.get("mime_type") or mime_type))


def _download(channel: Channel, url: str, *, max_bytes: int) -> tuple[bytes, str]:
    origin, path = _allowed(channel, url)
    try:
        answer = http.download(
            origin,
            path,
            headers={"Authorization": f"Bearer {channel.reveal('access_token')}"},
            max_bytes=max_bytes,
            timeout_seconds=DOWNLOAD_SECONDS,
        )
    except http.TooLarge:
        raise MediaTooLarge from None
    if answer.status_code == 200:
        return answer.content, answer.headers.get("Content-Type", "")
    # also 404: the URL was too old. Whether the file is gone the next look-up says.
    raise Refused(Verdict.BACK_OFF, code=answer.status_code, detail=f"download: HTTP {answer.status_code}")


def _allowed(channel: Channel, url: str) -> tuple[str, str]:
    """(origin, path) of a URL the token may be shown to. Raises MediaGone."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").lower()
    except ValueError:
        raise MediaGone("the file's URL makes no sense") from None
    origin = f"{parts.scheme}://{parts.netloc}"
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    if origin == graph.base_url(channel).rstrip("/"):
        return origin, path
    if parts.scheme != "https" or port not in (None, 443) or "@" in parts.netloc or not host.endswith(HOSTS):
        raise MediaGone(f"the file is at an address the token may not go to ({host[:80]})")
    return f"https://{host}", path
