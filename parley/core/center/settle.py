"""After a turn: which legs each call needs, where they stand, and whether it is recorded.

Everything that decides about interactions (offers, transfers, supervision, ends) knows nothing of
phones. This derives from the live state what they mean for a call's legs, dials what is missing, drops
what nobody wants, and arranges the rest: see docs/decisions/0013-a-call-is-arranged.md.
"""

from __future__ import annotations

from parley.core import commands as do
from parley.core import events as ev
from parley.core.center import flow, flows
from parley.core.center.change import queue_of
from parley.core.center.legs import dial_agent, dial_number, drop, new_recording, unaware
from parley.core.center.state import Call, Interaction, Leg, State
from parley.core.center.turn import Turn
from parley.core.desk.hours import opens_at
from parley.core.model import (
    Direction,
    LegPlan,
    LegRole,
    Phase,
    Place,
    Recording,
    Role,
)

_ON_THE_LINE = (Phase.FLOW, Phase.AWAY, Phase.QUEUED, Phase.OFFERED, Phase.CONNECTED)
_LISTENERS = {Role.MONITOR: Place.LISTEN, Role.WHISPER: Place.WHISPER}


def settle(turn: Turn) -> None:
    """All calls that the turn's events are about."""
    if not turn.state.calls:
        return
    for call_id in _concerned(turn):
        call = turn.state.calls.get(call_id)
        if call is not None:
            _settle(turn, call)


def _concerned(turn: Turn) -> dict[str, None]:
    found: dict[str, None] = dict.fromkeys(sorted(turn.arrange_anew))
    for event in turn.events:
        interaction_id = getattr(event, "interaction_id", None)
        if interaction_id is not None:
            found[interaction_id] = None
        if isinstance(event, ev.PhoneFound):
            found |= dict.fromkeys(turn.state.agents[event.agent_id].work)
    return found


def _settle(turn: Turn, call: Call) -> None:
    interaction = turn.state.interactions.get(call.id)
    if interaction is not None:
        _dialogue(turn, call, interaction)
    _drop_unwanted(turn, call, interaction)
    if interaction is not None:
        _dial_missing(turn, call, interaction)
        _answer(turn, call)
        _record(turn, call, interaction)
    _arrange(turn, call, interaction)


# --- what the caller hears ---------------------------------------------------------------------------


def _dialogue(turn: Turn, call: Call, interaction: Interaction) -> None:
    """A flow ends where an agent begins; a caller whom nobody can serve is told so."""
    speaks = call.flow is not None or (call.playing is not None and not call.must_hear)
    if interaction.phase is Phase.CONNECTED and speaks:
        leg = call.customer()
        if leg is not None and call.reached and leg.direction is Direction.IN:
            flow.leave(turn, call, "connected")
            flow.silence(turn, call)
    if interaction.phase is Phase.AWAY and call.flow is None and call.message is None:
        if call.customer() is not None and call.plan is None:
            flow.begin(turn, call, flows.away_flow(interaction.away_reason))
        elif call.plan is not None:
            _another_time(turn, call, interaction)


def _another_time(turn: Turn, call: Call, interaction: Interaction) -> None:
    """A callback whose queue cannot take it now: when it opens, or a while later."""
    assert call.plan is not None
    queue = queue_of(turn.state, interaction)
    hours = turn.state.config.hours.get(queue.hours_id or "")
    later = opens_at(hours, turn.at) or turn.at + queue.callback_retry_s
    turn.emit(
        ev.CallbackPlanned(
            at=turn.at, interaction_id=call.id, number=call.plan.number, at_time=later,
            attempt=call.plan.attempt,
        )
    )  # fmt: skip


# --- legs -----------------------------------------------------------------------------------------------


def _drop_unwanted(turn: Turn, call: Call, interaction: Interaction | None) -> None:
    agents = _agents(turn.state, call, interaction)
    for leg in list(call.legs.values()):
        if leg.dropped or _wanted(call, interaction, leg, agents):
            continue
        drop(turn, call, leg, "over" if interaction is None else "not_needed")


def _wanted(call: Call, interaction: Interaction | None, leg: Leg, agents: dict[str, str]) -> bool:
    if leg.role is LegRole.AGENT:
        return leg.agent_id in agents
    if call.linked is not None and (leg.role is LegRole.CUSTOMER or leg.id == call.linked):
        return call.customer() is not None
    if leg.role is LegRole.PARTY:
        return interaction is not None and interaction.phase is Phase.CONNECTED
    if call.playing is not None and call.playing[0] == leg.id:
        return True  # let them hear it to its end
    if interaction is None or interaction.phase not in _ON_THE_LINE:
        return False
    return call.plan is None or leg.direction is Direction.OUT


def _agents(state: State, call: Call, interaction: Interaction | None) -> dict[str, str]:
    """Whose phones the call needs, and what for."""
    if interaction is None:
        return {}
    needed: dict[str, str] = {}
    if interaction.offer is not None and not _customer_first(state, call, interaction):
        needed[interaction.offer.agent_id] = "offer"
    if interaction.phase is not Phase.CONNECTED or interaction.owner is None:
        return needed
    dials = call.direction is Direction.OUT and not call.reached
    needed[interaction.owner] = "dial" if dials else "resume"
    for agent_id, role in interaction.participants.items():
        needed[agent_id] = "consult" if role is Role.CONSULT else "supervise"
    return needed


def _customer_first(state: State, call: Call, interaction: Interaction) -> bool:
    """The agent is reserved, and rings once the customer is on the line."""
    if call.plan is None:
        return False
    return queue_of(state, interaction).callback_first == "customer"


def _dial_missing(turn: Turn, call: Call, interaction: Interaction) -> None:
    for agent_id, purpose in _agents(turn.state, call, interaction).items():
        agent = turn.state.agents.get(agent_id)
        if agent is not None and agent.phone and call.of_agent(agent_id) is None:
            dial_agent(turn, call, agent_id, purpose)
    plan = call.plan
    if plan is None or call.customer() is not None:
        return
    owner = call.of_agent(interaction.owner)
    ready = interaction.phase is Phase.CONNECTED and owner is not None and owner.up
    first = interaction.offer is not None and _customer_first(turn.state, call, interaction)
    if ready or first:
        by_hand = call.direction is Direction.OUT and not interaction.queued_reason
        amd = queue_of(turn.state, interaction).callback_amd and not by_hand
        dial_number(turn, call, plan.number, LegRole.CUSTOMER, amd=amd)


def _answer(turn: Turn, call: Call) -> None:
    """A caller's line is answered once the phone that takes longer to reach has been dialled."""
    leg = call.customer()
    came = any(isinstance(e, ev.CallOpened) and e.interaction_id == call.id for e in turn.events)
    if came and leg is not None and leg.direction is Direction.IN:
        turn.command(do.AnswerLeg(lane=call.id, leg_id=leg.id))


# --- places ---------------------------------------------------------------------------------------------


def _arrange(turn: Turn, call: Call, interaction: Interaction | None) -> None:
    plan = places(call, interaction)
    taped = _taped(call, interaction)
    stands = call.id not in turn.arrange_anew
    if stands and plan == call.arranged and taped is call.taped:
        return
    turn.emit(
        ev.Arranged(
            at=turn.at, interaction_id=call.id, legs=plan, recording=taped,
            recording_id=call.recording_id,
        )
    )  # fmt: skip
    if not plan and taped is Recording.OFF:
        return
    owner = call.of_agent(interaction.owner) if interaction else None
    customer = call.customer()
    turn.command(
        do.Arrange(
            lane=call.id, interaction_id=call.id, legs=plan,
            customer_leg=customer.id if customer else None,
            owner_leg=owner.id if owner and owner.up else None,
            recording=taped, recording_id=call.recording_id,
        )
    )  # fmt: skip


def places(call: Call, interaction: Interaction | None) -> tuple[LegPlan, ...]:
    """Where each leg that is up should be."""
    return tuple(
        LegPlan(leg.id, _place(call, interaction, leg), leg.muted)
        for leg in call.legs.values()
        if leg.up
    )


def _place(call: Call, interaction: Interaction | None, leg: Leg) -> Place:
    if leg.role is LegRole.CUSTOMER:
        return _customer_place(call, interaction)
    if leg.id == call.linked:
        return Place.TALK
    if leg.role is LegRole.PARTY:
        return Place.ASIDE if leg.aside else Place.TALK
    return _agent_place(call, interaction, leg)


def _customer_place(call: Call, interaction: Interaction | None) -> Place:
    if call.linked is not None:
        return Place.TALK if call.legs[call.linked].up else Place.MUSIC
    if interaction is None or call.flow is not None or call.message is not None:
        return Place.ALONE
    if interaction.phase is Phase.CONNECTED:
        owner = call.of_agent(interaction.owner)
        there = owner is not None and owner.up and not call.must_hear
        return Place.TALK if there and not call.held and not call.consulted() else Place.MUSIC
    waits = interaction.phase in (Phase.QUEUED, Phase.OFFERED)
    return Place.MUSIC if waits and call.plan is None else Place.ALONE


def _agent_place(call: Call, interaction: Interaction | None, leg: Leg) -> Place:
    if interaction is None:
        return Place.ALONE
    if leg.agent_id == interaction.owner:
        customer = call.customer()
        alone = customer is None or not customer.up  # hears it ring
        return Place.ASIDE if alone or call.consulted() else Place.TALK
    role = interaction.participants.get(leg.agent_id or "")
    if role in _LISTENERS:
        owner = call.of_agent(interaction.owner)
        return _LISTENERS[role] if owner is not None and owner.up else Place.ALONE
    return Place.ASIDE if leg.aside else Place.TALK


# --- recording --------------------------------------------------------------------------------------------


def _record(turn: Turn, call: Call, interaction: Interaction) -> None:
    """Begins with the conversation, where the queue says so; who was not told yet is told before."""
    customer, owner = call.customer(), call.of_agent(interaction.owner)
    if interaction.phase is not Phase.CONNECTED or call.recording_id is not None:
        return
    if not (customer and customer.up and owner and owner.up):
        return
    if not queue_of(turn.state, interaction).record:
        return
    if unaware(turn.state, call, interaction):
        if not call.must_hear:
            flow.say(turn, call, customer, flow.prompts("recording_notice"))
        return
    turn.emit(
        ev.RecordingChanged(
            at=turn.at, interaction_id=call.id, state=Recording.ON, recording_id=new_recording(call)
        )
    )


def _taped(call: Call, interaction: Interaction | None) -> Recording:
    """What is not said to an agent is kept as silence; the recording ends with the customer's leg."""
    customer = call.customer()
    if customer is None or not customer.up or call.recording is Recording.OFF:
        return Recording.OFF
    serving = interaction is not None and interaction.phase is Phase.CONNECTED
    return call.recording if serving else Recording.PAUSED
