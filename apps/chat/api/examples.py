"""What channels, conversations, messages and files say over the API, by example."""

from __future__ import annotations

from apps.lib.openapi import shown

_WHEN = {"created_at": "2026-11-18T09:58:00-03:00", "updated_at": "2026-11-18T10:00:00-03:00"}

# Channels
CONNECT = shown(
    "A WhatsApp number",
    sent={
        "kind": "whatsapp_cloud",
        "name": "WhatsApp",
        "phone_number_id": "100000000000001",
        "waba_id": "200000000000001",
        "access_token": "EAAG-example-token",
    },
)
CHANNEL_CHANGE = shown("Another agent answers there", sent={"name": "WhatsApp da loja", "agent": 1})
CHANNEL = shown(
    "A connected number",
    answered={
        "id": 1,
        "kind": "whatsapp_cloud",
        "name": "WhatsApp",
        "phone_number_id": "100000000000001",
        "waba_id": "200000000000001",
        "display_number": "+55 11 3000-0001",
        "status": "active",
        "status_reason": "",
        "webhook_url": "https://example.com/api/v1/webhooks/whatsapp/Z0tsXZJs",
        "verify_token": "mlYF3aKO",
        "agent": 1,
        **_WHEN,
    },
)

# Conversations
_DAVI = {"id": 12, "name": "Davi Rocha", "phone": "5511900000001", "email": ""}
_BRUNO = {"id": 2, "name": "Bruno Lima"}
CONVERSATION = shown(
    "A person was called",
    answered={
        "id": 41,
        "status": "active",
        "is_ai_active": False,
        "needs_human": True,
        "needs_human_since": "2026-11-18T10:00:00-03:00",
        "needs_human_reason": "corte + barba, sexta",
        "assignee": _BRUNO,
        "customer": _DAVI,
        "channel": 1,
        "channel_type": "whatsapp",
        "priority": "normal",
        "tags": ["vip"],
        "satisfaction_rating": None,
        "unread": 1,
        "snippet": "deixa eu falar com alguém",
        "window_closes_at": "2026-11-19T10:00:00-03:00",
        "last_message_at": "2026-11-18T10:00:00-03:00",
        **_WHEN,
    },
)
CONVERSATION_CHANGE = shown("Put off and labelled", sent={"status": "pending", "priority": "high", "tags": ["vip"]})
REASON = shown("Why", sent={"reason": "Pediu para falar com alguém."})
TRANSFER = shown("To a colleague", sent={"user": 2, "reason": "Conhece o cliente."})
CONVERSATION_STATS = shown(
    "Today",
    answered={
        "total": 120,
        "active": 14,
        "pending": 3,
        "resolved": 98,
        "closed": 5,
        "needs_human": 2,
        "ai_active": 11,
        "unread": 4,
    },
)

# Messages and files
_PHOTO = {
    "id": "5f0c2f0e-3f38-4f3e-9a44-0d1d5a2f9c11",
    "url": "https://barbearia-do-ze.example.com/api/v1/media/5f0c2f0e-3f38-4f3e-9a44-0d1d5a2f9c11?expires=…&signature=…",
    "kind": "image",
    "mime_type": "image/jpeg",
    "size_bytes": 84_210,
    "file_name": "corte.jpg",
    "is_voice": False,
    "state": "ready",
    "error": "",
}
SEND = shown("A text", sent={"conversation_id": 41, "content": "Oi, Davi! Sexta às 15:30 está bom?"})
MESSAGE = shown(
    "An attendant's text",
    answered={
        "id": 903,
        "conversation_id": 41,
        "sender": "attendant",
        "author": _BRUNO,
        "content": "Oi, Davi! Sexta às 15:30 está bom?",
        "message_type": "text",
        "data": {},
        "media": None,
        "reply_to": None,
        "status": "queued",
        "error_code": None,
        "error": "",
        "maybe_duplicate": False,
        "provider_id": None,
        "read_at": None,
        "created_at": "2026-11-18T10:00:00-03:00",
        "received_at": "2026-11-18T10:00:00-03:00",
        "updated_at": "2026-11-18T10:00:00-03:00",
    },
)
UPLOAD = shown("A photo", sent={"file": "corte.jpg", "is_voice": False}, media_type="multipart/form-data")
MEDIA = shown("A photo", answered=_PHOTO)

# A customer's side, and WhatsApp by phone
API_CONVERSATION = shown("A visitor of your site", sent={"customer": {"id": "visitante-88", "name": "Davi Rocha"}})
API_SEND = shown("A customer asks", sent={"conversation_id": 41, "content": "vocês abrem amanhã?"})
WHATSAPP_SEND = shown(
    "A template",
    sent={"to": "+55 11 90000-0001", "template": {"name": "horario_confirmado", "variables": ["Davi", "15:30"]}},
)
