"""A wish for work is a row: never lost, never doubled, never later than the earliest wish."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from apps.work.models import DueWork
from apps.work.wake import wake


def seconds_until(row):
    return (row.due_at - timezone.now()).total_seconds()


@pytest.mark.committed
def test_it_refuses_outside_a_transaction(deeds):
    with pytest.raises(RuntimeError):
        wake("test.deed", key="one")

    assert deeds.is_done()


def test_it_goes_with_the_transaction(deeds):
    with transaction.atomic():
        wake("test.deed", key="one")
        transaction.set_rollback(True)

    assert deeds.is_done()


def test_the_earlier_wish_wins(deeds):
    deeds.wake(after_seconds=60)
    assert 5 < seconds_until(deeds.wake(after_seconds=10)) <= 10
    assert 5 < seconds_until(deeds.wake(after_seconds=100)) <= 10
    assert DueWork.objects.filter(kind="test.deed").count() == 1


def test_each_wish_of_a_burst_pushes_it_on(deeds):
    deeds.wake(debounce=(1, 10))
    assert 2 < seconds_until(deeds.wake(debounce=(3, 10))) <= 3


def test_a_burst_ends_at_the_cap(deeds):
    row = deeds.wake(debounce=(3, 10))
    DueWork.objects.filter(pk=row.pk).update(first_at=row.first_at - timedelta(seconds=8))

    assert 0 < seconds_until(deeds.wake(debounce=(3, 10))) <= 2


def test_a_wish_during_the_run_makes_it_run_again(deeds):
    deeds.wake()
    deeds.next = [lambda job: deeds.wake()]

    deeds.run()
    assert deeds.row().state == "waiting" and deeds.row().attempts == 0

    deeds.run()
    assert len(deeds.jobs) == 2 and deeds.is_done()


def test_a_debounced_wish_during_the_run_waits_its_own_quiet_time(deeds):
    row = deeds.wake(debounce=(3, 10))
    DueWork.objects.filter(pk=row.pk).update(first_at=row.first_at - timedelta(seconds=60))
    deeds.next = [lambda job: deeds.wake(debounce=(3, 10))]

    deeds.run()

    assert 2 < seconds_until(deeds.row()) <= 3


def test_a_wish_ends_a_back_off(deeds):
    deeds.wake()
    deeds.next = [OSError(), OSError(), OSError()]
    for _ in range(3):
        deeds.run()
    assert seconds_until(deeds.row()) > 10 and deeds.row().attempts == 3

    row = deeds.wake()

    assert seconds_until(row) <= 0 and row.attempts == 0


def test_a_wish_revives_a_dead_letter(deeds):
    deeds.wake()
    deeds.next = [OSError()] * 5
    for _ in range(5):
        deeds.run()
    assert deeds.row().state == "dead"

    deeds.wake()
    deeds.run()

    assert deeds.is_done() and len(deeds.jobs) == 6
