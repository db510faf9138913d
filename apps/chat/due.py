"""What news from a channel makes due, woken as the transaction's last step.

Always in the same order: two transactions that wake the same work in opposite orders deadlock.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from apps.chat import fetching, handoff, outbound, refusals, responders
from apps.work.wake import wake, wake_all


@dataclass
class Due:
    turns: dict[int, tuple[float, float]] = field(default_factory=dict)  # conversation → debounce
    sends: set[int] = field(default_factory=set)  # conversations
    files: set[str] = field(default_factory=set)
    unanswered: set[int] = field(default_factory=set)  # channels where no agent is on
    failed: set[int] = field(default_factory=set)  # messages

    def wake(self) -> None:
        for conversation_id, debounce in sorted(self.turns.items(), key=lambda turn: str(turn[0])):
            wake(responders.current().work_kind, key=conversation_id, debounce=debounce)
        wake_all(outbound.DELIVER, keys=self.sends)
        wake_all(fetching.KIND, keys=self.files)
        wake_all(handoff.RESUME, keys=self.unanswered, after_seconds=handoff.LOOK_AGAIN_SECONDS)
        wake_all(refusals.KIND, keys=self.failed)
