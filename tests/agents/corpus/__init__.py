"""What customers say, and what the offline agent should understand: the corpus, read and judged.

One phrase a line, under the heading of its category: `phrase => service=corte+barba day=11-20 after=offers`.
`after` names the situation in which it is said (see `situations`), the rest what must be understood, all of it
and nothing else. `tuned` phrases were looked at while the rules were made, `held_out` ones were not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from apps.agents.providers.base import ChatMessage
from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.context import Call, Context, Step, read_context
from apps.agents.providers.offline.dates import Days
from apps.agents.providers.offline.dialogue import decide
from apps.agents.providers.offline.draft import Goal
from apps.agents.providers.offline.language import fold
from apps.agents.providers.offline.times import TimeWish
from tests.agents.offline_world import CORTE, World, appointment, local

FOLDER = Path(__file__).parent
SPLITS = ("tuned", "held_out")
TODAY = "2026-11-18 10:00"


@dataclass(frozen=True)
class Phrase:
    text: str
    category: str
    language: str
    split: str
    after: str = ""
    expected: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    phrase: Phrase
    got: str

    @property
    def is_right(self) -> bool:
        return not self.got


def phrases(*splits: str) -> Iterator[Phrase]:
    for split in splits or SPLITS:
        for path in sorted((FOLDER / split).glob("*.txt")):
            yield from _read(path.read_text(encoding="utf-8"), language=path.stem, split=split)


def _read(text: str, *, language: str, split: str) -> Iterator[Phrase]:
    category = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("## "):
            category = line.removeprefix("## ")
        elif not line.startswith("#"):
            said, _, rest = line.partition(" => ")
            expected = dict(pair.split("=", 1) for pair in rest.split())
            yield Phrase(said, category, language, split, expected.pop("after", ""), expected)


def judge(phrase: Phrase) -> Verdict:
    context = read_context(situation(phrase).request([]))
    step = decide(context)
    meant = MEANS[phrase.category](context, step)
    if not meant:
        return Verdict(phrase, f"not read as {phrase.category}: {_told(step)}")
    if phrase.category not in SLOTLESS and (got := slots(context, step)) != phrase.expected:
        return Verdict(phrase, f"understood {got}")
    return Verdict(phrase, "")


def _told(step: Step) -> str:
    return f"{step.name} {step.arguments}" if isinstance(step, Call) else step


# Situations


SHOWN = {
    "": "Corte (R$ 45,00, 30 min), sábado 21/11 de manhã. Tenho: {} Qual fica melhor?",
    "_en": "Haircut (R$ 45,00, 30 min), Saturday, Nov 21, in the morning. I have: {} Which one suits you best?",
    "_es": "Corte (R$ 45,00, 30 min), sábado 21/11 por la mañana. Tengo: {} ¿Cuál te queda mejor?",
}
LISTS = {
    "": "1) 9:00 com Carlos 2) 9:30 com Léo 3) 10:15 com Carlos.",
    "_en": "1) 9:00 am with Carlos 2) 9:30 am with Léo 3) 10:15 am with Carlos.",
    "_es": "1) 9:00 con Carlos 2) 9:30 con Léo 3) 10:15 con Carlos.",
}
PUT = {
    "": "Fechado então: corte, sábado 21/11 às 9:30 com Léo, R$ 45,00. Posso confirmar?",
    "_en": "Great: haircut, Saturday, Nov 21, at 9:30 am with Léo, R$ 45,00. Shall I confirm?",
    "_es": "Perfecto: corte, sábado 21/11 a las 9:30 con Léo, R$ 45,00. ¿Confirmo?",
}
WISH = {
    "": "quero um corte sábado de manhã",
    "_en": "I want a haircut on Saturday morning",
    "_es": "quiero un corte el sábado por la mañana",
}


def situation(phrase: Phrase) -> World:
    """The barbershop's world in which the phrase is said."""
    world = World(local(TODAY), free={"2026-11-21": "9:00 Carlos, 9:30 Léo, 10:15 Carlos"})
    kind, tongue = (phrase.after.removesuffix("_en").removesuffix("_es"), phrase.after[-3:])
    tongue = tongue if tongue in SHOWN else ""
    if kind == "booked":
        world.appointments = [appointment(7, "2026-11-19 15:30", (CORTE,) if "corte" in phrase.text else (11,))]
    if kind in ("offers", "proposal"):
        world.run("list_slots", {"service_ids": [CORTE], "date_from": "2026-11-21", "time_to": "12:00"})
        world.messages = [
            ChatMessage("user", WISH[tongue], sent_at=world.now),
            ChatMessage("assistant", SHOWN[tongue].format(LISTS[tongue]), sent_at=world.now),
        ]
    if kind == "proposal":
        slot = world.offers[1].slot_id
        world.run("book", {"slot_id": slot})
        world.messages += [
            ChatMessage("user", "2", sent_at=world.now),
            ChatMessage("assistant", PUT[tongue], sent_at=world.now),
        ]
    assert kind in ("", "booked", "offers", "proposal"), kind
    world.has_replied = True
    world.turns += 1
    world.messages.append(ChatMessage("user", phrase.text, sent_at=world.now))
    return world


# What was understood


def slots(context: Context, step: Step) -> dict[str, str]:
    """The slots of the turn, in the corpus' own words."""
    if isinstance(step, Call) and step.name == "book" and not context.proposal:
        ids = [offer.slot_id for offer in context.facts.offers]
        if step.arguments["slot_id"] in ids:
            return {"choice": str(ids.index(step.arguments["slot_id"]) + 1)}
    said = context.turn.said
    draft = context.draft
    asked = tuple(dict.fromkeys(pk for item in said for pk in (*item.asked.ids, *item.services.ids)))
    names = draft.services if draft.goal == Goal.BOOK and any(item.services for item in said) else asked
    if draft.goal in (Goal.RESCHEDULE, Goal.CANCEL):
        names = ()
    days = next((item.asked_days for item in said if item.asked_days), None)
    if any(item.days for item in said):
        days = draft.days
    person = next((item.professional_id for item in said if item.professional_id), None)
    found = {
        "service": "+".join(fold(item.name) for pk in names for item in context.facts.services if item.id == pk),
        "day": _day(days),
        "time": _time(draft.time) if any(item.times for item in said) else "",
        "with": next((who.name.lower() for who in context.facts.professionals if who.id == person), ""),
        "soonest": "yes" if context.has(Act.SOONEST) else "",
    }
    return {name: value for name, value in found.items() if value}


def _day(days: Days | None) -> str:
    if days is None:
        return ""
    return f"{days.start:%m-%d}" if days.is_single else f"{days.start:%m-%d}..{days.end:%m-%d}"


def _time(wish: TimeWish | None) -> str:
    if wish is None or wish.is_any:
        return ""
    if wish.near:
        return f"{wish.near:%H:%M}"
    return "-".join(f"{edge:%H:%M}" if edge else "" for edge in (wish.start, wish.end))


# Categories: how one shows in what is decided


def _acts(*acts: Act) -> Callable[[Context, Step], bool]:
    return lambda context, step: context.has(*acts)


def _is_calm(context: Context, step: Step) -> bool:
    """Talk only: nothing looked for, nobody called, no shrug."""
    return isinstance(step, str) and "não peguei" not in step and "didn't catch" not in step and "entendí" not in step


def _books(context: Context, step: Step) -> bool:
    return context.draft.goal == Goal.BOOK and not _calls(step, "handoff", "search_knowledge")


def _calls(step: Step, *names: str) -> bool:
    return isinstance(step, Call) and step.name in names


def _confirms(context: Context, step: Step) -> bool:
    proposal = context.facts.proposal
    return isinstance(step, Call) and proposal is not None and step.arguments == proposal.arguments


def _refuses(context: Context, step: Step) -> bool:
    return context.has(Act.NO, Act.GIVE_UP, Act.OTHER_DAY) and _is_calm(context, step)


def _resists(context: Context, step: Step) -> bool:
    refuses = context.has(Act.MANIPULATION, Act.OTHER_CUSTOMER, Act.DISCOUNT)
    return refuses and not _calls(step, "book", "reschedule", "cancel")


def _is_beside_the_point(context: Context, step: Step) -> bool:
    is_honest = _calls(step, "search_knowledge") or (isinstance(step, str) and "não peguei" in step)
    return is_honest and context.draft.goal == Goal.NONE


MEANS: dict[str, Callable[[Context, Step], bool]] = {
    "greeting": lambda context, step: _acts(Act.GREETING, Act.HOW_ARE_YOU)(context, step) and _is_calm(context, step),
    "services": _acts(Act.ASK_SERVICES, Act.ASK_IF_OFFERED),
    "price": _acts(Act.ASK_PRICE),
    "hours": _acts(Act.ASK_HOURS),
    "address": _acts(Act.ASK_ADDRESS),
    "book": _books,
    "availability": _books,
    "choose": lambda context, step: _calls(step, "book"),
    "confirm": _confirms,
    "refuse": _refuses,
    "change_of_mind": lambda context, step: _books(context, step) and not _confirms(context, step),
    "reschedule": lambda context, step: context.draft.goal == Goal.RESCHEDULE and not _calls(step, "handoff"),
    "cancel": lambda context, step: _calls(step, "cancel"),
    "my_appointments": _acts(Act.ASK_APPOINTMENTS),
    "person": lambda context, step: _calls(step, "handoff") and not context.has(Act.COMPLAINT),
    "thanks": lambda context, step: _acts(Act.THANKS, Act.BYE)(context, step) and _is_calm(context, step),
    "knowledge": lambda context, step: _calls(step, "search_knowledge"),
    "complaint": lambda context, step: _calls(step, "handoff") and context.has(Act.COMPLAINT),
    "out_of_scope": _is_beside_the_point,
    "injection": _resists,
}
SLOTLESS = {"refuse", "confirm", "cancel", "my_appointments", "person", "thanks", "knowledge", "complaint",
            "out_of_scope", "injection", "greeting"}  # fmt: skip
