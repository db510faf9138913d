"""The business's agents: who there is, where they serve, what they did, hiring and letting go."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.agents import spending
from apps.agents.errors import AgentServes
from apps.agents.models import Agent, Call, Deployment, Step, Turn
from apps.agents.providers.registry import is_ready
from apps.audit import trail
from apps.chat import handoff
from apps.chat.models import Channel, Message
from apps.work.wake import wake_all

WEEK = timedelta(days=7)
BOOK = "book"


# Changing --------------------------------------------------------------------------------------------


def first() -> Agent | None:
    """The one that answers by default: the oldest that is on, else the oldest."""
    return Agent.objects.order_by("-is_active", "pk").first()


def save(agent: Agent, *, by: Any, channels: Iterable[Channel] | None = None) -> Agent:
    """Store a new or changed agent; with `channels`, it serves these and no others.

    A channel has one agent: taking it leaves the one that had it without.
    """
    is_new = agent.pk is None
    with transaction.atomic():
        agent.save()
        if channels is not None:
            _deploy(agent, list(channels))
        _answers(agent)
        trail.record("agent.created" if is_new else "agent.changed", on=agent, by=by)
    return agent


def _deploy(agent: Agent, channels: list[Channel]) -> None:
    Deployment.objects.filter(agent=agent).exclude(channel__in=channels).delete()
    for channel in channels:
        Deployment.objects.update_or_create(channel=channel, defaults={"agent": agent})


def _answers(agent: Agent) -> None:
    """Those who waited for somebody to be on are answered now."""
    if agent.is_active:
        wake_all(handoff.RESUME, keys=agent.deployments.values_list("channel_id", flat=True))


def switch(agent: Agent, *, by: Any, on: bool | None = None) -> Agent:
    """Switch the agent on or off; without `on`, to the other state."""
    with transaction.atomic():
        agent = Agent.objects.select_for_update().get(pk=agent.pk)
        agent.is_active = not agent.is_active if on is None else on
        agent.save(update_fields=["is_active", "updated_at"])
        _answers(agent)
        trail.record("agent.toggled", on=agent, by=by, is_active=agent.is_active)
    return agent


def remove(agent: Agent, *, by: Any) -> None:
    """Raises AgentServes while a channel would be left without an answer."""
    with transaction.atomic():
        agent = Agent.objects.select_for_update().get(pk=agent.pk)
        served = channels_of([agent])[agent.pk]
        if served:
            raise AgentServes(agent=agent, channels=served)
        trail.record("agent.deleted", on=agent, by=by)
        agent.delete()


# Looking ---------------------------------------------------------------------------------------------


def channels_of(agents: Iterable[Agent]) -> dict[int, list[Channel]]:
    """agent id → the channels it serves, by name."""
    served: dict[int, list[Channel]] = defaultdict(list)
    found = Deployment.objects.filter(agent__in=list(agents)).select_related("channel").order_by("channel__name")
    for deployment in found:
        served[deployment.agent_id].append(deployment.channel)
    return served


def problems(agent: Agent, served: list[Channel], *, failing: str = "") -> list[str]:
    """What keeps the agent from answering as its page says, and what customers get instead; `failing`: outage.told."""
    found = []
    if not is_ready(agent.ai_provider):
        found.append(
            _(
                "%(provider)s has no key: Offline answers instead. Customers get its simpler words; "
                "prices, times and bookings stay right."
            )
            % {"provider": agent.get_ai_provider_display()}
        )
    if failing:
        found.append(failing)
    names = ", ".join(channel.name for channel in served)
    if not served:
        found.append(_("Serves no channel yet: no customer gets its answers."))
    elif not agent.is_active:
        found.append(_("Switched off: on %(channels)s customers wait for a person.") % {"channels": names})
    return found


@dataclass(frozen=True)
class Member:
    """A line of the list. `answered` and `handed_over` count conversations of the last seven days."""

    agent: Agent
    channels: list[Channel]
    is_ready: bool
    answered: int
    handed_over: int
    failing: str  # what its provider's trouble is, if it has any

    @property
    def problems(self) -> list[str]:
        return problems(self.agent, self.channels, failing=self.failing)


def members() -> list[Member]:
    """Everyone, the longest here first."""
    agents = list(Agent.objects.order_by("pk"))
    served, since = channels_of(agents), timezone.now() - WEEK
    answered, handed_over = _answered(since), _handed_over(since)
    return [
        Member(
            agent,
            served[agent.pk],
            is_ready(agent.ai_provider),
            answered[agent.pk],
            handed_over[agent.pk],
            agent.provider_trouble,
        )
        for agent in agents
    ]


@dataclass(frozen=True)
class Stats:
    """What an agent did since a moment; tokens are of real turns; money is all it spent, tests included."""

    turns: int
    by_state: dict[str, int]
    answered: int
    handed_over: int
    bookings: int
    median_seconds: float | None
    input_tokens: int
    output_tokens: int
    spent_brl: Decimal
    deeds: dict[str, int] = field(default_factory=dict)


def stats(agent: Agent, *, since: datetime) -> Stats:
    turns = Turn.objects.filter(agent=agent, started_at__gte=since)
    by_state = dict(turns.values_list("state").annotate(Count("id")).order_by())
    tokens = Step.objects.filter(turn__in=turns).aggregate(i=Sum("input_tokens"), o=Sum("output_tokens"))
    deeds = dict(
        Call.objects.filter(turn__in=turns, has_effect=True).values_list("tool").annotate(Count("id")).order_by()
    )
    return Stats(
        turns=sum(by_state.values()),
        by_state=by_state,
        answered=_answered(since)[agent.pk],
        handed_over=_handed_over(since)[agent.pk],
        bookings=deeds.get(BOOK, 0),
        median_seconds=_median_seconds(agent, since),
        input_tokens=tokens["i"] or 0,
        output_tokens=tokens["o"] or 0,
        spent_brl=spending.of_agent(agent, since)["spent_brl"],
        deeds=deeds,
    )


def _answered(since: datetime) -> Counter[int]:
    """agent id → conversations it said something in."""
    sent = Turn.objects.filter(state=Turn.State.SENT, started_at__gte=since, agent__isnull=False)
    return Counter(dict(sent.values_list("agent").annotate(Count("conversation", distinct=True)).order_by()))


def _handed_over(since: datetime) -> Counter[int]:
    """agent id → conversations it called a person to: its last words there are marked as a farewell."""
    farewells = Message.objects.filter(
        sender=Message.Sender.AI, received_at__gte=since, data__farewell=True, effect_key__startswith="turn:"
    ).values_list("effect_key", flat=True)
    turns = [int(key.partition(":")[2]) for key in farewells if key]
    left = Turn.objects.filter(pk__in=turns, agent__isnull=False)
    return Counter(dict(left.values_list("agent").annotate(Count("conversation", distinct=True)).order_by()))


def _median_seconds(agent: Agent, since: datetime) -> float | None:
    """From the start of a turn to its reply, half of them being faster."""
    sent = Turn.objects.filter(agent=agent, state=Turn.State.SENT, started_at__gte=since, ended_at__isnull=False)
    times = sorted(sent.annotate(took=F("ended_at") - F("started_at")).values_list("took", flat=True))
    return round(times[len(times) // 2].total_seconds(), 2) if times else None
