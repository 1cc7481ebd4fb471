"""What an engine says of itself: for `/readyz`, metrics and the doctor."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

STUCK_S = 5.0  # one turn (decide, commit) may take so long before it is called stuck


class EnginePhase(StrEnum):
    STANDBY = "standby"  # another node leads this tenant
    REBUILDING = "rebuilding"  # reading snapshot and journal
    LEADING = "leading"
    STOPPED = "stopped"


@dataclass(slots=True)
class EngineStatus:
    phase: EnginePhase = EnginePhase.STANDBY
    epoch: int = 0
    seq: int = 0  # of the last event folded into the state
    queue_length: int = 0  # inputs that wait for their turn
    commit_s: float | None = None  # how long the last commit took
    committed_at: float | None = None
    renewed_at: float | None = None  # the lease
    turn_began_at: float | None = None  # None: idle
    problem: str | None = None  # why it is not leading, if it should be
    broken_timers: dict[tuple[str, str], float] = field(default_factory=dict)  # -> tried again at

    def stuck(self, now: float) -> bool:
        """Whether one turn has been going on for too long."""
        return self.turn_began_at is not None and now - self.turn_began_at > STUCK_S
