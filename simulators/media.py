"""Files on the Graph simulator: uploaded by a business, or sent by a customer and fetched by id."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from email.parser import BytesParser
from typing import Any

from simulators.graph_rules import INVALID_PARAMETER, GraphError
from simulators.server import Request

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Media:
    id: str
    content: bytes
    mime_type: str

    def as_node(self, base_url: str, *, until: float) -> Json:
        """As Graph describes it; the URL is good until the Unix time `until`, and wants the token too."""
        return {
            "messaging_product": "whatsapp",
            "url": f"{base_url}/_media/{self.id}?until={until:.3f}",
            "mime_type": self.mime_type,
            "sha256": hashlib.sha256(self.content).hexdigest(),
            "file_size": len(self.content),
            "id": self.id,
        }


def new_id() -> str:
    return str(int.from_bytes(os.urandom(6)) + 10**15)


def uploaded(request: Request) -> Media:
    """The file of a multipart upload. Raises GraphError."""
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    parts = {part.get_param("name", header="content-disposition"): part for part in _parts(head + request.body)}
    if "messaging_product" not in parts or "file" not in parts:
        raise GraphError(INVALID_PARAMETER, "An upload wants messaging_product and file")
    file = parts["file"]
    content = file.get_payload(decode=True)
    return Media(new_id(), content if isinstance(content, bytes) else b"", file.get_content_type())


def _parts(message: bytes) -> list[Any]:
    payload = BytesParser().parsebytes(message).get_payload()
    return payload if isinstance(payload, list) else []
