"""What a waiting caller is told: their place, the wait to expect, and what they may do instead (A9)."""

from __future__ import annotations

from math import ceil

from parley.core.center import flow
from parley.core.center.change import queue_of
from parley.core.center.estimate import estimate_s
from parley.core.center.state import Interaction
from parley.core.center.turn import Turn
from parley.core.model import Part, Phase

MINUTE_S = 60.0


def announce_timer(turn: Turn, interaction: Interaction) -> None:
    """The next announcement is planned by the timer's lapse: see evolve_call.announce_next."""
    call = turn.state.calls.get(interaction.id)
    if call is None or call.plan is not None or interaction.phase is not Phase.QUEUED:
        return
    leg = call.customer()
    if leg is None or not leg.up or call.flow is not None or call.playing is not None:
        return
    parts = _place(turn, interaction) + _choices(turn, interaction)
    if parts:
        flow.say(turn, call, leg, parts)


def _place(turn: Turn, interaction: Interaction) -> tuple[Part, ...]:
    place = turn.indexes.place_of(interaction.id)
    if place is None:
        return ()
    parts = _around("position", Part("number", str(place)))
    pace = turn.state.pace.get(interaction.queue or "")
    wait_s = estimate_s(pace, place, turn.at - interaction.queued_at, turn.at) if pace else None
    if wait_s is None:
        return parts
    minutes = max(1, ceil(wait_s / MINUTE_S))
    return parts + _around("wait", Part("minutes", str(minutes)))


def _around(what: str, part: Part) -> tuple[Part, ...]:
    return (*flow.prompts(f"{what}_intro"), part, *flow.prompts(f"{what}_outro"))


def _choices(turn: Turn, interaction: Interaction) -> tuple[Part, ...]:
    parts: list[Part] = []
    for key, choice in queue_of(turn.state, interaction).choices.items():
        parts += [
            *flow.prompts("choice_intro"),
            Part("digits", key),
            *flow.prompts(f"choice_{choice}"),
        ]
    return tuple(parts)
