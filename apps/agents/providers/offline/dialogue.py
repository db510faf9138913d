"""Decides the next step of a turn: a tool to run, or what to say.

Pure: the same context gives the same step. A turn is re-read from the start each round, so the
tool results already there tell how far it has come.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from apps.agents.providers.base import AppointmentFact
from apps.agents.providers.offline import deeds, handover, knowledge, matter, phrases
from apps.agents.providers.offline.acts import ASKS, Act
from apps.agents.providers.offline.answers import about_own_booking, answers
from apps.agents.providers.offline.choosing import answer_proposal, choose
from apps.agents.providers.offline.context import Call, Context, Result, Step
from apps.agents.providers.offline.draft import Goal
from apps.agents.providers.offline.phrases import OFFER_OF_PERSON
from apps.agents.providers.offline.purpose import restates
from apps.agents.providers.offline.search import only_day, options
from apps.agents.providers.offline.told import asks_for_another, mentions_time, shown_options
from apps.agents.providers.offline.tongues.voice import say, says, speaking

Rule = Callable[[Context], Step | None]

# Together with phrases.HONEST, marks a reply that had no answer.
LOST = "essa eu não peguei"
ABILITIES = "Consigo ver serviços, preços e horários, e marcar, mudar ou cancelar para você."
ANYTHING_ELSE = "Como posso ajudar?"
AT_YOUR_SERVICE = "Quando precisar é só chamar 😊"


def decide(context: Context) -> Step:
    """The next tool call, or the finished reply of this turn."""
    with speaking(context.story.tongue):
        return _decided(context)


def _decided(context: Context) -> Step:
    step = _allowed(context, deeds.ask_again_before_repeating(context, _next(context)))
    if isinstance(step, Call) and step.name != "handoff":
        return step
    return _not_a_third_time(context, _finish(context, step))


STUCK = "Acho que não estou te entendendo bem. Já chamei a equipe, uma pessoa te responde por aqui."


def _not_a_third_time(context: Context, step: Step) -> Step:
    """Who heard the very same question twice, and whose matter got no further by it, gets a person instead."""
    is_stuck = context.draft.goal != Goal.NONE or context.proposal is not None
    if isinstance(step, Call) or "?" not in step or not is_stuck or context.story.asked_before.count(step) < 2:
        return step
    return _allowed(context, handover.handoff(context, "Não entendi o que a pessoa quer", say(STUCK)))


def _allowed(context: Context, step: Step) -> Step:
    """Only tools of this request are called; without one, the honest word."""
    if not isinstance(step, Call) or step.name in context.tools:
        return step
    person = "" if step.name == "handoff" else say(OFFER_OF_PERSON)
    return f"{say('Isso eu não consigo fazer por aqui.')} {person}".strip()


def _next(context: Context) -> Step:
    if call := knowledge.look_up(context):
        return call
    if context.results:
        result = context.results[-1]
        return AFTER.get(result.call.name, _after_anything)(context, result)
    return next(step for rule in RULES if (step := rule(context)) is not None)


def _after_anything(context: Context, _: Result) -> Step:
    return pending(context) or say(ANYTHING_ELSE)


def _after_handoff(_: Context, __: Result) -> Step:
    return say(phrases.HANDOFF)


AFTER: dict[str, Callable[[Context, Result], Step]] = {
    "handoff": _after_handoff,
    "list_slots": deeds.after_search,
    "book": deeds.after_write,
    "reschedule": deeds.after_write,
    "cancel": deeds.after_write,
}


# The reply around the matter


def _finish(context: Context, step: Step) -> Step:
    """Who we are (once), answers to what was asked, then the matter at hand; good news goes first."""
    if isinstance(step, Call):
        return replace(step, text=_opened(context, step.text))
    if says(step, phrases.HANDOFF):
        return _opened(context, step)
    lines = [line for line in answers(context) if not phrases.is_said(line, step)]
    if knowledge.unanswered(context) and not _is_at_a_loss(step):
        lines.append(f"{say('Sobre a outra pergunta')}, {say(phrases.HONEST)}.")
    parts = [step, *lines] if "✅" in step else [*lines, step]
    return _opened(context, " ".join(parts).strip())


def _opened(context: Context, body: str) -> str:
    greeting = _greeting(context)
    if context.facts.is_first_reply:
        hello = greeting if context.has(Act.GREETING) else f"{say('Oi!')} {greeting}".strip()
        return f"{phrases.introduction(context.facts, greeting=hello)} {body}"
    return f"{greeting} {body}".strip()


def _greeting(context: Context) -> str:
    text = " ".join(said.text for said in context.turn.said)
    named = re.search(r"\b(bom dia|boa tarde|boa noite)\b", text)
    hello = f"{phrases.capital(say(named[1]))}!" if named else say("Oi!")
    parts = [hello if context.has(Act.GREETING) else "", say("Tudo ótimo!") if context.has(Act.HOW_ARE_YOU) else ""]
    return " ".join(filter(None, parts))


def _is_at_a_loss(text: str) -> bool:
    return says(text, phrases.HONEST) or says(text, LOST)


# Leaving


def _let_go(context: Context) -> Step | None:
    if context.draft.goal == Goal.CANCEL:
        return None
    drops_draft = context.has(Act.CANCEL) and context.draft.goal == Goal.NONE and context.story.before.goal != Goal.NONE
    if drops_draft:
        return matter.not_booked(context) if context.facts.appointments else say(phrases.BYE)
    gives_up = context.has(Act.GIVE_UP) and not context.has_wish and not context.has(Act.BOOK)
    return matter.leave(context) if gives_up else None


def _decline(context: Context) -> Step | None:
    if context.answer != Act.NO or context.has_wish or _asks(context):
        return None
    if matter.moves(context) and not _refuses_all(context):
        return None
    if context.offers and shown_options(context.asked):
        return say("Sem problema! Prefere outro dia ou outro horário?")
    return matter.leave(context)


def _ask_when(context: Context) -> Step | None:
    """A yes to "quer ver outro dia ou outro horário?"."""
    is_invited = asks_for_another(context.asked) and context.answer == Act.YES
    if not is_invited or context.has_wish or _asks(context) or context.proposal:
        return None
    return say("Claro! Que dia e horário você prefere?")


NONE_OF_THEM = re.compile(r"(?:nao,? )?nenhuma?(?: d[eo]l[ea]s| desses| (?:me )?serve| da| rola)*")


def _refuses_all(context: Context) -> bool:
    """ "Nenhum" refuses what was offered without asking for more."""
    return any(NONE_OF_THEM.fullmatch(said.rest) for said in context.turn.said)


# Talk beside the matter


def _asks(context: Context) -> bool:
    return any(said.acts & ASKS or said.has(Act.GROUP) or knowledge.answer(context, said) for said in context.turn.said)


def _only_asked(context: Context) -> Step | None:
    """Answers come first (see `_finish`); then the question that was open, or an invitation."""
    if not _asks(context):
        return None
    if context.has(Act.ASK_CANCELLING) and context.facts.appointments and not pending(context):
        return _still_booked(context)
    if any(says(line, phrases.HONEST) for line in answers(context)):
        return _admit(context) if _is_at_a_loss(context.asked) else pending(context) or say(OFFER_OF_PERSON)
    invites = (Act.ASK_PRICE, Act.ASK_SERVICES, Act.ASK_DURATION, Act.ASK_HOURS, Act.ASK_IF_OFFERED)
    if context.has(*invites) and context.facts.services and not about_own_booking(context):
        return pending(context) or say("Quer marcar um horário?")
    return pending(context)


def _still_booked(context: Context) -> Step:
    """Who only asks about cancelling hears that nothing is cancelled."""
    is_open = any(says(line, phrases.HONEST) for line in answers(context))
    if is_open and _is_at_a_loss(context.asked):
        return _admit(context)
    return f"{matter.stands(context)} {say(OFFER_OF_PERSON) if is_open else ''}".strip()


def pending(context: Context) -> str:
    """The question that was open before the customer said something else, in short; empty when none was."""
    if context.proposal:
        return _pending_proposal(context)
    if context.draft.goal == Goal.NONE:
        return ""
    if context.draft.goal == Goal.CANCEL:
        is_open = context.facts.appointments and not context.appointment
        return say("Qual horário você quer cancelar?") if is_open else ""
    if question := matter.reminder(context):
        return question
    if context.offers:
        day = only_day(context.offers)
        listed = options(context, context.offers, expected=day)
        if day:
            label = phrases.day_label(day, today=context.today)
            shown = say("E dos horários de {day}: {options}.", day=label, options=listed)
            if shown in context.asked:  # never the very same sentence twice
                shown = say("Os horários de {day} são: {options}.", day=label, options=listed)
        else:
            shown = say("E dos horários: {options}.", options=listed)
        return f"{shown} {phrases.which(context.offers)}"
    return ""


def _pending_proposal(context: Context) -> str:
    assert context.proposal
    deed = context.proposal.summary
    start = datetime.fromisoformat(deed["start"])
    question = say(
        STILL_OPEN[context.proposal.tool],
        services=phrases.services_label(deed["services"]),
        day=phrases.day_label(start.date(), today=context.today),
        time=phrases.clock(start),
        who=deed["professional"],
    )
    return question if question not in context.asked else deeds.propose(context, context.proposal.tool, deed)


STILL_OPEN = {
    "book": "E confirmo {services}, {day} às {time} com {who}?",
    "reschedule": "E troco para {day} às {time} com {who}?",
    "cancel": "E cancelo mesmo {services}, {day} às {time} com {who}?",
}


def _be_polite(context: Context) -> Step | None:
    if any(said.is_unknown for said in context.turn.said):
        return None
    if context.has(Act.BYE):
        return f"{say('Por nada!') if context.has(Act.THANKS) else say('Até mais!')} {say(AT_YOUR_SERVICE)}"
    if context.has(Act.THANKS):
        return f"{say('Por nada!')} {pending(context) or say(AT_YOUR_SERVICE)}"
    if context.has(Act.WAIT):
        return say("Sem pressa, fico por aqui.")
    if context.has(Act.NOT_SURE):
        return pending(context) or say("Sem pressa! Se quiser, te passo os horários de um dia.")
    if context.has(Act.GREETING, Act.HOW_ARE_YOU, Act.ABOUT_PERSON):
        return pending(context) or say(ANYTHING_ELSE)
    return None


def _acknowledge(context: Context) -> Step | None:
    """A yes with nothing to say yes to, or a message without words."""
    if context.answer != Act.YES and any(said.is_unknown for said in context.turn.said):
        return None
    if question := pending(context):
        return question
    mine = _appointment_restated(context) or (_appointment_meant(context) if context.answer == Act.YES else None)
    if mine:
        booked = say("Você tem {mine}.", mine=phrases.appointment(mine, today=context.today))
        return f"{say('Combinado!')} {booked}"
    is_rounding_off = context.asked and "?" not in context.asked
    return say("Combinado! Qualquer coisa é só chamar." if is_rounding_off else ANYTHING_ELSE)


def _appointment_restated(context: Context) -> AppointmentFact | None:
    said = [item for item in context.turn.said if item.has_wish]
    return next((mine for mine in context.facts.appointments if said and all(restates(i, mine) for i in said)), None)


def _appointment_meant(context: Context) -> AppointmentFact | None:
    """The one our last line was about ("confirma amanhã às 15:30?"), or the only one of "confirmo meu horário"."""
    mine = context.facts.appointments
    asked_about = [item for item in mine if mentions_time(context.asked, item.start) and "?" in context.asked]
    if not asked_about and context.has(Act.OWN_BOOKING):
        asked_about = list(mine)
    return asked_about[0] if len(asked_about) == 1 else None


def _admit(context: Context) -> Step:
    """We don't know. Once we say so; the second time in a row a person is called."""
    if _is_at_a_loss(context.asked):
        sorry = "Essa eu também não sei responder. Já chamei a equipe, uma pessoa te responde por aqui."
        return handover.handoff(context, "Perguntou algo que não sei responder", say(sorry))
    is_question = knowledge.unanswered(context)
    sorry = f"{say('Puxa')}, {say(phrases.HONEST)}." if is_question else f"{say('Desculpa')}, {say(LOST)}."
    if question := pending(context):
        return f"{sorry} {say('Se quiser, é só pedir que eu chamo a equipe.')} {question}"
    return f"{sorry} {say(ABILITIES)} {say(OFFER_OF_PERSON)}"


RULES: tuple[Rule, ...] = (
    handover.call_person,
    handover.protect_others,
    matter.ask_which_day,
    answer_proposal,
    _let_go,
    _ask_when,
    choose,
    _decline,
    matter.cancel,
    matter.reschedule,
    matter.book,
    _only_asked,
    _be_polite,
    _acknowledge,
    _admit,
)
