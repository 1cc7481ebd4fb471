"""Calls: what the telephone network tells about their legs."""

from __future__ import annotations

from parley.core import commands as do
from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center import flow, flows, legs
from parley.core.center.assignment import connect, end_offer, release
from parley.core.center.change import WAITING, queue_of
from parley.core.center.presence import SYSTEM, set_presence
from parley.core.center.queueing import (
    abandon,
    end,
    enter_queue,
    leave_message,
    open_ticket,
    requeue,
    withdraw,
)
from parley.core.center.state import Call, Interaction, Leg
from parley.core.center.turn import Turn
from parley.core.center.wrapup import close, give_up_wrap_up
from parley.core.model import (
    Channel,
    Direction,
    EndedBy,
    LegEnd,
    LegRole,
    LegState,
    Outcome,
    Phase,
    PhoneKind,
    PresenceStatus,
    Recording,
    Role,
)

NO_PHONE = "phone_unreachable"
OWNER_WAIT_S = 600.0  # so long a callback waits for whoever promised it
DIALLED_WITHIN_S = 60.0  # a leg whose dialling was never heard of is lost after so long
_REFUSED = (LegEnd.BUSY, LegEnd.REJECTED)


def call_arrived(turn: Turn, news: got.CallArrived) -> None:
    if news.leg_id in turn.state.leg_of or news.interaction_id in turn.state.interactions:
        return None  # told twice
    entry = turn.state.config.entry_points.get(news.entry_point)
    if entry is None:
        turn.command(do.HangUp(lane=news.leg_id, leg_id=news.leg_id, cause="rejected"))
        return turn.refuse("unknown_entry_point")
    turn.emit(
        ev.Arrived(
            at=turn.at, interaction_id=news.interaction_id, channel=Channel.VOICE,
            entry_point=entry.id, address=f"tel:{news.ani or news.leg_id}",
            customer=news.customer, language=news.language or entry.language,
        ),
        ev.CallOpened(
            at=turn.at, interaction_id=news.interaction_id, direction=Direction.IN,
            number=news.ani, dnis=news.dnis, trunk=news.trunk,
        ),
        ev.LegStarted(
            at=turn.at, interaction_id=news.interaction_id, leg_id=news.leg_id,
            role=LegRole.CUSTOMER, direction=Direction.IN, number=news.ani, trunk=news.trunk,
        ),
    )  # fmt: skip
    return flow.begin(turn, turn.state.calls[news.interaction_id], entry.flow or flows.GREET)


def leg_rang(turn: Turn, news: got.LegRang) -> None:
    call, leg = _leg(turn, news.leg_id)
    if call is not None and leg is not None and leg.state is LegState.DIALLING:
        shown = news.caller_id
        turn.emit(ev.LegRinging(at=turn.at, interaction_id=call.id, leg_id=leg.id, caller_id=shown))


def leg_answered(turn: Turn, news: got.LegAnswered) -> None:
    call, leg = _leg(turn, news.leg_id)
    if call is None or leg is None:
        turn.command(do.HangUp(lane=news.leg_id, leg_id=news.leg_id))  # of a call that is over
        return
    if leg.state is LegState.UP:
        return
    turn.emit(
        ev.LegUp(
            at=turn.at, interaction_id=call.id, leg_id=leg.id, trunk=news.trunk,
            caller_id=news.caller_id,
        )
    )  # fmt: skip
    interaction = turn.state.interactions.get(call.id)
    if interaction is None or leg.dropped:
        return
    if leg.role is LegRole.CUSTOMER and leg.direction is Direction.IN:
        if call.flow is not None:
            flow.answered(turn, call)
    elif leg.role is LegRole.CUSTOMER and interaction.phase in WAITING:
        flow.say(turn, call, leg, flow.prompts("callback_hello"))  # an agent is called now
    elif interaction.offer is not None and interaction.offer.agent_id == leg.agent_id:
        connect(turn, interaction, interaction.offer.agent_id, "offer")
    elif call.linked == leg.id and interaction.phase in (Phase.FLOW, Phase.AWAY):
        flow.transfer_answered(turn, call, interaction)


def leg_ended(turn: Turn, news: got.LegEnded) -> None:
    call, leg = _leg(turn, news.leg_id)
    if call is None or leg is None:
        return
    interaction = turn.state.interactions.get(call.id)
    linked = call.linked == leg.id
    turn.emit(
        ev.LegOver(
            at=turn.at, interaction_id=call.id, leg_id=leg.id, cause=news.cause, code=news.code,
            caller_id=news.caller_id,
        )
    )  # fmt: skip
    if interaction is None:
        return
    if linked and leg.state is not LegState.UP:
        _transfer_failed(turn, call, interaction)
    if leg.role is LegRole.CUSTOMER:
        _customer_gone(turn, call, interaction, leg, news.cause)
    elif leg.role is LegRole.AGENT and not leg.dropped:
        _agent_gone(turn, call, interaction, leg, news.cause)


def _leg(turn: Turn, leg_id: str) -> tuple[Call | None, Leg | None]:
    call = turn.state.calls.get(turn.state.leg_of.get(leg_id, ""))
    return call, call.legs.get(leg_id) if call else None


# --- the customer's leg is over ----------------------------------------------------------------------


def _customer_gone(
    turn: Turn, call: Call, interaction: Interaction, leg: Leg, cause: LegEnd
) -> None:
    if interaction.phase is Phase.WRAP_UP:
        return _lost_in_transfer(turn, call, interaction, cause)
    if leg.direction is Direction.OUT and leg.state is not LegState.UP:
        return None if leg.dropped else _not_reached(turn, call, interaction, cause)
    if call.message is not None:
        return None  # the recording decides: see flow.message_recorded
    if call.plan is not None:
        return None  # they wait to be called back
    if cause is LegEnd.LOST and call.number:
        return _cut_off(turn, call, interaction)
    if interaction.phase is Phase.CONNECTED:
        return close(turn, interaction, EndedBy.CUSTOMER)
    if interaction.phase in WAITING:
        return abandon(turn, interaction)
    if interaction.phase in (Phase.FLOW, Phase.AWAY):
        served = interaction.connected_at is not None  # and was being passed on
        return end(turn, interaction, Outcome.SERVED if served else Outcome.ABANDONED)
    return None


def _lost_in_transfer(turn: Turn, call: Call, interaction: Interaction, cause: LegEnd) -> None:
    """We lost a customer who still waited for the outside party, and their agent wraps up."""
    if cause is LegEnd.LOST and call.linked is not None and not call.legs[call.linked].up:
        open_ticket(turn, interaction, "", call.number or None, None)


def _cut_off(turn: Turn, call: Call, interaction: Interaction) -> None:
    """We lost the customer: they are called back, by whoever is free."""
    if interaction.phase is Phase.CONNECTED:
        open_ticket(turn, interaction, "", call.number, None)
        close(turn, interaction, EndedBy.SYSTEM)
    else:
        leave_message(turn, interaction, "", call.number, None)


def _not_reached(turn: Turn, call: Call, interaction: Interaction, cause: LegEnd) -> None:
    """Somebody we called did not answer: try again later, as often as the queue says (K1)."""
    plan, queue = call.plan, queue_of(turn.state, interaction)
    dialled = call.direction is Direction.OUT and not interaction.queued_reason  # never waited
    if dialled or plan is None:
        return _give_up(turn, interaction)
    attempt = plan.attempt + 1
    if attempt >= queue.callback_attempts:
        return _give_up(turn, interaction)
    if interaction.phase is Phase.CONNECTED:
        release(turn, interaction, interaction.owner or "", "callback_unreached")
    else:
        withdraw(turn, interaction)
    turn.emit(
        ev.CallbackPlanned(
            at=turn.at, interaction_id=call.id, number=plan.number,
            at_time=turn.at + queue.callback_retry_s, attempt=attempt,
        )
    )  # fmt: skip
    return None


def _give_up(turn: Turn, interaction: Interaction) -> None:
    """Whoever serves them knows; else a ticket says so."""
    if interaction.phase is Phase.CONNECTED:
        close(turn, interaction, EndedBy.SYSTEM)
        return
    withdraw(turn, interaction)
    open_ticket(turn, interaction, "", turn.state.calls[interaction.id].number or None, None)
    end(turn, interaction, Outcome.UNREACHED)


def _transfer_failed(turn: Turn, call: Call, interaction: Interaction) -> None:
    """The outside party never answered: on in the flow, or first in the queue of the agent who is gone.
    If that is closed they are called back; a caller without a number is asked for a message."""
    customer = call.customer()
    if customer is None:
        return None  # they left before
    if call.flow is not None:
        return flow.transfer_failed(turn, call, interaction)
    if interaction.wrap_up is not None:
        give_up_wrap_up(turn, interaction, "transfer_failed")
    requeue(turn, interaction, "transfer_failed")
    if interaction.phase is Phase.AWAY and call.number:
        flow.say(turn, call, customer, flow.prompts("transfer_failed", "callback_saved", "goodbye"))
        return leave_message(turn, interaction, "", call.number, None)
    return flow.apologise(turn, call, interaction)


# --- an agent's leg is over ----------------------------------------------------------------------------


def _agent_gone(turn: Turn, call: Call, interaction: Interaction, leg: Leg, cause: LegEnd) -> None:
    offer = interaction.offer
    if offer is not None and offer.agent_id == leg.agent_id:
        return _offer_failed(turn, interaction, leg.agent_id, cause)
    if interaction.phase is Phase.CONNECTED and interaction.owner == leg.agent_id:
        return _owner_gone(turn, call, interaction, leg, cause)
    role = interaction.participants.get(leg.agent_id or "")
    if role is not None:
        turn.emit(
            ev.Parted(at=turn.at, interaction_id=call.id, agent_id=leg.agent_id or "", role=role)
        )
    return None


def _offer_failed(turn: Turn, interaction: Interaction, agent_id: str, cause: LegEnd) -> None:
    """The phone said no, or never rang: the caller keeps the place (X4)."""
    if cause in _REFUSED:
        return end_offer(turn, interaction, agent_id, "declined")
    reason = "no_answer" if cause in (LegEnd.NO_ANSWER, LegEnd.NORMAL) else NO_PHONE
    end_offer(turn, interaction, agent_id, reason)
    agent = turn.state.agents[agent_id]
    if agent.status is PresenceStatus.READY:
        set_presence(turn, agent, PresenceStatus.NOT_READY, reason, SYSTEM)
    return None


def _owner_gone(turn: Turn, call: Call, interaction: Interaction, leg: Leg, cause: LegEnd) -> None:
    """Hung up: the conversation is over, or the consulted colleague goes on with it. Lost: wait."""
    if leg.state is not LegState.UP:
        if call.direction is Direction.OUT and not call.reached:
            return close(turn, interaction, EndedBy.AGENT)
        return _lost_for_good(turn, interaction)
    if cause is not LegEnd.NORMAL:
        return None  # rejoin: see evolve_call, settle, rejoin_timer
    colleague = _ready_colleague(call, interaction)
    if colleague is not None:
        release(turn, interaction, interaction.owner or "", "transfer", to_agent=colleague)
        return connect(turn, interaction, colleague, "transfer")
    party = next((x for x in call.consulted() if x.role is LegRole.PARTY and x.up), None)
    if party is not None and interaction.owner is not None:
        turn.emit(
            ev.PartyLinked(
                at=turn.at, interaction_id=call.id, leg_id=party.id, by=interaction.owner
            )
        )
    return close(turn, interaction, EndedBy.AGENT)


def _ready_colleague(call: Call, interaction: Interaction) -> str | None:
    """A consulted colleague, or one in the conference, who has answered."""
    for agent_id, role in interaction.participants.items():
        leg = call.of_agent(agent_id)
        if role in (Role.CONSULT, Role.CONFERENCE) and leg is not None and leg.up:
            return agent_id
    return None


def rejoin_timer(turn: Turn, interaction: Interaction) -> None:
    """The owner's phone did not come back (P17). One that counts as reachable all the same is dead."""
    call = turn.state.calls.get(interaction.id)
    owner = call.of_agent(interaction.owner) if call else None
    if interaction.phase is Phase.CONNECTED and (owner is None or not owner.up):
        agent = turn.state.agents.get(interaction.owner or "")
        if agent is not None and agent.phone and agent.status is PresenceStatus.READY:
            set_presence(turn, agent, PresenceStatus.NOT_READY, NO_PHONE, SYSTEM)
        _lost_for_good(turn, interaction)


def _lost_for_good(turn: Turn, interaction: Interaction) -> None:
    """Back to the head of the queue, with an apology."""
    call = turn.state.calls[interaction.id]
    release(turn, interaction, interaction.owner or "", "agent_lost")
    requeue(turn, interaction, "agent_lost")
    customer = call.customer()
    if customer is not None and customer.up:
        flow.say(turn, call, customer, flow.prompts("agent_lost"))


# --- phones, keys, prompts ------------------------------------------------------------------------------


def phone_changed(turn: Turn, news: got.PhoneChanged) -> None:
    agent = turn.state.agents.get(news.agent_id)
    if agent is None or agent.phone == news.reachable:
        return
    if news.reachable:
        turn.emit(ev.PhoneFound(at=turn.at, agent_id=agent.id))
        return
    turn.emit(ev.PhoneLost(at=turn.at, agent_id=agent.id))
    browser = turn.state.config.agents[agent.id].phone is PhoneKind.BROWSER
    for interaction_id in (*agent.work, *agent.joined):
        call = turn.state.calls.get(interaction_id)
        leg = call.of_agent(agent.id) if call else None
        if call is None or leg is None:
            continue
        if leg.up and not browser:
            continue  # they may talk although OPTIONS are lost; if not, the media check ends the leg
        interaction = turn.state.interactions[interaction_id]
        legs.drop(turn, call, leg, "phone_lost")
        if interaction.offer is not None and interaction.offer.agent_id == agent.id:
            end_offer(turn, interaction, agent.id, NO_PHONE)
        elif agent.id in interaction.participants:
            role = interaction.participants[agent.id]
            turn.emit(ev.Parted(at=turn.at, interaction_id=call.id, agent_id=agent.id, role=role))


def digit_pressed(turn: Turn, news: got.DigitPressed) -> None:
    call, leg = _leg(turn, news.leg_id)
    if call is None or leg is None or leg.role is not LegRole.CUSTOMER:
        return
    interaction = turn.state.interactions.get(call.id)
    if interaction is None:
        return
    if call.flow is not None:
        flow.key_pressed(turn, call, news.digit)
    elif interaction.phase in WAITING and call.plan is None and call.message is None:
        _chosen_while_waiting(turn, call, interaction, news.digit)


def _chosen_while_waiting(turn: Turn, call: Call, interaction: Interaction, key: str) -> None:
    """Leave a message, or be called back and keep the place (A10, X8)."""
    choice = queue_of(turn.state, interaction).choices.get(key)
    if choice is None:
        return None
    turn.emit(ev.KeyPressed(at=turn.at, interaction_id=call.id, key=key, choice=True))
    if choice == "callback":
        return flow.begin(turn, call, flows.CALLBACK)
    withdraw(turn, interaction)
    turn.emit(
        ev.WentAway(
            at=turn.at, interaction_id=call.id, queue=interaction.queue or "", reason="by_choice"
        )
    )
    return flow.begin(turn, call, flows.VOICEMAIL)


def prompt_ended(turn: Turn, news: got.PromptEnded) -> None:
    call, _ = _leg(turn, news.leg_id)
    if call is None or call.playing != (news.leg_id, news.playback_id):
        return
    interaction = turn.state.interactions.get(call.id)
    if news.failed and call.must_hear and interaction is not None:
        _notice_failed(turn, call, interaction)
    turn.emit(
        ev.PromptOver(
            at=turn.at, interaction_id=call.id, playback_id=news.playback_id, heard=not news.failed
        )
    )
    if call.flow is not None and interaction is not None:
        flow.prompt_over(turn, call)


def _notice_failed(turn: Turn, call: Call, interaction: Interaction) -> None:
    """Who can't be told that the call is recorded talks without that; the loss is told."""
    if interaction.phase is Phase.CONNECTED and call.recording_id is None:
        turn.emit(
            ev.RecordingChanged(
                at=turn.at, interaction_id=call.id, state=Recording.OFF,
                recording_id=legs.new_recording(call), reason="notice_failed",
            )
        )  # fmt: skip


def message_recorded(turn: Turn, news: got.MessageRecorded) -> None:
    call = next((c for c in turn.state.calls.values() if c.message == news.recording_id), None)
    if call is not None:
        flow.message_recorded(turn, call, news.recording_id, news.duration_s)


def recording_failed(turn: Turn, news: got.RecordingFailed) -> None:
    """The call goes on; the loss is told."""
    call = turn.state.calls.get(news.interaction_id)
    if call is None:
        return None
    if call.message == news.recording_id:
        return flow.message_recorded(turn, call, news.recording_id, 0.0)
    if call.recording_id == news.recording_id and call.recording is not Recording.OFF:
        turn.emit(
            ev.RecordingChanged(
                at=turn.at, interaction_id=call.id, recording_id=news.recording_id,
                state=Recording.OFF, reason=news.reason or "failed",
            )
        )  # fmt: skip
    return None


def legs_found(turn: Turn, news: got.LegsFound) -> None:
    """After an absence: what is not there any more was lost, what nobody knows is let go, and of the
    rest nobody knows what was heard and done meanwhile."""
    live = {*news.up, *news.ringing}
    for leg_id in live - turn.state.leg_of.keys():
        turn.command(do.HangUp(lane=leg_id, leg_id=leg_id))
    gone = [
        leg_id for leg_id in turn.state.leg_of
        if leg_id not in live and not _still_to_be_dialled(turn, leg_id)
    ]  # fmt: skip
    for leg_id in sorted(gone, key=lambda leg_id: not _is_customer(turn, leg_id)):
        leg_ended(turn, got.LegEnded(at=turn.at, leg_id=leg_id, cause=LegEnd.LOST))
    for leg_id in news.up:
        call, leg = _leg(turn, leg_id)
        if call is None or leg is None:
            continue
        if leg.dropped:
            turn.command(do.HangUp(lane=call.id, leg_id=leg.id))
        elif leg.state is not LegState.UP:
            leg_answered(turn, got.LegAnswered(at=turn.at, leg_id=leg_id))
    for call in list(turn.state.calls.values()):
        _take_up_again(turn, call)


def _take_up_again(turn: Turn, call: Call) -> None:
    """Its legs are put in their places once more; a prompt whose end nobody may have told is over."""
    turn.arrange_anew.add(call.id)
    flow.silence(turn, call)
    customer = call.customer()
    there = customer is not None and customer.up
    if there and call.flow is not None and call.id in turn.state.interactions:
        flow.prompt_over(turn, call)


def _still_to_be_dialled(turn: Turn, leg_id: str) -> bool:
    """Its command may wait in the outbox: whoever carries it out tells how it ends."""
    _, leg = _leg(turn, leg_id)
    dialling = leg is not None and leg.state is LegState.DIALLING and not leg.dropped
    return dialling and leg is not None and turn.at - leg.since < DIALLED_WITHIN_S


def _is_customer(turn: Turn, leg_id: str) -> bool:
    _, leg = _leg(turn, leg_id)
    return leg is not None and leg.role is LegRole.CUSTOMER


# --- callbacks --------------------------------------------------------------------------------------------


def callback_requested(turn: Turn, news: got.CallbackRequested) -> None:
    interaction = turn.state.interactions.get(news.interaction_id)
    call = turn.state.calls.get(news.interaction_id)
    if interaction is None or call is None:
        return turn.refuse("not_a_call")
    passed_on = call.linked is not None
    if passed_on or interaction.phase not in (*WAITING, Phase.FLOW, Phase.AWAY):
        return turn.refuse("being_served")
    withdraw(turn, interaction)
    flow.leave(turn, call, "callback")
    flow.plan_callback(turn, call, news.number, news.callback_at)
    return None


def callback_booked(turn: Turn, news: got.CallbackBooked) -> None:
    """An agent promises a call (K1)."""
    if news.interaction_id in turn.state.interactions:
        return None  # told twice
    if news.queue not in turn.state.config.queues:
        return turn.refuse("unknown_queue")
    turn.emit(
        ev.Arrived(
            at=turn.at, interaction_id=news.interaction_id, channel=Channel.VOICE,
            entry_point=None, address=f"tel:{news.number}", customer=news.customer,
            language=news.language, subject=news.note, direction=Direction.OUT,
        ),
        ev.CallOpened(
            at=turn.at, interaction_id=news.interaction_id, direction=Direction.OUT,
            number=news.number,
        ),
        ev.CallbackPlanned(
            at=turn.at, interaction_id=news.interaction_id, number=news.number,
            at_time=news.callback_at, queue=news.queue, by=news.agent_id,
            owner=news.agent_id if news.owned else None,
        ),
    )  # fmt: skip
    return None


def callback_cancelled(turn: Turn, news: got.CallbackCancelled) -> None:
    interaction = turn.state.interactions.get(news.interaction_id)
    call = turn.state.calls.get(news.interaction_id)
    if interaction is None:
        return turn.refuse("interaction_over")
    if call is None or (call.plan is None and not call.calling()):
        return turn.refuse("no_callback")
    plan = call.promised(interaction.phase)
    if plan is None:
        return turn.refuse("being_called")
    turn.emit(
        ev.CallbackCancelled(
            at=turn.at, interaction_id=call.id, number=plan.number, by=news.agent_id
        )
    )
    return end(turn, interaction, Outcome.CALLBACK_CANCELLED)


def callback_timer(turn: Turn, interaction: Interaction) -> None:
    """Its time has come: into the queue, in its old place; kept a while for whoever promised it."""
    call = turn.state.calls.get(interaction.id)
    if call is None or call.plan is None or interaction.phase is not Phase.SCHEDULED:
        return
    plan = call.plan
    turn.emit(
        ev.CallbackPlanned(
            at=turn.at, interaction_id=call.id, number=plan.number, at_time=None,
            attempt=plan.attempt,
        )
    )  # fmt: skip
    entry = turn.state.config.entry_points.get(interaction.entry_point or "")
    queue_id = interaction.queue or (entry.queue if entry else "")
    owner = turn.state.agents.get(plan.owner or "")
    there = owner is not None and owner.online and owner.phone
    enter_queue(
        turn, interaction, queue_id, "callback",
        only_agent=plan.owner if there else None, hold_s=OWNER_WAIT_S,
    )  # fmt: skip
