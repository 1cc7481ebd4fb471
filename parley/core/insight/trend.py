"""The last hours of each queue by the minute, kept as the sum over facts.

A fact counts in the queue it waited in last: with its contribution in the minute it was queued, and
as waiting from then until it was connected or left. So every point equals what a list with the same
filter shows, a restart draws the same line again, and memory is bounded by who came or changed within
`KEPT_MINUTES`, and who waits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from parley.core.insight.board import Tally, contribution, judge
from parley.core.insight.facts import InteractionFact
from parley.core.model import Phase, Queue

MINUTE_S = 60
SHOWN_MINUTES = 60
KEPT_MINUTES = 2 * SHOWN_MINUTES  # an hour ago, the hour before it is still known
KEPT_S = float(KEPT_MINUTES * MINUTE_S)

_WAITS = (Phase.QUEUED, Phase.OFFERED)


@dataclass(frozen=True, slots=True)
class Line:
    """One number for each of the last `SHOWN_MINUTES` full minutes, oldest first."""

    offered: list[int]
    waiting: list[int]  # at the end of the minute


@dataclass(slots=True)
class _Counted:
    queue: str
    came: int  # minute
    gone: int | None  # minute; None: waits
    added: Tally
    waited_s: float
    noted: int  # minute of the last change


class _Queue:
    """One queue's minutes; `waiting` is as of now."""

    def __init__(self) -> None:
        self.minutes: defaultdict[int, Tally] = defaultdict(Tally)
        self.gone: defaultdict[int, int] = defaultdict(int)
        self.waiting = 0

    def forget(self, before: int) -> None:
        for kept in (self.minutes, self.gone):
            for minute in [each for each in kept if each < before]:
                del kept[minute]


def minute_of(at: float) -> int:
    """Whole minutes since the epoch."""
    return int(at // MINUTE_S)


def hour_began(now: float) -> float:
    """Where the hour that ends with this minute begins."""
    return float((minute_of(now) - SHOWN_MINUTES + 1) * MINUTE_S)


class Trend:
    def __init__(self) -> None:
        self._queues: defaultdict[str, _Queue] = defaultdict(_Queue)
        self._counted: dict[str, _Counted] = {}  # in the order of their last change
        self._waits: dict[str, str] = {}  # interaction -> queue
        self._minute = 0

    def load(self, facts: Iterable[InteractionFact], queues: dict[str, Queue], now: float) -> None:
        """Start over (after a restart); of a fact given twice the last counts."""
        self._queues.clear()
        self._counted, self._waits = {}, {}
        for fact in facts:
            self.count(fact, queues, now)

    def count(self, fact: InteractionFact, queues: dict[str, Queue], now: float) -> None:
        """Take a changed fact over."""
        self._roll(now)
        self._take_away(fact.id)
        if fact.queue is None or fact.queued_at is None:
            return
        came, waits = minute_of(fact.queued_at), fact.phase in _WAITS
        gone = None if waits else minute_of(fact.queued_at + (fact.waited_s or 0.0))
        if waits:
            self._waits[fact.id] = fact.queue
            self._queues[fact.queue].waiting += 1
        elif gone is not None and gone < self._oldest:
            return
        added = contribution(fact, queues.get(fact.queue))
        counted = _Counted(fact.queue, came, gone, added, fact.waited_s or 0.0, self._minute)
        self._counted[fact.id] = counted
        self._put(counted, 1)

    def retarget(self, queues: dict[str, Queue]) -> None:
        """The queues' settings changed: what is kept is judged by the new ones, as lists do."""
        for counted in self._counted.values():
            self._put(counted, -1)
            judge(counted.added, counted.waited_s, queues.get(counted.queue))
            self._put(counted, 1)

    def line(self, queue: str, now: float) -> Line:
        """The last full minutes; the one that runs now is not over."""
        self._roll(now)
        found = self._queues.get(queue) or _Queue()
        offered, waiting, waits = [], [], found.waiting
        for minute in range(self._minute, self._minute - SHOWN_MINUTES, -1):
            came = _of(found.minutes, minute).offered
            waits -= came - found.gone.get(minute, 0)
            waiting.append(max(0, waits))
            offered.append(_of(found.minutes, minute - 1).offered)
        return Line(offered[::-1], waiting[::-1])

    def hours(self, queue: str, now: float) -> Iterator[tuple[int, Tally]]:
        """(minute, sum of the hour that ended with it): now first, then back minute by minute for an
        hour. The sum is only good until the next is asked for.
        """
        self._roll(now)
        minutes = found.minutes if (found := self._queues.get(queue)) else {}
        total = Tally()
        for minute in range(self._minute - SHOWN_MINUTES + 1, self._minute + 1):
            total.add(_of(minutes, minute))
        for minute in range(self._minute, self._minute - SHOWN_MINUTES, -1):
            yield minute, total
            total.add(_of(minutes, minute), -1)
            total.add(_of(minutes, minute - SHOWN_MINUTES))

    @property
    def kept(self) -> int:
        """How many interactions are remembered."""
        return len(self._counted)

    @property
    def _oldest(self) -> int:
        return self._minute - KEPT_MINUTES + 1

    def _take_away(self, interaction_id: str) -> None:
        waited_in = self._waits.pop(interaction_id, None)
        if waited_in is not None:
            self._queues[waited_in].waiting -= 1
        before = self._counted.pop(interaction_id, None)
        if before is not None:
            self._put(before, -1)

    def _put(self, counted: _Counted, sign: int) -> None:
        """Into its minutes, or out of them; those that are no longer kept don't matter."""
        queue = self._queues[counted.queue]
        if counted.came >= self._oldest:
            queue.minutes[counted.came].add(counted.added, sign)
        if counted.gone is not None and counted.gone >= self._oldest:
            queue.gone[counted.gone] += sign

    def _roll(self, now: float) -> None:
        """A new minute: forget what is older than what is kept."""
        if minute_of(now) <= self._minute:
            return
        self._minute = minute_of(now)
        for queue in self._queues.values():
            queue.forget(self._oldest)
        while self._counted:
            first = next(iter(self._counted))
            if self._counted[first].noted >= self._oldest:
                return
            del self._counted[first]


_NOTHING = Tally()


def _of(minutes: Mapping[int, Tally], minute: int) -> Tally:
    return minutes.get(minute, _NOTHING)
