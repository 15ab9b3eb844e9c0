"""The business's own days: 23, 24 or 25 hours long, one after the other without a gap."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from shop import clock

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 3, 28), 24),
        (date(2026, 3, 29), 23),  # the clocks go forward
        (date(2026, 6, 3), 24),
        (date(2026, 10, 25), 25),  # and back
        (date(2026, 10, 26), 24),
    ],
)
def test_a_day_is_as_long_as_the_clocks_on_the_wall_make_it(day: date, hours: int) -> None:
    start, end = clock.bounds(day, LONDON)

    assert end - start == timedelta(hours=hours)


@pytest.mark.parametrize(
    "zone", [LONDON, ZoneInfo("UTC"), ZoneInfo("America/St_Johns"), ZoneInfo("Australia/Lord_Howe")]
)
def test_days_follow_each_other_without_a_gap_and_without_overlap(zone: ZoneInfo) -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(366)]

    bounds = [clock.bounds(day, zone) for day in days]

    assert all(today[1] == tomorrow[0] for today, tomorrow in pairwise(bounds))
    assert all(start < end for start, end in bounds)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 6, 3), date(2026, 10, 25)])
def test_the_first_and_the_last_moment_of_a_day_are_in_it_and_the_next_one_is_not(
    day: date,
) -> None:
    start, end = clock.bounds(day, LONDON)
    breath = timedelta(microseconds=1)

    assert clock.day_of(start, LONDON) == clock.day_of(end - breath, LONDON) == day
    assert clock.day_of(start - breath, LONDON) == day - timedelta(days=1)
    assert clock.day_of(end, LONDON) == day + timedelta(days=1)


def test_half_past_midnight_in_summer_is_a_new_day_though_utc_is_still_in_the_old_one() -> None:
    late = datetime(2026, 6, 2, 23, 30, tzinfo=UTC)

    assert clock.day_of(late, LONDON) == date(2026, 6, 3)
    assert clock.day_of(late, ZoneInfo("UTC")) == date(2026, 6, 2)


def test_bounds_are_in_utc_so_that_they_can_be_compared_with_what_is_stored() -> None:
    start, end = clock.bounds(date(2026, 6, 3), LONDON)

    assert (start.tzinfo, end.tzinfo) == (UTC, UTC)
    assert start == datetime(2026, 6, 2, 23, tzinfo=UTC)


def test_now_knows_its_zone() -> None:
    assert clock.now().utcoffset() == timedelta(0)
