"""Services asked for that this business doesn't list."""

from __future__ import annotations

import re
from collections.abc import Collection

from apps.agents.providers.offline import catalog
from apps.agents.providers.offline.consent import YES_WORDS
from apps.agents.providers.offline.language import words

NAME = r"(?P<name>[a-z]{4,}(?: de [a-z]{4,})?)"
ARTICLE = r"(?P<article>(?: (?:o|a|um|uma|de|do|da|para|ai|fazer|marcar|agendar|uns|umas|as|os|meu|minha))*)"
SERVICE_ASKED = re.compile(
    r"\b(?P<verb>fazem?|fazer|trabalham? com|realizam?|oferecem?|marcar|agendar|reservar|preco d[aeo]|valor d[aeo]"
    rf"|custa|quanto (?:e|custa|fica|sai|ta|esta)){ARTICLE} {NAME}"
)
# "Química faz?", "massagem vocês têm?"
ASKED_AFTER = re.compile(rf"^(?:e |mas |a |o )*{NAME} (?:voces )?(?:tambem )?(?:fazem?|tem|trabalham?)[ ?]*$")
WISHING = frozenset({"marcar", "agendar", "reservar", "fazer"})
# Without an article, only what is built like the name of a treatment: "quero marcar drenagem", not "marcar ainda".
TREATMENT = re.compile(r"(?:cao|coes|agem|agens|uras?|ing|pia|pias|mentos?|plastia|logia|grafia|lifting|ose)$")
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
    todas juntos visita sessao novo nova logo agendamento marcacao encaixe entrada sinal total conta comanda final
    ainda entao assim apenas somente sempre nunca talvez quase ja porque pois porem contudo enquanto ate desde durante
    perto longe dentro fora junto rapido devagar urgente pressa comigo contigo conosco ele ela eles elas esse essa
    este esta aquele aquela esses essas nesse nessa neste nesta naquele naquela desse dessa deste desta dela dele
    onde quando como quantos quantas quais alguma algum algumas alguns qualquer cada tanto tanta pouco pouca bastante
    vez vezes mes meses ano anos feira turno periodo inicio comeco meio fim possivel melhor pior mesma proprio propria
    certo certa errado bem mal bom boa otimo otima legal gostaria queria quero posso pode podem preciso precisa sera
    seria seja sendo estou estao esta tava estava acho acha creio sabe sabem diz
    dizer favor gentileza obrigado""".split()
)
NEVER_NAMED = NOT_A_SERVICE | catalog.NEVER | YES_WORDS | catalog.NOT_A_NAME


def unlisted_service(rest: str) -> str:
    """ "Vocês fazem tatuagem?": the thing asked for, when it reads as a service we don't list."""
    plain = re.sub(r"\s+", " ", rest.replace("·", " ")).strip()
    if found := next((word for word in words(plain) if word in catalog.COMMON), ""):
        return _with_its_kind(plain, found)
    if (match := SERVICE_ASKED.search(plain)) and _is_a_name(match["name"]):
        is_bare = match["verb"] in WISHING and not re.search(r"\b(?:o|a|um|uma|uns|umas|as|os)\b", match["article"])
        return match["name"] if not is_bare or TREATMENT.search(match["name"].split()[0]) else ""
    match = ASKED_AFTER.search(plain)
    return match["name"] if match and _is_a_name(match["name"]) else ""


def _is_a_name(name: str) -> bool:
    first = name.split()[0]
    return first not in NEVER_NAMED and not first.endswith("mente")


# Beside a service we do list

JOINED_BY = (
    r"(?:,|\+|/|&|\b(?:e|com|mais|tambem|junto)\b)"
    r"(?: |tambem|mais|quero|queria|fazer|uma?\b|umas\b|uns\b|[ao]s?\b|de\b|para\b|minhas?\b|meus?\b|·)*"
)
AFTER_A_SERVICE = re.compile(rf"§[§ ·]*{JOINED_BY}\b(?P<name>[a-z]{{4,}})")
BEFORE_A_SERVICE = re.compile(rf"\b(?P<name>[a-z]{{4,}})[ ·]*{JOINED_BY}§")

# The "cabelo" of "cortar o cabelo e fazer a barba".
DONE_TO_IT = re.compile(r"§ (?:(?:o|a|os|as|meu|minha|de|do|da|no|na) )+$")


def also_unlisted(marked: str) -> tuple[str, ...]:
    """ "Corte e luzes": what is asked for beside a service of ours, which is marked with "§"."""
    found = []
    for pattern in (BEFORE_A_SERVICE, AFTER_A_SERVICE):
        for match in pattern.finditer(marked):
            if match["name"] in catalog.COMMON and not DONE_TO_IT.search(marked[: match.start("name")]):
                found.append(match["name"])
                marked = marked[: match.start("name")] + "§" * len(match["name"]) + marked[match.end("name") :]
    return tuple(dict.fromkeys(found))


# Another kind of a service we list

# For whom or how, when the business doesn't make a service of its own of it.
KIND = (
    r"feminin[oa]s?|infantil|infantis|bebes?|mulher(?:es)?|meninas?|criancas?|kids|senhoras?|decorad[oa]s?|artistic[oa]s?"
    r"|gel|fibra|porcelana|postic[oa]s?|acrilic[oa]s?|definitiv[oa]s?|japones[a]?|afro"
)
BY_HOW = r"maquina|tesoura|navalha"
# What it is for makes it another thing altogether.
OCCASION = r"noivas?|noivos?|madrinhas?|debutantes?|formandas?|casamento|festa"
LINK = r"(?: (?:de|da|do|para|na|no|em|com|a|o))*"
VARIANT = re.compile(rf"\b(?P<head>[a-z]+){LINK} (?P<kind>{KIND}|{BY_HOW}|{OCCASION})\b")


def variant(before: str, marked: str, *, listed: Collection[str], is_question: bool) -> tuple[str, bool]:
    """ "Corte feminino" where only "Corte" is listed: its name, and whether that is another thing altogether.

    `before`: the text as it was before the services in it were marked with "§". `listed`: the words of their names.
    """
    for match in VARIANT.finditer(before):
        kind = match["kind"]
        is_meant = marked[match.start("head")] == "§" and not {kind, match["head"]} <= set(listed)
        if is_meant and kind not in listed and (is_question or not re.fullmatch(BY_HOW, kind)):
            return match[0], bool(re.fullmatch(OCCASION, kind))
    return "", False


# "Pintar o cabelo": the deed is what is asked for, the hair only what it is done to.
DEED = (
    r"hidrat\w+|pint\w+|ting\w+|alis\w+|descolor\w+|platin\w+|relax\w+|escov\w+|depil\w+|tranc\w+|luzes|mechas"
    r"|progressiva|botox|coloracao|tintura|quimica|selagem|reflexos?"
)
DONE_TO = re.compile(rf"\b(?P<deed>{DEED})(?: (?:o|a|os|as|no|na|nos|nas|meu|minha|de|do|da))+ (?P<on>[a-z]+)")


def unlisted_deed(before: str, marked: str) -> tuple[str, bool]:
    """ "Hidratar o cabelo" where only cuts are listed: its name, and whether nothing else is asked for."""
    for match in DONE_TO.finditer(before):
        if marked[match.start("deed")] != "§" and marked[match.start("on")] == "§":
            rest = marked[: match.start("on")] + marked[match.end("on") :]
            return match[0], "§" not in rest
    return "", False


def _with_its_kind(plain: str, name: str) -> str:
    """ "Unha" → "unha decorada", "rodízio" → "rodízio de pneus"."""
    if match := re.search(rf"\b{name}{LINK} (?:{KIND}|{OCCASION})\b", plain):
        return match[0]
    match = re.search(rf"\b{name} d[eo] (?P<of>[a-z]{{3,}})", plain)
    return match[0] if match and match["of"] not in NEVER_NAMED else name
