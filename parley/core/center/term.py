"""A new term: a node leads that did not a moment ago (a restart, a takeover).

While nobody led, nobody could accept, answer or come back. What ran out meanwhile is not held
against people: whatever they were to beat ends `GRACE_S` after the term began, at the earliest.
"""

from __future__ import annotations

from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center.change import Touched, set_timer
from parley.core.center.state import State, Timer
from parley.core.center.turn import Turn

GRACE_S = 20.0  # screens are back within 15 s (the console's longest pause between two tries)
GRACED = frozenset(
    {
        Timer.RING, Timer.HOLD, Timer.WRAP_UP, Timer.REPLY, Timer.IDLE, Timer.GONE, Timer.WAIT,
        Timer.LEAVE, Timer.NOVICE, Timer.SCREEN, Timer.REJOIN, Timer.INVITE,
        Timer.CONSENT,
    }
)  # fmt: skip


def term_began(turn: Turn, news: got.TermBegan) -> None:
    until = news.at + GRACE_S
    if _early(turn.state, until):
        turn.emit(ev.GraceGiven(at=turn.at, until=until))


def _early(state: State, until: float) -> list[tuple[str, str]]:
    """(kind, key) of what people would have to beat before `until`."""
    parted = ((name.partition(" "), due) for name, due in state.timers.items())
    return [(kind, key) for (kind, _, key), due in parted if kind in GRACED and due < until]


def grace_given(state: State, e: ev.GraceGiven, touched: Touched) -> None:
    for kind, key in _early(state, e.until):
        set_timer(state, touched, kind, key, e.until)
        _show(state, kind, key, e.until)


def _show(state: State, kind: str, key: str, until: float) -> None:
    """What screens count down to moves with its timer."""
    interaction_id, _, agent_id = key.partition(" ")
    interaction, call = state.interactions.get(interaction_id), state.calls.get(key)
    if kind == Timer.REJOIN and call is not None:
        call.rejoin_until = until
    if kind == Timer.CONSENT:
        state.asks[key].until = until
    if interaction is None:
        return
    if kind == Timer.RING and interaction.offer is not None:
        interaction.offer.until = until
    if kind == Timer.HOLD:
        interaction.only_until = until
    if kind == Timer.INVITE:
        interaction.invited[agent_id].until = until
    if kind == Timer.WRAP_UP and interaction.wrap_up is not None:
        interaction.wrap_up.until = until
