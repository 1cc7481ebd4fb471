"""Call detail records: one row for each leg of a call, folded from the journal's events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from parley.core.events import Event, LegOver, LegRinging, LegStarted, LegUp
from parley.core.model import Direction, LegEnd, LegRole

LegKey = tuple[str, str]
"""(interaction, leg): an inbound leg's id is the telephone engine's, so it may come again one day."""


@dataclass(frozen=True, slots=True)
class LegRow:
    """Times are unix seconds; None is "not (yet)"."""

    id: str
    interaction_id: str
    role: LegRole
    direction: Direction
    started_at: float
    agent_id: str | None = None
    number: str | None = None
    trunk: str | None = None
    caller_id: str | None = None  # of ours, that was shown to them
    rang_at: float | None = None
    answered_at: float | None = None
    ended_at: float | None = None
    cause: LegEnd | None = None
    code: int | None = None  # Q.850

    @property
    def key(self) -> LegKey:
        return self.interaction_id, self.id

    @property
    def talk_s(self) -> float | None:
        """From being up to its end; None if it never was up, or still is."""
        if self.answered_at is None or self.ended_at is None:
            return None
        return max(0.0, self.ended_at - self.answered_at)


@dataclass(frozen=True, slots=True)
class LegNews:
    """What became known of a leg that is recorded already."""

    rang_at: float | None = None
    answered_at: float | None = None
    trunk: str | None = None
    ended_at: float | None = None
    cause: LegEnd | None = None
    code: int | None = None
    caller_id: str | None = None

    def on(self, row: LegRow) -> LegRow:
        """The row after this: what was known first stays, but for the trunk and what was shown
        over it, of which the last counts."""
        return replace(
            row,
            rang_at=_first(row.rang_at, self.rang_at),
            answered_at=_first(row.answered_at, self.answered_at),
            trunk=_first(self.trunk, row.trunk),
            ended_at=_first(row.ended_at, self.ended_at),
            cause=_first(row.cause, self.cause),
            code=_first(row.code, self.code),
            caller_id=_first(self.caller_id, row.caller_id),
        )

    def then(self, later: LegNews) -> LegNews:
        """Both, in this order."""
        return LegNews(
            rang_at=_first(self.rang_at, later.rang_at),
            answered_at=_first(self.answered_at, later.answered_at),
            trunk=_first(later.trunk, self.trunk),
            ended_at=_first(self.ended_at, later.ended_at),
            cause=_first(self.cause, later.cause),
            code=_first(self.code, later.code),
            caller_id=_first(later.caller_id, self.caller_id),
        )


@dataclass(slots=True)
class LegChanges:
    """What some events did to the legs: rows of those that began here, news of the others."""

    started: dict[LegKey, LegRow] = field(default_factory=dict)
    moved: dict[LegKey, LegNews] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        match event:
            case LegStarted():
                row = _row(event)
                self.started.setdefault(row.key, row)
            case LegRinging() | LegUp() | LegOver():
                self._move((event.interaction_id, event.leg_id), _news(event))

    def _move(self, key: LegKey, news: LegNews) -> None:
        if key in self.started:
            self.started[key] = news.on(self.started[key])
        else:
            self.moved[key] = self.moved.get(key, LegNews()).then(news)


def legs_of(events: Iterable[Event]) -> list[LegRow]:
    """The legs that began in these events, in that order, with all that became of them."""
    changes = LegChanges()
    for event in events:
        changes.take(event)
    return list(changes.started.values())


def _row(event: LegStarted) -> LegRow:
    return LegRow(
        id=event.leg_id,
        interaction_id=event.interaction_id,
        role=event.role,
        direction=event.direction,
        started_at=event.at,
        agent_id=event.agent_id,
        number=event.number,
        trunk=event.trunk,
    )


def _news(event: LegRinging | LegUp | LegOver) -> LegNews:
    match event:
        case LegRinging(at=at, caller_id=shown):
            return LegNews(rang_at=at, caller_id=shown)
        case LegUp(at=at, trunk=trunk, caller_id=shown):
            return LegNews(answered_at=at, trunk=trunk, caller_id=shown)
        case LegOver(at=at, cause=cause, code=code, caller_id=shown):
            return LegNews(ended_at=at, cause=cause, code=code, caller_id=shown)


def _first(one: Any, other: Any) -> Any:
    return other if one is None else one
