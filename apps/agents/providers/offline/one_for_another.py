"""One professional meant instead of another: "não é com o Carlos, eu queria o Léo", "troca o Léo pelo Carlos"."""

from __future__ import annotations

import re

from apps.agents.providers.base import Facts
from apps.agents.providers.offline import catalog
from apps.agents.providers.offline.language import fold
from apps.agents.providers.offline.provisos import NOTHING_NAMED, Named

# "Não é com o Carlos, eu queria o Léo".
NOT_WITH = re.compile(
    r"\bnao (?:e|era|seria|foi) (?:para ser )?(?:com )?(?:o |a )?(?P<name>[a-z]+)[, ]+(?:(?:e|mas|eu|sim) )*"
    r"(?=(?:quero|queria|prefiro|preferia|era|e)\b)"
)


def without_wrong_person(text: str, facts: Facts) -> str:
    wrong = NOT_WITH.search(text)
    names = {fold(person.name.split()[0]) for person in facts.professionals if person.name.strip()}
    return text[: wrong.start()] + text[wrong.end() :] if wrong and wrong["name"] in names else text


# "Troca o Léo pelo Carlos", "mudar do Léo pro Carlos", "em vez do Léo, o Carlos".
PERSON_FOR_PERSON = re.compile(
    r"\b(?:(?:troc|mud|substitu|pass)\w+|em vez|ao inves|no lugar) (?:(?:d[eoa]|o|a|com) )*(?P<was>[a-z]+)"
    r"(?P<by>,? (?:(?:por|pelo|pela|para|com|pode|ser|quero|queria|o|a) )*)(?P<wished>[a-z]+)"
)


def without_exchanged_person(text: str, facts: Facts) -> tuple[Named, str]:
    """The one whom somebody else shall stand in for, and `text` with the other one only."""
    found = PERSON_FOR_PERSON.search(text)
    was = catalog.namesakes(found["was"], facts) if found else ()
    if not found or len(was) != 1 or not catalog.namesakes(found["wished"], facts):
        return NOTHING_NAMED, text
    left = text[: found.start("was")] + text[found.start("wished") :]
    return Named(professional_id=was[0].id), left
