"""Portuguese as customers type it, brought to one plain form: lower case, no accents, no abbreviations, no typos.

The result keeps digits and the punctuation that dates, times and questions need, and three marks
for the gestures that matter: 👍, 👎 and 😡.
"""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz.distance import OSA

ABBREVIATIONS = {
    "vc": "voce", "ce": "voce", "vcs": "voces", "cs": "voces", "hj": "hoje", "oje": "hoje", "amnh": "amanha",
    "amn": "amanha", "amnha": "amanha", "amanh": "amanha", "amanhan": "amanha", "blz": "beleza", "bele": "beleza",
    "obg": "obrigado", "obgd": "obrigado", "obgda": "obrigada", "brigado": "obrigado", "brigada": "obrigada",
    "brigadao": "obrigado", "obrigadao": "obrigado", "vlw": "valeu", "vlww": "valeu", "tmj": "valeu", "pq": "porque",
    "tbm": "tambem", "tb": "tambem", "tbem": "tambem", "qto": "quanto", "qnt": "quanto", "qnto": "quanto",
    "qt": "quanto", "qdo": "quando", "qnd": "quando", "mto": "muito", "mt": "muito", "msm": "mesmo", "d": "de",
    "q": "que", "oq": "o que", "c": "com", "p": "para", "pra": "para", "pras": "para as", "pro": "para o",
    "pros": "para os", "prum": "para um", "n": "nao", "nn": "nao", "naum": "nao", "num": "nao", "ñ": "nao",
    "ss": "sim", "sm": "sim", "si": "sim", "agr": "agora", "dps": "depois", "depos": "depois", "td": "tudo",
    "tds": "todos", "fds": "fim de semana", "pfv": "por favor", "pf": "por favor", "pfvr": "por favor",
    "plz": "por favor", "pls": "por favor", "ngm": "ninguem", "alg": "alguem", "alguen": "alguem", "alguém": "alguem",
    "qro": "quero", "qero": "quero", "kero": "quero", "qria": "queria", "keria": "queria", "eh": "e", "serv": "servico",
    "end": "endereco", "hrs": "horarios", "hr": "horario", "hro": "horario", "cmg": "comigo", "ctg": "contigo",
    "nd": "nada", "add": "adiciona", "perai": "pera", "peraí": "pera", "perae": "pera", "opcoes": "opcoes",
    "sabado": "sabado", "sab": "sabado", "dom": "domingo", "seg": "segunda", "qua": "quarta", "qui": "quinta",
    "sex": "sexta", "qq": "qualquer", "qlqr": "qualquer", "qlq": "qualquer", "okay": "ok", "okey": "ok", "oks": "ok",
    "kbelo": "cabelo", "kd": "cade", "vdd": "verdade", "cmo": "como", "fzr": "fazer", "p/": "para",
    "amg": "amigo", "amgs": "amigos",
    "cabelin": "cabelo", "cabelinho": "cabelo", "barbinha": "barba", "cortezinho": "corte", "cortinho": "corte",
    "horarinho": "horario", "tardinha": "fim da tarde", "tardezinha": "fim da tarde", "manhazinha": "manha",
}  # fmt: skip

# Words worth recovering from a slip of the finger.
VOCABULARY = (
    "amanha", "sabado", "domingo", "segunda", "terca", "quarta", "quinta", "sexta", "manha", "tarde", "noite",
    "horario", "horarios", "marcar", "agendar", "remarcar", "reagendar", "cancelar", "desmarcar", "depois", "semana",
    "proxima", "proximo", "primeiro", "segundo", "terceiro", "ultimo", "obrigado", "obrigada", "confirmo", "confirmar",
    "atendente", "pessoa", "endereco", "servico", "servicos", "preco", "qualquer", "alguem", "desculpa", "gostaria",
    "quanto", "funcionamento", "profissional", "localizacao", "adicionar", "beleza", "fechado", "disponivel",
)  # fmt: skip

# Ordinary words one slip away from the vocabulary: they are what they say.
ORDINARY = frozenset(
    """minha minhas manhas quanta quantas quantos quando tarda tardes noites note marca marcas marco marcou marquei
    marcado marcada marcados marque cancela cancelou cancelado cancelada cancele precos pessoas pesado pessoal mesma
    mesas mesa meses semanas segundos segundas terceira primeira primeiros ultima ultimos ultimas obrigados sexto
    quinto quarto quartos quente quinze queria quero agenda agendo agende agendado confirma confirmado confirmada
    confirme fechada fechados parte porta carta corte cortes barba fecha feche disponiveis funciona funcionam sabados
    domingos quintas sextas quartas tercas alguma algum algumas alguns remarca remarcado desmarca desmarcado tarefa
    atende atendem atendentes atendimento profissionais gostei gosta gosto proximas proximos para pera parar seria
    queira querida querido manda mando mandar santa santo grande tempo conta contar canto cantar ontem antes ordem
    hora horas outro outra outros sexo noiva norte sorte forte tinha tenho temos verde terno certa certo cerca perca
    presa preto prego presto pressa depende segundo segunda servir cancelaram
    desmarcaram remarcaram marcaram""".split()
)

MONTHS = "janeiro|fevereiro|marco|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro"
LAUGHTER = re.compile(r"\b(?:k{2,}|(?:ha|he|hi|hua){2,}h?|(?:rs){1,}s*)\b")
SKIN_AND_FRAMES = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f\u20e3\u200d]")
# Said for the sound of it, from the north to the south.
INTERJECTIONS = re.compile(
    r"\b(?:oxente|oxe|oxi|uai(?: so)?|bah(?: tche)?|tche|vixe|vish|eita|arre|visse|mermao|ue|afe|egua|mds"
    r"|caramba)\b[ ,]*"
)
# What the transcript puts for things without words; the words beside them count.
MARKS = re.compile(r"\[(?:foto|figurinha|localização|contato|pedido)\]")
AGREEING = re.compile("[👍👌✅🙌🤝👊💪☑✔]+")
REFUSING = re.compile("[👎❌🚫]+")
ANGRY = re.compile("[😡🤬😤👿]+")
STRETCHED = re.compile(r"\b(?:s+i+m+|n+a+o+|o+k+)\b")
STRETCHED_WORDS = {"s": "sim", "n": "nao", "o": "ok"}
LEFT_OUT = re.compile(r"[^a-z0-9\s.,;:!?/$%+\-()👍👎😡\n]")

# Words that turn what follows into a time of day.
LED = "as|das|pelas|umas|(?:depois|antes|partir) d[aeo]s?|ate as"


def normalise(text: str, *, known: frozenset[str] = frozenset()) -> str:
    """The plain form of a message. `known` are words of this business that no typo correction may touch."""
    return correct(expand(fold(text)), known=known)


def fold(text: str) -> str:
    """Lower case without accents, elongations, laughter or decoration: "Bom diaaa 😍" → "bom dia"."""
    text = MARKS.sub(" ", SKIN_AND_FRAMES.sub("", text.lower()))
    text = ANGRY.sub(" 😡 ", REFUSING.sub(" 👎 ", AGREEING.sub(" 👍 ", text)))
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = re.sub("[–—]", "-", text)
    text = LAUGHTER.sub(" ", text)
    text = re.sub(r"([a-z])\1{2,}", r"\1", text)
    text = re.sub(r"([aeiou])\1+\b", r"\1", text)
    text = STRETCHED.sub(lambda match: STRETCHED_WORDS[match[0][0]], text)
    text = LEFT_OUT.sub(" ", text)
    return re.sub(r"[ \t]+", " ", text).strip()


def expand(text: str) -> str:
    """Abbreviations spelt out; "hr" is an hour after a number and a time to book elsewhere."""
    text = re.sub(r"(\d)\s?(?:hrs?|hs)\b", r"\1h", text)
    text = re.sub(r"\b(\d{1,2})e(\d{2})\b", r"\1:\2", text)
    text = re.sub(r"^(?:as )?([01]?\d|2[0-3])([0-5]\d)[.! ]*$", r"\1:\2", text)
    text = re.sub(rf"\b({LED}) ([01]?\d|2[0-3])([0-5]\d)\b(?! ?(?:reais|conto))", r"\1 \2:\3", text)
    text = INTERJECTIONS.sub(" ", text).strip()
    text = re.sub(rf"\bprimeiro de (?={MONTHS})", "1 de ", text)
    return re.sub(r"[a-z]+", lambda word: ABBREVIATIONS.get(word[0], word[0]), text)


def correct(text: str, *, known: frozenset[str] = frozenset()) -> str:
    return re.sub(r"[a-z]{5,}", lambda word: _nearest(word[0], known=known), text)


def _nearest(word: str, *, known: frozenset[str]) -> str:
    if word in known or word in ORDINARY or word in VOCABULARY:
        return word
    allowed = 2 if len(word) >= 9 else 1
    alike = (target for target in VOCABULARY if target[0] == word[0])
    distance, target = min(
        ((OSA.distance(word, target, score_cutoff=allowed), target) for target in alike), default=(9, "")
    )
    return target if distance <= allowed else word


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text)


SUFFIXES = (
    "amentos", "imentos", "amento", "imento", "acoes", "acao", "icao", "adas", "ados", "ando", "endo", "aria",
    "inhos", "inhas", "inho", "inha", "uras", "ada", "ado", "ura", "ar", "er", "ir", "ei", "ou", "as", "os", "es",
    "am", "a", "e", "o", "i", "u",
)  # fmt: skip


def stem(word: str) -> str:
    """What "corte", "cortar" and "cortes", or "hidratar" and "hidratação", have in common."""
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4 - (len(suffix) < 2):
            return word[: -len(suffix)]
    return word
