"""What every change of the state shares: what it touched, its timers, and small readings of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from parley.core.center.state import Interaction, State, Timer
from parley.core.desk.hours import closes_at
from parley.core.model import Channel, Phase, PresenceStatus, Queue

# Members of enumerations by names of their own: reading `Phase.QUEUED` costs as much as a call (Python 3.11).
QUEUED, OFFERED, CONNECTED = Phase.QUEUED, Phase.OFFERED, Phase.CONNECTED
TASK, VOICE = Channel.TASK, Channel.VOICE
READY = PresenceStatus.READY
WAITING = (QUEUED, OFFERED)
_UNKNOWN_QUEUE = Queue(id="", names={})


@dataclass(slots=True)
class Touched:
    """What an event changed, for the indexes that are derived from the state."""

    interactions: set[str] = field(default_factory=set)
    agents: set[str] = field(default_factory=set)
    timers: set[str] = field(default_factory=set)  # set or moved
    config: bool = False

    def clear(self) -> None:
        self.interactions.clear()
        self.agents.clear()
        self.timers.clear()
        self.config = False


def queue_of(state: State, interaction: Interaction) -> Queue:
    """The queue's configuration; defaults if it was removed meanwhile."""
    return state.config.queues.get(interaction.queue or "", _UNKNOWN_QUEUE)


def priority_of(interaction: Interaction) -> int:
    """What a supervisor set, or else the customer's and the rules' together."""
    if interaction.set_priority is not None:
        return interaction.set_priority
    return interaction.customer.priority + interaction.rule_priority


def client_key(client_id: str, agent_id: str | None = None) -> str:
    """What tells a repeat: everybody chooses client ids for themselves."""
    return client_id if agent_id is None else f"{agent_id} {client_id}"


def timer_name(kind: str, key: str) -> str:
    return f"{kind} {key}"


def set_timer(state: State, touched: Touched, kind: str, key: str, due: float | None) -> None:
    if due is None:
        if state.timers:
            state.timers.pop(f"{kind} {key}", None)
    else:
        name = timer_name(kind, key)
        state.timers[name] = due
        touched.timers.add(name)


def watch_closing(state: State, touched: Touched, queue: Queue, at: float) -> None:
    """One timer for all who wait there (X9)."""
    hours = state.config.hours.get(queue.hours_id or "")
    set_timer(state, touched, Timer.CLOSING, queue.id, closes_at(hours, at))


def clear_timers(state: State, key: str, *kinds: str) -> None:
    timers = state.timers
    if timers:
        for kind in kinds:
            timers.pop(f"{kind} {key}", None)


def after(at: float, seconds: float | None) -> float | None:
    return None if seconds is None else at + seconds
