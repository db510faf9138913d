"""What the person at the terminal can send besides words: `/foto`, `/audio`, `/documento` and `/local`."""

from __future__ import annotations

import mimetypes
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from simulators import whatsapp

Json = dict[str, Any]
Upload = Callable[[bytes, str], str]  # (content, MIME type) → the id of the file

HELP = "/foto [arquivo] · /audio [arquivo] · /documento arquivo · /local [latitude longitude]"
SE = (-23.55052, -46.633309)
OGG_SILENCE = b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead\x01\x01" + bytes(10)


class Unclear(Exception):
    """The message is in Portuguese, for the person at the terminal."""


def content_for(line: str, upload: Upload) -> Json:
    """The message a line that starts with "/" stands for. Raises Unclear."""
    command, _, rest = line.partition(" ")
    rest = rest.strip()
    if command == "/foto":
        content, mime_type = _read(rest) if rest else (photo(), "image/png")
        return whatsapp.image(upload(content, mime_type), mime_type=mime_type)
    if command == "/audio":
        content, mime_type = _read(rest) if rest else (OGG_SILENCE, "audio/ogg; codecs=opus")
        return whatsapp.audio(upload(content, mime_type), mime_type=mime_type)
    if command == "/documento" and rest:
        content, mime_type = _read(rest)
        return whatsapp.document(upload(content, mime_type), Path(rest).name, mime_type=mime_type)
    if command == "/local":
        latitude, longitude = _place(rest)
        return whatsapp.location(latitude, longitude, name="" if rest else "Praça da Sé")
    raise Unclear(HELP)


def _read(path: str) -> tuple[bytes, str]:
    try:
        content = Path(path).expanduser().read_bytes()
    except OSError as error:
        raise Unclear(f"Não consegui ler {path}: {error.strerror}.") from None
    return content, mimetypes.guess_type(path)[0] or "application/octet-stream"


def _place(words: str) -> tuple[float, float]:
    if not words:
        return SE
    try:
        latitude, longitude = (float(word.strip(",")) for word in words.split())
    except ValueError:
        raise Unclear("Diga a latitude e a longitude: /local -23.55 -46.63") from None
    return latitude, longitude


def photo(width: int = 480, height: int = 320) -> bytes:
    """A picture to send: a sunset of a few colours, as PNG."""
    rows = bytearray()
    for y in range(height):
        shade = y * 255 // height
        rows += b"\x00" + bytes((240 - shade // 3, 120 + shade // 4, 60 + shade // 2)) * width
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
