"""What the Graph simulator accepted, and ways to wait for it."""

from __future__ import annotations

import re
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

from simulators import reading, whatsapp

Json = dict[str, Any]


class HasPhone(Protocol):
    @property
    def phone(self) -> str: ...


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message the simulator accepted. `to` is digits, or a BSUID; `at` is a Unix time."""

    seq: int
    id: str
    phone_number_id: str
    to: str
    payload: Json
    at: float

    @property
    def type(self) -> str:
        return str(self.payload.get("type", "text"))

    @property
    def text(self) -> str:
        return reading.text_of(self.payload)

    @property
    def options(self) -> list[reading.Option]:
        return reading.options_of(self.payload)

    @property
    def callback(self) -> str:
        """Our own id, as given in biz_opaque_callback_data."""
        return str(self.payload.get("biz_opaque_callback_data", ""))


class SentLog:
    """The messages in order of arrival; safe to use from several threads. `seq` never starts over."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._seqs = count(1)
        self._messages: list[SentMessage] = []
        self._by_recipient: dict[str, list[SentMessage]] = defaultdict(list)
        self._last_at = time.monotonic()
        self._is_closed = False

    def add(self, *, phone_number_id: str, to: str, payload: Json) -> SentMessage:
        with self._changed:
            message = SentMessage(next(self._seqs), whatsapp.wamid(), phone_number_id, to, payload, time.time())
            self._messages.append(message)
            self._by_recipient[to].append(message)
            self._last_at = time.monotonic()
            self._changed.notify_all()
        return message

    def clear(self) -> None:
        with self._changed:
            self._messages.clear()
            self._by_recipient.clear()

    def open(self) -> None:
        self._is_closed = False

    def close(self) -> None:
        """Let go of whoever is waiting."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def to(self, recipient: str | HasPhone | None) -> list[SentMessage]:
        """Those to one recipient; None for all."""
        with self._changed:
            return list(self._sent(recipient))

    def wait_for(self, at_least: int, recipient: str | HasPhone | None, timeout: float) -> list[SentMessage]:
        """Raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._sent(recipient)) >= at_least, timeout):
                found = len(self._sent(recipient))
                raise TimeoutError(f"{found} of {at_least} messages arrived in {timeout} s")
            return list(self._sent(recipient))

    def wait_quiet(self, seconds: float, timeout: float) -> bool:
        """Wait until nothing has arrived for `seconds`, counted from now. Whether that happened in time."""
        started = time.monotonic()
        with self._changed:
            while (now := time.monotonic()) < started + timeout:
                quiet_at = max(started, self._last_at) + seconds
                if quiet_at <= now:
                    return True
                self._changed.wait(min(quiet_at, started + timeout) - now)
        return False

    def after(self, seq: int, recipient: str | None, *, wait: float) -> tuple[list[SentMessage], int]:
        """Those later than `seq`, waiting for the first one; and the last seq there is."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._later(seq, recipient), wait)
            last = self._messages[-1].seq if self._messages else seq
            return self._later(seq, recipient), max(last, seq)

    def _later(self, seq: int, recipient: str | None) -> list[SentMessage]:
        sent = self._sent(recipient)
        return [message for message in sent if message.seq > seq] if sent and sent[-1].seq > seq else []

    def _sent(self, recipient: str | HasPhone | None) -> list[SentMessage]:
        return self._by_recipient.get(normal(recipient), []) if recipient else self._messages


def normal(recipient: str | HasPhone) -> str:
    """The digits of a phone, or a BSUID as it is."""
    name = recipient if isinstance(recipient, str) else recipient.phone
    return name if whatsapp.is_user_id(name) else re.sub(r"\D", "", name)
