"""Where agents are asked before somebody listens in on their call: the question, its answer, its end.

Only then does the supervisor join, and a phone is dialled for them (see settle.py). The answer holds as long
as this agent serves the call; who changes between listening, whispering and joining in asks no more, and
taking a call over asks nobody: the agent is released by it, which they see.
"""

from __future__ import annotations

from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center.state import AgentState, Interaction
from parley.core.center.talking import full
from parley.core.center.turn import Turn
from parley.core.model import ConsentAnswer, MonitorNotice, Phase, Role

CONSENT_S = 20.0  # the agent has so long to answer
LISTENS = frozenset({Role.MONITOR, Role.WHISPER, Role.BARGE})


def needed(turn: Turn, interaction: Interaction, agent: AgentState, role: Role) -> bool:
    """Whether the owner is to be asked before this supervisor takes part so."""
    if turn.state.config.monitor_notice is not MonitorNotice.ASKED or role not in LISTENS:
        return False
    now = interaction.participants.get(agent.id)
    return interaction.id in turn.state.calls and now not in {*LISTENS, Role.CONFERENCE}


def ask(turn: Turn, interaction: Interaction, supervisor_id: str, role: Role) -> None:
    """A supervisor asks about one call at a time; asking again while it is open changes nothing."""
    open_ask = turn.state.asks.get(supervisor_id)
    if open_ask is not None:
        if open_ask.interaction_id == interaction.id:
            return
        _end(turn, supervisor_id, ConsentAnswer.WITHDRAWN)
    turn.emit(
        ev.ConsentAsked(
            at=turn.at, interaction_id=interaction.id, agent_id=supervisor_id,
            to_agent=interaction.owner or "", role=role, until=turn.at + CONSENT_S,
        )
    )  # fmt: skip


def consent_answered(turn: Turn, news: got.ConsentAnswered) -> None:
    open_ask = turn.state.asks.get(news.by)
    if open_ask is None or open_ask.interaction_id != news.interaction_id:
        return turn.refuse("already_answered")
    if open_ask.agent_id != news.agent_id:
        return turn.refuse("not_yours")
    answer = _possible(turn, news) if news.allow else ConsentAnswer.REFUSED
    _end(turn, news.by, answer)
    if answer is ConsentAnswer.ALLOWED:
        turn.emit(
            ev.Joined(
                at=turn.at, interaction_id=news.interaction_id, agent_id=news.by,
                role=open_ask.role, by=news.by,
            )
        )  # fmt: skip
    return None


def _possible(turn: Turn, news: got.ConsentAnswered) -> ConsentAnswer:
    """What a yes comes to: meanwhile the supervisor may have no phone, or the call no room."""
    supervisor = turn.state.agents[news.by]
    if not (supervisor.online and supervisor.phone):
        return ConsentAnswer.SUPERVISOR_GONE
    interaction, role = turn.state.interactions[news.interaction_id], turn.state.asks[news.by].role
    call = turn.state.calls[news.interaction_id]
    if news.by not in interaction.participants and full(call, interaction, role):
        return ConsentAnswer.NO_ROOM
    return ConsentAnswer.ALLOWED


def withdraw(turn: Turn, supervisor_id: str, interaction_id: str) -> bool:
    """False if they had not asked, or the answer is there."""
    open_ask = turn.state.asks.get(supervisor_id)
    if open_ask is None or open_ask.interaction_id != interaction_id:
        return False
    _end(turn, supervisor_id, ConsentAnswer.WITHDRAWN)
    return True


def consent_timer(turn: Turn, supervisor_id: str) -> None:
    if supervisor_id in turn.state.asks:
        _end(turn, supervisor_id, ConsentAnswer.NO_ANSWER)


def leave_questions(turn: Turn, supervisor: AgentState) -> None:
    """Nobody is there to listen."""
    if supervisor.id in turn.state.asks:
        _end(turn, supervisor.id, ConsentAnswer.SUPERVISOR_GONE)


def settle_consent(turn: Turn) -> None:
    """After a turn's decisions: nobody is asked about what is over, and another agent is asked anew."""
    for supervisor_id, open_ask in list(turn.state.asks.items()):
        interaction = turn.state.interactions.get(open_ask.interaction_id)
        if interaction is None or interaction.phase is Phase.WRAP_UP:
            _end(turn, supervisor_id, ConsentAnswer.CALL_OVER)
        elif interaction.owner != open_ask.agent_id:
            _end(turn, supervisor_id, ConsentAnswer.AGENT_GONE)
    if turn.state.config.monitor_notice is MonitorNotice.ASKED:
        for event in [e for e in turn.events if isinstance(e, ev.Connected)]:
            _ask_anew(turn, event.interaction_id)


def _ask_anew(turn: Turn, interaction_id: str) -> None:
    """Who listened was allowed to by the agent before."""
    interaction = turn.state.interactions.get(interaction_id)
    if interaction is None or interaction_id not in turn.state.calls:
        return
    for supervisor_id, role in list(interaction.participants.items()):
        if role in LISTENS:
            turn.emit(
                ev.Parted(
                    at=turn.at, interaction_id=interaction_id, agent_id=supervisor_id, role=role
                )
            )
            if interaction.phase is Phase.CONNECTED and supervisor_id not in turn.state.asks:
                ask(turn, interaction, supervisor_id, role)


def _end(turn: Turn, supervisor_id: str, answer: ConsentAnswer) -> None:
    open_ask = turn.state.asks[supervisor_id]
    turn.emit(
        ev.ConsentEnded(
            at=turn.at, interaction_id=open_ask.interaction_id, agent_id=supervisor_id,
            to_agent=open_ask.agent_id, role=open_ask.role, answer=answer,
        )
    )  # fmt: skip
