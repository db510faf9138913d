"""Services asked for that this business doesn't list."""

from __future__ import annotations

import re

from apps.agents.providers.offline import catalog
from apps.agents.providers.offline.consent import YES_WORDS
from apps.agents.providers.offline.language import words

SERVICE_ASKED = re.compile(
    r"\b(?:fazem?|fazer|trabalham? com|realizam?|oferecem?|marcar|agendar|reservar|preco d[aeo]|valor d[aeo]|custa"
    r"|quanto (?:e|custa|fica|sai|ta|esta))"
    r"(?: (?:o|a|um|uma|de|do|da|para|ai|fazer|marcar|agendar|uns|umas|as|os|meu"
    r"|minha))* ([a-z]{4,}(?: de [a-z]{4,})?)"
)
NOT_A_SERVICE = frozenset(
    """pergunta duvida reclamacao orcamento horario horarios hora horas vaga vagas saber isso aqui coisa algo favor
    marcar agendar informacao informacoes ajuda pagamento cadastro reserva desconto promocao estacionamento wifi
    internet cartao credito debito dinheiro pagar ficar falar entender conhecer voces voce gente domingo sabado
    domingos sabados feriado feriados entrega entregas conversar mudar trocar cancelar remarcar desmarcar agora amanha
    hoje depois antes tudo nada mais menos muito outro outra mesmo tambem para semana quem qual quanto ver fazer
    atendimento alguem pessoa atendente humano cerveja cafe estacionar levar crianca criancas cachorro convenio plano
    planos pacote pacotes servico servicos produto produtos vale presente curso cursos emprego trabalhar dia dias data
    tarde noite manha cedo disponivel disponibilidade marcado agendado certeza minutos primeiro segundo terceiro ultimo
    opcao opcoes nenhum nenhuma ideia problema banheiro acessibilidade cadeirante condicionado chegar atrasar atrasado
    esperar espera fila ordem chegada sair nota fiscal parcelar cliente seus minha sobre dois duas tres ambos todos
    todas juntos visita sessao novo nova logo""".split()
)


def unlisted_service(rest: str) -> str:
    """ "Vocês fazem tatuagem?": the thing asked for, when it reads as a service we don't list."""
    plain = re.sub(r"\s+", " ", rest.replace("·", " ")).strip()
    if found := next((word for word in words(plain) if word in catalog.COMMON), ""):
        return found
    match = SERVICE_ASKED.search(plain)
    first = match[1].split()[0] if match else ""
    is_ordinary = first in NOT_A_SERVICE | catalog.NEVER | YES_WORDS | catalog.NOT_A_NAME
    return match[1] if match and not is_ordinary else ""
