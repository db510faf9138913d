"""Answers to what customers ask, from the facts alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from apps.agents.providers.base import Facts, ServiceFact
from apps.agents.providers.offline import catalog, knowledge, phrases
from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.context import Context
from apps.agents.providers.offline.understanding import Understanding


def answers(context: Context) -> list[str]:
    """One line per thing asked in this turn, in order, none twice."""
    lines: list[str] = []
    for said in context.turn.said:
        found = [reader(context, said) for act, reader in READERS.items() if said.has(act)]
        if taught := knowledge.answer(context, said):
            found = [*(line for line in found if phrases.HONEST not in line), taught]
        lines += [line for line in dict.fromkeys(found) if line and line not in lines]
    return lines


def _price(context: Context, said: Understanding) -> str:
    services = _asked_services(context, said)
    if not services:
        return _unlisted(context, said) or _services(context, said)
    prices = [f"{phrases.lower(item.name)} {phrases.money(item.price)}" for item in services]
    lines = [
        f"{price} ({phrases.duration(item.duration_minutes)})" for price, item in zip(prices, services, strict=True)
    ]
    text = phrases.capital(phrases.join(lines)) + "."
    is_choice = said.asked.candidates or said.services.candidates or context.draft.candidates
    if len(services) > 1 and not is_choice:
        text += f" Tudo junto, {phrases.money(sum((item.price for item in services), Decimal()))}."
    return text


def _asked_services(context: Context, said: Understanding) -> tuple[ServiceFact, ...]:
    if said.has(Act.ALL) and len(context.draft.considered) > 1:
        return catalog.by_id(context.facts, context.draft.considered)
    if said.asked.ids and context.draft.services and re.search(r"\b(?:com|mais|junto|tambem)\b", said.text):
        return catalog.by_id(context.facts, tuple(dict.fromkeys(context.draft.services + said.asked.ids)))
    ids = said.asked.ids or said.asked.candidates or said.services.ids or said.services.candidates
    if not ids and not said.asked.unknown:
        ids = context.draft.services or context.draft.candidates
    return catalog.by_id(context.facts, ids)


def _unlisted(context: Context, said: Understanding) -> str:
    unknown = said.asked.unknown or said.services.unknown
    return not_offered(context.facts, unknown) if unknown else ""


def not_offered(facts: Facts, name: str) -> str:
    line = f"{phrases.capital(name)} eu não encontrei na nossa lista."
    return line + (f" Temos {phrases.price_list(facts.services)}." if facts.services else "")


def _duration(context: Context, said: Understanding) -> str:
    services = _asked_services(context, said)
    if not services:
        return _unlisted(context, said) or "Depende do serviço."
    lines = [f"{phrases.lower(service.name)} leva {phrases.duration(service.duration_minutes)}" for service in services]
    return phrases.capital(phrases.join(lines)) + "."


def _if_offered(context: Context, said: Understanding) -> str:
    return _unlisted(context, said) or f"Fazemos sim! {_price(context, said)}"


def _group(_: Context, __: Understanding) -> str:
    return "Marco um horário por vez: vamos a um, depois vemos o outro."


def _hours(context: Context, said: Understanding) -> str:
    facts = context.facts
    if not facts.hours and not facts.closed_days:
        return f"Sobre o horário de funcionamento, {phrases.HONEST}."
    days = said.asked_days
    if days and days.is_single:
        person = next((who for who in facts.professionals if who.id == said.professional_id), None)
        agenda = f" A agenda de {person.name} eu vejo na hora de marcar." if person else ""
        return phrases.open_on(days.start, facts) + agenda
    if "feriado" in said.text:
        return f"Normalmente abrimos {phrases.week_label(facts.hours)}. Para feriado, me diz o dia que eu confiro."
    return f"Abrimos {phrases.week_label(facts.hours)}."


def _services(context: Context, _: Understanding) -> str:
    services = context.facts.services
    return f"Fazemos {phrases.price_list(services)}." if services else f"Sobre os serviços, {phrases.HONEST}."


def _address(context: Context, _: Understanding) -> str:
    address = context.facts.address.strip()
    return f"Estamos em {address.rstrip('.')}." if address else f"Sobre o endereço, {phrases.HONEST}."


def _professionals(context: Context, said: Understanding) -> str:
    people = context.facts.professionals
    wanted = set(said.asked.ids or said.services.ids)
    names = [person.name for person in people if wanted <= set(person.service_ids)]
    if not names:
        return f"Sobre os profissionais, {phrases.HONEST}."
    if wanted:
        return f"Quem faz {'é' if len(names) == 1 else 'são'} {phrases.join(names)}."
    return f"Aqui {'atende' if len(names) == 1 else 'atendem'} {phrases.join(names)}."


def _who(context: Context, _: Understanding) -> str:
    if context.facts.is_first_reply:
        return "Sou um sistema automático, e a equipe pode entrar na conversa quando você quiser."
    business = phrases.of_business(context.facts.business)
    return f"Sou {context.facts.agent}, assistente virtual {business}. Se preferir uma pessoa, é só pedir."


def _appointments(context: Context, said: Understanding) -> str:
    mine = context.facts.appointments
    if said.asked_days:
        days = said.asked_days
        mine = tuple(item for item in mine if days.start <= item.start.date() <= days.end) or mine
    if not mine:
        return "Não achei nenhum horário marcado para você."
    if len(mine) == 1:
        return f"Você tem {phrases.appointment(mine[0], today=context.today)}."
    return f"Você tem {phrases.join([phrases.appointment(item, today=context.today) for item in mine])}."


def _discount(context: Context, said: Understanding) -> str:
    services = _asked_services(context, said)
    if len(services) == 1:
        price = f"{phrases.lower(services[0].name)} é {phrases.money(services[0].price)}"
        return f"Desconto eu não consigo dar por aqui: {price}."
    return "Desconto eu não consigo dar por aqui, os valores são os da tabela."


def _manipulation(_: Context, said: Understanding) -> str:
    if said.has(Act.DISCOUNT):
        return ""
    return "Isso eu não posso fazer por aqui; cuido de serviços, preços e dos seus horários."


READERS: dict[Act, Callable[[Context, Understanding], str]] = {
    Act.ASK_WHO: _who,
    Act.MANIPULATION: _manipulation,
    Act.DISCOUNT: _discount,
    Act.ASK_SERVICES: _services,
    Act.ASK_IF_OFFERED: _if_offered,
    Act.ASK_PRICE: _price,
    Act.ASK_DURATION: _duration,
    Act.ASK_HOURS: _hours,
    Act.ASK_ADDRESS: _address,
    Act.ASK_PROFESSIONALS: _professionals,
    Act.ASK_APPOINTMENTS: _appointments,
    Act.GROUP: _group,
}
