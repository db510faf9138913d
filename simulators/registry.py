"""Which numbers the Graph simulator knows, and which token opens which of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from simulators.graph_rules import INVALID_PARAMETER, TITLES, GraphError
from simulators.notifier import Target
from simulators.whatsapp import Number

Json = dict[str, Any]

INVENTED_DISPLAY = "+55 41 3333-0000"
INVENTED_NAME = "Barbearia do Zé"
REFUSED_TOKENS = ("bad", "revoked")  # what a permissive registry still turns away


@dataclass(frozen=True, slots=True)
class Line:
    """A number, the token that opens it, and where its webhooks go if not where the others' do."""

    number: Number
    token: str
    verified_name: str = INVENTED_NAME
    target: Target | None = None

    def as_node(self) -> Json:
        number = self.number
        account = {"whatsapp_business_account": {"id": number.waba_id}} if number.waba_id else {}
        return {
            "id": number.phone_number_id,
            "display_phone_number": number.display_phone_number,
            "verified_name": self.verified_name,
            "quality_rating": "GREEN",
            "code_verification_status": "VERIFIED",
            "name_status": "APPROVED",
            "platform_type": "CLOUD_API",
            "throughput": {"level": "STANDARD"},
            "status": "CONNECTED",
            "account_mode": "LIVE",
            "messaging_limit_tier": "TIER_250",
            "is_official_business_account": False,
            "webhook_configuration": {},
            **account,
        }


class Registry:
    """Registered numbers always want their own token.

    A permissive registry also takes any other number with any token that doesn't contain "bad" or "revoked".
    Such a number's WABA is the one it or its token was last seen with, else `waba_id`, else unknown ("").
    """

    def __init__(self, *, permissive: bool, waba_id: str) -> None:
        self.permissive = permissive
        self.waba_id = waba_id
        self._lines: dict[str, Line] = {}
        self._waba_seen: dict[str, str] = {}  # phone_number_id or token → WABA
        self._phones_seen: dict[str, set[str]] = defaultdict(set)  # token → phone_number_ids

    def add(self, line: Line) -> None:
        self._lines[line.number.phone_number_id] = line

    def open(self, phone_number_id: str, token: str, *, method: str) -> Line:
        """The line that token opens. Raises GraphError."""
        line = self._lines.get(phone_number_id)
        if line and line.token == token:
            return line
        if line or not self._lets_in(token):
            raise self._stranger(token, phone_number_id, method)
        self._phones_seen[token].add(phone_number_id)
        return self.line(phone_number_id, token)

    def of_waba(self, waba_id: str, token: str, *, method: str) -> list[Line]:
        """The lines of a WABA that token opens; a permissive registry believes the claim. Raises GraphError."""
        lines = [line for line in tuple(self._lines.values()) if line.number.waba_id == waba_id]
        opened = [line for line in lines if line.token == token]
        if opened:
            return opened
        if lines or not self._lets_in(token):
            raise self._stranger(token, waba_id, method)
        self._waba_seen[token] = waba_id
        return [self.line(phone_number_id, token) for phone_number_id in sorted(self._phones_seen[token])]

    def line(self, phone_number_id: str, token: str = "") -> Line:
        """The registered line, else one made up from what was seen."""
        if line := self._lines.get(phone_number_id):
            return line
        waba_id = self._waba_seen.get(phone_number_id) or self._waba_seen.get(token) or self.waba_id
        return Line(Number(phone_number_id, waba_id=waba_id, display_phone_number=INVENTED_DISPLAY), token)

    def saw(self, phone_number_id: str, waba_id: str) -> None:
        self._waba_seen[phone_number_id] = waba_id

    def knows(self, token: str) -> bool:
        """Whether the token opens anything."""
        return self._lets_in(token) or any(line.token == token for line in tuple(self._lines.values()))

    def _lets_in(self, token: str) -> bool:
        return self.permissive and bool(token) and not any(word in token.lower() for word in REFUSED_TOKENS)

    def _stranger(self, token: str, object_id: str, method: str) -> GraphError:
        return unknown_object(object_id, method) if self.knows(token) else bad_token()


def bad_token() -> GraphError:
    return GraphError(190, message=TITLES[190])


def unknown_object(object_id: str, method: str) -> GraphError:
    message = (
        f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot be loaded "
        "due to missing permissions, or does not support this operation."
    )
    return GraphError(INVALID_PARAMETER, message=message, subcode=33, kind="GraphMethodException")
