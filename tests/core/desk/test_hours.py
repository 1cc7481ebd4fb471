"""Business hours: when they close next."""

from datetime import UTC, datetime

import pytest

from parley.core.desk.hours import LOOK_AHEAD_DAYS, closes_at
from parley.core.model import Hours

DAY_S = 86_400.0
LUNCH = ((540, 720), (780, 1080))  # 9 to 12, 13 to 18
SPLIT = ((0, 720), (720, 1440))  # two spans without a gap, around the clock


def at(day: int, hour: int, minute: int = 0) -> float:
    """In June 2026; the first is a Monday."""
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC).timestamp()


def hours(*week, **more) -> Hours:
    return Hours("h", "H", "UTC", tuple(week) or (LUNCH,) * 7, **more)


@pytest.mark.parametrize(
    ("schedule", "now", "closes"),
    [
        (hours(), at(1, 9), at(1, 12)),
        (hours(), at(1, 13), at(1, 18)),
        (hours(), at(1, 12), None),
        (hours(override="open"), at(1, 9), None),
        (hours(override="closed"), at(1, 9), None),
        (hours(holidays={"2026-06-01": ((540, 600),)}), at(1, 9), at(1, 10)),
        (hours(*(SPLIT,) * 6, ()), at(1, 9), at(7, 0)),
        (hours(*(SPLIT,) * 7, holidays={"2026-06-03": ()}), at(1, 9), at(3, 0)),
        (hours(*(SPLIT,) * 7), at(1, 9), at(1, 0) + LOOK_AHEAD_DAYS * DAY_S),
        (None, at(1, 9), None),
    ],
)
def test_hours_close_at_the_end_of_the_last_span_without_a_gap(schedule, now, closes):
    assert closes_at(schedule, now) == closes
