"""One line per provider; the wire's names on the left."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.utils.translation import gettext as _

from apps.agents.providers.base import ChatProvider
from apps.agents.providers.gemini import GeminiProvider
from apps.agents.providers.huggingface import HuggingFaceProvider
from apps.agents.providers.offline import OfflineProvider
from apps.agents.providers.openai import OpenAIProvider

OFFLINE = OfflineProvider()


@dataclass(frozen=True)
class Paid:
    """A provider that wants a key, and the setting that holds it."""

    adapter: ChatProvider
    key_setting: str
    title: str

    @property
    def key(self) -> str:
        return str(getattr(settings, self.key_setting))

    @property
    def key_name(self) -> str:
        """Whose key it is, without saying the key."""
        return sha256(self.key.encode()).hexdigest()[:12]


PAID = {
    "chatgpt": Paid(OpenAIProvider(), "OPENAI_API_KEY", "ChatGPT"),
    "gemini": Paid(GeminiProvider(), "GEMINI_API_KEY", "Gemini"),
    "huggingface": Paid(HuggingFaceProvider(), "HUGGINGFACE_API_KEY", "Hugging Face"),
}


def title_of(name: str) -> str:
    """What an adapter is called on screens: "openai" → "ChatGPT"."""
    return next((paid.title for paid in PAID.values() if paid.adapter.name == name), name.capitalize())


def is_ready(ai_provider: str) -> bool:
    """Whether an agent with this choice is answered by it, and not by offline for want of a key."""
    return ai_provider not in PAID or bool(PAID[ai_provider].key)


def why_not_ready(ai_provider: str) -> str:
    """In words for the owner; empty when it is ready."""
    if is_ready(ai_provider):
        return ""
    name = PAID[ai_provider].title
    return _("%(name)s has no API key here yet, so the offline agent answers. Ask support to set one.") % {"name": name}


def chain(ai_provider: str) -> list[Paid]:
    """Whom to ask, in order, before offline: the choice, then FALLBACK_PROVIDERS; those with a key.

    An agent that is offline by choice asks nobody.
    """
    if ai_provider not in PAID:
        return []
    names = dict.fromkeys([ai_provider, *settings.FALLBACK_PROVIDERS])
    return [PAID[name] for name in names if name in PAID and PAID[name].key]
