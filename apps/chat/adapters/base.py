"""The seam between conversations and a channel's protocol.

An adapter turns a raw webhook into items, each standing alone, and one outgoing message into one
HTTP call. It never touches the database and never retries.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from apps.chat.models import Channel, ContactIdentity, Media, Message


class Malformed(Exception):
    """The body, or one item of it, is not what the protocol says."""


@dataclass(frozen=True)
class Item:
    """One thing that happened on a channel. `path` is where it stands in the JSON.

    `external_id` and `parent_id` say whose it is (phone_number_id, WABA). `problem` is set when the
    item could not be read; the rest is then best effort.
    """

    path: str
    external_id: str
    parent_id: str = ""
    message: InboundMessage | None = None
    status: InboundStatus | None = None
    notice: Notice | None = None
    problem: str = ""


@dataclass(frozen=True)
class InboundMedia:
    """The file of a message, still with the channel under `provider_id`."""

    kind: str
    provider_id: str
    mime_type: str = ""
    file_name: str = ""
    is_voice: bool = False
    is_animated: bool = False


@dataclass(frozen=True)
class Move:
    """The customer now has another number, or another business-scoped id, or both ("" for what stays)."""

    phone: str = ""
    scoped_id: str = ""
    previous_scoped_id: str = ""


@dataclass(frozen=True)
class Notice:
    """What the provider tells about an account, a number or a template rather than of a message.

    `about` is a template's name and language, or a number's digits; `value` the provider's own data.
    """

    kind: Literal["template", "template_quality", "number", "account"]
    about: tuple[str, str] = ("", "")
    event: str = ""
    reason: str = ""
    value: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class InboundMessage:
    """A customer's message, or (`is_echo`) one the owner sent from the phone.

    `sent_at` is the channel's time, `received_at` when its webhook was stored. `address` is the
    customer's address verbatim; `address_kind` a ContactIdentity.Kind. `choice` is the id of the button
    or row that was tapped. `edits` and `revokes` name the message that this one rewrites or takes back.
    """

    provider_id: str
    address_kind: str
    address: str
    sent_at: datetime
    received_at: datetime
    message_type: str
    content: str
    data: dict[str, Any] = field(default_factory=dict)
    profile_name: str = ""
    scoped_id: str = ""
    quoted_id: str = ""
    is_echo: bool = False
    is_tap: bool = False
    choice: str = ""
    media: InboundMedia | None = None
    move: Move | None = None
    edits: str = ""
    revokes: str = ""


@dataclass(frozen=True)
class InboundStatus:
    provider_id: str
    status: Literal["sent", "delivered", "read", "failed"]
    at: datetime
    callback: str = ""
    error_code: int | None = None
    error: str = ""
    data: dict[str, Any] = field(default_factory=dict)


class Verdict(StrEnum):
    """What a refusal means for the queue."""

    BACK_OFF = "back_off"  # try again, this number
    SLOW_DOWN = "slow_down"  # try again, this pair only
    WINDOW_CLOSED = "window_closed"
    UNREACHABLE = "unreachable"  # mark the identity
    NO_MARKETING = "no_marketing"  # this customer gets no more marketing
    TEMPLATE_DEFECT = "template_defect"  # the owner must mend it
    CHANNEL_DOWN = "channel_down"  # keep the queue, tell the owner
    FINAL = "final"  # our bug: never again


class Refused(Exception):
    """The channel answered no. `code` is the provider's."""

    def __init__(self, verdict: Verdict, *, code: int, detail: str, retry_after: float | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.verdict = verdict
        self.code = code
        self.detail = detail
        self.retry_after = retry_after


class MediaGone(Exception):
    """The channel no longer has this file, or won't hand it over: trying again is no use."""


class MediaTooLarge(Exception):
    """The file is larger than we take."""


@dataclass(frozen=True)
class Fetched:
    content: bytes
    mime_type: str


@dataclass(frozen=True)
class Health:
    """What the provider says of our credentials.

    `blames` is the one that is wrong (`access_token`, `external_id`, `parent_id`); "" when the provider
    is out of reach or refuses for another reason.
    """

    ok: bool
    reason: str = ""
    display_number: str = ""
    blames: str = ""


@dataclass(frozen=True)
class FileLimit:
    """What a channel takes of one kind of file."""

    max_bytes: int
    mime_types: frozenset[str]


class ChannelAdapter(ABC):
    """`buttons` and `rows` are how many choices a message may carry to tap; 0 means numbered text."""

    text_limit: int = 4096
    caption_limit: int = 4096
    window_hours: int | None = None
    file_limits: Mapping[str, FileLimit] = {}  # by Media.Kind; a kind that is missing has no limit of the channel's
    upload_days: int = 0  # how long an uploaded file's id is good; 0: files need no upload
    buttons: int = 0
    rows: int = 0

    @abstractmethod
    def send(self, channel: Channel, identity: ContactIdentity, message: Message, *, callback: str) -> str:
        """Send one message; the provider's id. Raises Refused, lib.http.NotSent or lib.http.NoAnswer."""

    def upload(self, channel: Channel, media: Media, content: bytes) -> str:
        """Hand over a file to be sent; the channel's id for it. Doing it twice harms nobody. Raises as `send`."""
        return ""

    def fetch(self, channel: Channel, media: Media, *, max_bytes: int) -> Fetched:
        """A customer's file. Raises MediaGone, MediaTooLarge, Refused, http.NotSent or http.NoAnswer."""
        raise MediaGone

    @abstractmethod
    def seen(self, channel: Channel, provider_id: str, *, typing: bool) -> None:
        """Show the customer that the message was read and, optionally, that an answer is coming."""

    @abstractmethod
    def check(self, channel: Channel) -> Health:
        """Ask the provider whether the credentials are good for this number. Never raises."""
