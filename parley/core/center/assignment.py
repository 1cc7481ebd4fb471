"""Who serves: offers and their answers, transfer, consult, supervision, picking."""

from __future__ import annotations

from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center import consent, consult
from parley.core.center.change import VOICE, WAITING, queue_of
from parley.core.center.presence import NO_ANSWER, NO_REPLY, SYSTEM, set_presence
from parley.core.center.queueing import (
    UNTOLD,
    enter_queue,
    go_away,
    requeue,
    say,
    turn_away,
    withdraw,
)
from parley.core.center.routing import Match, free_channels, serves
from parley.core.center.state import AgentState, Interaction
from parley.core.center.talking import customer_not_reached, full, transfer_to_number
from parley.core.center.turn import Turn
from parley.core.desk.hours import is_open
from parley.core.model import Phase, PresenceStatus, Role

TRANSFER_HOLD_S = 60.0  # a transfer to an agent is kept for them so long, then open to the queue
ASSIGN_HOLD_S = 300.0


def offer(turn: Turn, match: Match) -> None:
    interaction, agent = match.interaction, match.agent
    queue = queue_of(turn.state, interaction)
    turn.emit(
        ev.Offered(
            at=turn.at, interaction_id=interaction.id, agent_id=agent.id,
            queue=interaction.queue or "", ring_until=turn.at + queue.ring_s, why=match.why,
        )
    )  # fmt: skip


def offer_accepted(turn: Turn, news: got.OfferAccepted) -> None:
    interaction = _offered_to(turn, news.interaction_id, news.agent_id)
    if interaction is None:
        return _invitation_answered(turn, news, yes=True)
    if interaction.channel is VOICE:
        return turn.refuse("answer_the_phone")  # its answer connects: see call.leg_answered
    return connect(turn, interaction, news.agent_id, "offer")


def offer_declined(turn: Turn, news: got.OfferDeclined) -> None:
    interaction = _offered_to(turn, news.interaction_id, news.agent_id)
    if interaction is None:
        return _invitation_answered(turn, news, yes=False)
    return end_offer(turn, interaction, news.agent_id, "declined")


def _invitation_answered(
    turn: Turn, news: got.OfferAccepted | got.OfferDeclined, *, yes: bool
) -> None:
    """A colleague's invitation is answered as an offer is."""
    if not consult.answer(turn, news.interaction_id, news.agent_id, yes=yes):
        turn.refuse("offer_gone")


def ring_timer(turn: Turn, interaction: Interaction) -> None:
    """Ring on no answer: the agent becomes not ready, the interaction keeps its place (X4)."""
    if interaction.offer is None:
        return
    agent = turn.state.agents[interaction.offer.agent_id]
    end_offer(turn, interaction, agent.id, "no_answer")
    set_presence(turn, agent, PresenceStatus.NOT_READY, NO_ANSWER, SYSTEM)


def _offered_to(turn: Turn, interaction_id: str, agent_id: str) -> Interaction | None:
    interaction = turn.state.interactions.get(interaction_id)
    if interaction is None or interaction.offer is None:
        return None
    return interaction if interaction.offer.agent_id == agent_id else None


def end_offer(turn: Turn, interaction: Interaction, agent_id: str, reason: str) -> None:
    turn.emit(
        ev.OfferEnded(at=turn.at, interaction_id=interaction.id, agent_id=agent_id, reason=reason)
    )
    turn_away(turn, interaction)


def connect(turn: Turn, interaction: Interaction, agent_id: str, how: str) -> None:
    turn.emit(
        ev.Connected(
            at=turn.at, interaction_id=interaction.id, agent_id=agent_id,
            queue=interaction.queue or "", how=how,
            waited_s=max(0.0, turn.at - interaction.queued_at),
        )
    )  # fmt: skip
    if interaction.channel not in UNTOLD:
        say(turn, interaction, "connected", agent=_name(turn, agent_id))


def _name(turn: Turn, agent_id: str) -> str:
    profile = turn.state.config.agents.get(agent_id)
    return profile.name if profile else ""


# --- passing on ---------------------------------------------------------------------------------


def transfer_requested(turn: Turn, news: got.TransferRequested) -> None:
    interaction = _owned(turn, news.interaction_id, news.agent_id)
    if interaction is None:
        return None
    if customer_not_reached(turn, interaction):
        return turn.refuse("customer_not_reached")
    if news.to_number is not None:
        return transfer_to_number(turn, interaction, news.agent_id, news.to_number)
    if news.to_queue is not None:
        return _to_queue(turn, interaction, news, news.to_queue)
    return _to_agent(turn, interaction, news, news.to_agent or "")


def _to_queue(
    turn: Turn, interaction: Interaction, news: got.TransferRequested, queue_id: str
) -> None:
    queue = turn.state.config.queues.get(queue_id)
    if queue is None:
        return turn.refuse("unknown_queue")
    if not is_open(turn.state.config.hours.get(queue.hours_id or ""), turn.at):
        return turn.refuse("queue_closed")
    release(turn, interaction, news.agent_id, "transfer", note=news.note, to_queue=queue_id)
    say(turn, interaction, "transferred")
    enter_queue(turn, interaction, queue_id, "transfer", note=news.note, by=news.agent_id)
    return None


def _to_agent(
    turn: Turn, interaction: Interaction, news: got.TransferRequested, agent_id: str
) -> None:
    agent = turn.state.agents.get(agent_id)
    if agent is None or agent_id == news.agent_id:
        return turn.refuse("unknown_agent")
    if not agent.online or agent.status is PresenceStatus.OFFLINE:
        return turn.refuse("agent_not_connected")
    consulting = agent_id in interaction.participants
    if (problem := _phone_problem(turn, interaction, agent_id, consulting=consulting)) is not None:
        return turn.refuse(problem)
    if not consulting and agent.status is not PresenceStatus.READY:
        return turn.refuse("agent_not_ready")
    release(turn, interaction, news.agent_id, "transfer", note=news.note, to_agent=agent_id)
    if consulting:
        return connect(turn, interaction, agent_id, "transfer")
    say(turn, interaction, "transferred", agent=_name(turn, agent_id))
    _keep_for(turn, interaction, agent_id, "transfer", TRANSFER_HOLD_S, news.agent_id, news.note)
    return None


def _phone_problem(
    turn: Turn, interaction: Interaction, agent_id: str, *, consulting: bool
) -> str | None:
    """Why a call cannot be passed to this agent; None for whatever is no call."""
    call = turn.state.calls.get(interaction.id)
    if call is None:
        return None
    leg = call.of_agent(agent_id)
    if consulting and (leg is None or not leg.up):
        return "not_answered"
    return None if turn.state.agents[agent_id].phone else "phone_unreachable"


def _keep_for(
    turn: Turn, interaction: Interaction, agent_id: str, reason: str, hold_s: float, by: str,
    note: str = "",
) -> None:  # fmt: skip
    turn.emit(
        ev.Queued(
            at=turn.at, interaction_id=interaction.id, queue=interaction.queue or "",
            priority=interaction.priority, order_at=interaction.arrived_at, reason=reason,
            needs=interaction.needs, only_agent=agent_id, only_until=turn.at + hold_s,
            by=by, note=note,
        )
    )  # fmt: skip


def release(
    turn: Turn, interaction: Interaction, agent_id: str, reason: str, *, note: str = "",
    to_agent: str | None = None, to_queue: str | None = None,
) -> None:  # fmt: skip
    turn.emit(
        ev.Released(
            at=turn.at, interaction_id=interaction.id, agent_id=agent_id, reason=reason,
            to_agent=to_agent, to_queue=to_queue, note=note,
        )
    )  # fmt: skip


def _owned(turn: Turn, interaction_id: str, agent_id: str) -> Interaction | None:
    interaction = turn.state.interactions.get(interaction_id)
    if interaction is None or interaction.phase is not Phase.CONNECTED:
        turn.refuse("not_connected")
        return None
    if interaction.owner != agent_id:
        turn.refuse("not_yours")
        return None
    return interaction


def reply_timer(turn: Turn, interaction: Interaction) -> None:
    """The agent let the customer wait too long for an answer: somebody else takes over (X14)."""
    if interaction.phase is not Phase.CONNECTED or interaction.owner is None:
        return
    agent = turn.state.agents[interaction.owner]
    release(turn, interaction, agent.id, "reply_timeout")
    if agent.status is PresenceStatus.READY:
        set_presence(turn, agent, PresenceStatus.NOT_READY, NO_REPLY, SYSTEM)
    requeue(turn, interaction, "reply_timeout")


# --- colleagues and supervisors -------------------------------------------------------------------


def join_requested(turn: Turn, news: got.JoinRequested) -> None:
    interaction = turn.state.interactions.get(news.interaction_id)
    agent = turn.state.agents.get(news.agent_id)
    if interaction is None or interaction.phase is not Phase.CONNECTED:
        return turn.refuse("not_connected")
    if agent is None or not agent.online:
        return turn.refuse("agent_not_connected")
    if news.role is Role.CONSULT and interaction.owner != news.by:
        return turn.refuse("not_yours")
    if agent.id == interaction.owner or interaction.participants.get(agent.id) is news.role:
        return None
    if (problem := _cannot_join(turn, interaction, agent, news.role)) is not None:
        return turn.refuse(problem)
    if news.role is Role.CONSULT and _on_another_call(turn, interaction, agent):
        return turn.refuse("colleague_on_call")
    written = interaction.id not in turn.state.calls  # a phone rings by itself
    if written and news.role is Role.CONSULT and agent.id not in interaction.participants:
        return consult.invite(turn, interaction, agent, news.by, news.note)
    if consent.needed(turn, interaction, agent, news.role):
        return consent.ask(turn, interaction, agent.id, news.role)
    turn.emit(
        ev.Joined(
            at=turn.at, interaction_id=interaction.id, agent_id=agent.id, role=news.role,
            by=news.by, note=news.note,
        )
    )  # fmt: skip
    return None


def _cannot_join(turn: Turn, interaction: Interaction, agent: AgentState, role: Role) -> str | None:
    """Why somebody's phone cannot take part in the call; None for whatever is no call."""
    call = turn.state.calls.get(interaction.id)
    if call is None or agent.id in interaction.participants:
        return None
    if not agent.phone:
        return "phone_unreachable"
    return "conference_full" if full(call, interaction, role) else None


def _on_another_call(turn: Turn, interaction: Interaction, agent: AgentState) -> bool:
    """Their phone is busy with another call, which rings at least."""
    if interaction.id not in turn.state.calls:
        return False  # to read and write is possible while one talks
    calls = (turn.state.calls.get(i) for i in (*agent.work, *agent.joined) if i != interaction.id)
    return any(call is not None and call.of_agent(agent.id) is not None for call in calls)


def left(turn: Turn, news: got.Left) -> None:
    if consent.withdraw(turn, news.agent_id, news.interaction_id):
        return
    interaction = turn.state.interactions.get(news.interaction_id)
    role = interaction.participants.get(news.agent_id) if interaction else None
    if interaction is not None and role is not None:
        turn.emit(
            ev.Parted(at=turn.at, interaction_id=interaction.id, agent_id=news.agent_id, role=role)
        )


def taken_over(turn: Turn, news: got.TakenOver) -> None:
    interaction = turn.state.interactions.get(news.interaction_id)
    agent = turn.state.agents.get(news.agent_id)
    if interaction is None or interaction.phase is not Phase.CONNECTED:
        return turn.refuse("not_connected")
    if agent is None or not agent.online:
        return turn.refuse("agent_not_connected")
    if interaction.owner == agent.id:
        return None
    if (problem := _cannot_join(turn, interaction, agent, Role.BARGE)) is not None:
        return turn.refuse(problem)
    consent.withdraw(turn, agent.id, interaction.id)
    release(turn, interaction, interaction.owner or "", "take_over", to_agent=agent.id)
    return connect(turn, interaction, agent.id, "take_over")


def assigned(turn: Turn, news: got.Assigned) -> None:
    interaction = turn.state.interactions.get(news.interaction_id)
    agent = turn.state.agents.get(news.agent_id)
    if interaction is None or interaction.phase not in WAITING:
        return turn.refuse("not_waiting")
    if agent is None or not agent.online or agent.status is not PresenceStatus.READY:
        return turn.refuse("agent_not_ready")
    if (problem := _phone_problem(turn, interaction, agent.id, consulting=False)) is not None:
        return turn.refuse(problem)
    if interaction.offer is not None and interaction.offer.agent_id == agent.id:
        return None
    withdraw(turn, interaction)
    return _keep_for(turn, interaction, agent.id, "assigned", ASSIGN_HOLD_S, news.by)


def pulled(turn: Turn, news: got.Pulled) -> None:
    interaction = turn.state.interactions.get(news.interaction_id)
    agent = turn.state.agents.get(news.agent_id)
    if interaction is None or interaction.phase is not Phase.QUEUED:
        return turn.refuse("not_waiting")
    profile = turn.state.config.agents.get(news.agent_id)
    if agent is None or profile is None:
        return turn.refuse("unknown_agent")
    if agent.status is not PresenceStatus.READY:
        return turn.refuse("agent_not_ready")
    if not queue_of(turn.state, interaction).pull:
        return turn.refuse("pull_not_allowed")
    if not serves(profile, (interaction.queue or "", *interaction.queues), interaction.needs):
        return turn.refuse("not_your_queue")
    if interaction.only_agent not in (None, agent.id):
        return turn.refuse("reserved")
    if not _has_room(turn, agent, interaction):
        return turn.refuse("at_capacity")
    return connect(turn, interaction, agent.id, "pull")


def _has_room(turn: Turn, agent: AgentState, interaction: Interaction) -> bool:
    return interaction.channel in free_channels(turn.state, agent)


def priority_changed(turn: Turn, news: got.PriorityChanged) -> None:
    interaction = turn.state.interactions.get(news.interaction_id)
    if interaction is None or interaction.phase not in WAITING:
        return turn.refuse("not_waiting")
    if interaction.priority != news.priority:
        turn.emit(
            ev.PriorityRaised(
                at=turn.at, interaction_id=interaction.id, priority=news.priority, by=news.by
            )
        )
    return None


def wait_timer(turn: Turn, interaction: Interaction) -> None:
    """Waited as long as the queue allows: on to its overflow, or asked to leave a message (X10)."""
    if interaction.phase not in WAITING:
        return
    withdraw(turn, interaction)
    queue = queue_of(turn.state, interaction)
    if queue.overflow_queue:
        enter_queue(turn, interaction, queue.overflow_queue, "overflow")
    else:
        go_away(turn, interaction, queue.id, "too_long")


def novice_timer(turn: Turn, interaction: Interaction) -> None:
    """A newcomer has had it long enough: somebody above their level goes on (A14)."""
    if interaction.phase is not Phase.CONNECTED or interaction.owner is None:
        return
    queue = queue_of(turn.state, interaction)
    policy = turn.state.config.policy.queues.get(queue.id)
    if policy is None or policy.novice_below is None:
        return
    release(turn, interaction, interaction.owner, "novice_timeout")
    say(turn, interaction, "transferred")
    needs = dict.fromkeys(queue.needs, policy.novice_below)
    turn.emit(
        ev.Classified(
            at=turn.at, interaction_id=interaction.id, version=turn.state.config.policy.version,
            rules=interaction.rules, needs=interaction.rule_needs | needs,
            priority=interaction.rule_priority, hard=interaction.hard, tags=interaction.tags,
        )
    )  # fmt: skip
    enter_queue(turn, interaction, policy.novice_queue or queue.id, "novice_timeout")


def hold_timer(turn: Turn, interaction: Interaction) -> None:
    if interaction.phase is Phase.QUEUED:
        requeue(turn, interaction, "opened")
