"""What screens show of a call: its legs, who hears whom, and what the caller chose."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from parley.core.center.change import WAITING
from parley.core.center.settle import places
from parley.core.center.state import Call, Interaction, Leg, State
from parley.core.model import LegRole, MonitorNotice, Phase

Row = dict[str, Any]


def iso(at: float | None) -> str | None:
    """RFC 3339 with milliseconds; None stays None."""
    if at is None:
        return None
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def call_row(state: State, interaction_id: str, agent_id: str) -> Row | None:
    """None for whatever is no call."""
    call, i = state.calls.get(interaction_id), state.interactions.get(interaction_id)
    if call is None or i is None:
        return None
    mine = call.of_agent(agent_id)
    plan = call.plan
    return {
        "direction": call.direction,
        "number": call.number,
        "dnis": call.dnis,
        "trunk": call.trunk,
        "held": call.held,
        "muted": mine is not None and mine.muted,
        "consulting": bool(call.consulted()),
        "conference": _conference(call, i),
        "recording": call.recording,
        "my_leg": mine.id if mine else None,
        "legs": _legs(state, call, i, agent_id),
        "callback": plan and {"number": plan.number, "attempt": plan.attempt, "at": iso(plan.at)},
        "keys": list(call.keys),
        "variables": call.variables,
        "flow": call.flow.flow if call.flow else None,
        "rejoining": call.rejoin_until is not None and i.owner == agent_id,
    }


def _conference(call: Call, interaction: Interaction) -> bool:
    """Whether more than the customer and the owner talk."""
    talking = [x for x in call.legs.values() if x.up and x.role is not LegRole.CUSTOMER]
    others = [x for x in talking if x.agent_id != interaction.owner and not x.aside]
    return any(x.agent_id is None or _heard(interaction, x.agent_id) for x in others)


def _heard(interaction: Interaction, agent_id: str) -> bool:
    return interaction.participants.get(agent_id) in ("conference", "barge")


def _legs(state: State, call: Call, interaction: Interaction, agent_id: str) -> list[Row]:
    where = {plan.leg_id: plan.place for plan in places(call, interaction)}
    return [
        {
            "id": leg.id,
            "role": leg.role,
            "agent_id": leg.agent_id,
            "name": _name(state, interaction, leg),
            "number": leg.number,
            "state": leg.state,
            "place": where.get(leg.id),
            "muted": leg.muted,
            "since": iso(leg.up_at or leg.since),
        }
        for leg in call.legs.values()
        if not leg.dropped and not hidden(state, interaction, leg.agent_id, agent_id)
    ]


def hidden(state: State, interaction: Interaction, agent_id: str | None, viewer: str) -> bool:
    """A silent listener, where the tenant's rule is that agents are not told."""
    role = interaction.participants.get(agent_id or "")
    silent = state.config.monitor_notice is MonitorNotice.SILENT
    return role == "monitor" and agent_id != viewer and silent


def _name(state: State, interaction: Interaction, leg: Leg) -> str:
    if leg.role is LegRole.CUSTOMER:
        return interaction.customer.name
    profile = state.config.agents.get(leg.agent_id or "")
    return profile.name if profile else leg.number or ""


def call_brief(state: State, interaction_id: str) -> Row | None:
    """What the board shows of a call in an agent's cell."""
    call, i = state.calls.get(interaction_id), state.interactions.get(interaction_id)
    if call is None or i is None:
        return None
    return {"direction": call.direction, "number": call.number, "state": _state(call, i)}


def _state(call: Call, i: Interaction) -> str:
    """flow, waiting, ringing, talking, held, aside, callback or over."""
    if i.phase is Phase.SCHEDULED or (call.plan is not None and i.phase in WAITING):
        return "callback"
    if i.phase in (Phase.FLOW, Phase.AWAY):
        return "flow"
    if i.phase is Phase.CONNECTED:
        if call.consulted():
            return "aside"
        return "held" if call.held else "talking" if call.customer() else "ringing"
    return {Phase.QUEUED: "waiting", Phase.OFFERED: "ringing"}.get(i.phase, "over")
