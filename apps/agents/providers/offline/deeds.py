"""What is said after a booking tool answered: proposed, done, or refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from apps.agents.providers.offline import opening, phrases
from apps.agents.providers.offline.choices import is_refused
from apps.agents.providers.offline.choosing import confirms, write
from apps.agents.providers.offline.context import Call, Context, Result, Step
from apps.agents.providers.offline.draft import Goal
from apps.agents.providers.offline.matter import ask_period, missing
from apps.agents.providers.offline.phrases import OFFER_OF_PERSON, Slot
from apps.agents.providers.offline.search import (
    MANY,
    a_few,
    extreme,
    offer,
    offer_extreme,
    offer_instead,
    options,
    other_day,
    search,
    stage,
)
from apps.agents.providers.offline.told import mentions_time, shown_options
from apps.agents.providers.offline.tongues.voice import say

JUST_TAKEN = "Poxa, esse horário acabou de ser ocupado."
ANOTHER_TIME = "Quer ver outro dia ou outro horário?"


def after_search(context: Context, result: Result) -> Step:
    """Propose the very time wished for when it is free; else tell what is."""
    if not result.data.get("ok"):
        return _trouble(context, result)
    slots = [Slot.from_result(item) for item in result.data.get("slots", ())]
    slots = [slot for slot in slots if not is_refused(slot.start.time(), context.draft.provisos)]
    is_exact = bool(slots) and bool(result.data.get("exact"))
    at = stage(context, result)
    context = at.context
    if not is_exact and (wider := _with_anybody(context, result) or at.next):
        return wider
    if only := extreme(context, slots):
        return f"{at.told} {offer_extreme(context, result, only)}".strip()
    if is_exact and context.draft.time and context.draft.time.near:
        return write(context, _same_person(context, slots))
    if is_exact and (parts := _parts_to_choose(context, slots)):
        return ask_period(context, parts)
    if not is_exact:
        return f"{at.told} {offer_instead(context, result, a_few(slots))}".strip()
    why = at.told or other_day(context, slots[0].start.date())
    return f"{why} {offer(context, result, a_few(slots))}".strip()


def _parts_to_choose(context: Context, slots: list[Slot]) -> list[str]:
    """Where a day has more free times than fit into a line, the parts of it to choose among."""
    if len(slots) < MANY:
        return []
    first = slots[0].start
    parts = opening.parts_open(first.date(), context.facts, after=first.time())
    return parts if len(parts) > 1 else []


def _with_anybody(context: Context, result: Result) -> Call | None:
    """Moving an appointment keeps its professional if possible, and somebody may only be preferred: when they are
    busy, the others are asked too.
    """
    arguments = dict(result.call.arguments)
    draft = context.draft
    is_implied = draft.is_anybody or (draft.goal == Goal.RESCHEDULE and draft.professional_id is None)
    if not is_implied or arguments.pop("professional_id", None) is None:
        return None
    return Call("list_slots", arguments)


def _same_person(context: Context, slots: list[Slot]) -> Slot:
    """Of the slots at the very time wished, the one with whom we had shown that time before; never the very
    appointment that is to be moved to somebody else.
    """
    at_that_time = [slot for slot in slots if slot.start == slots[0].start]
    if (mine := context.appointment) and context.draft.is_anybody and mine.start == slots[0].start:
        at_that_time = [slot for slot in at_that_time if slot.professional_id != mine.professional_id] or at_that_time
    return next((slot for slot in at_that_time if _was_shown(context, slot)), at_that_time[0])


def _was_shown(context: Context, slot: Slot) -> bool:
    shown = [option for text in context.story.told for option in shown_options(text).values() or [text]]
    return any(mentions_time(option, slot.start) and slot.professional in option for option in shown)


def after_write(context: Context, result: Result) -> Step:
    say = SAY.get(str(result.data.get("status")))
    return say(context, result) if result.data.get("ok") and say else _refused(context, result)


def _refused(context: Context, result: Result) -> Step:
    if result.data.get("code") == "already_there":
        return f"{_already_there(context, result)} {say(ANOTHER_TIME)}"
    if result.data.get("code") != "slot_taken":
        return _trouble(context, result)
    slots = [Slot.from_result(item) for item in result.data.get("alternatives", ())]
    if not slots:
        return f"{say(JUST_TAKEN)} {say(ANOTHER_TIME)}"
    listed = options(context, slots, expected=_wanted_day(context, result))
    return f"{say(JUST_TAKEN)} {say('Tenho: {options}.', options=listed)} {phrases.which(slots)}"


def _already_there(context: Context, result: Result) -> str:
    deed = result.data["summary"]
    start = datetime.fromisoformat(deed["start"])
    return say(
        "Seu horário já é esse: {day}, às {time} com {who}.",
        day=phrases.day_label(start.date(), today=context.today, comma=True),
        time=phrases.clock(start),
        who=deed["professional"],
    )


def _wanted_day(context: Context, result: Result) -> date | None:
    """The day of the slot that was refused, as the customer knows it."""
    slot_id = result.call.arguments.get("slot_id")
    if slot := next((slot for slot in context.offers if slot.slot_id == slot_id), None):
        return slot.start.date()
    return context.draft.days.start if context.draft.days and context.draft.days.is_single else None


def _trouble(context: Context, result: Result) -> Step:
    """A tool said no. Once, look again for slots that may have expired; then be honest and offer a person."""
    takes_slot = result.call.name in ("book", "reschedule")
    if takes_slot and context.last("list_slots") is None and context.draft.has_matter and not missing(context):
        return search(context)
    said = str(result.data.get("message") or say("Não consegui fazer isso agora.")).strip()
    return f"{said if said[-1] in '.!?' else said + '.'} {say(OFFER_OF_PERSON)}"


# Proposed


def propose(context: Context, tool: str, deed: dict[str, Any], *, is_direct: bool = False) -> str:
    """Put a write to the customer. `is_direct`: the very time they asked for, not one chosen from a list."""
    start = datetime.fromisoformat(deed["start"])
    known = {
        "services": phrases.services_label(deed["services"]),
        "day": phrases.day_label(start.date(), today=context.today),
        "time": phrases.clock(start),
        "who": deed["professional"],
    }
    day_apart = phrases.day_label(start.date(), today=context.today, comma=True)
    if tool == "cancel":
        return say("Cancelo então {services}, {day} às {time} com {who}. Confirma?", **known)
    if tool == "reschedule" and (mine := context.appointment) and set(mine.services) != set(deed["services"]):
        changed = "Troco então para {services}, {day}, às {time} com {who}, {price}. Confirma?"
        price = phrases.money(deed["price"])
        asked = say(changed, **{**known, "day": day_apart, "price": price})
        return f"{_somebody_else(context, deed)} {asked}".strip() if is_direct else asked
    if tool == "reschedule":
        asked = say("Troco então para {day}, às {time} com {who}. Confirma?", **{**known, "day": day_apart})
        return f"{_somebody_else(context, deed)} {asked}".strip() if is_direct else asked
    price = phrases.money(deed["price"])
    if not is_direct:
        return say(
            "Fechado então: {services}, {day} às {time} com {who}, {price}. Posso confirmar?", price=price, **known
        )
    is_change = any(shown_options(text) or "onfirm" in text for text in context.story.told)
    opening = _somebody_else(context, deed) or (say("Sem problema!") if is_change else say("Tenho sim!"))
    free = say(
        "{day}, às {time} {who} está livre.",
        day=phrases.capital(day_apart),
        time=phrases.clock(start),
        who=phrases.with_article(deed["professional"]),
    )
    return f"{opening} {free} {phrases.capital(known['services'])}, {price}. {say('Confirmo?')}"


def _somebody_else(context: Context, deed: dict[str, Any]) -> str:
    """Why it would be with somebody else than the customer had, or would rather have."""
    mine, draft = context.appointment, context.draft
    names = {person.id: person.name for person in context.facts.professionals}
    had = mine.professional if mine and draft.professional_id is None and not draft.is_anybody else ""
    preferred = names.get(draft.professional_id or 0, "") if draft.is_anybody else had
    if preferred in ("", deed["professional"]):
        return ""
    return say("Nesse horário {who} não está livre.", who=phrases.with_article(preferred))


def _proposed(context: Context, result: Result) -> str:
    is_direct = context.last("list_slots") is not None
    asked = propose(context, result.call.name, result.data["summary"], is_direct=is_direct)
    if is_direct and result.call.name != "cancel":
        start = datetime.fromisoformat(result.data["summary"]["start"])
        asked = f"{other_day(context, start.date())} {asked}".strip()
    done = next((item for item in context.results if item.data.get("status") == "cancelled"), None)
    return f"{_told_cancelled(context, done, last=False)} {asked}" if done else asked


def ask_again_before_repeating(context: Context, step: Step) -> Step:
    """Calling a proposed write again executes it, so without a yes to it the question is put once more."""
    proposal = context.facts.proposal
    if not isinstance(step, Call) or proposal is None:
        return step
    repeats = (proposal.tool, proposal.arguments) == (step.name, step.arguments)
    if not repeats or confirms(context):
        return step
    return propose(context, proposal.tool, proposal.summary)


# Done


def _done_label(context: Context, result: Result) -> str:
    deed = result.data["summary"]
    start = datetime.fromisoformat(deed["start"])
    day = phrases.capital(phrases.day_label(start.date(), today=context.today, comma=True))
    return f"{day}, {phrases.clock(start)},{say(' com {who}', who=deed['professional'])}."


def _booked(context: Context, result: Result) -> str:
    change = _the_rest(context) or say("Se precisar mudar, é só me chamar por aqui.")
    return f"{say('Marcado')} ✅ {_done_label(context, result)} {change}"


def _the_rest(context: Context) -> str:
    """What was put off isn't forgotten."""
    return say("Agora é só me dizer de novo o outro pedido.") if context.story.has_more else ""


def _rescheduled(context: Context, result: Result) -> str:
    deed = result.data["summary"]
    if deed.get("from_start") == deed["start"]:
        services = phrases.capital(phrases.services_label(deed["services"]))
        told = f"{say('Remarcado')} ✅ {services}. {_done_label(context, result)}"
        return f"{told} {_the_rest(context)}".strip()
    freed = _freed(deed, today=context.today) if deed.get("from_start") else ""
    told = f"{say('Remarcado')} ✅ {_done_label(context, result)}"
    return " ".join(filter(None, (told, freed, _the_rest(context))))


def _freed(deed: dict[str, Any], *, today: date) -> str:
    """ "O horário de amanhã foi liberado", or "das 15:30" when only the time of day changed."""
    old = datetime.fromisoformat(deed["from_start"])
    if old.date() == datetime.fromisoformat(deed["start"]).date():
        return say("O horário das {time} foi liberado.", time=phrases.clock(old))
    if (old.date() - today).days in (0, 1):
        return say("O horário de {day} foi liberado.", day=phrases.short_day(old.date(), today=today))
    label = f"{phrases.weekday(old.date())}, {phrases.day_month(old.date())},"
    return say("O horário de {day} foi liberado.", day=label)


def _next_to_cancel(context: Context) -> Call | None:
    """Of all that are to be cancelled, the one after the one just done. Once a first is done, our own line tells that
    there was more to do: "Cancelado ✅ … Cancelo então …?"
    """
    if not (context.draft.is_every or "✅" in context.asked):
        return None
    done = [result.call.arguments.get("appointment_id") for result in context.results]
    left = next((item for item in context.facts.appointments if item.id not in done), None)
    return Call("cancel", {"appointment_id": left.id}) if left else None


def _cancelled(context: Context, result: Result) -> Step:
    return _next_to_cancel(context) or _told_cancelled(context, result, last=True)


def _told_cancelled(context: Context, result: Result, *, last: bool) -> str:
    deed = result.data["summary"]
    start = datetime.fromisoformat(deed["start"])
    what = say(
        "{services}, {day} às {time}.",
        services=phrases.capital(phrases.services_label(deed["services"])),
        day=phrases.day_label(start.date(), today=context.today),
        time=phrases.clock(start),
    )
    again = (_the_rest(context) or say("Quando quiser marcar de novo é só chamar.")) if last else ""
    return f"{say('Cancelado')} ✅ {what} {again}".strip()


SAY: dict[str, Callable[[Context, Result], Step]] = {
    "proposed": _proposed,
    "booked": _booked,
    "rescheduled": _rescheduled,
    "cancelled": _cancelled,
}
