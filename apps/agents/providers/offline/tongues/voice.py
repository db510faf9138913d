"""Says things in the customer's language. Sources are Portuguese, as gettext's are English; `english_replies` and
`spanish_replies` hold the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from apps.agents.providers.offline.tongues import english_replies, spanish_replies
from apps.agents.providers.offline.tongues.detect import Tongue

REPLIES: dict[Tongue, Mapping[str, str]] = {
    Tongue.PORTUGUESE: {},
    Tongue.ENGLISH: english_replies.REPLIES,
    Tongue.SPANISH: spanish_replies.REPLIES,
}
_spoken: ContextVar[Tongue] = ContextVar("spoken", default=Tongue.PORTUGUESE)


@contextmanager
def speaking(tongue: Tongue) -> Iterator[None]:
    token = _spoken.set(tongue)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> Tongue:
    return _spoken.get()


def say(source: str, **values: Any) -> str:
    """`source` in the language being spoken, with its {fields} filled in."""
    text = REPLIES[spoken()].get(source, source)
    return text.format(**values) if values else text


def says(line: str, source: str) -> bool:
    """Whether a line of ours contains this, in whichever language it was said."""
    return any(replies.get(source, source) in line for replies in REPLIES.values())
