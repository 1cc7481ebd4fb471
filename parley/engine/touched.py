"""What a commit's events are about: which rows they may have changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from parley.core import events as ev
from parley.core.events import Event

_SAID = (
    ev.MessageAdded, ev.DeliveryChanged, ev.PageChanged, ev.CustomerAway, ev.CustomerBack,
    ev.PromptStarted, ev.PromptOver, ev.NodeEntered, ev.KeyPressed, ev.DigitsCollected,
    ev.VariablesSet, ev.Arranged, ev.LegRinging, ev.LegMuted,
)  # fmt: skip
"""News inside a conversation or call: the board shows nothing of them."""


@dataclass(slots=True)
class Touched:
    interactions: dict[str, None] = field(default_factory=dict)  # in order of mention
    agents: set[str] = field(default_factory=set)
    queues: set[str] = field(default_factory=set)
    board: bool = False  # something the board shows
    everything: bool = False  # the configuration changed


def touched(events: Sequence[Event]) -> Touched:
    result = Touched()
    for event in events:
        if isinstance(event, ev.Configured):
            result.everything = True
        interaction_id = getattr(event, "interaction_id", None)
        if interaction_id is not None:
            result.interactions[interaction_id] = None
        agent_id = getattr(event, "agent_id", None)
        if agent_id is not None:
            result.agents.add(agent_id)
        queue = getattr(event, "queue", None)
        if queue is not None:
            result.queues.add(queue)
        if not isinstance(event, _SAID):
            result.board = True
    return result
