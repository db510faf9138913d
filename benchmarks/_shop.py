"""The demo barbershop in a database of its own, on the day of the dialogues, with the engine in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import time_machine
from django.core.management import call_command
from django.db import transaction
from django.test.utils import override_settings

from apps.accounts import signup
from apps.barbearia import demo
from apps.chat import channels
from apps.lib.tenancy import tenant_context
from simulators.graph import GraphSimulator
from tests.agents.customers import people, stage
from tests.conftest import Customer, Work, forget_caches

NUMBER, WABA = "111222333444555", "999888777666555"


def serve_everybody() -> list[stage.Outcome]:
    """What became of each simulated customer."""
    with shop() as customer:
        return [_serve(casting, customer) for casting in people.everybody()]


def _serve(casting: people.Casting, customer: Customer) -> stage.Outcome:
    forget_caches()  # they share a number, but not its pace
    return stage.perform(casting, customer)


@contextmanager
def shop() -> Iterator[Customer]:
    """The demo barbershop on the day of the dialogues, and its first customer."""
    call_command("migrate_schemas", shared=True, verbosity=0)
    wish = signup.SignUp(
        name="Ana",
        email="ana@example.com",
        password="senha-boa-123",
        business_name="Barbearia do Zé",
        business_type="barbearia",
    )
    with ExitStack() as clean:
        graph = clean.enter_context(GraphSimulator(statuses=(), status_delay=0))
        graph.add_number(NUMBER, token="good-token", waba_id=WABA)
        clean.enter_context(override_settings(WHATSAPP_GRAPH_URL=graph.url, WHATSAPP_GRAPH_URL_IS_EXPLICIT=True))
        clean.enter_context(time_machine.travel(stage.NOW, tick=True))
        tenant, _ana = signup.register(wish)
        clean.enter_context(tenant_context(tenant))
        with transaction.atomic():
            demo.furnish()
        number = channels.WhatsAppNumber("WhatsApp", NUMBER, WABA, access_token="good-token")
        yield Customer(channels.connect_whatsapp(number, by=None), graph, Work())
