"""Acts that exclude each other, and what is asked about told apart from what is wished."""

from __future__ import annotations

import re
from dataclasses import replace

from apps.agents.providers.offline import dates
from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.catalog import NOTHING
from apps.agents.providers.offline.consent import ON_TERMS
from apps.agents.providers.offline.understanding import Understanding
from apps.agents.providers.offline.wording import COMPILED
from apps.agents.providers.offline.wording.manners import FAMILY

# "Precisa agendar?" asks how the house works; it is no wish to book.
ABOUT_RULES = re.compile(
    r"\b(?:tem que|precisa|sem|necessario|obrigatorio) (?:marcar|agendar|hora|horario|reservar)\b.*\?"
)
# "Vocês cortam cabelo de bebê?" asks what the house does; a plural verb after "vocês" wishes nothing yet.
HOUSE_DOES = re.compile(r"^(?:e |mas )*voces (?:tambem )?(?!tem\b|podem?\b|consegu|atend|me )[a-z]+[ae]m\b")
ABOUT_OPENING = re.compile(r"\b(?:funcionamento|atendimento|abre|abrem|fecha|fecham|ate que horas)\b")
# "Beto Dois" is one person.
NUMERAL_IN_NAME = re.compile(r"\b[A-ZÀ-Ý][a-zà-ÿ]+ (?:Dois|Duas|Três|Tres|Quatro)\b")
# (said, silences)
BEATS: tuple[tuple[frozenset[Act], frozenset[Act]], ...] = (
    (frozenset({Act.ASK_DURATION}), frozenset({Act.ASK_PRICE})),
    (
        frozenset({Act.PERSON, Act.COMPLAINT}),
        frozenset({Act.BOOK, Act.RESCHEDULE, Act.ASK_WHO, Act.YES, Act.NO, Act.GIVE_UP}),
    ),
    (frozenset({Act.RESCHEDULE}), frozenset({Act.CANCEL, Act.RUNNING_LATE})),
    (frozenset({Act.ASK_HOURS}), frozenset({Act.SOONEST})),
    (
        frozenset({Act.RESCHEDULE, Act.CANCEL}),
        frozenset({Act.BOOK, Act.ASK_APPOINTMENTS, Act.ASK_HOURS, Act.ASK_PROFESSIONALS}),
    ),
    (frozenset({Act.ASK_APPOINTMENTS}), frozenset({Act.ASK_HOURS, Act.BOOK, Act.ASK_PRICE})),
    (frozenset({Act.MANIPULATION, Act.DISCOUNT}), frozenset({Act.ASK_PRICE, Act.YES, Act.ABOUT_PERSON, Act.GIVE_UP})),
    (frozenset({Act.ASK_SERVICES}), frozenset({Act.ASK_PROFESSIONALS})),
    (frozenset({Act.OTHER_CUSTOMER}), frozenset({Act.ASK_PROFESSIONALS, Act.ASK_APPOINTMENTS})),
)


def sort_out(read: Understanding, original: str) -> Understanding:
    """Settle acts that exclude each other, and tell what is asked about from what is wished."""
    if read.has(Act.CANCEL, Act.RESCHEDULE) or CANCELLED.search(read.text):
        read = _as_no_order(read)
    if beside := _beside_the_matter(read):
        return beside
    if AGREES_ON_TERMS.search(read.text) and ON_TERMS.search(read.text):
        asks = Act.ASK_DURATION if LENGTH.search(read.text) else Act.ASK_PRICE
        return replace(read, acts=frozenset({asks}), services=NOTHING, days=(), times=(), number=None, as_pair=None)
    acts = set(read.acts)
    if _names_a_stranger(read, original):
        acts.add(Act.OTHER_CUSTOMER)
    if Act.CANCEL in acts and INSTEAD.search(read.text) and (read.days or read.times):
        acts = (acts - {Act.CANCEL}) | {Act.RESCHEDULE}
    if WHICH_IS_CHEAPEST.search(read.text) and acts & {Act.DISCOUNT, Act.QUESTION}:
        acts = (acts - {Act.DISCOUNT}) | {Act.ASK_PRICE}
    for said, silences in BEATS:
        if acts & said:
            acts -= silences
    if read.professional_id and read.days and (Act.ASK_HOURS in acts or _asks_if_works(read, acts)):
        acts = (acts - {Act.ASK_HOURS}) | {Act.BOOK}  # "o Carlos atende amanhã?"
        if not read.services and not read.times:
            acts.add(Act.ASK_IF_WORKS)
    if {Act.ASK_HOURS, Act.BOOK} <= acts:
        acts.discard(Act.BOOK if ABOUT_OPENING.search(read.text) else Act.ASK_HOURS)
    if Act.ASK_SERVICES in acts and not re.search(r"\b(?:preco|valor|quanto)", read.text):
        acts.discard(Act.ASK_PRICE)
    if Act.OFF_TOPIC in acts and not acts & {Act.BOOK, Act.MANIPULATION}:
        return replace(
            read, acts=frozenset(acts & {Act.QUESTION, Act.OFF_TOPIC}), days=(), times=(), services=NOTHING, stranger=""
        )
    if ABOUT_RULES.search(read.text):
        acts.discard(Act.BOOK)
    if Act.QUESTION in acts and (HOUSE_DOES.search(read.text) or read.variant):
        acts.add(Act.ASK_IF_OFFERED)
    if Act.QUESTION not in acts or Act.BOOK in acts or read.days or read.times or not read.services.ids:
        acts.discard(Act.ASK_IF_OFFERED)
    if not read.services or NUMERAL_IN_NAME.search(original):
        acts.discard(Act.GROUP)
    if FOR_BOTH.search(read.text):
        acts.add(Act.GROUP)
    if Act.ASK_HOURS in acts:
        acts.discard(Act.REPEAT)
    if Act.QUESTION in acts and TOO_LITTLE.search(read.text) and (read.number or any(wish.near for wish in read.times)):
        read = replace(read, times=(), number=None)
        acts = (acts - {Act.SAME_TIME}) | {Act.MORE_OPTIONS}
    return _asked_apart(replace(read, acts=frozenset(acts)))


# "Adorei o corte" praises what was done.
PRAISE = re.compile(
    r"\b(?:adorei|adoramos|amei|amamos|parabens|gostei (?:muito|demais)"
    r"|(?:ficou|ficaram|foi) (?:muito )?(?:otim|perfeit|show|lind|top|massa|maravilhos)\w*)\b"
)
WANTS = re.compile(r"\b(?:quero|queria|gostaria|preciso|pode|posso|tem|teria|da para|vou|bora|marc\w+|agend\w+)\b")
# "Vou confirmar mais tarde" names no time to come.
LATER_ON = re.compile(
    r"\b(?:(?:te|eu|vou|vou te|ja te|ai eu|ai) )+(?:confirm|avis|respond|retorn|decid|fal|cham)(?:o|ar|ir)\b"
    r"(?: (?:isso|com voce|voces?|voce))* (?:mais tarde|depois|outra hora|amanha)\b"
    r"|\b(?:mais tarde|depois) (?:eu )?(?:te )?(?:confirmo|aviso|respondo|retorno|decido)\b"
)


def _beside_the_matter(read: Understanding) -> Understanding | None:
    """Praise, or an answer put off: what is named along with it is no wish."""
    bare = replace(read, days=(), times=(), services=NOTHING, number=None, professional_id=None, as_pair=None, rest="")
    kept = read.acts & {Act.GREETING, Act.HOW_ARE_YOU, Act.BYE, Act.CORRECTION}
    if LATER_ON.search(read.text) and not read.has(Act.QUESTION, Act.CANCEL, Act.RESCHEDULE):
        return replace(bare, acts=kept | {Act.GIVE_UP})
    is_praise = PRAISE.search(read.text) and not WANTS.search(read.text)
    is_praise = is_praise and (bool(read.services) or not read.has(Act.YES))
    if is_praise and not read.has(Act.QUESTION, Act.CANCEL, Act.RESCHEDULE, Act.COMPLAINT):
        return replace(bare, acts=kept | {Act.THANKS})
    return None


WHICH_IS_CHEAPEST = re.compile(r"\b(?:qual|quais|o que|oq)\b.*\bmais (?:barat|em conta|car)[oa]?s?\b")
AGREES_ON_TERMS = re.compile(
    r"^(?:ah |opa |entao )*(?:sim|pode|ok|isso|fechado|confirmo|confirma|beleza"
    r"|quero|bora|claro|ta|so|serve|aceito|marca)\b"
)
LENGTH = re.compile(r"\b(?:demor|dur(?:ar|e)|lev(?:ar|e))|\bmin(?:utos?)?\b|\bhoras?\b|\brapid")
_DROP = r"(?:cancel|desmarc)(?:a|ar|e|em|ue|uem|o|amos|armos)"
_TERMS = (
    r"(?:ate (?:que horas?|quando|que dia|quant[oa]s? (?:tempo|horas)|um|uma|\d)|prazo|antecedencia|multa|taxa|politica"
    r"|cobra\w*|paga\w*|perco)"
)
_IF_NEED = r"(?:se|caso) (?:eu |um dia |por acaso )*(?:precis\w+|quiser|queira|tiver que|tenha que|resolver)(?: de)?"
_MAY = r"(?:posso|poderia|consigo|da para|tem como)"
# "Posso cancelar até que horas?", "se eu precisar cancelar tem multa?" ask about it.
ABOUT_CANCELLING = re.compile(
    rf"\b{_TERMS}\b.*\b(?:{_DROP}|cancelamento)\b.*\?|\b(?:{_DROP}|cancelamento)\b.*\b{_TERMS}\b.*\?"
    rf"|\bate (?:quando|que horas?) .*\b{_DROP}\b|\b{_IF_NEED} {_DROP}\b.*\?"
    rf"|\b{_MAY}(?: \w+)? {_DROP}\b.*\b(?:depois|se (?:eu )?(?:precisar|quiser)|qualquer (?:hora|momento)"
    r"|em cima da hora)\b"
    rf"|\b(?:depois|mais tarde) (?:eu )?{_MAY} {_DROP}\b.*\?"
)
CANCELLED = re.compile(r"\b(?:cancelaram|desmarcaram)\b|\b(?:foi|ta|esta|estava|tava) (?:cancelad|desmarcad)[oa]\b.*\?")
# "Não cancela meu horário", "cancela não, pode deixar", "não quero remarcar".
_CHANGE = rf"(?:{_DROP}|remarc(?:a|ar|o|ue)|reagend(?:a|ar|o|e)|adiar|mudar|trocar|alterar)"
_NOT_TO = r"(?:e para|quero|queria|vou|precisa|preciso|pode|podem|me|mais|pretendo|gostaria de|voces|desejo)"
_IT = r"(?:mais|nao|o|a|meu|minha|nada|esse|este|horario|agendamento|hora|consulta|reserva)"
_CLAUSE_ENDS = r"(?:$|[,.;!?]|(?:hein|ta|por favor|viu|de jeito|esta|assim|e|mas|porque|pode)\b)"
NEGATED = re.compile(
    rf"\bnao (?:{_NOT_TO} )*{_CHANGE}\b(?: {_IT})*(?=[ ·]*{_CLAUSE_ENDS})"
    rf"|\b{_CHANGE}(?: (?:o|a|meu|minha|horario|isso|ele))* nao(?= *{_CLAUSE_ENDS})"
)
THEIRS = re.compile(
    rf"\b(?:meu|minha|um|uma|o|a) (?:{FAMILY}|colega|primo|prima|tio|tia|vizinh[oa])\b.*\b(?:d?el[ea]s?|dele|dela)\b"
)


def _as_no_order(read: Understanding) -> Understanding:
    """Cancelling or moving is asked about, or ruled out, or somebody else's: nothing is to be done."""
    bare = replace(read, days=(), times=(), services=NOTHING, number=None, professional_id=None, as_pair=None)
    kept = read.acts & {Act.QUESTION, Act.GREETING, Act.THANKS, Act.PERSON, Act.COMPLAINT, Act.CORRECTION}
    if Act.CANCEL in read.acts and THEIRS.search(read.text):
        return replace(bare, acts=kept | {Act.OTHER_CUSTOMER})
    if CANCELLED.search(read.text):
        return replace(bare, acts=kept | {Act.ASK_APPOINTMENTS})
    if ABOUT_CANCELLING.search(read.text):
        return replace(bare, acts=kept | {Act.ASK_CANCELLING})
    left = NEGATED.sub(" ", read.text)
    if left == read.text:
        return read
    undone = {act for act in (Act.CANCEL, Act.RESCHEDULE) if act in read.acts and not COMPILED[act].search(left)}
    if read.acts & {Act.CANCEL, Act.RESCHEDULE} <= undone:
        return replace(bare, acts=kept | {Act.GIVE_UP})
    return replace(read, acts=read.acts - undone - {Act.NO})


# "Cancela e marca sexta 10h" moves.
INSTEAD = re.compile(r"\be (?:ja |me )?(?:re)?(?:marc|agend|coloc|bota|pass)[a-z]*\b")
# "Como assim só as 9?" finds it little; it chooses nothing.
TOO_LITTLE = re.compile(r"^(?:(?:como assim|mas|nossa|ue|e|ai|serio|que|tem|voces)[ ,]+)*(?:so|apenas|somente)\b")
FOR_BOTH = re.compile(
    rf"\b(?:eu|mim) e (?:para )?(?:o |a |um |uma )?(?:(?:meu|minha) )?{FAMILY}\b"
    rf"|\b(?:meu|minha) {FAMILY} e (?:para )?(?:eu|mim)\b"
)


WORKS = re.compile(
    r"\b(?:trabalha(?:ndo|r)?|atende(?:ndo|r)?|folga|vem|(?:ta|esta|estara|vai (?:ta|estar))(?: ai| na| no|[ ·]*\?))"
)


def _asks_if_works(read: Understanding, acts: set[Act]) -> bool:
    return Act.QUESTION in acts and bool(WORKS.search(read.rest + "?"))


ABOUT_SERVICES = frozenset(
    {
        Act.ASK_PRICE, Act.ASK_DURATION, Act.ASK_IF_OFFERED, Act.ASK_PROFESSIONALS, Act.ASK_APPOINTMENTS, Act.DISCOUNT,
        Act.MANIPULATION,
    }
)  # fmt: skip


def _asked_apart(read: Understanding) -> Understanding:
    if read.services.unknown and read.has(Act.QUESTION) and not read.has(Act.BOOK):
        read = replace(read, acts=read.acts | {Act.ASK_IF_OFFERED})
    if read.has(Act.ASK_HOURS, Act.ASK_APPOINTMENTS):
        read = replace(read, days=(), times=(), asked_days=dates.merge(read.days), number=None)
    if read.acts & ABOUT_SERVICES and not read.has(Act.BOOK):
        read = replace(read, services=NOTHING, asked=read.services, number=None)
    return read


THIRD_PERSON = re.compile(r"\b(?:horario|agendamento|consulta|corte|reserva) (?:da|do|de) ([a-z]{3,})\b")


def _names_a_stranger(read: Understanding, original: str) -> bool:
    """ "Cancela o horário da Maria": a name written as a name, that is nobody who works here."""
    match = THIRD_PERSON.search(read.text)
    return bool(match) and read.professional_id is None and bool(re.search(rf"\b{match[1].capitalize()}\b", original))  # type: ignore[index]
