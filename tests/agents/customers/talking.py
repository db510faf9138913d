"""How a customer reads a reply and answers it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.agents.customers import typing

Typing = Callable[[str, random.Random], str]

OPTION = re.compile(r"(\d)\) ((?:[^\d:]+ (?:\d+/?\d* )?)?(\d{1,2}:\d{2}(?: [ap]m)?)(?: (?:com|con|with) (\w+))?)")
CONFIRMATION = re.compile(r"(?:confirm|certo|serve|cancelo|troco|sirve|cambio)[^?]*\?$", re.I)
DONE = re.compile(r"(?:Marcado|Remarcado|Cancelado|Booked|Moved|Cancelled|Reservado|Reprogramado) ✅")


@dataclass
class Words:
    """What a customer says to each thing they may be asked; the first fitting one is taken."""

    opening: list[str]
    service: str = "corte"
    day: str = "amanhã"
    part: str = "de manhã"
    yes: list[str] = field(default_factory=lambda: ["sim", "pode ser", "isso", "pode confirmar", "👍", "fechado"])
    give_up: str = "deixa pra lá"
    nudge: str = "então, queria marcar"


@dataclass
class Customer:
    """Somebody with a goal. `twists` are said instead of the first answers to a question to confirm, one each time.

    `asides` are said once, before the first choice. `accepts`: takes what is offered though it isn't what was
    wished. `patience`: how many messages before they go.
    """

    kind: str
    words: Words
    dice: random.Random
    types: Typing = typing.neat
    twists: list[str] = field(default_factory=list)
    asides: list[str] = field(default_factory=list)
    accepts: bool = True
    patience: int = 12
    wants_person: str = ""
    heard: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    confirmed: str = ""  # the line to which they said yes

    def opens(self) -> list[str]:
        return [self._say(text, styled=True) for text in self.words.opening]

    def answers(self, reply: str) -> str | None:
        """What they say to `reply`; None when they leave."""
        self.heard.append(reply)
        if len(self.said) >= self.patience or "equipe, uma pessoa te responde" in reply:
            return None
        if DONE.search(reply):
            return None
        text = self._reaction(reply)
        return self._say(text, styled=text not in self.words.yes) if text else None

    def _reaction(self, reply: str) -> str | None:
        if self.wants_person and len(self.said) > 1:
            return self.wants_person
        options = OPTION.findall(reply)
        if self.asides and (options or reply.endswith("?")):
            return self.asides.pop(0)
        if options:
            return self._choose(reply, options)
        if CONFIRMATION.search(reply):
            return self._confirm(reply)
        return self._fill_in(reply)

    def _choose(self, reply: str, options: list[tuple[str, str, str, str]]) -> str:
        misses = re.search(r"não abrimos|ocupado|fechados|não tenho (?:mais )?horário|já passou", reply)
        if misses and not self.accepts:
            return self.words.give_up
        number, title, clock, _ = self.dice.choice(options)
        ways = [number, f"o {number}", f"{number}) {title.strip()}", f"pode ser a opção {number}"]
        clocks = [item[2] for item in options]
        if clocks.count(clock) == 1:
            ways += [clock]
        return self.dice.choice(ways)

    def _confirm(self, reply: str) -> str:
        if self.twists:
            return self.twists.pop(0)
        self.confirmed = reply
        return self.dice.choice(self.words.yes)

    def _fill_in(self, reply: str) -> str | None:
        words = self.words
        if re.search(r"[Qq]ual (?:serviço|deles)|[Ww]hich service|[Qq]ué servicio", reply):
            return words.service
        if re.search(r"que dia|outro dia|what day|another day|qué día|otro día", reply, re.I):
            return words.day if self.accepts else words.give_up
        if re.search(r"manhã|tarde ou|morning|mañana", reply):
            return words.part
        if "?" in reply and "chame alguém" not in reply:
            return words.nudge
        return None

    def _say(self, text: str, *, styled: bool) -> str:
        typed = self.types(text, self.dice) if styled else text
        self.said.append(typed)
        return typed
