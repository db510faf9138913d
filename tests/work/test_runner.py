"""Work is performed by one worker at a time, until it is done, given up, or its business is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.lib.errors import Conflict
from apps.work import handlers, runner
from apps.work.handlers import Later
from apps.work.models import DueWork
from apps.work.wake import wake


def expire(row):
    """Its worker has not been heard of until its lease ran out."""
    DueWork.objects.filter(pk=row.pk).update(lease_until=timezone.now() - timedelta(minutes=1))


def test_done_work_leaves_no_row(deeds, tenant):
    deeds.wake()
    deeds.run()

    assert deeds.is_done() and deeds.schemas == [tenant.schema_name]


def test_failures_back_off_longer_each_time_and_end_as_a_dead_letter(deeds):
    deeds.wake()
    deeds.next = [OSError("no luck")] * 5
    waits = []
    for _ in range(4):
        deeds.run()
        waits.append(round((deeds.row().due_at - timezone.now()).total_seconds()))
    deeds.run()

    assert waits == [1, 5, 15, 40]
    row = deeds.row()
    assert row.state == "dead" and "no luck" in row.last_error
    assert len(deeds.jobs) == 5 and len(deeds.told) == 1


def test_a_dead_letter_holds_up_nobody_else(deeds):
    deeds.wake("poison")
    deeds.wake("fine")
    deeds.next = [OSError()] * 5
    for _ in range(5):
        deeds.run("poison")
    deeds.run("fine")

    assert deeds.row("poison").state == "dead" and deeds.is_done("fine")


def test_a_refusal_that_will_not_change_is_not_repeated(deeds):
    deeds.wake()
    deeds.next = [Conflict("never")]
    deeds.run()

    assert deeds.row().state == "dead" and len(deeds.jobs) == 1


def test_later_counts_no_attempt(deeds):
    deeds.wake()
    deeds.next = [Later(30, "not yet") for _ in range(20)]
    for _ in range(20):
        deeds.run()

    row = deeds.row()
    assert row.state == "waiting" and row.attempts == 0
    assert 25 < (row.due_at - timezone.now()).total_seconds() <= 30


def test_a_wish_during_the_fifth_failure_is_not_buried_with_it(deeds):
    deeds.wake()

    def woken_and_failed(job):
        deeds.wake()
        raise OSError

    deeds.next = [OSError()] * 4 + [woken_and_failed]
    for _ in range(5):
        deeds.run()

    row = deeds.row()
    assert row.state == "waiting" and row.attempts == 0 and row.due_at <= timezone.now()
    assert deeds.told == []


def test_what_one_worker_holds_no_other_can_claim(deeds):
    row = deeds.wake()

    assert runner.claim(row.pk)
    assert not runner.claim(row.pk)


def test_what_is_not_due_cannot_be_claimed(deeds):
    assert not runner.claim(deeds.wake(after_seconds=60).pk)


def test_a_lease_that_ran_out_lets_another_claim(deeds):
    row = deeds.wake()
    [first] = runner.claim(row.pk)
    expire(row)

    [second] = runner.claim(row.pk)

    assert second.fence > first.fence and second.attempt == 2


def test_a_worker_that_lost_its_lease_can_neither_act_nor_finish(deeds):
    deeds.wake()
    claims = []

    def overtaken(job):
        expire(deeds.row())
        claims.extend(runner.claim(job.id))
        with transaction.atomic():
            runner.assert_held(claims[0])
            with pytest.raises(runner.LeaseLost):
                runner.assert_held(job)

    deeds.next = [overtaken]
    deeds.run()

    row = deeds.row()
    assert row.state == "running" and row.fence == claims[0].fence


@pytest.mark.parametrize("end", [OSError("late"), Later(60)])
def test_nor_can_it_postpone(deeds, end):
    deeds.wake()

    def overtaken(job):
        expire(deeds.row())
        runner.claim(job.id)
        raise end

    deeds.next = [overtaken]
    deeds.run()

    assert deeds.row().state == "running" and deeds.row().attempts == 2


def test_work_whose_workers_keep_dying_is_given_up(deeds):
    row = deeds.wake()
    for _ in range(5):
        assert runner.claim(row.pk)
        expire(row)

    runner.run(row.pk)

    assert deeds.row().state == "dead" and deeds.jobs == [] and len(deeds.told) == 1


@pytest.mark.parametrize("schema", ["t_000000000000", "typo", "public"])
def test_work_of_an_unknown_business_never_runs(deeds, schema):
    row = deeds.wake(schema=schema)
    runner.run(row.pk)

    assert deeds.jobs == [] and deeds.is_done()


def test_public_kinds_run_in_public(deeds):
    handlers.register("test.deed", deeds.perform, public=True)
    row = deeds.wake()
    runner.run(row.pk)

    assert row.schema_name == "public" and deeds.schemas == ["public"]


def test_what_a_run_wakes_is_performed_at_once(deeds):
    deeds.wake("first")
    deeds.next = [lambda job: wake_in_transaction("second")]
    deeds.run("first")

    assert [job.key for job in deeds.jobs] == ["first", "second"] and deeds.is_done("second")


def test_what_a_group_wakes_does_not_wait_for_its_siblings(deeds):
    rows = [deeds.wake("first"), deeds.wake("second")]
    deeds.next = [lambda job: wake_in_transaction("a"), lambda job: wake_in_transaction("b")]
    runner.run(*[row.pk for row in rows])

    assert [job.key for job in deeds.jobs] == ["first", "second", "a"]
    assert deeds.row("b").state == "waiting" and deeds.row("b").hinted_at is None


def test_what_a_failed_transaction_woke_is_not_performed(deeds):
    def undo(job):
        with transaction.atomic():
            wake("test.deed", key="second")
            raise OSError

    deeds.wake("first")
    deeds.next = [undo]
    deeds.run("first")

    assert [job.key for job in deeds.jobs] == ["first"]


def test_the_schema_is_left_as_it_was(deeds, tenant):
    deeds.wake()
    deeds.next = [OSError()]
    deeds.run()

    assert connection.schema_name == tenant.schema_name


def wake_in_transaction(key):
    with transaction.atomic():
        wake("test.deed", key=key)


def test_a_group_is_done_in_order_and_one_failure_stops_no_other(deeds):
    rows = [deeds.wake(key) for key in ("a", "b", "c")]
    deeds.next = [lambda job: None, OSError("no luck"), lambda job: None]

    runner.run(*[row.pk for row in rows])

    assert [job.key for job in deeds.jobs] == ["a", "b", "c"]
    assert [row.key for row in DueWork.objects.filter(kind="test.deed")] == ["b"]


def test_what_is_woken_again_while_its_group_runs_is_due_again(deeds):
    rows = [deeds.wake(key) for key in ("a", "b")]

    def wake_a(job):
        deeds.wake("a")

    deeds.next = [lambda job: None, wake_a]
    runner.run(*[row.pk for row in rows])

    row = deeds.row("a")
    assert row.state == "waiting" and row.attempts == 0


# Together ------------------------------------------------------------------------------------------


@pytest.fixture
def parties(deeds):
    """The keys of every call, for a kind whose jobs are performed together; one named "poison" fails."""
    calls = []

    def perform(*jobs):
        calls.append([job.key for job in jobs])
        deeds.schemas.append(connection.schema_name)
        for job in jobs:
            if job.key == "poison":
                raise OSError("no luck")
            wake_in_transaction(f"after {job.key}") if job.key.startswith("wakes") else None

    handlers.register("test.deed", perform, public=True, together=True)
    return calls


def test_what_is_done_together_is_performed_in_one_call(deeds, parties):
    rows = [deeds.wake(key) for key in ("b", "a", "c")]
    runner.run(*[row.pk for row in rows])

    assert parties == [["b", "a", "c"]] and deeds.schemas == ["public"]
    assert not DueWork.objects.filter(kind="test.deed").exists()


def test_when_a_party_fails_each_is_performed_on_its_own(deeds, parties):
    rows = [deeds.wake(key) for key in ("a", "poison", "c")]
    runner.run(*[row.pk for row in rows])

    assert parties == [["a", "poison", "c"], ["a"], ["poison"], ["c"]]
    assert [row.key for row in DueWork.objects.filter(kind="test.deed")] == ["poison"]


def test_what_was_begun_before_joins_no_party(deeds, parties):
    rows = [deeds.wake(key) for key in ("a", "b", "c")]
    DueWork.objects.filter(pk=rows[1].pk).update(attempts=1)
    runner.run(*[row.pk for row in rows])

    assert parties == [["a"], ["b"], ["c"]]


def test_kinds_that_are_not_done_together_never_share_a_call(deeds):
    rows = [deeds.wake(key) for key in ("a", "b")]
    runner.run(*[row.pk for row in rows])

    assert [job.key for job in deeds.jobs] == ["a", "b"]


def test_what_a_failed_party_woke_is_taken_up_all_the_same(deeds, parties):
    rows = [deeds.wake(key) for key in ("wakes", "poison")]
    runner.run(*[row.pk for row in rows])

    assert parties == [["wakes", "poison"], ["wakes"], ["poison"], ["after wakes"]]
