"""Call detail records: one row for each whole call, of its interaction and the records of its legs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from parley.core.insight.facts import InteractionFact
from parley.core.insight.legs import LegRow
from parley.core.model import Direction, LegEnd, LegRole, Outcome

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class CallRow:
    """Times are unix seconds; None is "not (yet)"."""

    interaction_id: str
    direction: Direction
    caller: str | None  # E.164; None if withheld. If we called: our number, as it was shown
    called: str | None
    customer_id: str
    customer_name: str
    entry_point: str | None
    queue: str | None  # the last one it waited in
    trunk: str | None
    agents: tuple[str, ...]  # who served it, the first first
    started_at: float
    answered_at: float | None  # the customer's line is up
    connected_at: float | None  # with the first agent
    ended_at: float | None  # the last leg is over
    wait_s: float | None  # in the last queue, until an agent was there
    talk_s: float  # of the customer with agents or outside parties, not on hold
    hold_s: float
    outcome: Outcome | None
    ended_by: str | None
    cause: LegEnd | None  # of the customer's leg
    code: int | None  # Q.850


def call_of(fact: InteractionFact, legs: Sequence[LegRow]) -> CallRow:
    """`legs`: all of the call, oldest first."""
    theirs = [leg for leg in legs if leg.role is LegRole.CUSTOMER]
    last = theirs[-1] if theirs else None
    inbound = fact.direction is Direction.IN
    over = bool(legs) and all(leg.ended_at is not None for leg in legs)
    return CallRow(
        interaction_id=fact.id,
        direction=fact.direction,
        caller=(fact.number if inbound else _shown(theirs) or fact.dnis) or None,
        called=(fact.dnis if inbound else fact.number) or None,
        customer_id=fact.customer_id,
        customer_name=fact.customer_name,
        entry_point=fact.entry_point,
        queue=fact.queue,
        trunk=fact.trunk or (last.trunk if last else None),
        agents=tuple(fact.agents),
        started_at=fact.arrived_at,
        answered_at=min((leg.answered_at for leg in theirs if leg.answered_at), default=None),
        connected_at=fact.connected_at,
        ended_at=max(leg.ended_at or 0.0 for leg in legs) if over else None,
        wait_s=fact.waited_s,
        talk_s=max(0.0, _together_s(legs) - fact.held_s),
        hold_s=fact.held_s,
        outcome=fact.outcome,
        ended_by=fact.ended_by,
        cause=last.cause if last else None,
        code=last.code if last else None,
    )


def _shown(legs: Sequence[LegRow]) -> str | None:
    """Our number at the last attempt at which a carrier was told one."""
    return next((leg.caller_id for leg in reversed(legs) if leg.caller_id), None)


def _together_s(legs: Sequence[LegRow]) -> float:
    """How long a leg of the customer and one of somebody else were up at once."""
    theirs = _spans(leg for leg in legs if leg.role is LegRole.CUSTOMER)
    ours = _spans(leg for leg in legs if leg.role is not LegRole.CUSTOMER)
    return sum(max(0.0, min(a[1], b[1]) - max(a[0], b[0])) for a in theirs for b in ours)


def _spans(legs: Iterable[LegRow]) -> list[Span]:
    """When any of them was up: apart from one another, in order."""
    spans: list[Span] = []
    for start, end in sorted(
        (leg.answered_at, leg.ended_at) for leg in legs if leg.answered_at and leg.ended_at
    ):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((start, end))
    return spans
