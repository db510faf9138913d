"""Messages we begin — campaigns, reminders — go only to who wants them. "SAIR" ends them, "VOLTAR" undoes it.

Answers to what the customer writes go on. The word must stand alone: "quero sair às 10h" is talk.
"""

from __future__ import annotations

import re

from django.utils import timezone

from apps.audit import trail
from apps.chat import outbound, responders
from apps.chat.models import Conversation, Message
from apps.lib.tenancy import current_schema
from apps.lib.text import fold
from apps.work.models import DueWork

OUT = frozenset({"sair", "parar", "stop", "descadastrar", "me descadastrar", "cancelar mensagens", "parar mensagens"})
# "Quero parar de receber mensagens", "não me mandem mais promoções": nothing else may stand beside it.
_NEWS = r"(?:mensage(?:m|ns)|avisos?|promocoes|promocao|propagandas?)(?: por favor)?"
OUT_IN_WORDS = re.compile(
    r"(?:por favor )?(?:eu )?(?:(?:quero|queria|gostaria de|pode|podem) )?(?:para|pare|parar|parem) de"
    rf" (?:me )?(?:receber|mandar|enviar)(?: (?:me|mais|essas?|esses?|suas?|as|os))* {_NEWS}"
    rf"|nao (?:quero|me mandem?|me enviem?|mandem?)(?: (?:mais|receber|me|essas?|esses?|suas?))* {_NEWS}"
)
BACK = frozenset({"voltar", "voltar a receber", "receber mensagens"})
LEFT = "Pronto, você não vai mais receber nossos avisos e promoções; se mudar de ideia, é só responder VOLTAR."
CAME_BACK = "Pronto, você voltou a receber nossos avisos por aqui; para parar, é só responder SAIR."


def heard(conversation: Conversation, message: Message) -> bool:
    """Whether the message is only about consent, so that nobody else needs to answer it.

    The caller holds the conversation's lock; a change is confirmed in one sentence, once.
    """
    word = _word(message)
    if word not in OUT | BACK:
        return False
    is_out = conversation.identity.contact.opted_out_at is not None
    if word in BACK and not is_out:
        return False
    if is_out != (word in OUT):
        _change(conversation, message, opted_out=word in OUT)
    return not _is_answer_due(conversation)


def _word(message: Message) -> str:
    if message.message_type not in (Message.Type.TEXT, Message.Type.BUTTON, Message.Type.INTERACTIVE):
        return ""
    text = " ".join(re.findall(r"\w+", fold(message.content)))
    return "sair" if OUT_IN_WORDS.fullmatch(text) else text


def _change(conversation: Conversation, message: Message, *, opted_out: bool) -> None:
    contact = conversation.identity.contact
    contact.opted_out_at = timezone.now() if opted_out else None
    contact.save(update_fields=["opted_out_at"])
    trail.record("contact.opted_out" if opted_out else "contact.opted_in", on=contact, by="customer")
    outbound.say(
        conversation,
        text=LEFT if opted_out else CAME_BACK,
        effect_key=f"consent:{message.pk}",
        data={"automatic": True},
    )


def _is_answer_due(conversation: Conversation) -> bool:
    """Something said before still waits for the AI: it must hear of the newer message too."""
    kind = responders.current().work_kind
    waiting = DueWork.objects.filter(schema_name=current_schema(), kind=kind, key=str(conversation.pk))
    return waiting.exclude(state=DueWork.State.DEAD).exists()
