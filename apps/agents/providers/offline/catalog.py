"""Which services and professionals of this business a message names, whatever the spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from apps.agents.providers.base import Facts, ProfessionalFact, ServiceFact
from apps.agents.providers.offline.language import fold, stem, words

# Words of a service's name that don't tell it from another.
FILLERS = frozenset("de da do das dos com e em o a os as para por na no combo pacote servico servicos promocao".split())

# What customers say for it, when the business has no service by that very name.
SYNONYMS = {
    "cabelo": "corte", "cabelos": "corte", "degrade": "corte", "fade": "corte", "navalhado": "corte",
    "disfarcado": "corte", "social": "corte", "tesoura": "corte", "maquina": "corte", "raspar": "corte",
    "aparar": "corte", "franja": "corte", "barbear": "barba", "barbeado": "barba", "bigode": "barba",
    "unha": "manicure", "unhas": "manicure", "mao": "manicure", "maos": "manicure", "pe": "pedicure",
    "pes": "pedicure", "esmalte": "manicure", "esmaltar": "manicure", "pintar": "coloracao", "tingir": "coloracao",
    "tintura": "coloracao", "tinta": "coloracao", "mechas": "luzes", "luzes": "mechas", "reflexo": "luzes",
    "alisar": "progressiva", "alisamento": "progressiva", "chapinha": "escova", "cilios": "cilio",
    "sombrancelha": "sobrancelha", "sombrancelhas": "sobrancelha", "limpar": "limpeza", "dente": "dental",
    "dentes": "dental", "lavar": "lavagem", "oleo": "oleo", "pele": "pele", "crianca": "infantil",
    "criancas": "infantil", "filho": "infantil", "menino": "infantil", "kids": "infantil", "mulher": "feminino",
    "feminina": "feminino", "homem": "masculino", "toda": "inteira", "todo": "inteiro", "masculina": "masculino",
    "dois": "2", "duas": "2", "tres": "3", "quatro": "4", "cinco": "5", "seis": "6", "oito": "8", "dez": "10",
}  # fmt: skip
# Words that only choose among services already in sight: "o primeiro" is no "primeira avaliação".
QUALIFIERS = frozenset(
    """crianca criancas filho menino mulher homem dois duas tres quatro cinco seis oito dez primeiro primeira segundo
    segunda terceiro terceira ultimo ultima""".split()
)

# Services other businesses offer: asked for here, they get an honest no instead of a shrug.
COMMON = frozenset(
    """tatuagem tattoo piercing manicure pedicure unha unhas progressiva botox luzes mechas coloracao tintura
    hidratacao sobrancelha sobrancelhas depilacao massagem maquiagem penteado escova alisamento relaxamento selagem
    platinado descoloracao bigode barba corte cabelo limpeza peeling drenagem bronzeamento cilios alongamento
    platina reflexo dread trancas tranca mega aplique peruca lavagem banho tosa consulta avaliacao clareamento
    revisao alinhamento balanceamento polimento pezinho acabamento quimica cauterizacao reconstrucao cronograma
    francesinha henna micropigmentacao epilacao axila virilha buco reflexologia shiatsu ventosa podologia barbaterapia
    rodizio vacina castracao nutricao botoxterapia limpezas massoterapia acupuntura plastica""".split()
)


@dataclass(frozen=True)
class Mention:
    """`ids`: services named for sure; `candidates`: "corte" where there are several; `unknown`: not on the list."""

    ids: tuple[int, ...] = ()
    candidates: tuple[int, ...] = ()
    unknown: str = ""

    def __bool__(self) -> bool:
        return bool(self.ids or self.candidates or self.unknown)


NOTHING = Mention()


@lru_cache(maxsize=2048)
def _words_of(name: str) -> tuple[str, ...]:
    """The plain words of a name, which is read again with every message."""
    return tuple(words(fold(name)))


def vocabulary(facts: Facts) -> frozenset[str]:
    """Every word of the business's own: names are never "corrected"."""
    names = [service.name for service in facts.services] + [service.category for service in facts.services]
    names += [professional.name for professional in facts.professionals]
    return frozenset(word for name in names for word in _words_of(name))


def name_words(service: ServiceFact) -> tuple[str, ...]:
    return tuple(word for word in _words_of(service.name) if word not in FILLERS)


def _is_same(said: str, meant: str) -> bool:
    """Equal but for ending or a slip: "cortar" and "corte", "sombrancelha" and "sobrancelha"."""
    if said == meant:
        return True
    if len(said) < 4 or len(meant) < 4:
        return False
    if stem(said) == stem(meant) and len(stem(meant)) >= 3:
        return True
    return len(said) >= 5 and said[0] == meant[0] and fuzz.ratio(said, meant) >= 84


# Everyday words that resemble names of services but never name one.
NEVER = frozenset(
    """quero queria quer tem ter para hoje amanha marcar marca marcado marco hora horas horario horarios pode poder
    como quando quanto qual quais cortesia barbearia salao favor preciso gostaria valor preco dia dias semana tarde
    noite manha boa bom sim nao com meu minha voces voce certo parte porta carta forte norte sorte barato barata
    confirma confirmar gosta serve mais menos fazer faz fazem conta conto cabe cabem social cor barbeiro barbeiros
    cabeleireiro cabeleireira cabeleireiros manda tinha""".split()
)


def find_services(text: str, facts: Facts) -> tuple[Mention, str]:
    """The services `text` names and `text` without those words."""
    tokens = [(match[0], match.start(), match.end()) for match in re.finditer(r"[a-z0-9]+", text)]
    hits = _hits(tokens, facts)
    chosen, candidates, used = _assign(hits, facts)
    if not chosen and not candidates:
        chosen, candidates, used = _by_practitioner(tokens, facts)
    if not chosen and not candidates:
        chosen, candidates, used = _by_category(tokens, facts)
    for position in used:
        _, start, end = tokens[position]
        text = text[:start] + "·" * (end - start) + text[end:]
    return Mention(tuple(chosen), tuple(candidates)), text


def _hits(tokens: list[tuple[str, int, int]], facts: Facts) -> dict[int, dict[int, str]]:
    """service id → {token position: word of its name}."""
    all_words = {word for service in facts.services for word in name_words(service)}
    hits: dict[int, dict[int, str]] = {}
    for position, (token, _, _) in enumerate(tokens):
        if token in FILLERS or (token in NEVER and token not in all_words):
            continue
        is_named = any(_is_same(token, word) for word in all_words)
        if not is_named and _is_object(tokens, position, hits):
            continue
        for service in facts.services:
            if word := _word_named(token if is_named else SYNONYMS.get(token, ""), name_words(service)):
                hits.setdefault(service.id, {})[position] = word
    return {
        service_id: found
        for service_id, found in hits.items()
        if any(tokens[position][0] not in QUALIFIERS for position in found)
    }


def _word_named(said: str, name: tuple[str, ...]) -> str:
    return next((word for word in name if said and _is_same(said, word)), "")


def _is_object(tokens: list[tuple[str, int, int]], position: int, hits: dict[int, dict[int, str]]) -> bool:
    """The "cabelo" of "hidratar o cabelo": what the named service is done to, no second service."""
    links = ("o", "a", "os", "as", "meu", "minha", "do", "da", "de", "no", "na")
    before = position - 1
    while before >= 0 and tokens[before][0] in links:
        before -= 1
    return before < position - 1 and any(before in found for found in hits.values())


def _assign(hits: dict[int, dict[int, str]], facts: Facts) -> tuple[list[int], list[int], set[int]]:
    """Give each word of the message to the service it describes best; ties are candidates."""
    chosen: list[tuple[int, int]] = []
    candidates: list[int] = []
    used: set[int] = set()
    while True:
        scores = {item.id: _score(item, hits[item.id], used) for item in facts.services if item.id in hits}
        ranked = [(score, service_id) for service_id, score in scores.items() if score > (0, 0)]
        if not ranked:
            break
        best = max(score for score, _ in ranked)
        first, *others = (service_id for score, service_id in ranked if score == best)
        positions = hits[first].keys() - used
        rivals = [service_id for service_id in others if hits[service_id].keys() - used == positions]
        first, *rivals = _without_combos([first, *rivals], facts)
        if rivals:
            candidates += [service_id for service_id in (first, *rivals) if service_id not in candidates]
        else:
            chosen.append((min(positions), first))
        used |= positions
        for service_id in (first, *rivals):
            hits.pop(service_id)
    return [service_id for _, service_id in sorted(chosen)], candidates, used


def _without_combos(ids: list[int], facts: Facts) -> list[int]:
    """ "Corte" alone doesn't mean "corte + barba", unless that is all there is."""
    names = {service.id: service.name for service in facts.services}
    return [service_id for service_id in ids if not re.search(r"\+| e ", names[service_id])] or ids


def _score(service: ServiceFact, found: dict[int, str], used: set[int]) -> tuple[int, int]:
    """(named in full, words matched); zero when every word is already taken."""
    free = {position: word for position, word in found.items() if position not in used}
    if not free:
        return (0, 0)
    name = set(name_words(service))
    matched = set(free.values())
    in_full = matched >= name
    return (int(in_full), len(free))


# Who does it stands for what they do: "psicóloga" for psychotherapy, "massagista" for a massage.
PRACTITIONER = re.compile(r"^(?=[a-z]{8}).*(?:log[oa]|ista|peuta|dora)s?$")
ROOT = 5


def _practises(said: str, service: ServiceFact) -> bool:
    roots = {word[:ROOT] for word in name_words(service) if len(word) >= ROOT}
    return bool(PRACTITIONER.search(said)) and said[:ROOT] in roots


def _by_practitioner(tokens: list[tuple[str, int, int]], facts: Facts) -> tuple[list[int], list[int], set[int]]:
    """The only service that somebody named by their profession can mean."""
    for position, (token, _, _) in enumerate(tokens):
        ids = [service.id for service in facts.services if _practises(token, service)]
        if len(ids) == 1:
            return ids, [], {position}
    return [], [], set()


def _by_category(tokens: list[tuple[str, int, int]], facts: Facts) -> tuple[list[int], list[int], set[int]]:
    for position, (token, _, _) in enumerate(tokens):
        if token in NEVER or token in FILLERS:
            continue
        ids = [
            service.id
            for service in facts.services
            if any(_is_same(token, word) for word in _words_of(service.category) if word not in FILLERS)
        ]
        if ids:
            return (ids, [], {position}) if len(ids) == 1 else ([], ids, {position})
    return [], [], set()


def narrow(candidates: tuple[int, ...], mention: Mention) -> tuple[int, ...]:
    """What remains of "qual corte?" after the answer: "infantil" alone names one of them."""
    named = mention.ids or mention.candidates
    return tuple(service_id for service_id in candidates if service_id in named) or named


# Professionals

STRANGER = re.compile(r"\bcom (?:o|a) ([a-z]{3,})\b")
NOT_A_NAME = frozenset(
    """gente equipe pessoal voce voces mesmo mesma meu minha moco moca dono dona gerente menor maior primeiro segundo
    outro outra cabelo barba maquina tesoura navalha cartao dinheiro pix desconto urgencia profissional barbeiro
    barbeira cabeleireiro cabeleireira manicure rapaz mulher homem senhor senhora tarde noite manha crianca filho
    filha marido esposa pai mae irmao amigo carro esmalte rosto atendente responsavel pessoa certeza valor preco
    que qual proprio mais mulherada galera turma pessoinha ultimo ultima do da das dos de""".split()
)


def find_professional(text: str, facts: Facts) -> tuple[ProfessionalFact | None, str, str]:
    """The professional named, the name of a stranger ("com o João"), and `text` without the name."""
    for is_meant in (_is_name, _resembles_name, _shortens_name):
        for professional in _fullest_first(text, facts):
            for match in re.finditer(r"[a-z]+", text):
                lead = LEAD.search(text[: match.start()])
                if is_meant(match[0], _first_name(professional), lead[0] if lead else ""):
                    begin = lead.start() if lead else match.start()
                    end = match.end() + len(_more_of(professional, text[match.end() :]))
                    left = text[:begin] + "·" * (end - begin) + text[end:]
                    alike = namesakes(_first_name(professional), facts)
                    is_alone = end > match.end() or len(alike) == 1
                    return (professional, "", left) if is_alone else (None, _first_name(professional), left)
    if stranger := STRANGER.search(text):
        name = stranger[1]
        service_words = {word for service in facts.services for word in _words_of(service.name)}
        is_service = any(_is_same(name, word) for word in service_words)
        is_service = is_service or any(_practises(name, service) for service in facts.services)
        if name not in NOT_A_NAME and name not in NEVER and not is_service:
            return None, name, text[: stranger.start()] + "·" * len(stranger[0]) + text[stranger.end() :]
    return None, "", text


_TITLE = r"(?:d(?:outo)?r(?:a)?|prof(?:essor)?(?:a)?|sr(?:a)?|senhor(?:a)?|dona)"
LEAD = re.compile(rf"(?:\b(?:com|do|da) )?(?:\b(?:o|a) )?(?:\b{_TITLE}\b\.? ?)?$")


def _names(professional: ProfessionalFact) -> tuple[str, ...]:
    """The words of a name without its title: "Dra. Helena Prado"."""
    every = _words_of(professional.name)
    return tuple(word for word in every if not re.fullmatch(_TITLE, word)) or every


def _first_name(professional: ProfessionalFact) -> str:
    return next(iter(_names(professional)), "")


def _more_of(professional: ProfessionalFact, after: str) -> str:
    """What follows a first name and is the rest of it: " clara" of "ana clara"."""
    found = ""
    for word in _names(professional)[1:]:
        if match := re.match(rf" {word}\b", after[len(found) :]):
            found += match[0]
    return found


def _fullest_first(text: str, facts: Facts) -> list[ProfessionalFact]:
    """Of two with the same first name, the one named in full comes first."""

    def length(person: ProfessionalFact) -> int:
        return max((len(_more_of(person, text[m.end() :])) for m in re.finditer(_first_name(person), text)), default=0)

    return sorted(facts.professionals, key=length, reverse=True)


def namesakes(name: str, facts: Facts) -> tuple[ProfessionalFact, ...]:
    """Everybody with this first name: who is called so is no stranger, but must be told apart."""
    return tuple(person for person in facts.professionals if _first_name(person) == name.lower())


def _is_name(token: str, name: str, _: str) -> bool:
    return token == name and token not in NEVER


def _resembles_name(token: str, name: str, _: str) -> bool:
    is_long = len(token) >= 5 and len(name) >= 5 and token not in NEVER
    return is_long and token[0] == name[0] and fuzz.ratio(token, name) >= 83


def _shortens_name(token: str, name: str, lead: str) -> bool:
    """ "O Rafa", and with "com" even "com a Ju"."""
    is_short_for = name.startswith(token) and token not in NOT_A_NAME
    return is_short_for and bool(lead) and len(token) >= (2 if lead.startswith("com ") else 4)


def by_id(facts: Facts, ids: tuple[int, ...]) -> tuple[ServiceFact, ...]:
    services = {service.id: service for service in facts.services}
    return tuple(services[service_id] for service_id in ids if service_id in services)
