"""The live center of one tenant as one value: what is decided from, and what screens are drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from parley.core.center.turn import Step
from parley.core.events import Event
from parley.core.inputs import Input, TimerFired
from parley.core.insight.facts import InteractionFact


class Picture(Protocol):
    """The engine's view of it. Only the engine changes it; all else reads between two turns."""

    def restore(self, snapshot: tuple[int, bytes] | None) -> int:
        """Take over a snapshot; the seq it stands for, or 0 if there is none that can be read."""

    def replay(self, event: Event) -> None: ...

    async def complete(self, now: float) -> None:
        """After the replay: fetch what is not made of the journal (today's counters)."""

    def receive(self, input: Input) -> Step: ...

    def take_changed(self) -> Sequence[InteractionFact]:
        """Facts of the interactions that changed since the last call, as they are now."""

    def next_due(self) -> float | None: ...

    def due(self, now: float) -> list[TimerFired]:
        """Timers due at `now`, earliest first, each only once."""

    def encode(self) -> bytes: ...
