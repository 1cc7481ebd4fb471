"""Dial legs and let them go. Ids derive from the call's, so that a command carried out twice is harmless."""

from __future__ import annotations

from parley.core import commands as do
from parley.core import events as ev
from parley.core.center.change import queue_of
from parley.core.center.state import Call, Interaction, Leg, State
from parley.core.center.turn import Turn
from parley.core.model import Direction, LegRole, Phase

DIAL_S = 45.0  # an outside number rings at most so long
CALL_S = 30.0  # the phone of somebody who was called without an offer


def dial_agent(turn: Turn, call: Call, agent_id: str, purpose: str) -> None:
    leg_id = _started(turn, call, LegRole.AGENT, agent_id=agent_id)
    interaction = turn.state.interactions[call.id]
    offered = purpose == "offer"
    ring_s = queue_of(turn.state, interaction).ring_s if offered else CALL_S
    customer = call.customer() if offered and not unaware(turn.state, call, interaction) else None
    turn.command(
        do.DialAgent(
            lane=call.id, leg_id=leg_id, interaction_id=call.id, agent_id=agent_id,
            purpose=purpose, caller_id=call.number, ring_s=ring_s,
            meets=customer.id if customer else None,
        )
    )  # fmt: skip


def dial_number(turn: Turn, call: Call, number: str, role: LegRole, *, amd: bool = False) -> str:
    """The new leg's id."""
    leg_id = _started(turn, call, role, number=number)
    turn.command(
        do.DialNumber(
            lane=call.id, leg_id=leg_id, interaction_id=call.id, number=number,
            caller_id=turn.state.config.caller_id or call.dnis or None, ring_s=DIAL_S,
            amd=amd,
        )
    )  # fmt: skip
    return leg_id


def _started(
    turn: Turn, call: Call, role: LegRole, *, agent_id: str | None = None, number: str | None = None
) -> str:
    leg_id = f"leg_{call.id.removeprefix('int_')}.{call.made}"
    turn.emit(
        ev.LegStarted(
            at=turn.at, interaction_id=call.id, leg_id=leg_id, role=role,
            direction=Direction.OUT, agent_id=agent_id, number=number,
        )
    )  # fmt: skip
    return leg_id


def drop(turn: Turn, call: Call, leg: Leg, reason: str) -> None:
    """Ask for the leg's end, once."""
    if leg.dropped:
        return
    turn.emit(ev.LegDropped(at=turn.at, interaction_id=call.id, leg_id=leg.id, reason=reason))
    turn.command(do.HangUp(lane=call.id, leg_id=leg.id))


def new_recording(call: Call) -> str:
    return f"rec_{call.id.removeprefix('int_')}.{call.made}"


def unaware(state: State, call: Call, interaction: Interaction) -> bool:
    """The conversation will be recorded, and the customer must hear so before it."""
    queue = queue_of(state, interaction)
    return queue.record and state.config.recording_notice and not call.told_of_recording


def talking(turn: Turn, call: Call) -> bool:
    """Whether an agent serves the call now."""
    interaction = turn.state.interactions.get(call.id)
    return interaction is not None and interaction.phase is Phase.CONNECTED
