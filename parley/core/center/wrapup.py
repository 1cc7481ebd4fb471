"""The end of a conversation and the work after it (X1, X2)."""

from __future__ import annotations

from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center.change import CONNECTED, queue_of
from parley.core.center.queueing import come_back, end, say
from parley.core.center.state import Interaction
from parley.core.center.turn import Turn
from parley.core.model import Channel, EndedBy, Outcome, PresenceStatus, WrapUpMode

MAX_WRAP_UP_S = 900.0

_SAID = {
    EndedBy.AGENT: "ended_by_agent",
    EndedBy.CUSTOMER: "ended_by_customer",
    EndedBy.INACTIVITY: "ended_inactive",
    EndedBy.SYSTEM: "ended_by_agent",
}


def close(turn: Turn, interaction: Interaction, by: EndedBy) -> None:
    """End a connected conversation; wrap-up follows as the queue says."""
    agent_id = interaction.owner or ""
    turn.emit(
        ev.ConversationEnded(at=turn.at, interaction_id=interaction.id, by=by, agent_id=agent_id)
    )
    say(turn, interaction, _SAID[by])
    for colleague, role in list(interaction.participants.items()):
        turn.emit(
            ev.Parted(at=turn.at, interaction_id=interaction.id, agent_id=colleague, role=role)
        )
    queue = queue_of(turn.state, interaction)
    if queue.wrap_up is WrapUpMode.NONE:
        _finish(turn, interaction)
        return
    until = None
    if queue.wrap_up is not WrapUpMode.MANDATORY:
        until = turn.at + min(queue.wrap_up_s, MAX_WRAP_UP_S)
    turn.emit(
        ev.WrapUpStarted(
            at=turn.at, interaction_id=interaction.id, agent_id=agent_id, until=until,
            blocking=queue.wrap_up is not WrapUpMode.OPTIONAL,
        )
    )  # fmt: skip
    agent = turn.state.agents.get(agent_id)
    if agent is not None and agent.status is PresenceStatus.OFFLINE:
        end_wrap_up(turn, interaction, timed_out=True)  # talked on by phone, without a console


def conversation_closed(turn: Turn, news: got.ConversationClosed) -> None:
    interaction = turn.state.interactions.get(news.interaction_id)
    if interaction is None or interaction.phase is not CONNECTED:
        return turn.refuse("not_connected")
    if interaction.owner != news.agent_id:
        return turn.refuse("not_yours")
    return close(turn, interaction, EndedBy.AGENT)


def conversation_resumed(turn: Turn, news: got.ConversationResumed) -> None:
    interaction = turn.state.interactions.get(news.interaction_id)
    if interaction is None or interaction.wrap_up is None:
        return turn.refuse("not_in_wrap_up")
    if interaction.owner != news.agent_id:
        return turn.refuse("not_yours")
    if interaction.id in turn.state.calls or interaction.channel is Channel.VOICE:
        return turn.refuse("call_over")
    turn.emit(
        ev.Connected(
            at=turn.at, interaction_id=interaction.id, agent_id=news.agent_id,
            queue=interaction.queue or "", how="resume",
        )
    )  # fmt: skip
    return None


def wrap_up_saved(turn: Turn, news: got.WrapUpSaved) -> None:
    interaction = turn.state.interactions.get(news.interaction_id)
    if interaction is None or interaction.wrap_up is None:
        return turn.refuse("not_in_wrap_up")
    if interaction.owner != news.agent_id:
        return turn.refuse("not_yours")
    queue = queue_of(turn.state, interaction)
    if news.disposition is None and queue.disposition_required:
        return turn.refuse("disposition_required")
    if news.disposition and queue.dispositions and news.disposition not in queue.dispositions:
        return turn.refuse("unknown_disposition")
    return end_wrap_up(turn, interaction, news.disposition, news.note, news.resolved)


def end_wrap_up(
    turn: Turn, interaction: Interaction, disposition: str | None = None, note: str = "",
    resolved: bool | None = None, *, timed_out: bool = False,
) -> None:  # fmt: skip
    turn.emit(
        ev.WrapUpEnded(
            at=turn.at, interaction_id=interaction.id, agent_id=interaction.owner or "",
            disposition=disposition, note=note, resolved=resolved, timed_out=timed_out,
        )
    )  # fmt: skip
    if interaction.unanswered_since is None:
        _finish(turn, interaction)
    else:
        _go_on(turn, interaction)


def _finish(turn: Turn, interaction: Interaction) -> None:
    """The agent is done with it. A customer who was passed on to a number that still rings is not lost
    sight of until somebody answers there: see call._transfer_failed."""
    call = turn.state.calls.get(interaction.id)
    if call is not None and call.passed_on():
        return _release(turn, interaction, ev.PASSED_ON)
    return end(turn, interaction, _outcome(turn, interaction))


def _go_on(turn: Turn, interaction: Interaction) -> None:
    """The customer wrote while it was wrapped up: back to the head of the queue, to be answered."""
    agent_id = interaction.owner or ""
    _release(turn, interaction, "wrote_again")
    come_back(turn, interaction, agent_id)


def give_up_wrap_up(turn: Turn, interaction: Interaction, reason: str) -> None:
    """There is more to do for the customer: the agent is let go, and another wrap-up will follow."""
    turn.emit(
        ev.WrapUpEnded(
            at=turn.at, interaction_id=interaction.id, agent_id=interaction.owner or "",
            disposition=None, note="", resolved=None, timed_out=True,
        )
    )  # fmt: skip
    _release(turn, interaction, reason)


def _release(turn: Turn, interaction: Interaction, reason: str) -> None:
    turn.emit(
        ev.Released(
            at=turn.at, interaction_id=interaction.id, agent_id=interaction.owner or "",
            reason=reason,
        )
    )  # fmt: skip


def _outcome(turn: Turn, interaction: Interaction) -> Outcome:
    """Served, unless it was a call to somebody who never answered."""
    call = turn.state.calls.get(interaction.id)
    if call is None:
        return Outcome.SERVED
    return Outcome.UNREACHED if call.plan is not None or not call.reached else Outcome.SERVED
