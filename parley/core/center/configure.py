"""Take over a changed configuration: only what differs becomes an event, and nobody is lost by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center.evolve import WAITING
from parley.core.center.presence import leave_all
from parley.core.center.queueing import enter_queue, withdraw
from parley.core.center.turn import Turn
from parley.core.model import Phase

NOUNS = ("skills", "hours", "queues", "agents", "entry_points")


def config_changed(turn: Turn, news: got.ConfigChanged) -> None:
    old, new = turn.state.config, news.config
    changed: dict[str, tuple[Any, ...]] = {}
    removed: dict[str, tuple[str, ...]] = {}
    for noun in NOUNS:
        before: Mapping[str, Any] = getattr(old, noun)
        after: Mapping[str, Any] = getattr(new, noun)
        if values := tuple(value for key, value in after.items() if before.get(key) != value):
            changed[noun] = values
        if gone := tuple(key for key in before if key not in after):
            removed[noun] = gone
    interrupts = new.interrupts if new.interrupts != old.interrupts else None
    grace = new.screen_grace_s if new.screen_grace_s != old.screen_grace_s else None
    if not (changed or removed or interrupts is not None or grace is not None):
        return
    for agent_id in removed.get("agents", ()):
        leave_all(turn, turn.state.agents[agent_id], "agent_lost")
    turn.emit(
        ev.Configured(
            at=turn.at, interrupts=interrupts, screen_grace_s=grace, removed=removed, by=news.by,
            **changed,
        )
    )  # fmt: skip
    _rehome(turn, set(removed.get("queues", ())))
    _renew_needs(turn, {queue.id for queue in changed.get("queues", ())})


def _rehome(turn: Turn, gone: set[str]) -> None:
    """Whoever waited in a removed queue waits at the entry point's own queue from now on."""
    for interaction in list(turn.state.interactions.values()):
        if interaction.queue in gone and interaction.phase in WAITING:
            withdraw(turn, interaction)
            entry = turn.state.config.entry_points.get(interaction.entry_point or "")
            enter_queue(turn, interaction, entry.queue if entry else "", "overflow")


def _renew_needs(turn: Turn, queues: set[str]) -> None:
    """Skills a queue asks for apply to those already waiting too, from the next match on."""
    for interaction in list(turn.state.interactions.values()):
        queue = turn.state.config.queues.get(interaction.queue or "")
        if queue is None or queue.id not in queues or interaction.phase is not Phase.QUEUED:
            continue
        if interaction.needs != queue.needs:
            turn.emit(
                ev.Queued(
                    at=turn.at, interaction_id=interaction.id, queue=queue.id,
                    priority=interaction.priority, order_at=interaction.order_at,
                    reason=interaction.queued_reason, needs=queue.needs,
                    only_agent=interaction.only_agent, only_until=interaction.only_until,
                )
            )  # fmt: skip
