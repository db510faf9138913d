"""Words of courtesy, and of hesitating or leaving."""

from __future__ import annotations

from apps.agents.providers.offline.acts import Act

FAMILY = r"(?:filh[oa]s?|pai|mae|marido|esposa|mulher|irma|irmao|amig[oa]|namorad[oa]|sobrinh[oa]|net[oa]|avo|sogr[oa])"
WEEKDAY = r"(?:segunda|terca|quarta|quinta|sexta|sabado|domingo|amanha)"

PATTERNS: dict[Act, tuple[str, ...]] = {
    Act.GREETING: (
        r"\bopa\b(?!,? (?:\d|nao|pera|melhor|errei|desculpa))",
        r"\b(?:oi+e?|ola|eai|eae|iae|e ai|e ae|salve|alo|hello|hey|hi|bomdia|boatarde|boanoite)\b",
        r"\b(?:bom|boa) (?:dia|tarde|noite)\b",
        r"\bfala (?:ai|meu|galera|pessoal|amigo|mano)\b(?: (?:bom|rei|querido|amigo|patrao|chefe|irmao|parceiro))?",
        r"\bbuenas\b|\b(?:o|oh) de casa\b|\bkd voces\b",
        r"^(?:dia|noite)[ !.]*$",
    ),
    Act.HOW_ARE_YOU: (
        r"\btudo (?:bem|bom|certo|joia|tranquilo|ok|em cima|beleza)(?: (?:com voces?|ai|por ai))?(?=[ ,.!?·]|$)",
        r"\bcomo (?:vai|voce esta|vai voce|voces estao|estao|vao)(?: as coisas)?(?=[ ,.!?·]|$)",
        r"\b(?:beleza|suave|tranquilo)\?",
    ),
    Act.THANKS: (
        r"\b(?:muito )?(?:obrigad[oa]s?|valeu|agradec\w+|gratidao|grat[oa]|gracias|tks|thanks"
        r"|thank you)(?: (?:mesmo|demais|viu|(?:pel[ao]|por) [a-z]+"
        r"|ta))*\b",
        r"\bdeus (?:te|lhe) (?:pague|abencoe)\b",
    ),
    Act.BYE: (
        r"\b(?:tchau|falou|flw|abracos?|abs|bjs?|beijos?|fui)\b",
        rf"\bate (?:mais(?: tarde)?|logo|breve|la|depois|ja|{WEEKDAY})(?: entao)?[ ,.!]*(?=$|obrigad|valeu|bom )",
        r"\bbom (?:fim de semana|final de semana|descanso|trabalho)\b",
    ),
    Act.ABOUT_PERSON: (
        r"\b(?:meu nome e|me chamo|aqui e (?:o|a)|aqui quem fala e(?: o| a)?|quem fala e)(?: [a-z]+){1,3}",
        r"\bsou (?:o|a) (?!dono|dona|gerente|cliente|propriet|administrador|desenvolvedor|programador)[a-z]+",
        rf"\b(?:(?:e|seria|vai ser) )?para (?:o |a )?(?:meu|minha) {FAMILY}\b",
    ),
    Act.WAIT: (
        r"^(?:so )?(?:pera|espera|calma|aguarde?|ja (?:te )?(?:respondo|volto|falo))(?: (?:ai|um pouco|so))*[ .!]*$",
        r"^(?:so )?(?:um|1) (?:min|minuto|momento|instante|segundo|minutinho|segundinho)(?: por favor)?[ .!]*$",
    ),
    Act.NOT_SURE: (
        r"\bnao sei(?: (?:ainda|dizer|bem|qual|o dia|o horario))?\b",
        r"\bsei la\b|\bainda nao (?:sei|decidi)\b|\btalvez\b|\bdeixa eu (?:ver|pensar)[ .!]*$",
    ),
    Act.GIVE_UP: (
        r"\bdeixa(?: entao| por enquanto)?[ .!,]*(?=$|obrigad|valeu)",
        r"\bdeixa (?:como|do jeito que) (?:esta|ta)\b",
        r"\bdeixar? (?:para la|quieto|queto|assim|isso|baixo|de lado)\b",
        r"\b(?:esquece|esqueca)(?: isso)?[ .!,]*$|\bdesist(?:o|i)\b|\bnao quero mais\b|\bnada nao\b",
        r"\b(?:uma )?outra hora\b|\bfica para (?:a )?proxima\b|\bnao precisa(?: mais)?\b",
        r"\b(?:depois|mais tarde) (?:eu )?(?:vejo|volto|marco|chamo|falo|te (?:falo|chamo|aviso)|confirmo"
        r"|decido|retorno)\b",
        r"\bvou (?:pensar|ver(?= e\b|[ .!]*$| aqui| certinho| depois| direitinho))",
        r"\b(?:vou|deixa eu|preciso) (?:ver|verificar|confirmar|olhar) .*\b(?:aviso|volto|retorno|depois"
        r"|agenda|falo|chamo)\b",
        rf"\b(?:vou|deixa eu|preciso) (?:ver|falar) com (?:o |a )?(?:meu|minha) {FAMILY}\b",
        r"\bpor enquanto (?:e so|nao|so isso)\b",
    ),
}
