"""The demo business: whole at once, and the same when it is made again."""

from __future__ import annotations

from apps.agents.knowledge.search import search
from apps.agents.models import KnowledgeEntry
from apps.barbearia import demo
from apps.barbearia.models import Appointment


def test_it_is_the_same_when_filled_twice(tenant):
    demo.fill(tenant)
    before = (Appointment.objects.count(), KnowledgeEntry.objects.count())
    demo.fill(tenant)

    assert before == (Appointment.objects.count(), KnowledgeEntry.objects.count()) and min(before) > 2


def test_its_agent_knows_where_to_park(tenant):
    demo.fill(tenant)

    assert "1 hora grátis" in search("vcs tem estacionamento?")[0].content
