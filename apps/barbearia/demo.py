"""A day at the Barbearia do Zé, for showing the product. Everybody here is made up."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from apps.accounts.models import Tenant
from apps.agents.knowledge import entries
from apps.agents.models import KnowledgeEntry
from apps.barbearia import hours, slots
from apps.barbearia.availability import local_instant
from apps.barbearia.booking import write_items
from apps.barbearia.hours import WeeklyWindow
from apps.barbearia.models import Appointment, Block, Professional, Service
from apps.barbearia.schedule import blocking_between
from apps.barbearia.transitions import write_history
from apps.chat.contacts import contact_by_phone
from apps.chat.models import Contact
from apps.lib.tenancy import tenant_context

SERVICES = {
    "Corte": ("45.00", 30, "Cabelo", "Tesoura ou máquina, com lavagem."),
    "Barba": ("35.00", 30, "Barba", "Toalha quente e navalha."),
    "Sobrancelha": ("20.00", 15, "Rosto", "Na navalha ou na pinça."),
}
PEOPLE = ("Carlos", "Léo", "Rafael")
WEEK = [WeeklyWindow(day, time(9), time(20)) for day in range(5)] + [WeeklyWindow(5, time(9), time(18))]
STAFF, AI = Appointment.Source.STAFF, Appointment.Source.AI

# What is over by now is done, what is going on is in progress, whatever the hour the demo is shown at.
TODAY = [
    ("Carlos", time(9), "Mateus Rocha", ["Corte"], "confirmado", STAFF),
    ("Carlos", time(9, 45), "André Nunes", ["Barba"], "confirmado", AI),
    ("Carlos", time(11), "Igor Nunes", ["Corte", "Barba"], "agendado", AI),
    ("Carlos", time(13, 30), "Felipe Andrade", ["Corte"], "confirmado", AI),
    ("Carlos", time(16, 30), "Paulo Teixeira", ["Barba"], "confirmado", STAFF),
    ("Carlos", time(18, 30), "Otávio Lins", ["Corte", "Sobrancelha"], "agendado", AI),
    ("Léo", time(9, 30), "Vitor Campos", ["Corte", "Sobrancelha"], "confirmado", STAFF),
    ("Léo", time(11, 15), "Bruno Dias", ["Barba"], "confirmado", STAFF),
    ("Léo", time(14), "Renato Prado", ["Corte"], "confirmado", AI),
    ("Léo", time(15), "Sérgio Prado", ["Corte", "Sobrancelha"], "agendado", STAFF),
    ("Léo", time(17), "Caio Barros", ["Corte", "Barba"], "agendado", AI),
    ("Rafael", time(10), "Tiago Moura", ["Barba"], "faltou", STAFF),
    ("Rafael", time(11), "Lucas Moreira", ["Corte"], "confirmado", AI),
    ("Rafael", time(15), "Enzo Duarte", ["Corte"], "agendado", STAFF),
    ("Rafael", time(17, 15), "Nelson Brito", ["Corte", "Barba"], "agendado", AI),
]
KEPT_FREE = [
    ("Carlos", time(12), time(13), "almoço"),
    ("Léo", time(12, 30), time(13, 30), "almoço"),
    ("Rafael", time(13), time(14), "almoço"),
    ("Rafael", time(16), time(17), "dentista"),
]

TAUGHT = {
    "Vocês têm estacionamento?": "Temos convênio com o estacionamento ao lado: 1 hora grátis para clientes.",
    "Quais as formas de pagamento?": "Aceitamos Pix, dinheiro e cartão de débito ou crédito.",
    "Atendem crianças?": "Sim, a partir de 3 anos. O corte infantil é feito por qualquer um da equipe.",
}


def fill(tenant: Tenant) -> None:
    """Services, people, hours, answers and a day of appointments; called again it only adds what a new day lacks."""
    with tenant_context(tenant), transaction.atomic():
        services, people = furnish()
        _teach()
        day = _working_day()
        for number, (who, clock, client, names, status, source) in enumerate(TODAY):
            key = f"demo:{day}:{number}"
            wanted = [services[name] for name in names]
            if not Appointment.objects.filter(effect_key=key).exists():
                person, when = _client(client, number), _at(day, clock)
                _appointment(when, people[who], person, wanted, status=status, source=source, key=key)
        for who, start, end, reason in KEPT_FREE:
            _keep_free(people[who], _at(day, start), _at(day, end), reason)


def furnish() -> tuple[dict[str, Service], dict[str, Professional]]:
    """Services, people and hours by name."""
    services = {name: _service(name) for name in SERVICES}
    people = {name: _professional(name, list(services.values())) for name in PEOPLE}
    hours.replace(hours=WEEK, by=None)
    return services, people


def _teach() -> None:
    for question, answer in TAUGHT.items():
        if not KnowledgeEntry.objects.filter(title=question).exists():
            kind = KnowledgeEntry.Kind.QA
            entries.save(KnowledgeEntry(title=question, content=answer, kind=kind, category="Geral"), by=None)


def _working_day() -> date:
    """Today, or Monday on a Sunday."""
    today = timezone.localdate()
    return today + timedelta(days=1) if today.weekday() == 6 else today


def _service(name: str) -> Service:
    price, minutes, category, description = SERVICES[name]
    return Service.objects.get_or_create(
        name=name,
        removed_at=None,
        defaults={
            "price": Decimal(price),
            "duration_minutes": minutes,
            "category": category,
            "description": description,
        },
    )[0]


def _professional(name: str, services: list[Service]) -> Professional:
    professional, is_new = Professional.objects.get_or_create(name=name, removed_at=None)
    if is_new:
        professional.services.set(services)
    return professional


def _client(name: str, number: int) -> Contact:
    return contact_by_phone(phone=f"+55119000000{number:02d}", name=name)


def _at(day: date, clock: time) -> datetime:
    return local_instant(day, clock, timezone.get_current_timezone())


def _keep_free(who: Professional, start: datetime, end: datetime, reason: str) -> None:
    if not blocking_between([who.pk], start=start, end=end).exists():
        Block.objects.get_or_create(professional=who, start=start, end=end, defaults={"reason": reason})


def _appointment(
    start: datetime, who: Professional, client: Contact, services: list[Service], *, status: str, source: str, key: str
) -> None:
    """Written as it was, not booked: the morning may be over. Skipped when the time is taken."""
    plan = slots.plan(services)
    end = plan.visible(start)[1]
    if blocking_between([who.pk], start=start, end=end).exists():
        return
    appointment = Appointment.objects.create(
        client=client,
        professional=who,
        start=start,
        end=end,
        blocked=DateTimeTZRange(*plan.blocked(start), bounds="[)"),
        status=_by_now(status, start, end),
        price=plan.price,
        source=source,
        effect_key=key,
    )
    write_items(appointment, plan)
    write_history(appointment, before="", by=None)


def _by_now(status: str, start: datetime, end: datetime) -> str:
    now = timezone.now()
    if status == "faltou":
        return status if start <= now else "confirmado"
    if end <= now:
        return "concluido"
    return "em_andamento" if start <= now else status
