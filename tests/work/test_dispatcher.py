"""Whatever happens to a hint, the next one follows."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerUnavailable

from apps.work import dispatcher, runner, sql
from apps.work.dispatcher import Dispatcher
from apps.work.models import DueWork
from apps.work.wake import wake

pytestmark = pytest.mark.committed


@pytest.fixture
def hints(deeds):
    """(seconds since the start, ids) of every hint, from a dispatcher running in a thread."""
    found, started = [], time.monotonic()
    running = Dispatcher(lambda ids: found.append((time.monotonic() - started, list(ids))))
    thread = threading.Thread(target=run_and_disconnect, args=[running])
    thread.start()
    yield found
    running.stop()
    thread.join(timeout=10)


def run_and_disconnect(running):
    try:
        running.run()
    finally:
        connection.close()


def wait_for(hints, count, *, seconds=3):
    deadline = time.monotonic() + seconds
    while len(hints) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(hints) >= count
    return hints


def test_a_wish_is_handed_over_at_once(deeds, monkeypatch, request):
    """By the notification: its own next look would come only in half a minute."""
    monkeypatch.setattr(dispatcher, "MAX_SLEEP_SECONDS", 30)
    hints = request.getfixturevalue("hints")
    wait_until_asleep()
    row = deeds.wake()

    assert wait_for(hints, 1, seconds=20)[0][1] == [row.pk]


def wait_until_asleep():
    """The dispatcher looked, found nothing, and listens."""
    idle = "SELECT 1 FROM pg_stat_activity WHERE query = %s AND state = 'idle' AND datname = current_database()"
    deadline = time.monotonic() + 20
    while sql.execute(idle, [dispatcher._NEXT]).fetchone() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_hint_nobody_took_up_is_given_again_after_five_seconds(deeds, hints):
    row = deeds.wake()
    (first, _), (second, ids) = wait_for(hints, 2, seconds=9)

    assert ids == [row.pk] and 4.5 < second - first < 7


def test_what_a_dead_worker_held_is_handed_over_again(deeds, hints):
    row = deeds.wake()
    wait_for(hints, 1)
    runner.claim(row.pk)
    past = timezone.now() - timedelta(minutes=1)
    DueWork.objects.filter(pk=row.pk).update(lease_until=past, hinted_at=past)

    assert wait_for(hints, 2)[1][1] == [row.pk]


def test_chained_work_survives_its_runner(deeds, hints):
    deeds.wake("first")
    wait_for(hints, 1)

    def wake_second(job):
        with transaction.atomic():
            wake("test.deed", key="second")

    deeds.next = [wake_second]
    runner._run_all([deeds.row("first").pk])  # and here the runner dies
    second = deeds.row("second")
    assert second.hinted_at is not None  # held for the runner: no hint is given now …
    DueWork.objects.filter(pk=second.pk).update(hinted_at=second.hinted_at - timedelta(seconds=5))

    assert wait_for(hints, 2)[1][1] == [second.pk]  # … but once the runner should have taken it


def test_it_outlives_a_broker_that_is_down(deeds):
    calls = []

    def hand_over(ids):
        calls.append(ids)
        if len(calls) == 1:
            raise BrokerUnavailable("down")

    running = Dispatcher(hand_over)
    thread = threading.Thread(target=run_and_disconnect, args=[running])
    thread.start()
    row = deeds.wake()
    wait_for(calls, 1)
    DueWork.objects.filter(pk=row.pk).update(hinted_at=None)
    wait_for(calls, 2)
    running.stop()
    thread.join(timeout=10)


@pytest.mark.parametrize("state", ["waiting", "running"])
def test_it_rests_between_hints_while_nobody_works(deeds, state):
    row = deeds.wake()
    past = timezone.now() - timedelta(minutes=1)
    DueWork.objects.filter(pk=row.pk).update(state=state, due_at=past, lease_until=past, hinted_at=timezone.now())

    [due_in] = sql.execute(dispatcher._NEXT).fetchone()

    assert 3 < due_in <= 5


def test_what_was_begun_before_is_given_alone(monkeypatch):
    monkeypatch.setattr(dispatcher.handlers, "is_done_together", lambda kind: kind == "quick")

    groups = dispatcher._grouped([(1, "quick", 0), (2, "quick", 1), (3, "slow", 0), (4, "quick", 0)])

    assert groups == [[2], [3], [1, 4]]


def test_what_has_waited_longest_is_handed_over_first(deeds):
    keys = [f"{number}" for number in range(40)]
    rows = {key: deeds.wake(key, after_seconds=-number).pk for number, key in enumerate(keys)}
    handed = []
    running = Dispatcher(lambda ids: handed.extend(ids))
    thread = threading.Thread(target=run_and_disconnect, args=[running])
    thread.start()
    wait_for(handed, len(rows))
    running.stop()
    thread.join(timeout=10)

    assert handed == [rows[key] for key in reversed(keys)]
