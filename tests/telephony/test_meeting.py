"""An agent's phone meets the customer it was dialled for, whichever of them answers last."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from parley.core import commands as do
from parley.core import inputs as got
from parley.core.model import LegPlan, Place
from tests.contract.telephony.stage import HOTLINE, until
from tests.telephony.fake_switch import FakeSwitch, channel
from tests.telephony.newcomer import (
    CALLER,
    DESK,
    INT,
    TENANT,
    TRUNK,
    Come,
    House,
    calls,
)

RINGING_CALLER = {**CALLER, "state": "Ring"}
BRIDGED = f"POST /bridges/talk-{INT}/addChannel"


async def rung(switch: FakeSwitch, come: Come) -> House:
    """A caller whose line is not answered, and Ann's phone that was dialled to meet them."""
    house = await come()
    await house.surveyed()
    caller = {"number": "13800001111", "name": ""}
    here: dict[str, Any] = {**RINGING_CALLER, "caller": caller}
    await switch.tell("StasisStart", channel=here, args=["trunk", TENANT, "first", HOTLINE])
    await house.heard.one(got.CallArrived, leg_id="c1")
    await house.perform(do.DialAgent(
        lane=INT, leg_id="leg_ann", interaction_id=INT, agent_id="agt_ann", purpose="offer",
        caller_id="x", ring_s=20.0, meets="c1",
    ))  # fmt: skip
    return house


async def up(switch: FakeSwitch, *order: str) -> None:
    for leg in order:
        if leg == "c1":
            await switch.tell("ChannelStateChange", channel=CALLER)
        else:
            await switch.tell("StasisStart", channel=DESK, args=[])


@pytest.mark.parametrize("order", [("c1", "leg_ann"), ("leg_ann", "c1")])
async def test_they_meet_when_both_have_answered(
    switch: FakeSwitch, come: Come, order: tuple[str, str]
):
    house = await rung(switch, come)
    await up(switch, order[0])
    await house.heard.one(got.LegAnswered, leg_id=order[0])
    assert BRIDGED not in calls(switch)
    await up(switch, order[1])
    await until(lambda: BRIDGED in calls(switch), "they are bridged")


async def test_who_met_is_bridged_once_and_not_parted_by_older_words(
    switch: FakeSwitch, come: Come
):
    house = await rung(switch, come)
    await up(switch, "c1", "leg_ann")
    await until(lambda: BRIDGED in calls(switch), "they are bridged")
    older = (LegPlan("c1", Place.MUSIC),)
    newer = (LegPlan("c1", Place.TALK), LegPlan("leg_ann", Place.TALK))
    for legs in (older, newer):
        await house.perform(do.Arrange(lane=INT, interaction_id=INT, legs=legs))
    assert calls(switch).count(BRIDGED) == 1
    assert not [line for line in calls(switch) if "removeChannel" in line or "/moh" in line]


async def test_a_stranger_on_the_same_trunk_meets_nobody(switch: FakeSwitch, come: Come):
    house = await rung(switch, come)
    other = channel("c2", f"PJSIP/{TRUNK}-3", PARLEY_TENANT=TENANT)
    caller = {"number": "13800002222", "name": ""}
    args = ["trunk", TENANT, "first", HOTLINE]
    await switch.tell(
        "StasisStart", channel={**other, "state": "Ring", "caller": caller}, args=args
    )
    await switch.tell("ChannelStateChange", channel=other)
    await up(switch, "leg_ann")
    await house.heard.one(got.LegAnswered, leg_id="leg_ann")
    await house.heard.one(got.LegAnswered, leg_id="c2")
    assert BRIDGED not in calls(switch)


async def test_who_is_let_go_while_they_were_to_meet_does_not_leave_the_customer_in_silence(
    switch: FakeSwitch, come: Come
):
    house = await rung(switch, come)
    await up(switch, "c1")
    await house.heard.one(got.LegAnswered, leg_id="c1")

    async def lane() -> None:
        waits = (LegPlan("c1", Place.MUSIC),)
        await house.perform(do.Arrange(lane=INT, interaction_id=INT, legs=waits))
        await house.perform(do.HangUp(lane=INT, leg_id="leg_ann"))

    with switch.hold("/channels/c1/moh") as held:
        working = asyncio.create_task(lane())
        await held.asked.wait()
        await up(switch, "leg_ann")
        await house.heard.one(got.LegAnswered, leg_id="leg_ann")
        held.go.set()
        await working
    await switch.tell("ChannelDestroyed", channel=DESK, cause=16)
    await house.heard.one(got.LegEnded, leg_id="leg_ann")
    customer = house.exchange.legs.get("c1")
    assert customer is not None
    await until(lambda: customer.music and customer.bridge is None, "music", lambda: calls(switch))
