"""Into a queue, out of it, and what happens where nobody can serve."""

from __future__ import annotations

from dataclasses import replace

from parley.core import commands as do
from parley.core import events as ev
from parley.core.center.change import TASK, VOICE, WAITING, priority_of, queue_of
from parley.core.center.state import Interaction, State
from parley.core.center.turn import Turn
from parley.core.desk.hours import is_open
from parley.core.insight.facts import SUBJECT_CHARS
from parley.core.model import (
    CustomerRef,
    Outcome,
    Phase,
    PresenceStatus,
    Queue,
    QueuePolicy,
    Sender,
)

MAX_OVERFLOWS = 5  # queues tried in turn before the customer is asked to leave a message
NEW_HERE = ("arrived", "overflow", "reclassified")  # reasons that count against a queue's limit
_NO_POLICY = QueuePolicy()
UNTOLD = (TASK, VOICE)  # a task has nobody to tell; a caller is told by prompts
CLOCK_SLACK_S = 1e-6  # a timer may fire this much early by rounding


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
            if only_agent is None and reason in NEW_HERE:
                only_agent, hold_s = _preferred(turn, interaction.customer, queue)
            queued(
                turn, interaction, queue, "overflow" if tried else reason, note=note,
                only_agent=only_agent, by=by,
                only_until=None if only_agent is None or hold_s is None else turn.at + hold_s,
            )  # fmt: skip
            return True
        trouble = problem
        tried.append(queue.id)
        queue = turn.state.config.queues.get(queue.overflow_queue or "")
    go_away(turn, interaction, queue_id, trouble)
    return False


def _obstacle(turn: Turn, interaction: Interaction, queue: Queue, reason: str) -> str | None:
    if interaction.channel is TASK:
        return None  # a task waits as long as it takes
    if _closed(turn, queue):
        return "closed"
    full = queue.max_waiting is not None and turn.indexes.waiting_in(queue.id) >= queue.max_waiting
    return "full" if full and reason in NEW_HERE else None


def _closed(turn: Turn, queue: Queue) -> bool:
    return not is_open(turn.state.config.hours.get(queue.hours_id or ""), turn.at)


def closing_timer(turn: Turn, queue_id: str) -> None:
    queue = turn.state.config.queues.get(queue_id)
    if queue is not None:
        close_queue(turn, queue)


def close_queue(turn: Turn, queue: Queue) -> None:
    """If its business hours are over (X9), nobody is left to wait there: each goes on as if they came
    now, to an overflow or asked for a message, the first who came first. A callback waits for the
    next opening, and conversations go on.

    Centers differ: some leave who waits to those agents who are still there. Here no wait is without
    an end, and the same hours mean the same for everybody.
    """
    if not _closed(turn, queue):
        return
    for interaction in list(turn.state.interactions.values()):
        if interaction.queue == queue.id:
            turn_away(turn, interaction)


def turn_away(turn: Turn, interaction: Interaction) -> None:
    """From a queue that is closed; a task waits on, and what is kept for one agent until that is over."""
    queue = queue_of(turn.state, interaction)
    if interaction.phase not in WAITING or interaction.channel is TASK or not _closed(turn, queue):
        return
    if interaction.only_agent is None:
        withdraw(turn, interaction)
        enter_queue(turn, interaction, queue.id, "overflow")


def _preferred(turn: Turn, customer: CustomerRef, queue: Queue) -> tuple[str | None, float | None]:
    """Who should serve this customer if they are there: (agent, seconds they are waited for).

    The dedicated agent (A16), whoever works on the open case (A27), who served them last (X13).
    """
    for agent_id in (customer.dedicated_agent, customer.open_agent):
        if agent_id and _present(turn, agent_id):
            policy = turn.state.config.policy.queues.get(queue.id) or _NO_POLICY
            return agent_id, policy.preferred_wait_s
    last, served_at = customer.last_agent, customer.last_served_at
    if last is None or served_at is None or turn.at - served_at > queue.last_agent_within_s:
        return None, None
    profile = turn.state.config.agents.get(last)
    if profile is None or queue.id not in profile.queues or not _present(turn, last):
        return None, None
    return last, queue.last_agent_wait_s


def _present(turn: Turn, agent_id: str) -> bool:
    agent = turn.state.agents.get(agent_id)
    return agent is not None and agent.online and agent.status is PresenceStatus.READY


def asked(
    state: State, interaction: Interaction, queue: Queue, stage: int | None = None
) -> dict[str, int]:
    """Skill levels asked for at the interaction's stage (or this one): the queue's and the rules'
    highest, then each opened stage in turn replaces those it names (level 0: no longer asked)."""
    policy = state.config.policy.queues.get(queue.id)
    needs = dict(queue.needs)
    for skill, level in interaction.rule_needs.items():
        needs[skill] = max(level, needs.get(skill, 0))
    if policy is not None and policy.stages:
        opened = _opened(policy, interaction.stage if stage is None else stage)
        for step in policy.stages[:opened]:
            needs.update(step.needs)
    return {skill: level for skill, level in needs.items() if level > 0}


def _opened(policy: QueuePolicy, reached: int) -> int:
    """How many stages are open: those from the start, and those whose time has come."""
    return max(reached, sum(stage.after_s <= 0 for stage in policy.stages))


def _at_once(state: State, queue: Queue) -> tuple[str, ...]:
    """Whose agents may help from the start."""
    policy = state.config.policy.queues.get(queue.id)
    if policy is None or not policy.stages:
        return ()
    return tuple(dict.fromkeys(q for s in policy.stages if s.after_s <= 0 for q in s.queues))


def queued(
    turn: Turn, interaction: Interaction, queue: Queue, reason: str, *, note: str = "",
    only_agent: str | None = None, only_until: float | None = None, by: str | None = None,
) -> None:  # fmt: skip
    """Put it into `queue` (or renew its place there)."""
    same = interaction.queue == queue.id and interaction.phase in WAITING
    needs = asked(turn.state, interaction, queue, interaction.stage if same else 0)
    turn.emit(
        ev.Queued(
            at=turn.at, interaction_id=interaction.id, queue=queue.id,
            priority=priority_of(interaction), order_at=interaction.arrived_at, reason=reason,
            needs=needs, queues=interaction.queues if same else _at_once(turn.state, queue), only_agent=only_agent,
            only_until=only_until, by=by, note=note,
        )
    )  # fmt: skip


def stage_timer(turn: Turn, interaction: Interaction) -> None:
    """Nobody was found in time: open the next stages of the queue's policy (X7)."""
    policy = turn.state.config.policy.queues.get(interaction.queue or "")
    if interaction.phase not in WAITING or policy is None:
        return
    waited = turn.at - interaction.queued_at
    due = [n for n, stage in enumerate(policy.stages) if stage.after_s <= waited + CLOCK_SLACK_S]
    if not due:
        return
    queue = queue_of(turn.state, interaction)
    queues = dict.fromkeys(q for n in due for q in policy.stages[n].queues)
    turn.emit(
        ev.Staged(
            at=turn.at, interaction_id=interaction.id, stage=due[-1],
            needs=asked(turn.state, interaction, queue, due[-1] + 1), queues=tuple(queues),
        )
    )  # fmt: skip


def requeue(turn: Turn, interaction: Interaction, reason: str) -> None:
    """Back to its own queue, in its old place: the first arrival stays first (X4). If it closed
    meanwhile, as `close_queue` says."""
    enter_queue(turn, interaction, interaction.queue or "", reason)


def come_back(turn: Turn, interaction: Interaction, agent_id: str) -> None:
    """A customer whom `agent_id` served until now waits again, in their old place."""
    served = replace(interaction.customer, last_agent=agent_id, last_served_at=turn.at)
    agent, hold_s = _preferred(turn, served, queue_of(turn.state, interaction))
    queue_id = interaction.queue or ""
    enter_queue(turn, interaction, queue_id, "wrote_again", only_agent=agent, hold_s=hold_s)


def go_away(turn: Turn, interaction: Interaction, queue_id: str, reason: str) -> None:
    """Nobody can serve now: ask for a message. A task cannot be asked; it ends with its ticket."""
    if interaction.channel is TASK:
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
    turn: Turn, interaction: Interaction, text: str, phone: str | None, callback_at: float | None,
    *, recording_id: str | None = None, queue: str | None = None,
) -> None:  # fmt: skip
    """A ticket carries it on (A10)."""
    withdraw(turn, interaction)
    callback = phone is not None and recording_id is None
    open_ticket(turn, interaction, text, phone, callback_at, recording_id=recording_id, queue=queue)
    say(turn, interaction, "callback_saved" if callback else "message_saved", phone=phone or "")
    end(turn, interaction, Outcome.CALLBACK_BOOKED if callback else Outcome.MESSAGE_LEFT)


def open_ticket(
    turn: Turn, interaction: Interaction, text: str, phone: str | None, callback_at: float | None,
    *, recording_id: str | None = None, queue: str | None = None,
) -> None:  # fmt: skip
    """What is left to do for the customer; its id derives from the interaction's, so it opens once."""
    ticket_id = "tkt_" + interaction.id.removeprefix("int_")
    turn.emit(
        ev.MessageLeft(
            at=turn.at, interaction_id=interaction.id, ticket_id=ticket_id, text=text,
            phone=phone, callback_at=callback_at, recording_id=recording_id,
        )
    )  # fmt: skip
    turn.command(
        do.OpenTicket(
            lane=interaction.id,
            ticket_id=ticket_id,
            kind=_kind(callback=phone is not None, recording_id=recording_id),
            interaction_id=interaction.id,
            customer_id=interaction.customer.id,
            queue=queue or interaction.queue or _entry_queue(turn, interaction),
            subject=(text or interaction.subject or phone or "")[:SUBJECT_CHARS],
            text=text,
            phone=phone,
            callback_at=callback_at,
            language=interaction.language,
            recording_id=recording_id,
        )
    )


def _kind(*, callback: bool, recording_id: str | None) -> str:
    if recording_id is not None:
        return "voicemail"
    return "callback" if callback else "message"


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
    if interaction.channel in UNTOLD:
        return
    message_id = f"msg_{interaction.id.removeprefix('int_')}.{interaction.message_count}"
    turn.emit(
        ev.MessageAdded(
            at=turn.at, interaction_id=interaction.id, message_id=message_id, client_id=message_id,
            sender=Sender.SYSTEM, text="", key=key, values=values,
        )
    )  # fmt: skip
