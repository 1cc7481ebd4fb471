"""What a relived day comes to: the board's figures, VIP waits, and how busy each agent was.

vip_wait_s   mean wait of customers of tier VIP, answered or not
wait_p95_s   of all who waited to the end, answered or not
occupancy    time with work / time ready or with work, within the day
occupancy_spread  between the busiest and the least busy agent, of all or of a queue
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from parley.core.insight.board import Tally, contribution
from parley.core.insight.facts import InteractionFact
from parley.core.model import CenterConfig, PresenceStatus
from parley.simulate.recorded import RecordedDay

VIP = "vip"  # the tier, whatever its case
P95 = 0.95


@dataclass(frozen=True, slots=True)
class Figures:
    """One replay, in the words of schemas.policy.Trial."""

    total: dict[str, float | None]
    queues: dict[str, dict[str, float | None]]
    occupancy: dict[str, float]  # by agent


@dataclass(slots=True)
class Shift:
    """What one agent does between two instants."""

    start_s: float
    end_s: float
    planned: PresenceStatus = PresenceStatus.OFFLINE
    _ready: bool = False
    _carries: int = 0
    _since: float = 0.0
    _busy_s: float = 0.0
    _here_s: float = 0.0

    def turn(self, status: PresenceStatus, now: float) -> None:
        self.book(now)
        self._ready = status is PresenceStatus.READY

    def carry(self, more: int, now: float) -> None:
        self.book(now)
        self._carries += more

    def book(self, now: float) -> None:
        """Add what lies between the last change and now."""
        span = min(now, self.end_s) - max(self._since, self.start_s)
        self._since = now
        if span > 0 and self._carries:
            self._busy_s += span
        if span > 0 and (self._carries or self._ready):
            self._here_s += span

    @property
    def occupancy(self) -> float | None:
        return self._busy_s / self._here_s if self._here_s else None


def figures_of(
    day: RecordedDay, config: CenterConfig, facts: Iterable[InteractionFact],
    shifts: Mapping[str, Shift],
) -> Figures:  # fmt: skip
    """Counts what was queued within the day, in the queue it waited in last, as the board does."""
    vips = {c.id for c in day.contacts if (c.customer.tier or "").lower() == VIP}
    total, queues = Tally(), {queue: Tally() for queue in config.queues}
    waits: list[float] = []
    vip_waits: list[float] = []
    for fact in facts:
        if fact.queued_at is None or not day.start_s <= fact.queued_at < day.end_s:
            continue
        added = contribution(fact, config.queues.get(fact.queue or ""))
        total.add(added)
        queues.setdefault(fact.queue or "", Tally()).add(added)
        if fact.waited_s is not None:
            waits.append(fact.waited_s)
            if fact.id in vips:
                vip_waits.append(fact.waited_s)
    waits.sort()
    occupancy = {a: o for a, s in shifts.items() if (o := s.occupancy) is not None}
    return Figures(
        total=_of(total) | {
            "vip_wait_s": sum(vip_waits) / len(vip_waits) if vip_waits else None,
            "wait_p95_s": waits[int(P95 * len(waits))] if waits else None,
            "occupancy_spread": _spread(occupancy.values()),
        },
        queues={
            queue: _of(tally) | {"occupancy_spread": _spread(_team(occupancy, config, queue))}
            for queue, tally in queues.items()
            if tally.offered
        },
        occupancy=occupancy,
    )  # fmt: skip


def _team(occupancy: Mapping[str, float], config: CenterConfig, queue: str) -> list[float]:
    return [o for agent, o in occupancy.items() if queue in config.agents[agent].queues]


def _spread(occupancies: Iterable[float]) -> float | None:
    """None for fewer than two agents."""
    known = list(occupancies)
    return max(known) - min(known) if len(known) > 1 else None


def _of(tally: Tally) -> dict[str, float | None]:
    return {
        "service_level": tally.service_level,
        "asa_s": tally.asa_s,
        "abandonment": tally.abandonment,
    }
