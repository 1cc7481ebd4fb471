"""Conversations: connected, held, consulted, transferred, conferenced, listened to, recorded."""

from __future__ import annotations

from typing import Any

import pytest

from parley.core import commands as do
from parley.core import inputs as got
from parley.core.model import LegEnd, LegPlan, Place, Recording
from tests.contract.telephony.stage import ANN, BOB, SUE, Person, Ringing, Stage, hears, until
from tests.contract.telephony.test_callers import INT, answered, arrange, play

VOICES = {ANN: "ann", BOB: "bob", SUE: "sue"}


async def dial_agent(
    stage: Stage, agent: str, leg: str = "", purpose: str = "offer", meets: str | None = None
) -> Ringing:
    """The agent's phone, which rings."""
    command = do.DialAgent(
        lane=INT, leg_id=leg or f"leg_{stage.tenant}_{agent}", interaction_id=INT, agent_id=agent,
        purpose=purpose, caller_id="+8613800001111", ring_s=20.0, meets=meets,
    )  # fmt: skip
    await stage.telephony.perform(stage.tenant, command)
    return await stage.rung(agent)


async def join(stage: Stage, agent: str, purpose: str = "offer") -> tuple[Ringing, str]:
    """The agent's phone, answered and speaking, and its leg."""
    phone = await dial_agent(stage, agent, purpose=purpose)
    phone.answer()
    leg = f"leg_{stage.tenant}_{agent}"
    await stage.heard.one(got.LegAnswered, leg_id=leg)
    phone.speak(VOICES[agent])
    return phone, leg


class Talk:
    """A customer and Ann, who talk."""

    def __init__(self, caller: Person, customer: str, ann: Ringing, leg: str) -> None:
        self.caller, self.customer, self.ann, self.leg = caller, customer, ann, leg


async def talk(stage: Stage, **more: Any) -> Talk:
    caller, customer = await answered(stage)
    caller.speak("customer")
    await arrange(stage, LegPlan(customer, Place.MUSIC))
    ann, leg = await join(stage, ANN)
    await arrange(
        stage, LegPlan(customer, Place.TALK), LegPlan(leg, Place.TALK), customer_leg=customer,
        owner_leg=leg, **more,
    )  # fmt: skip
    await hears(caller, "ann")
    await hears(ann, "customer")
    return Talk(caller, customer, ann, leg)


async def test_an_offered_phone_rings_and_is_told_what_for(stage: Stage):
    phone = await dial_agent(stage, ANN)
    assert phone.told == {"interaction": INT, "purpose": "offer"}
    await stage.heard.one(got.LegRang)
    assert not stage.heard.all(got.LegAnswered)
    phone.answer()
    await stage.heard.one(got.LegAnswered)


async def test_both_hear_each_other_and_no_music_any_more(stage: Stage):
    await talk(stage)


async def meet(stage: Stage) -> Talk:
    """Ann's phone was dialled to meet the customer, who waits; she answers, and nothing more is said."""
    caller, customer = await answered(stage)
    caller.speak("customer")
    await arrange(stage, LegPlan(customer, Place.MUSIC))
    await hears(caller, "music")
    ann = await dial_agent(stage, ANN, meets=customer)
    ann.speak("ann")
    ann.answer()
    await hears(caller, "ann")
    await hears(ann, "customer")
    return Talk(caller, customer, ann, f"leg_{stage.tenant}_{ANN}")


async def test_who_was_dialled_to_meet_a_customer_talks_as_soon_as_they_answer(stage: Stage):
    here = await meet(stage)
    # what was said before the answer was known comes late
    await arrange(stage, LegPlan(here.customer, Place.MUSIC))
    await hears(here.caller, "ann")
    await hears(here.ann, "customer")
    await arrange(
        stage, LegPlan(here.customer, Place.TALK), LegPlan(here.leg, Place.TALK),
        customer_leg=here.customer, owner_leg=here.leg,
    )  # fmt: skip
    await hears(here.caller, "ann")
    await arrange(stage, LegPlan(here.customer, Place.MUSIC), LegPlan(here.leg, Place.TALK))
    await hears(here.caller, "music")


async def test_who_meets_and_leaves_before_it_is_known_leaves_music(stage: Stage):
    here = await meet(stage)
    await stage.telephony.perform(stage.tenant, do.HangUp(lane=INT, leg_id=here.leg))
    await hears(here.caller, "music")


async def test_a_prompt_ends_where_a_conversation_begins(stage: Stage):
    caller, customer = await answered(stage)
    caller.speak("customer")
    await arrange(stage, LegPlan(customer, Place.MUSIC))
    ann = await dial_agent(stage, ANN, meets=customer)
    ann.speak("ann")
    await stage.telephony.perform(stage.tenant, play(customer, "p1", "greeting", "sorry"))
    await hears(caller, "prompt:greeting")
    ann.answer()
    await hears(caller, "ann")
    await hears(ann, "customer")
    await stage.heard.one(got.PromptEnded, playback_id="p1")


async def test_who_answers_after_the_customer_has_gone_hears_nobody(stage: Stage):
    caller, customer = await answered(stage)
    await arrange(stage, LegPlan(customer, Place.MUSIC))
    ann = await dial_agent(stage, ANN, meets=customer)
    caller.hang_up()
    await stage.heard.one(got.LegEnded, leg_id=customer)
    ann.answer()
    await stage.heard.one(got.LegAnswered, leg_id=f"leg_{stage.tenant}_{ANN}")
    await hears(ann)


async def test_a_repeated_arrangement_or_call_changes_nothing(stage: Stage):
    here = await talk(stage)
    for _ in range(2):
        await arrange(
            stage, LegPlan(here.customer, Place.TALK), LegPlan(here.leg, Place.TALK),
            customer_leg=here.customer, owner_leg=here.leg,
        )  # fmt: skip
        await stage.telephony.perform(
            stage.tenant,
            do.DialAgent(
                lane=INT, leg_id=here.leg, interaction_id=INT, agent_id=ANN, purpose="offer",
                caller_id="x", ring_s=20.0,
            ),
        )  # fmt: skip
    await hears(here.caller, "ann")
    await hears(here.ann, "customer")
    assert len(stage.heard.all(got.LegAnswered)) == 2


async def test_a_prompt_over_music_does_not_delay_the_conversation(stage: Stage):
    caller, customer = await answered(stage)
    caller.speak("customer")
    await arrange(stage, LegPlan(customer, Place.MUSIC))
    ann, leg = await join(stage, ANN)
    await stage.telephony.perform(stage.tenant, play(customer, "p1", "greeting", "sorry"))
    await hears(caller, "prompt:greeting")
    await arrange(stage, LegPlan(customer, Place.TALK), LegPlan(leg, Place.TALK))
    await hears(caller, "ann")
    await hears(ann, "customer")
    await stage.heard.one(got.PromptEnded, playback_id="p1")


async def test_on_hold_the_customer_hears_music_and_the_agent_nothing(stage: Stage):
    here = await talk(stage)
    await arrange(stage, LegPlan(here.customer, Place.MUSIC), LegPlan(here.leg, Place.TALK))
    await hears(here.caller, "music")
    await hears(here.ann)
    await arrange(stage, LegPlan(here.customer, Place.TALK), LegPlan(here.leg, Place.TALK))
    await hears(here.caller, "ann")
    await hears(here.ann, "customer")


async def test_muted_an_agent_is_not_heard_and_hears_on(stage: Stage):
    here = await talk(stage)
    await arrange(
        stage, LegPlan(here.customer, Place.TALK), LegPlan(here.leg, Place.TALK, muted=True)
    )
    await hears(here.caller)
    await hears(here.ann, "customer")
    await arrange(stage, LegPlan(here.customer, Place.TALK), LegPlan(here.leg, Place.TALK))
    await hears(here.caller, "ann")


async def test_a_colleague_is_consulted_aside_then_takes_over(stage: Stage):
    here = await talk(stage)
    waits = LegPlan(here.customer, Place.MUSIC)
    await arrange(stage, waits, LegPlan(here.leg, Place.ASIDE))
    bob = await dial_agent(stage, BOB, purpose="consult")
    await hears(here.ann, "ring")
    bob.answer()
    leg = f"leg_{stage.tenant}_{BOB}"
    await stage.heard.one(got.LegAnswered, leg_id=leg)
    bob.speak("bob")
    await arrange(stage, waits, LegPlan(here.leg, Place.ASIDE), LegPlan(leg, Place.ASIDE))
    await hears(here.ann, "bob")
    await hears(bob, "ann")
    await hears(here.caller, "music")
    await stage.telephony.perform(stage.tenant, do.HangUp(lane=INT, leg_id=here.leg))
    await arrange(stage, LegPlan(here.customer, Place.TALK), LegPlan(leg, Place.TALK))
    await hears(here.caller, "bob")
    await hears(bob, "customer")
    await until(lambda: here.ann.over, "Ann is off the line")


async def test_in_a_conference_everybody_hears_everybody_else(stage: Stage):
    here = await talk(stage)
    bob, leg = await join(stage, BOB)
    await arrange(
        stage, LegPlan(here.customer, Place.TALK), LegPlan(here.leg, Place.TALK),
        LegPlan(leg, Place.TALK),
    )  # fmt: skip
    await hears(here.caller, "ann", "bob")
    await hears(here.ann, "customer", "bob")
    await hears(bob, "customer", "ann")


async def test_a_supervisor_listens_whispers_and_barges_in(stage: Stage):
    here = await talk(stage)
    sue, leg = await join(stage, SUE, "supervise")
    both = LegPlan(here.customer, Place.TALK), LegPlan(here.leg, Place.TALK)
    await arrange(stage, *both, LegPlan(leg, Place.LISTEN), owner_leg=here.leg)
    await hears(sue, "customer", "ann")
    await hears(here.caller, "ann")
    await hears(here.ann, "customer")
    await arrange(stage, *both, LegPlan(leg, Place.WHISPER), owner_leg=here.leg)
    await hears(here.ann, "customer", "sue")
    await hears(here.caller, "ann")
    await hears(sue, "customer", "ann")
    await arrange(stage, *both, LegPlan(leg, Place.TALK), owner_leg=here.leg)
    await hears(here.caller, "ann", "sue")
    await hears(sue, "customer", "ann")
    await arrange(stage, *both, owner_leg=here.leg)
    await hears(here.caller, "ann")
    await hears(sue)


async def test_who_listens_goes_on_listening_while_we_are_away(stage: Stage):
    here = await talk(stage)
    sue, leg = await join(stage, SUE, "supervise")
    both = LegPlan(here.customer, Place.TALK), LegPlan(here.leg, Place.TALK)
    await arrange(stage, *both, LegPlan(leg, Place.LISTEN), owner_leg=here.leg)
    await hears(sue, "customer", "ann")
    await stage.cut()
    await arrange(stage, *both, LegPlan(leg, Place.LISTEN), owner_leg=here.leg)
    await hears(sue, "customer", "ann")
    await arrange(stage, *both, LegPlan(leg, Place.WHISPER), owner_leg=here.leg)
    await hears(here.ann, "customer", "sue")
    await hears(here.caller, "ann")


async def test_a_recording_has_the_customer_left_what_they_hear_right_and_pauses(stage: Stage):
    here = await talk(stage, recording=Recording.ON, recording_id="rec_2")
    plans = LegPlan(here.customer, Place.TALK), LegPlan(here.leg, Place.TALK)
    more = {"customer_leg": here.customer, "owner_leg": here.leg, "recording_id": "rec_2"}
    await stage.spoken(1.5)
    await arrange(stage, *plans, recording=Recording.PAUSED, **more)
    await stage.spoken(1.5)
    await arrange(stage, *plans, recording=Recording.ON, **more)
    await stage.spoken(1.0)
    await arrange(stage, *plans, recording=Recording.OFF, **more)
    await until(lambda: stage.taped, "kept")
    raw = stage.taped[0]
    assert (raw.tenant_id, raw.kind, raw.recording_id) == (stage.tenant, "call", "rec_2")
    assert raw.right is not None
    for path, voice in ((raw.left, "customer"), (raw.right, "ann")):
        heard = _without_repeats(stage.said_in(path))
        assert [x for x in heard if len(x) < 2] == [{voice}, set(), {voice}]
    await hears(here.caller, "ann")


def _without_repeats(heard: list[frozenset[str]]) -> list[frozenset[str]]:
    return [x for n, x in enumerate(heard) if n == 0 or heard[n - 1] != x]


async def test_a_recording_is_kept_when_the_customer_hangs_up(stage: Stage):
    here = await talk(stage, recording=Recording.ON, recording_id="rec_3")
    await stage.spoken(1.0)
    here.caller.hang_up()
    await until(lambda: stage.taped, "kept")
    assert {"customer"} in stage.said_in(stage.taped[0].left)


async def test_a_recording_goes_on_while_we_are_away(stage: Stage):
    here = await talk(stage, recording=Recording.ON, recording_id="rec_4")
    plans = LegPlan(here.customer, Place.TALK), LegPlan(here.leg, Place.TALK)
    more = {"customer_leg": here.customer, "owner_leg": here.leg, "recording_id": "rec_4"}
    await stage.spoken(1.0)
    await stage.cut()
    await arrange(stage, *plans, recording=Recording.PAUSED, **more)
    await stage.spoken(1.0)
    assert not stage.taped
    await arrange(stage, *plans, recording=Recording.OFF, **more)
    await until(lambda: stage.taped, "kept")
    heard = _without_repeats(stage.said_in(stage.taped[0].left))
    assert heard[:2] == [{"customer"}, set()]
    assert len(stage.taped) == 1


async def test_keys_are_sent_towards_the_customer(stage: Stage):
    here = await talk(stage)
    command = do.SendDigits(lane=INT, leg_id=here.customer, digits="42#")
    await stage.telephony.perform(stage.tenant, command)
    await until(lambda: here.caller.keys_heard == "42#", "keys", lambda: here.caller.keys_heard)


@pytest.mark.parametrize("who", ["customer", "agent", "us"])
@pytest.mark.parametrize("place", ["talk", "held", "aside", "listened"])
async def test_nothing_is_left_over_wherever_they_hang_up(stage: Stage, place: str, who: str):
    here = await talk(stage)
    sue = None
    match place:
        case "held":
            await arrange(stage, LegPlan(here.customer, Place.MUSIC), LegPlan(here.leg, Place.TALK))
        case "aside":
            await arrange(
                stage, LegPlan(here.customer, Place.MUSIC), LegPlan(here.leg, Place.ASIDE)
            )
        case "listened":
            sue, leg = await join(stage, SUE, "supervise")
            await arrange(
                stage, LegPlan(here.customer, Place.TALK), LegPlan(here.leg, Place.TALK),
                LegPlan(leg, Place.LISTEN), owner_leg=here.leg,
            )  # fmt: skip
            await hears(sue, "customer", "ann")
    if who == "customer":
        here.caller.hang_up()
    elif who == "agent":
        here.ann.hang_up()
    legs = [here.customer, here.leg, *([f"leg_{stage.tenant}_{SUE}"] if sue else [])]
    for leg in legs:
        await stage.telephony.perform(stage.tenant, do.HangUp(lane=INT, leg_id=leg))
    for leg in legs:
        end = await stage.heard.one(got.LegEnded, leg_id=leg)
        assert end.cause is LegEnd.NORMAL
    await stage.emptied()
    assert len(stage.heard.all(got.LegEnded)) == len(legs)
