"""Business hours: open or closed at an instant, and when they open and close next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from parley.core.model import Hours

LOOK_AHEAD_DAYS = 30  # how far the next opening or closing is searched


def is_open(hours: Hours | None, now: float) -> bool:
    """Whether somebody serves at `now` (unix seconds); no hours means always."""
    if hours is None or hours.override == "open":
        return True
    if hours.override == "closed":
        return False
    local = datetime.fromtimestamp(now, _zone(hours.zone))
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in _spans(hours, local))


def opens_at(hours: Hours | None, now: float) -> float | None:
    """Unix seconds of the next opening after `now`; None if open already or not in sight."""
    if hours is None or is_open(hours, now) or hours.override == "closed":
        return None
    for day in _days(hours, now):
        for start, _ in sorted(_spans(hours, day)):
            at = day.replace(hour=start // 60 % 24, minute=start % 60).timestamp()
            if at > now:
                return at
    return None


def closes_at(hours: Hours | None, now: float) -> float | None:
    """Unix seconds of the next closing; None if closed already or open for good.

    If it is not in sight, the end of the search: to be asked again then.
    """
    if hours is None or hours.override is not None or not is_open(hours, now):
        return None
    for day in _days(hours, now):
        for _, end in sorted(_spans(hours, day)):
            at = (day + timedelta(minutes=end)).timestamp()
            if at > now and not is_open(hours, at):
                return at
    return (day + timedelta(days=1)).timestamp()


def _days(hours: Hours, now: float) -> Iterator[datetime]:
    """Their midnights, from today on."""
    local = datetime.fromtimestamp(now, _zone(hours.zone))
    today = local.replace(hour=0, minute=0, second=0, microsecond=0)
    for ahead in range(LOOK_AHEAD_DAYS):
        yield today + timedelta(days=ahead)


def _spans(hours: Hours, day: datetime) -> tuple[tuple[int, int], ...]:
    return hours.holidays.get(day.date().isoformat(), hours.week[day.weekday()])


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
