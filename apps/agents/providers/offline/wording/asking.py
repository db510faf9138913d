"""Questions about the business."""

from __future__ import annotations

from apps.agents.providers.offline.acts import Act

OPEN = r"(?:abre[m]?|fecha[m]?|comeca[m]?|encerra[m]?|funciona[m]?|atende[m]?)"

PATTERNS: dict[Act, tuple[str, ...]] = {
    Act.ASK_PRICE: (
        r"\b(?:precos?|valor(?:es)?|custa[m]?|custo|custaria|tabela|orcamento|quanto(?! tempo)|cobra[m]?)\b",
    ),
    Act.ASK_DURATION: (
        r"\b(?:quanto tempo(?! antes| de antecedencia)"
        r"|demora(?: muito)?|duracao|quantos minutos|leva quanto|dura quanto)\b",
        r"\bquanto (?:que )?(?:demora|dura|leva)\b",
        r"\b(?:qual|o que) (?:deles |e que )?(?:demora|dura|leva) (?:mais|menos)\b",
        r"\bqual (?:e )?(?:o )?mais rapid[oa]\b",
    ),
    Act.ASK_IF_OFFERED: (
        r"^(?:e |ai )?(?:voces (?:tambem )?)?(?:fazem?|tem|trabalha[m]? com|realizam?"
        r"|oferecem?|mexem?(?: com)?|atende[m]?)(?: (?:servico de|o|a|com))* ·",
        r"^(?:e |ai )?voces (?:tambem )?·[· ]*\?",
    ),
    Act.ASK_HOURS: (
        rf"\bque horas?(?: e que)?(?: voces?)?(?: \w+)? ?{OPEN}\b",
        r"\bhorarios? d[eo] (?:funcionamento|atendimento|voces|loja|abertura|fechamento|salao|barbearia|trabalho)\b",
        r"\bate (?:que|quantas) horas\b|\bferiados?\b",
        r"\b(?:abre[m]?|abriu|fecha[m]?|funciona[m]?|vai abrir|vao abrir|abert[oa]s?)\b",
        r"\b(?:atende[m]?|trabalha[m]?|tem atendimento) (?:(?:no|na|nos|aos|em|de|ate|dia|todos|tambem|final) )*·",
        rf"·[· ]*(?:voces )?(?:trabalha[m]?|{OPEN})\b",
        r"\b(?:que|quais)(?: os)? dias? (?:voces )?(?:abre|atende|funciona|trabalha)[mo]?\b",
    ),
    Act.ASK_SERVICES: (
        r"\b(?:quais|que|qual)(?: (?:sao|os|as|opcoes|tipos?|de|outros|seus))* servicos?\b"
        r"|\b(?:fala|passa|diz|mostra|manda|ve|saber|conhecer|lista|tabela)(?: \w+){0,3} servicos?\b"
        r"|\bservicos? (?:voces )?(?:fazem?|oferecem?|tem)\b",
        r"\bo que (?:e que )?(?:voces?|a|o|ai)? ?(?:\w+ )?(?:fazem?|oferecem?|tem)\b|\btipos? de (?:corte"
        r"|servico|·)|\bque tipo de (?:coisa|servico|trabalho)s?\b",
        r"\b(?:cardapio|catalogo|menu|lista de servicos?|tabela de servicos?)\b|^(?:os )?servicos?[ ?!.]*$",
    ),
    Act.ASK_ADDRESS: (
        r"\b(?:endereco|localizacao|localizad[oa]s?|ponto de referencia|maps)\b|\bperto d[eo] (?:onde"
        r"|que)\b|\b(?:em )?(?:que|qual) (?:cidade|lugar)\b"
        r"|\b(?:ficam?|estao?) onde\b|^onde[ ?]*$",
        r"\bonde (?:e que )?(?:voces )?(?:fica[m]?|e|esta[o]?|sao|ta)\b(?! (?:meu|minha))",
        r"\bcomo (?:eu )?(?:chego|chegar|faco para chegar)\b|\b(?:qual (?:a |e a )?|que )rua\b"
        r"|\b(?:qual (?:o )?|(?:em )?que )bairro\b",
    ),
    Act.ASK_PROFESSIONALS: (
        r"\bquem (?:e que )?(?:atende|trabalha|corta|faz|vai me atender|sao os|esta atendendo|esta|ta|tem"
        r"|e o barbeiro)\b",
        r"\bquais (?:sao )?(?:os |as )?(?:profissionais|barbeiros|cabeleireir[oa]s|manicures)\b",
        r"\bnomes? d[oe]s? (?:barbeiro|profissiona)\w+|\bquantos (?:barbeiros|profissionais)\b",
    ),
    Act.ASK_WHO: (
        r"\b(?:voce|ai|aqui|isso|ta|e|falando com)(?: \w+){0,3} (?:robo|bot|humano|maquina|ia|inteligencia artificial"
        r"|pessoa (?:real|de verdade)|assistente)\b(?=[^?]*\?|[ .!]*$)",
        r"\bquem (?:e voce|ta falando|esta falando|fala|e)[ ?!.]*$|\b(?:seu|teu) nome\b"
        r"|\bcom quem (?:eu )?(?:falo|estou|to)\b",
    ),
}
