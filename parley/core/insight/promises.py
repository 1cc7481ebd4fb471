"""How right the estimated wait is, live: what a customer could be told on beginning to wait, beside what
they then waited. Judged are those who had to wait and were answered, as in `bench.estimate`."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt

from parley.core import events as ev
from parley.core.center.center import Center
from parley.core.center.estimate import estimate_s
from parley.core.center.routing import positions
from parley.core.model import Phase

MAX_OPEN = 20_000  # promises that wait to be judged; above it new ones are not noted
REMEMBERED = 500  # judged ones that the error is about
EXACT_UP_TO = 200  # waiting; in a longer queue the newest is taken for the last


@dataclass(slots=True)
class Promises:
    _open: dict[str, float] = field(default_factory=dict)  # interaction -> seconds it was told
    _judged: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def hear(self, event: ev.Event, center: Center) -> None:
        """An event of the turn that `center` has just finished."""
        match event:
            case ev.Queued(interaction_id=waiting):
                self._note(waiting, event.at, center)
            case ev.Connected(interaction_id=served):
                told = self._open.pop(served, None)
                if told is not None:
                    self._judged.append((told, event.waited_s))
            case ev.Ended(interaction_id=over) | ev.WentAway(interaction_id=over):
                self._open.pop(over, None)

    @property
    def error(self) -> float | None:
        """Root mean squared error relative to the mean wait; None while nobody was judged."""
        waited = sum(w for _, w in self._judged)
        if not waited:
            return None
        squares = sum((told - w) ** 2 for told, w in self._judged)
        return sqrt(squares / len(self._judged)) * len(self._judged) / waited

    def _note(self, waiting: str, now: float, center: Center) -> None:
        """Those who found somebody in the same turn need no promise."""
        interaction = center.state.interactions.get(waiting)
        if interaction is None or interaction.phase is not Phase.QUEUED:
            return
        if interaction.queued_at < now:
            return  # it has its old place in the same queue again
        queue, pace = interaction.queue or "", center.state.pace.get(interaction.queue or "")
        in_queue: Mapping[str, None] = center.router.waiting.get(queue, {})
        self._open.pop(waiting, None)
        if pace is None or len(self._open) >= MAX_OPEN:
            return
        place = len(in_queue)
        if place <= EXACT_UP_TO:
            place = positions(center.state, center.router, queue).get(waiting, place)
        told = estimate_s(pace, place, 0.0, now)
        if told is not None:
            self._open[waiting] = told
