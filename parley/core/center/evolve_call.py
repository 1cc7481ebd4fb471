"""Apply the events of calls to the state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from parley.core import events as ev
from parley.core.center.change import WAITING, Touched, after, clear_timers, queue_of, set_timer
from parley.core.center.flows import node_of
from parley.core.center.state import Call, FlowRun, Leg, PlannedCall, State, Timer
from parley.core.model import Direction, LegRole, LegState, NodeKind, Phase, Role

FIRST_ANNOUNCE_S = 2.0  # into the queue
MAX_PROMPT_S = 120.0  # a prompt whose end is not told by then is taken for over
SPOKEN_PATIENCE_S = 10.0  # for a message's recording after its caller hung up
LONE_KEY_S = 2.0  # after which a 1 is the whole answer, and not the beginning of a number
MAX_KEYS = 64  # remembered of one call


def _phone_found(state: State, e: ev.PhoneFound, touched: Touched) -> None:
    state.agents[e.agent_id].phone = True
    touched.agents.add(e.agent_id)


def _phone_lost(state: State, e: ev.PhoneLost, touched: Touched) -> None:
    state.agents[e.agent_id].phone = False
    touched.agents.add(e.agent_id)


def _opened(state: State, e: ev.CallOpened, touched: Touched) -> None:
    i = state.interactions[e.interaction_id]
    state.calls[i.id] = Call(
        i.id, e.direction, e.number, dnis=e.dnis, trunk=e.trunk, language=i.language
    )
    if e.direction is Direction.IN:
        i.phase = Phase.FLOW
    if e.dnis:
        i.known = {**i.known, "dnis": e.dnis}


# --- legs -----------------------------------------------------------------------------------------


def _leg_started(state: State, e: ev.LegStarted, touched: Touched) -> None:
    call = state.calls[e.interaction_id]
    i = state.interactions.get(e.interaction_id)
    consulted = i is not None and i.participants.get(e.agent_id or "") is Role.CONSULT
    call.made += 1
    call.legs[e.leg_id] = Leg(
        e.leg_id, e.role, e.direction, e.at, e.agent_id, e.number, e.trunk,
        aside=consulted or e.role is LegRole.PARTY,
    )  # fmt: skip
    state.leg_of[e.leg_id] = call.id


def _leg_ringing(state: State, e: ev.LegRinging, touched: Touched) -> None:
    state.calls[e.interaction_id].legs[e.leg_id].state = LegState.RINGING


def _leg_up(state: State, e: ev.LegUp, touched: Touched) -> None:
    call = state.calls[e.interaction_id]
    leg = call.legs[e.leg_id]
    leg.state, leg.up_at, leg.trunk = LegState.UP, e.at, e.trunk or leg.trunk
    if leg.role is LegRole.CUSTOMER and not leg.dropped:
        call.reached, call.plan = True, None
        if leg.direction is Direction.OUT:
            announce_next(state, touched, call.id, e.at, first=False)
    i = state.interactions.get(call.id)
    if i is not None and leg.agent_id is not None and leg.agent_id == i.owner:
        call.rejoin_until = None
        clear_timers(state, call.id, Timer.REJOIN)


def _leg_dropped(state: State, e: ev.LegDropped, touched: Touched) -> None:
    call = state.calls[e.interaction_id]
    leg = call.legs[e.leg_id]
    leg.dropped = True
    _owner_lost(state, call, leg, e.at, touched, lost=e.reason == "phone_lost")


def _leg_over(state: State, e: ev.LegOver, touched: Touched) -> None:
    call = state.calls[e.interaction_id]
    leg = call.legs.pop(e.leg_id)
    del state.leg_of[e.leg_id]
    if leg.role is LegRole.CUSTOMER:
        call.told_of_recording = False
    if call.playing is not None and call.playing[0] == leg.id:
        call.playing, call.must_hear = None, False
        clear_timers(state, call.id, Timer.KEYS)
    if leg.role is LegRole.CUSTOMER:
        _forget_dialogue(state, call, touched, e.at)
    if call.linked == leg.id:
        call.linked = None
        call.unlinked = call.flow is not None and leg.state is not LegState.UP
    _owner_lost(state, call, leg, e.at, touched, lost=not leg.dropped)
    forget_if_over(state, call.id)


def _forget_dialogue(state: State, call: Call, touched: Touched, at: float) -> None:
    call.flow = None
    clear_timers(state, call.id, Timer.KEYS, Timer.ANNOUNCE)
    if call.message is not None and call.id in state.interactions:
        set_timer(state, touched, Timer.SPOKEN, call.id, at + SPOKEN_PATIENCE_S)


def _owner_lost(
    state: State, call: Call, leg: Leg, at: float, touched: Touched, *, lost: bool
) -> None:
    """The customer of an owner whose phone went away waits for it a moment."""
    i = state.interactions.get(call.id)
    if i is None or i.owner is None or leg.agent_id != i.owner or i.phase is not Phase.CONNECTED:
        return
    if lost and call.rejoin_until is None:
        call.rejoin_until = at + state.config.phone_grace_s
        set_timer(state, touched, Timer.REJOIN, call.id, call.rejoin_until)


def interaction_over(state: State, call_id: str) -> None:
    """A flow ends with it; a farewell is still heard."""
    call = state.calls.get(call_id)
    if call is not None and call.flow is not None:
        call.flow, call.playing, call.must_hear = None, None, False
        clear_timers(state, call_id, Timer.KEYS)
    forget_if_over(state, call_id)


def forget_if_over(state: State, call_id: str) -> None:
    """A call is forgotten with its interaction's end or its last leg's, whichever comes later."""
    call = state.calls.get(call_id)
    if call is not None and not call.legs and call_id not in state.interactions:
        del state.calls[call_id]


def _muted(state: State, e: ev.LegMuted, touched: Touched) -> None:
    state.calls[e.interaction_id].legs[e.leg_id].muted = e.on


def _arranged(state: State, e: ev.Arranged, touched: Touched) -> None:
    call = state.calls[e.interaction_id]
    call.arranged, call.taped = e.legs, e.recording


# --- the conversation -------------------------------------------------------------------------------


def _held(state: State, e: ev.CustomerHeld, touched: Touched) -> None:
    state.calls[e.interaction_id].held = True


def _retrieved(state: State, e: ev.CustomerRetrieved, touched: Touched) -> None:
    state.calls[e.interaction_id].held = False


def _merged(state: State, e: ev.Merged, touched: Touched) -> None:
    call = state.calls[e.interaction_id]
    i = state.interactions[e.interaction_id]
    call.held = False
    for leg in call.consulted():
        leg.aside = False
        if leg.agent_id in i.participants:
            i.participants[leg.agent_id] = Role.CONFERENCE


def _linked(state: State, e: ev.PartyLinked, touched: Touched) -> None:
    call = state.calls[e.interaction_id]
    call.linked, call.held = e.leg_id, False
    call.legs[e.leg_id].aside = False
    if call.flow is not None:
        clear_timers(state, call.id, Timer.KEYS)  # no key is waited for


def _recording(state: State, e: ev.RecordingChanged, touched: Touched) -> None:
    call = state.calls.get(e.interaction_id)
    if call is None:
        return
    if e.recording_id != call.recording_id:
        call.made += 1
    call.recording, call.recording_id = e.state, e.recording_id


# --- what is said and pressed -----------------------------------------------------------------------


def _prompt(state: State, e: ev.PromptStarted, touched: Touched) -> None:
    call = state.calls[e.interaction_id]
    call.made += 1
    call.playing = (e.leg_id, e.playback_id)
    call.must_hear = any(part.value == "recording_notice" for part in e.parts)
    set_timer(state, touched, Timer.KEYS, call.id, e.at + MAX_PROMPT_S)


def _prompt_over(state: State, e: ev.PromptOver, touched: Touched) -> None:
    call = state.calls[e.interaction_id]
    call.told_of_recording |= call.must_hear and e.heard
    call.playing, call.must_hear = None, False
    clear_timers(state, call.id, Timer.KEYS)
    if call.flow is not None:
        _wait_for_key(state, call, e.at, touched)


def _wait_for_key(state: State, call: Call, at: float, touched: Touched) -> None:
    set_timer(state, touched, Timer.KEYS, call.id, after(at, _timeout_s(state, call)))


def _timeout_s(state: State, call: Call) -> float:
    node = node_of(state, call.flow)
    if (
        node is not None
        and node.kind is NodeKind.CALLBACK
        and call.flow
        and call.flow.digits == "1"
    ):
        return min(node.timeout_s, LONE_KEY_S)
    return node.timeout_s if node else 0.0


def _flow_entered(state: State, e: ev.FlowEntered, touched: Touched) -> None:
    call = state.calls[e.interaction_id]
    call.flow, call.language = FlowRun(e.flow), e.language


def _node_entered(state: State, e: ev.NodeEntered, touched: Touched) -> None:
    run = state.calls[e.interaction_id].flow
    assert run is not None
    run.tries = run.tries + 1 if run.node == e.node else 0
    run.node, run.digits = e.node, ""


def _key(state: State, e: ev.KeyPressed, touched: Touched) -> None:
    call = state.calls[e.interaction_id]
    if call.flow is not None and e.node is not None:
        call.flow.digits += e.key
        _wait_for_key(state, call, e.at, touched)
    if e.choice:
        call.keys = (call.keys + e.key)[-MAX_KEYS:]
        i = state.interactions.get(call.id)
        if i is not None:
            i.known = {**i.known, "keys": call.keys}


def _digits(state: State, e: ev.DigitsCollected, touched: Touched) -> None:
    call = state.calls[e.interaction_id]
    call.variables = {**call.variables, e.into: e.digits}
    _known(state, e.interaction_id, {e.into: e.digits})


def _variables(state: State, e: ev.VariablesSet, touched: Touched) -> None:
    call = state.calls[e.interaction_id]
    call.variables = {**call.variables, **e.values}
    if language := e.values.get("language"):
        call.language = language
        state.interactions[e.interaction_id].language = language
    _known(state, e.interaction_id, e.values)


def _known(state: State, interaction_id: str, values: dict[str, str]) -> None:
    i = state.interactions[interaction_id]
    i.known = {**i.known, **values}


def _flow_left(state: State, e: ev.FlowLeft, touched: Touched) -> None:
    call = state.calls[e.interaction_id]
    call.flow = None
    clear_timers(state, call.id, Timer.KEYS)


def _message_started(state: State, e: ev.MessageRecordingStarted, touched: Touched) -> None:
    call = state.calls[e.interaction_id]
    call.made += 1
    call.message = e.recording_id
    clear_timers(state, call.id, Timer.KEYS)


def _voicemail(state: State, e: ev.VoicemailRecorded, touched: Touched) -> None:
    state.calls[e.interaction_id].message = None
    clear_timers(state, e.interaction_id, Timer.SPOKEN)


# --- callbacks ---------------------------------------------------------------------------------------


def _planned(state: State, e: ev.CallbackPlanned, touched: Touched) -> None:
    i, call = state.interactions[e.interaction_id], state.calls.get(e.interaction_id)
    if call is not None:  # a task brings an agent who calls
        owner = e.owner or (call.plan.owner if call.plan is not None else None)
        call.plan = PlannedCall(e.number, e.at_time, e.attempt, owner)
    i.queue = i.queue or e.queue or None
    clear_timers(state, i.id, Timer.WAIT)
    if e.at_time is not None:
        i.phase = Phase.SCHEDULED
        clear_timers(state, i.id, Timer.STAGE, Timer.HOLD, Timer.ANNOUNCE, Timer.LEAVE)
        set_timer(state, touched, Timer.CALLBACK, i.id, e.at_time)
    touched.interactions.add(i.id)


def announce_next(state: State, touched: Touched, call_id: str, at: float, *, first: bool) -> None:
    """When the waiting caller is told their place (again)."""
    i = state.interactions.get(call_id)
    call = state.calls.get(call_id)
    if i is None or call is None or i.phase not in WAITING or call.plan is not None:
        return
    every_s = queue_of(state, i).announce_s
    pause_s = min(every_s, FIRST_ANNOUNCE_S) if first and every_s is not None else every_s
    set_timer(state, touched, Timer.ANNOUNCE, i.id, after(at, pause_s))


APPLY: dict[type[ev.Event], Callable[[State, Any, Touched], None]] = {
    ev.PhoneFound: _phone_found,
    ev.PhoneLost: _phone_lost,
    ev.CallOpened: _opened,
    ev.LegStarted: _leg_started,
    ev.LegRinging: _leg_ringing,
    ev.LegUp: _leg_up,
    ev.LegDropped: _leg_dropped,
    ev.LegOver: _leg_over,
    ev.LegMuted: _muted,
    ev.Arranged: _arranged,
    ev.CustomerHeld: _held,
    ev.CustomerRetrieved: _retrieved,
    ev.Merged: _merged,
    ev.PartyLinked: _linked,
    ev.RecordingChanged: _recording,
    ev.PromptStarted: _prompt,
    ev.PromptOver: _prompt_over,
    ev.FlowEntered: _flow_entered,
    ev.NodeEntered: _node_entered,
    ev.KeyPressed: _key,
    ev.DigitsCollected: _digits,
    ev.VariablesSet: _variables,
    ev.FlowLeft: _flow_left,
    ev.MessageRecordingStarted: _message_started,
    ev.VoicemailRecorded: _voicemail,
    ev.CallbackPlanned: _planned,
}
