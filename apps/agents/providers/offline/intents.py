"""What one message says: the acts in it, and the services, people, days, times and choices it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum, auto

from apps.agents.providers.base import Facts
from apps.agents.providers.offline import catalog, dates
from apps.agents.providers.offline.catalog import Mention
from apps.agents.providers.offline.dates import DayMention, Days, TimeWish
from apps.agents.providers.offline.language import normalise, words


class Act(StrEnum):
    GREETING = auto()
    HOW_ARE_YOU = auto()
    THANKS = auto()
    BYE = auto()
    YES = auto()
    NO = auto()
    GIVE_UP = auto()
    BOOK = auto()
    RESCHEDULE = auto()
    CANCEL = auto()
    PERSON = auto()
    COMPLAINT = auto()
    UNREADABLE = auto()
    ASK_APPOINTMENTS = auto()
    ASK_PRICE = auto()
    ASK_DURATION = auto()
    ASK_HOURS = auto()
    ASK_SERVICES = auto()
    ASK_ADDRESS = auto()
    ASK_PROFESSIONALS = auto()
    ASK_WHO = auto()
    DISCOUNT = auto()
    MANIPULATION = auto()
    OTHER_CUSTOMER = auto()
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
    ALL = auto()
    OWN_BOOKING = auto()
    CORRECTION = auto()
    QUESTION = auto()
    INTRODUCTION = auto()
    NOT_SURE = auto()
    WAIT = auto()


ASKS = frozenset(
    {Act.ASK_PRICE, Act.ASK_DURATION, Act.ASK_HOURS, Act.ASK_SERVICES, Act.ASK_ADDRESS, Act.ASK_PROFESSIONALS, Act.ASK_WHO,
     Act.ASK_APPOINTMENTS, Act.DISCOUNT, Act.MANIPULATION, Act.OTHER_CUSTOMER}
)  # fmt: skip
MANNERS = frozenset({Act.GREETING, Act.HOW_ARE_YOU, Act.THANKS, Act.BYE, Act.QUESTION, Act.CORRECTION, Act.INTRODUCTION})

BOOKING_WORD = r"(?:horarios?|agendamentos?|consultas?|reservas?|marcacao|sessao|corte|atendimento|hora|·+)"
OWN = rf"(?:meus?|minhas?|nossos?|o|os|a|esse|este) (?:{BOOKING_WORD})"
SOMEBODY = (
    r"(?:(?:um|uma|o|a|algum|alguma|com|outra|outro) )*(?:atendente|pessoa|humano|humana|alguem|gente|dono|dona|gerente"
    r"|responsavel|proprietari[oa]|recepcao|recepcionista|equipe|ser humano|voces mesmos)"
)

PATTERNS: dict[Act, str] = {
    Act.PERSON: (
        rf"\b(?:falar|fala|falo|conversar|tratar|resolver|atendid[oa]|contato|chama|chamar|chame|passa|passar|me passa|transfere|transferir|quero|queria|preciso(?: de)?|prefiro|tem)(?: \w+)? (?:com |por |para )?{SOMEBODY}\b(?! (?:que|para (?:cortar|fazer)|disponivel|livre))"
        r"|^(?:um |uma |o |a )?(?:atendente|humano|humana|pessoa)(?: real| por favor)?[!. ]*$|\batendimento humano\b|\bpessoa (?:de verdade|real)\b"
        r"|\bnao quero (?:falar com )?(?:um |uma )?(?:robo|maquina|bot|ia|assistente)\b|\bme liga\b|\bliga para mim\b|\bpodem? me ligar\b"
        r"|\b(?:pode|quero que|sim|por favor) chama[r]?\b|^chama[r]?\b(?! de)|\balguem (?:ai|pode me|me) (?:atende|ajuda|responde)"
        r"|\balguem (?:pode )?me (?:atend|ajud|respond)\w+|\btem alguem ai\b"
    ),
    Act.COMPLAINT: (
        r"\b(?:reclamar|reclamacao|reclamando|absurd[oa]|pessim[oa]s?|horrive(?:l|is)|ridicul[oa]s?|vergonha|palhacada|merda|porra|caralho"
        r"|lixo|bosta|procon|processar|decepcionad[oa]|decepcao|insatisfeit[oa]|mal atendid[oa]|falta de respeito|desrespeito"
        r"|nunca mais (?:volto|vou|piso)|ninguem (?:me )?(?:atende|responde|respondeu|atendeu)|descaso|enganad[oa]|golpe|putaria|puta que"
        r"|idiota|burr[oa]|inutil|cobrad[oa] errad[oa]|(?:odiei|detestei)|estrag(?:ou|aram)|meu dinheiro de volta|reembolso|estorno|irritad[oa]|puto|puta da vida)\b|😡"
    ),
    Act.UNREADABLE: r"^[\s\[(<]*(?:audio|voice|mensagem de voz|video|ptt)\b[^a-z]*(?:message|omitted|ocultado|recebid[oa])?[\s\])>]*$",
    Act.CANCEL: (
        r"\b(?:cancel(?:a|ar|e|o|ei|em|amento|armos)|desmarc(?:a|ar|o|ou|que|amos)|desagend\w+)\b"
        r"|\bnao (?:vou|irei) (?:mais )?(?:poder |conseguir )?(?:ir|comparecer|aparecer)\b|\bnao (?:posso|consigo) (?:mais )?(?:ir|comparecer)\b"
        r"|\bnao vai dar (?:mais )?(?:para (?:mim|eu|ir)|de ir)\b|\btir(?:a|ar) meu (?:nome|horario)\b"
    ),
    Act.RESCHEDULE: (
        rf"\b(?:remarc(?:a|ar|o|ou|acao|ando|amos|ado)|reagend(?:a|ar|o|amento)|adi(?:a|ar|o)|antecip(?:a|ar|o)|adiant(?:a|ar|o))\b"
        rf"|\b(?:mud(?:a|ar|o|e|ei)|troc(?:a|ar|o|que)|alter(?:a|ar|o|e)|transfer(?:e|ir)|pass(?:a|ar|e)|jog(?:a|ar)) (?:(?:o|a|de|meu|minha|do|esse|este|ele|ela|so) )*(?:{BOOKING_WORD}|dia|data|para|das|·)"
    ),
    Act.BOOK: (
        r"\b(?:marc(?:a|ar|o|o la|amos|ava)|agend(?:a|ar|o|amos)|reserv(?:a|ar|o)|encaix(?:a|ar|e|o)|agendamento|marcacao)\b"
        r"|\b(?:quero|queria|qria|preciso(?: de)?|gostaria(?: de)?|consigo|consegue|conseguiria|arruma|tem|teria|tinha|tera|ha|veja|ver|vejo|existe|sobrou|rola|da para|daria)(?: \w+)?(?: \w+)? (?:horarios?|vagas?|hora|agenda|encaixe|espaco|disponibilidade|brecha)\b"
        r"|\bquais (?:os |sao os )?horarios?\b(?! de (?:funcionamento|atendimento))|\bhorarios? (?:disponive(?:l|is)|livres?|vagos?|para)\b|\bdisponibilidade\b"
        r"|\b(?:que|quais) horas? (?:voces? )?(?:tem|teria|esta livre|da)\b|^(?:horario|vaga|agenda)\b|\bme (?:encaixa|atende)\b"
    ),
    Act.ASK_APPOINTMENTS: (
        rf"\b(?:que horas?|que dia|quando|qual|quais|onde|ver|confirmar|saber|lembra|esqueci|conferir|consultar|verificar|olhar)\b(?: \w+){{0,4}} (?:{OWN.replace('o|os|a|', '')})\b"
        rf"|\b(?:meus?|minhas?) {BOOKING_WORD} (?:e|eh|ta|esta|ficou|foi|era|sao|continua)\b|\btenho (?:algo|algum|alguma|horario|hora)(?: \w+)? (?:marcad|agendad|reservad)\w+"
        rf"|\b(?:que horas?|que dia|quando) (?:eu )?(?:marquei|agendei|tenho|ficou|vou|e que eu)\b|\bmarquei (?:que|para que|para qual)\b|^meus? (?:horarios?|agendamentos?)[ ?!.]*$"
        r"|\btenho (?:horario|hora)\b(?! (?:livre|para))|\b(?:ta|esta|continua) (?:marcad|confirmad|agendad)[oa]\b|\btem algo (?:marcado|agendado) para mim\b"
    ),
    Act.ASK_DURATION: r"\b(?:quanto tempo|demora(?: muito)?|duracao|quantos minutos|quanto (?:que )?(?:demora|dura|leva)|leva quanto|dura quanto)\b",
    Act.ASK_PRICE: (
        r"\b(?:precos?|valor(?:es)?|custa[m]?|custo|custaria|quanto (?:e|ta|esta|que e|sai|fica|custa|cobra[m]?|vai (?:dar|ficar|sair)|da|ficaria|seria|voces? cobra[m]?|o|a|os|para|pelo|pela|so|·)|cobra[m]? quanto|tabela|orcamento|quanto)\b"
    ),
    Act.ASK_HOURS: (
        r"\bque horas?(?: e que)?(?: voces?)?(?: \w+)? ?(?:abre[m]?|fecha[m]?|comeca[m]?|encerra[m]?|funciona[m]?|atende[m]?)\b|\bhorarios? d[eo] (?:funcionamento|atendimento|voces|loja|abertura|fechamento|salao|barbearia|trabalho)\b"
        r"|\bate (?:que|quantas) horas\b|\b(?:voces )?(?:abre[m]?|abriu|abrem|fecha[m]?|funciona[m]?|abrira[mo]?|vai abrir|vao abrir|estao? abert[oa]s?|ta abert[oa]|tao abert[oa]s?|abert[oa]s?)\b"
        r"|\b(?:atende[m]?|trabalha[m]?|trabalham|ficam abertos|tem atendimento)(?: (?:no|na|nos|aos|em|de|ate|dia|todos|todo|ao|aso|tambem|tambem no|hoje|·|amanha|final))+|·[· ]*(?:voces )?(?:atende[m]?|trabalha[m]?|abre[m]?|funciona[m]?)\b|\bquais (?:os )?dias (?:voces )?(?:abre|atende|funciona|trabalha)m?\b|\bferiado\b"
        r"|\bque dias? (?:voces )?(?:abre|atende|funciona|trabalha)m?\b"
    ),
    Act.ASK_SERVICES: (
        r"\b(?:quais|que|qual)(?: (?:sao|os|tipos?|de|outros|os seus|seus))* servicos?\b|\bo que (?:e que )?(?:voces?|a|o|ai)? ?(?:\w+ )?(?:fazem?|oferecem?|tem)\b|\bservicos? (?:voces )?(?:fazem?|oferecem?|tem)\b"
        r"|\b(?:cardapio|catalogo|menu|lista de servicos?|tabela de servicos?)\b|^(?:os )?servicos?[ ?!.]*$|\bo que tem\b|\btipos? de (?:corte|servico)s?\b"
    ),
    Act.ASK_ADDRESS: (
        r"\b(?:endereco|localizacao|onde (?:e que )?(?:voces )?(?:fica[m]?|e|eh|esta[o]?|sao|ta|estao localizados)(?! (?:meu|minha))|como (?:eu )?(?:chego|chegar|faco para chegar)|qual (?:a |e a )?rua|que rua|qual (?:o )?bairro|em que bairro|que bairro|ponto de referencia|google maps|maps|localizad[oa]s?)\b|^onde[ ?]*$"
    ),
    Act.ASK_PROFESSIONALS: (
        r"\bquem (?:e que )?(?:atende|trabalha|corta|faz|vai me atender|sao os|esta atendendo|esta|ta|tem|e o barbeiro)\b|\bquais (?:sao )?(?:os |as )?(?:profissionais|barbeiros|cabeleireir[oa]s|manicures)\b|\bquais barbeiros\b|\b(?:nome|nomes) d[oe]s? (?:barbeiro|profissiona)\w+|\bquantos (?:barbeiros|profissionais)\b|\bquais profissionais\b"
    ),
    Act.ASK_WHO: (
        r"\b(?:voce|ai|aqui|isso|isto|ta|e|estou falando com|to falando com)(?: \w+){0,3} (?:robo|bot|humano|maquina|ia|inteligencia artificial|pessoa (?:real|de verdade)|assistente)\b(?=[^?]*\?|$)|\bquem (?:e voce|ta falando|esta falando|fala|e)\b(?=[ ?!.]*$)|\b(?:qual (?:e )?(?:o )?)?(?:seu|teu) nome\b|\bcom quem (?:eu )?(?:falo|estou falando|to falando)\b"
    ),
    Act.DISCOUNT: r"\b(?:desconto|descontinho|descontao|mais barato|faz por|fazer por|por quanto (?:sai|faz)|de graca|gratis|gratuito|cortesia|abaixa|abater|cupom|promocao|promocoes|metade do preco|fiado)\b",
    Act.MANIPULATION: (
        r"\b(?:ignor(?:e|a|ar)|esquec(?:a|e)|desconsider(?:e|a))(?: \w+){0,4} (?:instruc\w+|regras?|prompt|ordens|anterior\w*)|\b(?:system|seu) prompt\b|\bprompt (?:do|de) sistema\b|\bsuas instrucoes\b|\bmodo (?:desenvolvedor|admin|dev)\b"
        r"|\b(?:eu )?sou (?:o |a )?(?:dono|dona|gerente|proprietari[oa]|administrador[a]?|admin|desenvolvedor[a]?|programador[a]?)\b|\b(?:finja|finge|aja como|voce agora e|a partir de agora voce)\b|\bdeveloper\b|\bjailbreak\b|\bignore (?:all|previous)\b"
        r"|\b(?:api|senha|password|token|banco de dados|dados d[eo]s? (?:outros )?clientes?|lista de clientes)\b"
    ),
    Act.OTHER_CUSTOMER: (
        r"\b(?:outr[oa]|d[eo] um|d[eo] uma|da|do|para [oa]) clientes?\b|\bno (?:nome|cadastro|lugar) d[eao]\b(?! meu| minha)|\bem nome d[eao]\b(?! meu| minha)|\b(?:telefone|numero|contato|dados|cadastro|horarios?) d[eao]s? (?:outr|client)\w+"
        r"|\bquem (?:marcou|agendou|esta marcado|ta marcado|tem horario)\b|\bhorarios? dos outros\b"
    ),
    Act.GIVE_UP: (
        r"\bdeixa(?: (?:para la|quieto|queto|assim|isso|baixo|de lado|entao))?[ .!,]*(?=$|obrigad|valeu|por enquanto)|\bdeixa (?:para la|quieto|assim|isso)\b|\b(?:esquece|esqueca)(?: isso)?[ .!,]*$|\bdesist(?:o|i)\b|\bnao quero mais\b|\bnada nao\b|\b(?:outra|uma outra) hora\b|\bfica para (?:a )?proxima\b"
        r"|\b(?:depois|mais tarde) (?:eu )?(?:vejo|volto|marco|chamo|falo|te (?:falo|chamo|aviso)|confirmo|decido|retorno)\b|\b(?:vou|deixa eu|preciso) (?:ver|pensar|verificar|confirmar aqui|olhar)(?: (?:aqui|com|direitinho|melhor|e|depois|minha|a minha))*.*\b(?:aviso|volto|retorno|depois|agenda|falo|chamo|marido|esposa|trabalho)\b|\bnao precisa(?: mais)?\b|\bvou (?:pensar|ver(?: e|$| aqui| certinho| depois))|\bpor enquanto (?:e so|nao|so isso)\b"
    ),
    Act.THANKS: r"\b(?:obrigad[oa]s?|valeu|agradec\w+|gratidao|tks|thanks|thank you|deus (?:te|lhe) (?:pague|abencoe))\b",
    Act.BYE: r"\b(?:tchau|falou|flw|ate (?:mais|logo|breve|la|amanha|depois|ja)|ate (?:mais )?tarde|bom (?:fim de semana|final de semana|descanso|trabalho)|abracos?|abs|bjs?|beijos?|fui)\b|^ate ·+[ .!]*$",
    Act.GREETING: r"\b(?:oi+e?|ola|opa|eai|eae|iae|e ai|e ae|salve|alo|hello|hey|hi|fala (?:ai|comigo|meu|galera|pessoal|amigo|mano)|(?:bom|boa) (?:dia|tarde|noite)|bomdia|boatarde|boanoite)\b|^(?:dia|noite)[ !.]*$",
    Act.HOW_ARE_YOU: r"\b(?:tudo (?:bem|bom|certo|joia|tranquilo|ok|em cima|blz|beleza)|como (?:vai|voce esta|vai voce|voces estao|estao|vao)|td bem|beleza\?|suave\?|tranquilo\?)(?=[ ,.!?·]|$)",
    Act.ADD: r"\b(?:tambem|mais (?:a|o|uma?|barba|corte|sobrancelha)|adicion\w+|inclu\w+|acrescent\w+|coloca\w*|aproveit\w+|alem d\w+|junto com|junto|bota)\b|^(?:ah |e |com )+(?:a |o )?·",
    Act.ONLY: r"\b(?:so|somente|apenas)\b",
    Act.REMOVE: r"\b(?:sem|tira[r]?|retira[r]?|remove[r]?|menos)\b(?= (?:a |o )?·)",
    Act.SAME_TIME: r"\b(?:(?:n|d|ess|est)?[oae]?s?s?[ea]? ?mesm[oa] (?:hora(?:rio)?s?|horinha)|esse horario (?:tambem|mesmo))\b",
    Act.SAME_PERSON: r"\bmesm[oa] (?:profissional|barbeiro|barbeira|pessoa|cabeleireir[oa]|manicure|de sempre)\b|\bcom el[ea]\b",
    Act.ANYBODY: r"\bqualquer (?:um|uma|pessoa|profissional|barbeiro|barbeira|dos? \w+|cabeleireir[oa])\b|\bquem (?:tiver|estiver|puder|for|vier)\b|\bsem preferencia\b|\bnao tenho preferencia\b|\btanto faz (?:quem|o profissional|o barbeiro|a profissional|com quem)\b",
    Act.WHATEVER: r"\btanto faz\b|\bqualquer (?:um|uma)(?: d[eo]l[ea]s| desses| serve| mesmo)?\b|\b(?:voce que sabe|voce escolhe|pode escolher|escolhe (?:ai|voce|para mim))\b|\bqualquer (?:opcao|dia|coisa serve)\b",
    Act.SOONEST: r"\b(?:mais (?:cedo|rapido|breve|proximo) (?:que )?(?:possivel|tiver|der|puder|disponivel|livre)|quanto antes|proximo horario|primeir[oa] (?:horario|hora|vaga)(?: (?:livre|disponivel|que tiver|que tem))?|assim que (?:der|possivel|puder)|urgente|urgencia|agora(?: mesmo)?|logo que der|(?:horario|vaga) mais (?:proxim[oa]|cedo)|mais perto possivel)\b",
    Act.LAST_OF_DAY: r"\b(?:ultimo horario|mais tarde possivel|ultima hora do dia|o mais tarde que (?:tiver|der|puder))\b",
    Act.EARLIER: r"\b(?:mais cedo|antes disso|mais para tras|um pouco antes|(?:muito|meio|ta|esta|fica) tarde(?: demais)?|antes desse)\b",
    Act.LATER: r"\b(?:mais tarde|depois disso|mais para frente|um pouco depois|(?:muito|meio|ta|esta|fica) cedo(?: demais)?|depois desse)\b",
    Act.MORE_OPTIONS: r"\b(?:outr[oa]s? (?:horarios?|opc(?:ao|oes)|opcoes|horas?)|mais (?:horarios?|opc(?:ao|oes)|opcoes)|(?:so|apenas|somente) (?:tem )?(?:esses?|isso|estes)|nenhum(?:a)?(?: (?:desses?|deles|destes|serve|me serve))?|tem outros?)\b",
    Act.OTHER_DAY: r"\b(?:outr[oa]s? (?:dias?|datas?)|noutro dia|em outro dia)\b",
    Act.OTHER_PERSON: r"\b(?:outr[oa] (?:profissional|barbeiro|barbeira|cabeleireir[oa]|manicure|pessoa)|com outr[oa])\b",
    Act.ALL: r"\b(?:tod[oa]s|os dois|as duas|os tres|ambos|tudo)\b",
    Act.OWN_BOOKING: rf"\b(?:{OWN.replace('o|os|a|', '')}|que (?:eu )?(?:marquei|agendei|tenho|ta marcado|esta marcado)|horario (?:de|da|do|das) )|\bmeu ·",
    Act.NOT_SURE: r"\bnao sei(?: (?:ainda|dizer|bem|qual|o dia|o horario))?\b|\bsei la\b|\bainda nao (?:sei|decidi)\b|\btalvez\b|\bdeixa eu (?:ver|pensar)[ .!]*$",
    Act.WAIT: r"^(?:pera|espera|um (?:minuto|momento|instante|segundo|minutinho|segundinho)|1 (?:min|minuto)|so um (?:minuto|momento|instante|segundo|minutinho)|calma|aguarde?|ja (?:te )?(?:respondo|volto|falo))(?: ai| um pouco| por favor)?[ .!]*$",
    Act.INTRODUCTION: r"\b(?:meu nome e|me chamo|aqui e (?:o|a)|quem fala e|sou (?:o|a) (?!dono|dona|gerente|cliente))\b ?[a-z]*",
}  # fmt: skip
COMPILED = {act: re.compile(pattern) for act, pattern in PATTERNS.items()}

YES_WORDS = frozenset(
    """sim isso pode podemos ok fechado fechou fecha confirmo confirmado confirma confirmar confirme bora beleza claro
    certeza perfeito perfeita show otimo otima combinado certo certinho aham uhum uhu exato exatamente positivo serve joia
    top tranquilo 👍 quero aceito vamo vamos correto ta marca marcar marque agenda agendar manda blz dale demoro yes y
    maravilha excelente bacana massa legal esse essa este serviu gostei vou fechar s so sii simm concordo
    cancela cancelar remarca remarcar troca trocar fico topo""".split()
)
# Words that may stand beside a yes without saying anything else.
FILLING = frozenset(
    """ser sim por favor mim de com que ai entao e eh o a esta bom boa assim mesmo tudo ja agora para eu la isso pra
    muito obrigado obrigada valeu agradeco otimo certo voce me meu minha tambem da se der la entao ne viu ta uai pois
    moca moco amigo amiga querida querido meu minha horario ok bem esse este essa ficou fica fiz do dele dela nesse
    nisso nessa no na melhor opa oba ah oh bao bele uai perfeito show beleza sem problema problemas duvida em cima
    gente faz fazer ate tchau abraco 🙏""".split()
)
WEAK_YES = frozenset({"esse", "essa", "este", "vou", "so", "marca", "marcar", "agenda", "agendar", "cancela", "cancelar", "remarca",
                      "remarcar", "troca", "trocar", "legal", "isso", "ta", "quero", "manda", "fecha"})  # fmt: skip
STARTS_YES = re.compile(r"^(?:ah |entao |opa |ta |oi )*(?:sim|pode sim|pode ser|isso(?: mesmo)?|ok|fechado|confirmo|confirmado|claro|com certeza|beleza|perfeito|bora|combinado|👍|pode (?:confirmar|marcar|agendar|cancelar|remarcar|trocar)|quero sim|ta bom|ta otimo|por mim|aham|uhum)\b|^👍")
NO = re.compile(r"^(?:ah |hum |ixi |poxa |opa )*(?:nao|nops?|nem|negativo|👎|nunca)\b(?! (?:tem problema|sei|precisa marcar|entendi|consegui entender|consigo ver))|\b(?:nenhum|nenhuma)\b|^👎|\bclaro que nao\b|\bacho que nao\b|\bmelhor nao\b|\bainda nao\b|\bnao (?:serve|da|quero|confirma|confirme|marca|marque|pode|posso|consigo|gostei|rola|curto|pode ser)\b")
NO_PROBLEM = re.compile(r"\b(?:sem problemas?|nao tem problema|por que nao|porque nao)\b")

ORDINALS: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(pattern), value)
    for pattern, value in (
        (r"\b(?:[oa] )?primeir[oa]s?\b|\b1[oa]\b", 1),
        (r"\bsegundo\b|\ba segunda(?= opcao| alternativa|[ .!]*$)|\bsegunda (?:opcao|alternativa)\b|\b2[oa]\b", 2),
        (r"\b(?:[oa] )?terceir[oa]s?\b|\b3[oa]\b", 3),
        (r"\b[oa] quarto\b|\bquarta (?:opcao|alternativa)\b|\b4[oa]\b", 4),
        (r"\b(?:o|a) d[oa] meio\b", 2),
        (r"\b(?:o |a )?ultim[oa](?! hora| vez)\b", -1),
    )
)  # fmt: skip
NUMBER = re.compile(r"(?<![\d/$,.:])(\d{1,2})(?![\d/:%]|[,.]\d| ?(?:reais|conto|pila|min\b|minutos?|dias?\b|pessoas?\b|anos?\b|semanas?\b|vezes|x\b))")
WORDED_NUMBER = re.compile(r"^(?:(?:o|a|opcao|numero|quero|pode ser|prefiro) )*(um|uma|dois|duas|tres)[ .!]*$")

CORRECTIONS = re.compile(
    r"(?:\b(?:ah |opa |ops |ih )*(?:nao )?(?:pera|perai|espera|calma)(?: ai| la)?\b(?! (?:um|por))|\bquer dizer\b|\bna verdade\b|\balias\b|\bou melhor\b|\bdigo\b|\bcorrigindo\b|\berrei\b|\bmudei de ideia\b|\bpensando bem\b)[ ,.!]*"
)
SENTENCE = re.compile(r"(?<=[?!;\n])\s*|(?<=[a-z👍]\.)\s+|\.{2,}\s*|\n+")
# An interrogative that is not a wish in disguise ("tem horário?").
INTERROGATIVE = re.compile(r"^(?:e |mas |ah |oi |ola )*(?:qual|quais|quanto|quantos|quando|como|onde|quem|porque|por que|o que|que|voces? (?:tem|aceita|faz|fazem|sao|vende|vendem|usa|usam|trabalha|deixa|da)|tem|aceita[m]?|vende[m]?|da para|posso|pode|precisa|sera que|ai tem|ha)\b")
SERVICE_ASKED = re.compile(
    r"\b(?:fazem?|fazer|trabalham? com|realizam?|oferecem?|atendem?|marcar|agendar|reservar|preco d[aeo]|valor d[aeo]|quanto (?:e|custa|fica|sai|ta|esta)|custa|quero|queria|gostaria de|preciso de|tem)"
    r"(?: (?:o|a|um|uma|de|do|da|para|ai|fazer|marcar|agendar|uns|umas|as|os|meu|minha))* ([a-z]{4,}(?: de [a-z]{4,})?)"
)
NOT_A_SERVICE = frozenset(
    """pergunta duvida reclamacao orcamento horario horarios hora horas vaga vagas saber isso aqui coisa algo favor
    marcar agendar informacao informacoes ajuda pagamento cadastro reserva desconto promocao estacionamento wifi
    internet cartao credito debito dinheiro pagar pagamento ficar falar entender conhecer voces voce gente domingo
    sabado domingos sabados feriado feriados entrega entregas conversar mudar trocar cancelar remarcar desmarcar
    agora amanha hoje depois antes tudo nada mais menos muito outro outra mesmo tambem para semana quem qual quanto
    ver fazer atendimento alguem pessoa atendente humano cerveja cafe estacionar levar crianca criancas cachorro
    convenio plano planos pacote pacotes servico servicos produto produtos vale presente curso cursos emprego vaga
    trabalhar dia dias data tarde noite manha cedo disponivel disponibilidade marcado agendado certeza minutos
    primeiro segundo terceiro ultimo opcao opcoes nenhum nenhuma ideia problema banheiro acessibilidade cadeirante
    ar condicionado chegar atrasar atrasado ir esperar espera fila ordem chegada sair nota fiscal pix parcelar
    cliente seus minha sobre""".split()
)


@dataclass(frozen=True)
class Understanding:
    """One sentence of the customer, read without context.

    `number`: an option's position (-1 the last), or perhaps an hour or a day: the dialogue decides.
    `asked` and `asked_days`: what a question is about; `services` and `days` are wishes only.
    """

    text: str
    acts: frozenset[Act] = frozenset()
    services: Mention = Mention()
    asked: Mention = Mention()
    days: tuple[DayMention, ...] = ()
    asked_days: Days | None = None
    times: tuple[TimeWish, ...] = ()
    professional_id: int | None = None
    stranger: str = ""
    number: int | None = None
    rest: str = ""

    def has(self, *acts: Act) -> bool:
        return any(act in self.acts for act in acts)

    @property
    def wished_days(self) -> Days | None:
        return dates.merge(self.days)

    @property
    def time(self) -> TimeWish | None:
        """The wished time; of "das 15:30 para as 17h", the latter."""
        return self.times[-1] if self.times else None

    @property
    def has_wish(self) -> bool:
        """It says something about what, when or with whom."""
        return bool(self.services or self.days or self.times or self.professional_id or self.stranger) or self.has(
            Act.SAME_TIME, Act.EARLIER, Act.LATER, Act.SOONEST, Act.LAST_OF_DAY, Act.ANYBODY, Act.OTHER_DAY, Act.OTHER_PERSON,
            Act.SAME_PERSON,
        )  # fmt: skip

    @property
    def is_unknown(self) -> bool:
        """Words, but nothing we can act on or answer."""
        return not (self.acts - MANNERS) and not self.has_wish and self.number is None and bool(words(self.rest))

    @property
    def is_unknown_question(self) -> bool:
        return self.is_unknown and (self.has(Act.QUESTION) or bool(INTERROGATIVE.match(self.rest.strip("· ,.!"))))


def understand(message: str, *, facts: Facts, today: date) -> tuple[Understanding, ...]:
    """The sentences of one message, each with its meaning. Corrections ("não, pera") start a new sentence."""
    text = normalise(message, known=catalog.vocabulary(facts))
    return tuple(
        _read(part, facts=facts, today=today, original=message, is_correction=is_correction)
        for part, is_correction in _sentences(text)
    )


def _sentences(text: str) -> list[tuple[str, bool]]:
    pieces: list[tuple[str, bool]] = []
    for sentence in SENTENCE.split(text):
        position, is_correction = 0, False
        for match in CORRECTIONS.finditer(sentence):
            pieces.append((sentence[position : match.start()], is_correction))
            position, is_correction = match.end(), True
        pieces.append((sentence[position:], is_correction))
    kept = [(piece.strip(" ,."), corrects) for piece, corrects in pieces if re.search(r"[a-z0-9👍👎😡?]", piece)]
    return kept


GREETED_PART = re.compile(r"\b(?:bom|boa) (?:dia|tarde|noite)\b")


def _read(text: str, *, facts: Facts, today: date, original: str, is_correction: bool) -> Understanding:
    acts: set[Act] = {Act.CORRECTION} if is_correction else set()
    if text.endswith("?"):
        acts.add(Act.QUESTION)
    rest = _take(Act.GREETING, _take(Act.HOW_ARE_YOU, text, acts), acts)
    rest = _take(Act.BYE, _take(Act.THANKS, rest, acts), acts)
    professional, stranger, rest = catalog.find_professional(rest, facts)
    for act in (Act.SOONEST, Act.LAST_OF_DAY, Act.SAME_TIME):
        rest = _take(act, rest, acts)
    numbered = _ordinal(rest)
    rest = EXTREME.sub(" ", rest)
    for act in (Act.EARLIER, Act.LATER):
        rest = _take(act, rest, acts)
    days, rest = ((), rest) if _is_second_option(rest) else dates.read_days(rest, today=today)
    if not _is_about_length(rest):
        times, rest = dates.read_time(rest)
    else:
        times = ()
    services, rest = catalog.find_services(rest, facts)
    number, rest = _number(rest) if numbered is None else (numbered, rest)
    acts |= {act for act in Act if act in COMPILED and act not in acts and act not in (Act.EARLIER, Act.LATER, Act.GREETING) and COMPILED[act].search(rest)}
    acts |= _answer(rest, text, is_wish=bool(days or times or services or professional))
    if not services and (unknown := _unknown_service(rest)):
        services = Mention(unknown=unknown)
    times = _settled(times, facts=facts, days=dates.merge(days))
    return _sort_out(
        Understanding(
            text=text, acts=frozenset(acts), services=services, days=days, times=times,
            professional_id=professional.id if professional else None, stranger=stranger, number=number,
            rest=rest.replace("·", " ").strip(" ,.!"),
        ), original
    )  # fmt: skip


EXTREME = re.compile(r"\bo mais (?:cedo|tarde)\b")


def _take(act: Act, text: str, acts: set[Act]) -> str:
    """Note `act` and blank its words when `text` says it."""
    pattern = COMPILED[act]
    if not pattern.search(text):
        return text
    acts.add(act)
    return pattern.sub(lambda match: " " * len(match[0]), text)


def _is_second_option(text: str) -> bool:
    return bool(re.match(r"^(?:quero |prefiro |pode ser |fico com )?a segunda(?: opcao)?[ .!]*$", text))


def _is_about_length(text: str) -> bool:
    return bool(COMPILED[Act.ASK_DURATION].search(text))


def _ordinal(text: str) -> int | None:
    if re.search(r"\bo mais tarde\b", text):
        return -1
    if re.search(r"\bo mais cedo\b", text):
        return 1
    return next((value for pattern, value in ORDINALS if pattern.search(text)), None)


def _number(text: str) -> tuple[int | None, str]:
    if match := WORDED_NUMBER.search(text.replace("·", " ").strip()):
        return dates.NUMBERS[match[1]], text
    found = NUMBER.findall(text)
    return (int(found[-1]), NUMBER.sub(" ", text)) if found else (None, text)


def _answer(rest: str, text: str, *, is_wish: bool) -> set[Act]:
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
    said = re.findall(r"[a-z0-9]+|👍", plain)
    yeses = {word for word in said if word in YES_WORDS}
    says_nothing_else = all(word in YES_WORDS or word in FILLING for word in said)
    return {Act.YES} if yeses and says_nothing_else and not (is_wish and yeses <= WEAK_YES) else set()


def _unknown_service(rest: str) -> str:
    """ "Vocês fazem tatuagem?": the thing asked for, when it reads as a service we don't list."""
    plain = re.sub(r"\s+", " ", rest.replace("·", " ")).strip()
    if found := next((word for word in words(plain) if word in catalog.COMMON), ""):
        return found
    match = SERVICE_ASKED.search(plain)
    if not match or plain[: match.start() + 3].startswith("tem") or match[0].startswith("tem "):
        return ""
    name = match[1]
    first = name.split()[0]
    if first in NOT_A_SERVICE or first in catalog.NEVER or first in YES_WORDS or first in catalog.NOT_A_NAME:
        return ""
    if match[0].startswith(("quero", "queria", "gostaria", "preciso", "atende")) and "fazer" not in match[0]:
        return ""
    return name


def _settled(times: tuple[TimeWish, ...], *, facts: Facts, days: Days | None) -> tuple[TimeWish, ...]:
    def is_open_at(moment: time) -> bool:
        windows = [window for window in facts.hours if not days or not days.is_single or window.weekday == days.start.weekday()]
        if not windows:
            windows = list(facts.hours)
        if not windows:
            return moment >= time(7)
        return any(window.start <= moment < window.end for window in windows)

    return tuple(dates.settle_half(wish, is_open_at=is_open_at) for wish in times)


def _sort_out(read: Understanding, original: str) -> Understanding:
    """Settle acts that exclude each other, and tell what is asked about from what is wished."""
    acts = set(read.acts)
    if Act.ASK_DURATION in acts:
        acts -= {Act.ASK_PRICE}
    if acts & {Act.PERSON, Act.COMPLAINT}:
        acts -= {Act.BOOK, Act.ASK_WHO, Act.YES, Act.NO, Act.GIVE_UP}
    if Act.RESCHEDULE in acts or Act.CANCEL in acts:
        acts -= {Act.BOOK, Act.ASK_APPOINTMENTS, Act.ASK_HOURS}
    if Act.RESCHEDULE in acts:
        acts -= {Act.CANCEL}
    if Act.ASK_APPOINTMENTS in acts:
        acts -= {Act.ASK_HOURS, Act.BOOK, Act.ASK_PRICE}
    if Act.ASK_HOURS in acts and Act.BOOK in acts:
        acts -= {Act.BOOK} if re.search(r"\b(?:funcionamento|atendimento|abre|abrem|fecha|fecham|ate que horas)\b", read.text) else {Act.ASK_HOURS}
    if Act.ASK_SERVICES in acts:
        acts -= {Act.ASK_PRICE} if not re.search(r"\b(?:preco|valor|quanto)", read.text) else set()
    if Act.MANIPULATION in acts or Act.DISCOUNT in acts:
        acts -= {Act.ASK_PRICE, Act.YES, Act.INTRODUCTION}
    if _names_a_stranger(read, original):
        acts.add(Act.OTHER_CUSTOMER)
    if Act.ASK_SERVICES in acts and Act.ASK_PROFESSIONALS in acts:
        acts -= {Act.ASK_PROFESSIONALS}
    services, asked, days, asked_days = read.services, Mention(), read.days, None
    if acts & {Act.ASK_PRICE, Act.ASK_DURATION, Act.ASK_PROFESSIONALS} and Act.BOOK not in acts:
        services, asked = Mention(), services
    if acts & {Act.ASK_HOURS, Act.ASK_APPOINTMENTS}:
        days, asked_days = (), dates.merge(days)
    times = () if acts & {Act.ASK_HOURS, Act.ASK_APPOINTMENTS} else read.times
    return Understanding(
        text=read.text, acts=frozenset(acts), services=services, asked=asked, days=days, asked_days=asked_days,
        times=times, professional_id=read.professional_id, stranger=read.stranger, number=read.number, rest=read.rest,
    )  # fmt: skip


THIRD_PERSON = re.compile(
    r"\b(?:horario|agendamento|consulta|corte|reserva) (?:da|do|de) ([a-z]{3,})\b"
    r"|\b(?:para|pra) (?:a |o )?(?:outr[oa] )?cliente\b"
)


def _names_a_stranger(read: Understanding, original: str) -> bool:
    """ "Cancela o horário da Maria": a name written as a name, that is nobody who works here."""
    match = THIRD_PERSON.search(read.text)
    if not match:
        return False
    if not match[1]:
        return True
    name = match[1]
    return read.professional_id is None and bool(re.search(rf"\b{name.capitalize()}\b", original))
