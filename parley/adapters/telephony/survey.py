"""After an absence: which legs the switch has, whose they are and where they stand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

import msgspec

from parley.adapters.telephony import news
from parley.adapters.telephony.ari import GONE, Ari, AriError
from parley.adapters.telephony.arranging import (
    ASIDE,
    EAR,
    TALK,
    Arranger,
    bridge_name,
    ear_bridge,
    ear_of,
    ear_tenant,
)
from parley.adapters.telephony.legs import UNKNOWN, Leg, Legs, leg_id_of
from parley.adapters.telephony.names import IN, Spooled, trunk_name
from parley.adapters.telephony.taping import Tapes
from parley.adapters.telephony.trunks import Trunk, Trunks
from parley.core.model import LegRole
from parley.core.ports import TransportError

SURVEYED_S = 5.0  # a command waits so long for the legs that it may be about
Meant = Callable[[Trunk, str], Trunk]  # see hearing.Hearing.meant
OURS = tuple(f"{kind}-" for kind in (TALK, ASIDE, EAR))


class Surveyed:
    """Tenants whose legs are known. Until then a leg that nobody knows may well be theirs."""

    def __init__(self) -> None:
        self._tenants: dict[str, asyncio.Event] = {}

    def knows(self, tenant_id: str) -> bool:
        known = self._tenants.get(tenant_id)
        return known is not None and known.is_set()

    def add(self, tenant_id: str) -> None:
        self._of(tenant_id).set()

    async def wait(self, tenant_id: str) -> None:
        """Raises TransportError."""
        try:
            async with asyncio.timeout(SURVEYED_S):
                await self._of(tenant_id).wait()
        except TimeoutError:
            raise TransportError("the legs that live are not known yet", permanent=False) from None

    def _of(self, tenant_id: str) -> asyncio.Event:
        return self._tenants.setdefault(tenant_id, asyncio.Event())


def inbound(channel: news.Channel, trunk: Trunk) -> Leg:
    """A caller's leg."""
    up = channel.state == "Up"
    return Leg(
        channel.id, trunk.tenant_id, LegRole.CUSTOMER, channel.id, trunk=trunk, inbound=True, up=up
    )


async def channels(ari: Ari) -> list[news.Channel]:
    """All that live. Raises AriError."""
    return msgspec.convert(await ari.get("/channels"), list[news.Channel])


def adopt(
    found: Iterable[news.Channel], tenant_id: str, legs: Legs, trunks: Trunks, meant: Meant
) -> list[Leg]:
    """Take over the tenant's legs that live; which of them are new to us. A caller who is not in our
    hands yet will arrive."""
    new = []
    for channel in found:
        known = legs.of_channel(channel.id) is not None
        leg = _leg(channel, trunks, meant) if channel.held and not known else None
        if leg is not None and leg.tenant_id == tenant_id:
            legs.add(leg)
            new.append(leg)
    return new


def missed(
    found: Iterable[news.Channel], tenant_id: str, legs: Legs
) -> tuple[list[Leg], list[Leg]]:
    """Known legs that ended, and that were answered, while we did not hear of it."""
    here = {channel.id: channel for channel in found}
    known = legs.of_tenant(tenant_id)
    gone = [leg for leg in known if leg.channel not in here and was_there(leg)]
    return gone, [leg for leg in known if leg.channel in here and here[leg.channel].here]


def machines(found: Iterable[news.Channel], tenant_id: str, legs: Legs) -> list[Leg]:
    """Legs that an answering machine took while we did not hear of it."""
    here = {channel.id for channel in found if channel.machine}
    return [leg for leg in legs.of_tenant(tenant_id) if leg.channel in here]


def was_there(leg: Leg) -> bool:
    """One that we dial just now may not be at the switch yet: its dialling tells how it ended."""
    return leg.up or leg.inbound or leg.rang


def _leg(channel: news.Channel, trunks: Trunks, meant: Meant) -> Leg | None:
    """An endpoint's variables say whose it is, and the number that was dialled; our own, what it is
    for."""
    if channel.name.startswith("Snoop/"):
        return None
    said = channel.channelvars
    # not that of the endpoint, if several companies have theirs at one carrier
    named = trunk_name(channel.tenant, said.get("PARLEY_TRUNK", ""))
    trunk = trunks.get(named) or trunks.get(channel.endpoint)
    if channel.ours:
        leg = Leg(
            leg_id_of(channel.id), channel.tenant, LegRole(said.get("PARLEY_ROLE") or LegRole.PARTY),
            channel.id, interaction_id=said["PARLEY_INTERACTION"],
            agent_id=said.get("PARLEY_AGENT") or None, trunk=trunk, up=channel.here, rang=True,
            caller_id=(channel.caller.number or None) if trunk is not None else None,
        )  # fmt: skip
    elif trunk is not None:
        leg = inbound(channel, meant(trunk, channel.dialled))
    else:
        return None
    leg.music = leg.muted = None
    leg.tone = UNKNOWN if leg.agent_id else None
    return leg


async def adopt_rest(
    ari: Ari, found: Iterable[news.Channel], new: Sequence[Leg], tenant_id: str, legs: Legs,
    arranger: Arranger, tapes: Tapes,
) -> list[Spooled]:  # fmt: skip
    """Take over the bridges and recordings of legs that are new to us, remove what is nobody's.

    Returns messages that nobody records any more. Raises AriError.
    """
    await _adopt_ears(ari, found, new, legs, tenant_id)
    await _adopt_bridges(ari, new, legs, arranger)
    messages = await tapes.found(tenant_id, legs.of_tenant(tenant_id))
    return [name for name in messages if not await _recording(ari, name)]


async def _adopt_ears(
    ari: Ari, found: Iterable[news.Channel], new: Sequence[Leg], legs: Legs, tenant_id: str
) -> None:
    """Those of other tenants are their surveys' affair."""
    for channel in found:
        ear = ear_of(channel.id)
        leg = legs.get(ear[0]) if ear else None
        if ear is not None and leg is None and ear_tenant(channel.id) == tenant_id:
            await ari.delete(f"/channels/{channel.id}")
        elif ear is not None and leg is not None and leg in new:
            leg.ear = ear[1]


async def _adopt_bridges(ari: Ari, new: Sequence[Leg], legs: Legs, arranger: Arranger) -> None:
    """Where the others are we know better: they may have been moved since the switch looked."""
    found = msgspec.convert(await ari.get("/bridges"), list[news.Bridge])
    calls = {leg.interaction_id for leg in legs}
    wanted = {bridge_name(kind, call or "") for kind in (TALK, ASIDE) for call in calls}
    wanted |= {ear_bridge(leg.ear) for leg in legs if leg.ear is not None}
    for bridge in found:
        if not bridge.id.startswith(OURS):
            continue
        if bridge.channels or bridge.id in wanted:
            arranger.found(bridge.id, [leg for leg in new if leg.channel in bridge.channels])
        else:
            await ari.delete(f"/bridges/{bridge.id}")


async def _recording(ari: Ari, name: Spooled) -> bool:
    """Whether the message is being left just now."""
    try:
        await ari.get(f"/recordings/live/{name.stem(IN)}")
    except AriError as error:
        if error.http != GONE:
            raise
        return False
    return True
