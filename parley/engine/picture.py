"""The live center of one tenant as one value: what is decided from, and what screens are drawn from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

import msgspec
import structlog

from parley.core.center.center import Center
from parley.core.center.state import State
from parley.core.center.turn import Step
from parley.core.events import Configured, Event
from parley.core.inputs import Input, TermBegan, TimerFired
from parley.core.insight.board import Board
from parley.core.insight.facts import Facts, InteractionFact
from parley.core.insight.interventions import Interventions
from parley.core.insight.promises import Promises
from parley.core.insight.trend import KEPT_S, Trend

log = structlog.get_logger("parley.engine")

History = Callable[[float], Awaitable[Sequence[InteractionFact]]]
"""Stored facts of all interactions queued since a time (unix seconds)."""


class Picture(Protocol):
    """The engine's view of it. Only the engine changes it; all else reads between two turns."""

    def restore(self, snapshot: tuple[int, bytes] | None) -> int:
        """Take over a snapshot; the seq it stands for, or 0 if there is none that can be read."""

    def replay(self, event: Event) -> None: ...

    async def complete(self, now: float) -> None:
        """After the replay: fetch what is not made of the journal (today's figures)."""

    def opening(self, now: float) -> Sequence[Input]:
        """What a new term begins with, before any timer."""

    def receive(self, input: Input) -> Step: ...

    def take_changed(self, now: float) -> Sequence[InteractionFact]:
        """Facts of the interactions that changed since the last call, as they are now."""

    def next_due(self) -> float | None: ...

    def due(self, now: float) -> list[TimerFired]:
        """Timers due at `now`, earliest first, each only once."""

    def encode(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class _Saved:
    """A snapshot's content. One that this program cannot read is passed over for the journal."""

    state: State
    facts: dict[str, InteractionFact]
    interventions: Interventions = field(default_factory=Interventions)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Saved)


class CenterPicture:
    """The center with its facts, today's figures, the last hours, and what supervisors did."""

    def __init__(self, zone: str, history: History) -> None:
        """`zone`: the tenant's time zone, in which days begin."""
        self.center = Center()
        self.facts = Facts()
        self.board = Board(zone)
        self.trend = Trend()
        self.interventions = Interventions()
        self.promises = Promises()
        self._zone = ZoneInfo(zone)
        self._history = history
        self._changed: dict[str, InteractionFact] = {}
        self._meanwhile: dict[str, InteractionFact] | None = None  # changed while a day is read
        self._retarget = False

    def restore(self, snapshot: tuple[int, bytes] | None) -> int:
        if snapshot is None:
            return 0
        seq, content = snapshot
        try:
            saved = _decoder.decode(content)
        except msgspec.MsgspecError as error:
            log.warning("snapshot_unreadable", seq=seq, why=str(error))
            return 0
        self.center = Center(saved.state)
        self.facts = Facts(saved.facts)
        self.interventions = saved.interventions
        return seq

    def replay(self, event: Event) -> None:
        self.center.evolve(event)
        self.facts.apply(event)
        self.interventions.hear(event, self.facts)

    async def complete(self, now: float) -> None:
        facts = await self._history(min(self._midnight(now), now - KEPT_S))
        queues = self.center.state.config.queues
        self.board.load(facts, queues, now)
        self.trend.load([*facts, *self.facts.rows.values()], queues, now)

    def opening(self, now: float) -> Sequence[Input]:
        return (TermBegan(at=now),)

    async def rezone(self, zone: str, now: float) -> None:
        """Days begin elsewhere from now on: today's figures are read again."""
        if zone == self.board.zone:
            return
        meanwhile: dict[str, InteractionFact] = {}
        self._zone, self._meanwhile = ZoneInfo(zone), meanwhile
        try:
            facts = await self._history(self._midnight(now))
        finally:
            self._meanwhile = None
        self.board = Board(zone)
        self.board.load([*facts, *meanwhile.values()], self.center.state.config.queues, now)

    def receive(self, input: Input) -> Step:
        step = self.center.receive(input)
        for event in step.events:
            self._retarget |= isinstance(event, Configured) and bool(event.queues or event.removed)
            fact = self.facts.apply(event)
            if fact is not None:
                self._changed[fact.id] = fact
            self.interventions.hear(event, self.facts)
            self.promises.hear(event, self.center)
        return step

    def take_changed(self, now: float) -> Sequence[InteractionFact]:
        changed, self._changed = list(self._changed.values()), {}
        if self._meanwhile is not None:
            self._meanwhile.update((fact.id, fact) for fact in changed)
        queues = self.center.state.config.queues
        if self._retarget:
            self._retarget = False
            self.board.retarget(queues)
            self.trend.retarget(queues)
        for fact in changed:
            self.board.count(fact, queues, now)
            self.trend.count(fact, queues, now)
        return changed

    def next_due(self) -> float | None:
        return self.center.next_due()

    def due(self, now: float) -> list[TimerFired]:
        return self.center.due(now)

    def encode(self) -> bytes:
        return _encoder.encode(_Saved(self.center.state, self.facts.rows, self.interventions))

    def _midnight(self, now: float) -> float:
        today = datetime.fromtimestamp(now, self._zone).date()
        return datetime.combine(today, time(), self._zone).timestamp()
