"""What each of the twin's legs hears, from where it stands: pure."""

from __future__ import annotations

from collections.abc import Mapping

from parley.adapters.telephony.twin_people import TwinLeg
from parley.core.model import Place

Legs = Mapping[str, TwinLeg]
Heard = frozenset[str]

NOTHING: Heard = frozenset()


def heard_by(leg: TwinLeg, legs: Legs) -> Heard:
    """`music`, `ring`, `prompt:<key>` and voices."""
    if leg.sounding is not None:
        return frozenset((leg.sounding,))
    if leg.message is not None or not leg.up:
        return NOTHING
    match leg.place:
        case Place.MUSIC:
            return frozenset(("music",))
        case Place.TALK | Place.ASIDE:
            return _in_company(leg, legs)
        case Place.LISTEN | Place.WHISPER:
            return _over_a_shoulder(leg, legs)
        case _:
            return NOTHING


def _in_company(leg: TwinLeg, legs: Legs) -> Heard:
    """Who stands there too, and who whispers; alone, the ringing of who is called."""
    others = [
        x for x in legs.values() if x.interaction_id == leg.interaction_id and x is not leg
    ]  # fmt: skip
    company = [x for x in others if x.up and x.place is leg.place]
    whispering = [x for x in others if x.place is Place.WHISPER and x.owner == leg.id]
    heard = {x.says for x in (*company, *whispering) if x.says is not None}
    if not company and any(not x.up for x in others):
        heard.add("ring")
    return frozenset(heard)


def _over_a_shoulder(leg: TwinLeg, legs: Legs) -> Heard:
    """All that the owner says and hears, but for one's own whisper."""
    owner = legs.get(leg.owner or "")
    if owner is None or not owner.up:
        return NOTHING
    said = () if owner.says is None else (owner.says,)
    own = () if leg.says is None else (leg.says,)
    return frozenset((*heard_by(owner, legs), *said)) - frozenset(own)
