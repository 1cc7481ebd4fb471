"""What waits for its turn, what was decided together, and what a commit made true."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from opentelemetry.trace import Link, SpanContext

from parley.core.center.turn import Step
from parley.core.commands import Command
from parley.core.errors import ParleyError
from parley.core.events import Event
from parley.core.inputs import Input, TimerFired
from parley.core.insight.facts import InteractionFact

MAX_LINKS = 32  # traces that one commit's span points back to


@dataclass(frozen=True, slots=True)
class Committed:
    """What one commit made true; the picture already shows it."""

    tenant_id: str
    first_seq: int
    events: Sequence[Event]
    facts: Sequence[InteractionFact]  # the interactions that changed, as they are now
    at: float


@dataclass(slots=True, eq=False)
class Pending:
    """An input that waits for its turn, and whoever waits for its answer."""

    input: Input
    answer: asyncio.Future[Step] | None = None  # None: a timer, or a term's opening
    asked_in: SpanContext | None = None  # the trace of whoever asked, if there is one

    def resolve(self, step: Step) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_result(step)

    def reject(self, error: ParleyError) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(error)


@dataclass(slots=True)
class Batch:
    """What was decided together."""

    answered: list[tuple[Pending, Step]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    broken: Pending | None = None  # the core failed on this one: the picture can't be trusted

    def take(self, pending: Pending, step: Step) -> None:
        self.answered.append((pending, step))
        self.events.extend(step.events)
        self.commands.extend(step.commands)

    def resolve(self) -> None:
        """All is durable: answer those who asked."""
        for pending, step in self.answered:
            pending.resolve(step)
        if self.broken is not None:
            kind = type(self.broken.input).__name__
            detail = f"{kind} failed in the core"
            self.broken.reject(ParleyError("input_failed", detail, kind=kind))

    def links(self) -> list[Link]:
        """The traces that this batch continues."""
        asked = (pending.asked_in for pending, _ in self.answered)
        return [Link(context) for context in asked if context is not None][:MAX_LINKS]

    def without_effect(self) -> bool:
        """Timers only, and nothing came of them: they are due still."""
        timers_only = all(isinstance(pending.input, TimerFired) for pending, _ in self.answered)
        return timers_only and not self.events and self.broken is None

    def reject(self, error: ParleyError) -> None:
        for pending, _ in self.answered:
            pending.reject(error)
        if self.broken is not None:
            self.broken.reject(error)
