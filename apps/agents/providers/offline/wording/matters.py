"""What customers come for: to book, move or cancel, and to know what they have booked."""

from __future__ import annotations

from apps.agents.providers.offline.acts import Act

BOOKING = r"(?:horarios?|agendamentos?|consultas?|reservas?|marcacao|sessao|corte|atendimento|hora|·+)"
MINE = r"(?:meus?|minhas?|nossos?|esse|este)"

PATTERNS: dict[Act, tuple[str, ...]] = {
    Act.BOOK: (
        r"\b(?:marc(?:a|ar|o|amos|ava)|agend(?:a|ar|o|amos)|reserv(?:a|ar|o)|encaix(?:a|ar|e|o)|agendamento"
        r"|marcacao)\b",
        r"\b(?:quero|queria|preciso|gostaria|consigo|consegue|conseguiria|arruma|tem|teria|tinha|tera|ha|ve"
        r"|veja|ver|vejo"
        r"|existe|sobrou|rola|daria|me passa|da para)(?: \w+){0,2} "
        r"(?:horarios?|vagas?|hora|agenda|encaixe|espaco|disponibilidade|brecha)\b",
        r"\bquais (?:os |sao os )?horarios?\b(?! de (?:funcionamento|atendimento))",
        r"\bhorarios? (?:disponive(?:l|is)|livres?|vagos?|para)\b|\bdisponibilidade\b",
        r"\b(?:que|quais) (?:horas?|dias?) (?:(?:voces?|ele|ela|eles|·+) )?(?:tem|teria|esta livre|ta livre|da)\b",
        r"\b(?:tem jeito|tem como|da|rola|bora|consegue|consegu\w+) (?:de )?(?:\w+ )?(?:atender|atende"
        r"|encaixar|marcar|cortar|fazer)\b",
        r"\bta (?:livre|cheio|lotado|vazio)\b|\b(?:dar )?um (?:tapa|jeito|trato|grau|talento) no visual\b",
        r"^(?:horarios?|vagas?|agenda)[ ?!.]*$|\bme (?:encaixa|atende)\b",
    ),
    Act.RESCHEDULE: (
        r"\bremarc(?:a|ar|o|ou|acao|ando|amos|ado)\b|\breagend(?:a|ar|o|amento)\b",
        r"^(?:(?:oi|ola|entao|eu) )*(?:quero|queria|preciso|gostaria de|posso|da para|tem como|pode)"
        r" (?:mudar|trocar|alterar)[ ?!.]*$",
        r"\b(?:adi(?:a|ar|o)|antecip(?:a|ar|o)|adiant(?:a|ar|o))\b",
        r"\b(?:mud(?:a|ar|o|e|ei)|troc(?:a|ar|o|que)|alter(?:a|ar|o|e)|transfer(?:e|ir)|pass(?:a|ar|e)|jog(?:a|ar)) "
        rf"(?:(?:o|a|de|meu|minha|do|esse|este|ele|ela|so) )*(?:{BOOKING}|dia|data|para|das)",
    ),
    Act.CANCEL: (
        r"\bcancel(?:a|ar|e|o|ei|em|amento|armos)\b|\bdesmarc(?:a|ar|o|ou|que|amos)\b|\bdesagend\w+\b",
        r"\bnao (?:vou|irei) (?:mais )?(?:poder |conseguir )?(?:ir|comparecer|aparecer|estar"
        r"|chegar(?! (?:a tempo|n[oa] (?:horario|hora)|cedo|antes|as|·)))\b",
        r"\bnao (?:posso|consigo|poderei|conseguirei) (?:mais )?(?:ir|comparecer|estar)\b",
        r"\bnao vai dar (?:mais )?(?:para (?:mim|eu|ir)|de ir)\b|\btira[r]? meu (?:nome|horario)\b"
        r"|\bnao vou mais[ ,.!]*(?=$|,)",
    ),
    Act.OWN_BOOKING: (
        rf"\b{MINE} {BOOKING}|\b(?:o|a) (?:agendamento|horario|consulta|reserva|que (?:eu )?(?:marquei|agendei"
        rf"|tenho))\b",
        r"\bque (?:eu )?(?:marquei|agendei|ta marcado|esta marcado)\b",
    ),
    Act.RUNNING_LATE: (
        r"\batras(?:ar|e|ado|ada|ei|ando|adinho|adinha)\b|\b(?:me|eu) atraso\b",
        r"\b(?:pres[oa]|parad[oa]|agarrad[oa]) n[oe]s?s?e? ?(?:transito|engarrafamento|onibus|metro)\b",
        r"\b(?:peguei|pegando|tem|ta) (?:\w+ )?(?:transito|engarrafamento)\b|\bsegura (?:ai )?(?:o )?meu horario\b",
        r"\bcheg(?:o|ar|arei) (?:um pouco |uns minutos )?(?:mais )?tarde\b",
        r"\b(?:to|estou|tou) (?:chegando|a caminho|indo ai)\b",
    ),
    Act.ASK_APPOINTMENTS: (
        r"\b(?:que horas?|que dia|quando|qual|quais|onde|com quem|ver|confirma|confere|confira|confirmar"
        r"|saber|lembra|esqueci|conferir|cade"
        r"|consultar"
        rf"|verificar|olhar)\b(?: \w+){{0,4}} {MINE} {BOOKING}",
        rf"\b(?:meus?|minhas?) {BOOKING} (?:e|ta|esta|ficou|foi|era|sao|continua)\b",
        r"\btenho (?:algo|algum|alguma|horario|hora)(?: \w+)? (?:marcad|agendad|reservad)\w+",
        r"\b(?:que horas?|que dia|quando|com quem|qual (?:o )?(?:horario"
        r"|dia)) (?:e )?(?:que )?(?:eu )?(?:marquei|agendei"
        r"|tenho|ficou|e que eu|to marcad[oa])\b",
        r"\bmarquei (?:que|para que|para qual|para quando)\b|^meus? (?:horarios?|agendamentos?)[ ?!.]*$",
        r"\btenho (?:horario|hora)\b(?! (?:livre|para))|\b(?:ta|to|esta|estou|continua) (?:marcad|confirmad"
        r"|agendad)[oa]\b",
        r"\b(?:que|quais|qual)(?: sao)?(?: os?)? (?:horarios?|horas?|dias?|agendamentos?)(?: e| sao)?(?: que)?(?: eu)?"
        r" tenho(?: (?:ja )?(?:marcad|agendad|reservad)\w+)?[ ?!.]*$",
        r"\b(?:nao|ja) (?:marquei|agendei)\b[^.!]*\?",
        r"^(?:(?:ta|esta|tudo|entao|ficou) )*(?:confirmad|marcad|agendad)[oa]"
        r"(?: (?:para|o|a|as|de|la|mesmo|meu|horario)|[ ·])*"
        r"(?:,? ?(?:ne|certo|ok|sim))?\?",
        r"\btem algo (?:marcado|agendado) para mim\b",
    ),
}
