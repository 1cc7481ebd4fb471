"""A colleague is asked into a written conversation: they say yes or no, or do not answer.

On a call the colleague's phone rings instead; supervisors who read along ask nobody.
"""

from __future__ import annotations

from parley.core import events as ev
from parley.core.center.state import AgentState, Interaction
from parley.core.center.turn import Turn
from parley.core.model import Role

INVITED_S = 45.0  # the colleague has so long to answer
DECLINED, NO_ANSWER, WITHDRAWN = "declined", "no_answer", "withdrawn"


def invite(turn: Turn, interaction: Interaction, agent: AgentState, by: str, note: str) -> None:
    """Asking again while the colleague thinks about it changes nothing."""
    if agent.id in agent_ids(interaction):
        return
    turn.emit(
        ev.Invited(
            at=turn.at, interaction_id=interaction.id, agent_id=agent.id, by=by, note=note,
            until=turn.at + INVITED_S,
        )
    )  # fmt: skip


def agent_ids(interaction: Interaction) -> list[str]:
    """Who was asked and has not answered."""
    return [a for a, invitation in interaction.invited.items() if invitation.answer is None]


def answer(turn: Turn, interaction_id: str, agent_id: str, *, yes: bool) -> bool:
    """False if this agent was not asked."""
    interaction = turn.state.interactions.get(interaction_id)
    if interaction is None or agent_id not in agent_ids(interaction):
        return False
    if not yes:
        _end(turn, interaction, agent_id, DECLINED)
        return True
    invitation = interaction.invited[agent_id]
    turn.emit(
        ev.Joined(
            at=turn.at, interaction_id=interaction_id, agent_id=agent_id, role=Role.CONSULT,
            by=invitation.by, note=invitation.note,
        )
    )  # fmt: skip
    return True


def invite_timer(turn: Turn, key: str) -> None:
    interaction_id, _, agent_id = key.partition(" ")
    interaction = turn.state.interactions.get(interaction_id)
    if interaction is not None and agent_id in agent_ids(interaction):
        _end(turn, interaction, agent_id, NO_ANSWER)


def leave_invitations(turn: Turn, agent: AgentState) -> None:
    """Nobody is there to answer."""
    for interaction_id in list(agent.invited):
        _end(turn, turn.state.interactions[interaction_id], agent.id, WITHDRAWN)


def _end(turn: Turn, interaction: Interaction, agent_id: str, reason: str) -> None:
    turn.emit(
        ev.InvitationEnded(
            at=turn.at, interaction_id=interaction.id, agent_id=agent_id, reason=reason
        )
    )
