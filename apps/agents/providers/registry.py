"""One line per provider; the wire's names on the left."""

from __future__ import annotations

from django.conf import settings

from apps.agents.providers.base import ChatProvider
from apps.agents.providers.offline import OfflineProvider
from apps.agents.providers.openai import OpenAIProvider

OFFLINE = OfflineProvider()
_PROVIDERS: dict[str, ChatProvider] = {"chatgpt": OpenAIProvider()}
_KEYS = {"chatgpt": "OPENAI_API_KEY"}


def provider_for(ai_provider: str) -> ChatProvider | None:
    """The adapter for an agent's choice; None when it is offline's turn or there is no key."""
    key = _KEYS.get(ai_provider)
    return _PROVIDERS[ai_provider] if key and getattr(settings, key) else None
