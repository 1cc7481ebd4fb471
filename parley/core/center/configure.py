"""Take over a changed configuration: only what differs becomes an event, and nobody is lost by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center.change import WAITING
from parley.core.center.classify import reclassify
from parley.core.center.presence import leave_all
from parley.core.center.queueing import close_queue, enter_queue, withdraw
from parley.core.center.turn import Turn

NOUNS = ("skills", "hours", "queues", "agents", "entry_points", "flows")
SINGLES = (
    "targets", "policy", "zone", "interrupts", "screen_grace_s", "phone_grace_s", "recording_notice",
    "monitor_notice", "caller_id", "country",
)  # fmt: skip


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
    singles: dict[str, Any] = {
        name: getattr(new, name) for name in SINGLES if getattr(new, name) != getattr(old, name)
    }
    if not (changed or removed or singles):
        return
    if singles.get("caller_id", "") is None:
        singles["caller_id"] = ""
    for agent_id in removed.get("agents", ()):
        leave_all(turn, turn.state.agents[agent_id], "agent_lost")
    news_of: dict[str, Any] = {**changed, **singles}
    turn.emit(ev.Configured(at=turn.at, removed=removed, by=news.by, **news_of))
    _rehome(turn, set(removed.get("queues", ())))
    if changed.keys() & {"hours", "queues"} or "hours" in removed:
        for queue in news.config.queues.values():
            close_queue(turn, queue)
    if "policy" in singles or "queues" in changed:
        for interaction in list(turn.state.interactions.values()):
            reclassify(turn, interaction)  # what is asked now applies to those already waiting


def _rehome(turn: Turn, gone: set[str]) -> None:
    """Whoever waited in a removed queue waits at the entry point's own queue from now on."""
    for interaction in list(turn.state.interactions.values()):
        if interaction.queue in gone and interaction.phase in WAITING:
            withdraw(turn, interaction)
            entry = turn.state.config.entry_points.get(interaction.entry_point or "")
            enter_queue(turn, interaction, entry.queue if entry else "", "overflow")
