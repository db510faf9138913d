"""What the customer is trying to do, folded from everything said since the last finished deed.

Nothing is stored between turns: the draft is computed anew from the transcript each time, so any
provider may have spoken the lines before and offline still knows where the conversation stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from enum import StrEnum, auto

from apps.agents.providers.base import AppointmentFact, Facts, ServiceFact
from apps.agents.providers.offline import catalog, choices, dates
from apps.agents.providers.offline.acts import ASKS, Act
from apps.agents.providers.offline.catalog import NOTHING, Mention
from apps.agents.providers.offline.choices import Provisos
from apps.agents.providers.offline.dates import Days
from apps.agents.providers.offline.intents import SWAP
from apps.agents.providers.offline.times import ANY_TIME, TimeWish, half_a_day_later
from apps.agents.providers.offline.told import (
    asks_day,
    asks_period,
    asks_service,
    invites_to_book,
    is_done,
    lists_appointments,
    mentions_time,
    shown_option,
    shown_times,
)
from apps.agents.providers.offline.tongues.voice import says
from apps.agents.providers.offline.understanding import Understanding

# Parts of lines of ours, by which they are known again.
NOT_LISTED = "na nossa lista"
NOT_ON_TEAM = "na nossa equipe"
OFFER_TO_CANCEL = "Quer cancelar esse horário?"


class Goal(StrEnum):
    NONE = auto()
    BOOK = auto()
    RESCHEDULE = auto()
    CANCEL = auto()


@dataclass(frozen=True)
class Draft:
    """`considered`: services named or asked about so far, for "os dois". `candidates`: those among which the customer
    still has to choose. `unknown_service`: one we don't have. `source_days`, `source_time`: of the appointment to move
    or cancel. `is_soonest`: "o quanto antes". `is_last_of_day`: "o último horário".
    `between`: the days a weekday and a date that don't agree may mean.
    `exchange`: the services an appointment shall have instead of its own. `keeps_time`: "no mesmo horário".
    `is_every`: all appointments are to be cancelled, one after the other.
    """

    goal: Goal = Goal.NONE
    services: tuple[int, ...] = ()
    considered: tuple[int, ...] = ()
    candidates: tuple[int, ...] = ()
    unknown_service: str = ""
    appointment_id: int | None = None
    source_days: Days | None = None
    source_time: time | None = None
    professional_id: int | None = None
    is_anybody: bool = False
    stranger: str = ""
    days: Days | None = None
    time: TimeWish | None = None
    between: tuple[date, ...] = ()
    is_soonest: bool = False
    is_last_of_day: bool = False
    exchange: tuple[int, ...] = ()
    keeps_time: bool = False
    is_every: bool = False
    provisos: Provisos = choices.NONE

    @property
    def has_matter(self) -> bool:
        """There is enough of a wish to look for slots again."""
        return self.goal == Goal.RESCHEDULE or self.days is not None or self.is_soonest


def absorb(
    draft: Draft,
    said: Understanding,
    *,
    facts: Facts,
    asked: str,
    is_first: bool = True,
    made: AppointmentFact | None = None,
) -> Draft:
    """The draft after one more sentence of the customer. `made`: what was booked or moved just before."""
    if said.has(Act.OTHER_CUSTOMER):
        return draft
    before, draft = draft, _change_goal(draft, said, facts=facts, asked=asked, is_first=is_first, made=made)
    is_order = said.has(Act.CANCEL) and before.goal == Goal.NONE  # "não quero mais, cancela"
    if said.has(Act.GIVE_UP) and not said.has_wish and not is_order:
        takes_back = made is not None and before.goal == Goal.NONE and bool(TAKES_BACK.search(said.text))
        return Draft(goal=Goal.CANCEL, appointment_id=made.id) if made and takes_back else Draft()
    if said.clash:  # to be asked, so nothing is taken for granted
        draft = replace(draft, between=said.clash, days=None, is_soonest=False)
        said = replace(said, days=tuple(day for day in said.days if not day.other))
    elif said.days:
        draft = replace(draft, between=())
    draft = _without_told(draft, asked) if is_first else draft
    draft = _take_services(draft, said, facts=facts, is_first=is_first)
    draft = _take_person(draft, said)
    draft = _without_offered(draft, said, facts=facts, asked=asked)
    if draft.goal in (Goal.CANCEL, Goal.RESCHEDULE):
        draft = _point_at_appointment(draft, said, facts=facts, asked=asked)
        if draft.goal == Goal.CANCEL:
            return draft
    draft = _take_days(draft, said, asked=asked, facts=facts)
    draft = replace(draft, provisos=choices.kept(draft.provisos, said))
    draft = _take_time(draft, said, asked=asked, mine=_moved(draft, facts))
    return _take_exchange(draft, said, facts)


# What for


# What unsays a booking that was just made.
TAKES_BACK = re.compile(
    r"\bdesist(?:o|i)\b|\bnao (?:quero|vou querer|preciso) mais\b(?! (?:cancel|desmarc|remarc|mud|troc|reagend))"
)
# What is said of a booking just made, though the words be those of a new one: "na verdade queria marcar 10h".
CHANGES = (
    Act.CORRECTION, Act.EARLIER, Act.LATER, Act.OTHER_DAY, Act.OTHER_PERSON, Act.SAME_TIME, Act.SAME_PERSON,
    Act.MORE_OPTIONS,
)  # fmt: skip


def _change_goal(
    draft: Draft, said: Understanding, *, facts: Facts, asked: str, is_first: bool, made: AppointmentFact | None
) -> Draft:
    if said.has(Act.CANCEL) or (said.has(Act.YES) and says(asked, OFFER_TO_CANCEL)):
        return _cancelling(draft, said, facts=facts, made=made)
    if said.has(Act.RESCHEDULE):
        is_about_draft = said.has_wish or draft.goal == Goal.RESCHEDULE or not facts.appointments
        is_open = draft.goal in (Goal.BOOK, Goal.RESCHEDULE)
        changes_draft = is_open and is_about_draft and not said.has(Act.OWN_BOOKING)
        return draft if changes_draft else Draft(goal=Goal.RESCHEDULE, appointment_id=_meant(said, made))
    takes_invitation = said.has(Act.YES) and not said.has(Act.THANKS) and invites_to_book(asked)
    if draft.goal in (Goal.CANCEL, Goal.RESCHEDULE) and _begins_anew(said, facts=facts, is_first=is_first):
        known = Draft() if facts.appointments else draft
        return Draft(goal=Goal.BOOK, professional_id=known.professional_id, is_anybody=known.is_anybody)
    if draft.goal == Goal.CANCEL and _names_elsewhere(draft, said, facts):
        return Draft(goal=Goal.RESCHEDULE, appointment_id=draft.appointment_id)
    if draft.goal in (Goal.CANCEL, Goal.RESCHEDULE) and takes_invitation and not facts.appointments:
        return Draft(goal=Goal.BOOK, days=draft.days, time=draft.time)
    if draft.goal != Goal.NONE:
        return draft
    wants = said.has(Act.BOOK) or said.has_wish or takes_invitation or (said.has(*CHANGES) and made is not None)
    only_asks = bool(said.acts & ASKS)
    if not wants or (only_asks and not said.has(Act.BOOK)):
        return draft
    if made and restates(said, made):
        return draft
    is_wish = said.has_wish or said.has(*CHANGES)
    if is_wish and (changed := made or _own(said, facts)) and _changes_booking(said, changed):
        return Draft(goal=Goal.RESCHEDULE, appointment_id=changed.id)
    return replace(draft, goal=Goal.BOOK) if said.has(Act.BOOK) or said.has_wish or takes_invitation else draft


def _cancelling(draft: Draft, said: Understanding, *, facts: Facts, made: AppointmentFact | None) -> Draft:
    """ "Cancela" in the middle of a booking gives it up; else, and with "meu horário", it is about an appointment."""
    is_booking = draft.goal == Goal.BOOK or (draft.goal == Goal.RESCHEDULE and not facts.appointments)
    if is_booking and not (facts.appointments and (said.has(Act.OWN_BOOKING) or said.days)):
        return Draft()
    moved = draft.appointment_id if draft.goal == Goal.RESCHEDULE else None
    return Draft(goal=Goal.CANCEL, appointment_id=_meant(said, made) or moved)


def _meant(said: Understanding, made: AppointmentFact | None) -> int | None:
    """The appointment just made, unless the sentence describes the one it is about."""
    describes = said.services or said.has(Act.ALL, Act.OWN_BOOKING) or any(day.lead == "de" for day in said.days)
    return made.id if made and not describes and not (said.has(Act.CANCEL) and (said.days or said.times)) else None


def _begins_anew(said: Understanding, *, facts: Facts, is_first: bool) -> bool:
    """A new booking, where one was to be moved or cancelled: of a service, or because there is none to move."""
    if said.has(Act.BOOK) and said.services.ids:
        return True
    names_old = any(day.lead == "de" for day in said.days) and not said.services
    return not facts.appointments and is_first and (said.has(Act.BOOK) or said.has_wish) and not names_old


def _names_elsewhere(draft: Draft, said: Understanding, facts: Facts) -> bool:
    """ "Não posso ir amanhã… pode ser sexta?": when it should be instead, so it is moved and not cancelled."""
    mine = next((item for item in facts.appointments if item.id == draft.appointment_id), None)
    return mine is not None and _elsewhere(said, mine)


def _elsewhere(said: Understanding, mine: AppointmentFact) -> bool:
    """Another day or time than the appointment's is named."""
    is_day = any(not day.days.start <= mine.start.date() <= day.days.end for day in said.days)
    return is_day or any(wish.near not in (None, mine.start.time()) for wish in said.times)


def restates(said: Understanding, mine: AppointmentFact) -> bool:
    """ "Tá bom, amanhã às 9h então": nothing but what is booked already."""
    day, moment = mine.start.date(), mine.start.time()
    named = bool(said.days or said.times) or (not said.has(Act.BOOK) and bool(said.services or said.professional_id))
    return (
        named
        and all(mention.days == Days(day, day) for mention in said.days)
        and all(moment in (wish.near, half_a_day_later(wish.near)) for wish in said.times)
        and said.professional_id in (None, mine.professional_id)
        and set(said.services.ids) <= set(mine.service_ids)
        and not (said.has(Act.ONLY, Act.REMOVE) and set(said.services.ids) != set(mine.service_ids))
        and not (said.services.candidates or said.services.unknown or said.stranger)
        and not said.has(*CHANGES, Act.ANOTHER, Act.GROUP, Act.RESCHEDULE)
    )


def _own(said: Understanding, facts: Facts) -> AppointmentFact | None:
    """The only appointment there is, when a service of it is to change: "põe a barba nesse horário"."""
    adds = said.has(Act.ADD) and bool(said.services.ids) and said.has(Act.OWN_BOOKING, Act.SAME_TIME)
    is_about_it = adds or (bool(said.services.ids) and bool(SWAP.search(said.text)))
    refused = said.refused.professional_id
    among = [item for item in facts.appointments if refused in (None, item.professional_id)]
    mine = among[0] if len(among) == 1 else None
    return mine if mine and (is_about_it or _speaks_of(said, mine)) else None


INSTEAD_OF = re.compile(
    r"\b(?:em vez|ao inves|no lugar) d|\b(?:troc|mud)\w+\b|\bd(?:a|aria) (?:para|pra) ser\b|\bpode(?:ria)? ser\b"
)


def _speaks_of(said: Understanding, mine: AppointmentFact) -> bool:
    """ "Tem mais cedo?", "amanhã não vai dar", "dá pra ser com o Léo?", of somebody with one appointment: that one."""
    if said.services or said.has(Act.BOOK, Act.ANOTHER, Act.GROUP) or said.times:
        return False
    day = mine.start.date()
    is_day = all(mention.days.start <= day <= mention.days.end for mention in said.days)
    is_off = any(mention.days.start <= day <= mention.days.end for mention in said.refused.days)
    is_shifted = is_day and said.has(Act.EARLIER, Act.LATER)
    is_other = is_day and bool(said.professional_id or said.refused.professional_id or said.has(Act.OTHER_PERSON))
    return is_off or is_shifted or (is_other and bool(INSTEAD_OF.search(said.text)))


def _changes_booking(said: Understanding, mine: AppointmentFact) -> bool:
    """Whether a wish is about a booking just made. What names another service, or somebody else, is a new one."""
    if said.has(Act.ANOTHER, Act.GROUP) or (said.has(Act.BOOK) and not said.has(*CHANGES, Act.ADD)):
        return False
    if said.has(Act.ADD) and _elsewhere(said, mine):
        return False
    return not said.services or bool(_services_instead(said, mine.service_ids))


def _services_instead(said: Understanding, mine: tuple[int, ...]) -> tuple[int, ...]:
    """The services of an appointment after "e a barba junto", "sem a barba", "na verdade é barba"."""
    named = said.services.ids
    if said.has(Act.REMOVE):
        return tuple(service_id for service_id in mine if service_id not in named)
    if said.has(Act.ADD):
        return _joined(mine, named)
    is_other = said.has(Act.RESCHEDULE) and not set(named) & set(mine)
    return named if is_other or said.has(Act.CORRECTION, Act.ONLY) else ()


# What


def _without_told(draft: Draft, asked: str) -> Draft:
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


def _take_services(draft: Draft, said: Understanding, *, facts: Facts, is_first: bool) -> Draft:
    named = said.services.ids + said.asked.ids
    draft = replace(draft, considered=_joined(draft.considered, named))
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
        return replace(draft, services=_joined(draft.services, ids), candidates=candidates, unknown_service="")
    if said.has(Act.REMOVE) and draft.services:
        left = tuple(i for i in draft.services if i not in mention.ids)
        return replace(draft, services=left or draft.services)
    adds = said.has(Act.ADD) or (not is_first and not said.has(Act.CORRECTION, Act.ONLY))
    kept = draft.services if adds else ()
    if mention.unknown and draft.services:
        return replace(draft, unknown_service=mention.unknown)
    return replace(
        draft,
        services=_joined(kept, mention.ids),
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


def _joined(first: tuple[int, ...], more: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(first + more))


def _take_person(draft: Draft, said: Understanding) -> Draft:
    if said.professional_id:
        is_preferred = said.has(Act.ANYBODY)  # "com o Rafael, senão qualquer um"
        return replace(draft, professional_id=said.professional_id, is_anybody=is_preferred, stranger="")
    if said.stranger and not said.has(Act.OTHER_CUSTOMER):
        return replace(draft, stranger=said.stranger)
    is_ruled_out = draft.professional_id is not None and draft.professional_id == said.refused.professional_id
    if is_ruled_out or said.has(Act.ANYBODY, Act.OTHER_PERSON):
        return replace(draft, professional_id=None, is_anybody=True, stranger="")
    return draft


def _without_offered(draft: Draft, said: Understanding, *, facts: Facts, asked: str) -> Draft:
    """ "Com outro": with anybody but the one we had offered."""
    if not said.has(Act.OTHER_PERSON) or said.professional_id or is_done(asked) or draft.goal == Goal.CANCEL:
        return draft
    named = [person.id for person in facts.professionals if re.search(rf"\b{re.escape(person.name)}\b", asked)]
    if len(named) != 1 or len(facts.professionals) < 2:
        return draft
    people = tuple(dict.fromkeys((*draft.provisos.professionals, *named)))
    return replace(draft, provisos=replace(draft.provisos, professionals=people))


# Which appointment


# "Cancela tudo", "1 e 2"; but "tudo bem" is courtesy.
EVERY = re.compile(
    r"\b(?<!por )tudo\b(?! (?:bem|bom|certo|ok|joia))|\b(?:todos|todas)\b(?! (?:os|as) dias)"
    r"|\b1 e (?:o |a )?2\b|\bum e dois\b"
    r"|\bo (?:primeiro|1) e o (?:segundo|2)\b"
)
ORDINAL = re.compile(r"\b[oa] (?:primeir|segund|terceir|ultim)[oa]\b")


def _point_at_appointment(draft: Draft, said: Understanding, *, facts: Facts, asked: str) -> Draft:
    """Fill `appointment_id` once what was said leaves only one."""
    booked = {service_id for appointment in facts.appointments for service_id in appointment.service_ids}
    source_days, source_time = _source(said, draft, facts=facts)
    draft = replace(
        draft,
        source_days=source_days or draft.source_days,
        source_time=source_time or draft.source_time,
        services=tuple(i for i in said.services.ids if i in booked) or draft.services,
    )
    mine = facts.appointments
    is_every = said.has(Act.ALL) or bool(EVERY.search(said.text)) or _names_each(said, mine)
    if draft.goal == Goal.CANCEL and mine and is_every:
        return replace(draft, appointment_id=mine[0].id, is_every=True)
    if draft.appointment_id is not None:
        return draft
    is_position = not said.has(Act.CANCEL, Act.RESCHEDULE) or bool(ORDINAL.search(said.text))
    if said.number is not None and is_position and lists_appointments(asked, mine):
        index = said.number - 1 if said.number > 0 else len(mine) - 1
        return replace(draft, appointment_id=mine[index].id) if index < len(mine) else draft
    left = [appointment for appointment in mine if _fits(appointment, draft)]
    left = [item for item in left if item.professional_id == said.refused.professional_id] or left
    is_described = draft.source_days or draft.source_time or draft.services
    if said.has(Act.YES) or (len(left) > 1 and not is_described):
        left = [appointment for appointment in mine if mentions_time(asked, appointment.start)] or left
    return replace(draft, appointment_id=left[0].id) if len(left) == 1 else draft


def _names_each(said: Understanding, mine: Sequence[AppointmentFact]) -> bool:
    """ "Cancela o corte e a barba", of somebody with just these two, or with what is left of them."""
    named = set(said.services.ids)
    return said.has(Act.CANCEL) and len(named) > 1 and all(named & set(item.service_ids) for item in mine)


def _source(said: Understanding, draft: Draft, *, facts: Facts) -> tuple[Days | None, time | None]:
    """The day and time by which the customer names an appointment, as against where it should go."""
    booked_days = {appointment.start.date() for appointment in facts.appointments}
    booked_times = {appointment.start.time() for appointment in facts.appointments}
    if draft.goal == Goal.CANCEL or draft.appointment_id is None:
        days = [item.days for item in said.days if item.lead != "para"]
        days = [item for item in days if item.start in booked_days or len(said.days) > 1 or said.days[0].lead == "de"]
        times = [wish.near for wish in said.times if wish.near in booked_times and wish.lead != "para"]
        return (days[0] if days else None), (times[0] if times else None)
    return None, None


def _fits(appointment: AppointmentFact, draft: Draft) -> bool:
    if draft.source_days and not draft.source_days.start <= appointment.start.date() <= draft.source_days.end:
        return False
    if draft.source_time and appointment.start.time() != draft.source_time:
        return False
    if draft.services and not set(draft.services) & set(appointment.service_ids):
        return False
    is_other_person = draft.professional_id not in (None, appointment.professional_id)
    return not (draft.goal == Goal.CANCEL and is_other_person)


# When


def _take_days(draft: Draft, said: Understanding, *, asked: str, facts: Facts) -> Draft:
    if said.has(Act.OTHER_DAY) and not said.days:
        return replace(draft, days=None, is_soonest=False)
    if said.has(Act.SOONEST):
        draft = replace(draft, is_soonest=True, time=None)
    if said.has(Act.LAST_OF_DAY):
        draft = replace(draft, is_last_of_day=True, time=None)
    mentions = said.days
    if draft.goal == Goal.RESCHEDULE and len(mentions) > 1:
        mentions = tuple(m for m in mentions if m.lead == "para") or mentions
    if draft.goal == Goal.RESCHEDULE and draft.source_days and mentions:
        mentions = tuple(m for m in mentions if m.lead == "para" or m.days != draft.source_days)
    if days := dates.merge(mentions):
        return replace(draft, days=days, is_soonest=said.has(Act.SOONEST), is_last_of_day=said.has(Act.LAST_OF_DAY))
    if not said.days and said.number and draft.days is None and asks_day(asked) and not draft.is_soonest:
        found, _ = dates.read_days(f"dia {said.number}", today=facts.now.date())
        return replace(draft, days=dates.merge(found)) if found else draft
    return draft


def _take_time(draft: Draft, said: Understanding, *, asked: str, mine: AppointmentFact | None) -> Draft:
    if said.has(Act.SAME_TIME):
        draft = replace(draft, keeps_time=True)
    if draft.keeps_time and draft.time is None and mine:
        draft = replace(draft, time=TimeWish(near=mine.start.time()))
    if said.has(Act.SAME_TIME):
        return draft
    if wishes := [wish for wish in said.times if not _names_source(wish, draft, mine)]:
        is_stretch = wishes[-1].near is None  # "o primeiro horário da tarde"
        is_first, is_last = is_stretch and said.has(Act.SOONEST), is_stretch and said.has(Act.LAST_OF_DAY)
        time = _within(draft.time, wishes[-1])
        return replace(draft, time=time, is_soonest=is_first, is_last_of_day=is_last, keeps_time=False)
    shown = [mine.start.time()] if mine and (is_done(asked) or said.days) else shown_times(asked)
    is_that_day = not said.days or (mine is not None and not _elsewhere(said, mine))
    if said.has(Act.LATER, Act.MORE_OPTIONS) and shown and is_that_day:
        return replace(draft, time=TimeWish(start=_shift(max(shown), minutes=15), label="mais tarde"))
    if said.has(Act.EARLIER) and shown and is_that_day:
        return replace(draft, time=TimeWish(end=_shift(min(shown), minutes=-1), label="mais cedo"))
    if said.number is not None and (option := shown_option(asked, said.number)):
        chosen = shown_times(option)
        return replace(draft, time=TimeWish(near=chosen[0])) if chosen else draft
    if said.has(Act.NO) and draft.time and draft.time.near and not said.has_wish:
        return replace(draft, time=None)
    if draft.time is None and (said.has(Act.WHATEVER) or (said.has(Act.YES) and asks_period(asked))):
        return replace(draft, time=ANY_TIME)
    return draft


def _within(known: TimeWish | None, wish: TimeWish) -> TimeWish:
    """ "Depois das 4", then "antes das 6": both hold, where they can."""
    is_part_of_day = known is not None and known.start and known.end and known.label
    if known is None or is_part_of_day or known.near or wish.near or bool(wish.start) == bool(wish.end):
        return wish
    start, end = wish.start or known.start, wish.end or known.end
    is_both = start is not None and end is not None and start < end
    return TimeWish(start=start, end=end) if is_both else wish


def _names_source(wish: TimeWish, draft: Draft, mine: AppointmentFact | None) -> bool:
    """ "Mudar o das 15:30": the time of the appointment, not the one wished for; unless said of another day."""
    is_same = wish.near is not None and wish.near == draft.source_time
    is_other_day = mine is not None and draft.days is not None and draft.days.start != mine.start.date()
    return draft.goal == Goal.RESCHEDULE and is_same and wish.lead != "para" and not (is_other_day and not wish.lead)


def _shift(moment: time, *, minutes: int) -> time:
    total = min(max(moment.hour * 60 + moment.minute + minutes, 0), 24 * 60 - 1)
    return time(total // 60, total % 60)


# An appointment as it shall be


def _moved(draft: Draft, facts: Facts) -> AppointmentFact | None:
    is_moved = draft.goal == Goal.RESCHEDULE and draft.appointment_id is not None
    return next((item for item in facts.appointments if is_moved and item.id == draft.appointment_id), None)


def _take_exchange(draft: Draft, said: Understanding, facts: Facts) -> Draft:
    """Other services for the appointment. What changes only with whom or what stays at its time."""
    mine = _moved(draft, facts)
    if mine is None:
        return draft
    wished = _services_instead(said, draft.exchange or mine.service_ids) if said.services.ids else draft.exchange
    draft = replace(draft, exchange=() if set(wished) == set(mine.service_ids) else wished)
    day = Days(mine.start.date(), mine.start.date())
    is_other = draft.exchange or draft.professional_id not in (None, mine.professional_id) or said.has(Act.OTHER_PERSON)
    if not is_other or draft.days not in (None, day) or draft.is_soonest or said.has(Act.OTHER_DAY):
        return draft
    return replace(draft, days=day, time=draft.time or TimeWish(near=mine.start.time()))
