"""Who performs a kind of work. Upper rooms register in `AppConfig.ready()`.

    handlers.register("chat.deliver", delivery.deliver, deadline_seconds=20)

A handler gets a `Job`, runs inside the job's tenant (public kinds in `public`) and must be safe to
run twice. It returns when done, raises `Later` to be called again without an attempt being counted,
and anything else to be retried, at most five times.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

LEASE_MARGIN_SECONDS = 5
MAX_LEASE_SECONDS = 35


@dataclass(frozen=True)
class Job:
    """One claimed piece of work. `attempt` counts from 1."""

    id: int
    schema_name: str
    kind: str
    key: str
    fence: int
    generation: int
    attempt: int


class Later(Exception):
    """Not yet: call again in `seconds`. No attempt is counted."""

    def __init__(self, seconds: float, reason: str = "") -> None:
        super().__init__(reason)
        self.seconds = seconds


@dataclass(frozen=True)
class Kind:
    name: str
    perform: Callable[..., None]
    deadline_seconds: int
    public: bool
    every_seconds: int | None
    on_dead: Callable[[Job, Exception], None] | None
    together: bool

    @property
    def lease_seconds(self) -> int:
        return min(self.deadline_seconds + LEASE_MARGIN_SECONDS, MAX_LEASE_SECONDS)


_kinds: dict[str, Kind] = {}


def register(
    name: str,
    perform: Callable[..., None],
    *,
    deadline_seconds: int = 30,
    public: bool = False,
    every_seconds: int | None = None,
    on_dead: Callable[[Job, Exception], None] | None = None,
    together: bool = False,
) -> None:
    """Declare a kind.

    `public` kinds run outside any tenant; `every_seconds` makes beat wake it. One done `together` gets
    several jobs of one place at once, in their order, and waits for nobody but the database: when it
    raises, each is performed again on its own.
    """
    _kinds[name] = Kind(name, perform, deadline_seconds, public, every_seconds, on_dead, together)


def get(name: str) -> Kind:
    return _kinds[name]


def is_done_together(name: str) -> bool:
    return name in _kinds and _kinds[name].together


def names() -> list[str]:
    return sorted(_kinds)


def periodic() -> list[Kind]:
    return [kind for kind in _kinds.values() if kind.every_seconds]
