"""The services and the professional of the draft, after one more sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from apps.agents.providers.base import Facts, ServiceFact
from apps.agents.providers.offline import catalog
from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.catalog import NOTHING, Mention
from apps.agents.providers.offline.draft import Draft, Goal, joined
from apps.agents.providers.offline.told import asks_service, is_done
from apps.agents.providers.offline.tongues.voice import says
from apps.agents.providers.offline.understanding import Understanding

# Parts of lines of ours, by which they are known again.
NOT_LISTED = "na nossa lista"
NOT_ON_TEAM = "na nossa equipe"


def without_told(draft: Draft, asked: str) -> Draft:
    """What we already said we don't have, or whom we don't know, is not said again."""
    if draft.unknown_service and says(asked, NOT_LISTED):
        draft = replace(draft, unknown_service="")
    return replace(draft, stranger="") if draft.stranger and says(asked, NOT_ON_TEAM) else draft


CHEAPEST = re.compile(r"\b(?:mais barat[oa]|menor (?:preco|valor))\b")
DEAREST = re.compile(r"\b(?:mais car[oa]|maior (?:preco|valor))\b")


def choose_service(said: Understanding, facts: Facts, *, draft: Draft, asked: str) -> Understanding:
    """ "O primeiro", "o de 45" or "o mais barato", after we listed services."""
    if not asks_service(asked):
        return said
    listed = catalog.by_id(facts, draft.candidates) or facts.services
    found = _priced(said, listed) if draft.candidates else None
    if found is None and said.number is not None and not said.services:
        found = next(iter(listed[said.number - 1 :] if said.number > 0 else listed[-1:]), None)
    if found is None:
        return said
    acts = said.acts - {Act.DISCOUNT, Act.ASK_PRICE}
    return replace(said, services=Mention(ids=(found.id,)), asked=NOTHING, acts=acts, number=None, times=())


def _priced(said: Understanding, listed: Sequence[ServiceFact]) -> ServiceFact | None:
    """The one among them whose price or length the customer names."""
    if CHEAPEST.search(said.text) or DEAREST.search(said.text):
        choose = min if CHEAPEST.search(said.text) else max
        return choose(listed, key=lambda service: service.price)
    named = {Decimal(number.replace(",", ".")) for number in re.findall(r"\d+(?:,\d\d)?", said.text)}
    is_length = bool(re.search(r"\bmin", said.text))
    found = [item for item in listed if (item.duration_minutes if is_length else item.price) in named]
    return found[0] if len(found) == 1 else None


def take_services(draft: Draft, said: Understanding, *, facts: Facts, is_first: bool) -> Draft:
    named = said.services.ids + said.asked.ids
    draft = replace(draft, considered=joined(draft.considered, named))
    if said.asked and draft.goal == Goal.NONE and _either(said.asked, said.text, facts):
        return replace(draft, services=(), candidates=said.asked.ids)
    if said.asked and draft.goal == Goal.NONE:
        return replace(draft, services=said.asked.ids, candidates=said.asked.candidates)
    if said.has(Act.ALL) and not named and len(draft.considered) > 1 and draft.goal != Goal.CANCEL:
        return replace(draft, services=draft.considered, candidates=())
    mention = said.services
    if _either(mention, said.text, facts):
        mention = Mention(candidates=mention.ids)
    if not mention or draft.goal in (Goal.CANCEL, Goal.RESCHEDULE):
        return draft
    if draft.candidates and (narrowed := catalog.narrow(draft.candidates, mention)):
        ids, candidates = (narrowed, ()) if len(narrowed) == 1 or mention.ids else ((), narrowed)
        return replace(draft, services=joined(draft.services, ids), candidates=candidates, unknown_service="")
    if said.has(Act.REMOVE) and draft.services:
        left = tuple(i for i in draft.services if i not in mention.ids)
        return replace(draft, services=left or draft.services)
    adds = said.has(Act.ADD) or (not is_first and not said.has(Act.CORRECTION, Act.ONLY))
    kept = draft.services if adds else ()
    if mention.unknown and draft.services:
        return replace(draft, unknown_service=mention.unknown)
    return replace(
        draft,
        services=joined(kept, mention.ids),
        candidates=mention.candidates,
        unknown_service=mention.unknown,
    )


def _either(mention: Mention, text: str, facts: Facts) -> bool:
    """ "Corte ou barba": one of them, still to be chosen."""
    pair = re.search(r"\b([a-z]+) ou (?:(?:o|a|so|um|uma) )*([a-z]+)", text)
    if pair is None or len(mention.ids) != 2:
        return False
    first, second = (set(catalog.name_words(service)) for service in catalog.by_id(facts, mention.ids))
    return any(pair[1] in one - other and pair[2] in other - one for one, other in ((first, second), (second, first)))


def take_person(draft: Draft, said: Understanding) -> Draft:
    if said.professional_id:
        is_preferred = said.has(Act.ANYBODY)  # "com o Rafael, senão qualquer um"
        return replace(draft, professional_id=said.professional_id, is_anybody=is_preferred, stranger="")
    if said.stranger and not said.has(Act.OTHER_CUSTOMER):
        return replace(draft, stranger=said.stranger)
    is_ruled_out = draft.professional_id is not None and draft.professional_id == said.refused.professional_id
    if is_ruled_out or said.has(Act.ANYBODY, Act.OTHER_PERSON):
        return replace(draft, professional_id=None, is_anybody=True, stranger="")
    return draft


def without_offered(draft: Draft, said: Understanding, *, facts: Facts, asked: str) -> Draft:
    """ "Com outro": with anybody but the one we had offered."""
    if not said.has(Act.OTHER_PERSON) or said.professional_id or is_done(asked) or draft.goal == Goal.CANCEL:
        return draft
    named = [person.id for person in facts.professionals if re.search(rf"\b{re.escape(person.name)}\b", asked)]
    if len(named) != 1 or len(facts.professionals) < 2:
        return draft
    people = tuple(dict.fromkeys((*draft.provisos.professionals, *named)))
    return replace(draft, provisos=replace(draft.provisos, professionals=people))
