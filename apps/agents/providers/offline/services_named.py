"""The services a sentence names: ours, those not wanted, and those we don't have or have only in general."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from apps.agents.providers.base import Facts
from apps.agents.providers.offline import catalog
from apps.agents.providers.offline.catalog import Mention
from apps.agents.providers.offline.unlisted import also_unlisted, unlisted_deed, variant
from apps.agents.providers.offline.wording.wishes import SERVICE

# "Troca o corte por barba": what stands after "por" is wished.
SWAP = re.compile(r"\b(?:troc|substitu)\w+ (?:(?:o|a|de|meu|minha) )*[a-z]+ por\b")
# "Não quero mais o corte, quero barba".
NOT_BUT = re.compile(
    r"\bnao (?:quero|vou querer)(?: mais)?(?: (?:o|a|fazer|cortar))* [a-z]{4,}[, ]+(?:e |mas )?"
    r"(?=quero |queria |prefiro |so )"
)


@dataclass(frozen=True)
class Named:
    """`marked`: the text with a mark where a service was found. `rest`: the text without them. `beside`: services
    named beside ours that we don't have; `variant`: the kind of ours that was named, which we list only in general.
    """

    mention: Mention
    marked: str
    rest: str
    beside: tuple[str, ...] = ()
    variant: str = ""


def read_services(text: str, *, facts: Facts, is_question: bool) -> Named:
    services, rest = catalog.find_services(text, facts)
    marked = _services_marked(text, rest)
    kind, is_another = _variant(text, marked, services, facts=facts, is_question=is_question)
    services = _without_refused_services(services, text, marked, facts)
    beside = also_unlisted(marked) if services.ids else ()
    if deed := unlisted_deed(text, marked):
        name, is_instead = deed
        kind, is_another = (name, True) if is_instead else (kind, is_another)
        beside = (*beside, name) if name and not is_instead and name.split()[0] not in beside else beside
    if is_another:
        return Named(Mention(unknown=kind), marked, rest, beside)
    return Named(services, marked, rest, beside, kind)


def _services_marked(before: str, after: str) -> str:
    """ "2 ·····" is a group when it is "2 cortes", not when it is "2 às 16h"."""
    marked = (SERVICE if now == "·" != was else now for was, now in zip(before, after, strict=True))
    return "".join(marked)


def _variant(before: str, marked: str, services: Mention, *, facts: Facts, is_question: bool) -> tuple[str, bool]:
    if not services.ids:
        return "", False
    listed = [word for service in catalog.by_id(facts, services.ids) for word in catalog.name_words(service)]
    return variant(before, marked, listed=listed, is_question=is_question)


NOT_WANTED = re.compile(r"\bnao (?:quero|queria|preciso|vou querer|precisa)(?: (?:mais|fazer|de|o|a|do|da))* (?=§)")


def _without_refused_services(services: Mention, before: str, marked: str, facts: Facts) -> Mention:
    """ "Barba na sexta, não quero corte": of several services named, those not wanted are none."""
    refused: set[int] = set()
    for match in NOT_WANTED.finditer(marked):
        end = match.end() + len(re.match(r"§*", marked[match.end() :])[0])  # type: ignore[index]
        refused |= set(catalog.find_services(before[match.end() : end], facts)[0].ids)
    left = tuple(pk for pk in services.ids if pk not in refused)
    return replace(services, ids=left) if left else services
