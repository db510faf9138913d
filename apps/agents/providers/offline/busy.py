"""When customers say they are taken up by something else: "tenho aula até as 18h", "trabalho das 9h às 12h".

Such a time is no wish but the edge of one, so the text is put as one: "depois das 18h". Reads normalised text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

_TIME = r"(?:\d{1,2}(?!\d|/)(?: ?(?:[:h] ?[0-5]\d|h(?:oras?)?\b))?(?: e meia| da (?:manha|tarde|noite))?|meio dia)"
_DOING = (
    r"casamento|festa|formatura|aniversario|batizado|crisma|viagem|prova|reuniao|fisioterapia|entrevista|evento|show"
    r"|baile|compromisso|aulas?|plantao|medico|dentista|exames?|cirurgia|missa|culto|ensaio|velorio|jantar|churrasco"
    r"|faculdade|escola|colegio|curso|treino|academia|expediente|trabalho|trabalhando|servico|voo|onibus"
)
# Being there, or about it; "depois do trabalho" and "para o casamento" are something else.
_BUSY = (
    rf"(?:\b(?:estou|to|fico|estarei|vou estar|vou ficar|ficarei) (?:muito |bem )?(?:ocupad[oa]|pres[oa]|fora)"
    rf"|\b(?:tenho|terei|vou ter|temos|estou|to|fico|estarei|vou estar|vou ficar) (?:[a-z]+ ){{0,3}}?(?:{_DOING})"
    r"|(?<!do )(?<!meu )(?<!de )(?<!o )(?<!apos )\b(?:(?:eu|mas|que|porque|pois|so) )?trabalho"
    r"|\btrabalhamos|\b(?:eu )?estudo|\bdou aula)\b"
)
# "Até" in Portuguese; of other languages it comes as "antes das".
BUSY_UNTIL = re.compile(
    rf"(?P<doing>{_BUSY}[^,;.?!]{{0,30}}?) (?:so )?(?:ate|antes)(?: (?:as|das|o|a|de))? (?P<time>{_TIME})"
)
_SPAN = rf"(?:das|de|entre(?: as)?) {_TIME} (?:as|ate(?: as)?|a|e) {_TIME}"
BUSY_BETWEEN = re.compile(rf"(?P<doing>{_BUSY})(?P<on>[^,;.?!]{{0,20}}?) (?P<span>{_SPAN})")
BETWEEN_BUSY = re.compile(rf"(?P<span>{_SPAN}),? (?P<doing>(?:eu )?{_BUSY})")
# At a moment: "tenho prova às 14h", "meu voo é às 10h".
_EVENT = (
    rf"(?:\b(?:tenho|terei|vou ter|temos|teremos|vou (?:a|ao|no|na|em|num|numa|para)|(?:meu|minha)) ?"
    rf"(?:[a-z]+ ){{0,3}}?(?:{_DOING})\b)"
)
_LEAVING = (
    r"(?:\b(?:tenho que|tenho de|preciso|vou ter que|precisaria) (?:[a-z]+ )?"
    r"(?:sair|voltar|buscar|pegar|entrar|trabalhar|viajar|ir embora|ir trabalhar|estar (?:em|no|na|de volta))\b)"
)
EVENT_AT = re.compile(rf"(?P<doing>(?:{_EVENT}|{_LEAVING})[^,;.?!]{{0,25}}?) (?:as|ao|a|e as) (?P<time>{_TIME})")
FREE_FROM = re.compile(
    rf"(?P<doing>\b(?:saio|largo|saindo|me libero|fico livre)\b[^,;.?!]{{0,25}}?) (?:as|ao|so as) (?P<time>{_TIME})"
)
AFTERWARDS = re.compile(r"\b(?:depois|logo apos|em seguida|na sequencia)\b(?! (?:d[aeo]s?|que|eu|te|vejo|a gente) )")
# What is said inside such a part and still belongs to the wish.
DAY = re.compile(
    r"\b(?:hoje|amanha|depois de amanha|(?:n[ao] )?(?:segunda|terca|quarta|quinta|sexta|sabado|domingo))\b"
)
BEFOREHAND = re.compile(r"\bantes\b(?! d[aeo]s? )")


def as_wishes(text: str, *, has_time: Callable[[str], bool], known: Collection[str], is_moving: bool) -> str:
    """`has_time`: whether a part of the text names a time; who wishes for one needs no edge at another.

    `known`: words of our services, which are no other matter of the customer's. `is_moving`: an appointment, because
    of the event, whose time then tells nothing.
    """

    def edge(match: re.Match[str], lead: str) -> str:
        if any(word in known for word in re.findall("[a-z]+", match["doing"])):
            return match[0]
        around = (match.string[: match.start()], match.string[match.end() :])
        day = DAY.search(match["doing"])
        kept = f" {day[0]} " if day else " "
        return f"{kept}{lead} {match['time']}" if lead and not any(has_time(part) for part in around) else kept

    text = BUSY_UNTIL.sub(lambda match: edge(match, "depois das"), text)
    text = FREE_FROM.sub(lambda match: edge(match, "depois das"), text)
    text = BETWEEN_BUSY.sub(lambda match: f"{match['span']} nao posso", text)
    text = BUSY_BETWEEN.sub(lambda match: f"{match['on']} {match['span']} nao posso", text)
    is_before, is_after = BEFOREHAND.search(text), AFTERWARDS.search(text)
    lead = "antes das" if is_before else "depois das" if is_after else "" if is_moving else "antes das"
    return EVENT_AT.sub(lambda match: edge(match, lead), text)
