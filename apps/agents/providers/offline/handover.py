"""When a person is called, and what they are told."""

from __future__ import annotations

import re

from apps.agents.providers.offline import catalog, phrases
from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.context import Call, Context, Step
from apps.agents.providers.offline.draft import Goal
from apps.agents.providers.offline.phrases import OFFER_OF_PERSON
from apps.agents.providers.offline.tongues.detect import Tongue
from apps.agents.providers.offline.tongues.voice import say, says, speaking

EMERGENCY = "Se for uma emergência, ligue agora para o SAMU: 192. Já chamei a equipe, uma pessoa te responde por aqui."
LATE = re.compile(r"\b(?:atras\w+|transito|engarrafamento|tarde)\b")


def call_person(context: Context) -> Step | None:
    if context.has(Act.EMERGENCY):
        return handoff(context, "Possível emergência", say(EMERGENCY))
    if context.has(Act.COMPLAINT):
        sorry = "Poxa, sinto muito por isso. Já chamei a equipe, uma pessoa te responde por aqui."
        return handoff(context, "Cliente insatisfeito", say(sorry))
    if context.has(Act.PERSON) or _accepts_person(context):
        return handoff(context, "Pediu uma pessoa", say(phrases.HANDOFF))
    if context.has(Act.RUNNING_LATE) and not context.has(Act.RESCHEDULE, Act.CANCEL):
        sorry = "Certo! Já avisei a equipe, uma pessoa te responde por aqui."
        is_late = any(LATE.search(said.text) for said in context.turn.said)
        return handoff(context, "Avisou que se atrasa" if is_late else "Avisou quando chega", say(sorry))
    if context.has(Act.UNREADABLE):
        sorry = "Ainda não consigo abrir áudio ou vídeo por aqui. Já chamei a equipe, uma pessoa te responde."
        return handoff(context, "Mandou um áudio ou vídeo", say(sorry))
    return None


def _accepts_person(context: Context) -> bool:
    is_offered = says(context.asked, OFFER_OF_PERSON)
    brings_matter = context.has_wish or context.has(Act.BOOK, Act.CANCEL, Act.RESCHEDULE)
    return is_offered and context.answer == Act.YES and not brings_matter


def handoff(context: Context, reason: str, text: str) -> Call:
    return Call("handoff", {"reason": ": ".join(filter(None, [reason, summary(context)]))}, text)


def summary(context: Context) -> str:
    """What the attendant should know, in Portuguese: "quer remarcar, corte + barba, sexta 20/11"."""
    with speaking(Tongue.PORTUGUESE):
        return _summary(context)


def _summary(context: Context) -> str:
    draft = context.draft
    names = phrases.services_label(service.name for service in catalog.by_id(context.facts, draft.services))
    when = phrases.when_label(draft.days, draft.time, today=context.today)
    goal = {Goal.RESCHEDULE: "quer remarcar", Goal.CANCEL: "quer cancelar"}.get(draft.goal, "")
    return ", ".join(filter(None, [goal, names, when]))


def protect_others(context: Context) -> Step | None:
    if not context.has(Act.OTHER_CUSTOMER):
        return None
    return f"{say('Por aqui eu só cuido dos seus próprios horários.')} {say(OFFER_OF_PERSON)}"
