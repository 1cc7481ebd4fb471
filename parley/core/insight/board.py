"""Today's figures per queue, kept as the sum over today's facts.

A fact contributes to the queue it waited in last, on the day it was queued there (the tenant's
zone). The board changes by taking the fact's old contribution away and adding the new one, so it
always equals `sum(contribution(f))` over the facts that a list with the same filter shows.

    offered            queued today in this queue
    answered           of those, connected to an agent
    abandoned          of those, the customer left before (short ones apart)
    short_abandoned    of those, left within the queue's short_abandon_s
    messages_left      of those, left a message or booked a callback instead
    cancelled          of those, callbacks that were cancelled
    answered_in_target answered within the queue's service_level_s
    service_level      answered_in_target / (offered - short_abandoned - cancelled - still waiting)
    asa_s              mean wait of the answered
    aht_s              mean from connection to the end of wrap-up, of the ended ones
    csat               share of ratings of 4 or 5
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from zoneinfo import ZoneInfo

from parley.core.insight.facts import InteractionFact
from parley.core.model import Outcome, Queue

SATISFIED_FROM = 4  # ratings from here count as satisfied


@dataclass(slots=True)
class Tally:
    """Counts that add up; seconds are sums."""

    offered: int = 0
    waiting: int = 0
    answered: int = 0
    abandoned: int = 0
    short_abandoned: int = 0
    messages_left: int = 0
    cancelled: int = 0
    answered_in_target: int = 0
    wait_s: float = 0.0
    handled: int = 0
    handle_s: float = 0.0
    rated: int = 0
    satisfied: int = 0

    def add(self, other: Tally, sign: int = 1) -> None:
        for name in _NAMES:
            setattr(self, name, getattr(self, name) + sign * getattr(other, name))

    @property
    def judged(self) -> int:
        """Offered, less short abandons, cancelled callbacks and those who still wait."""
        return self.offered - self.short_abandoned - self.cancelled - self.waiting

    @property
    def service_level(self) -> float | None:
        return self.answered_in_target / self.judged if self.judged > 0 else None

    @property
    def asa_s(self) -> float | None:
        return self.wait_s / self.answered if self.answered else None

    @property
    def aht_s(self) -> float | None:
        return self.handle_s / self.handled if self.handled else None

    @property
    def csat(self) -> float | None:
        return self.satisfied / self.rated if self.rated else None

    @property
    def abandonment(self) -> float | None:
        return self.abandoned / self.judged if self.judged > 0 else None


_NAMES = tuple(f.name for f in fields(Tally))


def contribution(fact: InteractionFact, queue: Queue | None) -> Tally:
    """What one interaction adds to the figures of its queue."""
    tally = Tally(offered=1)
    waited = fact.waited_s or 0.0
    if fact.connected_at is not None:
        tally.answered = 1
        tally.wait_s = waited
        if fact.ended_at is not None:
            tally.handled = 1
            tally.handle_s = fact.ended_at - fact.connected_at
    elif fact.outcome is Outcome.ABANDONED:
        tally.abandoned = 1
    elif fact.outcome is Outcome.CALLBACK_CANCELLED:
        tally.cancelled = 1
    elif fact.outcome is not None:
        tally.messages_left = 1
    else:
        tally.waiting = 1
    if fact.rating is not None:
        tally.rated = 1
        tally.satisfied = int(fact.rating >= SATISFIED_FROM)
    judge(tally, waited, queue)
    return tally


def judge(tally: Tally, waited_s: float, queue: Queue | None) -> None:
    """What the queue's settings make of one interaction's wait."""
    if tally.answered:
        tally.answered_in_target = int(waited_s <= (queue.service_level_s if queue else 0.0))
    elif tally.abandoned or tally.short_abandoned:
        tally.short_abandoned = int(waited_s <= (queue.short_abandon_s if queue else 0.0))
        tally.abandoned = 1 - tally.short_abandoned


def day_of(at: float, zone: str) -> str:
    """ISO date of an instant in a time zone."""
    return datetime.fromtimestamp(at, ZoneInfo(zone)).date().isoformat()


class Board:
    """Sums by queue for the current day."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self.day = ""
        self.queues: dict[str, Tally] = {}
        # interaction -> (queue, what it added, its wait in seconds)
        self._counted: dict[str, tuple[str, Tally, float]] = {}

    def load(self, facts: Iterable[InteractionFact], queues: dict[str, Queue], now: float) -> None:
        """Start over from all facts queued today (after a restart)."""
        self.day, self.queues, self._counted = day_of(now, self.zone), {}, {}
        for fact in facts:
            self.count(fact, queues, now)

    def count(self, fact: InteractionFact, queues: dict[str, Queue], now: float) -> bool:
        """Take a changed fact over; True if the figures changed. A new day starts from zero."""
        today = day_of(now, self.zone)
        if today != self.day:
            self.day, self.queues, self._counted = today, {}, {}
        before = self._counted.pop(fact.id, None)
        if before is not None:
            self.queues[before[0]].add(before[1], -1)
        counts = fact.queue is not None and fact.queued_at is not None
        if not counts or day_of(fact.queued_at or 0.0, self.zone) != today:
            return before is not None
        queue = fact.queue or ""
        added = contribution(fact, queues.get(queue))
        self.queues.setdefault(queue, Tally()).add(added)
        self._counted[fact.id] = counted = (queue, added, fact.waited_s or 0.0)
        return before != counted

    def retarget(self, queues: dict[str, Queue]) -> None:
        """The queues' settings changed: today's interactions are judged by the new ones, as lists do."""
        self.queues = {}
        for queue, added, waited_s in self._counted.values():
            judge(added, waited_s, queues.get(queue))
            self.queues.setdefault(queue, Tally()).add(added)

    def tally(self, queue: str, now: float) -> Tally:
        """A queue's figures of the day at `now`: zero before anything happened that day."""
        return (self.queues.get(queue) or Tally()) if self._is_today(now) else Tally()

    def total(self, now: float, queues: Iterable[str] | None = None) -> Tally:
        """Sum over the given queues, or over all, of the day at `now`."""
        total = Tally()
        for queue, tally in self.queues.items() if self._is_today(now) else ():
            if queues is None or queue in queues:
                total.add(tally)
        return total

    def _is_today(self, now: float) -> bool:
        return self.day == day_of(now, self.zone)
