"""Yes and no."""

from __future__ import annotations

import re

from apps.agents.providers.offline.acts import Act

YES_WORDS = frozenset(
    """sim isso pode podemos ok fechado fechou fecha confirmo confirmado confirma confirmar confirme bora beleza claro
    certeza perfeito perfeita show otimo otima combinado certo certinho aham uhum uhu exato exatamente positivo serve
    joia top tranquilo 👍 quero aceito vamo vamos correto ta marca marcar marque agenda agendar manda dale demoro yes
    maravilha excelente bao demorou partiu firmeza suave afirmativo confere valendo
    bacana massa legal esse essa este serviu gostei vou fechar s concordo cancela cancelar remarca
    remarcar troca trocar fico querer""".split()
)
# Words that may stand beside a yes without saying anything else.
FILLING = frozenset(
    """ser por favor mim de com que ai entao e o a esta bom boa bola assim mesmo tudo ja agora para eu la muito voce me
    meu minha tambem da se der ne viu uai pois moca moco amigo amiga querida querido horario bem ficou fica fiz do dele
    dela nesse nisso nessa no na melhor opa oba ah oh sem problema problemas duvida em cima gente faz fazer ate y
    🙏""".split()
)
# A yes only when nothing else is wished for in the sentence.
WEAK_YES = frozenset(
    """esse essa este vou so marca marcar agenda agendar cancela cancelar remarca remarcar troca trocar legal isso ta
    quero manda fecha querer""".split()
)
STARTS_YES = re.compile(
    r"^(?:ah |entao |opa |ta |oi )*(?:sim|pode sim|pode ser|isso mesmo|ok|fechado|confirmo|confirmado"
    r"|claro|com certeza"
    r"|beleza|perfeito|bora|combinado|pode (?:confirmar|marcar|agendar|cancelar|remarcar|trocar)|quero sim"
    r"|ta bom|ta otimo"
    r"|por mim|aham|uhum)\b|^👍"
)
NO = re.compile(
    r"^(?:(?:ah|hum|ixi|ih|poxa|opa|nossa)[ ,.!]+)*(?:nao|nops?|nem|negativo|👎|nunca)(?!\w)"
    r"(?! (?:tem problema|sei|entendi|consigo ver))"
    r"|\b(?:nenhum|nenhuma)\b|^👎|\bclaro que nao\b|\bacho que nao\b|\bmelhor nao\b|\bainda nao\b|\bagora nao\b"
    r"|\bnao (?:serve|da|quero|confirma|confirme|marca|marque|pode|posso|consigo|gostei|rola|curto|vai dar)\b"
)
# A no that says yes. "Porque não" gives a reason unless the clause ends there.
NO_PROBLEM = re.compile(
    r"\b(?:sem problemas?|nao tem problema|se nao (?:tiver|for|der) (?:problema|incomod\w+))\b"
    r"|\bpor ?que nao\b(?=\s*(?:$|[,.!?]))"
)
# Whoever says yes and one of these takes some of it back: better to ask again than to do what was not wanted.
TAKEN_BACK = re.compile(
    r"\b(?:nao|nem|nunca|mas|porem|so que|pera|espera|perai|mudei|desisti|caro|errado|quanto|qual)\b"
    r"|\bdeixa (?:pra|para|quieto|assim)\b"
    r"|\b(?:but|not|never|wait|cannot|(?:do|does|wo|ca)n ?['\u2019]?t|late|changed|pero|cambie)\b"
    r"|\bno (?:quiero|puedo|voy|me|va|vale|gracias)\b|(?:^|[, ])no$|\bno,"
)


# "Sim, se custar até 40": agreed to only on terms, which are to be told first.
ON_TERMS = re.compile(
    r"\b(?:se|caso|desde que|contanto que) (?:(?:o |a )?(?:preco|valor|corte|servico) )?(?:nao )?"
    r"(?:for|custar|ficar|sair|passar|der|cobrar\w*|demorar|durar|levar|seja|custe|fique|saia|passe|demore|dure|leve)\b"
    r"[^.]*?(?:\d+|\bbarat|\brapid|\bpouco)"
)


def answer(rest: str, text: str, *, is_wish: bool) -> set[Act]:
    """Yes or no, never from a question. A yes that is taken back is neither; "quero" beside a wish is part of it."""
    plain = rest.replace("·", " ").strip(" ,.!?")
    if text.endswith("?"):
        return set()
    meant = NO_PROBLEM.sub(" ", plain).strip(" ,.!")
    if NO.search(meant):
        return {Act.NO}
    if ON_TERMS.search(text):
        return set()
    if TAKEN_BACK.search(NO_PROBLEM.sub(" ", text).strip(" ,.!")):
        return set()
    if STARTS_YES.search(meant):
        return {Act.YES}
    if meant != plain and (not meant or is_plain_yes(meant) or all(word in FILLING for word in meant.split())):
        return {Act.YES}
    yeses = {word for word in re.findall(r"[a-z0-9]+|👍", meant) if word in YES_WORDS}
    return {Act.YES} if is_plain_yes(meant) and not (is_wish and yeses <= WEAK_YES) else set()


def is_plain_yes(text: str) -> bool:
    said = re.findall(r"[a-z0-9]+|👍", text)
    return any(word in YES_WORDS for word in said) and all(word in YES_WORDS or word in FILLING for word in said)
