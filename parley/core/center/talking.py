"""What agents do on a call: dial, hold, mute, consult, confer, transfer, pause the recording."""

from __future__ import annotations

from parley.core import commands as do
from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center import legs
from parley.core.center.state import Call, Interaction, Leg
from parley.core.center.turn import Turn
from parley.core.center.wrapup import close
from parley.core.model import (
    Channel,
    Direction,
    EndedBy,
    LegRole,
    Phase,
    PresenceStatus,
    Recording,
    Role,
)

MAX_PARTIES = 6  # in a conference, the customer and the owner included (X20)
MAX_LISTENERS = 2  # supervisors who listen or whisper, besides
LISTENERS = (Role.MONITOR, Role.WHISPER)
MAX_DIGITS_SENT = 32


def dial_requested(turn: Turn, news: got.DialRequested) -> None:
    """Click to dial: the agent's own phone first (K4)."""
    agent = turn.state.agents.get(news.agent_id)
    profile = turn.state.config.agents.get(news.agent_id)
    if agent is None or profile is None:
        return turn.refuse("unknown_agent")
    if agent.status is PresenceStatus.OFFLINE or not agent.online:
        return turn.refuse("agent_not_connected")
    if not agent.phone:
        return turn.refuse("phone_unreachable")
    if any(i in turn.state.calls for i in agent.work):
        return turn.refuse("at_capacity")
    queue = news.queue or next(iter(profile.queues), "")
    if queue not in turn.state.config.queues:
        return turn.refuse("unknown_queue")
    turn.emit(
        ev.Arrived(
            at=turn.at, interaction_id=news.interaction_id, channel=Channel.VOICE,
            entry_point=None, address=f"tel:{news.number}", customer=news.customer,
            language=news.language, ticket_id=news.ticket_id, direction=Direction.OUT,
        ),
        ev.CallOpened(
            at=turn.at, interaction_id=news.interaction_id, direction=Direction.OUT,
            number=news.number,
        ),
        ev.Connected(
            at=turn.at, interaction_id=news.interaction_id, agent_id=agent.id, queue=queue,
            how="dial",
        ),
        ev.CallbackPlanned(
            at=turn.at, interaction_id=news.interaction_id, number=news.number, at_time=None
        ),
    )  # fmt: skip
    return None


def owned(turn: Turn, interaction_id: str, agent_id: str) -> tuple[Interaction, Call] | None:
    """The call if it is connected to this agent; else the turn is refused."""
    interaction = turn.state.interactions.get(interaction_id)
    call = turn.state.calls.get(interaction_id)
    if interaction is None or interaction.phase is not Phase.CONNECTED:
        turn.refuse("not_connected")
        return None
    if call is None:
        turn.refuse("not_a_call")
        return None
    if interaction.owner != agent_id:
        turn.refuse("not_yours")
        return None
    return interaction, call


def hold_requested(turn: Turn, news: got.HoldRequested) -> None:
    found = owned(turn, news.interaction_id, news.agent_id)
    if found is None or found[1].held == news.on:
        return
    event = ev.CustomerHeld if news.on else ev.CustomerRetrieved
    turn.emit(event(at=turn.at, interaction_id=news.interaction_id, agent_id=news.agent_id))


def mute_requested(turn: Turn, news: got.MuteRequested) -> None:
    """Whoever is on the call may mute themselves."""
    call = turn.state.calls.get(news.interaction_id)
    if call is None:
        return turn.refuse("not_a_call")
    leg = call.of_agent(news.agent_id)
    if leg is None or not leg.up:
        return turn.refuse("not_connected")
    if leg.muted != news.on:
        turn.emit(
            ev.LegMuted(at=turn.at, interaction_id=news.interaction_id, leg_id=leg.id, on=news.on)
        )
    return None


def digits_sent(turn: Turn, news: got.DigitsSent) -> None:
    """To the party the owner speaks with: whoever is consulted, else the customer."""
    found = owned(turn, news.interaction_id, news.agent_id)
    if found is None:
        return
    _, call = found
    aside = [leg for leg in call.consulted() if leg.up]
    target = aside[0] if aside else call.customer()
    if target is None or not target.up:
        turn.refuse("not_connected")
        return
    turn.command(
        do.SendDigits(lane=call.id, leg_id=target.id, digits=news.digits[:MAX_DIGITS_SENT])
    )


def recording_set(turn: Turn, news: got.RecordingSet) -> None:
    found = owned(turn, news.interaction_id, news.agent_id)
    if found is None:
        return None
    _, call = found
    if call.recording_id is None or call.recording is Recording.OFF:
        return turn.refuse("recording_off")
    state = Recording.ON if news.on else Recording.PAUSED
    if call.recording is not state:
        turn.emit(
            ev.RecordingChanged(
                at=turn.at, interaction_id=call.id, recording_id=call.recording_id,
                state=state, by=news.agent_id,
            )
        )  # fmt: skip
    return None


# --- others on the call --------------------------------------------------------------------------------


def party_invited(turn: Turn, news: got.PartyInvited) -> None:
    found = owned(turn, news.interaction_id, news.agent_id)
    if found is None:
        return None
    interaction, call = found
    if call.consulted():
        return turn.refuse("already_consulting")
    if full(call, interaction):
        return turn.refuse("conference_full")
    legs.dial_number(turn, call, news.number, LegRole.PARTY)
    return None


def full(call: Call, interaction: Interaction, role: Role | None = None) -> bool:
    """Nobody else can come into the call in this role; None: an outside number."""
    listeners = [agent for agent, was in interaction.participants.items() if was in LISTENERS]
    if role in LISTENERS:
        return len(listeners) >= MAX_LISTENERS
    talks = [leg for leg in call.legs.values() if not leg.dropped and leg.agent_id not in listeners]
    return len(talks) >= MAX_PARTIES


def party_dropped(turn: Turn, news: got.PartyDropped) -> None:
    found = owned(turn, news.interaction_id, news.agent_id)
    if found is None:
        return None
    interaction, call = found
    leg = call.legs.get(news.leg_id)
    if leg is None or leg.role is LegRole.CUSTOMER or leg.agent_id == news.agent_id:
        return turn.refuse("nobody_consulted")
    legs.drop(turn, call, leg, "dropped")
    role = interaction.participants.get(leg.agent_id or "")
    if role is not None and leg.agent_id is not None:
        turn.emit(ev.Parted(at=turn.at, interaction_id=call.id, agent_id=leg.agent_id, role=role))
    return None


def consult_merged(turn: Turn, news: got.ConsultMerged) -> None:
    found = owned(turn, news.interaction_id, news.agent_id)
    if found is None:
        return None
    if not any(leg.up for leg in found[1].consulted()):
        return turn.refuse("nobody_consulted")
    turn.emit(ev.Merged(at=turn.at, interaction_id=news.interaction_id, by=news.agent_id))
    return None


def customer_not_reached(turn: Turn, interaction: Interaction) -> bool:
    """A call to somebody who has not answered yet: there is nobody to pass on."""
    call = turn.state.calls.get(interaction.id)
    customer = call.customer() if call else None
    return call is not None and (customer is None or not customer.up)


def transfer_to_number(turn: Turn, interaction: Interaction, agent_id: str, number: str) -> None:
    """Blind, or to the outside party that is being consulted; the agent goes on to wrap up."""
    call = turn.state.calls.get(interaction.id)
    if call is None:
        return turn.refuse("not_a_call")
    party = _party(call, number)
    leg_id = party.id if party else legs.dial_number(turn, call, number, LegRole.PARTY)
    turn.emit(ev.PartyLinked(at=turn.at, interaction_id=call.id, leg_id=leg_id, by=agent_id))
    return close(turn, interaction, EndedBy.AGENT)


def _party(call: Call, number: str) -> Leg | None:
    return next(
        (
            leg
            for leg in call.legs.values()
            if leg.role is LegRole.PARTY and leg.number == number and not leg.dropped
        ),
        None,
    )
