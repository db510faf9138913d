"""What is said about a wish besides its service, day, time and person."""

from __future__ import annotations

from apps.agents.providers.offline.acts import Act
from apps.agents.providers.offline.wording.manners import FAMILY

# Where a service was found; days, times and people are blanked otherwise.
SERVICE = "§"

PATTERNS: dict[Act, tuple[str, ...]] = {
    Act.GROUP: (
        rf"\b(?:eu|mim) e (?:o |a |para o |para a |para )?(?:meu|minha) {FAMILY}\b|\bpara (?:dois|duas|tres|2"
        rf"|3|4)(?: pessoas)?\b",
        rf"(?<!os )(?<!as )\b(?:dois|duas|tres|quatro|2|3|4) {SERVICE}",
    ),
    Act.REPEAT: (
        r"\b(?:tod[oa]|cada|tod[oa]s (?:os|as)) ·|\btod[oa]s? (?:(?:os|as) )?(?:dias?|semanas?|mes(?:es)?)\b",
        r"\ba cada (?:\w+ )?(?:dias?|semanas?|mes(?:es)?)\b|\b(?:semanal|quinzenal|mensal)mente\b",
    ),
    Act.ALL: (r"\b(?:(?:os|as) (?:dois|duas|tres|2|3)|ambos|ambas|tudo junto|dois juntos)\b",),
    Act.ADD: (
        r"\b(?:tambem|adicion\w+|inclu\w+|acrescent\w+|coloca\w*|aproveit\w+|alem d\w+|junto|bota)\b"
        r"|\bmais (?:a |o |uma? )?·",
        r"^(?:ah |e |com )+(?:a |o )?·",
    ),
    Act.ANOTHER: (
        r"\bmais (?:um|uma|1)\b(?! (?:pouco|pouquinho|tempo|tempinho|minuto|vez|duvida|pergunta|coisa))",
        rf"\bpara (?:o |a )?(?:meu|minha) {FAMILY}\b|\bpara outra pessoa\b",
        rf"\b(?:o|a) (?:horario )?d[oa] (?:meu|minha) {FAMILY}\b",
        rf"\b(?:meu|minha) {FAMILY} (?:tambem|vai|quer|queria|precisa|vem)\b",
    ),
    Act.ONLY: (r"\b(?:so|somente|apenas)\b",),
    Act.REMOVE: (r"\b(?:sem|tira[r]?|retira[r]?|remove[r]?|menos|esquece)\b(?= (?:a |o )?·)",),
    Act.SAME_TIME: (
        r"\b(?:(?:n|d|ess|est)?[oae]s?s?[ea]? )?mesm[oa] (?:hora(?:rio)?s?|horinha)\b|\besse horario (?:tambem"
        r"|mesmo)\b",
    ),
    Act.SAME_PERSON: (
        r"\bmesm[oa] (?:profissional|barbeir[oa]|pessoa|cabeleireir[oa]|manicure|de sempre)\b|\bcom el[ea]\b",
    ),
    Act.ANYBODY: (
        r"\bqualquer (?:um|uma|pessoa|profissional|barbeir[oa]|cabeleireir[oa])\b|\bquem (?:tiver|estiver"
        r"|puder|for|vier)\b",
        r"\bsem preferencia\b|\bnao tenho preferencia\b|\btanto faz (?:quem|[oa] (?:profissional|barbeiro)"
        r"|com quem)\b",
    ),
    Act.WHATEVER: (
        r"\btanto faz\b|\bqualquer (?:um|uma)(?: d[eo]l[ea]s| desses| serve| mesmo)?\b|\bqualquer (?:opcao|dia"
        r"|coisa serve)\b",
        r"\b(?:voce que sabe|voce escolhe|pode escolher|escolhe (?:ai|voce|para mim))\b",
    ),
    Act.SOONEST: (
        r"\bmais (?:cedo|rapido|breve|proximo) (?:que )?(?:possivel|tiver|der|puder|disponivel|livre)\b"
        r"|\bquanto antes\b",
        r"\bproximo horario\b|\bprimeir[oa] (?:horario|hora|vaga)(?: (?:livre|disponivel|que tiver|que tem))?\b",
        r"\bassim que (?:der|possivel|puder)\b|\blogo que der\b|\burgente\b|\burgencia\b|\bmais perto possivel\b",
        r"(?<!sabado )(?<!domingo )(?<!segunda )(?<!terca )(?<!quarta )(?<!quinta )(?<!sexta )"
        r"\bagora(?: mesmo)?\b(?! nao)",
        r"\b(?:horario|vaga) mais (?:proxim[oa]|cedo)\b",
    ),
    Act.LAST_OF_DAY: (r"\bultimo horario\b|\bmais tarde possivel\b|\bo mais tarde que (?:tiver|der|puder)\b",),
    Act.EARLIER: (
        r"\bmais cedo\b|\bantes d(?:isso|esse|esses)\b|\bum pouco antes\b",
        r"\b(?:muito|meio|ta|esta|fica) tarde(?: demais)?\b",
    ),
    Act.LATER: (
        r"\bmais tarde\b|\bdepois d(?:isso|esse|esses)\b|\bum pouco depois\b",
        r"\b(?:muito|meio|ta|esta|fica) cedo(?: demais)?\b",
    ),
    Act.MORE_OPTIONS: (
        r"\boutr[oa]s? (?:horarios?|opcao|opcoes|horas?)\b|\bmais (?:horarios?|opcao|opcoes)\b|\btem outros?\b",
        r"\b(?:so|apenas|somente) (?:tem )?(?:esses?|isso|estes)\b",
        r"\bnenhum(?:a)?(?: (?:desses?|deles|destes|serve|me serve))?\b",
    ),
    Act.OTHER_DAY: (r"\b(?:n?outr[oa]s?) (?:dias?|datas?)\b",),
    Act.OTHER_PERSON: (
        r"\b(?:troc|mud)\w* (?:de |o |a )?(?:profissional|barbeir[oa]|cabeleireir[oa]|manicure)\b",
        r"\boutr[oa] (?:profissional|barbeir[oa]|cabeleireir[oa]|manicure)\b|\bcom outr[oa](?: pessoa)?\b",
    ),
}
