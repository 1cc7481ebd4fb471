"""Parley comes (back) to a switch that has calls: none is cut, none is forgotten, no news overtakes another."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from parley.adapters.telephony import exchange as exchange_module
from parley.adapters.telephony import survey
from parley.adapters.telephony.names import phone_name, trunk_name
from parley.core import commands as do
from parley.core import inputs as got
from parley.core.desk.settings import Document
from parley.core.model import LegEnd, LegPlan, Place
from parley.core.ports import TransportError
from tests.contract.telephony.stage import HOTLINE, until
from tests.telephony.fake_switch import FakeSwitch, channel
from tests.telephony.newcomer import (
    CALLER,
    DESK,
    INT,
    OURS,
    PHONE,
    SETTINGS,
    TALK,
    TENANT,
    TRUNK,
    Come,
    House,
    calls,
)

HANG_UP = do.HangUp(lane=INT, leg_id="leg_ann")
RINGS = {**CALLER, "state": "Ring", "caller": {"number": "13800001111", "name": ""}}
TO_US = ["trunk", TENANT, "first", HOTLINE]

# another company at the same carrier: the switch takes its calls for ours
OTHER, THEIR_NUMBER = "tnt_b", "+8657188887777"
THEIR_SETTINGS = [
    Document("tenant", "t", {"country": "CN"}),
    Document("entry_point", "ep_theirs", {
        "channel": "voice", "numbers": [THEIR_NUMBER], "language": "zh-CN",
    }),
    Document("trunk", "theirs", {"name": "theirs", "host": "192.0.2.1"}),
]  # fmt: skip


def settings_told(switch: FakeSwitch) -> list[str]:
    return [line for line in switch.asked if "/config/" in line]


# --- what the switch was told before ------------------------------------------------------------------


async def test_who_comes_back_leaves_trunks_and_phones_in_peace(switch: FakeSwitch, come: Come):
    await (await come()).surveyed()
    assert f"PUT /asterisk/config/dynamic/res_pjsip/endpoint/{PHONE}" in switch.asked
    switch.asked.clear()
    await (await come()).surveyed()
    assert settings_told(switch) == []


async def test_what_has_changed_meanwhile_is_told_alone(switch: FakeSwitch, come: Come):
    await (await come()).surveyed()
    switch.variables[f"PARLEY_TOLD_identify_{TRUNK}"] = "something else"
    switch.asked.clear()
    await (await come()).surveyed()
    path = f"/asterisk/config/dynamic/res_pjsip/identify/{TRUNK}"
    assert settings_told(switch) == [f"DELETE {path}", f"PUT {path}"]


async def test_a_switch_that_forgot_is_told_again(switch: FakeSwitch, come: Come):
    await (await come()).surveyed()
    told = settings_told(switch)
    switch.variables.clear()
    switch.asked.clear()
    await (await come()).surveyed()
    assert settings_told(switch) == told


async def test_nobody_listens_before_the_numbers_are_known(switch: FakeSwitch):
    house = House(switch)
    await house.exchange.start()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await switch.joined.wait()
    await house.exchange.configure(TENANT, SETTINGS)
    await switch.joined.wait()
    await house.close()


# --- legs -----------------------------------------------------------------------------------------------


async def test_legs_that_live_are_found_where_they_are(switch: FakeSwitch, come: Come):
    switch.channels, switch.bridges = [DESK, CALLER], [TALK]
    house = await come()
    assert set((await house.surveyed()).up) == {"leg_ann", "c1"}
    together = (LegPlan("c1", Place.TALK), LegPlan("leg_ann", Place.TALK))
    await house.perform(do.Arrange(lane=INT, interaction_id=INT, legs=together, customer_leg=None))
    assert not [line for line in calls(switch) if "addChannel" in line or "removeCh" in line]


async def test_a_command_waits_for_the_leg_that_it_is_about(switch: FakeSwitch, come: Come):
    switch.channels = [DESK]
    with switch.hold("/channels") as held:
        house = await come()
        await held.asked.wait()
        hanging_up = house.perform(HANG_UP)
        await asyncio.sleep(0)
        assert not house.heard.all(got.LegEnded)
        held.go.set()
        await hanging_up
    assert "DELETE /channels/leg_ann" in calls(switch)


async def test_a_command_is_tried_again_if_nobody_looks(
    switch: FakeSwitch, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(survey, "SURVEYED_S", 0.01)
    house = House(switch)
    with pytest.raises(TransportError) as refused:
        await house.exchange.perform(TENANT, HANG_UP)
    assert not refused.value.permanent
    await house.close()


async def test_an_end_that_is_heard_while_legs_are_looked_up_is_told(
    switch: FakeSwitch, come: Come
):
    """The switch looked before it ended; we read what it saw after we heard of the end."""
    house = await come()
    await house.surveyed()
    switch.channels = [DESK]
    with switch.hold("/channels") as held:
        surveying = asyncio.create_task(house.exchange.survey(TENANT))
        await held.asked.wait()
        await switch.tell("ChannelDestroyed", channel=DESK, cause=16)
        await until(lambda: house.exchange._held, "it is heard")
        held.go.set()
        await surveying
    assert (await house.heard.one(got.LegEnded, leg_id="leg_ann")).cause is LegEnd.NORMAL
    assert house.exchange.status(TENANT).legs == 0


async def test_a_leg_whose_end_comes_later_is_not_lost_before(switch: FakeSwitch, come: Come):
    switch.channels = [DESK]
    house = await come()
    await house.surveyed()
    switch.channels = []
    await house.exchange.survey(TENANT)
    await until(lambda: len(house.heard.all(got.LegsFound)) == 2, "surveyed again")
    assert house.heard.all(got.LegsFound)[-1].up == ("leg_ann",)
    await switch.tell("ChannelDestroyed", channel=DESK, cause=17)
    assert (await house.heard.one(got.LegEnded, leg_id="leg_ann")).code == 17


async def test_what_ended_while_the_line_was_away_is_gone(switch: FakeSwitch, come: Come):
    switch.channels = [DESK]
    house = await come()
    await house.surveyed()
    switch.channels = []
    await switch.cut()
    await until(lambda: len(house.heard.all(got.LegsFound)) == 2, "surveyed again")
    assert house.heard.all(got.LegsFound)[-1].up == ()


async def test_an_answer_while_the_line_was_away_is_told(switch: FakeSwitch, come: Come):
    house = await come()
    await house.surveyed()
    await house.perform(do.DialNumber(
        lane=INT, leg_id="leg_out", interaction_id=INT, number="+8613700002222",
        caller_id=None, ring_s=20.0,
    ))  # fmt: skip
    switch.channels = [channel("leg_out", f"PJSIP/{TRUNK}-3", **OURS)]
    await switch.cut()
    assert (await house.heard.one(got.LegAnswered)).trunk == "first"


async def test_a_leg_in_other_hands_still_is_not_up(switch: FakeSwitch, come: Come):
    """The phone was picked up, but the call is not handed to us yet: it can't be moved."""
    switch.channels = [{**DESK, "dialplan": {"app_name": "AppDial2"}}]
    found = await (await come()).surveyed()
    assert (found.up, found.ringing) == ((), ("leg_ann",))


# a customer who was called back: what the dialplan says of them once it has listened
LISTENED = channel("leg_out", f"PJSIP/{TRUNK}-3", app="AMD", **{**OURS, "PARLEY_ROLE": "customer"})


def handed_over(status: str) -> dict[str, Any]:
    return {
        **LISTENED, "dialplan": {"app_name": "Stasis", "app_data": f"parley,amd,{status},WHY-1-2"},
    }  # fmt: skip


async def test_a_leg_that_is_listened_to_still_rings_for_who_comes(switch: FakeSwitch, come: Come):
    switch.channels = [LISTENED]
    house = await come()
    found = await house.surveyed()
    assert (found.up, found.ringing) == ((), ("leg_out",))


async def test_a_machine_is_hung_up_on_and_never_told_as_answered(switch: FakeSwitch, come: Come):
    switch.channels = [LISTENED]
    house = await come()
    await house.surveyed()
    machine = handed_over("MACHINE")
    await switch.tell("StasisStart", channel=machine, args=["amd", "MACHINE", "WHY-1-2"])
    await until(lambda: "DELETE /channels/leg_out" in calls(switch), "it is hung up on")
    await switch.tell("ChannelDestroyed", channel=machine, cause=16)
    assert (await house.heard.one(got.LegEnded, leg_id="leg_out")).cause is LegEnd.MACHINE
    assert not house.heard.all(got.LegAnswered)


@pytest.mark.parametrize("status", ["HUMAN", "NOTSURE", "HANGUP", ""])
async def test_in_doubt_it_is_a_person(switch: FakeSwitch, come: Come, status: str):
    switch.channels = [LISTENED]
    house = await come()
    await house.surveyed()
    await switch.tell("StasisStart", channel=handed_over(status), args=["amd", status, ""])
    assert (await house.heard.one(got.LegAnswered, leg_id="leg_out")).trunk == "first"


async def test_who_hangs_up_while_listened_to_was_not_reached(switch: FakeSwitch, come: Come):
    switch.channels = [LISTENED]
    house = await come()
    await house.surveyed()
    await switch.tell("ChannelDestroyed", channel=LISTENED, cause=0)
    assert (await house.heard.one(got.LegEnded, leg_id="leg_out")).cause is LegEnd.NO_ANSWER


@pytest.mark.parametrize("known", [False, True])
async def test_a_machine_that_answered_while_nobody_listened_is_hung_up_on(
    switch: FakeSwitch, come: Come, known: bool
):
    switch.channels = [LISTENED] if known else [handed_over("MACHINE")]
    house = await come()
    await house.surveyed()
    if known:
        switch.channels = [handed_over("MACHINE")]
        await switch.cut()
    await until(lambda: "DELETE /channels/leg_out" in calls(switch), "it is hung up on")
    assert all(found.up == () for found in house.heard.all(got.LegsFound))
    await switch.tell("ChannelDestroyed", channel=handed_over("MACHINE"), cause=16)
    assert (await house.heard.one(got.LegEnded, leg_id="leg_out")).cause is LegEnd.MACHINE
    assert not house.heard.all(got.LegAnswered)


async def test_a_second_look_does_not_forget_where_legs_were_moved(switch: FakeSwitch, come: Come):
    switch.channels, switch.bridges = [DESK, CALLER], [TALK]
    house = await come()
    await house.surveyed()
    apart = (LegPlan("c1", Place.MUSIC), LegPlan("leg_ann", Place.TALK))
    together = (LegPlan("c1", Place.TALK), LegPlan("leg_ann", Place.TALK))
    with switch.hold("/bridges") as held:
        surveying = asyncio.create_task(house.exchange.survey(TENANT))
        await held.asked.wait()
        await house.perform(do.Arrange(lane=INT, interaction_id=INT, legs=apart, customer_leg=None))
        held.go.set()
        await surveying
    await house.perform(do.Arrange(lane=INT, interaction_id=INT, legs=together, customer_leg=None))
    assert f"POST /bridges/talk-{INT}/addChannel" in calls(switch)


async def test_who_picks_up_before_we_have_looked_is_not_hung_up(switch: FakeSwitch, come: Come):
    house = await come()
    await house.surveyed()
    other = {**DESK, "channelvars": {**OURS, "PARLEY_TENANT": "tnt_b"}}
    await switch.tell("StasisStart", channel=other, args=[])
    stranger = {**DESK, "id": "leg_nobody"}
    await switch.tell("StasisStart", channel=stranger, args=[])
    await until(lambda: "DELETE /channels/leg_nobody" in calls(switch), "the stranger is hung up")
    assert "DELETE /channels/leg_ann" not in calls(switch)


# --- callers who come meanwhile ---------------------------------------------------------------------------


@pytest.mark.parametrize("again", [False, True])
async def test_who_calls_while_legs_are_looked_up_arrives(switch: FakeSwitch, again: bool):
    """The switch's list has the caller already; that they came is heard after it."""
    house = House(switch)
    if again:
        await house.open()
        await house.surveyed()
    switch.channels = [RINGS]
    with switch.hold("/channels") as held:
        looking = house.exchange.survey(TENANT) if again else house.open()
        surveying = asyncio.create_task(looking)
        await held.asked.wait()
        await switch.tell("StasisStart", channel=RINGS, args=TO_US)
        await until(lambda: house.exchange._held, "it is heard")
        held.go.set()
        await surveying
        await house.surveyed()
    await arrived(house)
    await house.close()


async def test_who_calls_after_legs_were_looked_up_at_the_start_arrives(
    switch: FakeSwitch, come: Come
):
    """Heard before the survey has told what it found."""
    switch.channels = [RINGS]
    with switch.hold("/bridges") as held:
        house = await come()
        await held.asked.wait()
        await switch.tell("StasisStart", channel=RINGS, args=TO_US)
        await until(lambda: house.exchange._held, "it is heard")
        held.go.set()
        assert (await house.surveyed()).ringing == ()
    await arrived(house)


async def arrived(house: House, tenant_id: str = TENANT) -> None:
    """As any other caller: their line rings until it is answered."""
    assert (await house.heard.one(got.CallArrived)).leg_id == "c1"
    await switch_told(house)
    assert house.heard.of(tenant_id, got.CallArrived)
    assert not house.heard.all(got.LegAnswered)
    assert not any("c1" in found.up for found in house.heard.all(got.LegsFound))
    leg = house.exchange.legs.get("c1")
    assert leg is not None
    assert (leg.tenant_id, leg.up) == (tenant_id, False)


async def switch_told(house: House) -> None:
    """All that the switch told was passed on."""
    async with asyncio.timeout(5):
        await house.board.settle()


async def test_who_calls_the_other_company_while_legs_are_looked_up_is_theirs(
    switch: FakeSwitch, come: Come
):
    house = await come()
    await house.surveyed()
    await house.exchange.configure(OTHER, THEIR_SETTINGS)
    switch.channels = [RINGS]
    with switch.hold("/channels") as held:
        surveying = asyncio.create_task(house.exchange.survey(TENANT))
        await held.asked.wait()
        to_them = ["trunk", TENANT, "first", THEIR_NUMBER]
        await switch.tell("StasisStart", channel=RINGS, args=to_them)
        await until(lambda: house.exchange._held, "it is heard")
        held.go.set()
        await surveying
    await arrived(house, OTHER)
    assert not any(found.ringing for found in house.heard.of(TENANT, got.LegsFound))


async def test_who_is_listed_before_they_are_handed_to_us_arrives_then(
    switch: FakeSwitch, come: Come
):
    switch.channels = [{**RINGS, "dialplan": {"exten": HOTLINE, "app_name": ""}}]
    house = await come()
    assert (await house.surveyed()).ringing == ()
    await switch.tell("StasisStart", channel=RINGS, args=TO_US)
    await arrived(house)


async def test_who_is_listed_before_we_hear_of_them_arrives(switch: FakeSwitch, come: Come):
    house = await come()
    await house.surveyed()
    switch.channels = [RINGS]
    with switch.hold("/bridges") as held:
        surveying = asyncio.create_task(house.exchange.survey(TENANT))
        await held.asked.wait()
        await switch.tell("StasisStart", channel=RINGS, args=TO_US)
        await house.heard.one(got.CallArrived)
        held.go.set()
        await surveying
    await arrived(house)


async def test_who_came_while_the_line_was_away_is_found(switch: FakeSwitch, come: Come):
    house = await come()
    await house.surveyed()
    switch.channels = [RINGS]
    await switch.cut()
    await until(lambda: len(house.heard.all(got.LegsFound)) == 2, "surveyed again")
    assert house.heard.all(got.LegsFound)[-1].ringing == ("c1",)


@pytest.mark.parametrize("dialplan", [
    {"exten": THEIR_NUMBER, "app_name": "Stasis"},
    {"exten": "s", "app_name": "Stasis", "app_data": f"parley,trunk,{TENANT},first,{THEIR_NUMBER}"},
])  # fmt: skip
async def test_a_call_that_nobody_had_said_whose_it_is_is_its_numbers_owners(
    switch: FakeSwitch, dialplan: dict[str, str]
):
    """The Parley before was killed when it had taken the call, before it told the switch."""
    switch.endpoints[trunk_name(OTHER, "theirs")] = "online"
    switch.channels = [{**CALLER, "dialplan": dialplan}]
    house = House(switch)
    await house.exchange.configure(OTHER, THEIR_SETTINGS)
    await house.open()
    await until(lambda: len(house.heard.all(got.LegsFound)) == 2, "both are surveyed")
    assert [found.up for found in house.heard.of(OTHER, got.LegsFound)] == [("c1",)]
    assert [found.up for found in house.heard.of(TENANT, got.LegsFound)] == [()]
    await house.close()


async def test_a_supervisor_of_a_company_that_is_not_surveyed_listens_on(
    switch: FakeSwitch, come: Come
):
    ear = "ear~leg_x~leg_y~listen~1"
    switch.channels = [
        channel(id_, "Snoop/leg_y-1") for id_ in (f"{ear}~{OTHER}", f"{ear}~{TENANT}", ear)
    ]
    await (await come()).surveyed()
    assert calls(switch) == [f"DELETE /channels/{ear}~{TENANT}"]


# --- phones and carriers -----------------------------------------------------------------------------------


async def test_a_phone_without_a_line_is_gone_only_after_a_while(
    switch: FakeSwitch, come: Come, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(exchange_module, "PHONES_BACK_S", 0.5)
    bob = phone_name(TENANT, "agt_bob")
    house = await come()  # bob's and sue's phones are not there
    await house.heard.one(got.PhoneChanged, agent_id="agt_ann", reachable=True)
    assert not house.heard.all(got.PhoneChanged, reachable=False)
    contact = {"uri": "sip:bob@192.0.2.9", "contact_status": "NonQualified", "aor": bob}
    await switch.tell("ContactStatusChange", contact_info=contact, endpoint={"resource": bob})
    await house.heard.one(got.PhoneChanged, agent_id="agt_sue", reachable=False)
    assert not house.heard.all(got.PhoneChanged, agent_id="agt_bob", reachable=False)


async def test_phones_are_not_looked_up_while_they_are_put_anew(switch: FakeSwitch, come: Come):
    house = await come()
    await house.surveyed()
    path = f"/asterisk/config/dynamic/res_pjsip/endpoint/{PHONE}"
    switch.variables.clear()
    house = House(switch)
    with switch.hold(path) as held:
        configuring = asyncio.create_task(house.exchange.configure(TENANT, SETTINGS))
        await held.asked.wait()
        switch.endpoints.pop(PHONE)
        looking = asyncio.create_task(house.exchange._peers.online())
        await asyncio.wait((looking,), timeout=0.2)
        switch.endpoints[PHONE] = "online"
        held.go.set()
        await configuring
    assert (await looking)[PHONE]
    await house.close()


async def test_a_silent_carrier_is_tried_after_the_others(switch: FakeSwitch, come: Come):
    house = await come()
    await house.surveyed()
    more: Mapping[str, Any] = {"name": "second", "host": "192.0.2.2", "priority": -1}
    await house.exchange.configure(TENANT, [*SETTINGS, Document("trunk", "second", dict(more))])
    order = house.exchange._trunks.to_try
    assert [trunk.id for trunk in order(TENANT)] == ["first", "second"]
    contact = {"uri": "sip:192.0.2.1", "contact_status": "Unreachable", "aor": TRUNK}
    await switch.tell("ContactStatusChange", contact_info=contact, endpoint={"resource": TRUNK})
    await until(lambda: [t.id for t in order(TENANT)] == ["second", "first"], "first is last")
    contact["contact_status"] = "Reachable"
    await switch.tell("ContactStatusChange", contact_info=contact, endpoint={"resource": TRUNK})
    await until(lambda: [t.id for t in order(TENANT)] == ["first", "second"], "first again")
