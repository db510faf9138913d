"""What a conversation's agent has offered and proposed: opaque ids that hold only here, and expire."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.agents import consent
from apps.agents.models import Call, Offer, Proposal, Turn
from apps.agents.tools import ToolContext
from apps.lib.prepared import Prepared

PROPOSAL_LIFETIME = timedelta(hours=2)


_newest_offers = Prepared(
    lambda conversation, now: Offer.objects.filter(conversation=conversation, expires_at__gt=now).order_by("-id")[:1]
)
_proposals = Prepared(lambda conversation: Proposal.objects.filter(conversation=conversation))


class Desk:
    """The offers and proposals of one conversation during one turn: nobody else changes them meanwhile.

    They are read once, and again after a change.
    """

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self._batch: tuple[list[Offer], Call | None] | None = None
        self._proposed: list[Proposal] | None = None

    def read_anew(self) -> None:
        self._batch = self._proposed = None

    def context(self, *, effect_key: str = "") -> ToolContext:
        conversation = self.turn.conversation
        return ToolContext(
            conversation=conversation,
            contact=conversation.identity.contact,
            now=timezone.now(),
            offer=lambda payload, lifetime: self._offer(payload, lifetime, effect_key),
            offered=self._offered,
            effect_key=effect_key,
        )

    def _offer(self, payload: dict[str, Any], lifetime: timedelta, call_key: str) -> str:
        token = f"s_{secrets.token_urlsafe(9)}"
        self.read_anew()
        Offer.objects.create(
            conversation_id=self.turn.conversation_id,
            turn=self.turn,
            call_key=call_key,
            token=token,
            payload=payload,
            expires_at=timezone.now() + lifetime,
        )
        return token

    def _offered(self, token: str) -> dict[str, Any] | None:
        found = Offer.objects.filter(
            conversation_id=self.turn.conversation_id, token=token, expires_at__gt=timezone.now()
        ).first()
        return found.payload if found else None

    def last_offers(self) -> tuple[list[Offer], Call | None]:
        """The newest batch still valid, in the order shown, and the call that made it."""
        if self._batch is None:
            self._batch = self._last_offers()
        return self._batch

    def _last_offers(self) -> tuple[list[Offer], Call | None]:
        now = timezone.now()
        newest = _newest_offers.first(self.turn.conversation_id, now)
        if newest is None:
            return [], None
        batch = Offer.objects.filter(
            conversation_id=self.turn.conversation_id, expires_at__gt=now, call_key=newest.call_key
        )
        return list(batch.order_by("id")), Call.objects.filter(effect_key=newest.call_key).first()

    def open_proposal(self) -> Proposal | None:
        """What waits for a yes; in the turn that brings a no, what that no is said to."""
        now = timezone.now()
        return next((proposal for proposal in self._proposals() if proposal.expires_at > now), None)

    def propose(self, tool: str, arguments: dict[str, Any], summary: dict[str, Any]) -> None:
        self.read_anew()
        Proposal.objects.update_or_create(
            conversation_id=self.turn.conversation_id,
            defaults={
                "turn": self.turn,
                "tool": tool,
                "arguments": arguments,
                "summary": summary,
                "proposed_at_id": self.turn.upto_id,
                "expires_at": timezone.now() + PROPOSAL_LIFETIME,
            },
        )

    def drop_refused(self) -> None:
        """A no ends what was proposed, whatever is said afterwards."""
        if any(consent.refused(proposal, upto_id=self.turn.upto_id) for proposal in self._proposals()):
            self.drop_proposal()

    def drop_proposal(self) -> None:
        self.read_anew()
        Proposal.objects.filter(conversation_id=self.turn.conversation_id).delete()

    def _proposals(self) -> list[Proposal]:
        if self._proposed is None:
            self._proposed = _proposals(self.turn.conversation_id)
        return self._proposed

    def forget_turn(self) -> None:
        """The customer never saw this turn: what it offered and proposed doesn't count."""
        self.read_anew()
        Proposal.objects.filter(turn=self.turn).delete()
        Offer.objects.filter(turn=self.turn).delete()

    def forget_offers(self) -> None:
        self.read_anew()
        Offer.objects.filter(conversation_id=self.turn.conversation_id).delete()

    def confirms(self, tool: str, arguments: dict[str, Any]) -> bool:
        """Whether this call repeats an open proposal that was put to the customer, who did not say no to it."""
        proposal = self.open_proposal()
        return (
            proposal is not None
            and proposal.tool == tool
            and proposal.arguments == arguments
            and proposal.proposed_at_id < self.turn.upto_id
            and consent.given(proposal, upto_id=self.turn.upto_id)
        )
