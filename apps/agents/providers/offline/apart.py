"""Two matters in one breath: "corte pra mim às 14h e barba pro meu pai às 15h", "cancela a barba e remarca o corte".

They are done one at a time. Read together they would become one appointment that nobody wished for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from datetime import date, time
from itertools import islice

from apps.agents.providers.base import Facts
from apps.agents.providers.offline import catalog, dates
from apps.agents.providers.offline import times as clock
from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.dates import Days
from apps.agents.providers.offline.understanding import Understanding
from apps.agents.providers.offline.wording import COMPILED
from apps.agents.providers.offline.wording.manners import FAMILY

ONE_AT_A_TIME = "Vamos um de cada vez: primeiro este, depois vemos o outro."
ORDERS = frozenset({Act.BOOK, Act.RESCHEDULE, Act.CANCEL})
JOINT = re.compile(r",? e (?:(?:depois|tambem|ai|outr[oa]) )*|, *")
# A sentence with more joints than these isn't taken apart.
MOST_JOINTS = 5
ME = re.compile(rf"\b(?:para mim|comigo|eu)\b|\b(?:o meu|a minha)\b(?! {FAMILY})")
SOMEBODY_ELSE = re.compile(
    rf"(?:^|\b(?:para|com) )(?:o |a )?(?:meu|minha) {FAMILY}\b|\bpara outra pessoa\b",
)


def first_matter(text: str, *, facts: Facts, today: date) -> tuple[str, str]:
    """What `text` wants first, and what it wants besides; that is empty when it is one matter."""
    if COMPILED[Act.ASK_PRICE].search(text):
        return text, ""
    for joint in islice(JOINT.finditer(text), MOST_JOINTS):
        first, second = (_Half(half, facts, today) for half in (text[: joint.start()], text[joint.end() :]))
        if _are_two_orders(first, second):
            return first.text, second.text
        if _are_two_bookings(first, second, is_listed=" e " not in joint[0]):
            return f"{first.text} {second.shared_with(first)}".strip(), second.text
    return text, ""


class _Half:
    """One side of a joint, and what it names."""

    def __init__(self, text: str, facts: Facts, today: date) -> None:
        self.text = text
        self.orders = {act for act in ORDERS if COMPILED[act].search(text)}
        named, rest = dates.read_days(text, today=today)
        wishes, undated = clock.read_time(rest)
        self.days: list[Days] = [item.days for item in named]
        self.times: list[time] = [wish.near for wish in wishes if wish.near]
        self.people = {found.id} if (found := catalog.find_professional(text, facts)[0]) else set()
        self.services = set(catalog.find_services(undated, facts)[0].ids)
        self.is_for_another = bool(SOMEBODY_ELSE.search(text))
        self.is_mine = bool(ME.search(text)) and not self.is_for_another
        self._dated = _taken_out(text, rest)
        self._timed = _taken_out(rest, undated)

    def shared_with(self, first: _Half) -> str:
        """The day and time said once, at the end, hold for both; the time on a day of its own doesn't."""
        if first.days:
            return "" if first.times or self.days else self._timed
        return f"{self._dated} {'' if first.times else self._timed}".strip()


def _taken_out(before: str, after: str) -> str:
    """The words that reading took out of a text; none where it rewrote them ("meio-dia e meia")."""
    if len(before) != len(after):
        return ""
    left_out = (was if now != was else " " for was, now in zip(before, after, strict=True))
    return " ".join("".join(left_out).split())


def _are_two_orders(first: _Half, second: _Half) -> bool:
    """To cancel one thing and to book or move another; "cancela e marca sexta" moves one."""
    are_orders = bool(first.orders and second.orders) and first.orders != second.orders
    return are_orders and _are_apart(first.services, second.services)


def _are_two_bookings(first: _Half, second: _Half, *, is_listed: bool) -> bool:
    """Each at a time, on a day or with a professional of its own, or each for somebody else."""
    is_other = first.is_for_another != second.is_for_another
    if not first.services or not (second.services or is_other) or (is_listed and not is_other):
        return False
    kinds = ((set(first.times), set(second.times)), (set(first.days), set(second.days)), (first.people, second.people))
    each_own = any(_are_apart(one, other) for one, other in kinds)
    is_mine = first.is_mine or second.is_mine
    return each_own or (is_other and is_mine and bool(second.services or second.times))


def _are_apart(one: Set[object], other: Set[object]) -> bool:
    return bool(one and other) and one.isdisjoint(other)


def is_another_matter(said: Understanding, before: Iterable[Understanding]) -> bool:
    """A second order in the same turn: "cancela a barba", and then "e remarca o corte"."""
    return any(_is_other_order(said, item) for item in before) and not said.has(Act.CORRECTION)


def _is_other_order(said: Understanding, before: Understanding) -> bool:
    wants, wanted = said.acts & ORDERS, before.acts & ORDERS
    differ = bool(wants and wanted) and wants != wanted
    return differ and _are_apart(set(said.services.ids), set(before.services.ids))
