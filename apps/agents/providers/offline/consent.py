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
    r"^(?:ah |entao |opa |ta |oi )*(?:sim|pode sim|pode ser|isso mesmo|isso|ok|fechado|confirmo|confirmado"
    r"|claro|com certeza"
    r"|beleza|perfeito|bora|combinado|pode (?:confirmar|marcar|agendar|cancelar|remarcar|trocar)|quero sim"
    r"|ta bom|ta otimo"
    r"|por mim|aham|uhum)\b|^👍"
)
NO = re.compile(
    r"^(?:ah |hum |ixi |poxa |opa )*(?:nao|nops?|nem|negativo|👎|nunca)(?!\w)(?! (?:tem problema|sei|entendi"
    r"|consigo ver))"
    r"|\b(?:nenhum|nenhuma)\b|^👎|\bclaro que nao\b|\bacho que nao\b|\bmelhor nao\b|\bainda nao\b|\bagora nao\b"
    r"|\bnao (?:serve|da|quero|confirma|confirme|marca|marque|pode|posso|consigo|gostei|rola|curto|vai dar)\b"
)
NO_PROBLEM = re.compile(r"\b(?:sem problemas?|nao tem problema|por que nao|porque nao)\b")


def answer(rest: str, text: str, *, is_wish: bool) -> set[Act]:
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
    return {Act.YES} if is_plain_yes(plain) and not (is_wish and yeses <= WEAK_YES) else set()


def is_plain_yes(text: str) -> bool:
    said = re.findall(r"[a-z0-9]+|👍", text)
    return any(word in YES_WORDS for word in said) and all(word in YES_WORDS or word in FILLING for word in said)
