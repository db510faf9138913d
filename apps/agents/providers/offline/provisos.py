"""Parts of a sentence that name a day, a time or a person without wishing for it: ruled out, second best, or a reason.

"Amanhã, menos com o Carlos", "sábado, se não tiver, sexta", "de manhã porque à tarde eu trabalho". Reads
normalised text (see `language`); what is taken out leaves blanks, so that the rest reads as if it had not been said.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from apps.agents.providers.offline.dates import DayMention
from apps.agents.providers.offline.times import TimeWish


@dataclass(frozen=True)
class Named:
    """Days, times and a person named together. `is_as_welcome`: as what was named before it, "terça ou quinta"."""

    days: tuple[DayMention, ...] = ()
    times: tuple[TimeWish, ...] = ()
    professional_id: int | None = None
    is_as_welcome: bool = False

    def __bool__(self) -> bool:
        return bool(self.days or self.times or self.professional_id)

    def __add__(self, other: Named) -> Named:
        return Named(self.days + other.days, self.times + other.times, self.professional_id or other.professional_id)

    def is_same(self, other: Named) -> bool:
        """Wherever in a text they stand."""
        same_days = [item.days for item in self.days] == [item.days for item in other.days]
        return same_days and (self.times, self.professional_id) == (other.times, other.professional_id)

    def adds_kind(self, to: Named) -> bool:
        """It names a day, a time or a person where the other names none."""
        has_more_person = bool(self.professional_id and not to.professional_id)
        return bool(self.days and not to.days) or bool(self.times and not to.times) or has_more_person

    def shares_kind(self, other: Named) -> bool:
        both_day, both_time = self.days and other.days, self.times and other.times
        return bool(both_day or both_time or (self.professional_id and other.professional_id))


NOTHING_NAMED = Named()


@dataclass(frozen=True)
class Parts:
    """`kept`: the text of the wish itself. `second`: what is wished if the first can't be had."""

    kept: str
    refused: Named = NOTHING_NAMED
    second: Named = NOTHING_NAMED


# What a stretch of text names, and the text without that.
Reader = Callable[[str], tuple[Named, str]]


# Nobody weighs more than this in one sentence; a message made to be slow must not be.
MOST_WEIGHED = 5
MOST_WORDS = 12


def take_apart(text: str, *, read: Reader, is_cancelling: bool) -> Parts:
    read = lru_cache(maxsize=None)(read)
    text = _without_reasons(_from_better_on(text, read), read)
    parts = _second_choice(text, read)
    return parts if is_cancelling else _without_refused(parts, read)


# Reasons: "porque à tarde eu tenho fisioterapia", "tenho casamento no domingo"

REASON = re.compile(r"\b(?:porque|pois|ja que|visto que|por causa d[aeo])\b(?! nao\b)[^,.;!?]*")
EVENT = re.compile(
    r"\b(?:casamento|festa|formatura|aniversario|batizado|comunhao|crisma|viagem|viajo|prova|reuniao|fisioterapia"
    r"|entrevista|evento|show|baile|compromisso|aula|plantao|medico|dentista|exame|cirurgia|missa|culto|ensaio"
    r"|velorio|trabalho|jantar|churrasco|faculdade|escola)\b"
)
HAPPENS = re.compile(
    r"\b(?:tenho|tem|vou ter|vai ter|teremos|e|sera|vai ser|vou|vamos|estou|meu|minha|para|pro|viajo|trabalho)\b"
)
FREE_AT = re.compile(r"\b(?:depois|apos|antes|saindo|saio|folga|livre)\b")
CLAUSE = re.compile(r"[,;]|\b(?:mas|e ai|entao|por isso)\b")


def _without_reasons(text: str, read: Reader) -> str:
    """Dropped only where the rest names a wish of the same kind: "quero porque amanhã viajo" leaves us the day."""
    for start, end in ([match.span() for match in REASON.finditer(text)] + _events(text))[:MOST_WEIGHED]:
        told = read(text[start:end])[0]
        if told and read(text[:start])[0].shares_kind(told) | read(text[end:])[0].shares_kind(told):
            text = _blanked(text, start, end)
    return text


def _events(text: str) -> list[tuple[int, int]]:
    return [
        (start, end)
        for start, end in _clauses(text)
        if EVENT.search(text, start, end) and HAPPENS.search(text, start, end) and not FREE_AT.search(text, start, end)
    ]


def _clauses(text: str) -> list[tuple[int, int]]:
    edges = [0, *(edge for match in CLAUSE.finditer(text) for edge in match.span()), len(text)]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]


# "Ia hoje, mas chegou visita, melhor seria na sexta" wishes for Friday
BETTER = re.compile(r"\b(?:melhor(?: seria| e| ser| se for| para mim)*|prefiro|preferia)\b(?! que| nao)")
SOON_AFTER = 25


def _from_better_on(text: str, read: Reader) -> str:
    """Without the days named before the better one; of an alternative ("hoje ou melhor sexta") see below."""
    for match in islice(BETTER.finditer(text), MOST_WEIGHED):
        before, rest = read(text[: match.start()])
        if re.search(r"\b(?:ou|senao)[ ,]*$", text[: match.start()]) or not before.days:
            continue
        after = read(text[match.end() : match.end() + SOON_AFTER])[0]
        if after.days and not (before.times or before.professional_id):
            text = _spaced(rest) + text[match.start() :]
    return text


# The second choice: "sábado, se não tiver, sexta à noite", "14h30 ou 15h15"

_POLITE = r"(?! (?:incomod|problema|muito|pedir|atrapalh|abus|ruim|chato|dificil|trabalh|demais))"
_VACANCY = r"(?: (?:vaga|vagas|horarios?|hora|nada|livre|mais|jeito|disponivel|como|possivel|esse|essa|nesse|certo))*"
SECOND = re.compile(
    r"(?:\b(?:e|ou|mas) )?\b(?:se (?:acaso |por acaso )?nao (?:tiver|tivere?m|der|houver|puder|conseguir|rolar|for"
    r"|tem|ter|tinha|achar|sobrar|estiver|encontrar)"
    rf"|caso nao (?:tenha|de|haja|consiga|seja|role|possa|encontre))\b{_POLITE}{_VACANCY}\b"
    r"|\b(?:senao|do contrario|ou entao|em ultimo caso|como segunda opcao|na falta)\b"
)
THEN = re.compile(r",|\b(?:pode ser|serve|marca|coloca|bota|quero|entao|ai pode|fico com|ai)\b")
OR = re.compile(r"\bou\b")


def _second_choice(text: str, read: Reader) -> Parts:
    if match := SECOND.search(text):
        return _after_condition(text, match, read)
    for match in islice(OR.finditer(text), MOST_WEIGHED):
        first, _ = read(text[: match.start()])
        right = text[match.end() :]
        right = f" as{right}" if first.times and re.match(r" *\d{1,2}(?![\d:/h])", right) else right
        end = _of_kinds(right, first, read)
        second, rest = read(right[:end])
        if second and _are_alternatives(first, second):
            kept = f"{text[: match.start()]} {_spaced(rest)} {right[end:]}"
            return Parts(kept, second=replace(second, is_as_welcome=True))
    return Parts(text)


def _of_kinds(text: str, first: Named, read: Reader) -> int:
    """How far `text` names only what the first choice does: in "10h ou 11h na sexta" the day belongs to both."""
    every = read(text)[0]
    if not every.adds_kind(first):
        return len(text)
    ends = [match.end() for match in islice(re.finditer(r"[a-z0-9:]+", text), MOST_WORDS)]
    last = next((end for end in reversed(ends) if not read(text[:end])[0].adds_kind(first)), 0)
    named = read(text[:last])[0]
    return next((end for end in ends if end <= last and read(text[:end])[0].is_same(named)), last)


def _after_condition(text: str, match: re.Match[str], read: Reader) -> Parts:
    """Between the condition and a comma may stand what it is about: "se não tiver de manhã, à tarde"."""
    before, after = text[: match.start()], text[match.end() :]
    about, rest_about, later = Named(), "", after
    if then := THEN.search(after):
        about, rest_about = read(after[: then.start()])
        later = after[then.end() :]
    second, rest_later = read(later)
    if about and second:
        return Parts(f"{before} {after[: then.start()] if then else ''} {_spaced(rest_later)}", second=second)
    if not (about or second):
        return Parts(text)
    return Parts(f"{before} {_spaced(rest_about)} {_spaced(rest_later)}", second=about or second)


def _are_alternatives(first: Named, second: Named) -> bool:
    """Two times of day, two people, or two days apart; neighbouring days and parts of the day make a stretch."""
    if first.times and second.times and first.times[-1].near and second.times[0].near:
        return first.times[-1].near != second.times[0].near
    if first.times and second.times and first.times[-1].near and not second.times[0].is_any:
        return not second.times[0].covers(first.times[-1].near)
    if first.professional_id and second.professional_id:
        return first.professional_id != second.professional_id
    if first.days and second.days and not (first.times and second.times):
        before, after = first.days[-1].days, second.days[0].days
        return before.is_single and after.is_single and abs((after.start - before.start).days) > 1
    return False


# What is ruled out: "não pode ser de manhã", "menos segunda", "hoje não dá"

_VERB = (
    r"(?:posso|pode(?:ria)?(?: ser)?|da(?:ria)?(?: para mim| certo)?|vai dar|consigo|conseguiria|quero|queria|rola"
    r"|serve|tenho como|vou poder|vou conseguir|vou querer|estou|estarei|vou estar|gosto|gostaria|prefiro|funciona"
    r"|precisa ser|tenho tempo|tenho disponibilidade)"
)
RULES_OUT = re.compile(
    rf"(?<!se )(?<!caso )(?<!sei )\b(?:nao|nem) (?:me |mais |vou )?{_VERB}\b"
    r"|(?P<whole>(?<!mais ou )(?<!pelo )(?<!ao )\bmenos\b(?! de (?:\d|uma?\b|meia\b|dez\b|duas\b))"
    r"|\b(?:exceto|salvo|tirando|a nao ser|(?:que )?nao seja|sem ser|nem)\b"
    r"|\bfora (?=a |o |na |no |de |com |segunda|terca|quarta|quinta|sexta|sabado|domingo)|\bnao pode(?:ria)? ser\b"
    r"|\bmas nao\b|\bnao (?=com (?:o |a )?[a-z]|de (?:manha|tarde|noite)\b|a (?:tarde|noite)\b))"
)
ENDS = re.compile(
    r"[,;?]|\b(?:mas|porem|so|apenas|somente|prefiro|melhor|quero|queria|pode ser|posso|porque|pois|entao|tem|da|seria"
    r"|marca)\b"
)
STARTS = re.compile(r"[,;]|\b(?:mas|porem)\b")
JUST_NOT = re.compile(r"\bnao[ .!]*(?=$|,)")
JOINING = frozenset(
    "e com o a os as de da do na no em nem para dia so mas ai ah hum poxa eu mesmo ja que tambem".split()
)


def _without_refused(parts: Parts, read: Reader) -> Parts:
    text, refused = parts.kept, Named()
    position, weighed = 0, 0
    while (match := RULES_OUT.search(text, position)) and (weighed := weighed + 1) <= 2 * MOST_WEIGHED:
        position = match.start() + 1  # "mas não" may begin "mas não pode ser"
        start, end = _scope(text, match, read)
        if start == end or _suggests(text, match, end) or DEGREE.search(text, start, end):
            continue
        refused += NOTHING_NAMED if "precisa" in match[0] else read(text[start:end])[0]
        text = _blanked(text, min(start, match.start()), max(end, match.end()))
    for match in islice(JUST_NOT.finditer(text), MOST_WEIGHED):
        start = _clause_start(text, match.start())
        if not read(text[start : match.start()])[0]:
            continue
        start, _ = _just_before(text, start, match.start(), read)
        named, rest = read(text[start : match.start()])
        if named and all(word in JOINING for word in re.findall(r"[a-z0-9]+", rest)):
            refused += named
            text = _blanked(text, start, match.end())
    return Parts(text, refused, parts.second)


# "Não muito tarde" is no word about the afternoon.
DEGREE = re.compile(r"\b(?:muito|tao|mais) (?:tarde|cedo)\b|\b(?:tarde|cedo) demais\b")


def _scope(text: str, match: re.Match[str], read: Reader) -> tuple[int, int]:
    """Where the ruled out stands: after the words that do so, else before them ("de manhã não posso")."""
    ends = ENDS.search(text, match.end())
    end = ends.start() if ends else len(text)
    start = _clause_start(text, match.start())
    before, after = read(text[start : match.start()])[0], read(text[match.end() : end])[0]
    if after and (match["whole"] or not before.shares_kind(after)):
        return match.end(), _person_alone(text, match.end(), end, read) if after.professional_id else end
    return _just_before(text, start, match.start(), read) if before and not match["whole"] else (0, 0)


def _person_alone(text: str, start: int, end: int, read: Reader) -> int:
    """Where the person's name ends: "menos com o Carlos amanhã" still wishes for tomorrow."""
    found = islice(re.finditer(r"[a-z]+", text[start:end]), MOST_WORDS)
    ends = (start + match.end() for match in found)
    return next((until for until in ends if read(text[start:until])[0].professional_id), end)


def _just_before(text: str, start: int, end: int, read: Reader) -> tuple[int, int]:
    """The last words that name it; of "amanhã de manhã não posso" only the part of the day, unless another day is
    wished for.
    """
    every = read(text[start:end])[0]
    has_other_day = bool(read(text[:start])[0].days or read(text[end:])[0].days)
    wanted = replace(every, days=()) if every.times and not has_other_day else every
    starts = list(re.finditer(r"\b[a-z0-9]", text[start:end]))
    for match in reversed(starts[-MOST_WORDS:]):
        begin = start + match.start()
        if read(text[begin:end])[0].is_same(wanted):
            return begin, end
    return start, end


def _clause_start(text: str, before: int) -> int:
    return max((found.end() for found in STARTS.finditer(text, 0, before)), default=0)


def _suggests(text: str, match: re.Match[str], end: int) -> bool:
    """ "Não pode ser de manhã?" asks for it."""
    return text[end:].strip().startswith("?") and match[0].startswith("nao ") and "seja" not in match[0]


def _blanked(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def _spaced(rest: str) -> str:
    return rest.replace("·", " ")
