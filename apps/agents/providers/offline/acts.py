"""The acts a sentence can perform, and the wordings that perform them.

Patterns read normalised text (see `language`) in which days, times, people and services already
found are blanked with "·", so `meu ·` is "meu corte" and `quanto ·` is "quanto a barba".
"""

from __future__ import annotations

import re
from enum import StrEnum, auto


class Act(StrEnum):
    GREETING = auto()
    HOW_ARE_YOU = auto()
    THANKS = auto()
    BYE = auto()
    ABOUT_PERSON = auto()
    WAIT = auto()
    YES = auto()
    NO = auto()
    NOT_SURE = auto()
    GIVE_UP = auto()
    BOOK = auto()
    RESCHEDULE = auto()
    CANCEL = auto()
    OWN_BOOKING = auto()
    PERSON = auto()
    COMPLAINT = auto()
    UNREADABLE = auto()
    RUNNING_LATE = auto()
    ASK_APPOINTMENTS = auto()
    ASK_PRICE = auto()
    ASK_DURATION = auto()
    ASK_IF_OFFERED = auto()
    ASK_HOURS = auto()
    ASK_SERVICES = auto()
    ASK_ADDRESS = auto()
    ASK_PROFESSIONALS = auto()
    ASK_WHO = auto()
    DISCOUNT = auto()
    MANIPULATION = auto()
    OTHER_CUSTOMER = auto()
    GROUP = auto()
    ALL = auto()
    ADD = auto()
    ONLY = auto()
    REMOVE = auto()
    SAME_TIME = auto()
    SAME_PERSON = auto()
    ANYBODY = auto()
    WHATEVER = auto()
    EARLIER = auto()
    LATER = auto()
    SOONEST = auto()
    LAST_OF_DAY = auto()
    MORE_OPTIONS = auto()
    OTHER_DAY = auto()
    OTHER_PERSON = auto()
    CORRECTION = auto()
    QUESTION = auto()


ASKS = frozenset(
    {
        Act.ASK_PRICE, Act.ASK_DURATION, Act.ASK_IF_OFFERED, Act.ASK_HOURS, Act.ASK_SERVICES, Act.ASK_ADDRESS,
        Act.ASK_PROFESSIONALS, Act.ASK_WHO, Act.ASK_APPOINTMENTS, Act.DISCOUNT, Act.MANIPULATION, Act.OTHER_CUSTOMER,
    }
)  # fmt: skip
# Said beside the matter: alone they leave a sentence with unread words not understood.
MANNERS = frozenset(
    {
        Act.GREETING, Act.HOW_ARE_YOU, Act.THANKS, Act.BYE, Act.QUESTION, Act.CORRECTION, Act.ABOUT_PERSON,
        Act.OWN_BOOKING, Act.ONLY, Act.ADD,
    }
)  # fmt: skip

BOOKING = r"(?:horarios?|agendamentos?|consultas?|reservas?|marcacao|sessao|corte|atendimento|hora|·+)"
MINE = r"(?:meus?|minhas?|nossos?|esse|este)"
STAFF = (
    r"(?:atendente|pessoa|humano|humana|alguem|gente|dono|dona|gerente|responsavel|proprietari[oa]|recepcao"
    r"|recepcionista|equipe|ser humano)"
)
A_PERSON = rf"(?:(?:um|uma|o|a|algum|alguma|outra|outro) )*{STAFF}\b(?! (?:que|para (?:cortar|fazer)|disponivel|livre))"
FAMILY = r"(?:filh[oa]s?|pai|mae|marido|esposa|mulher|irma|irmao|amig[oa]|namorad[oa]|sobrinh[oa]|net[oa]|avo|sogr[oa])"
OPEN = r"(?:abre[m]?|fecha[m]?|comeca[m]?|encerra[m]?|funciona[m]?|atende[m]?)"
WEEKDAY = r"(?:segunda|terca|quarta|quinta|sexta|sabado|domingo|amanha)"

PATTERNS: dict[Act, tuple[str, ...]] = {
    Act.GREETING: (
        r"\bopa\b(?!,? (?:\d|nao|pera|melhor|errei|desculpa))",
        r"\b(?:oi+e?|ola|eai|eae|iae|e ai|e ae|salve|alo|hello|hey|hi|bomdia|boatarde|boanoite)\b",
        r"\b(?:bom|boa) (?:dia|tarde|noite)\b",
        r"\bfala (?:ai|meu|galera|pessoal|amigo|mano)\b",
        r"^(?:dia|noite)[ !.]*$",
    ),
    Act.HOW_ARE_YOU: (
        r"\btudo (?:bem|bom|certo|joia|tranquilo|ok|em cima|beleza)(?: (?:com voces?|ai|por ai))?(?=[ ,.!?·]|$)",
        r"\bcomo (?:vai|voce esta|vai voce|voces estao|estao|vao)(?: as coisas)?(?=[ ,.!?·]|$)",
        r"\b(?:beleza|suave|tranquilo)\?",
    ),
    Act.THANKS: (
        r"\b(?:muito )?(?:obrigad[oa]s?|valeu|agradec\w+|gratidao|tks|thanks|thank you)(?: (?:mesmo|demais|viu"
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
        r"\bdeixa (?:para la|quieto|queto|assim|isso|baixo|de lado)\b",
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
    Act.BOOK: (
        r"\b(?:marc(?:a|ar|o|amos|ava)|agend(?:a|ar|o|amos)|reserv(?:a|ar|o)|encaix(?:a|ar|e|o)|agendamento"
        r"|marcacao)\b",
        r"\b(?:quero|queria|preciso|gostaria|consigo|consegue|conseguiria|arruma|tem|teria|tinha|tera|ha|ve"
        r"|veja|ver|vejo"
        r"|existe|sobrou|rola|daria|me passa|da para)(?: \w+){0,2} "
        r"(?:horarios?|vagas?|hora|agenda|encaixe|espaco|disponibilidade|brecha)\b",
        r"\bquais (?:os |sao os )?horarios?\b(?! de (?:funcionamento|atendimento))",
        r"\bhorarios? (?:disponive(?:l|is)|livres?|vagos?|para)\b|\bdisponibilidade\b",
        r"\b(?:que|quais) horas? (?:voces? )?(?:tem|teria|esta livre|da)\b",
        r"^(?:horarios?|vagas?|agenda)[ ?!.]*$|\bme (?:encaixa|atende)\b",
    ),
    Act.RESCHEDULE: (
        r"\bremarc(?:a|ar|o|ou|acao|ando|amos|ado)\b|\breagend(?:a|ar|o|amento)\b",
        r"\b(?:adi(?:a|ar|o)|antecip(?:a|ar|o)|adiant(?:a|ar|o))\b",
        r"\b(?:mud(?:a|ar|o|e|ei)|troc(?:a|ar|o|que)|alter(?:a|ar|o|e)|transfer(?:e|ir)|pass(?:a|ar|e)|jog(?:a|ar)) "
        rf"(?:(?:o|a|de|meu|minha|do|esse|este|ele|ela|so) )*(?:{BOOKING}|dia|data|para|das)",
    ),
    Act.CANCEL: (
        r"\bcancel(?:a|ar|e|o|ei|em|amento|armos)\b|\bdesmarc(?:a|ar|o|ou|que|amos)\b|\bdesagend\w+\b",
        r"\bnao (?:vou|irei) (?:mais )?(?:poder |conseguir )?(?:ir|comparecer|aparecer)\b",
        r"\bnao (?:posso|consigo) (?:mais )?(?:ir|comparecer)\b",
        r"\bnao vai dar (?:mais )?(?:para (?:mim|eu|ir)|de ir)\b|\btira[r]? meu (?:nome|horario)\b",
    ),
    Act.OWN_BOOKING: (
        rf"\b{MINE} {BOOKING}|\b(?:o|a) (?:agendamento|horario|consulta|reserva|que (?:eu )?(?:marquei|agendei"
        rf"|tenho))\b",
        r"\bque (?:eu )?(?:marquei|agendei|ta marcado|esta marcado)\b",
    ),
    Act.PERSON: (
        r"\b(?:falar|fala|falo|conversar|tratar|resolver|atendid[oa]|contato|chama|chamar|chame|passa|passar|transfere"
        rf"|transferir|quero|queria|preciso(?: de)?|prefiro|tem)(?: \w+)? (?:com |por |para )?{A_PERSON}",
        rf"^(?:um |uma |o |a )?{STAFF}(?: real| por favor)?[!.? ]*$",
        r"\batendimento humano\b|\bpessoa (?:de verdade|real)\b(?!.*\?)",
        r"\bnao quero (?:falar com )?(?:um |uma )?(?:robo|maquina|bot|ia|assistente)\b",
        r"\b(?:me liga|liga para mim|podem? me ligar|me ligue)\b",
        r"\b(?:pode|quero que|sim|por favor) chama[r]?\b|^chama[r]?(?: (?:sim|ai|por favor|eles|ela|ele))*[ .!]*$",
        r"\balguem (?:ai|pode me|pode|me) (?:atend|ajud|respond)\w+|\btem alguem ai\b",
        r"\b(?:falar|fala|conversar) ·",
    ),
    Act.COMPLAINT: (
        r"\b(?:reclamar|reclamacao|reclamando|absurd[oa]|pessim[oa]s?|horrive(?:l|is)|ridicul[oa]s?|vergonha"
        r"|palhacada)\b",
        r"\b(?:merda|porra|caralho|lixo|bosta|putaria|puta que|idiotas?|burr[oa]s?|inute(?:l|is)|inutil|fdp"
        r"|vsf|vtnc|tnc)\b",
        r"\b(?:fud\w+|fod(?:er|a se|ase|eu))\b|\bfilh[oa]s? da puta\b|\b(?:puto|puta) (?:da vida|com)\b",
        r"\b(?:procon|processar|decepcionad[oa]|decepcao|insatisfeit[oa]|mal atendid[oa]|descaso|enganad[oa]|golpe)\b",
        r"\b(?:falta de respeito|desrespeito|nunca mais (?:volto|vou|piso)|irritad[oa]|odiei|detestei"
        r"|estrag(?:ou|aram))\b",
        r"\bninguem (?:me )?(?:atende|responde|respondeu|atendeu)\b|\bcobr\w+(?: \w+)? errad[oa]\b",
        r"\b(?:dinheiro de volta|reembolso|estorno)\b|😡",
    ),
    Act.RUNNING_LATE: (
        r"\b(?:me )?atras(?:o|ar|ado|ada|ei|ando|adinho|adinha)\b",
        r"\bcheg(?:o|ar|arei) (?:um pouco |uns minutos )?(?:mais )?tarde\b",
        r"\b(?:to|estou|tou) (?:chegando|a caminho|indo ai)\b",
    ),
    Act.UNREADABLE: (
        r"^[\s\[(]*(?:audio|voice|mensagem de voz|mensagem que nao sei ler|documento|video|ptt)\b"
        r"[^a-z]*(?:message|omitted|ocultado|recebid[oa])?[\s\])]*$",
    ),
    Act.ASK_APPOINTMENTS: (
        r"\b(?:que horas?|que dia|quando|qual|quais|onde|ver|confirma|confirmar|saber|lembra|esqueci|conferir"
        r"|consultar"
        rf"|verificar|olhar)\b(?: \w+){{0,4}} {MINE} {BOOKING}",
        rf"\b(?:meus?|minhas?) {BOOKING} (?:e|ta|esta|ficou|foi|era|sao|continua)\b",
        r"\btenho (?:algo|algum|alguma|horario|hora)(?: \w+)? (?:marcad|agendad|reservad)\w+",
        r"\b(?:que horas?|que dia|quando|qual (?:o )?(?:horario|dia)(?: que)?) (?:eu )?(?:marquei|agendei"
        r"|tenho|ficou|e que eu)\b",
        r"\bmarquei (?:que|para que|para qual)\b|^meus? (?:horarios?|agendamentos?)[ ?!.]*$",
        r"\btenho (?:horario|hora)\b(?! (?:livre|para))|\b(?:ta|to|esta|estou|continua) (?:marcad|confirmad"
        r"|agendad)[oa]\b",
        r"\btem algo (?:marcado|agendado) para mim\b",
    ),
    Act.ASK_PRICE: (r"\b(?:precos?|valor(?:es)?|custa[m]?|custo|custaria|tabela|orcamento|quanto|cobra[m]?)\b",),
    Act.ASK_DURATION: (
        r"\b(?:quanto tempo|demora(?: muito)?|duracao|quantos minutos|leva quanto|dura quanto)\b",
        r"\bquanto (?:que )?(?:demora|dura|leva)\b",
    ),
    Act.ASK_IF_OFFERED: (
        r"^(?:e |ai )?(?:voces (?:tambem )?)?(?:fazem?|tem|trabalha[m]? com|realizam?"
        r"|oferecem?)(?: (?:servico de|o|a|com))* ·",
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
        r"\b(?:quais|que|qual)(?: (?:sao|os|tipos?|de|outros|seus))* servicos?\b"
        r"|\bservicos? (?:voces )?(?:fazem?|oferecem?|tem)\b",
        r"\bo que (?:e que )?(?:voces?|a|o|ai)? ?(?:\w+ )?(?:fazem?|oferecem?|tem)\b|\btipos? de (?:corte"
        r"|servico)s?\b",
        r"\b(?:cardapio|catalogo|menu|lista de servicos?|tabela de servicos?)\b|^(?:os )?servicos?[ ?!.]*$",
    ),
    Act.ASK_ADDRESS: (
        r"\b(?:endereco|localizacao|localizad[oa]s?|ponto de referencia|maps)\b|^onde[ ?]*$",
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
    Act.DISCOUNT: (
        r"\b(?:desconto|descontinho|descontao|mais barato|faz por|fazer por|de graca|gratis|gratuito|cortesia"
        r"|abaixa)\b",
        r"\b(?:abater|cupom|promocao|promocoes|metade do preco|fiado)\b",
    ),
    Act.MANIPULATION: (
        r"\b(?:ignor(?:e|a|ar)|esquec(?:a|e)|desconsider(?:e|a))(?: \w+){0,4} (?:instruc\w+|regras?|prompt"
        r"|ordens|anterior\w*)",
        r"\b(?:system|seu) prompt\b|\bprompt (?:do|de) sistema\b|\b(?:suas|instrucoes) (?:instrucoes|regras"
        r"|do sistema)\b",
        r"\bmodo (?:desenvolvedor|admin|dev)\b|\b(?:developer|jailbreak)\b|\bignore (?:all|previous)\b",
        r"\bsou (?:o |a )?(?:dono|dona|gerente|proprietari[oa]|administrador[a]?|admin|desenvolvedor[a]?"
        r"|programador[a]?)\b",
        r"\b(?:finja|finge|aja como|voce agora e|a partir de agora voce)\b|\b(?:api|senha|password|token"
        r"|banco de dados)\b",
    ),
    Act.OTHER_CUSTOMER: (
        r"\b(?:outr[oa]|d[eo] um|d[eo] uma|d[ao]s?|outr[oa]s|para [oa]) clientes?\b|\blista de clientes\b",
        r"\b(?:no (?:nome|cadastro|lugar)|em nome) d[eao]\b(?! meu| minha)",
        r"\bquem (?:marcou|agendou|esta marcado|ta marcado|tem horario)\b|\bhorarios? dos outros\b",
    ),
    Act.GROUP: (
        rf"\b(?:eu|mim) e (?:o |a |para o |para a |para )?(?:meu|minha) {FAMILY}\b|\bpara (?:dois|duas|tres|2"
        rf"|3|4)(?: pessoas)?\b",
        r"(?<!os )(?<!as )\b(?:dois|duas|tres|quatro|2|3|4) ·",
    ),
    Act.ALL: (r"\b(?:(?:os|as) (?:dois|duas|tres|2|3)|ambos|ambas|tudo junto|dois juntos)\b",),
    Act.ADD: (
        r"\b(?:tambem|adicion\w+|inclu\w+|acrescent\w+|coloca\w*|aproveit\w+|alem d\w+|junto|bota)\b"
        r"|\bmais (?:a |o |uma? )?·",
        r"^(?:ah |e |com )+(?:a |o )?·",
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
        r"\boutr[oa] (?:profissional|barbeir[oa]|cabeleireir[oa]|manicure)\b|\bcom outr[oa](?: pessoa)?\b",
    ),
}

YES_WORDS = frozenset(
    """sim isso pode podemos ok fechado fechou fecha confirmo confirmado confirma confirmar confirme bora beleza claro
    certeza perfeito perfeita show otimo otima combinado certo certinho aham uhum uhu exato exatamente positivo serve
    joia top tranquilo 👍 quero aceito vamo vamos correto ta marca marcar marque agenda agendar manda dale demoro yes
    maravilha excelente bacana massa legal esse essa este serviu gostei vou fechar s concordo cancela cancelar remarca
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

# Called out or thrown in, saying nothing.
NOISE = frozenset(
    """irmao mano amigo amiga querida querido flor chefe patrao moca moco parceiro cara gente pessoal galera meu e o a
    os as ai entao ne ah hum aqui la ja tambem mas por favor gentileza ola bb anjo linda lindo viu uai ta so de da do
    eu voce que""".split()
)

COMPILED = {act: re.compile("|".join(patterns)) for act, patterns in PATTERNS.items()}
