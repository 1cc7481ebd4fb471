"""What is done to a leg is done in order, is believed only once it is done, and rings for nobody."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from parley.adapters.telephony import ari
from parley.core import commands as do
from parley.core import inputs as got
from parley.core.model import LegEnd, LegPlan, Place
from parley.core.ports import TransportError
from tests.contract.telephony.stage import until
from tests.telephony.fake_switch import FakeSwitch
from tests.telephony.newcomer import CALLER, DESK, INT, Come, House, calls

RING = "/channels/leg_ann/ring"
MUSIC = "/channels/c1/moh"
BRIDGE = f"/bridges/talk-{INT}/addChannel"
DIAL = do.DialNumber(
    lane=INT, leg_id="leg_out", interaction_id=INT, number="+8613700002222", caller_id=None,
    ring_s=20.0,
)  # fmt: skip


def arrange(*legs: LegPlan) -> do.Arrange:
    return do.Arrange(lane=INT, interaction_id=INT, legs=legs, customer_leg=None)


async def alone(switch: FakeSwitch, come: Come) -> House:
    """Ann waits in her conversation for somebody who is to be called."""
    switch.channels = [DESK]
    house = await come()
    await house.surveyed()
    await house.perform(arrange(LegPlan("leg_ann", Place.TALK)))
    switch.asked.clear()
    return house


async def test_a_tone_is_stopped_after_it_has_begun(switch: FakeSwitch, come: Come):
    house = await alone(switch, come)
    with switch.hold(RING) as held:
        dialling = house.perform(DIAL)
        await held.asked.wait()
        await switch.tell("ChannelDestroyed", channel={"id": "leg_out", "name": "PJSIP/x-1"})
        await house.heard.one(got.LegEnded, leg_id="leg_out")
        await asyncio.wait((dialling,), timeout=0.2)
        assert f"DELETE {RING}" not in calls(switch)
    await dialling
    await until(lambda: f"DELETE {RING}" in calls(switch), "the tone is stopped")


async def test_a_tone_that_could_not_be_stopped_is_stopped_again(switch: FakeSwitch, come: Come):
    house = await alone(switch, come)
    await house.perform(DIAL)
    assert f"POST {RING}" in calls(switch)
    switch.refuse[RING] = 500
    await switch.tell("ChannelDestroyed", channel={"id": "leg_out", "name": "PJSIP/x-1"})
    await house.heard.one(got.LegEnded, leg_id="leg_out")
    again = arrange(LegPlan("leg_ann", Place.TALK))
    with pytest.raises(TransportError):
        await house.perform(again)
    del switch.refuse[RING]
    switch.asked.clear()
    await house.perform(again)
    assert f"DELETE {RING}" in calls(switch)


async def test_music_has_stopped_before_its_leg_is_bridged(switch: FakeSwitch, come: Come):
    """Another thread of Asterisk feeds a leg in a bridge: it may miss the stop, and the leg hears music on."""
    switch.channels = [DESK, CALLER]
    house = await come()
    await house.surveyed()
    await house.perform(arrange(LegPlan("c1", Place.MUSIC), LegPlan("leg_ann", Place.ASIDE)))
    switch.asked.clear()
    with switch.hold(MUSIC) as held:
        joining = house.perform(arrange(LegPlan("c1", Place.TALK), LegPlan("leg_ann", Place.TALK)))
        await held.asked.wait()
        await asyncio.wait((joining,), timeout=0.2)
        assert f"POST {BRIDGE}" not in calls(switch)
    await joining
    assert calls(switch).index(f"DELETE {MUSIC}") < calls(switch).index(f"POST {BRIDGE}")


async def test_who_cannot_listen_is_not_heard_where_they_were(switch: FakeSwitch, come: Come):
    switch.channels = [DESK, CALLER]
    house = await come()
    await house.surveyed()
    await house.perform(arrange(LegPlan("c1", Place.TALK), LegPlan("leg_ann", Place.TALK)))
    switch.refuse["/channels/leg_ann/snoop/ear~c1~leg_ann~listen~1"] = 422
    listens = arrange(LegPlan("c1", Place.LISTEN), LegPlan("leg_ann", Place.TALK))
    await house.perform(replace(listens, owner_leg="leg_ann"))
    assert f"POST /bridges/talk-{INT}/removeChannel" in calls(switch)


async def test_a_leg_that_could_not_join_is_not_believed_to_be_there(
    switch: FakeSwitch, come: Come
):
    switch.channels = [DESK, CALLER]
    house = await come()
    await house.surveyed()
    together = arrange(LegPlan("c1", Place.TALK), LegPlan("leg_ann", Place.TALK))
    switch.refuse[BRIDGE] = 422
    await house.perform(together)
    del switch.refuse[BRIDGE]
    switch.asked.clear()
    await house.perform(together)
    assert calls(switch).count(f"POST {BRIDGE}") == 1


async def test_a_leg_that_was_lost_while_it_was_dialled_does_not_ring(
    switch: FakeSwitch, come: Come, monkeypatch: pytest.MonkeyPatch
):
    """The switch did not answer in time; it may have dialled all the same."""
    house = await come()
    await house.surveyed()
    monkeypatch.setattr(ari, "REQUEST_S", 0.2)
    with switch.hold("/channels/leg_out") as held:
        dialling = house.perform(DIAL)
        lost = await house.heard.one(got.LegEnded, leg_id="leg_out")
        held.go.set()
        await dialling
    assert lost.cause is LegEnd.LOST
    assert calls(switch) == ["POST /channels/leg_out", "DELETE /channels/leg_out"]
