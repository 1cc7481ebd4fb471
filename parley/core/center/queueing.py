"""Into a queue, out of it, and what happens where nobody can serve."""

from __future__ import annotations

from parley.core import commands as do
from parley.core import events as ev
from parley.core.center.evolve import queue_of
from parley.core.center.state import Interaction
from parley.core.center.turn import Turn
from parley.core.desk.hours import is_open
from parley.core.insight.facts import SUBJECT_CHARS
from parley.core.model import (
    Channel,
    Outcome,
    Phase,
    PresenceStatus,
    Queue,
    Sender,
)

MAX_OVERFLOWS = (
    5  # queues tried one after the other before the customer is asked to leave a message
)


def enter_queue(
    turn: Turn, interaction: Interaction, queue_id: str, reason: str, *, note: str = "",
    only_agent: str | None = None, hold_s: float | None = None, by: str | None = None,
) -> bool:  # fmt: skip
    """Queue it where it can wait: in `queue_id` or along its overflows; else the customer is asked
    to leave a message. False if it could not be queued."""
    tried: list[str] = []
    trouble = "closed"
    queue = turn.state.config.queues.get(queue_id)
    while queue is not None and queue.id not in tried and len(tried) < MAX_OVERFLOWS:
        problem = _obstacle(turn, interaction, queue, reason)
        if problem is None:
            if only_agent is None and reason in ("arrived", "overflow"):
                only_agent, hold_s = _last_agent(turn, interaction, queue)
            _queued(turn, interaction, queue, reason if not tried else "overflow",
                    note, only_agent, hold_s, by)  # fmt: skip
            return True
        trouble = problem
        tried.append(queue.id)
        queue = turn.state.config.queues.get(queue.overflow_queue or "")
    go_away(turn, interaction, queue_id, trouble)
    return False


def _obstacle(turn: Turn, interaction: Interaction, queue: Queue, reason: str) -> str | None:
    if interaction.channel is Channel.TASK:
        return None  # a task waits as long as it takes
    hours = turn.state.config.hours.get(queue.hours_id or "")
    if not is_open(hours, turn.at):
        return "closed"
    full = queue.max_waiting is not None and turn.waiting_in(queue.id) >= queue.max_waiting
    return "full" if full and reason in ("arrived", "overflow") else None


def _last_agent(
    turn: Turn, interaction: Interaction, queue: Queue
) -> tuple[str | None, float | None]:
    """Who served this customer last, if recently and present (X13)."""
    customer = interaction.customer
    if customer.last_agent is None or customer.last_served_at is None:
        return None, None
    agent = turn.state.agents.get(customer.last_agent)
    profile = turn.state.config.agents.get(customer.last_agent)
    present = agent is not None and agent.online and agent.status is PresenceStatus.READY
    recent = turn.at - customer.last_served_at <= queue.last_agent_within_s
    if not (present and recent and profile and queue.id in profile.queues):
        return None, None
    return customer.last_agent, queue.last_agent_wait_s


def _queued(
    turn: Turn, interaction: Interaction, queue: Queue, reason: str, note: str,
    only_agent: str | None, hold_s: float | None, by: str | None,
) -> None:  # fmt: skip
    turn.emit(
        ev.Queued(
            at=turn.at,
            interaction_id=interaction.id,
            queue=queue.id,
            priority=max(interaction.priority, interaction.customer.priority),
            order_at=interaction.arrived_at,
            reason=reason,
            needs=queue.needs,
            only_agent=only_agent,
            only_until=None if only_agent is None or hold_s is None else turn.at + hold_s,
            by=by,
            note=note,
        )
    )


def requeue(turn: Turn, interaction: Interaction, reason: str) -> None:
    """Back to its own queue, in its old place: the first arrival stays first (X4)."""
    queue = queue_of(turn.state, interaction)
    if not queue.id:
        go_away(turn, interaction, interaction.queue or "", "closed")
    else:
        _queued(turn, interaction, queue, reason, "", None, None, None)


def go_away(turn: Turn, interaction: Interaction, queue_id: str, reason: str) -> None:
    """Nobody can serve now: ask for a message. A task cannot be asked; it ends with its ticket."""
    if interaction.channel is Channel.TASK:
        end(turn, interaction, Outcome.MESSAGE_LEFT)
        return
    turn.emit(ev.WentAway(at=turn.at, interaction_id=interaction.id, queue=queue_id, reason=reason))
    key = {"closed": "closed_hours", "full": "queue_full"}.get(reason, "waited_too_long")
    say(turn, interaction, key)


def withdraw(turn: Turn, interaction: Interaction) -> None:
    """Take an open offer back; the interaction stays in its queue."""
    if interaction.offer is not None:
        turn.emit(
            ev.OfferEnded(
                at=turn.at,
                interaction_id=interaction.id,
                agent_id=interaction.offer.agent_id,
                reason="withdrawn",
            )
        )


def abandon(turn: Turn, interaction: Interaction) -> None:
    """The customer left before being served. What they wrote while away is kept as a ticket."""
    if interaction.phase is Phase.AWAY:
        leave_message(turn, interaction, "", None, None)
        return
    withdraw(turn, interaction)
    end(turn, interaction, Outcome.ABANDONED)


def leave_message(
    turn: Turn, interaction: Interaction, text: str, phone: str | None, callback_at: float | None
) -> None:
    """A ticket carries it on (A10); its id derives from the interaction's, so it opens once."""
    withdraw(turn, interaction)
    ticket_id = "tkt_" + interaction.id.removeprefix("int_")
    turn.emit(
        ev.MessageLeft(
            at=turn.at, interaction_id=interaction.id, ticket_id=ticket_id, text=text,
            phone=phone, callback_at=callback_at,
        )
    )  # fmt: skip
    callback = phone is not None
    say(turn, interaction, "callback_saved" if callback else "message_saved", phone=phone or "")
    turn.command(
        do.OpenTicket(
            lane=interaction.id,
            ticket_id=ticket_id,
            kind="callback" if callback else "message",
            interaction_id=interaction.id,
            customer_id=interaction.customer.id,
            queue=interaction.queue or _entry_queue(turn, interaction),
            subject=(interaction.subject or text)[:SUBJECT_CHARS],
            text=text,
            phone=phone,
            callback_at=callback_at,
            language=interaction.language,
        )
    )
    end(turn, interaction, Outcome.CALLBACK_BOOKED if callback else Outcome.MESSAGE_LEFT)


def _entry_queue(turn: Turn, interaction: Interaction) -> str:
    entry = turn.state.config.entry_points.get(interaction.entry_point or "")
    return entry.queue if entry else ""


def end(turn: Turn, interaction: Interaction, outcome: Outcome) -> None:
    turn.emit(
        ev.Ended(
            at=turn.at,
            interaction_id=interaction.id,
            outcome=outcome,
            queue=interaction.queue,
            agent_id=interaction.owner,
        )
    )


def say(turn: Turn, interaction: Interaction, key: str, **values: str) -> None:
    """A system message: its text is the key's, in the reader's language."""
    if interaction.channel is Channel.TASK:
        return
    message_id = f"msg_{interaction.id.removeprefix('int_')}.{interaction.message_count}"
    turn.emit(
        ev.MessageAdded(
            at=turn.at, interaction_id=interaction.id, message_id=message_id, client_id=message_id,
            sender=Sender.SYSTEM, text="", key=key, values=values,
        )
    )  # fmt: skip
