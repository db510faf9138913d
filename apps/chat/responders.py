"""Who answers a conversation when no person does. The room above registers; chat only asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from apps.chat.models import Channel


class Responder(Protocol):
    work_kind: str

    def debounce(self, channel: Channel) -> tuple[float, float] | None:
        """(quiet, cap) seconds to wait for more messages; None when nobody answers this channel."""

    def agent_of(self, channel: Channel) -> int | None: ...

    def assign(self, channel: Channel, agent_id: int | None) -> None:
        """Put an agent on a channel; None means the first, if possible one that is on. Raises DomainError."""

    def leave(self, channel: Channel) -> None:
        """Nobody answers this channel any more."""

    def agents(self) -> list[tuple[int, str]]:
        """(id, name) of those that can be put on a channel, those switched off last."""

    def name(self, channel_id: int) -> str:
        """The agent's name; "" when nobody answers this channel."""

    def source_url(self, pk: int) -> str:
        """Where a member reads what an answer rests on."""


_responder: Responder | None = None


def register(responder: Responder) -> None:
    global _responder
    _responder = responder


def current() -> Responder:
    assert _responder, "the room that answers registers when Django starts"
    return _responder
