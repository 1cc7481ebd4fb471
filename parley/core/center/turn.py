"""One input's turn: what was decided so far. Each event is evolved at once, so that the next
decision of the same turn sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from parley.core.center.state import State
from parley.core.commands import Command
from parley.core.events import Event


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an input could not be done now; the API answers 409 with the code."""

    code: str
    values: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    events: list[Event]
    commands: list[Command]
    refusal: Refusal | None = None


@dataclass(slots=True)
class Turn:
    state: State
    at: float
    apply: Callable[[Event], None]
    waiting_in: Callable[[str], int]  # how many wait in a queue
    kept_for: Callable[[str], list[str]]  # interactions held for an agent
    place_of: Callable[[str], int | None]  # of a waiting interaction in its queue, 1 is next
    events: list[Event] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    refusal: Refusal | None = None

    def emit(self, *events: Event) -> None:
        for event in events:
            self.apply(event)
            self.events.append(event)

    def command(self, command: Command) -> None:
        self.commands.append(command)

    def refuse(self, code: str, **values: str | float) -> None:
        self.refusal = Refusal(code, values)
