"""Words as retrieval sees them: folded, without those that say nothing, by their Portuguese stems."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable

from django.db import connection

from apps.lib.text import fold

_WORD = re.compile(r"[a-z0-9]+")
_JOINED = re.compile(r"\b([a-z]+)-([a-z]+)\b")
_CACHED_STEMS = 50_000

# Function words, and what a customer says around a question without asking it; folded.
_SILENT = frozenset(
    """
    a ao aos as o os um uma uns umas de da do das dos d em na no nas nos num numa por pelo pela pelos pelas para pra
    pro pras pros com sem sob sobre entre ate apos desde e ou mas nem que q se como quando onde qual quais quem cujo
    cuja porque pq porq pois entao tambem tb tbm ja ainda so muito mais menos bem mal la aqui ai ali eu tu ele ela nos
    vos eles elas voce voces vc vcs ce ces me te lhe lhes meu minha meus minhas seu sua seus suas teu tua nosso nossa
    nossos nossas dele dela deles delas este esta estes estas esse essa esses essas isso isto aquele aquela aquilo ser
    sou es somos sao era eram foi foram sera seria seriam seja fosse sendo sido estar estou estao estava estavam esteve
    esteja ta to tao ter tem tenho temos teem tinha tinham tiver teria tive teve haver ha houve havia existe existem
    possui possuem fica ficam ir vou vai vamos vao ia pode podem poder posso podemos poderia podia quero quer queria
    querem gostaria queremos gente saber sei sabe informar informacao duvida pergunta perguntar dizer diz fala falar
    faz fazem fazer feito dar ver vejo acha achar preciso precisa precisar consigo consegue consegues oi ola oie opa
    eai tudo obrigado obrigada obg valeu vlw favor pf pfv pfvr gentileza moca moco amigo amiga querido querida senhor
    senhora ok certo sim nao n ne hein uai algum alguma alguns algumas nenhum nenhuma todo toda todos todas outro outra
    outros outras cada qualquer mesmo mesma quanto quanta quantos quantas qto qta qtos qtas qts coisa tipo problema msm
    min
    """.split()
)
# When, not what: said with any question, and found in any passage that names a time.
_TIMELY = frozenset(
    """hora horas horario horarios hr hrs dia dias hoje hj amanha amanhas ontem agora semana semanas manha tarde noite
    mes meses minuto minutos data datas segunda terca quarta quinta sexta sabado domingo tempo vez vezes""".split()
)
# Said of oneself, of one's own booking, of the house as such, or in anger: nothing a business could teach.
_IDLE = frozenset(
    """marquei marcou marcaram marcado marcada marcados agendei agendou agendado agendada reservei cancelei livre livres
    vaga vagas disponivel disponiveis amg amgs mano vei cara gata bb anjo chefe patrao irmao beleza blz joia tranquilo
    porcaria merda bosta lixo droga nojo pessimo pessima pessimos horrivel horriveis ridiculo ridicula ruim ruins
    absurdo idiota idiotas burro burra burros incompetente incompetentes palhacada barbearia barbearias salao saloes
    loja estabelecimento lugar verdade serio bom boa legal kkk kk rs obs""".split()
)
_GREETING = re.compile(r"\b(?:bom+ dia+|boa+ (?:tarde|noite))\b")

_stems: OrderedDict[str, str] = OrderedDict()
_lock = threading.Lock()


def words(text: str) -> list[str]:
    """Every word, folded, in order."""
    return _WORD.findall(fold(text))


def spoken(text: str) -> str:
    """A passage's folded text, with wi-fi also as the wifi that customers write."""
    folded = fold(text)
    return " ".join([folded, *(f"{first}{second}" for first, second in _JOINED.findall(folded))])


def telling(text: str) -> list[str]:
    """The words that say what it is about, in order, each once."""
    every = dict.fromkeys(_WORD.findall(_GREETING.sub(" ", fold(text))))
    return [word for word in every if word not in _SILENT and (len(word) > 1 or word.isdigit())]


def is_timely(word: str) -> bool:
    """Whether it only says when: a number, an hour, a day."""
    return word in _TIMELY or word.isdigit()


def has_substance(text: str) -> bool:
    """Whether it asks about something: more is said than when, than small talk or a grievance."""
    return any(not is_timely(word) and word not in _IDLE for word in telling(text))


def stems(wanted: Iterable[str]) -> dict[str, str]:
    """Folded word → its stem as PostgreSQL's `portuguese` makes it; one statement for those not yet known."""
    wanted = list(dict.fromkeys(wanted))
    with _lock:
        found = {word: _stems[word] for word in wanted if word in _stems}
    if missing := [word for word in wanted if word not in found]:
        found |= _ask(missing)
    return found


def _ask(missing: list[str]) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, coalesce((ts_lexize('portuguese_stem', word))[1], word) FROM unnest(%s::text[]) AS word",
            [missing],
        )
        fresh = dict(cursor.fetchall())
    with _lock:
        _stems.update(fresh)
        while len(_stems) > _CACHED_STEMS:
            _stems.popitem(last=False)
    return fresh
