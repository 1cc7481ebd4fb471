"""One input's turn: what was decided so far. Each event is evolved at once, so that the next
decision of the same turn sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from parley.core.center.change import Touched
from parley.core.center.state import State
from parley.core.commands import Command
from parley.core.events import Event


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an input could not be done now; the API answers 409 with the code."""

    code: str
    values: dict[str, str | int | float] = field(default_factory=dict)


class Step(NamedTuple):
    events: list[Event]
    commands: list[Command]
    refusal: Refusal | None = None


class Indexes(Protocol):
    """What a decision may ask beyond the state."""

    def waiting_in(self, queue: str) -> int:
        """How many wait in a queue."""

    def kept_for(self, agent_id: str) -> list[str]:
        """Interactions held for an agent."""

    def place_of(self, interaction_id: str) -> int | None:
        """Of a waiting interaction in its queue: 1 is next; None if it does not wait."""


@dataclass(slots=True)
class Turn:
    state: State
    at: float
    evolve: Callable[[State, Event, Touched], None]
    touched: Touched
    indexes: Indexes
    events: list[Event] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    refusal: Refusal | None = None
    arrange_anew: set[str] = field(default_factory=set)  # calls whose arrangement may not stand

    def emit(self, *events: Event) -> None:
        for event in events:
            self.evolve(self.state, event, self.touched)
            self.events.append(event)

    def command(self, command: Command) -> None:
        self.commands.append(command)

    def refuse(self, code: str, **values: str | float) -> None:
        self.refusal = Refusal(code, values)
