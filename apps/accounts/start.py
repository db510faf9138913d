"""The first steps of a new business: each can be skipped, left and taken up again.

Rooms register theirs; this one knows only their order and how far the business came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.access import TenantRequest
from apps.accounts.models import Start, Tenant
from apps.audit import trail


class Step:
    """One screen of the start. `template` extends accounts/start.html and fills its blocks."""

    key: str  # its place in the address: /comecar/<key>
    order: int
    title: Any  # in the row of steps
    task: Any  # in the checklist: what there is to do
    template: str
    is_done_when_saved = True  # otherwise `is_done` alone tells

    def context(self, request: TenantRequest) -> dict[str, Any]:
        """What the template shows."""
        return {}

    def answer(self, request: TenantRequest) -> dict[str, Any] | None:
        """What was asked within the step, without leaving it: the context with the answer. None for anything else."""
        return None

    def save(self, request: TenantRequest) -> dict[str, Any] | None:
        """Take over what was posted. None when all is well, else the context: what was typed, and why not."""
        return None

    def preview(self, request: TenantRequest) -> list[Any]:
        """How the agent would answer if this were saved: bubbles of `text` and `by` (empty: the customer)."""
        return []

    def is_done(self) -> bool:
        """Whether the business has this already, however it came by it."""
        return False


@dataclass(frozen=True)
class Stage:
    """A step as a business stands to it."""

    step: Step
    is_done: bool
    is_skipped: bool


_steps: list[Step] = []


def register(step: Step) -> None:
    _steps.append(step)
    _steps.sort(key=lambda each: each.order)


def find(key: str) -> Step | None:
    return next((step for step in _steps if step.key == key), None)


def after(step: Step) -> Step | None:
    return next((each for each in _steps if each.order > step.order), None)


def before(step: Step) -> Step | None:
    return next((each for each in reversed(_steps) if each.order < step.order), None)


def stages(start: Start | None) -> list[Stage]:
    """Every step in order."""
    done, skipped = (start.done, start.skipped) if start else ([], [])
    return [Stage(step, step.key in done or step.is_done(), step.key in skipped) for step in _steps]


def next_step(start: Start | None) -> Step | None:
    """The first step neither done nor skipped."""
    return next((stage.step for stage in stages(start) if not (stage.is_done or stage.is_skipped)), None)


# How far a business came -----------------------------------------------------------------------------


def begin(tenant: Tenant) -> Start:
    return Start.objects.create(tenant=tenant)


def of(tenant: Tenant) -> Start | None:
    return Start.objects.filter(tenant=tenant).first()


def is_pending(tenant: Tenant) -> bool:
    """Whether signing in leads here first."""
    return Start.objects.filter(tenant=tenant, ended_at=None).exists()


def leave(tenant: Tenant, step: Step, *, is_skipped: bool) -> None:
    """The step is behind us, done or skipped; after the last one the start has ended."""
    with transaction.atomic():
        start = _locked(tenant)
        start.done = [key for key in start.done if key != step.key]
        start.skipped = [key for key in start.skipped if key != step.key]
        (start.done if step.is_done_when_saved and not is_skipped else start.skipped).append(step.key)
        if after(step) is None:
            start.ended_at = start.ended_at or timezone.now()
        start.save()


def end(tenant: Tenant, *, by: Any) -> None:
    """Never lead here again by itself; the checklist stays."""
    with transaction.atomic():
        start = _locked(tenant)
        start.ended_at = start.ended_at or timezone.now()
        start.save(update_fields=["ended_at"])
        trail.record("start.ended", on=tenant, by=by)


def dismiss(tenant: Tenant) -> None:
    """Put the checklist away."""
    with transaction.atomic():
        start = _locked(tenant)
        start.ended_at = start.ended_at or timezone.now()
        start.dismissed_at = timezone.now()
        start.save(update_fields=["ended_at", "dismissed_at"])


def checklist(tenant: Tenant) -> list[Stage]:
    """The steps while any is open and the list was not put away; else nothing."""
    start = Start.objects.filter(tenant=tenant, dismissed_at=None).first()
    found = stages(start) if start else []
    return [] if all(stage.is_done for stage in found) else found


def _locked(tenant: Tenant) -> Start:
    Start.objects.get_or_create(tenant=tenant)
    return Start.objects.select_for_update().get(tenant=tenant)
