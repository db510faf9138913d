"""What a turn has said and done so far: read once, then kept in step with the database."""

from __future__ import annotations

from dataclasses import dataclass, field

from apps.agents.memory import Desk
from apps.agents.models import Call, Step, Turn
from apps.chat.models import Message


@dataclass
class Journal:
    turn: Turn
    steps: list[Step]
    calls: list[Call]
    messages: list[Message] | None = None  # the conversation's latest when the turn began, newest first
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.desk = Desk(self.turn)

    @classmethod
    def of(cls, turn: Turn, *, is_new: bool = False) -> Journal:
        """`is_new` saves asking the database for what can't be there yet."""
        if is_new:
            return cls(turn, [], [])
        return cls(turn, list(turn.steps.order_by("number")), list(turn.calls.order_by("id")))

    def step(self, number: int) -> Step | None:
        return next((step for step in self.steps if step.number == number), None)

    def call(self, effect_key: str) -> Call | None:
        return next((call for call in self.calls if call.effect_key == effect_key), None)

    @property
    def effects(self) -> list[Call]:
        """The calls that really did something."""
        return [call for call in self.calls if call.has_effect]
