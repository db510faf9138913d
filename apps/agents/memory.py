"""What a conversation's agent has offered and proposed: opaque ids that hold only here, and expire."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from apps.agents import consent
from apps.agents.models import Call, Offer, Proposal, Turn
from apps.agents.tools import ToolContext

PROPOSAL_LIFETIME = timedelta(hours=2)


class Desk:
    """The offers and proposals of one conversation during one turn."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn

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
        mine = Offer.objects.filter(conversation_id=self.turn.conversation_id, expires_at__gt=timezone.now())
        newest = mine.order_by("-id").first()
        if newest is None:
            return [], None
        batch = list(mine.filter(call_key=newest.call_key).order_by("id"))
        return batch, Call.objects.filter(effect_key=newest.call_key).first()

    def open_proposal(self) -> Proposal | None:
        """What waits for a yes; in the turn that brings a no, what that no is said to."""
        return self._proposals().filter(expires_at__gt=timezone.now()).first()

    def propose(self, tool: str, arguments: dict[str, Any], summary: dict[str, Any]) -> None:
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
        self._proposals().delete()

    def _proposals(self) -> QuerySet[Proposal]:
        return Proposal.objects.filter(conversation_id=self.turn.conversation_id)

    def forget_turn(self) -> None:
        """The customer never saw this turn: what it offered and proposed doesn't count."""
        Proposal.objects.filter(turn=self.turn).delete()
        Offer.objects.filter(turn=self.turn).delete()

    def forget_offers(self) -> None:
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
