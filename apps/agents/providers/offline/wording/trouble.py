"""Where a person is needed, or where the answer is no."""

from __future__ import annotations

from apps.agents.providers.offline.acts import Act

STAFF = (
    r"(?:atendente|pessoa|humano|humana|alguem|gente|dono|dona|gerente|responsavel|proprietari[oa]|recepcao"
    r"|recepcionista|equipe|ser humano)"
)
A_PERSON = rf"(?:(?:um|uma|o|a|algum|alguma|outra|outro) )*{STAFF}\b(?! (?:que|para (?:cortar|fazer)|disponivel|livre))"

PATTERNS: dict[Act, tuple[str, ...]] = {
    Act.PERSON: (
        r"\b(?:falar|fala|falo|conversar|tratar|resolver|atendid[oa]|contato|chama|chamar|chame|passa"
        r"|passar|transfere"
        rf"|transferir|quero|queria|preciso(?: de)?|prefiro|tem)(?: \w+)? (?:com |por |para )?{A_PERSON}",
        rf"^(?:um |uma |o |a )?{STAFF}(?: real| por favor)?[!.? ]*$",
        r"\batendimento humano\b|\bpessoa (?:de verdade|real)\b(?!.*\?)",
        r"\bnao quero (?:falar com )?(?:um |uma )?(?:robo|maquina|bot|ia|assistente)\b",
        r"\b(?:me liga|liga para mim|podem? me ligar|me ligue)\b",
        r"\b(?:pode|quero que|sim|por favor) chama[r]?\b|^chama[r]?(?: (?:sim|ai|por favor|eles|ela|ele))*[ .!]*$",
        r"\balguem (?:ai|pode me|pode|me) (?:atend|ajud|respond)\w+|\btem alguem ai\b",
        r"\b(?:falar|fala|conversar) ·",
    ),
    Act.EMERGENCY: (
        r"\bdor(?:es)? (?:muito )?(?:fort\w+ |intensa )?no peito\b|\bpeito (?:ta |esta )?doendo\b|\bfalta de ar\b"
        r"|\bnao (?:consigo|consegue|to conseguindo|ta conseguindo) respirar\b",
        r"\b(?:infart(?:o|ando|ou|ei)|avc|derrame cerebral|convuls\w+|overdose|hemorragia|samu)\b"
        r"|\b(?:desmai(?:ou|ei|ando|ada|ado))\b|\bsangrando muito\b|\bmuito sangue\b",
        r"\b(?:suicid\w+|me matar|tirar (?:a )?minha (?:propria )?vida)\b",
    ),
    Act.COMPLAINT: (
        r"\b(?:reclamar|reclamacao|reclamando|absurd[oa]|pessim[oa]s?|horrive(?:l|is)|ridicul[oa]s?|vergonha|porcaria|nojo|nojent[oa]"
        r"|palhacada)\b",
        r"\b(?:merda|porra|caralho|lixo|bosta|porcaria|putaria|puta que|idiotas?|burr[oa]s?|inute(?:l|is)|inutil|fdp"
        r"|vsf|vtnc|tnc)\b",
        r"\b(?:fud\w+|fod(?:er|a se|ase|eu))\b|\bfilh[oa]s? da puta\b|\b(?:puto|puta) (?:da vida|com)\b",
        r"\b(?:procon|processar|decepcionad[oa]|decepcao|insatisfeit[oa]|mal atendid[oa]|descaso"
        r"|enganad[oa]|golpe)\b",
        r"\b(?:falta de respeito|desrespeito|nunca mais (?:volto|vou|piso)|irritad[oa]|odiei|detestei"
        r"|estrag(?:ou|aram))\b",
        r"\b(?:atendimento|servico|lugar)(?: \w+){0,2} (?:ruim|lixo|fraco)\b|\b(?:mal feito|mal educad\w+"
        r"|gross(?:o|a|eiro|eria))\b",
        r"\bninguem (?:me )?(?:atende|responde|respondeu|atendeu)\b|\bcobr\w+(?: \w+)? (?:errad[oa]|a mais)\b"
        r"|\bquero (?:o )?meu dinheiro\b",
        r"\b(?:tort[oa]|fico(?:u|aram) (?:fei[oa]|pessim[oa]|uma merda)|cort(?:ou|aram) (?:tudo )?errado)\b",
        r"\b(?:dinheiro de volta|reembolso|estorno)\b|😡",
    ),
    Act.UNREADABLE: (
        r"^[\s\[(]*(?:audio|voice|mensagem de voz|mensagem que nao sei ler|documento|video|ptt)\b"
        r"[^a-z]*(?:message|omitted|ocultado|recebid[oa])?[\s\])]*$",
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
        r"^(?:sistema|system|admin|root|aviso do sistema) ?:|\bsem (?:regras|filtros?|limites|restricoes)\b",
        r"\bmodo (?:desenvolvedor|admin|dev)\b|\b(?:developer|jailbreak)\b|\bignore (?:all|previous)\b",
        r"\bsou (?:o |a )?(?:dono|dona|gerente|proprietari[oa]|administrador[a]?|admin|desenvolvedor[a]?"
        r"|programador[a]?)\b",
        r"\b(?:finja|finge|aja como|(?:agora )?voce (?:agora )?e (?:um |uma )"
        r"|a partir de agora)\b(?![^?]*\?)|\b(?:api|senha|password|token"
        r"|banco de dados)\b",
    ),
    Act.OFF_TOPIC: (
        r"\b(?:chov\w+|chuva|previsao do tempo|jogo|futebol|piada|poema|poesia|musica|receita"
        r"|capital d[aeo]|presidente"
        r"|politic[oa]s?|python|codigo|programa(?:r|cao)|matematica|dever de casa|redacao|signo|horoscopo"
        r"|dolar|bitcoin"
        r"|noticias?|filme|novela|sentido da vida|traduz\w*|resum[aeo]\w*)\b",
        r"\d ?[+*x] ?\d",
    ),
    Act.OTHER_CUSTOMER: (
        r"\b(?:outr[oa]|d[eo] um|d[eo] uma|d[ao]s?|outr[oa]s|para [oa]) clientes?\b|\blista de clientes\b",
        r"\b(?:no (?:nome|cadastro|lugar)|em nome) d[eao]\b(?! meu| minha)",
        r"\bquem (?:marcou|agendou|esta marcado|ta marcado|tem horario)\b|\bhorarios? dos outros\b",
    ),
}
