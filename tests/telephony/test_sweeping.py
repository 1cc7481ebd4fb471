"""What outlived its call is found, and nothing else; ended only if it is there at the next look, too."""

from __future__ import annotations

import msgspec
import pytest

from parley.adapters.telephony import news
from parley.adapters.telephony.ari import Ari
from parley.adapters.telephony.legs import Ear, Leg, Legs
from parley.adapters.telephony.sweeping import BRIDGE, CHANNEL, Sweeper, left_over
from parley.core.model import LegRole
from tests.telephony.fake_switch import FakeSwitch, channel
from tests.telephony.newcomer import CALLER, DESK, INT, OURS, TALK, TENANT, TRUNK

COPY = channel("ear~leg_sue~leg_ann~listen~1", "Snoop/leg_ann-1")
GONE_TALK = {"id": "talk-int_gone", "channels": []}


@pytest.fixture
def legs() -> Legs:
    """A caller and Ann, who talk; Sue listens."""
    legs = Legs()
    legs.add(Leg("c1", TENANT, LegRole.CUSTOMER, "c1", interaction_id=INT, inbound=True))
    legs.add(Leg("leg_ann", TENANT, LegRole.AGENT, "leg_ann", interaction_id=INT))
    ear = Ear(COPY["id"], "leg_ann", whispers=False)
    legs.add(Leg("leg_sue", TENANT, LegRole.AGENT, "leg_sue", interaction_id=INT, ear=ear))
    return legs


def found(legs: Legs, channels: list[object], bridges: list[object], *known: str) -> set[object]:
    return set(left_over(
        msgspec.convert(channels, list[news.Channel]),
        msgspec.convert(bridges, list[news.Bridge]),
        legs, known.__contains__,
    ))  # fmt: skip


def test_nothing_of_a_call_that_lives_is_left_over(legs: Legs) -> None:
    bridges = [TALK, {"id": f"aside-{INT}"}, {"id": f"ear-{COPY['id']}", "channels": [COPY["id"]]}]
    assert found(legs, [CALLER, DESK, COPY], bridges, TENANT) == set()


def test_what_no_leg_has_is_left_over(legs: Legs) -> None:
    lost = channel("c9", f"PJSIP/{TRUNK}-9", PARLEY_TENANT=TENANT)
    dialled = channel("leg_gone", "PJSIP/p1-1", "Ringing", "AppDial2", **OURS)
    copy = channel("ear~leg_x~leg_ann~listen~2", "Snoop/leg_ann-2")
    talk = {"id": "talk-int_gone", "channels": ["c9"]}
    assert found(legs, [CALLER, lost, dialled, copy], [talk, GONE_TALK], TENANT) == {
        (CHANNEL, "c9"), (CHANNEL, "leg_gone"), (CHANNEL, copy["id"]), (BRIDGE, "talk-int_gone"),
    }  # fmt: skip


def test_what_may_be_somebody_elses_is_not(legs: Legs) -> None:
    theirs = {**DESK, "id": "leg_theirs", "channelvars": {**OURS, "PARLEY_TENANT": "tnt_b"}}
    echo = channel("probe", "PJSIP/probe-1", app="Echo")
    desk = channel("echo", "PJSIP/p2-1", app="Echo", PARLEY_TENANT=TENANT)
    bridges = [{"id": "talk-int_theirs", "channels": ["leg_theirs"]}, {"id": "conference"}]
    assert found(legs, [theirs, echo, desk], bridges, TENANT) == set()


async def test_it_is_ended_at_the_second_look_and_counted(legs: Legs, switch: FakeSwitch) -> None:
    ari = Ari(switch.access)
    sweeper = Sweeper(ari, legs, lambda tenant_id: True)
    lost = {**DESK, "id": "leg_gone"}
    switch.channels, switch.bridges = [CALLER, DESK, lost], [TALK, GONE_TALK]
    await sweeper.look()
    sweeper.forget()
    await sweeper.look()
    assert switch.asked == []
    await sweeper.look()
    assert switch.asked == ["DELETE /bridges/talk-int_gone", "DELETE /channels/leg_gone"]
    assert sweeper.swept == 2
    ari.close()


async def test_what_comes_or_goes_just_now_is_left_alone(legs: Legs, switch: FakeSwitch) -> None:
    ari = Ari(switch.access)
    sweeper = Sweeper(ari, legs, lambda tenant_id: True)
    switch.channels = [{**DESK, "id": "leg_new"}, {**DESK, "id": "leg_going"}]
    await sweeper.look()
    legs.add(Leg("leg_new", TENANT, LegRole.AGENT, "leg_new", interaction_id="int_2"))
    switch.channels = switch.channels[:1]
    await sweeper.look()
    assert switch.asked == []
    ari.close()
