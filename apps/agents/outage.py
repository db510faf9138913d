"""A provider that can't answer, in words: for the owner, for the thread, and beside an answer of the playground."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.agents import breaker
from apps.agents.providers.base import Failure
from apps.agents.providers.registry import OFFLINE, PAID, chain, title_of

_Attempts = Iterable[dict[str, Any]]
BREAKER_OPEN = "breaker_open"
OUTCOMES = {
    Failure.AUTH: gettext_lazy("refused the key"),
    Failure.QUOTA: gettext_lazy("says the account has no credit left"),
    Failure.RATE_LIMITED: gettext_lazy("is being asked too often"),
    Failure.TIMEOUT: gettext_lazy("did not answer in time"),
    Failure.OVERLOADED: gettext_lazy("is overloaded"),
    Failure.CONTENT_BLOCKED: gettext_lazy("refused to speak about this"),
    Failure.BAD_REQUEST: gettext_lazy("did not accept the request"),
    Failure.MALFORMED: gettext_lazy("answered something unreadable"),
    Failure.UNAVAILABLE: gettext_lazy("could not be reached"),
    BREAKER_OPEN: gettext_lazy("was not asked: it has failed too often just now"),
    "budget_spent": gettext_lazy("was not asked: the month’s limit is reached"),
    "unfounded": gettext_lazy("claimed what nothing proves, so it was not sent"),
    "stuck": gettext_lazy("found no answer"),
}
_DOWN = frozenset(Failure) - {Failure.CONTENT_BLOCKED} | {BREAKER_OPEN}


def in_words(outcome: str) -> str:
    """ "did not answer in time"."""
    return str(OUTCOMES.get(outcome, outcome))


def told(ai_provider: str) -> str:
    """For the owner: since when the provider of an agent fails, how, and who answers. Empty while it is well."""
    paid = PAID.get(ai_provider)
    trouble = breaker.trouble(paid) if paid and paid.key else None
    if paid is None or trouble is None:
        return ""
    others = [other for other in chain(ai_provider) if other is not paid and breaker.trouble(other) is None]
    return _("%(provider)s %(failure)s. It has failed since %(time)s; meanwhile %(stand_in)s answers.") % {
        "provider": paid.title,
        "failure": in_words(trouble.failure),
        "time": date_format(timezone.localtime(trouble.since), "H:i"),
        "stand_in": others[0].title if others else title_of(OFFLINE.name),
    }


def stood_in(ai_provider: str, trace: _Attempts) -> str:
    """A line for the thread when another answered than the agent's own provider, which failed; else empty."""
    paid = PAID.get(ai_provider)
    entries = list(trace)
    last = next((entry for entry in reversed(entries) if entry["outcome"] == "ok"), None)
    if paid is None or last is None or last["provider"] == paid.adapter.name:
        return ""
    own = [entry["outcome"] for entry in entries if entry["provider"] == paid.adapter.name]
    failed = next((outcome for outcome in reversed(own) if outcome in _DOWN), None)
    if failed is None:
        return ""
    return _("%(provider)s %(failure)s · %(stand_in)s answered") % {
        "provider": paid.title,
        "failure": in_words(failed),
        "stand_in": title_of(last["provider"]),
    }
