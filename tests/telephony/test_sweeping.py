"""What outlived its call is found, and nothing else; ended only if it is there at the next look, too."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from prometheus_client import REGISTRY

from parley.adapters.telephony import exchange as exchange_module
from parley.adapters.telephony import news
from parley.adapters.telephony.ari import Ari
from parley.adapters.telephony.legs import Ear, Leg, Legs
from parley.adapters.telephony.sweeping import BRIDGE, CHANNEL, LEG, Sweeper, left_over
from parley.adapters.telephony.trunks import Trunks
from parley.core import inputs as got
from parley.core.model import LegEnd, LegRole
from tests.contract.telephony.stage import until
from tests.telephony.fake_switch import FakeSwitch, channel
from tests.telephony.newcomer import (
    CALLER,
    DESK,
    INT,
    OURS,
    TALK,
    TENANT,
    TRUNK,
    Come,
    calls,
)

COPY = channel(f"ear~leg_sue~leg_ann~listen~1~{TENANT}", "Snoop/leg_ann-1")
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
    copy = channel(f"ear~leg_x~leg_ann~listen~2~{TENANT}", "Snoop/leg_ann-2")
    talk = {"id": "talk-int_gone", "channels": ["c9"]}
    assert found(legs, [CALLER, lost, dialled, copy], [talk, GONE_TALK], TENANT) == {
        (CHANNEL, "c9"), (CHANNEL, "leg_gone"), (CHANNEL, copy["id"]), (BRIDGE, "talk-int_gone"),
    }  # fmt: skip


def test_what_may_be_somebody_elses_is_not(legs: Legs) -> None:
    theirs = {**DESK, "id": "leg_theirs", "channelvars": {**OURS, "PARLEY_TENANT": "tnt_b"}}
    echo = channel("probe", "PJSIP/probe-1", app="Echo")
    desk = channel("echo", "PJSIP/p2-1", app="Echo", PARLEY_TENANT=TENANT)
    bridges = [{"id": "talk-int_theirs", "channels": ["leg_theirs"]}, {"id": "conference"}]
    copies = [
        channel("ear~leg_x~leg_theirs~listen~3~tnt_b", "Snoop/leg_theirs-1"),
        channel("ear~leg_x~leg_theirs~listen~4", "Snoop/leg_theirs-2"),  # of an older version
    ]
    assert found(legs, [theirs, echo, desk, *copies], bridges, TENANT) == set()


class Swept:
    """A sweeper at the switch, and which legs it told to have ended."""

    def __init__(self, switch: FakeSwitch, legs: Legs) -> None:
        self.ended: list[tuple[str, LegEnd]] = []
        self._legs = legs
        self._ari = Ari(switch.access)
        self.sweeper = Sweeper(self._ari, legs, lambda tenant_id: True, self._end)

    async def look(self, times: int = 1) -> None:
        for _ in range(times):
            await self.sweeper.look()

    def _end(self, leg: Leg, end: LegEnd, code: int | None) -> None:
        self._legs.end(leg)
        self.ended.append((leg.id, end))

    def close(self) -> None:
        self._ari.close()


@pytest.fixture
def swept(switch: FakeSwitch, legs: Legs) -> Iterator[Swept]:
    swept = Swept(switch, legs)
    yield swept
    swept.close()


def counted(kind: str) -> float:
    """As it is in the metrics."""
    return REGISTRY.get_sample_value("parley_telephony_swept_total", {"kind": kind}) or 0.0


async def test_it_is_ended_at_the_second_look_and_counted(swept: Swept, switch: FakeSwitch) -> None:
    before = counted(CHANNEL), counted(BRIDGE)
    lost = {**DESK, "id": "leg_gone"}
    switch.channels, switch.bridges = [CALLER, DESK, lost], [TALK, GONE_TALK]
    await swept.look()
    swept.sweeper.forget()
    await swept.look()
    assert switch.asked == []
    await swept.look()
    assert switch.asked == ["DELETE /bridges/talk-int_gone", "DELETE /channels/leg_gone"]
    assert (counted(CHANNEL), counted(BRIDGE)) == (before[0] + 1, before[1] + 1)


async def test_one_that_can_not_be_ended_keeps_no_other(swept: Swept, switch: FakeSwitch) -> None:
    switch.bridges = [{"id": "aside-int_gone", "channels": []}, GONE_TALK]
    switch.refuse["/bridges/aside-int_gone"] = 500
    await swept.look(2)
    assert switch.asked == ["DELETE /bridges/aside-int_gone", "DELETE /bridges/talk-int_gone"]
    assert swept.sweeper.swept == 1


async def test_what_comes_or_goes_just_now_is_left_alone(
    swept: Swept, legs: Legs, switch: FakeSwitch
) -> None:
    switch.channels = [{**DESK, "id": "leg_new"}, {**DESK, "id": "leg_going"}]
    await swept.look()
    legs.add(Leg("leg_new", TENANT, LegRole.AGENT, "leg_new", interaction_id="int_2"))
    switch.channels = switch.channels[:1]
    await swept.look()
    assert switch.asked == []


async def test_a_leg_whose_channel_is_gone_has_ended_at_the_second_look(
    swept: Swept, legs: Legs, switch: FakeSwitch
) -> None:
    before = counted(LEG)
    here = channel("leg_here", "PJSIP/p1-1", **OURS)
    for id_, up, rang, dropped in (
        ("leg_here", True, True, False), ("leg_rang", False, True, False),
        ("leg_up", True, False, False), ("leg_dropped", True, True, True),
    ):  # fmt: skip
        leg = Leg(id_, TENANT, LegRole.AGENT, id_, up=up, rang=rang, dropped=dropped)
        legs.add(leg)
    switch.channels = [here]
    await swept.look()
    assert swept.ended == []
    await swept.look(2)
    assert swept.ended[0] == ("c1", LegEnd.LOST)  # before the agents' legs
    assert set(swept.ended[1:]) == {
        ("leg_rang", LegEnd.LOST), ("leg_up", LegEnd.LOST), ("leg_dropped", LegEnd.NORMAL),
    }  # fmt: skip
    assert counted(LEG) == before + 4


async def test_a_leg_that_is_being_dialled_is_waited_for(
    swept: Swept, legs: Legs, switch: FakeSwitch
) -> None:
    """Also one that rang over another trunk before: each try has a channel of its own."""
    legs.add(Leg("leg_new", TENANT, LegRole.AGENT, "leg_new"))
    again = Leg("leg_again", TENANT, LegRole.PARTY, "leg_again", rang=True)
    legs.add(again)
    switch.channels = [CALLER]
    await swept.look()
    legs.retry(again)
    await swept.look()
    assert swept.ended == []


# --- the exchange's own look, again and again ------------------------------------------------------------


async def test_looks_go_on_whatever_one_fails_on(
    switch: FakeSwitch, come: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange_module, "SWEEP_S", 0.02)
    house = await come()
    await house.surveyed()
    with switch.hold("/bridges") as held:
        switch.bridges = [{"id": 5}]  # no bridge has such an id
        await held.asked.wait()
    switch.bridges = [GONE_TALK]
    await until(lambda: "DELETE /bridges/talk-int_gone" in calls(switch), "it is swept")


async def test_a_phone_whose_channel_is_gone_is_free_again(
    switch: FakeSwitch, come: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange_module, "SWEEP_S", 0.02)
    switch.channels = [DESK]
    house = await come()
    await house.surveyed()
    switch.channels = []
    ended = await house.heard.one(got.LegEnded, leg_id="leg_ann")
    assert ended.cause is LegEnd.LOST
    assert house.exchange.status(TENANT).legs == 0


async def test_names_are_looked_up_again_whatever_one_look_fails_on(
    come: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []

    async def look_up(self: Trunks) -> None:
        looks.append(1)
        raise ValueError("what no resolver should raise")

    monkeypatch.setattr(exchange_module, "LOOK_UP_S", 0.02)
    monkeypatch.setattr(Trunks, "look_up", look_up)
    await come()
    await until(lambda: len(looks) > 2, "looked up again")
