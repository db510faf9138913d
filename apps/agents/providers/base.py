"""The seam between the turn engine and whoever thinks: OpenAI, Gemini, Hugging Face or our own rules.

A provider is one class with one method. It gets everything it may know in a `ChatRequest` and
answers with text, tool calls, or both. It never touches the database, never runs a tool and never
retries: the engine journals, runs and retries.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from apps.lib.text import storable, storable_json


@dataclass(frozen=True)
class ToolSpec:
    """A tool the model may call. `parameters` is a JSON schema object."""

    name: str
    description: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class ToolCall:
    """`signature` is opaque: what the provider wants to see again beside this call in the same turn."""

    id: str
    name: str
    arguments: dict[str, Any]
    signature: str = ""


@dataclass(frozen=True)
class ChatMessage:
    """One entry of the transcript, oldest first.

    `user` is the customer, `assistant` is us (AI or a person), `tool` answers `tool_call_id` with
    JSON in `content`. `sent_at` is aware; None for entries of the running turn.
    """

    role: Literal["user", "assistant", "tool"]
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True)
class ServiceFact:
    id: int
    name: str
    price: Decimal
    duration_minutes: int
    category: str = ""
    description: str = ""


@dataclass(frozen=True)
class HoursFact:
    """An opening window of the business, or of one person; weekday 0 is Monday."""

    weekday: int
    start: time
    end: time


@dataclass(frozen=True)
class ClosedDayFact:
    """A date on which the weekly hours don't hold: closed, or open only from start to end."""

    date: date
    closed: bool
    start: time | None = None
    end: time | None = None


@dataclass(frozen=True)
class ProfessionalFact:
    id: int
    name: str
    service_ids: tuple[int, ...]
    hours: tuple[HoursFact, ...] = ()  # their own week; without one they work the business's
    special_days: tuple[ClosedDayFact, ...] = ()


@dataclass(frozen=True)
class OfferFact:
    """A free slot already offered to this customer, in the order in which it was shown (1, 2, 3…)."""

    slot_id: str
    start: datetime
    professional: str
    professional_id: int
    service_ids: tuple[int, ...]


@dataclass(frozen=True)
class ProposalFact:
    """A write waiting for the customer's yes: the same call again executes it.

    `summary` is what the tool returned when it was proposed (see apps/barbearia/agent_tools.py).
    """

    tool: str
    arguments: dict[str, Any]
    summary: dict[str, Any]


@dataclass(frozen=True)
class AppointmentFact:
    id: int
    start: datetime
    services: tuple[str, ...]
    service_ids: tuple[int, ...]
    professional: str
    professional_id: int
    price: Decimal
    status: str


@dataclass(frozen=True)
class Facts:
    """What is true right now for this customer and this business; times aware, in the business's zone."""

    now: datetime
    business: str
    agent: str
    is_first_reply: bool = True
    address: str = ""
    services: tuple[ServiceFact, ...] = ()
    professionals: tuple[ProfessionalFact, ...] = ()
    hours: tuple[HoursFact, ...] = ()
    closed_days: tuple[ClosedDayFact, ...] = ()
    bookable_until: date | None = None  # the last day the agenda is open for
    offers: tuple[OfferFact, ...] = ()
    search: dict[str, Any] = field(default_factory=dict)  # arguments of the last list_slots
    proposal: ProposalFact | None = None
    appointments: tuple[AppointmentFact, ...] = ()  # the customer's own, upcoming
    customer_name: str = ""


@dataclass(frozen=True)
class ChatRequest:
    system: str
    messages: tuple[ChatMessage, ...]
    tools: tuple[ToolSpec, ...]
    facts: Facts
    model: str = ""
    temperature: float = 0.3
    max_tokens: int = 600
    timeout_seconds: float = 20.0


@dataclass(frozen=True)
class Usage:
    """What a call is billed for. `cached_tokens` are among the input, thinking is among the output."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0


MOST_TOKENS = 2**31 - 1


def usage_of(*told: Any) -> Usage | None:
    """A provider's counts, in the order of Usage; None when one of them can't be a count."""
    counts = [count or 0 for count in told]
    return Usage(*counts) if all(type(count) is int and 0 <= count <= MOST_TOKENS for count in counts) else None


@dataclass(frozen=True)
class ChatResult:
    """`usage_is_known` is False when the provider did not say what it used."""

    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    usage: Usage = Usage()
    usage_is_known: bool = True
    finish: str = "stop"
    raw_id: str = ""


def storable_result(result: ChatResult) -> ChatResult:
    """The same, as PostgreSQL can keep it. Raises TypeError or RecursionError for what is no text, or no JSON."""
    calls = tuple(replace(call, name=storable(call.name), arguments=_plain_object(call)) for call in result.tool_calls)
    return replace(result, text=storable(result.text), tool_calls=calls)


def _plain_object(call: ToolCall) -> dict[str, Any]:
    plain = storable_json(call.arguments)
    if not isinstance(plain, dict):
        raise TypeError("a call's arguments are no object")
    return plain


class Failure(StrEnum):
    """Why a provider could not answer; one list for all of them."""

    AUTH = "auth"
    QUOTA = "quota"
    RATE_LIMITED = "rate_limited"
    TIMEOUT = "timeout"
    OVERLOADED = "overloaded"
    CONTENT_BLOCKED = "content_blocked"
    BAD_REQUEST = "bad_request"
    MALFORMED = "malformed"
    UNAVAILABLE = "unavailable"


RETRYABLE = frozenset(
    {Failure.RATE_LIMITED, Failure.TIMEOUT, Failure.OVERLOADED, Failure.MALFORMED, Failure.UNAVAILABLE}
)


class ProviderError(Exception):
    """`retry_after` in seconds when the provider named a wait; `usage` is what the failed call is billed
    for, None when nobody can tell (it was read, perhaps, and never answered)."""

    def __init__(
        self,
        failure: Failure,
        detail: str = "",
        *,
        retry_after: float | None = None,
        usage: Usage | None = None,
    ) -> None:
        super().__init__(f"{failure}: {detail}")
        self.failure = failure
        self.detail = detail
        self.retry_after = retry_after
        self.usage = usage

    @property
    def retryable(self) -> bool:
        return self.failure in RETRYABLE


class ChatProvider(ABC):
    name: str

    def model_of(self, request: ChatRequest) -> str:
        """The model that will be asked."""
        return request.model

    def most_output(self, request: ChatRequest) -> int:
        """The most tokens an answer can be billed for, thinking included."""
        return request.max_tokens

    @abstractmethod
    def complete(self, request: ChatRequest) -> ChatResult:
        """One model reply within `request.timeout_seconds`. Raises ProviderError, nothing else."""
