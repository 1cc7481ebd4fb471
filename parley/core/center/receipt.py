"""Decision receipts: why this interaction was offered to this agent, and the proof of it (Y1).

An `Offered` event's `why` holds, beside what was asked (version, rules, queue, stage, needs, turn):

    by          "arrival": an agent was chosen for the interaction;
                "freed": the interaction was chosen for an agent who became free
    best        for "arrival": ranks of the first candidates, smallest first, as
                [tier, first term, second term, idle since, agent id]
    next        for "freed": the turns that were compared, smallest first, as
                [-level or 0, -priority, order_at, interaction id]
    candidates  how many could have been asked;  not: how many could not, by reason
    kept        instead of all these: it was reserved for this agent, and why
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def chosen_of(why: Mapping[str, Any]) -> str | None:
    """Decide again from the recorded terms: the agent ("arrival") or the interaction ("freed") that
    must have been chosen; None where it was reserved and nothing was compared."""
    compared = why.get("best") if why.get("by") == "arrival" else why.get("next")
    return str(min(compared, key=tuple)[-1]) if compared else None
