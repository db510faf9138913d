"""Misbehaviour on demand: what the Graph simulator does instead of answering well."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

Json = dict[str, Any]
Kind = Literal["error", "hang", "drop", "refuse", "malformed", "failed"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One scripted fault; the first in the queue that fits a request is used, `times` times (None: always).

    error      answers `code` with its HTTP status (or `status`); nothing was accepted
    hang       holds the answer for `seconds`
    drop       reads the request and hangs up without a word
    refuse     resets connections before a byte is read; can't be limited, since nothing was read
    malformed  answers 200 with a page instead of JSON
    failed     answers well, then the status webhooks are `failed` with `code`

    For hang, drop and malformed, `accepted` says whether the message really goes out, and `statuses`
    whether its status webhooks follow. `edge` is what it applies to: "messages" (sends, the default),
    "read" (read marks and typing), "node", "phone_numbers", "subscribed_apps", "media" (upload and look-up),
    "download", or "any".
    """

    kind: Kind
    code: int = 131000
    status: int = 0
    details: str = ""
    subcode: int = 0
    retry_after: float | None = None
    seconds: float = 0.0
    accepted: bool = True
    statuses: bool = True
    edge: str = "messages"
    to: str = ""
    phone_number_id: str = ""
    when: Callable[[Json], bool] | None = None
    times: int | None = 1

    @classmethod
    def error(cls, code: int, **limits: Any) -> Fault:
        return cls("error", code=code, **limits)

    @classmethod
    def server_error(cls, status: int = 500, **limits: Any) -> Fault:
        return cls("error", **{"code": 1, "status": status, **limits})

    @classmethod
    def hang(cls, seconds: float, **limits: Any) -> Fault:
        return cls("hang", seconds=seconds, **limits)

    @classmethod
    def drop(cls, **limits: Any) -> Fault:
        return cls("drop", **limits)

    @classmethod
    def lost_status(cls, **limits: Any) -> Fault:
        """Accepted, dropped without an answer, and no status webhook will ever tell."""
        return cls("drop", **{"statuses": False, **limits})

    @classmethod
    def refuse(cls, times: int | None = 1) -> Fault:
        return cls("refuse", times=times)

    @classmethod
    def malformed(cls, **limits: Any) -> Fault:
        return cls("malformed", **limits)

    @classmethod
    def failed(cls, code: int, **limits: Any) -> Fault:
        return cls("failed", code=code, **limits)

    @classmethod
    def from_json(cls, payload: Json) -> Fault:
        """Raises ValueError naming what isn't known."""
        known = {field.name for field in fields(cls)} - {"when"}
        if unknown := payload.keys() - known:
            raise ValueError(f"unknown fields {sorted(unknown)}; known: {sorted(known)}")
        if payload.get("kind") not in Kind.__args__:  # type: ignore[attr-defined]
            raise ValueError(f"kind must be one of {list(Kind.__args__)}")  # type: ignore[attr-defined]
        return cls(**payload)

    @property
    def accepts(self) -> bool:
        """Whether the request takes effect all the same."""
        return self.kind == "failed" or (self.kind != "error" and self.accepted)

    def fits(self, *, edge: str, phone_number_id: str, to: str, payload: Json) -> bool:
        return (
            self.kind != "refuse"
            and self.edge in {edge, "any"}
            and self.phone_number_id in {"", phone_number_id}
            and self.to in {"", to}
            and (self.when is None or self.when(payload))
        )


class FaultQueue:
    """Faults still to happen, in order; safe to use from several threads."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._guard = threading.Lock()

    def add(self, *faults: Fault) -> None:
        with self._guard:
            self._faults += [fault for fault in faults if fault.times is None or fault.times > 0]

    def clear(self) -> None:
        with self._guard:
            self._faults.clear()

    def take(self, *, edge: str, phone_number_id: str, to: str = "", payload: Json | None = None) -> Fault | None:
        if not self._faults:
            return None
        return self._first(
            lambda fault: fault.fits(edge=edge, phone_number_id=phone_number_id, to=to, payload=payload or {})
        )

    def take_refusal(self) -> Fault | None:
        return self._first(lambda fault: fault.kind == "refuse") if self._faults else None

    def _first(self, fits: Callable[[Fault], bool]) -> Fault | None:
        with self._guard:
            for index, fault in enumerate(self._faults):
                if fits(fault):
                    self._use(index, fault)
                    return fault
        return None

    def _use(self, index: int, fault: Fault) -> None:
        if fault.times is None:
            return
        if fault.times > 1:
            self._faults[index] = replace(fault, times=fault.times - 1)
        else:
            del self._faults[index]
