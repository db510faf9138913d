"""What one sentence of a customer says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from apps.agents.providers.offline import dates
from apps.agents.providers.offline.acts import MANNERS, Act
from apps.agents.providers.offline.catalog import NOTHING, Mention
from apps.agents.providers.offline.dates import DayMention, Days
from apps.agents.providers.offline.language import words
from apps.agents.providers.offline.provisos import NOTHING_NAMED, Named
from apps.agents.providers.offline.times import TimeWish

# Called out or thrown in, saying nothing.
NOISE = frozenset(
    """irmao mano amigo amiga querida querido flor chefe patrao moca moco parceiro cara gente pessoal galera meu e o a
    os as ai entao ne ah hum aqui la ja tambem mas por favor gentileza ola bb anjo linda lindo viu uai ta so de da do
    eu voce que vei veio mermao bicho guri gurizada rapaz doutor fera campeao rei todos todas voces""".split()
)

INTERROGATIVE = re.compile(
    r"^(?:e |mas |ah )*(?:qual|quais|quanto|quantos|quando|como|onde|quem|porque|por que|o que|que|tem"
    r"|aceita[m]?|vende[m]?|me (?:passa|manda|diz|fala|informa|envia)"
    r"|da para|posso|pode|precisa|sera que|ai tem|ha|voces? (?:tem|aceita|faz|fazem|sao|vende|vendem|usa|usam"
    r"|trabalha|deixa|da))\b"
)

WITH_WHOM = re.compile(
    r"^(?:e |mas |ah )*(?:vai ser |sera |seria |e )?(?:com quem(?: (?:e|vai ser|sera|seria|eu vou|ficou|ta|que e))*"
    r"|quem (?:e que )?(?:vai |que vai )?(?:me )?(?:atende|atender|corta|cortar|faz|fazer))(?: isso| comigo)?[ ?]*$"
)

WISHES = frozenset(
    {
        Act.SAME_TIME, Act.EARLIER, Act.LATER, Act.SOONEST, Act.LAST_OF_DAY, Act.ANYBODY, Act.OTHER_DAY,
        Act.OTHER_PERSON, Act.SAME_PERSON, Act.EXCEPT,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Understanding:
    """One sentence of the customer, read without context.

    `number`: an option's position (-1 the last), or perhaps an hour or a day: the dialogue decides.
    `no_such_day`: one that no calendar has.
    `asked` and `asked_days`: what a question is about; `services` and `days` are wishes only.
    `also_unlisted`: services named beside ours that we don't have; `variant`: the kind of ours that was named, which
    we list only in general. `as_pair`: what it says if "as duas" means two services and no hour.
    `refused`: what is ruled out; `second`: what is wished if the first can't be had.
    `rest`: the words left once days, times, people and services are taken out. `spoken`: as the customer wrote it.
    """

    text: str
    spoken: str = ""
    acts: frozenset[Act] = frozenset()
    services: Mention = NOTHING
    asked: Mention = NOTHING
    days: tuple[DayMention, ...] = ()
    asked_days: Days | None = None
    no_such_day: str = ""
    times: tuple[TimeWish, ...] = ()
    professional_id: int | None = None
    stranger: str = ""
    number: int | None = None
    also_unlisted: tuple[str, ...] = ()
    variant: str = ""
    as_pair: Understanding | None = None
    refused: Named = NOTHING_NAMED
    second: Named = NOTHING_NAMED
    rest: str = ""

    def has(self, *acts: Act) -> bool:
        return any(act in self.acts for act in acts)

    @property
    def wished_days(self) -> Days | None:
        return dates.merge(self.days)

    @property
    def clash(self) -> tuple[date, ...]:
        """The two days meant, perhaps, by a weekday and a date that don't agree."""
        return next((tuple(sorted((day.days.start, day.other))) for day in self.days if day.other), ())

    @property
    def clashing_date(self) -> date | None:
        return next((day.days.start for day in self.days if day.other), None)

    @property
    def time(self) -> TimeWish | None:
        """The wished time; of "das 15:30 para as 17h", the latter."""
        return self.times[-1] if self.times else None

    @property
    def has_wish(self) -> bool:
        """It says something about what, when or with whom."""
        names_something = self.services or self.days or self.times or self.professional_id or self.stranger
        return bool(names_something or self.second or self.no_such_day) or bool(self.acts & WISHES)

    @property
    def asks_with_whom(self) -> bool:
        """ "Com quem?", of what was booked, proposed or offered."""
        return bool(WITH_WHOM.match(self.text))

    @property
    def is_unknown(self) -> bool:
        """Words, but nothing we can act on or answer."""
        if self.has(Act.OFF_TOPIC):
            return True
        has_words = any(word not in NOISE for word in words(self.rest))
        return has_words and not (self.acts - MANNERS) and not self.has_wish and self.number is None

    @property
    def is_unknown_question(self) -> bool:
        return self.is_unknown and (self.has(Act.QUESTION) or bool(INTERROGATIVE.match(self.rest)))
