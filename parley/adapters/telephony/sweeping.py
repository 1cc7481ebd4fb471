"""What outlived its call: channels and bridges of ours at the switch that belong to no leg any more,
and legs whose channel is not there any more.

News that were lost, or a request that was not carried out, leave them; nobody would ever end them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec
import structlog
from prometheus_client import Counter

from parley.adapters.telephony import news, survey
from parley.adapters.telephony.ari import Ari, AriError
from parley.adapters.telephony.arranging import (
    ASIDE,
    TALK,
    bridge_name,
    ear_bridge,
    ear_of,
    ear_tenant,
)
from parley.adapters.telephony.legs import Leg, Legs
from parley.core.model import LegEnd, LegRole

CHANNEL, BRIDGE, LEG = "channels", "bridges", "legs"
Thing = tuple[str, str]  # one of the first two, and its id
Ended = Callable[[Leg, LegEnd, int | None], None]

SWEPT = Counter("parley_telephony_swept", "What outlived its call and was ended", ["kind"])

log = structlog.get_logger("parley.telephony")


class Sweeper:
    """Ends what is left over at two looks in a row: what comes or goes just now is at one alone.

    `knows` tells whether all of a tenant's legs are known; `ended` is told of legs that are gone.
    """

    def __init__(self, ari: Ari, legs: Legs, knows: Callable[[str], bool], ended: Ended) -> None:
        self._ari = ari
        self._legs = legs
        self._knows = knows
        self._ended = ended
        self._unknown: frozenset[Thing] = frozenset()
        self._absent: frozenset[tuple[str, str]] = frozenset()  # legs, and the channel of each
        self.looks = 0
        self.swept = 0

    def forget(self) -> None:
        """Nobody listened for a while: the next look is a first one."""
        self._unknown = self._absent = frozenset()

    async def look(self) -> None:
        """Raises AriError if the switch does not say what it has."""
        known = [(leg.id, leg.channel) for leg in self._legs if survey.was_there(leg)]
        channels = await survey.channels(self._ari)
        bridges = msgspec.convert(await self._ari.get("/bridges"), list[news.Bridge])
        here = {channel.id for channel in channels}
        unknown = left_over(channels, bridges, self._legs, self._knows)
        absent = frozenset(x for x in known if x[1] not in here)
        swept, gone = sorted(self._unknown & unknown), self._absent & absent
        self._unknown, self._absent = unknown, absent
        self.looks += 1
        self._end([leg for leg in self._legs if (leg.id, leg.channel) in gone])
        for kind, id_ in swept:
            if self._legs.of_channel(id_) is None:  # it may have become one meanwhile
                await self._sweep(kind, id_)

    async def _sweep(self, kind: str, id_: str) -> None:
        try:
            await self._ari.delete(f"/{kind}/{id_}")
        except AriError as error:  # the next look tries again
            log.warning("left_over_not_swept", kind=kind, id=id_, reason=str(error))
            return
        self.swept += 1
        SWEPT.labels(kind).inc()
        log.warning("left_over_swept", kind=kind, id=id_, swept=self.swept)

    def _end(self, gone: Iterable[Leg]) -> None:
        """Customers first: who has lost an agent would wait for another one."""
        for leg in sorted(gone, key=lambda leg: leg.role is not LegRole.CUSTOMER):
            SWEPT.labels(LEG).inc()
            log.warning("leg_gone_unheard", leg=leg.id, channel=leg.channel)
            end = LegEnd.NORMAL if leg.dropped else LegEnd.LOST
            self._ended(leg, leg.ends_as or end, None)


def left_over(
    channels: Iterable[news.Channel], bridges: Iterable[news.Bridge], legs: Legs,
    knows: Callable[[str], bool],
) -> frozenset[Thing]:  # fmt: skip
    """Channels and bridges of ours that no leg has; none of tenants whose legs are not all known."""
    ears = {leg.ear.snoop for leg in legs if leg.ear is not None}
    strangers = {
        channel.id for channel in channels
        if legs.of_channel(channel.id) is None and channel.id not in ears
        and _ours(channel, knows)
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


def _ours(channel: news.Channel, knows: Callable[[str], bool]) -> bool:
    if ear_of(channel.id) is not None:
        return knows(ear_tenant(channel.id))
    return channel.held and knows(channel.tenant)
