"""Customers who say their lines whatever comes: they refuse, change their minds and take things back."""

from __future__ import annotations

import random
from datetime import time

from tests.agents.customers.people import Casting, Goal, Kind
from tests.agents.customers.talking import CONFIRMATION, Customer, Words

FRIDAY, SATURDAY, TUESDAY = 20, 21, 24
TOMORROW = 19
Line = str | tuple[str, ...]


class Scripted(Customer):
    """Says one line after the other; a yes is to the question heard before it."""

    def answers(self, reply: str) -> str | None:
        self.heard.append(reply)
        if CONFIRMATION.search(reply):
            self.confirmed = reply
        if "equipe, uma pessoa te responde" in reply or not self.twists:
            return None
        return self._say(self.twists.pop(0), styled=False)


def _at(hour: int, minute: int = 0) -> tuple[time, time]:
    return time(hour, minute), time(hour, minute)


def _plays(name: str, goal: Goal, *lines: Line, has: tuple[str, ...] = (), full: tuple[int, ...] = ()) -> Kind:
    """A kind of customer with these lines; of several wordings each seed takes one."""

    def kind(dice: random.Random) -> Casting:
        first, *rest = (line if isinstance(line, str) else dice.choice(line) for line in lines)
        return Casting(Scripted(name, Words([first]), dice, twists=rest), goal, has=has, full=full)

    kind.__name__ = name.replace(" ", "_")
    return kind


BOOKED = ("corte amanhã 9h com o léo", ("sim", "pode ser", "confirmo"))
YES = ("sim", "isso", "pode confirmar")
NO_APPOINTMENT = Goal(booked=False)

KINDS: tuple[Kind, ...] = (
    _plays(
        "gives up then wants another day",
        Goal(days=(TOMORROW,), hours=_at(9)),
        "corte sexta 9h com o léo", ("deixa pra lá", "esquece", "não, deixa"),
        "quero amanhã às 9h", "sim", "corte", YES,
    ),
    _plays(
        "gives up and says yes to nothing",
        NO_APPOINTMENT,
        "corte sexta 9h", "deixa pra lá", "quero amanhã às 9h", "sim",
    ),
    _plays(
        "refuses and takes another day",
        Goal(days=(FRIDAY,), hours=_at(10)),
        "corte amanhã 9h", ("não", "não quero"), "sim", "sexta 10h", YES,
    ),
    _plays(
        "changes the time just booked",
        Goal(days=(TOMORROW,), hours=_at(12)),
        *BOOKED, ("melhor 12h", "na verdade quero 12h", "quero mudar pra 12h", "mudei de ideia, quero 12h"), YES,
    ),
    _plays(
        "changes the day just booked",
        Goal(days=(FRIDAY,), hours=_at(9)),
        *BOOKED, ("errei, era sexta no mesmo horário", "sexta na mesma hora", "melhor sexta às 9h"), YES,
    ),
    _plays(
        "wants it later",
        Goal(days=(TOMORROW,), hours=(time(9, 15), time(20))),
        *BOOKED, ("tem como ser mais tarde?", "tem mais tarde?"), "o primeiro", YES,
    ),
    _plays(
        "moves in English",
        Goal(days=(TOMORROW,), hours=_at(15)),
        "hi, a haircut tomorrow at 9am", "yes", ("could we do 3pm instead?", "can I move it to 3pm?"), "yes",
    ),
    _plays(
        "cancels in English after a change",
        NO_APPOINTMENT,
        "hi, a haircut tomorrow at 9am", "yes", "could we do 3pm instead?", ("yes", "hmm"), "cancel", "yes",
    ),
    _plays(
        "moves in Spanish",
        Goal(days=(TUESDAY,), hours=_at(9)),
        "hola, quiero un corte mañana a las 9", "si", "quiero cambiarlo al martes a la misma hora", "si",
    ),
    _plays(
        "cancels in Spanish after a change",
        NO_APPOINTMENT,
        "hola, quiero un corte mañana a las 9", "si", "mejor a las 17", "cancela por favor", "si",
    ),
    _plays("takes back what was booked", NO_APPOINTMENT, *BOOKED, ("desisti", "não quero mais"), "sim"),
    _plays(
        "adds a service to what was booked",
        Goal(services=("Barba", "Corte"), days=(TOMORROW,), hours=_at(9)),
        *BOOKED, ("queria adicionar a barba nesse horário", "e barba junto", "coloca a barba também"), YES,
    ),
    _plays(
        "exchanges the service booked",
        Goal(services=("Barba",), days=(TOMORROW,), hours=_at(9)),
        *BOOKED, ("quero mudar pra barba", "na verdade quero barba"), YES,
    ),
    _plays(
        "moves to the same time",
        Goal(services=("Barba",), days=(SATURDAY,), hours=_at(15, 30)),
        ("remarca pra sábado mesmo horário", "quero passar pra sábado na mesma hora"), YES,
        has=("Barba",),
    ),
    _plays(
        "cannot come but says when",
        Goal(services=("Barba",), days=(FRIDAY,), hours=_at(15, 30)),
        "não vou poder ir amanhã, dá pra ser sexta no mesmo horário?", YES,
        has=("Barba",),
    ),
    _plays(
        "cancels the appointment in the middle of a change",
        NO_APPOINTMENT,
        "quero mudar meu horário pra sexta às 10h", ("cancela", "quer saber, cancela"), YES,
        has=("Barba",),
    ),
    _plays(
        "books after cancelling nothing",
        Goal(days=(23,), hours=_at(17)),
        ("quero cancelar", "quero remarcar"), "corte segunda 17h", YES,
    ),
    _plays(
        "narrows the time",
        Goal(days=(TOMORROW,), hours=(time(16), time(17, 59))),
        "corte amanhã depois das 4", "antes das 6", ("com Rafael", "com o Carlos"), YES,
    ),
    _plays(
        "wants the soonest of a day",
        Goal(services=("Barba", "Corte"), days=(TOMORROW,), hours=_at(9)),
        "corte e barba amanhã", "qual o mais cedo?", ("esse mesmo", "sim", "o primeiro"), "sim",
    ),
    _plays(
        "insults beside a time",
        Goal(booked=False, person=True),
        "corte amanhã 9h", "como assim só as 9?? vcs são uma porcaria", "sim",
    ),
)  # fmt: skip
