"""What signing in leaves behind goes when it counts no more, and not before."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.accounts import housekeeping, signin
from apps.accounts.models import Entrance, RecentSignUp, RefreshFamily, SignInFailure
from apps.work import handlers
from apps.work.wake import wake

MINUTE = timedelta(minutes=1)


def test_what_counts_no_more_is_gone_and_the_rest_stays(world: Any, work: Any) -> None:
    now = timezone.now()
    for name, at in (("old", now - signin.WINDOW - MINUTE), ("new", now - MINUTE)):
        SignInFailure.objects.create(email_hash=name.encode(), ip="127.0.0.1", at=at)
    for ip, at in (("10.0.0.1", now - timedelta(hours=1, minutes=1)), ("10.0.0.2", now - MINUTE)):
        RecentSignUp.objects.create(ip=ip, at=at)
    for name, until in (("old", now - MINUTE), ("new", now + MINUTE)):
        Entrance.objects.create(token_hash=name.encode(), user=world.ana, tenant=world.tenant, expires_at=until)
        Session.objects.create(session_key=name, session_data="x", expire_date=until)

    _purge(work)

    assert [bytes(row.email_hash) for row in SignInFailure.objects.all()] == [b"new"]
    assert [row.ip for row in RecentSignUp.objects.all()] == ["10.0.0.2"]
    assert [bytes(row.token_hash) for row in Entrance.objects.all()] == [b"new"]
    assert [row.session_key for row in Session.objects.all()] == ["new"]


def test_only_living_token_families_stay(world: Any, work: Any) -> None:
    now = timezone.now()
    living = _family(world, expires_at=now + MINUTE)
    _family(world, expires_at=now - MINUTE)
    _family(world, expires_at=now + MINUTE, ended_at=now - MINUTE)

    _purge(work)

    assert list(RefreshFamily.objects.all()) == [living]


def _family(world: Any, **when: Any) -> RefreshFamily:
    return RefreshFamily.objects.create(id=uuid.uuid4(), user=world.ana, tenant=world.tenant, current_jti="x", **when)


def _purge(work: Any) -> None:
    """As beat has it done."""
    assert housekeeping.KIND in {kind.name for kind in handlers.periodic()}
    wake(housekeeping.KIND, key="periodic")
    work.run(kinds=housekeeping.KIND)
