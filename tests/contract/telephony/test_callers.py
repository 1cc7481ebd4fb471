"""Somebody calls: is let in or not, hears prompts, presses keys, leaves a message, hangs up."""

from __future__ import annotations

from typing import Any

from parley.core import commands as do
from parley.core import inputs as got
from parley.core.model import LegEnd, LegPlan, Part, Place
from tests.contract.telephony.stage import CLOSED_LINE, HOTLINE, Stage, hears, until

INT = "int_1"


def play(leg: str, playback: str, *keys: str) -> do.Play:
    parts = tuple(Part("prompt", key) for key in keys)
    return do.Play(lane=INT, leg_id=leg, playback_id=playback, parts=parts, language="zh-CN")


async def answered(stage: Stage, **call: str):
    """A caller who was answered, and their leg."""
    caller = await stage.call(**call)
    arrived = await stage.heard.one(got.CallArrived)
    await stage.telephony.perform(stage.tenant, do.AnswerLeg(lane=INT, leg_id=arrived.leg_id))
    await stage.heard.one(got.LegAnswered, leg_id=arrived.leg_id)
    await until(lambda: caller.connected, "the caller is answered")
    return caller, arrived.leg_id


async def arrange(stage: Stage, *plans: LegPlan, **more: Any) -> None:
    command = do.Arrange(lane=INT, interaction_id=INT, legs=plans, **more)
    await stage.telephony.perform(stage.tenant, command)


async def test_a_call_arrives_with_its_numbers_and_its_customer(stage: Stage):
    await stage.call()
    arrived = await stage.heard.one(got.CallArrived)
    assert (arrived.ani, arrived.dnis, arrived.trunk) == ("+8613800001111", HOTLINE, "first")
    assert arrived.entry_point == "ep_hotline"
    assert arrived.customer.name == "+8613800001111"


async def test_a_withheld_number_is_no_number(stage: Stage):
    await stage.call(caller="anonymous")
    assert (await stage.heard.one(got.CallArrived)).ani == ""


async def test_a_number_that_is_nobodys_or_switched_off_is_not_found(stage: Stage):
    for number in ("+8657188887777", CLOSED_LINE):
        caller = await stage.call(number)
        await until(lambda: caller.over, "refused")  # noqa: B023
        assert caller.refused_with == "not_found"
    assert not stage.heard.all(got.CallArrived)


async def test_a_blocked_caller_is_turned_away(stage: Stage):
    caller = await stage.call(caller="13900009999")
    await until(lambda: caller.over, "refused")
    assert caller.refused_with == "rejected"
    assert not stage.heard.all(got.CallArrived)


async def test_an_answered_caller_hears_a_prompt_and_its_end_is_told_once(stage: Stage):
    caller, leg = await answered(stage)
    await stage.telephony.perform(stage.tenant, play(leg, "p1", "greeting", "sorry"))
    await hears(caller, "prompt:greeting")
    await hears(caller, "prompt:sorry")
    end = await stage.heard.one(got.PromptEnded, playback_id="p1")
    assert not end.failed
    await hears(caller)
    assert len(stage.heard.all(got.PromptEnded)) == 1


async def test_a_key_stops_the_prompt_when_the_core_says_so(stage: Stage):
    caller, leg = await answered(stage)
    await stage.telephony.perform(stage.tenant, play(leg, "p1", "greeting", "sorry"))
    await hears(caller, "prompt:greeting")
    caller.press("1")
    await stage.heard.one(got.DigitPressed, leg_id=leg, digit="1")
    stop = do.StopPlaying(lane=INT, leg_id=leg, playback_id="p1")
    await stage.telephony.perform(stage.tenant, stop)
    await hears(caller)
    await stage.heard.one(got.PromptEnded, playback_id="p1")


async def test_keys_are_told_in_their_order(stage: Stage):
    caller, _ = await answered(stage)
    caller.press("13*0#")
    await until(lambda: len(stage.heard.all(got.DigitPressed)) == 5, "five keys")
    assert "".join(x.digit for x in stage.heard.all(got.DigitPressed)) == "13*0#"


async def test_a_new_prompt_stops_the_one_before(stage: Stage):
    caller, leg = await answered(stage)
    await stage.telephony.perform(stage.tenant, play(leg, "p1", "greeting"))
    await hears(caller, "prompt:greeting")
    await stage.telephony.perform(stage.tenant, play(leg, "p2", "sorry"))
    await hears(caller, "prompt:sorry")
    await stage.heard.one(got.PromptEnded, playback_id="p1")
    assert not stage.heard.all(got.PromptEnded, playback_id="p2")


async def test_a_prompt_that_cannot_be_played_has_ended(stage: Stage):
    _, leg = await answered(stage)
    await stage.telephony.perform(stage.tenant, play(leg, "p1"))
    assert (await stage.heard.one(got.PromptEnded, playback_id="p1")).failed


async def test_who_waits_hears_music_and_prompts_over_it(stage: Stage):
    caller, leg = await answered(stage)
    await arrange(stage, LegPlan(leg, Place.MUSIC))
    await hears(caller, "music")
    await stage.telephony.perform(stage.tenant, play(leg, "p1", "greeting"))
    await hears(caller, "prompt:greeting")
    stop = do.StopPlaying(lane=INT, leg_id=leg, playback_id="p1")
    await stage.telephony.perform(stage.tenant, stop)
    await hears(caller, "music")
    caller.press("5")
    await stage.heard.one(got.DigitPressed, digit="5")
    await arrange(stage, LegPlan(leg, Place.ALONE))
    await hears(caller)


async def test_a_message_is_recorded_until_the_hash_key(stage: Stage):
    caller, leg = await answered(stage)
    caller.speak("customer")
    await stage.telephony.perform(stage.tenant, record(leg))
    await stage.spoken(1.5)
    caller.press("#")
    told = await stage.heard.one(got.MessageRecorded, leg_id=leg, recording_id="rec_1")
    assert told.duration_s > 0.5
    await until(lambda: stage.taped, "kept")
    raw = stage.taped[0]
    assert (raw.kind, raw.interaction_id, raw.recording_id) == ("voicemail", INT, "rec_1")
    assert {"customer"} in stage.said_in(raw.left)
    assert raw.right is None


async def test_a_caller_who_hangs_up_has_left_their_message(stage: Stage):
    caller, leg = await answered(stage)
    caller.speak("customer")
    await stage.telephony.perform(stage.tenant, record(leg))
    await stage.spoken(1.5)
    caller.hang_up()
    told = await stage.heard.one(got.MessageRecorded, recording_id="rec_1")
    assert told.duration_s > 0.5
    await stage.heard.one(got.LegEnded, leg_id=leg)


def record(leg: str) -> do.RecordMessage:
    return do.RecordMessage(
        lane=INT, leg_id=leg, interaction_id=INT, recording_id="rec_1", max_s=30.0
    )


async def test_who_hangs_up_has_ended_normally(stage: Stage):
    caller, leg = await answered(stage)
    caller.hang_up()
    assert (await stage.heard.one(got.LegEnded, leg_id=leg)).cause is LegEnd.NORMAL


async def test_who_hangs_up_before_the_answer_has_ended_too(stage: Stage):
    caller = await stage.call()
    arrived = await stage.heard.one(got.CallArrived)
    caller.hang_up()
    end = await stage.heard.one(got.LegEnded, leg_id=arrived.leg_id)
    assert end.cause is LegEnd.NORMAL


async def test_a_call_hung_up_by_us_is_told_why(stage: Stage):
    caller = await stage.call()
    arrived = await stage.heard.one(got.CallArrived)
    command = do.HangUp(lane=INT, leg_id=arrived.leg_id, cause="busy")
    await stage.telephony.perform(stage.tenant, command)
    await until(lambda: caller.over, "over")
    assert caller.refused_with == "busy"


async def test_commands_about_a_leg_that_is_gone_succeed(stage: Stage):
    caller, leg = await answered(stage)
    caller.hang_up()
    await stage.heard.one(got.LegEnded, leg_id=leg)
    for command in (
        do.AnswerLeg(lane=INT, leg_id=leg), play(leg, "p1", "greeting"),
        do.StopPlaying(lane=INT, leg_id=leg, playback_id="p1"), record(leg),
        do.SendDigits(lane=INT, leg_id=leg, digits="1"), do.HangUp(lane=INT, leg_id=leg),
        do.Arrange(lane=INT, interaction_id=INT, legs=(LegPlan(leg, Place.MUSIC),)),
    ):  # fmt: skip
        await stage.telephony.perform(stage.tenant, command)


async def test_news_wait_in_order_while_the_engine_cannot_hear_them(stage: Stage):
    stage.heard.refuse_next = 2
    caller = await stage.call()
    arrived = await stage.heard.one(got.CallArrived)
    caller.hang_up()
    await stage.heard.one(got.LegEnded)
    mine = [x for x in stage.heard.inputs if getattr(x, "leg_id", None) == arrived.leg_id]
    assert [type(x) for x in mine] == [got.CallArrived, got.LegEnded]


async def test_a_caller_who_cannot_be_looked_up_is_let_in(stage: Stage):
    stage.book.broken = True
    await stage.call()
    arrived = await stage.heard.one(got.CallArrived)
    assert arrived.customer.name == "+8613800001111"
