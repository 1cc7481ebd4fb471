"""How long a customer who waits will still wait, from what the queue lived through lately.

Three estimators of the literature (Ibrahim & Whitt, Real-time delay estimation in call centers, WSC
2008; Real-time delay estimation in overloaded multiserver queues with abandonments, Management
Science 55, 2009), as pure functions of a queue's `Pace`:

    LES  last to enter service: what the customer connected last had waited
    HOL  head of line: what the first in the queue has waited so far
    QL   queue length: places ahead times the mean gap between departures from the queue, served
         and abandoned alike, while somebody waited

`estimate_s` blends LES and QL; which blend was measured is in docs/decisions.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

MEMORY_S = 1800.0  # what is older says nothing about now
MAX_DEPARTURES = 30
MIN_DEPARTURES = 3


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

    def add(self, departure: Departure) -> None:
        self.departures.append(departure)
        del self.departures[:-MAX_DEPARTURES]

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


def estimate_s(pace: Pace, position: int, waited_s: float, now: float) -> float | None:
    """Seconds still to wait; None without recent experience.

    Where a queue stood lately, by its length; else by what the last one had waited, less what this
    one has waited already.
    """
    by_length = queue_length_s(pace, position, now)
    if by_length is not None:
        return by_length
    last = last_to_enter_service_s(pace, now)
    return None if last is None else max(0.0, last - waited_s)
