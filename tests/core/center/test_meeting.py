"""How a caller and an agent come together: who is dialled to meet whom, and what must be heard before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parley.core import commands as do
from parley.core import events as ev
from parley.core import inputs as got
from parley.core.model import LegEnd, Place, Recording

from .phones import TELEPHONES, Exchange, said_last


def dialled(x: Exchange) -> do.DialAgent:
    (command,) = [each for each in x.commands if isinstance(each, do.DialAgent)]
    return command


def test_the_phone_is_dialled_before_the_line_is_answered_and_meets_it():
    x = Exchange(replace(TELEPHONES, recording_notice=False))
    x.at_work("ann")
    x.network_down()
    x.call("wang", "straight")
    assert [type(command) for command in x.commands] == [do.DialAgent, do.AnswerLeg]
    assert dialled(x).meets == "in_wang"


def test_a_caller_without_an_agent_is_answered_once():
    x = Exchange()
    x.network_down()
    x.call("wang")
    x.ready("ann")
    assert [c for c in x.commands if isinstance(c, do.AnswerLeg)] == [
        do.AnswerLeg(lane="int_1", leg_id="in_wang")
    ]


def unrecorded_first() -> Exchange:
    """Calls to `plain` are not recorded; those that are passed on to `sales` are."""
    queues = TELEPHONES.queues | {"help": replace(TELEPHONES.queues["help"], record=False)}
    points = TELEPHONES.entry_points | {
        "plain": replace(TELEPHONES.entry_points["plain"], queue="help")
    }
    return Exchange(replace(TELEPHONES, queues=queues, entry_points=points))


def passed_on(x: Exchange) -> str:
    """Wang talks with ann, who passes the call on to bob; his phone rings."""
    x.at_work("ann")
    call = x.connected()
    x.at_work("bob")
    x.tell(got.TransferRequested, interaction_id=call, agent_id="ann", to_queue="sales")
    return call


def test_who_must_hear_the_notice_first_meets_nobody():
    x = unrecorded_first()
    x.at_work("ann")
    call = x.connected()
    x.at_work("bob")
    x.network_down()
    x.tell(got.TransferRequested, interaction_id=call, agent_id="ann", to_queue="sales")
    assert dialled(x).meets is None


def hearing_the_notice() -> tuple[Exchange, str]:
    """Bob has answered, and Wang hears that the call will be recorded."""
    x = unrecorded_first()
    call = passed_on(x)
    x.prompts_end = False
    x.pick_up(call, "bob")
    return x, call


def told(x: Exchange, call: str, *, failed: bool = False) -> None:
    """What is being played to the customer ends."""
    playing = x.line(call).playing
    assert playing is not None
    x.tell(got.PromptEnded, leg_id=playing[0], playback_id=playing[1], failed=failed)


def test_the_notice_is_heard_to_its_end_before_they_talk_and_are_recorded():
    x, call = hearing_the_notice()
    x.tell(got.HoldRequested, interaction_id=call, agent_id="bob", on=False)  # anything else
    assert x.places(call)["customer"] is Place.MUSIC
    assert x.taped(call) is Recording.OFF
    told(x, call)
    assert x.places(call) == {"customer": Place.TALK, "bob": Place.TALK}
    assert x.taped(call) is Recording.ON


def test_without_the_notice_they_talk_and_are_not_recorded():
    x, call = hearing_the_notice()
    seen = len(x.events)
    told(x, call, failed=True)
    (lost,) = [e for e in x.events[seen:] if isinstance(e, ev.RecordingChanged)]
    assert (lost.state, lost.reason) == (Recording.OFF, "notice_failed")
    assert x.places(call) == {"customer": Place.TALK, "bob": Place.TALK}
    x.wait(5)
    assert x.taped(call) is Recording.OFF
    assert x.line(call).playing is None


def test_a_notice_that_a_restart_cut_is_told_again():
    x, call = hearing_the_notice()
    first = x.line(call).playing
    x.tell(got.LegsFound, up=("in_wang", x.leg(call, "bob")), ringing=())
    assert x.line(call).playing not in (None, first)
    assert x.taped(call) is Recording.OFF
    told(x, call)
    assert x.taped(call) is Recording.ON


def test_who_lost_the_agent_during_the_notice_hears_it_with_the_next():
    x, call = hearing_the_notice()
    x.tell(got.PhoneChanged, agent_id="bob", reachable=False)
    x.wait(60)
    x.at_work("sue")
    x.wait(1)
    x.pick_up(call, "sue")
    assert x.taped(call) is Recording.OFF
    assert said_last(x) == ["recording_notice"]
    told(x, call)
    assert x.taped(call) is Recording.ON


@pytest.mark.parametrize("cause", [LegEnd.NORMAL, LegEnd.LOST])
def test_a_caller_may_leave_while_they_hear_the_notice(cause: LegEnd):
    x, _ = hearing_the_notice()
    x.hang_up("wang", cause)
    x.wait(1_000)
    assert x.silent()
    assert len([e for e in x.events if isinstance(e, ev.Ended)]) == 1
