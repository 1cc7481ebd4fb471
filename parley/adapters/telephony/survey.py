"""After an absence: which legs the switch has, whose they are and where they stand."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from parley.adapters.telephony import news
from parley.adapters.telephony.ari import GONE, Ari, AriError
from parley.adapters.telephony.arranging import ASIDE, EAR, TALK, Arranger, bridge_name, ear_of
from parley.adapters.telephony.legs import UNKNOWN, Leg, Legs, leg_id_of
from parley.adapters.telephony.names import IN, Spooled
from parley.adapters.telephony.taping import Tapes
from parley.adapters.telephony.trunks import Trunk, Trunks
from parley.core.model import LegRole

OURS = tuple(f"{kind}-" for kind in (TALK, ASIDE, EAR))


def inbound(channel: news.Channel, trunk: Trunk) -> Leg:
    """A caller's leg."""
    up = channel.state == "Up"
    return Leg(
        channel.id, trunk.tenant_id, LegRole.CUSTOMER, channel.id, trunk=trunk, inbound=True, up=up
    )


async def online(ari: Ari) -> list[str]:
    """Endpoints that can be rung."""
    found = await ari.get("/endpoints/PJSIP")
    return [endpoint["resource"] for endpoint in found if endpoint["state"] == "online"]


async def adopt(
    ari: Ari, tenant_id: str, legs: Legs, trunks: Trunks, arranger: Arranger, tapes: Tapes
) -> list[Spooled]:
    """Take over the tenant's legs that live, forget those that do not, remove what is nobody's.

    Returns messages that nobody records any more. Raises AriError.
    """
    channels = msgspec.convert(await ari.get("/channels"), list[news.Channel])
    here = {channel.id for channel in channels}
    for leg in legs.of_tenant(tenant_id):
        # one that we dial just now may not be there yet: its dialling tells how it ended
        if leg.channel not in here and (leg.up or leg.inbound or leg.rang):
            legs.end(leg)
            tapes.ended(leg)
    for channel in channels:
        _adopt_leg(channel, tenant_id, legs, trunks)
    await _adopt_bridges(ari, channels, legs, arranger)
    messages = await tapes.found(tenant_id, legs.of_tenant(tenant_id))
    return [name for name in messages if not await _recording(ari, name)]


def _adopt_leg(channel: news.Channel, tenant_id: str, legs: Legs, trunks: Trunks) -> None:
    """An endpoint's variables say whose it is; our own, what it is for."""
    known = legs.of_channel(channel.id)
    if known is not None:
        known.up = known.up or (channel.state == "Up" and known.inbound)
        return
    said = channel.channelvars
    if said.get("PARLEY_TENANT") != tenant_id or channel.name.startswith("Snoop/"):
        return
    trunk = trunks.get(channel.endpoint)
    interaction_id = said.get("PARLEY_INTERACTION")
    if interaction_id:
        leg = Leg(
            leg_id_of(channel.id), tenant_id, LegRole(said.get("PARLEY_ROLE") or LegRole.PARTY),
            channel.id, interaction_id=interaction_id, agent_id=said.get("PARLEY_AGENT") or None,
            trunk=trunk, up=channel.state == "Up", rang=True,
        )  # fmt: skip
    elif trunk is not None:
        leg = inbound(channel, trunk)
    else:
        return
    leg.music = leg.muted = None
    leg.tone = UNKNOWN if leg.agent_id else None
    legs.add(leg)


async def _adopt_bridges(
    ari: Ari, channels: Iterable[news.Channel], legs: Legs, arranger: Arranger
) -> None:
    for channel in channels:
        found = ear_of(channel.id)
        leg = legs.get(found[0]) if found else None
        if found is not None and leg is None:
            await ari.delete(f"/channels/{channel.id}")
        elif found is not None and leg is not None:
            leg.ear = found[1]
    calls = {leg.interaction_id for leg in legs}
    wanted = {bridge_name(kind, call or "") for kind in (TALK, ASIDE) for call in calls}
    wanted |= {bridge_name(EAR, leg.id) for leg in legs}
    for bridge in msgspec.convert(await ari.get("/bridges"), list[news.Bridge]):
        if not bridge.id.startswith(OURS):
            continue
        if bridge.channels or bridge.id in wanted:
            arranger.found(bridge.id, bridge.channels)
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
