"""What a supervisor should look at now: an alert stands as long as its queue is off target.

Alerts are a function of state, facts and the time: nothing is kept of them, so every screen sees the
same ones with the same beginning, also after a restart.

    oldest_wait    the first in the queue has waited longer than its service_level_s
    nobody_ready   somebody waits and no member of the queue is ready
    service_level  of the last hour: below the company's target
    abandonment    of the last hour: above the company's target
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from parley.core.center.routing import Router
from parley.core.center.state import State
from parley.core.insight.board import Tally
from parley.core.insight.trend import MINUTE_S, Trend
from parley.core.model import PresenceStatus

LEAST_JUDGED = 5  # of fewer a share says nothing
LEAST_ABANDONED = 3


class AlertKind(StrEnum):
    OLDEST_WAIT = "oldest_wait"
    NOBODY_READY = "nobody_ready"
    SERVICE_LEVEL = "service_level"
    ABANDONMENT = "abandonment"


@dataclass(frozen=True, slots=True)
class Alert:
    queue: str
    kind: AlertKind
    since: float | None  # unix seconds; None: for the whole last hour
    value: float | None = None  # share of the last hour
    target: float | None = None  # seconds of a wait, else a share
    counted: int | None = None  # interactions of the last hour that made it so


@dataclass(frozen=True, slots=True)
class Alerts:
    """Those of one queue, and when time alone raises another one."""

    standing: tuple[Alert, ...]
    due: float | None


def alerts_of(state: State, router: Router, trend: Trend, queue_id: str, now: float) -> Alerts:
    waiting = [state.interactions[i].queued_at for i in router.waiting.get(queue_id, ())]
    oldest = min(waiting, default=None)
    late_at = None if oldest is None else oldest + state.config.queues[queue_id].service_level_s
    found = [*_waits(state, queue_id, oldest, late_at, now), *_shares(state, trend, queue_id, now)]
    return Alerts(tuple(found), late_at if late_at is not None and late_at > now else None)


def _waits(
    state: State, queue_id: str, oldest: float | None, late_at: float | None, now: float
) -> Iterator[Alert]:
    if oldest is None or late_at is None:
        return
    if late_at <= now:
        target = state.config.queues[queue_id].service_level_s
        yield Alert(queue_id, AlertKind.OLDEST_WAIT, late_at, target=target)
    members = [
        agent
        for agent in state.agents.values()
        if (profile := state.config.agents.get(agent.id)) and queue_id in profile.queues
    ]
    if all(agent.status is not PresenceStatus.READY for agent in members):
        left_at = max((agent.since for agent in members), default=0.0)
        yield Alert(queue_id, AlertKind.NOBODY_READY, max(oldest, left_at))


def _shares(state: State, trend: Trend, queue_id: str, now: float) -> Iterator[Alert]:
    targets = state.config.targets
    rules: tuple[tuple[AlertKind, float, Callable[[Tally], bool]], ...] = (
        (AlertKind.SERVICE_LEVEL, targets.service_level, lambda t: _slow(t, targets.service_level)),
        (AlertKind.ABANDONMENT, targets.abandonment, lambda t: _lost(t, targets.abandonment)),
    )
    for kind, target, stands in rules:
        alert = _share(trend, queue_id, kind, target, stands, now)
        if alert is not None:
            yield alert


def _share(
    trend: Trend,
    queue_id: str,
    kind: AlertKind,
    target: float,
    stands: Callable[[Tally], bool],
    now: float,
) -> Alert | None:
    """The alert, since the minute from which on each hour was off target."""
    found: Alert | None = None
    first: int | None = None
    for minute, hour in trend.hours(queue_id, now):
        if not stands(hour):
            break
        first = minute
        if found is None:
            value, counted = _told(kind, hour)
            found = Alert(queue_id, kind, None, value, target, counted)
    else:
        return found
    if found is None or first is None:
        return None
    since = float(first * MINUTE_S)
    return Alert(queue_id, kind, since, found.value, target, found.counted)


def _slow(hour: Tally, target: float) -> bool:
    level = hour.service_level
    return level is not None and hour.judged >= LEAST_JUDGED and level < target


def _lost(hour: Tally, target: float) -> bool:
    share = hour.abandonment
    return share is not None and hour.abandoned >= LEAST_ABANDONED and share > target


def _told(kind: AlertKind, hour: Tally) -> tuple[float | None, int]:
    if kind is AlertKind.ABANDONMENT:
        return hour.abandonment, hour.abandoned
    return hour.service_level, hour.judged - hour.answered_in_target
