"""Agents: their screens, their presence, and what becomes of their work when they go."""

from __future__ import annotations

from collections.abc import Container

from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center.consent import leave_questions
from parley.core.center.consult import leave_invitations
from parley.core.center.queueing import requeue, turn_away, withdraw
from parley.core.center.state import AgentState
from parley.core.center.turn import Turn
from parley.core.center.wrapup import end_wrap_up
from parley.core.model import Phase, PhoneKind, PresenceStatus

SYSTEM = "system"
SIGNED_IN, NO_ANSWER, NO_REPLY, CONNECTION_LOST = (
    "signed_in", "no_answer", "no_reply", "connection_lost",
)  # fmt: skip


def screen_changed(turn: Turn, news: got.AgentScreenChanged) -> None:
    agent = turn.state.agents.get(news.agent_id)
    if agent is None or agent.online == news.online:
        return
    if not news.online:
        turn.emit(ev.ScreenLost(at=turn.at, agent_id=agent.id))
        return
    turn.emit(ev.ScreenConnected(at=turn.at, agent_id=agent.id))
    if agent.status is PresenceStatus.OFFLINE:
        set_presence(turn, agent, PresenceStatus.NOT_READY, SIGNED_IN, SYSTEM)


def presence_set(turn: Turn, news: got.PresenceSet) -> None:
    agent = turn.state.agents.get(news.agent_id)
    if agent is None:
        return turn.refuse("unknown_agent")
    if news.status is PresenceStatus.READY and not agent.online:
        return turn.refuse("agent_not_connected")
    reason = news.reason if news.status is PresenceStatus.NOT_READY else None
    if (agent.status, agent.reason) == (news.status, reason):
        return None
    set_presence(turn, agent, news.status, reason, news.by)
    if news.status is PresenceStatus.OFFLINE:
        leave_all(turn, agent, "agent_offline")
    elif news.status is PresenceStatus.NOT_READY:
        leave_offers(turn, agent)
    return None


def screen_timer(turn: Turn, agent_id: str) -> None:
    """The grace after the last screen closed is over: nobody is there (X5, X14)."""
    agent = turn.state.agents.get(agent_id)
    if agent is None:
        return
    if agent.status is not PresenceStatus.OFFLINE:
        set_presence(turn, agent, PresenceStatus.OFFLINE, CONNECTION_LOST, SYSTEM)
    leave_all(turn, agent, "agent_lost", but=_talks_on(turn, agent))


def _talks_on(turn: Turn, agent: AgentState) -> set[str]:
    """Calls on a desk phone or an outside number: they need no console."""
    if turn.state.config.agents[agent.id].phone is PhoneKind.BROWSER:
        return set()
    calls = (turn.state.calls.get(call_id) for call_id in (*agent.work, *agent.joined))
    return {call.id for call in calls if call and (leg := call.of_agent(agent.id)) and leg.up}


def set_presence(
    turn: Turn, agent: AgentState, status: PresenceStatus, reason: str | None, by: str | None
) -> None:
    turn.emit(
        ev.PresenceChanged(at=turn.at, agent_id=agent.id, status=status, reason=reason, by=by)
    )


def leave_offers(turn: Turn, agent: AgentState) -> None:
    for interaction_id in list(agent.work):
        interaction = turn.state.interactions[interaction_id]
        if interaction.phase is Phase.OFFERED:
            withdraw(turn, interaction)
            turn_away(turn, interaction)
    _open_holds(turn, agent)


def leave_all(
    turn: Turn, agent: AgentState, reason: str, *, but: Container[str] = frozenset()
) -> None:
    """Offers go back, conversations return to the head of their queue, wrap-ups end."""
    leave_offers(turn, agent)
    leave_invitations(turn, agent)
    leave_questions(turn, agent)
    for interaction_id in list(agent.work):
        interaction = turn.state.interactions[interaction_id]
        if interaction.phase is Phase.WRAP_UP:
            end_wrap_up(turn, interaction, timed_out=True)
        elif interaction_id not in but:
            turn.emit(
                ev.Released(
                    at=turn.at, interaction_id=interaction.id, agent_id=agent.id, reason=reason
                )
            )
            requeue(turn, interaction, reason)
    for interaction_id in [x for x in agent.joined if x not in but]:
        role = turn.state.interactions[interaction_id].participants[agent.id]
        turn.emit(
            ev.Parted(at=turn.at, interaction_id=interaction_id, agent_id=agent.id, role=role)
        )


def _open_holds(turn: Turn, agent: AgentState) -> None:
    """What was kept for an agent who is not there any more is open to all."""
    for interaction_id in turn.indexes.kept_for(agent.id):
        requeue(turn, turn.state.interactions[interaction_id], "opened")
