"""Calls out: agents' phones and outside numbers, how they end, and over which trunk they go."""

from __future__ import annotations

import asyncio
import re

import pytest

from parley.core import commands as do
from parley.core import inputs as got
from parley.core.desk.settings import Document
from parley.core.model import LegEnd, LegPlan, Place
from tests.contract.telephony.real import RealPerson
from tests.contract.telephony.stage import ANN, BOB, HOTLINE, Ringing, Stage, hears, until
from tests.contract.telephony.test_callers import INT, answered, arrange
from tests.contract.telephony.test_conversations import dial_agent, talk

NUMBER = "+8613700002222"


async def dial_number(
    stage: Stage, ring_s: float = 20.0, leg: str = "out", caller_id: str | None = HOTLINE,
    *, amd: bool = False,
) -> str:  # fmt: skip
    leg = f"leg_{stage.tenant}_{leg}"
    command = do.DialNumber(
        lane=INT, leg_id=leg, interaction_id=INT, number=NUMBER, caller_id=caller_id, ring_s=ring_s,
        amd=amd,
    )  # fmt: skip
    await stage.telephony.perform(stage.tenant, command)
    return leg


async def test_an_outside_number_is_called_over_the_first_trunk(stage: Stage):
    leg = await dial_number(stage)
    outside = await stage.dialled("first")
    await stage.heard.one(got.LegRang, leg_id=leg)
    outside.answer()
    up = await stage.heard.one(got.LegAnswered, leg_id=leg)
    assert up.trunk == "first"
    first = next(t for t in stage.telephony.status(stage.tenant).trunks if t.id == "first")
    assert (first.calls, first.carried) == (1, 1)


async def test_the_number_that_was_shown_is_told(stage: Stage):
    leg = await dial_number(stage)
    outside = await stage.dialled("first")
    assert (await stage.heard.one(got.LegRang, leg_id=leg)).caller_id == HOTLINE
    assert shown(outside) == HOTLINE
    outside.answer()
    assert (await stage.heard.one(got.LegAnswered, leg_id=leg)).caller_id == HOTLINE
    outside.hang_up()
    assert (await stage.heard.one(got.LegEnded, leg_id=leg)).caller_id == HOTLINE


async def test_without_one_it_is_that_of_the_trunk_that_is_tried(stage: Stage):
    first, second = "057188880002", "057188880003"
    await stage.configure(
        Document("limit", "first", {"numbers": [first, "95501"]}),
        Document("limit", "second", {"numbers": [second]}),
    )
    leg = await dial_number(stage, caller_id=None)
    outside = await stage.dialled("first")
    assert shown(outside) == first
    outside.reject("congested")
    outside = await stage.dialled("second")
    assert shown(outside) == second
    outside.reject("busy")
    assert (await stage.heard.one(got.LegEnded, leg_id=leg)).caller_id == second


def shown(outside: Ringing) -> str:
    """The number that a carrier's phone displays."""
    if isinstance(outside, RealPerson):
        return re.findall(r"sip:([^@]+)@", outside.call.headers["from"])[0]
    leg = outside.leg  # type: ignore[attr-defined]  # of the twin
    return str(leg.caller_id)


async def test_a_trunk_that_fails_is_followed_by_the_next(stage: Stage):
    leg = await dial_number(stage)
    (await stage.dialled("first")).reject("congested")
    second = await stage.dialled("second")
    second.answer()
    assert (await stage.heard.one(got.LegAnswered, leg_id=leg)).trunk == "second"
    second.speak("outside")
    await arrange(stage, LegPlan(leg, Place.MUSIC))
    await hears(second, "music")
    figures = {t.id: t for t in stage.telephony.status(stage.tenant).trunks}
    assert figures["first"].rejected == 1
    assert not stage.heard.all(got.LegEnded)


async def test_no_trunk_left_is_unreachable(stage: Stage):
    leg = await dial_number(stage)
    (await stage.dialled("first")).reject("congested")
    (await stage.dialled("second")).reject("congested")
    end = await stage.heard.one(got.LegEnded, leg_id=leg)
    assert end.cause is LegEnd.UNREACHABLE
    await stage.emptied()


async def test_a_full_trunk_is_passed_over(stage: Stage):
    await stage.configure(limited("first", 0))
    leg = await dial_number(stage)
    (await stage.dialled("second")).answer()
    assert (await stage.heard.one(got.LegAnswered, leg_id=leg)).trunk == "second"


async def test_a_call_in_over_a_full_trunk_is_refused(stage: Stage):
    await stage.configure(limited("first", 0))
    caller = await stage.call()
    await until(lambda: caller.over, "refused")
    assert not stage.heard.all(got.CallArrived)


def limited(trunk: str, limit: int) -> Document:
    return Document("limit", trunk, {"limit": limit})


@pytest.mark.parametrize(("how", "cause"), [("busy", LegEnd.BUSY), ("rejected", LegEnd.REJECTED)])
async def test_who_is_called_may_say_no(stage: Stage, how: str, cause: LegEnd):
    phone: Ringing = await dial_agent(stage, ANN)
    phone.reject(how)
    assert (await stage.heard.one(got.LegEnded)).cause is cause
    await stage.emptied()


async def test_nobody_answers(stage: Stage):
    leg = await dial_number(stage, ring_s=1.0)
    await stage.dialled("first")
    assert (await stage.heard.one(got.LegEnded, leg_id=leg)).cause is LegEnd.NO_ANSWER
    await stage.emptied()


# --- answering machines: "hello" is over soon, a greeting goes on ---------------------------------------


async def test_a_machine_that_speaks_on_is_hung_up_on_and_never_told_as_answered(stage: Stage):
    leg = await dial_number(stage, amd=True)
    outside = await stage.dialled("first")
    await stage.heard.one(got.LegRang, leg_id=leg)
    outside.answer()
    outside.speak("outside")
    end = await stage.heard.one(got.LegEnded, leg_id=leg)
    assert end.cause is LegEnd.MACHINE
    assert not stage.heard.all(got.LegAnswered, leg_id=leg)
    await until(lambda: outside.over, "hung up on")
    await stage.emptied()


@pytest.mark.parametrize("hello_s", [0.0, 0.5])
async def test_who_says_hello_or_nothing_is_answered(stage: Stage, hello_s: float):
    leg = await dial_number(stage, amd=True)
    outside = await stage.dialled("first")
    outside.answer()
    if hello_s:
        outside.speak("outside")
        await asyncio.sleep(hello_s)
        outside.speak(None)
    up = await stage.heard.one(got.LegAnswered, leg_id=leg)
    assert up.trunk == "first"
    await arrange(stage, LegPlan(leg, Place.MUSIC))
    await hears(outside, "music")
    outside.hang_up()
    assert (await stage.heard.one(got.LegEnded, leg_id=leg)).cause is LegEnd.NORMAL


async def test_who_hangs_up_while_listened_to_was_not_reached(stage: Stage):
    leg = await dial_number(stage, amd=True)
    outside = await stage.dialled("first")
    outside.answer()
    await until(lambda: outside.connected, "picked up")
    outside.hang_up()
    end = await stage.heard.one(got.LegEnded, leg_id=leg)
    assert end.cause is LegEnd.NO_ANSWER  # and nobody calls them over the other trunk
    assert not stage.heard.all(got.LegAnswered, leg_id=leg)
    await stage.emptied()


@pytest.mark.parametrize("voice", [None, "outside"])
async def test_unless_asked_for_whoever_answers_is_answered_at_once(
    stage: Stage, voice: str | None
):
    leg = await dial_number(stage)
    outside = await stage.dialled("first")
    outside.answer()
    outside.speak(voice)
    await stage.heard.one(got.LegAnswered, leg_id=leg)
    await arrange(stage, LegPlan(leg, Place.MUSIC))
    await hears(outside, "music")
    assert not stage.heard.all(got.LegEnded)


async def test_a_phone_that_is_not_there_is_unreachable(stage: Stage):
    await stage.unplug(BOB)
    await stage.heard.one(got.PhoneChanged, agent_id=BOB, reachable=False)
    leg = f"leg_{stage.tenant}_bob"
    await stage.telephony.perform(stage.tenant, do.DialAgent(
        lane=INT, leg_id=leg, interaction_id=INT, agent_id=BOB, purpose="offer", caller_id="x",
        ring_s=20.0,
    ))  # fmt: skip
    assert (await stage.heard.one(got.LegEnded, leg_id=leg)).cause is LegEnd.UNREACHABLE


async def test_a_phone_whose_line_closed_is_gone_and_its_call_is_lost(stage: Stage):
    here = await talk(stage)
    await stage.configure(Document("agent", ANN, {"phone": "sip"}))
    stage.telephony.phone_gone(stage.tenant, ANN)
    assert (await stage.heard.one(got.LegEnded, leg_id=here.leg)).cause is LegEnd.LOST


async def test_a_ringing_phone_is_called_off(stage: Stage):
    phone = await dial_agent(stage, ANN)
    leg = f"leg_{stage.tenant}_{ANN}"
    await stage.telephony.perform(stage.tenant, do.HangUp(lane=INT, leg_id=leg))
    await until(lambda: phone.over, "stops ringing")
    assert (await stage.heard.one(got.LegEnded, leg_id=leg)).cause is LegEnd.NORMAL
    await stage.emptied()


async def test_an_agent_may_be_called_at_an_outside_number(stage: Stage):
    before = len(stage.heard.all(got.PhoneChanged))
    await stage.configure(Document("agent", ANN, {"phone": "number", "phone_number": NUMBER}))
    await until(
        lambda: any(
            p.agent_id == ANN and p.reachable for p in stage.heard.all(got.PhoneChanged)[before:]
        ),
        "told to be reachable",
    )
    leg = f"leg_{stage.tenant}_ann"
    await stage.telephony.perform(stage.tenant, do.DialAgent(
        lane=INT, leg_id=leg, interaction_id=INT, agent_id=ANN, purpose="offer",
        caller_id="+8613800001111", ring_s=20.0,
    ))  # fmt: skip
    (await stage.dialled("first")).answer()
    assert (await stage.heard.one(got.LegAnswered, leg_id=leg)).trunk == "first"


async def test_phones_are_told_to_be_reachable(stage: Stage):
    await stage.heard.one(got.PhoneChanged, agent_id=ANN, reachable=True)
    await until(lambda: stage.telephony.status(stage.tenant).phones == 3, "all are there")


async def test_who_comes_back_finds_the_legs_that_live(stage: Stage):
    here = await talk(stage)
    ringing = await dial_agent(stage, BOB, purpose="consult")
    before = len(stage.heard.all(got.LegsFound))
    await stage.cut()
    await until(lambda: len(stage.heard.all(got.LegsFound)) > before, "surveyed")
    found = stage.heard.all(got.LegsFound)[-1]
    assert set(found.up) == {here.customer, here.leg}
    assert found.ringing == (f"leg_{stage.tenant}_{BOB}",)
    await hears(here.caller, "ann")
    await arrange(stage, LegPlan(here.customer, Place.MUSIC), LegPlan(here.leg, Place.TALK))
    await hears(here.caller, "music")
    await hears(here.ann, "ring")
    await arrange(stage, LegPlan(here.customer, Place.TALK), LegPlan(here.leg, Place.TALK))
    await hears(here.caller, "ann")
    ringing.answer()
    await stage.heard.one(got.LegAnswered, leg_id=f"leg_{stage.tenant}_{BOB}")


async def test_a_status_tells_what_is_going_on(stage: Stage):
    await answered(stage)
    status = stage.telephony.status(stage.tenant)
    assert (status.state, status.legs) == ("on", 1)
