"""What one message says: the acts in it, and the services, people, days, times and choices it names."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, time

from apps.agents.providers.base import Facts, HoursFact
from apps.agents.providers.offline import catalog, dates
from apps.agents.providers.offline.acts import (
    COMPILED,
    FILLING,
    MANNERS,
    NO,
    NO_PROBLEM,
    NOISE,
    STARTS_YES,
    WEAK_YES,
    YES_WORDS,
    Act,
)  # fmt: skip
from apps.agents.providers.offline.catalog import NOTHING, Mention
from apps.agents.providers.offline.dates import DayMention, Days, TimeWish
from apps.agents.providers.offline.language import fold, normalise, words


@dataclass(frozen=True)
class Understanding:
    """One sentence of the customer, read without context.

    `number`: an option's position (-1 the last), or perhaps an hour or a day: the dialogue decides.
    `asked` and `asked_days`: what a question is about; `services` and `days` are wishes only.
    `rest`: the words left once days, times, people and services are taken out. `spoken`: as the customer wrote it.
    """

    text: str
    spoken: str = ""
    acts: frozenset[Act] = frozenset()
    services: Mention = NOTHING
    asked: Mention = NOTHING
    days: tuple[DayMention, ...] = ()
    asked_days: Days | None = None
    times: tuple[TimeWish, ...] = ()
    professional_id: int | None = None
    stranger: str = ""
    number: int | None = None
    rest: str = ""

    def has(self, *acts: Act) -> bool:
        return any(act in self.acts for act in acts)

    @property
    def wished_days(self) -> Days | None:
        return dates.merge(self.days)

    @property
    def time(self) -> TimeWish | None:
        """The wished time; of "das 15:30 para as 17h", the latter."""
        return self.times[-1] if self.times else None

    @property
    def has_wish(self) -> bool:
        """It says something about what, when or with whom."""
        names_something = self.services or self.days or self.times or self.professional_id or self.stranger
        return bool(names_something) or bool(self.acts & WISHES)

    @property
    def is_unknown(self) -> bool:
        """Words, but nothing we can act on or answer."""
        has_words = any(word not in NOISE for word in words(self.rest))
        return has_words and not (self.acts - MANNERS) and not self.has_wish and self.number is None

    @property
    def is_unknown_question(self) -> bool:
        return self.is_unknown and (self.has(Act.QUESTION) or bool(INTERROGATIVE.match(self.rest)))


WISHES = frozenset(
    {
        Act.SAME_TIME, Act.EARLIER, Act.LATER, Act.SOONEST, Act.LAST_OF_DAY, Act.ANYBODY, Act.OTHER_DAY,
        Act.OTHER_PERSON, Act.SAME_PERSON,
    }
)  # fmt: skip


# A wish fits into this; what is longer is no wish, and must not cost seconds.
LONGEST = 1200
MOST_SENTENCES = 30


def understand(message: str, *, facts: Facts, today: date) -> tuple[Understanding, ...]:
    """The sentences of one message, each with its meaning. Corrections ("não, pera") start a new sentence."""
    text = normalise(message[:LONGEST], known=catalog.vocabulary(facts))
    sentences = _sentences(text)[:MOST_SENTENCES]
    return tuple(
        replace(
            _read(sentence, facts=facts, today=today, original=message, is_correction=is_correction),
            spoken=message.strip() if len(sentences) == 1 else sentence,
        )
        for sentence, is_correction in sentences
    )


# Sentences

SENTENCE = re.compile(r"(?<=[?!;\n])\s*|(?<=[a-z👍]\.)\s+|\.{2,}\s*|\n+")
CORRECTIONS = re.compile(
    r"(?:\b(?:ah |opa |ops |ih )*(?:nao )?(?:pera|espera|calma)(?: ai| la)?\b(?! (?:um|por)|[ .!]*$)|\bquer dizer\b"
    r"|\bna verdade\b|\balias\b|\bou melhor\b|\bdigo\b|\bcorrigindo\b|\berrei\b|\bmudei de ideia\b"
    r"|\bpensando bem\b)[ ,.!]*"
)
# A question tacked on: "quero corte sexta, vocês têm estacionamento?"
ASIDE = re.compile(
    r", *(?=(?:e |mas )?(?:voces|qual|quais|quanto|onde|aceita|tem|posso|como|que horas|ate que horas|quem|da para)\b)"
    r"| e (?=(?:voces|qual|quanto|onde|aceita|que horas (?:abre|fecha)|ate que horas|tem (?:horario|vaga|hora))\b)"
)


def _sentences(text: str) -> list[tuple[str, bool]]:
    """The sentences of a message, each with whether it takes back what came before."""
    pieces: list[tuple[str, bool]] = []
    for sentence in SENTENCE.split(text):
        position, is_correction = 0, False
        for match in CORRECTIONS.finditer(sentence):
            pieces.append((sentence[position : match.start()], is_correction))
            position, is_correction = match.end(), True
        pieces += [(clause, is_correction) for clause in _clauses(sentence[position:])]
    return [(piece.strip(" ,."), corrects) for piece, corrects in pieces if re.search(r"[a-z0-9👍👎😡?]", piece)]


def _clauses(sentence: str) -> list[str]:
    """A question tacked on, and what follows a plain yes ("sim, aceita pix?"), stand on their own."""
    clauses = ASIDE.split(sentence)
    head, comma, tail = clauses[0].partition(",")
    if comma and "?" in tail and _is_plain_yes(head):
        clauses[:1] = [head, tail]
    return clauses


def _is_plain_yes(text: str) -> bool:
    said = re.findall(r"[a-z0-9]+|👍", text)
    return any(word in YES_WORDS for word in said) and all(word in YES_WORDS or word in FILLING for word in said)


# One sentence

# Acts whose words are taken out before days, times and services are looked for.
TAKEN = (
    Act.HOW_ARE_YOU, Act.GREETING, Act.THANKS, Act.BYE, Act.ABOUT_PERSON, Act.SOONEST, Act.LAST_OF_DAY, Act.SAME_TIME,
    Act.EARLIER, Act.LATER,
)  # fmt: skip
EXTREME = re.compile(r"\bo mais (?:cedo|tarde)\b")
SECOND_OPTION = re.compile(r"^(?:quero |prefiro |pode ser |fico com )?a segunda(?: opcao)?[ .!]*$")


def _read(text: str, *, facts: Facts, today: date, original: str, is_correction: bool) -> Understanding:
    acts: set[Act] = {Act.CORRECTION} if is_correction else set()
    if text.endswith("?"):
        acts.add(Act.QUESTION)
    rest = _take_out(text, acts, TAKEN[:5])
    professional, stranger, rest = catalog.find_professional(rest, facts)
    number = _ordinal(rest, today=today)
    rest = _take_out(rest, acts, TAKEN[5:8])
    rest = _take_out(EXTREME.sub(" ", rest), acts, TAKEN[8:])
    days, rest = ((), rest) if SECOND_OPTION.search(rest) else dates.read_days(rest, today=today)
    times, rest = ((), rest) if COMPILED[Act.ASK_DURATION].search(rest) else dates.read_time(rest)
    services, rest = catalog.find_services(rest, facts)
    acts |= {act for act in Act if act in COMPILED and act not in TAKEN and COMPILED[act].search(rest)}
    if number is None:
        number, rest = _number(rest)
    if not services and (unknown := _unknown_service(rest)):
        services = Mention(unknown=unknown)
    is_wish = bool(days or times or services or professional or stranger or acts & {Act.EARLIER, Act.LATER})
    acts |= _answer(rest, text, is_wish=is_wish)
    read = Understanding(
        text=text,
        acts=frozenset(acts),
        services=services,
        days=days,
        times=_settled(times, facts=facts, days=dates.merge(days)),
        professional_id=professional.id if professional else None,
        stranger=_as_written(stranger, original),
        number=number,
        rest=rest.replace("·", " ").strip(" ,.!?"),
    )
    return _sort_out(_without_refused(read, rest), original)


def _as_written(name: str, original: str) -> str:
    """ "joao" as the customer spelt it: "João"."""
    return next((word for word in re.findall(r"\w+", original) if fold(word) == name), name)


def _take_out(text: str, acts: set[Act], wanted: tuple[Act, ...]) -> str:
    """Note which of these acts `text` performs, and take their words out."""
    for act in wanted:
        if COMPILED[act].search(text):
            acts.add(act)
            text = COMPILED[act].sub(lambda match: " " * len(match[0]), text)
    return text


# Choices

ORDINALS: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(pattern), value)
    for pattern, value in (
        (r"\bo mais cedo(?! (?:possivel|que))", 1),
        (r"\bo mais tarde(?! (?:possivel|que))", -1),
        (r"\bprimeir[oa]s?\b(?! vez)|\b1[oa]\b", 1),
        (r"\bsegundo\b|\bsegunda (?:opcao|alternativa)\b|\b2[oa]\b|\b[oa] d[oa] meio\b", 2),
        (r"\bterceir[oa]s?\b|\b3[oa]\b", 3),
        (r"\b[oa] quarto\b|\bquarta (?:opcao|alternativa)\b|\b4[oa]\b", 4),
        (r"\bultim[oa](?! hora| vez| horario d)\b", -1),
    )
)
NUMBER = re.compile(
    r"(?<![\d/$,.:])(?<!\$ )(\d{1,2})(?![\d/:%]|[,.]\d"
    r"| ?(?:reais|conto|pila|min\b|minutos?|dias?\b|pessoas?\b|anos?\b|semanas?\b|vezes|x\b|·))"
)
WORDED_NUMBER = re.compile(r"^(?:(?:o|a|opcao|numero|quero|pode ser|prefiro) )*(um|uma|dois|duas|tres)[ .!]*$")


def _ordinal(text: str, *, today: date) -> int | None:
    """ "O segundo" → 2, "o último" → -1; the "segunda" of a week is a day."""
    if SECOND_OPTION.search(text):
        return 2
    _, text = dates.read_days(text, today=today)
    return next((value for pattern, value in ORDINALS if pattern.search(text)), None)


def _number(text: str) -> tuple[int | None, str]:
    if match := WORDED_NUMBER.search(text.replace("·", " ").strip()):
        return dates.NUMBERS[match[1]], text
    found = NUMBER.findall(text)
    return (int(found[-1]), NUMBER.sub(" ", text)) if found else (None, text)


# Yes and no


def _answer(rest: str, text: str, *, is_wish: bool) -> set[Act]:
    """Yes or no, never from a question. A no anywhere beats a yes; "quero" beside a wish is part of the wish."""
    plain = rest.replace("·", " ").strip(" ,.!?")
    if text.endswith("?"):
        return set()
    if NO_PROBLEM.search(plain):
        return {Act.YES}
    if NO.search(plain):
        return {Act.NO}
    if STARTS_YES.search(plain):
        return {Act.YES}
    yeses = {word for word in re.findall(r"[a-z0-9]+|👍", plain) if word in YES_WORDS}
    return {Act.YES} if _is_plain_yes(plain) and not (is_wish and yeses <= WEAK_YES) else set()


REFUSED = re.compile(r"\b(?:nao|nem) (?:posso|da|vai dar|consigo|rola|quero|serve|tenho como|estou|vou estar)\b")


def _without_refused(read: Understanding, rest: str) -> Understanding:
    """ "Hoje não dá", "não posso de manhã": a day or time named to be ruled out is no wish."""
    if Act.CANCEL in read.acts or not (match := REFUSED.search(rest)):
        return read
    if len(read.days) > 1:
        later = tuple(mention for mention in read.days if mention.position > match.end() + 2)
        return replace(read, days=later or read.days[1:], acts=read.acts - {Act.NO})
    if read.has(Act.QUESTION):
        return read
    acts = (read.acts - {Act.NO}) | {Act.OTHER_DAY} if read.days else read.acts
    return replace(read, days=(), times=() if read.times and not read.days else read.times, acts=acts)


# Services we don't have

SERVICE_ASKED = re.compile(
    r"\b(?:fazem?|fazer|trabalham? com|realizam?|oferecem?|marcar|agendar|reservar|preco d[aeo]|valor d[aeo]|custa"
    r"|quanto (?:e|custa|fica|sai|ta|esta))"
    r"(?: (?:o|a|um|uma|de|do|da|para|ai|fazer|marcar|agendar|uns|umas|as|os|meu"
    r"|minha))* ([a-z]{4,}(?: de [a-z]{4,})?)"
)
NOT_A_SERVICE = frozenset(
    """pergunta duvida reclamacao orcamento horario horarios hora horas vaga vagas saber isso aqui coisa algo favor
    marcar agendar informacao informacoes ajuda pagamento cadastro reserva desconto promocao estacionamento wifi
    internet cartao credito debito dinheiro pagar ficar falar entender conhecer voces voce gente domingo sabado
    domingos sabados feriado feriados entrega entregas conversar mudar trocar cancelar remarcar desmarcar agora amanha
    hoje depois antes tudo nada mais menos muito outro outra mesmo tambem para semana quem qual quanto ver fazer
    atendimento alguem pessoa atendente humano cerveja cafe estacionar levar crianca criancas cachorro convenio plano
    planos pacote pacotes servico servicos produto produtos vale presente curso cursos emprego trabalhar dia dias data
    tarde noite manha cedo disponivel disponibilidade marcado agendado certeza minutos primeiro segundo terceiro ultimo
    opcao opcoes nenhum nenhuma ideia problema banheiro acessibilidade cadeirante condicionado chegar atrasar atrasado
    esperar espera fila ordem chegada sair nota fiscal parcelar cliente seus minha sobre dois duas tres ambos todos
    todas juntos visita sessao novo nova logo""".split()
)


def _unknown_service(rest: str) -> str:
    """ "Vocês fazem tatuagem?": the thing asked for, when it reads as a service we don't list."""
    plain = re.sub(r"\s+", " ", rest.replace("·", " ")).strip()
    if found := next((word for word in words(plain) if word in catalog.COMMON), ""):
        return found
    match = SERVICE_ASKED.search(plain)
    first = match[1].split()[0] if match else ""
    is_ordinary = first in NOT_A_SERVICE | catalog.NEVER | YES_WORDS | catalog.NOT_A_NAME
    return match[1] if match and not is_ordinary else ""


# Times in the light of opening hours


def _settled(times: tuple[TimeWish, ...], *, facts: Facts, days: Days | None) -> tuple[TimeWish, ...]:
    """Ambiguous hours settled: "às 3" is 15:00 where nobody opens at 3."""
    on_day = [window for window in facts.hours if days and days.is_single and window.weekday == days.start.weekday()]
    windows = on_day or list(facts.hours)
    return tuple(dates.settle_half(wish, is_open_at=lambda moment: _is_open(moment, windows)) for wish in times)


def _is_open(moment: time, windows: list[HoursFact]) -> bool:
    return any(window.start <= moment < window.end for window in windows) if windows else moment >= time(7)


# Acts that exclude each other

INTERROGATIVE = re.compile(
    r"^(?:e |mas |ah )*(?:qual|quais|quanto|quantos|quando|como|onde|quem|porque|por que|o que|que|tem"
    r"|aceita[m]?|vende[m]?"
    r"|da para|posso|pode|precisa|sera que|ai tem|ha|voces? (?:tem|aceita|faz|fazem|sao|vende|vendem|usa|usam"
    r"|trabalha|deixa|da))\b"
)
# "Precisa agendar?" asks how the house works; it is no wish to book.
ABOUT_RULES = re.compile(
    r"\b(?:tem que|precisa|sem|necessario|obrigatorio) (?:marcar|agendar|hora|horario|reservar)\b.*\?"
)
ABOUT_OPENING = re.compile(r"\b(?:funcionamento|atendimento|abre|abrem|fecha|fecham|ate que horas)\b")
# (said, silences)
BEATS: tuple[tuple[frozenset[Act], frozenset[Act]], ...] = (
    (frozenset({Act.ASK_DURATION}), frozenset({Act.ASK_PRICE})),
    (
        frozenset({Act.PERSON, Act.COMPLAINT}),
        frozenset({Act.BOOK, Act.RESCHEDULE, Act.ASK_WHO, Act.YES, Act.NO, Act.GIVE_UP}),
    ),
    (frozenset({Act.RESCHEDULE}), frozenset({Act.CANCEL})),
    (
        frozenset({Act.RESCHEDULE, Act.CANCEL}),
        frozenset({Act.BOOK, Act.ASK_APPOINTMENTS, Act.ASK_HOURS, Act.ASK_PROFESSIONALS}),
    ),
    (frozenset({Act.ASK_APPOINTMENTS}), frozenset({Act.ASK_HOURS, Act.BOOK, Act.ASK_PRICE})),
    (frozenset({Act.MANIPULATION, Act.DISCOUNT}), frozenset({Act.ASK_PRICE, Act.YES, Act.ABOUT_PERSON, Act.GIVE_UP})),
    (frozenset({Act.ASK_SERVICES}), frozenset({Act.ASK_PROFESSIONALS})),
    (frozenset({Act.OTHER_CUSTOMER}), frozenset({Act.ASK_PROFESSIONALS, Act.ASK_APPOINTMENTS})),
)


def _sort_out(read: Understanding, original: str) -> Understanding:
    """Settle acts that exclude each other, and tell what is asked about from what is wished."""
    acts = set(read.acts)
    if _names_a_stranger(read, original):
        acts.add(Act.OTHER_CUSTOMER)
    for said, silences in BEATS:
        if acts & said:
            acts -= silences
    if {Act.ASK_HOURS, Act.BOOK} <= acts:
        acts.discard(Act.BOOK if ABOUT_OPENING.search(read.text) else Act.ASK_HOURS)
    if Act.ASK_SERVICES in acts and not re.search(r"\b(?:preco|valor|quanto)", read.text):
        acts.discard(Act.ASK_PRICE)
    if ABOUT_RULES.search(read.text):
        acts.discard(Act.BOOK)
    if Act.QUESTION not in acts or Act.BOOK in acts or read.days or read.times or not read.services.ids:
        acts.discard(Act.ASK_IF_OFFERED)
    if not read.services:
        acts.discard(Act.GROUP)
    return _asked_apart(replace(read, acts=frozenset(acts)))


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
