"""The arithmetic of free times, without a database."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.barbearia.availability import free_slots, inside, intersect, overlaps, subtract, union

SP = ZoneInfo("America/Sao_Paulo")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def at(clock: str, *, day: int = 18, zone: ZoneInfo = SP) -> datetime:
    hour, minute = clock.split(":")
    return datetime(2026, 11, day, int(hour), int(minute), tzinfo=zone)


def span(text: str) -> tuple[datetime, datetime]:
    """ "09:00-12:00" """
    start, end = text.split("-")
    return at(start), at(end)


def slots(windows: str, busy: str = "", *, minutes: int = 30, step: int = 15, **options) -> list[str]:
    found = free_slots(
        windows=[span(window) for window in windows.split()],
        busy=[span(taken) for taken in busy.split()],
        duration_minutes=minutes,
        step_minutes=step,
        **{"now": LONG_AGO} | options,
    )
    return [f"{slot:%H:%M}" for slot in found]


def test_a_service_may_end_when_the_window_ends():
    assert slots("09:00-10:00") == ["09:00", "09:15", "09:30"]


def test_a_service_longer_than_the_window_does_not_fit():
    assert slots("09:00-10:00", minutes=61) == []
    assert slots("09:00-10:00", minutes=60) == ["09:00"]


def test_touching_bookings_leave_the_time_between_them_free():
    assert slots("09:00-12:00", "09:00-10:00 10:30-12:00") == ["10:00"]


def test_a_gap_one_minute_too_short_is_not_offered():
    assert slots("09:00-12:00", "09:00-10:01 10:30-12:00") == []


def test_without_windows_there_is_nothing():
    assert slots("") == []
    assert slots("", "09:00-10:00") == []


def test_windows_that_end_before_they_start_are_ignored():
    assert free_slots(
        windows=[(at("12:00"), at("09:00"))], busy=[], duration_minutes=30, step_minutes=15, now=LONG_AGO
    ) == []  # fmt: skip


def test_a_lunch_break_stays_free():
    assert slots("09:00-10:00 13:00-14:00", step=30) == ["09:00", "09:30", "13:00", "13:30"]


def test_overlapping_and_touching_windows_are_one():
    assert slots("09:00-10:00 09:30-10:30 10:30-11:00", step=30, minutes=60) == ["09:00", "09:30", "10:00"]


def test_a_step_longer_than_the_service_leaves_gaps():
    assert slots("09:00-12:00", minutes=30, step=60) == ["09:00", "10:00", "11:00"]


def test_aligned_to_the_window_steps_restart_after_a_booking():
    assert slots("09:00-11:00", "09:20-09:50", step=30) == ["09:50", "10:20"]


def test_aligned_to_the_grid_steps_keep_to_local_midnight():
    assert slots("09:10-11:00", "09:20-09:50", step=30, align="grid") == ["10:00", "10:30"]


def test_the_grid_counts_from_the_zones_own_midnight():
    kathmandu = ZoneInfo("Asia/Kathmandu")  # UTC+05:45
    found = free_slots(
        windows=[(at("09:05", zone=kathmandu), at("11:00", zone=kathmandu))],
        busy=[],
        duration_minutes=30,
        step_minutes=30,
        now=LONG_AGO,
        align="grid",
    )
    assert [f"{slot:%H:%M}" for slot in found] == ["09:30", "10:00", "10:30"]


# Notice


def test_a_slot_exactly_the_notice_away_is_offered():
    assert slots("09:00-11:00", step=30, now=at("08:30"), notice_minutes=60)[0] == "09:30"


def test_a_slot_a_second_short_of_the_notice_is_not():
    now = at("08:30") + timedelta(seconds=1)
    assert slots("09:00-11:00", step=30, now=now, notice_minutes=60)[0] == "10:00"


def test_the_past_is_not_offered_and_does_not_move_the_steps():
    assert slots("09:00-11:00", step=30, now=at("09:40")) == ["10:00", "10:30"]


def test_now_may_be_told_in_another_zone():
    assert slots("09:00-11:00", step=30, now=at("09:40").astimezone(ZoneInfo("Asia/Tokyo"))) == ["10:00", "10:30"]


# Buffers


def test_buffers_stay_out_of_other_bookings():
    assert slots("09:00-13:00", "10:00-11:00", step=30, buffer_before_minutes=30, buffer_after_minutes=30) == [
        "09:00",
        "11:30",
        "12:00",
        "12:30",
    ]


def test_buffers_may_reach_over_the_edges_of_a_window():
    assert slots("09:00-10:00", step=30, buffer_before_minutes=60, buffer_after_minutes=60) == ["09:00", "09:30"]


def test_a_buffer_over_the_edge_still_respects_a_booking_out_there():
    assert slots("09:00-10:00", "08:00-08:50", step=30, buffer_before_minutes=20) == ["09:30"]
    assert slots("09:00-10:00", "10:10-11:00", step=30, buffer_after_minutes=20) == ["09:00"]


def test_a_buffer_that_touches_a_booking_is_accepted():
    assert slots("09:00-12:00", "09:00-10:00 11:15-12:00", buffer_before_minutes=15, buffer_after_minutes=30) == [
        "10:15"
    ]


def test_buffers_of_neighbours_add_up():
    """A 90-minute gap between visible bookings, each block already padded by 30 after and 15 before."""
    gap = "09:00-10:30 11:45-13:00"  # visible until 10:00 and from 12:00
    assert slots("09:00-13:00", gap, minutes=30, buffer_before_minutes=15, buffer_after_minutes=30) == ["10:45"]
    assert slots("09:00-13:00", gap, minutes=31, buffer_before_minutes=15, buffer_after_minutes=30) == []


def test_padding_the_busy_time_by_hand_frees_the_same_starts():
    padded = slots("09:00-13:00", "09:50-10:40 11:50-12:30", minutes=20, step=5, align="grid")
    buffered = slots(
        "09:00-13:00",
        "10:00-10:30 12:00-12:20",
        minutes=20,
        step=5,
        align="grid",
        buffer_before_minutes=10,
        buffer_after_minutes=10,
    )
    assert buffered == padded


# Clocks that change


def instants(found: list[datetime]) -> list[str]:
    return [f"{slot.astimezone(UTC):%H:%M}" for slot in found]


def night(zone: str, start: datetime, end: datetime, **options) -> list[datetime]:
    info = ZoneInfo(zone)
    window = (start.replace(tzinfo=info), end.replace(tzinfo=info))
    return free_slots(windows=[window], busy=[], duration_minutes=30, step_minutes=30, now=LONG_AGO, **options)


@pytest.mark.parametrize("align", ["window", "grid"])
def test_no_slot_falls_into_the_hour_the_clocks_skip(align):
    """New York, 8 March 2026: 02:00 becomes 03:00."""
    found = night("America/New_York", datetime(2026, 3, 8, 1), datetime(2026, 3, 8, 4), align=align)

    assert [f"{slot:%H:%M}" for slot in found] == ["01:00", "01:30", "03:00", "03:30"]
    assert instants(found) == ["06:00", "06:30", "07:00", "07:30"]


@pytest.mark.parametrize("align", ["window", "grid"])
def test_the_hour_the_clocks_repeat_is_offered_twice(align):
    """New York, 1 November 2026: 02:00 becomes 01:00 again."""
    found = night("America/New_York", datetime(2026, 11, 1, 0, 30), datetime(2026, 11, 1, 2, 30), align=align)

    assert [f"{slot:%H:%M}" for slot in found] == ["00:30", "01:00", "01:30", "01:00", "01:30", "02:00"]
    assert instants(found) == ["04:30", "05:00", "05:30", "06:00", "06:30", "07:00"]


def test_a_midnight_that_does_not_exist_is_no_trouble():
    """São Paulo, 4 November 2018: midnight became 01:00."""
    found = free_slots(
        windows=[(datetime(2018, 11, 3, 23, tzinfo=SP), datetime(2018, 11, 4, 2, tzinfo=SP))],
        busy=[],
        duration_minutes=30,
        step_minutes=30,
        now=datetime(2018, 1, 1, tzinfo=UTC),
        align="grid",
    )
    assert [f"{slot:%H:%M}" for slot in found] == ["23:00", "23:30", "01:00", "01:30"]


def test_a_long_service_is_measured_in_minutes_that_pass():
    """From 01:00 to 04:00 on the wall only two hours pass."""
    zone = ZoneInfo("America/New_York")
    window = (datetime(2026, 3, 8, 1, tzinfo=zone), datetime(2026, 3, 8, 4, tzinfo=zone))
    common = {"windows": [window], "busy": [], "step_minutes": 30, "now": LONG_AGO}

    assert len(free_slots(duration_minutes=120, **common)) == 1
    assert free_slots(duration_minutes=150, **common) == []


def test_windows_and_bookings_may_come_in_different_zones():
    busy = [(at("09:00").astimezone(UTC), at("10:00").astimezone(ZoneInfo("Asia/Tokyo")))]
    found = free_slots(windows=[span("09:00-10:30")], busy=busy, duration_minutes=30, step_minutes=15, now=LONG_AGO)

    assert found == [at("10:00")]
    assert found[0].tzinfo is SP


# What is refused


@pytest.mark.parametrize("wrong", [{"minutes": 0}, {"minutes": -1}, {"step": 0}, {"align": "moon"}])
def test_nonsense_is_refused(wrong):
    with pytest.raises(ValueError):
        slots("09:00-10:00", **wrong)


def test_naive_times_are_refused():
    naive = (datetime(2026, 11, 18, 9), datetime(2026, 11, 18, 10))
    with pytest.raises(ValueError):
        free_slots(windows=[naive], busy=[], duration_minutes=30, step_minutes=15, now=LONG_AGO)


# Against a slower, obvious way


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("align", ["window", "grid"])
def test_it_agrees_with_looking_at_every_minute(seed, align):
    dice = random.Random(seed)
    windows = [_interval(dice, longest=240) for _ in range(dice.randint(1, 3))]
    busy = [_interval(dice, longest=90) for _ in range(dice.randint(0, 5))]
    asked = {
        "duration_minutes": dice.choice([5, 20, 30, 45, 90]),
        "step_minutes": dice.choice([5, 7, 15, 30]),
        "buffer_before_minutes": dice.choice([0, 0, 5, 15]),
        "buffer_after_minutes": dice.choice([0, 0, 10, 30]),
        "notice_minutes": dice.choice([0, 60]),
    }
    now = at("00:00") + timedelta(minutes=dice.randint(0, 600))

    found = free_slots(windows=windows, busy=busy, now=now, align=align, **asked)

    assert found == _every_minute(windows, busy, now, align, **asked)


def _interval(dice: random.Random, *, longest: int) -> tuple[datetime, datetime]:
    start = at("06:00") + timedelta(minutes=dice.randrange(0, 720, 5))
    return start, start + timedelta(minutes=dice.randint(0, longest))


def _every_minute(windows, busy, now, align, **asked):
    length, step, notice = asked["duration_minutes"], asked["step_minutes"], asked["notice_minutes"]
    before, after = asked["buffer_before_minutes"], asked["buffer_after_minutes"]
    midnight = at("00:00")

    def minutes(intervals):
        covered = set()
        for start, end in intervals:
            covered |= set(range(_minute(start, midnight), _minute(end, midnight)))
        return covered

    taken = minutes(busy)
    free = minutes(windows) - taken
    found, origin = [], None
    for minute in range(26 * 60):
        if minute in free and minute - 1 not in free:
            origin = minute
        if origin is None or minute not in free:
            continue
        start = midnight + timedelta(minutes=minute)
        visible = range(minute, minute + length)
        blocked = range(minute - before, minute + length + after)
        on_step = (minute - origin if align == "window" else minute % 1440) % step == 0
        if (
            on_step
            and start >= now + timedelta(minutes=notice)
            and free.issuperset(visible)
            and taken.isdisjoint(blocked)
        ):
            found.append(start)
    return found


def _minute(moment: datetime, midnight: datetime) -> int:
    return int((moment - midnight).total_seconds() // 60)


# The pieces


def test_union_subtract_and_intersect_are_half_open():
    day = union([span("09:00-10:00"), span("10:00-11:00"), span("12:00-12:00")])
    assert day == [span("09:00-11:00")]
    assert subtract(day, union([span("09:30-10:00")])) == [span("09:00-09:30"), span("10:00-11:00")]
    assert subtract(day, day) == []
    assert intersect([span("09:00-10:00")], [span("10:00-11:00")]) == []
    assert intersect([span("09:00-10:30")], [span("10:00-11:00")]) == [span("10:00-10:30")]


def test_overlapping_and_lying_inside_are_half_open_too():
    assert not overlaps(*span("09:00-10:00"), [span("10:00-11:00")])
    assert overlaps(*span("09:00-10:01"), [span("10:00-11:00")])
    assert inside(*span("09:00-11:00"), [span("09:00-10:00"), span("10:00-11:00")])
    assert not inside(*span("08:59-10:00"), [span("09:00-10:00")])
