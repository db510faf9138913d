"""Answers to what customers ask, from the facts alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from apps.agents.providers.base import Facts, ServiceFact
from apps.agents.providers.offline import catalog, knowledge, opening, phrases
from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.apart import ONE_AT_A_TIME
from apps.agents.providers.offline.context import Context
from apps.agents.providers.offline.service_wish import DEAREST
from apps.agents.providers.offline.settling import WHICH_IS_CHEAPEST
from apps.agents.providers.offline.tongues.detect import Tongue, tongue_of
from apps.agents.providers.offline.tongues.voice import say, says, spoken
from apps.agents.providers.offline.understanding import Understanding


def answers(context: Context) -> list[str]:
    """One line per thing asked in this turn, in order, none twice."""
    lines: list[str] = []
    for said in context.turn.said:
        found = _not_quite_offered(context, said)
        found += [reader(context, said) for act, reader in READERS.items() if said.has(act)]
        if taught := knowledge.answer(context, said):
            found = [*(line for line in found if not says(line, phrases.HONEST)), _as_taught(taught)]
        lines += [line for line in dict.fromkeys(found) if line and not any(line in told for told in lines)]
    return _listed_once(context.facts, lines)


def _listed_once(facts: Facts, lines: list[str]) -> list[str]:
    """After several services we don't have, those we have are listed once."""
    have = _have(facts)
    last = max((position for position, line in enumerate(lines) if have and line.endswith(have)), default=-1)
    return [line.removesuffix(have).rstrip() if position < last else line for position, line in enumerate(lines)]


def _as_taught(passage: str) -> str:
    """A customer of another language is told that this is in Portuguese."""
    if spoken() is Tongue.PORTUGUESE or tongue_of(passage, before=spoken()) is not Tongue.PORTUGUESE:
        return passage
    return say("Temos isto em português: “{text}”", text=passage)


# What is to be paid for what is booked, rather than what things cost.
OWED = re.compile(r"\b(?:pagar|pago|deu|ficou|fica|total|vai (?:dar|ficar|ser|custar|sair)|meu)\b")


def about_own_booking(context: Context) -> bool:
    """ "Quanto vou pagar?" from somebody who has booked, and is not about to book more."""
    return bool(context.facts.appointments) and any(
        said.has(Act.ASK_PRICE) and OWED.search(said.text) and not _asked_services(context, said) and not said.asked
        for said in context.turn.said
    )


def _price(context: Context, said: Understanding) -> str:
    if said.variant:
        return ""  # told with what is nearest
    services = _asked_services(context, said)
    if about_own_booking(context):
        mine = context.facts.appointments
        lines = [f"{phrases.appointment(item, today=context.today)}: {phrases.money(item.price)}" for item in mine]
        return phrases.capital(phrases.join(lines)) + "."
    if not services:
        is_which = not said.asked.unknown and not said.services.unknown
        told = _extreme(context, said, context.facts.services) if is_which else ""
        return told or _unlisted(context, said) or _services(context, said)
    if extreme := _extreme(context, said, services):
        return extreme
    prices = [f"{phrases.lower(item.name)} {phrases.money(item.price)}" for item in services]
    lines = [
        f"{price} ({phrases.duration(item.duration_minutes)})" for price, item in zip(prices, services, strict=True)
    ]
    text = phrases.capital(phrases.join(lines)) + "."
    is_choice = (
        EITHER.search(said.text) or said.asked.candidates or said.services.candidates or context.draft.candidates
    )
    if len(services) > 1 and not is_choice:
        total = phrases.money(sum((item.price for item in services), Decimal()))
        text += " " + say("Tudo junto, {total}.", total=total)
    return text


EITHER = re.compile(r"\bou\b")


def _extreme(context: Context, said: Understanding, services: tuple[ServiceFact, ...]) -> str:
    """ "Qual é mais barato?": of those spoken of, or else of all."""
    if not WHICH_IS_CHEAPEST.search(said.text):
        return ""
    among = services if len(services) > 1 else catalog.by_id(context.facts, context.draft.considered)
    among = among if len(among) > 1 else context.facts.services
    if not among:
        return ""
    choose = max if DEAREST.search(said.text) else min
    found = choose(among, key=lambda service: service.price)
    return f"{phrases.capital(phrases.priced(found))}."


def _asked_services(context: Context, said: Understanding) -> tuple[ServiceFact, ...]:
    if said.has(Act.ALL) and len(context.draft.considered) > 1:
        return catalog.by_id(context.facts, context.draft.considered)
    if said.asked.ids and context.draft.services and re.search(r"\b(?:com|mais|junto|tambem)\b", said.text):
        return catalog.by_id(context.facts, tuple(dict.fromkeys(context.draft.services + said.asked.ids)))
    ids = (said.asked.ids + said.asked.candidates) or (said.services.ids + said.services.candidates)
    if not ids and not said.asked.unknown:
        ids = context.draft.services or context.draft.candidates
    return catalog.by_id(context.facts, ids)


def _unlisted(context: Context, said: Understanding) -> str:
    unknown = said.asked.unknown or said.services.unknown
    return not_offered(context.facts, unknown) if unknown else ""


def not_offered(facts: Facts, name: str) -> str:
    return f"{_not_listed(name)} {_have(facts)}".strip()


def _not_listed(name: str) -> str:
    return say("{name} eu não encontrei na nossa lista.", name=phrases.capital(name))


def _have(facts: Facts) -> str:
    return say("Temos {services}.", services=phrases.price_list(facts.services)) if facts.services else ""


def _not_quite_offered(context: Context, said: Understanding) -> list[str]:
    """What was named beside our services and we don't have, or have only in general."""
    lines = [_not_listed(name) for name in said.also_unlisted]
    near = catalog.by_id(context.facts, said.services.ids or said.asked.ids)
    if said.variant and near and not knowledge.answer(context, said):
        have = phrases.join([phrases.priced(service) for service in near])
        source = "{name} à parte eu não encontrei na nossa lista; o mais próximo que temos é {services}."
        lines.append(say(source, name=phrases.capital(said.variant), services=have))
    return lines


def _duration(context: Context, said: Understanding) -> str:
    services = _asked_services(context, said)
    if not services:
        return _unlisted(context, said) or say("Depende do serviço.")
    lines = [
        say(
            "{service} leva {duration}",
            service=phrases.lower(service.name),
            duration=phrases.duration(service.duration_minutes),
        )
        for service in services
    ]
    return phrases.capital(phrases.join(lines)) + "."


def _if_offered(context: Context, said: Understanding) -> str:
    if said.variant:
        return ""
    return _unlisted(context, said) or f"{say('Fazemos sim!')} {_price(context, said)}"


def _group(_: Context, __: Understanding) -> str:
    return say("Marco um horário por vez: vamos a um, depois vemos o outro.")


def _afterwards(_: Context, __: Understanding) -> str:
    return say(ONE_AT_A_TIME)


def _repeat(_: Context, __: Understanding) -> str:
    return say("Marco um horário por vez: este primeiro, e os próximos é só pedir.")


def _hours(context: Context, said: Understanding) -> str:
    facts = context.facts
    if not facts.hours and not facts.closed_days:
        return _honest("Sobre o horário de funcionamento")
    days = said.asked_days
    if days and days.is_single:
        person = next((who for who in facts.professionals if who.id == said.professional_id), None)
        agenda = " " + say("A agenda de {who} eu vejo na hora de marcar.", who=person.name) if person else ""
        return opening.open_on(days.start, facts) + agenda
    person = next((who for who in facts.professionals if who.id == said.professional_id), None)
    if person and (person.hours or facts.hours):
        week = opening.week_label(person.hours or facts.hours)
        return say("{who} atende {hours}.", who=phrases.capital(phrases.with_article(person.name)), hours=week)
    week = opening.week_label(facts.hours)
    if "feriado" in said.text:
        return say("Normalmente abrimos {hours}. Para feriado, me diz o dia que eu confiro.", hours=week)
    return say("Abrimos {hours}.", hours=week)


def _if_works(context: Context, said: Understanding) -> str:
    """Whether somebody works on a day, and from when to when; who else does."""
    person = next((who for who in context.facts.professionals if who.id == said.professional_id), None)
    days = said.wished_days
    if person is None or days is None or not days.is_single or not (context.facts.hours or person.hours):
        return ""
    day = phrases.day_label(days.start, today=context.today, comma=True)
    who = phrases.with_article(person.name)
    if windows := opening.working_hours(days.start, person, context.facts):
        hours = opening.windows_label(windows)
        return say("{who} atende {day}, {hours}.", who=phrases.capital(who), day=day, hours=hours)
    line = say("{who} não atende {day}.", who=phrases.capital(who), day=day)
    others = [
        other.name for other in context.facts.professionals if opening.working_hours(days.start, other, context.facts)
    ]
    return f"{line} {say('Nesse dia atendem {names}.', names=phrases.join(others))}" if others else line


def _services(context: Context, _: Understanding) -> str:
    services = context.facts.services
    if not services:
        return _honest("Sobre os serviços")
    return say("Fazemos {services}.", services=phrases.price_list(services))


def _address(context: Context, _: Understanding) -> str:
    address = context.facts.address.strip()
    return say("Estamos em {address}.", address=address.rstrip(".")) if address else _honest("Sobre o endereço")


def _professionals(context: Context, said: Understanding) -> str:
    if said.asks_with_whom and (context.proposal or context.offers):
        return ""  # the open question names them
    people = context.facts.professionals
    wanted = set(said.asked.ids or said.services.ids)
    names = [person.name for person in people if wanted <= set(person.service_ids)]
    if not names:
        return _honest("Sobre os profissionais")
    if wanted:
        source = "Quem faz é {names}." if len(names) == 1 else "Quem faz são {names}."
    else:
        source = "Aqui atende {names}." if len(names) == 1 else "Aqui atendem {names}."
    return say(source, names=phrases.join(names))


def _honest(about: str) -> str:
    return f"{say(about)}, {say(phrases.HONEST)}."


def _who(context: Context, _: Understanding) -> str:
    if context.facts.is_first_reply:
        return say("Sou um sistema automático, e a equipe pode entrar na conversa quando você quiser.")
    role = say("assistente virtual {of}", of=phrases.of_business(context.facts.business))
    return say("Sou {agent}, {role}. Se preferir uma pessoa, é só pedir.", agent=context.facts.agent, role=role)


def _appointments(context: Context, said: Understanding) -> str:
    mine = context.facts.appointments
    if said.asked_days:
        days = said.asked_days
        mine = tuple(item for item in mine if days.start <= item.start.date() <= days.end) or mine
    if not mine:
        return say("Não achei nenhum horário marcado para você.")
    listed = phrases.join([phrases.appointment(item, today=context.today) for item in mine])
    return say("Você tem {mine}.", mine=listed)


TERMS = re.compile(r"\b(?:ate|prazo|antecedencia|multa|taxa|politica|cobra\w*|paga\w*|perco|em cima da hora)\b")


def _cancelling(context: Context, said: Understanding) -> str:
    """That one may cancel is known; until when and at what cost only the business can tell."""
    if TERMS.search(said.text):
        return f"{say('Puxa')}, {say(phrases.HONEST)}."
    return say("Se precisar mudar, é só me chamar por aqui.")


def _discount(context: Context, said: Understanding) -> str:
    services = _asked_services(context, said)
    if len(services) == 1:
        name, price = phrases.lower(services[0].name), phrases.money(services[0].price)
        return say("Desconto eu não consigo dar por aqui: {service} é {price}.", service=name, price=price)
    return say("Desconto eu não consigo dar por aqui, os valores são os da tabela.")


def _manipulation(_: Context, said: Understanding) -> str:
    if said.has(Act.DISCOUNT):
        return ""
    return say("Isso eu não posso fazer por aqui; cuido de serviços, preços e dos seus horários.")


READERS: dict[Act, Callable[[Context, Understanding], str]] = {
    Act.ASK_WHO: _who,
    Act.MANIPULATION: _manipulation,
    Act.DISCOUNT: _discount,
    Act.ASK_SERVICES: _services,
    Act.ASK_IF_OFFERED: _if_offered,
    Act.ASK_CANCELLING: _cancelling,
    Act.ASK_PRICE: _price,
    Act.ASK_DURATION: _duration,
    Act.ASK_HOURS: _hours,
    Act.ASK_IF_WORKS: _if_works,
    Act.ASK_ADDRESS: _address,
    Act.ASK_PROFESSIONALS: _professionals,
    Act.ASK_APPOINTMENTS: _appointments,
    Act.GROUP: _group,
    Act.AFTERWARDS: _afterwards,
    Act.REPEAT: _repeat,
}
