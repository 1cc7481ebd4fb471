"""How long a customer who waits will still wait, from what the queue lived through lately.

Three estimators of the literature (Ibrahim & Whitt, Real-time delay estimation in call centers, WSC
2008; Real-time delay estimation in overloaded multiserver queues with abandonments, Management
Science 55, 2009), as pure functions of a queue's `Pace`:

    LES  last to enter service: what the customer connected last had waited
    HOL  head of line: what the first in the queue has waited so far
    QL   queue length: places ahead times the mean gap between departures from the queue, served
         and abandoned alike, while somebody waited
    QLA  queue length with abandonment: with r conversations ending a second (those in service now,
         over their mean handling time) and each waiting customer leaving at rate t, place n takes
         1/r + 1/(r + t) + … + 1/(r + (n-1) t). Agents of several queues count where they serve

`estimate_s` is QLA, without its ingredients QL, else LES: docs/decisions/0012-estimated-wait.md.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log1p

MEMORY_S = 1800.0  # what is older says nothing about now
MAX_DEPARTURES = 30
MIN_DEPARTURES = 3
MIN_HANDLED = 3  # conversations, for a mean handling time
MEMORY_OF_HANDLED = 200  # conversations that the running mean handling time is about
MEMORY_OF_LEAVING = 200  # departures that the running rate of leaving is about
_KEPT = 1.0 - 1.0 / MEMORY_OF_LEAVING  # of the sums, at each departure


@dataclass(slots=True)
class Departure:
    """Somebody left the queue for an agent (or gave up, `served` False)."""

    at: float
    waited_s: float
    queued: bool  # had to wait: nobody was free when they came
    served: bool = True


@dataclass(slots=True)
class Pace:
    """The last departures of one queue, oldest first."""

    departures: list[Departure] = field(default_factory=list)
    in_service: int = 0  # conversations agents have now
    handled: int = 0
    handle_s: float = 0.0  # running mean
    waited_s: float = 0.0  # decaying sums: time waited by all …
    left: float = 0.0  # … and how many gave up

    def add(self, departure: Departure) -> None:
        self.departures.append(departure)
        if len(self.departures) > MAX_DEPARTURES:
            del self.departures[:-MAX_DEPARTURES]
        self.waited_s = _KEPT * self.waited_s + departure.waited_s
        self.left = _KEPT * self.left + (not departure.served)

    def begin(self) -> None:
        """An agent takes one of this queue up."""
        self.in_service += 1

    def finish(self, handle_s: float) -> None:
        """An agent is done with it after so long, wrap-up included."""
        if self.in_service:
            self.in_service -= 1
        self.handled += 1
        weight = 1.0 / min(self.handled, MEMORY_OF_HANDLED)
        self.handle_s += weight * (handle_s - self.handle_s)

    def recent(self, now: float) -> Sequence[Departure]:
        """Those that still say something about `now`."""
        return [d for d in self.departures if now - d.at <= MEMORY_S]


def last_to_enter_service_s(pace: Pace, now: float) -> float | None:
    """LES; None if nobody was connected lately."""
    served = [d for d in pace.recent(now) if d.served]
    return served[-1].waited_s if served else None


def queue_length_s(pace: Pace, position: int, now: float) -> float | None:
    """QL: `position` (1 is next) times the mean gap between departures that followed waiting."""
    busy = [d for d in pace.recent(now) if d.queued]
    if len(busy) < MIN_DEPARTURES:
        return None
    gaps = [b.at - a.at for a, b in itertools.pairwise(busy)]
    longest = max(d.waited_s for d in busy)
    within = [g for g in gaps if g <= longest] or gaps  # a longer gap was a time without a queue
    return position * sum(within) / len(within)


def queue_with_abandonment_s(pace: Pace, position: int, now: float) -> float | None:
    """QLA; None while nobody is served, or too few were for a mean handling time."""
    known = pace.in_service > 0 and pace.handled >= MIN_HANDLED and pace.handle_s > 0
    if not known or not pace.recent(now):
        return None
    ends = pace.in_service / pace.handle_s
    leave = pace.left / pace.waited_s if pace.waited_s > 0 else 0.0
    if leave * position < ends * 1e-6:
        return position / ends
    return log1p(position * leave / ends) / leave  # the sum as an integral


def estimate_s(pace: Pace, position: int, waited_s: float, now: float) -> float | None:
    """Seconds still to wait; None without recent experience.

    By the queue's length and how fast it is served now; else by how fast it moved while it stood
    lately; else by what the last one had waited, less what this one has waited already.
    """
    by_length = queue_with_abandonment_s(pace, position, now)
    if by_length is None:
        by_length = queue_length_s(pace, position, now)
    if by_length is not None:
        return by_length
    last = last_to_enter_service_s(pace, now)
    return None if last is None else max(0.0, last - waited_s)
