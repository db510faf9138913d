"""What agents' and knowledge's part of the API says, by example."""

from __future__ import annotations

from apps.lib.openapi import shown

_WHEN = {"created_at": "2026-11-16T09:00:00-03:00", "updated_at": "2026-11-18T10:00:00-03:00"}

# Agents
_BIA = {
    "name": "Bia",
    "description": "Responde aos clientes e cuida da agenda.",
    "objective": "Atender bem e marcar horários.",
    "personality": "friendly",
    "ai_provider": "offline",
    "model": "",
    "system_prompt": "",
    "temperature": 0.3,
    "max_tokens": 600,
    "is_active": True,
    "debounce_seconds": 3.0,
    "debounce_cap_seconds": 10.0,
}
AGENT = shown(
    "Bia",
    sent=_BIA,
    answered={"id": 1, **_BIA, "provider_ready": True, "provider_reason": "", "provider_trouble": "", **_WHEN},
)
AGENT_STATS = shown(
    "A month",
    answered={
        "turns": 240,
        "by_state": {"sent": 231, "discarded": 9},
        "answered": 96,
        "handed_over": 7,
        "bookings": 41,
        "deeds": {"book_appointment": 41, "cancel_appointment": 5},
        "median_seconds": 1.8,
        "input_tokens": 310_000,
        "output_tokens": 18_000,
        "spent_brl": "4.20",
    },
)
TEST = shown("A first question", sent={"messages": [{"role": "user", "content": "oi, quanto custa o corte?"}]})
TESTED = shown(
    "An answer",
    answered={
        "reply": "Corte R$ 45,00 (30 min). Quer marcar um horário?",
        "trace": [
            {
                "provider": "offline",
                "model": "",
                "text": "Corte R$ 45,00 (30 min). Quer marcar um horário?",
                "ms": 3,
                "input_tokens": 0,
                "output_tokens": 0,
                "cost": "0.00",
                "attempts": [{"provider": "offline", "outcome": "ok", "ms": 3}],
                "tool_calls": [],
            }
        ],
    },
)
_LIMIT = {"monthly_limit_brl": "150.00", "when_spent": "offline"}
BUDGET = shown(
    "R$ 150 a month",
    sent=_LIMIT,
    answered={**_LIMIT, "spent_brl": "36.40", "percent": 24, "month": "2026-11-01", "usd_brl": "5.5000"},
)

# Knowledge
_PARKING = {
    "kind": "qa",
    "title": "Tem estacionamento?",
    "content": "Temos convênio com o estacionamento ao lado, 1 hora grátis para clientes.",
    "category": "Como chegar",
    "tags": ["carro"],
    "is_active": True,
}
ENTRY = shown(
    "A question and its answer",
    sent=_PARKING,
    answered={"id": 7, **_PARKING, "status": "ready", "problem": "", "uses": 12, **_WHEN},
)
QUERY = shown("A question", sent={"query": "vcs tem estacionamento?", "limit": 3})
HIT = shown(
    "A passage",
    answered={
        "title": _PARKING["title"],
        "content": _PARKING["content"],
        "score": 0.97,
        "source": "knowledge/7",
        "answers": True,
    },
)
TEACH = shown("An answer", sent={"answer": "Sim, a partir de 3 anos.", "tell_customers": True})
GAP = shown(
    "Asked twice",
    answered={
        "id": 3,
        "question": "vocês cortam cabelo de criança?",
        "state": "open",
        "customers": 2,
        "conversations": [41, 57],
        "entry": None,
        "asked_at": "2026-11-18T09:40:00-03:00",
        "created_at": "2026-11-16T15:02:00-03:00",
    },
)
