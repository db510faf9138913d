"""What a business of each type usually offers, to start from: the owner ticks, edits and takes over.

Names and descriptions are what customers read, so they are Portuguese. Prices are ordinary ones of a
neighbourhood business in a Brazilian city.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class StartingService:
    """A row of a catalogue; `usual` ones are ticked to begin with."""

    name: str
    category: str
    price: Decimal
    duration_minutes: int
    description: str = ""
    buffer_after_minutes: int = 0
    usual: bool = True


def _service(
    name: str, category: str, reais: int, minutes: int, description: str = "", *, buffer_after_minutes: int = 0
) -> StartingService:
    return StartingService(name, category, Decimal(reais), minutes, description, buffer_after_minutes)


def _rarer(name: str, category: str, reais: int, minutes: int, description: str = "") -> StartingService:
    return StartingService(name, category, Decimal(reais), minutes, description, usual=False)


_CATALOGUES: dict[str, tuple[StartingService, ...]] = {
    "barbearia": (
        _service("Corte", "Cabelo", 45, 30, "Tesoura ou máquina, com lavagem."),
        _service("Corte degradê", "Cabelo", 50, 40, "Degradê na máquina, com acabamento na navalha."),
        _service("Corte infantil", "Cabelo", 40, 30, "Até 12 anos."),
        _service("Barba", "Barba", 35, 30, "Toalha quente e navalha."),
        _service("Corte + barba", "Combos", 75, 60),
        _service("Sobrancelha", "Rosto", 20, 15, "Na navalha ou na pinça."),
        _service("Pezinho", "Cabelo", 20, 15, "Só o acabamento."),
        _rarer("Hidratação", "Cabelo", 40, 30),
        _rarer("Pigmentação de barba", "Barba", 50, 40),
        _rarer("Platinado", "Química", 150, 150, "Descoloração completa."),
    ),
    "salao": (
        _service("Corte feminino", "Cabelo", 90, 60, "Com lavagem e finalização."),
        _service("Corte masculino", "Cabelo", 50, 30),
        _service("Escova", "Cabelo", 60, 45),
        _service("Hidratação", "Tratamentos", 80, 60),
        _service("Coloração", "Química", 160, 120, "Raiz e comprimento; o valor varia com o cabelo."),
        _service("Manicure", "Unhas", 35, 40),
        _service("Pedicure", "Unhas", 40, 45),
        _service("Manicure + pedicure", "Unhas", 70, 80),
        _service("Design de sobrancelhas", "Rosto", 40, 30),
        _rarer("Mechas", "Química", 350, 210),
        _rarer("Escova progressiva", "Química", 280, 180),
        _rarer("Penteado para festa", "Cabelo", 180, 90),
        _rarer("Maquiagem", "Rosto", 160, 75),
    ),
    "clinica": (
        _service("Consulta", "Consultas", 250, 40, buffer_after_minutes=10),
        _service("Retorno", "Consultas", 0, 20, "Em até 30 dias depois da consulta.", buffer_after_minutes=5),
        _service("Primeira avaliação", "Consultas", 150, 50, buffer_after_minutes=10),
        _service("Limpeza de pele", "Estética", 160, 60, buffer_after_minutes=10),
        _service("Drenagem linfática", "Estética", 140, 60, buffer_after_minutes=10),
        _rarer("Sessão de fisioterapia", "Terapias", 130, 50),
        _rarer("Sessão de psicoterapia", "Terapias", 200, 50),
        _rarer("Limpeza dental", "Odontologia", 180, 40),
        _rarer("Aplicação de botox", "Estética", 900, 45),
    ),
    "oficina": (
        _service("Diagnóstico", "Revisão", 120, 60, "Com leitura eletrônica; abatido do conserto."),
        _service("Troca de óleo e filtro", "Manutenção", 180, 45, "Mão de obra e óleo; o valor varia com o carro."),
        _service("Revisão completa", "Revisão", 390, 180),
        _service("Alinhamento e balanceamento", "Pneus", 150, 60),
        _service("Troca de pastilhas de freio", "Freios", 160, 90, "Mão de obra por eixo."),
        _service("Troca de bateria", "Elétrica", 60, 30, "Só a mão de obra."),
        _service("Higienização do ar-condicionado", "Ar-condicionado", 140, 60),
        _rarer("Rodízio de pneus", "Pneus", 50, 30),
        _rarer("Troca de correia dentada", "Motor", 450, 240, "Só a mão de obra."),
        _rarer("Suspensão dianteira", "Suspensão", 380, 180, "Só a mão de obra."),
    ),
    "restaurante": (
        _service("Mesa para 2 pessoas", "Reservas", 0, 90, "Reserva sem custo; tolerância de 15 minutos."),
        _service("Mesa para 4 pessoas", "Reservas", 0, 105, "Reserva sem custo; tolerância de 15 minutos."),
        _service("Mesa para 6 pessoas", "Reservas", 0, 120, "Reserva sem custo; tolerância de 15 minutos."),
        _rarer("Mesa para 8 pessoas ou mais", "Reservas", 0, 150, "Reserva sem custo; tolerância de 15 minutos."),
        _rarer("Mesa de aniversário", "Reservas", 0, 180, "Com bolo trazido por vocês, sem taxa."),
        _rarer("Menu degustação", "Experiências", 190, 150, "Por pessoa."),
    ),
    "outro": (
        _service("Atendimento", "Atendimentos", 100, 60),
        _service("Atendimento rápido", "Atendimentos", 50, 30),
        _service("Avaliação", "Atendimentos", 0, 30, "Para conhecer a sua necessidade."),
        _rarer("Visita no local", "Atendimentos", 150, 90),
    ),
}


def starting_catalogue(business_type: str) -> tuple[StartingService, ...]:
    """The rows for a `Tenant.Type`; an unknown type gets those of "outro"."""
    return _CATALOGUES.get(business_type, _CATALOGUES["outro"])
