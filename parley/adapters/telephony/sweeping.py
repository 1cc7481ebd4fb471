"""What outlived its call at the switch: channels and bridges of ours that belong to no leg any more.

News that were lost, or a request that was not carried out, leave them; nobody would ever end them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec
import structlog

from parley.adapters.telephony import news, survey
from parley.adapters.telephony.ari import Ari
from parley.adapters.telephony.arranging import ASIDE, TALK, bridge_name, ear_bridge, ear_of
from parley.adapters.telephony.legs import Legs

CHANNEL, BRIDGE = "channels", "bridges"
Thing = tuple[str, str]  # one of these, and its id

log = structlog.get_logger("parley.telephony")


class Sweeper:
    """Ends what nobody has known for two looks in a row: what comes or goes just now is in one alone.

    `knows` tells whether all of a tenant's legs are known.
    """

    def __init__(self, ari: Ari, legs: Legs, knows: Callable[[str], bool]) -> None:
        self._ari = ari
        self._legs = legs
        self._knows = knows
        self._unknown: frozenset[Thing] = frozenset()
        self.looks = 0
        self.swept = 0

    def forget(self) -> None:
        """Nobody listened for a while: the next look is a first one."""
        self._unknown = frozenset()

    async def look(self) -> None:
        """Raises AriError."""
        channels = await survey.channels(self._ari)
        bridges = msgspec.convert(await self._ari.get("/bridges"), list[news.Bridge])
        unknown = left_over(channels, bridges, self._legs, self._knows)
        before, self._unknown = self._unknown, unknown
        self.looks += 1
        for kind, id_ in sorted(before & unknown):
            if self._legs.of_channel(id_) is None:  # it may have become one meanwhile
                await self._ari.delete(f"/{kind}/{id_}")
                self.swept += 1
                log.warning("left_over_swept", kind=kind, id=id_, swept=self.swept)


def left_over(
    channels: Iterable[news.Channel], bridges: Iterable[news.Bridge], legs: Legs,
    knows: Callable[[str], bool],
) -> frozenset[Thing]:  # fmt: skip
    """Channels and bridges of ours that no leg has; none of tenants whose legs are not all known."""
    ears = {leg.ear.snoop for leg in legs if leg.ear is not None}
    strangers = {
        channel.id for channel in channels
        if legs.of_channel(channel.id) is None and channel.id not in ears
        and (ear_of(channel.id) is not None or (channel.held and knows(channel.tenant)))
    }  # fmt: skip
    calls = {leg.interaction_id for leg in legs}
    wanted = {bridge_name(kind, call or "") for kind in (TALK, ASIDE) for call in calls}
    wanted |= {ear_bridge(leg.ear) for leg in legs if leg.ear is not None}
    empty = [
        bridge.id for bridge in bridges
        if bridge.id.startswith(survey.OURS) and bridge.id not in wanted
        and strangers.issuperset(bridge.channels)
    ]  # fmt: skip
    return frozenset({(CHANNEL, id_) for id_ in strangers} | {(BRIDGE, id_) for id_ in empty})
