"""What happens on the telephone, told from the first ring to the end of wrap-up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parley.core import commands as do
from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center.consent import CONSENT_S
from parley.core.center.term import GRACE_S
from parley.core.center.views import agent_row, work_row
from parley.core.model import (
    AgentProfile,
    Channel,
    ConsentAnswer,
    CustomerRef,
    EndedBy,
    Flow,
    Hours,
    LegEnd,
    LegRole,
    MonitorNotice,
    Node,
    NodeKind,
    Outcome,
    Phase,
    PhoneKind,
    Place,
    PresenceStatus,
    Recording,
    Role,
    WrapUpMode,
)

from .phones import TELEPHONES, Exchange, said_last, telephones
from .test_stories import one
from .world import kinds


def ended(events) -> ev.Ended:
    return one(events, ev.Ended)


def test_a_call_from_the_first_ring_to_the_end_of_wrap_up():
    x = Exchange()
    x.at_work("ann")
    call = x.call("wang")
    assert x.live(call).phase is Phase.OFFERED
    assert x.places(call) == {"customer": Place.MUSIC}
    assert x.rings(call, "ann")
    x.pick_up(call, "ann")
    assert x.live(call).owner == "ann"
    assert x.places(call) == {"customer": Place.TALK, "ann": Place.TALK}
    assert x.taped(call) is Recording.ON
    x.now += 60
    after = x.hang_up("wang")
    assert one(after, ev.ConversationEnded).by is EndedBy.CUSTOMER
    assert x.live(call).phase is Phase.WRAP_UP
    assert x.line(call).legs == {}  # the agent was let go
    done = x.tell(got.WrapUpSaved, interaction_id=call, agent_id="ann")
    assert ended(done).outcome is Outcome.SERVED
    assert x.silent()
    assert x.center.state.timers == {}


def test_what_needs_no_ear_does_not_wait_for_the_line():
    x = Exchange(telephones(notice=False))
    x.at_work("ann")
    x.answers = False
    call = x.call("wang", "straight", tier="VIP")
    assert x.live(call).tags == ("vip",)
    assert x.rings(call, "ann")
    assert x.places(call) == {}
    x.answer("wang")
    assert x.places(call) == {"customer": Place.MUSIC}
    x.pick_up(call, "ann")
    assert x.places(call) == {"customer": Place.TALK, "ann": Place.TALK}


def test_an_agent_who_is_faster_than_the_line_waits_for_it():
    x = Exchange(telephones(notice=False))
    x.at_work("ann")
    x.answers = False
    call = x.call("wang", "straight")
    x.pick_up(call, "ann")
    assert x.places(call) == {"ann": Place.ASIDE}
    assert x.taped(call) is Recording.OFF
    x.answer("wang")
    assert x.places(call) == {"customer": Place.TALK, "ann": Place.TALK}
    assert x.taped(call) is Recording.ON


@pytest.mark.parametrize("entry", ["plain", "line", "straight"])
def test_what_is_said_waits_for_the_line(entry: str):
    x = Exchange(telephones(max_waiting=0, notice=False))  # the straight one hears that it is full
    x.answers = False
    x.call("wang", entry)
    assert "PromptStarted" not in kinds(x.events)
    assert "PromptStarted" in kinds(x.answer("wang"))


def test_nobody_without_a_phone_that_rings_is_offered_a_call():
    x = Exchange()
    x.ready("ann")
    call = x.call("wang")
    assert x.live(call).phase is Phase.QUEUED
    x.tell(got.PhoneChanged, agent_id="ann", reachable=True)
    assert x.rings(call, "ann")
    x.tell(got.PhoneChanged, agent_id="ann", reachable=False)
    assert x.live(call).phase is Phase.QUEUED
    assert x.center.state.agents["ann"].status is PresenceStatus.READY  # for chats still


def test_an_offer_is_answered_by_the_phone_and_by_nothing_else():
    x = Exchange()
    x.at_work("ann")
    call = x.call("wang")
    x.tell(got.OfferAccepted, interaction_id=call, agent_id="ann")
    assert x.refused == "answer_the_phone"
    x.tell(got.OfferDeclined, interaction_id=call, agent_id="ann")
    assert x.live(call).phase is Phase.QUEUED
    assert x.line(call).of_agent("ann") is None


@pytest.mark.parametrize(
    ("cause", "status"),
    [
        (LegEnd.BUSY, PresenceStatus.READY),
        (LegEnd.REJECTED, PresenceStatus.READY),
        (LegEnd.NO_ANSWER, PresenceStatus.NOT_READY),
        (LegEnd.UNREACHABLE, PresenceStatus.NOT_READY),
    ],
)
def test_a_phone_that_does_not_take_the_call_gives_it_to_the_next(cause, status):
    x = Exchange()
    x.at_work("ann")
    call = x.call("wang")
    x.at_work("bob")
    x.tell(got.LegEnded, leg_id=x.leg(call, "ann"), cause=cause)
    assert x.center.state.agents["ann"].status is status
    assert x.rings(call, "bob")


def test_ringing_without_answer_ends_after_the_queues_time():
    x = Exchange()
    x.at_work("ann")
    call = x.call("wang")
    x.wait(20)
    assert x.live(call).phase is Phase.QUEUED
    assert x.center.state.agents["ann"].reason == "no_answer"
    assert x.line(call).of_agent("ann") is None


# --- the caller leaves at every instant -------------------------------------------------------------


def _greeted(x: Exchange) -> str:
    x.prompts_end = False
    return x.call("wang", "line")


def _in_menu(x: Exchange) -> str:
    return x.call("wang", "line")


def _waiting(x: Exchange) -> str:
    return x.call("wang")


def _ringing(x: Exchange) -> str:
    x.at_work("ann")
    return x.call("wang")


def _talking(x: Exchange) -> str:
    x.at_work("ann")
    return x.connected()


def _held(x: Exchange) -> str:
    call = _talking(x)
    x.tell(got.HoldRequested, interaction_id=call, agent_id="ann", on=True)
    return call


def _consulting(x: Exchange) -> str:
    call = _talking(x)
    x.at_work("bob")
    x.tell(got.JoinRequested, interaction_id=call, agent_id="bob", role=Role.CONSULT, by="ann")
    return call


def _rejoining(x: Exchange) -> str:
    call = _talking(x)
    x.tell(got.PhoneChanged, agent_id="ann", reachable=False)
    return call


def _choosing_callback(x: Exchange) -> str:
    call = _waiting(x)
    x.press("wang", "1")
    return call


def _promised(x: Exchange) -> str:
    """The callback is saved, and told so."""
    call = _choosing_callback(x)
    x.prompts_end = False
    x.press("wang", "1")
    return call


def _unrecorded_for_a_while(x: Exchange) -> str:
    call = _talking(x)
    x.tell(got.RecordingSet, interaction_id=call, agent_id="ann", on=False)
    assert x.taped(call) is Recording.PAUSED
    return call


def _conferring(x: Exchange) -> str:
    call = _consulting(x)
    x.pick_up(call, "bob")
    x.tell(got.ConsultMerged, interaction_id=call, agent_id="ann")
    assert x.places(call)["bob"] is Place.TALK
    return call


def _listened_to(x: Exchange) -> str:
    call = _talking(x)
    x.at_work("sue")
    x.tell(got.JoinRequested, interaction_id=call, agent_id="sue", role=Role.MONITOR, by="sue")
    x.pick_up(call, "sue")
    return call


INSTANTS = [
    _greeted, _in_menu, _waiting, _ringing, _talking, _held, _consulting, _rejoining,
    _choosing_callback, _promised, _unrecorded_for_a_while, _conferring, _listened_to,
]  # fmt: skip


@pytest.mark.parametrize("cause", [LegEnd.NORMAL, LegEnd.LOST])
@pytest.mark.parametrize("instant", INSTANTS)
def test_a_caller_may_leave_at_any_instant(instant, cause):
    x = Exchange()
    call = instant(x)
    x.hang_up("wang", cause)
    assert x.line(call).legs == {} if call in x.center.state.calls else True
    x.wait(1_000)  # wrap-up is over
    assert x.silent()
    outcomes = [e.outcome for e in x.events if isinstance(e, ev.Ended)]
    assert len(outcomes) == 1


def test_a_caller_we_lost_is_called_back():
    x = Exchange()
    x.call("wang")
    after = x.hang_up("wang", LegEnd.LOST)
    assert ended(after).outcome is Outcome.CALLBACK_BOOKED
    assert one(after, ev.MessageLeft).phone == "+861380001"


# --- flows ------------------------------------------------------------------------------------------


def test_a_menu_leads_by_keys_and_tags_the_call():
    x = Exchange()
    call = x.call("wang", "line")
    assert x.live(call).phase is Phase.FLOW
    x.press("wang", "1")
    assert x.live(call).phase is Phase.QUEUED
    assert x.live(call).tags == ("buys",)
    assert x.live(call).known["keys"] == "1"


def test_a_wrong_key_is_told_and_silence_leads_on():
    x = Exchange()
    call = x.call("wang", "line")
    said = [e for e in x.press("wang", "7") if isinstance(e, ev.PromptStarted)]
    assert said[0].parts[0].value == "invalid_key"
    x.wait(60)
    assert x.live(call).phase is Phase.QUEUED  # `otherwise`


def test_who_says_nothing_to_the_end_is_not_counted_as_self_served():
    step = Node("speak", NodeKind.VOICEMAIL)
    flow = Flow("menu", "Menu", "speak", {"speak": step})
    x = Exchange(replace(TELEPHONES, flows={**TELEPHONES.flows, "menu": flow}))
    call = x.call("wang", "line")
    recording = x.line(call).message
    after = x.tell(got.MessageRecorded, leg_id="in_wang", recording_id=recording, duration_s=0.2)
    assert ended(after).outcome is Outcome.ABANDONED
    assert x.silent()


def test_a_key_cuts_a_prompt_short_and_changes_the_language():
    x = Exchange()
    x.prompts_end = False
    call = x.call("wang", "line")
    assert "PromptOver" in kinds(x.press("wang", "9"))
    assert x.line(call).language == "en-US"
    assert x.live(call).language == "en-US"


def test_a_key_pressed_while_greeted_is_for_the_menu_that_follows():
    x = Exchange()
    x.prompts_end = False
    call = x.call("wang", "tells")
    after = x.press("wang", "1")
    assert [e.node for e in after if isinstance(e, ev.NodeEntered)] == [
        "mark",
        "more",
        "vip",
        "menu",
        "law",
    ]
    assert [e.parts[0].value for e in after if isinstance(e, ev.PromptStarted)] == [
        "recording_notice"
    ]
    assert x.live(call).tags == ("told",)
    assert x.live(call).known["keys"] == "1"


def test_a_wrong_key_pressed_while_greeted_is_told():
    x = Exchange()
    x.prompts_end = False
    call = x.call("wang", "tells")
    said = one(x.press("wang", "7"), ev.PromptStarted)
    assert [part.value for part in said.parts] == ["invalid_key", "menu_demo"]
    assert x.live(call).phase is Phase.FLOW


def test_a_key_skips_nothing_where_no_menu_follows():
    x = Exchange()
    x.prompts_end = False
    call = x.call("wang", "tells", tier="VIP")
    assert x.press("wang", "1") == []
    x.prompts_end = True
    x.wait(600)
    assert "recording_notice" in {
        part.value for e in x.events if isinstance(e, ev.PromptStarted) for part in e.parts
    }
    assert "keys" not in x.live(call).known


def test_digits_are_collected_and_a_condition_decides():
    x = Exchange()
    call = x.call("wang", "line", tier="VIP")
    x.press("wang", "2")
    collected = one(x.press("wang", "4711"), ev.DigitsCollected)
    assert (collected.into, collected.digits) == ("order", "4711")
    assert x.live(call).phase is Phase.QUEUED
    x.call("li", "line")
    x.press("li", "2")
    assert ended(x.press("li", "4712")).outcome is Outcome.SELF_SERVED
    third = x.call("zhao", "line")
    x.press("zhao", "2")
    x.press("zhao", "9912")  # a condition may ask for what was collected
    assert x.live(third).phase is Phase.QUEUED


def test_a_prompt_whose_end_is_never_told_does_not_keep_anybody():
    x = Exchange()
    x.prompts_end = False
    call = x.call("wang", "line")
    x.wait(2_000)
    assert x.live(call).phase is Phase.QUEUED


# --- waiting ----------------------------------------------------------------------------------------


def test_a_waiting_caller_hears_place_and_choices_again_and_again():
    x = Exchange()
    x.call("wang")
    said = [e for e in x.wait(70) if isinstance(e, ev.PromptStarted)]
    assert len(said) == 3
    values = [part.value for part in said[0].parts]
    assert values[:3] == ["position_intro", "1", "position_outro"]
    assert values[-6:] == [
        "choice_intro",
        "1",
        "choice_callback",
        "choice_intro",
        "2",
        "choice_voicemail",
    ]


def test_a_message_is_spoken_and_becomes_a_ticket():
    x = Exchange()
    call = x.call("wang")
    x.press("wang", "2")
    assert x.live(call).phase is Phase.AWAY
    recording = x.line(call).message
    after = x.tell(got.MessageRecorded, leg_id="in_wang", recording_id=recording, duration_s=7.0)
    assert one(after, ev.MessageLeft).recording_id == recording
    assert ended(after).outcome is Outcome.MESSAGE_LEFT
    assert x.silent()


def test_a_caller_who_hangs_up_while_speaking_has_left_the_message():
    x = Exchange()
    call = x.call("wang")
    x.press("wang", "2")
    recording = x.line(call).message
    x.hang_up("wang")
    after = x.tell(got.MessageRecorded, leg_id="in_wang", recording_id=recording, duration_s=3.0)
    assert ended(after).outcome is Outcome.MESSAGE_LEFT
    assert x.silent()


def test_a_callback_keeps_the_place_and_calls_the_agent_first():
    x = Exchange()
    first, second = x.call("wang"), x.call("li")
    x.press("wang", "1")
    x.press("wang", "1")
    x.wait(2)
    assert x.live(first).phase is Phase.QUEUED
    assert x.line(first).legs == {}  # they hung up and kept the place
    x.at_work("ann")
    assert x.rings(first, "ann")
    x.pick_up(first, "ann")
    customer = x.line(first).customer()
    assert customer.number == "+861380001"
    assert x.places(first) == {"ann": Place.ASIDE}  # hears it ring
    x.tell(got.LegAnswered, leg_id=customer.id)
    assert x.places(first) == {"ann": Place.TALK, "customer": Place.TALK}
    assert x.live(second).phase is Phase.QUEUED


def test_a_callback_may_call_the_customer_first():
    x = Exchange(telephones(callback_first="customer"))
    call = x.call("wang")
    x.press("wang", "1")
    x.press("wang", "13912345678#")
    x.at_work("ann")
    assert x.live(call).phase is Phase.OFFERED
    assert x.line(call).of_agent("ann") is None
    customer = x.line(call).customer()
    assert customer.number == "+8613912345678"
    after = x.tell(got.LegAnswered, leg_id=customer.id)
    assert one(after, ev.PromptStarted).parts[0].value == "callback_hello"
    assert x.rings(call, "ann")
    x.tell(got.LegEnded, leg_id=x.line(call).of_agent("ann").id, cause=LegEnd.NO_ANSWER)
    x.wait(60)
    assert said_last(x)[0] == "position_intro"  # who was called and waits is not left alone


def test_who_hides_their_number_types_one_to_be_called_back():
    x = Exchange()
    call = x.call("wang", ani="")
    x.press("wang", "1")
    assert said_last(x) == ["callback_enter"]
    x.press("wang", "1")
    x.wait(5)
    assert said_last(x)[0] == "number_invalid"
    x.press("wang", "013912345678#")
    assert x.line(call).plan.number == "+8613912345678"


@pytest.mark.parametrize("keys", ["00442071838750#", "12345#", "16812345#"])
def test_nobody_makes_us_call_abroad_or_nowhere(keys):
    x = Exchange()
    call = x.call("wang")
    x.press("wang", "1")
    x.press("wang", keys)
    assert x.line(call).plan is None
    assert said_last(x)[0] == "number_invalid"


def test_a_callback_that_reaches_nobody_is_told_by_a_ticket():
    x = Exchange(telephones(callback_first="customer", callback_attempts=1))
    call = x.call("wang")
    x.press("wang", "1")
    x.press("wang", "1")
    x.wait(2)
    x.at_work("ann")
    customer = x.line(call).customer()
    after = x.tell(got.LegEnded, leg_id=customer.id, cause=LegEnd.NO_ANSWER)
    assert ended(after).outcome is Outcome.UNREACHED
    assert one(after, ev.MessageLeft).phone == "+861380001"


def test_who_was_not_told_that_calls_are_recorded_is_told_before_they_talk():
    queues = TELEPHONES.queues | {"help": replace(TELEPHONES.queues["help"], record=False)}
    entry = replace(TELEPHONES.entry_points["plain"], queue="help")
    points = TELEPHONES.entry_points | {"plain": entry}
    x = Exchange(replace(TELEPHONES, queues=queues, entry_points=points))
    x.at_work("ann")
    call = x.call("wang")
    x.pick_up(call, "ann")
    assert "recording_notice" not in said_last(x)
    x.at_work("bob")
    x.tell(got.TransferRequested, interaction_id=call, agent_id="ann", to_queue="sales")
    x.pick_up(call, "bob")
    assert said_last(x) == ["recording_notice"]


def test_a_message_goes_to_the_queue_its_step_names():
    step = Node("speak", NodeKind.VOICEMAIL, queue="help")
    flow = Flow("menu", "Menu", "speak", {"speak": step})
    x = Exchange(replace(TELEPHONES, flows={**TELEPHONES.flows, "menu": flow}))
    call = x.call("wang", "line")
    recording = x.line(call).message
    x.network_down()
    x.tell(got.MessageRecorded, leg_id="in_wang", recording_id=recording, duration_s=7.0)
    assert [c.queue for c in x.commands if isinstance(c, do.OpenTicket)] == ["help"]


def test_a_callback_nobody_answers_is_tried_again_and_given_up_in_the_end():
    x = Exchange(telephones(callback_attempts=2))
    call = x.call("wang")
    x.press("wang", "1")
    x.press("wang", "1")
    x.wait(2)
    x.at_work("ann")
    for attempt in (1, 2):
        x.pick_up(call, "ann")
        customer = x.line(call).customer()
        x.tell(got.LegEnded, leg_id=customer.id, cause=LegEnd.NO_ANSWER)
        if attempt == 1:
            assert x.live(call).phase is Phase.SCHEDULED
            assert x.center.state.agents["ann"].work == {}
            x.wait(600)
    assert x.live(call).phase is Phase.WRAP_UP
    done = x.tell(got.WrapUpSaved, interaction_id=call, agent_id="ann")
    assert ended(done).outcome is Outcome.UNREACHED
    assert x.silent()


def _being_called_back(x: Exchange, first: str) -> str:
    """Wang asked for it, ann is there, and his phone rings."""
    call = x.call("wang")
    x.press("wang", "1")
    x.press("wang", "1")
    x.wait(2)
    x.at_work("ann")
    if first == "agent":
        x.pick_up(call, "ann")
    return call


@pytest.mark.parametrize("first", ["agent", "customer"])
def test_an_answering_machine_is_called_again_as_if_nobody_had_answered(first):
    x = Exchange(telephones(callback_first=first, callback_amd=True))
    call = _being_called_back(x, first)
    assert [command.amd for command in x.dialled] == [True]
    x.tell(got.LegEnded, leg_id=x.line(call).customer().id, cause=LegEnd.MACHINE)
    assert x.live(call).phase is Phase.SCHEDULED
    assert x.line(call).plan.attempt == 1
    x.wait(600)
    assert x.rings(call, "ann") or x.line(call).customer() is not None


@pytest.mark.parametrize("first", ["agent", "customer"])
def test_machines_are_not_asked_for_unless_the_queue_says_so(first):
    x = Exchange(telephones(callback_first=first))
    _being_called_back(x, first)
    assert [command.amd for command in x.dialled] == [False]


def test_a_number_that_is_dialled_by_hand_is_not_listened_to():
    x = Exchange(telephones(callback_amd=True))
    x.at_work("ann")
    x.pick_up(_dial(x), "ann")
    assert [command.amd for command in x.dialled] == [False]


def test_a_booked_callback_waits_for_its_time():
    x = Exchange()
    x.at_work("ann")
    x.tell(got.PresenceSet, agent_id="ann", status=PresenceStatus.NOT_READY, reason="lunch")
    call = x.call("wang")
    x.tell(got.CallbackRequested, interaction_id=call, number="+8613800", callback_at=x.now + 3_600)
    assert x.live(call).phase is Phase.SCHEDULED
    x.tell(got.PresenceSet, agent_id="ann", status=PresenceStatus.READY)
    x.wait(3_599)
    assert x.live(call).phase is Phase.SCHEDULED
    x.wait(2)
    assert x.rings(call, "ann")


def _booked(x: Exchange) -> str:
    """A call that ann promised for an hour from now."""
    x.at_work("ann")
    x.tell(
        got.CallbackBooked, interaction_id="int_b", agent_id="ann", number="+8613800",
        callback_at=x.now + 3_600, customer=CustomerRef("cus_wang", "wang"), queue="help",
    )  # fmt: skip
    assert x.live("int_b").phase is Phase.SCHEDULED
    x.wait(3_599)
    assert not x.rings("int_b", "ann")
    x.wait(2)
    assert x.live("int_b").queue == "help"
    return "int_b"


def test_a_call_that_an_agent_booked_is_made_at_its_time():
    x = Exchange()
    call = _booked(x)
    x.pick_up(call, "ann")
    customer = x.line(call).customer()
    assert customer.number == "+8613800"
    x.tell(got.LegAnswered, leg_id=customer.id)
    assert x.places(call) == {"ann": Place.TALK, "customer": Place.TALK}


def test_a_booked_call_that_nobody_answers_is_tried_again():
    x = Exchange()
    call = _booked(x)
    x.pick_up(call, "ann")
    x.tell(got.LegEnded, leg_id=x.line(call).customer().id, cause=LegEnd.BUSY)
    assert x.live(call).phase is Phase.SCHEDULED
    assert x.line(call).plan.attempt == 1


def test_a_call_is_booked_once_and_only_where_there_is_a_queue():
    x = Exchange()
    _booked(x)
    values = {
        "agent_id": "ann", "number": "+8613800", "callback_at": x.now + 60,
        "customer": CustomerRef("cus_wang", "wang"),
    }  # fmt: skip
    assert x.tell(got.CallbackBooked, interaction_id="int_b", queue="help", **values) == []
    x.tell(got.CallbackBooked, interaction_id="int_c", queue="nowhere", **values)
    assert x.refused == "unknown_queue"


def _owned(x: Exchange) -> str:
    """A call that ann promised to make herself in a minute; bob is free as well."""
    x.at_work("bob", "ann")
    x.tell(
        got.CallbackBooked, interaction_id="int_b", agent_id="ann", number="+8613800", owned=True,
        callback_at=x.now + 60, customer=CustomerRef("cus_wang", "wang"), queue="help",
    )  # fmt: skip
    return "int_b"


def test_who_promised_to_call_makes_the_call():
    x = Exchange()
    call = _owned(x)
    x.wait(61)
    assert x.rings(call, "ann")
    x.tell(got.LegEnded, leg_id=x.leg(call, "ann"), cause=LegEnd.BUSY)  # she can't just now
    assert x.rings(call, "bob")


def test_a_promised_call_waits_a_while_for_whoever_is_busy():
    x = Exchange()
    call = _owned(x)
    x.tell(got.PresenceSet, agent_id="bob", status=PresenceStatus.NOT_READY, reason="", by="bob")
    other = x.connected()  # ann is on the phone
    x.tell(got.PresenceSet, agent_id="bob", status=PresenceStatus.READY, reason="", by="bob")
    x.wait(300)
    assert x.live(other).owner == "ann"
    assert x.live(call).phase is Phase.QUEUED
    x.wait(365)
    assert x.rings(call, "bob")


def test_a_promised_call_is_anybodys_if_who_promised_it_is_away():
    x = Exchange()
    call = _owned(x)
    x.tell(got.PhoneChanged, agent_id="ann", reachable=False)
    x.wait(61)
    assert x.rings(call, "bob")


def _cancelled(x: Exchange, call: str) -> list[ev.Event]:
    return x.tell(got.CallbackCancelled, interaction_id=call, agent_id="bob")


@pytest.mark.parametrize("wait_s", [0, 3_601], ids=["before its time", "while it waits in turn"])
def test_a_booked_call_that_is_needed_no_more_is_not_made(wait_s: float):
    x = Exchange()
    x.tell(
        got.CallbackBooked, interaction_id="int_b", agent_id="ann", number="+8613800",
        callback_at=x.now + 3_600, customer=CustomerRef("cus_wang", "wang"), queue="help",
    )  # fmt: skip
    x.wait(wait_s)
    after = _cancelled(x, "int_b")
    assert one(after, ev.CallbackCancelled).by == "bob"
    assert ended(after).outcome is Outcome.CALLBACK_CANCELLED
    assert "MessageLeft" not in kinds(after)  # no ticket: nothing is left to do
    assert x.silent()
    x.at_work("ann")
    x.wait(7_200)
    assert x.commands == []
    _cancelled(x, "int_b")
    assert x.refused == "interaction_over"


def test_a_callback_between_two_tries_is_cancelled_too():
    x = Exchange()
    call = _booked(x)
    x.pick_up(call, "ann")
    x.tell(got.LegEnded, leg_id=x.line(call).customer().id, cause=LegEnd.BUSY)
    assert ended(_cancelled(x, call)).outcome is Outcome.CALLBACK_CANCELLED


@pytest.mark.parametrize("first", ["agent", "customer"])
def test_a_callback_that_is_being_made_is_not_cancelled(first: str):
    x = Exchange(telephones(callback_first=first))
    call = x.call("wang")
    _cancelled(x, call)
    assert x.refused == "no_callback"
    x.press("wang", "1")
    x.press("wang", "1")
    x.wait(2)
    x.at_work("ann")
    assert _cancelled(x, call) == []
    assert x.refused == "being_called"
    if first == "agent":
        x.pick_up(call, "ann")
    x.tell(got.LegAnswered, leg_id=x.line(call).customer().id)
    assert _cancelled(x, call) == []
    assert x.refused == "being_called"


def test_a_caller_who_waits_at_closing_time_is_told_so_and_a_callback_waits_for_the_opening():
    config = telephones(hours_id="short")
    x = Exchange(
        replace(config, hours={"short": Hours("short", "Short", "UTC", (((0, 30),),) * 7)})
    )
    planned, waiting = x.call("wang"), x.call("li")
    x.press("wang", "1")
    x.press("wang", "1")
    x.wait(800)  # it closes half an hour past midnight
    assert x.live(waiting).phase is Phase.AWAY
    assert x.line(waiting).message is not None
    said = [e.parts[0].value for e in x.events if isinstance(e, ev.PromptStarted)]
    assert "closed_hours" in said
    assert x.live(planned).phase is Phase.SCHEDULED
    assert x.center.state.timers[f"callback {planned}"] == 86_400.0


def test_a_caller_out_of_hours_is_asked_to_speak_a_message():
    x = Exchange(telephones(max_waiting=0))
    call = x.call("wang")
    assert x.live(call).phase is Phase.AWAY
    assert x.line(call).message is not None
    said = [e.parts[0].value for e in x.events if isinstance(e, ev.PromptStarted)]
    assert "queue_full" in said


def test_nobody_is_assigned_a_call_whose_phone_cannot_ring():
    x = Exchange()
    x.at_work("ann")
    x.tell(got.PhoneChanged, agent_id="ann", reachable=False)
    call = x.call("wang")
    x.tell(got.Assigned, interaction_id=call, agent_id="ann", by="sup")
    assert x.refused == "phone_unreachable"


# --- talking ----------------------------------------------------------------------------------------


def test_a_held_customer_hears_music_until_taken_back():
    x = Exchange()
    call = _held(x)
    assert x.places(call) == {"customer": Place.MUSIC, "ann": Place.TALK}
    x.tell(got.HoldRequested, interaction_id=call, agent_id="ann", on=False)
    assert x.places(call) == {"customer": Place.TALK, "ann": Place.TALK}


def test_a_warm_transfer_consults_aside_and_hands_over():
    x = Exchange()
    call = _consulting(x)
    assert x.places(call) == {"customer": Place.MUSIC, "ann": Place.ASIDE}
    x.pick_up(call, "bob")
    assert x.places(call)["bob"] is Place.ASIDE
    x.tell(got.TransferRequested, interaction_id=call, agent_id="ann", to_agent="bob")
    assert x.live(call).owner == "bob"
    assert x.places(call) == {"customer": Place.TALK, "bob": Place.TALK}


def test_whoever_hangs_up_while_consulting_hands_the_customer_over():
    x = Exchange()
    call = _consulting(x)
    x.pick_up(call, "bob")
    x.tell(got.LegEnded, leg_id=x.leg(call, "ann"), cause=LegEnd.NORMAL)
    assert x.live(call).owner == "bob"


def test_a_transfer_to_a_colleague_who_has_not_answered_is_refused():
    x = Exchange()
    call = _consulting(x)
    x.tell(got.TransferRequested, interaction_id=call, agent_id="ann", to_agent="bob")
    assert x.refused == "not_answered"


def test_a_colleague_who_does_not_answer_gives_the_customer_back():
    x = Exchange()
    call = _consulting(x)
    x.tell(got.LegEnded, leg_id=x.leg(call, "bob"), cause=LegEnd.REJECTED)
    assert x.places(call) == {"customer": Place.TALK, "ann": Place.TALK}
    assert x.live(call).participants == {}


@pytest.mark.parametrize("answered", [False, True])
def test_a_colleague_on_another_call_is_not_rung(answered):
    x = Exchange()
    call = _talking(x)
    x.at_work("bob")
    other = x.call("li")
    if answered:
        x.pick_up(other, "bob")
    x.tell(got.JoinRequested, interaction_id=call, agent_id="bob", role=Role.CONSULT, by="ann")
    assert x.refused == "colleague_on_call"
    assert x.places(call) == {"customer": Place.TALK, "ann": Place.TALK}
    x.hang_up("li")
    x.tell(got.PresenceSet, agent_id="bob", status=PresenceStatus.READY)
    x.tell(got.JoinRequested, interaction_id=call, agent_id="bob", role=Role.CONSULT, by="ann")
    assert x.rings(call, "bob")


def test_a_conference_joins_everybody():
    x = Exchange()
    call = _consulting(x)
    x.pick_up(call, "bob")
    x.tell(got.ConsultMerged, interaction_id=call, agent_id="ann")
    assert set(x.places(call).values()) == {Place.TALK}
    x.tell(got.PartyInvited, interaction_id=call, agent_id="ann", number="+86777")
    party = next(leg for leg in x.line(call).legs.values() if leg.number == "+86777")
    x.tell(got.LegAnswered, leg_id=party.id)
    assert x.places(call)["party"] is Place.ASIDE
    assert x.places(call)["bob"] is Place.TALK
    x.tell(got.ConsultMerged, interaction_id=call, agent_id="ann")
    assert set(x.places(call).values()) == {Place.TALK}
    x.tell(got.PartyDropped, interaction_id=call, agent_id="ann", leg_id=party.id)
    assert "party" not in x.places(call)


def test_a_blind_transfer_to_a_number_leaves_the_two_alone():
    x = Exchange()
    call = _talking(x)
    x.tell(got.TransferRequested, interaction_id=call, agent_id="ann", to_number="+86777")
    assert x.live(call).phase is Phase.WRAP_UP
    assert x.places(call) == {"customer": Place.MUSIC}
    party = next(leg for leg in x.line(call).legs.values() if leg.number == "+86777")
    x.tell(got.LegAnswered, leg_id=party.id)
    assert x.places(call) == {"customer": Place.TALK, "party": Place.TALK}
    x.tell(got.WrapUpSaved, interaction_id=call, agent_id="ann")
    assert x.line(call).legs  # they talk on
    x.hang_up("wang")
    assert x.silent()


def _passed_on(x: Exchange, *, wrapped_up: bool) -> tuple[str, str]:
    """A customer whom ann gave to an outside number that rings: the call, the number's leg."""
    call = _talking(x)
    x.tell(got.TransferRequested, interaction_id=call, agent_id="ann", to_number="+86777")
    if wrapped_up:
        x.tell(got.WrapUpSaved, interaction_id=call, agent_id="ann", note="to the works")
        assert x.center.state.agents["ann"].work == {}
    return call, rung(x, call)


def rung(x: Exchange, call: str) -> str:
    """The outside party's leg."""
    return next(leg.id for leg in x.line(call).legs.values() if leg.role is LegRole.PARTY)


@pytest.mark.parametrize("wrapped_up", [False, True])
@pytest.mark.parametrize("cause", [LegEnd.BUSY, LegEnd.NO_ANSWER, LegEnd.LOST])
def test_who_was_transferred_to_a_number_that_does_not_answer_is_first_in_line_again(
    cause, wrapped_up
):
    x = Exchange()
    call, party = _passed_on(x, wrapped_up=wrapped_up)
    x.call("li")
    x.tell(got.PresenceSet, agent_id="ann", status=PresenceStatus.NOT_READY, reason="lunch")
    after = x.tell(got.LegEnded, leg_id=party, cause=cause)
    assert one(after, ev.Queued).reason == "transfer_failed"
    assert said_last(x) == ["transfer_failed"]
    assert x.places(call) == {"customer": Place.MUSIC}
    x.tell(got.PresenceSet, agent_id="ann", status=PresenceStatus.READY)
    x.pick_up(call, "ann")  # before who came later
    assert x.places(call) == {"customer": Place.TALK, "ann": Place.TALK}


@pytest.mark.parametrize("wrapped_up", [False, True])
def test_who_cannot_wait_after_a_failed_transfer_is_told_so_and_called_back(wrapped_up):
    config = telephones(hours_id="short")
    hours = {"short": Hours("short", "Short", "UTC", (((0, 30),),) * 7)}
    x = Exchange(replace(config, hours=hours))
    _, party = _passed_on(x, wrapped_up=wrapped_up)
    x.now += 1_800
    after = x.tell(got.LegEnded, leg_id=party, cause=LegEnd.NO_ANSWER)
    assert one(after, ev.MessageLeft).phone == "+861380001"
    assert ended(after).outcome is Outcome.CALLBACK_BOOKED
    assert said_last(x) == ["transfer_failed", "callback_saved", "goodbye"]


def test_a_transfer_that_is_answered_after_the_wrap_up_ends_as_served():
    x = Exchange()
    call, party = _passed_on(x, wrapped_up=True)
    assert x.live(call).phase is Phase.FLOW  # not over before somebody answers
    assert ended(x.tell(got.LegAnswered, leg_id=party)).outcome is Outcome.SERVED
    assert x.places(call) == {"customer": Place.TALK, "party": Place.TALK}
    x.hang_up("wang")
    assert x.silent()


@pytest.mark.parametrize("cause", [LegEnd.NORMAL, LegEnd.LOST])
@pytest.mark.parametrize("wrapped_up", [False, True])
def test_a_transferred_customer_may_leave_while_it_rings_and_is_called_back_if_lost(
    wrapped_up, cause
):
    x = Exchange()
    call, _ = _passed_on(x, wrapped_up=wrapped_up)
    after = x.hang_up("wang", cause)
    assert ("MessageLeft" in kinds(after)) is (cause is LegEnd.LOST)
    if not wrapped_up:
        x.tell(got.WrapUpSaved, interaction_id=call, agent_id="ann")
    assert x.silent()


# --- the flow passes callers on -----------------------------------------------------------------------


def _flow_transfers(x: Exchange) -> str:
    """A caller who chose the boss, whose number rings."""
    call = x.call("wang", "line")
    x.press("wang", "8")
    assert x.places(call) == {"customer": Place.MUSIC}
    assert x.live(call).phase is Phase.FLOW
    return call


def test_a_flow_that_transfers_is_over_when_somebody_answers():
    x = Exchange()
    call = _flow_transfers(x)
    after = x.tell(got.LegAnswered, leg_id=rung(x, call))
    assert ended(after).outcome is Outcome.SELF_SERVED
    assert x.places(call) == {"customer": Place.TALK, "party": Place.TALK}


@pytest.mark.parametrize("cause", [LegEnd.BUSY, LegEnd.NO_ANSWER, LegEnd.REJECTED, LegEnd.LOST])
def test_a_flow_whose_transfer_fails_goes_another_way_and_in_the_end_to_the_queue(cause):
    x = Exchange()
    call = _flow_transfers(x)
    x.tell(got.LegEnded, leg_id=rung(x, call), cause=cause)
    assert x.line(call).flow.node == "partner"
    assert said_last(x) == ["transferring"]
    x.wait(20)  # no key is waited for
    after = x.tell(got.LegEnded, leg_id=rung(x, call), cause=cause)
    assert one(after, ev.FlowLeft).reason == "transfer_failed"
    assert x.live(call).phase is Phase.QUEUED
    assert said_last(x) == ["transfer_failed"]
    assert x.places(call) == {"customer": Place.MUSIC}


def test_a_failed_transfer_where_nobody_serves_leads_to_a_message():
    x = Exchange(telephones(max_waiting=0))
    call = _flow_transfers(x)
    for _ in range(2):
        x.tell(got.LegEnded, leg_id=rung(x, call), cause=LegEnd.BUSY)
    assert x.line(call).message is not None


def test_a_caller_whom_a_flow_gives_to_nobody_is_not_counted_as_self_served():
    boss = replace(TELEPHONES.flows["menu"].nodes["boss"], otherwise="bye")
    menu = TELEPHONES.flows["menu"]
    menu = replace(menu, nodes=menu.nodes | {"boss": boss})
    x = Exchange(replace(TELEPHONES, flows=TELEPHONES.flows | {"menu": menu}))
    call = _flow_transfers(x)
    after = x.tell(got.LegEnded, leg_id=rung(x, call), cause=LegEnd.BUSY)
    assert ended(after).outcome is Outcome.ABANDONED
    x.call("li", "line")
    x.press("li", "8")
    assert ended(x.hang_up("li")).outcome is Outcome.ABANDONED
    assert x.silent()


def test_after_an_absence_a_number_that_rings_is_not_called_twice():
    x = Exchange()
    call = _flow_transfers(x)
    x.tell(got.LegsFound, up=("in_wang",), ringing=(rung(x, call),))
    assert len(x.line(call).legs) == 2


def test_a_transfer_to_a_queue_lets_the_agent_go():
    x = Exchange()
    call = _talking(x)
    x.tell(got.TransferRequested, interaction_id=call, agent_id="ann", to_queue="help")
    assert x.live(call).queue == "help"
    assert x.places(call)["customer"] is Place.MUSIC


def test_supervisors_listen_whisper_and_barge():
    x = Exchange()
    call = _talking(x)
    x.at_work("sue")
    for role, place in (
        (Role.MONITOR, Place.LISTEN), (Role.WHISPER, Place.WHISPER), (Role.BARGE, Place.TALK),
    ):  # fmt: skip
        x.tell(got.JoinRequested, interaction_id=call, agent_id="sue", role=role, by="sue")
        if role is Role.MONITOR:
            x.pick_up(call, "sue")
        assert x.places(call) == {"customer": Place.TALK, "ann": Place.TALK, "sue": place}
    x.tell(got.TakenOver, interaction_id=call, agent_id="sue")
    assert x.places(call) == {"customer": Place.TALK, "sue": Place.TALK}


def test_six_may_talk_and_two_may_listen_besides():
    agents = {
        name: AgentProfile(name, name.title(), {"sales": 1}, {}, {Channel.VOICE: 1})
        for name in ("ann", "bob", "cat", "dan", "eve", "fay", "sue", "tom", "una")
    }
    x = Exchange(replace(TELEPHONES, agents=agents))
    call = _talking(x)
    x.at_work(*agents)

    def joins(agent: str, role: Role) -> None:
        x.tell(got.JoinRequested, interaction_id=call, agent_id=agent, role=role, by=agent)

    for agent in ("sue", "tom"):
        joins(agent, Role.MONITOR)
        x.pick_up(call, agent)
    joins("una", Role.WHISPER)
    assert x.refused == "conference_full"
    for agent in ("bob", "cat", "dan", "eve"):  # with ann and the customer: six
        joins(agent, Role.BARGE)
        x.pick_up(call, agent)
    assert list(x.places(call).values()).count(Place.TALK) == 6
    joins("fay", Role.BARGE)
    assert x.refused == "conference_full"
    x.tell(got.PartyInvited, interaction_id=call, agent_id="ann", number="+86777")
    assert x.refused == "conference_full"


# --- where agents are asked before somebody listens ---------------------------------------------------


def _asking(role: Role = Role.MONITOR) -> tuple[Exchange, str]:
    """Sue asks Ann whether she may be on her call."""
    x = Exchange(replace(TELEPHONES, monitor_notice=MonitorNotice.ASKED))
    call = _talking(x)
    x.at_work("sue")
    x.tell(got.PresenceSet, agent_id="sue", status=PresenceStatus.NOT_READY)
    x.tell(got.JoinRequested, interaction_id=call, agent_id="sue", role=role, by="sue")
    return x, call


def _answer(x: Exchange, call: str, *, allow: bool, agent: str = "ann") -> None:
    x.tell(got.ConsentAnswered, interaction_id=call, agent_id=agent, by="sue", allow=allow)


def _outcome(x: Exchange) -> ConsentAnswer | None:
    asked = x.center.state.agents["sue"].asked
    return asked.answer if asked else None


def test_an_agent_is_asked_before_a_supervisors_phone_is_dialled():
    x, call = _asking(Role.WHISPER)
    assert x.line(call).of_agent("sue") is None
    assert x.live(call).participants == {}
    [ask] = work_row(x.center.state, x.live(call), "ann")["asks"]
    assert (ask["name"], ask["role"]) == ("Sue", Role.WHISPER)
    assert agent_row(x.center.state, x.center.state.agents["sue"])["asked"]["answer"] is None
    _answer(x, call, allow=True)
    x.pick_up(call, "sue")
    assert x.places(call)["sue"] is Place.WHISPER
    assert _outcome(x) is ConsentAnswer.ALLOWED


def test_who_was_allowed_switches_and_takes_over_without_another_question():
    x, call = _asking()
    _answer(x, call, allow=True)
    x.pick_up(call, "sue")
    for role in (Role.WHISPER, Role.BARGE, Role.MONITOR):
        x.tell(got.JoinRequested, interaction_id=call, agent_id="sue", role=role, by="sue")
        assert x.live(call).participants == {"sue": role}
    x.tell(got.TakenOver, interaction_id=call, agent_id="sue")
    assert x.live(call).owner == "sue"
    assert len([e for e in x.events if isinstance(e, ev.ConsentAsked)]) == 1


def test_only_the_asked_agent_answers_and_only_once():
    x, call = _asking()
    _answer(x, call, allow=True, agent="bob")
    assert x.refused == "not_yours"
    _answer(x, call, allow=False)
    assert x.live(call).participants == {}
    _answer(x, call, allow=True)
    assert x.refused == "already_answered"
    assert _outcome(x) is ConsentAnswer.REFUSED


def test_a_question_nobody_answers_is_over_after_a_while_also_after_a_restart():
    x, call = _asking()
    x.wait(CONSENT_S - 5)
    x.tell(got.TermBegan)  # nobody could answer meanwhile
    x.wait(GRACE_S - 1)
    assert "sue" in x.center.state.asks
    x.wait(1)
    assert _outcome(x) is ConsentAnswer.NO_ANSWER
    assert x.line(call).of_agent("sue") is None


@pytest.mark.parametrize(
    ("kind", "values", "answer"),
    [
        (got.Left, {"agent_id": "sue"}, ConsentAnswer.WITHDRAWN),
        (got.TakenOver, {"agent_id": "sue"}, ConsentAnswer.WITHDRAWN),
        (got.ConversationClosed, {"agent_id": "ann"}, ConsentAnswer.CALL_OVER),
        (got.TransferRequested, {"agent_id": "ann", "to_queue": "help"}, ConsentAnswer.AGENT_GONE),
    ],
)
def test_a_question_ends_with_what_it_was_about(kind, values, answer):
    x, call = _asking()
    x.tell(kind, interaction_id=call, **values)
    assert _outcome(x) is answer
    assert not x.center.state.asks


def test_a_question_ends_when_one_of_the_two_goes():
    for who, answer in (("ann", ConsentAnswer.AGENT_GONE), ("sue", ConsentAnswer.SUPERVISOR_GONE)):
        x, _ = _asking()
        x.tell(got.PresenceSet, agent_id=who, status=PresenceStatus.OFFLINE)
        assert _outcome(x) is answer


def test_the_yes_to_somebody_whose_phone_is_gone_dials_nobody():
    x, call = _asking()
    x.tell(got.PhoneChanged, agent_id="sue", reachable=False)
    _answer(x, call, allow=True)
    assert _outcome(x) is ConsentAnswer.SUPERVISOR_GONE
    assert x.live(call).participants == {}


def test_a_supervisor_asks_about_one_call_at_a_time():
    x, call = _asking()
    other = x.call("li")
    x.at_work("bob")
    x.pick_up(other, "bob")
    x.tell(got.JoinRequested, interaction_id=other, agent_id="sue", role=Role.BARGE, by="sue")
    assert x.center.state.asks["sue"].interaction_id == other
    assert [e.answer for e in x.events if isinstance(e, ev.ConsentEnded)] == ["withdrawn"]
    _answer(x, call, allow=True)
    assert x.refused == "already_answered"


def test_another_agent_is_asked_anew():
    x, call = _asking()
    _answer(x, call, allow=True)
    x.pick_up(call, "sue")
    x.at_work("bob")
    x.tell(got.TransferRequested, interaction_id=call, agent_id="ann", to_agent="bob")
    x.pick_up(call, "bob")
    assert x.live(call).owner == "bob"
    assert x.live(call).participants == {}
    assert x.center.state.asks["sue"].agent_id == "bob"
    _answer(x, call, allow=True, agent="bob")
    assert x.live(call).participants == {"sue": Role.MONITOR}


def test_the_recording_is_paused_by_the_agent_and_while_nobody_serves():
    x = Exchange()
    call = _talking(x)
    x.tell(got.RecordingSet, interaction_id=call, agent_id="ann", on=False)
    assert x.taped(call) is Recording.PAUSED
    x.tell(got.RecordingSet, interaction_id=call, agent_id="ann", on=True)
    assert x.taped(call) is Recording.ON
    x.tell(got.TransferRequested, interaction_id=call, agent_id="ann", to_queue="help")
    assert x.taped(call) is Recording.PAUSED


def test_a_recording_that_fails_does_not_end_the_call():
    x = Exchange()
    call = _talking(x)
    recording = x.line(call).recording_id
    x.tell(got.RecordingFailed, interaction_id=call, recording_id=recording, reason="disk_full")
    assert x.live(call).phase is Phase.CONNECTED
    assert x.taped(call) is Recording.OFF


# --- phones that go away ----------------------------------------------------------------------------


def test_a_reloaded_page_brings_the_call_back():
    x = Exchange()
    call = _rejoining(x)
    assert x.places(call) == {"customer": Place.MUSIC}
    x.wait(3)
    x.tell(got.PhoneChanged, agent_id="ann", reachable=True)
    x.pick_up(call, "ann")
    assert x.places(call) == {"customer": Place.TALK, "ann": Place.TALK}
    x.wait(30)
    assert x.live(call).owner == "ann"


def test_a_closed_browser_returns_the_customer_to_the_head_of_the_queue():
    x = Exchange()
    call = _rejoining(x)
    x.call("li")
    x.at_work("bob")
    x.wait(8)
    assert x.events[-1].at <= x.now
    said = [e.parts[0].value for e in x.events if isinstance(e, ev.PromptStarted)]
    assert "agent_lost" in said
    assert x.live(call).queued_reason == "agent_lost"
    assert x.live(call).phase is Phase.QUEUED  # bob is on li's call already


def _with_phone(kind: PhoneKind, **sales) -> Exchange:
    """Ann's calls ring there."""
    config = telephones(**sales)
    ann = replace(config.agents["ann"], phone=kind)
    return Exchange(replace(config, agents=config.agents | {"ann": ann}))


@pytest.mark.parametrize("kind", [PhoneKind.SIP, PhoneKind.NUMBER])
def test_who_talks_on_a_phone_of_their_own_talks_on_without_the_console(kind):
    x = _with_phone(kind, wrap_up=WrapUpMode.MANDATORY)
    call = _talking(x)
    waiting = x.call("li")
    x.tell(got.AgentScreenChanged, agent_id="ann", online=False)
    x.wait(60)
    assert x.center.state.agents["ann"].status is PresenceStatus.OFFLINE
    assert x.places(call) == {"customer": Place.TALK, "ann": Place.TALK}
    x.hang_up("wang")
    assert call not in x.center.state.interactions  # nobody is there to wrap it up
    assert x.live(waiting).phase is Phase.QUEUED  # and nobody to take the next


def test_a_desk_phone_that_answers_nothing_but_talks_goes_on():
    x = _with_phone(PhoneKind.SIP)
    call = _talking(x)
    x.call("li")
    x.tell(got.PhoneChanged, agent_id="ann", reachable=False)
    assert x.places(call) == {"customer": Place.TALK, "ann": Place.TALK}
    x.wait(60)
    x.hang_up("wang")
    assert not x.center.state.agents["ann"].phone  # and is not offered the next call
    x.wait(60)
    assert x.live("int_2").phase is Phase.QUEUED


@pytest.mark.parametrize("kind", PhoneKind)
def test_a_phone_whose_sound_stopped_is_taken_for_dead_and_the_customer_goes_first(kind):
    x = _with_phone(kind)
    call = _talking(x)
    x.call("li")
    x.tell(got.LegEnded, leg_id=x.leg(call, "ann"), cause=LegEnd.LOST)
    assert x.rings(call, "ann")  # it may have been the network
    x.wait(8)
    assert said_last(x)[0] == "agent_lost"
    assert x.live(call).queued_reason == "agent_lost"
    ann = x.center.state.agents["ann"]
    assert (ann.status, ann.reason) == (PresenceStatus.NOT_READY, "phone_unreachable")
    x.at_work("bob")
    assert x.rings(call, "bob")  # before li


def test_who_comes_back_to_the_console_while_talking_wraps_the_call_up():
    x = _with_phone(PhoneKind.SIP)
    call = _talking(x)
    x.tell(got.AgentScreenChanged, agent_id="ann", online=False)
    x.wait(60)
    x.tell(got.AgentScreenChanged, agent_id="ann", online=True)
    x.hang_up("wang")
    assert x.live(call).phase is Phase.WRAP_UP


def test_a_ringing_desk_phone_needs_the_console():
    x = _with_phone(PhoneKind.SIP, ring_s=90)
    x.at_work("ann")
    call = x.call("wang")
    assert x.rings(call, "ann")
    x.tell(got.AgentScreenChanged, agent_id="ann", online=False)
    x.wait(31)
    assert x.live(call).phase is Phase.QUEUED


def test_who_talks_in_the_browser_is_lost_with_the_console():
    x = Exchange()
    call = _talking(x)
    x.tell(got.AgentScreenChanged, agent_id="ann", online=False)
    x.wait(31)
    assert x.live(call).queued_reason == "agent_lost"


def test_after_an_absence_what_is_gone_is_lost_and_strangers_are_hung_up():
    x = Exchange()
    call = _talking(x)
    waiting = x.call("li")
    x.network_down()
    x.tell(got.LegsFound, up=("in_li", "stranger"))
    assert x.live(waiting).phase is Phase.QUEUED  # kept the place
    assert x.live(call).ended_by is EndedBy.SYSTEM
    assert "stranger" in {c.leg_id for c in x.commands if isinstance(c, do.HangUp)}


def test_after_an_absence_legs_are_arranged_again_and_no_prompt_is_waited_for():
    x = Exchange()
    talking = _talking(x)
    x.prompts_end = False
    asked, waiting = x.call("li", "line"), x.call("zhao", "straight")
    x.wait(3)  # the place is being said
    assert x.line(asked).playing
    assert x.line(waiting).playing
    x.network_down()
    up = tuple(leg for leg in x.center.state.leg_of)
    x.tell(got.LegsFound, up=up)
    arranged = {c.interaction_id: c.recording for c in x.commands if isinstance(c, do.Arrange)}
    assert set(arranged) == {talking, asked, waiting}
    assert arranged[talking] is Recording.ON
    assert not x.line(asked).playing
    x.wait(6)  # no key comes: the menu is said again
    assert x.line(asked).playing


def test_a_leg_whose_dialling_may_still_wait_is_not_lost_at_once():
    x = Exchange()
    x.at_work("ann")
    call = x.call("wang")
    x.tell(got.LegsFound, up=("in_wang",))
    assert x.rings(call, "ann")
    assert x.center.state.agents["ann"].status is PresenceStatus.READY


# --- click to dial ----------------------------------------------------------------------------------


def _dial(x: Exchange) -> str:
    x.at_work("ann")
    x.tell(
        got.DialRequested, interaction_id="int_out", agent_id="ann", number="+86999",
        customer=x_customer(),
    )  # fmt: skip
    return "int_out"


def x_customer():
    from parley.core.model import CustomerRef

    return CustomerRef("cus_out", "Zhao")


def test_click_to_dial_rings_the_agent_then_the_customer():
    x = Exchange()
    call = _dial(x)
    assert x.rings(call, "ann")
    x.pick_up(call, "ann")
    customer = x.line(call).customer()
    assert customer.number == "+86999"
    x.tell(got.LegAnswered, leg_id=customer.id)
    assert set(x.places(call).values()) == {Place.TALK}
    x.tell(got.ConversationClosed, interaction_id=call, agent_id="ann")
    x.tell(got.WrapUpSaved, interaction_id=call, agent_id="ann")
    assert x.silent()


def test_what_was_shown_to_whom_we_called_is_recorded():
    x = Exchange()
    call = _dial(x)
    x.pick_up(call, "ann")
    leg = x.line(call).customer().id
    told = [
        *x.tell(got.LegRang, leg_id=leg, caller_id="95501"),
        *x.tell(got.LegAnswered, leg_id=leg, caller_id="95502"),
        *x.tell(got.LegEnded, leg_id=leg, cause=LegEnd.NORMAL, caller_id="95503"),
    ]
    theirs = [e for e in told if isinstance(e, ev.LegRinging | ev.LegUp | ev.LegOver)]
    assert [e.caller_id for e in theirs if e.leg_id == leg] == ["95501", "95502", "95503"]


def test_a_dialled_number_that_is_busy_leads_to_wrap_up():
    x = Exchange()
    call = _dial(x)
    x.pick_up(call, "ann")
    x.tell(got.LegEnded, leg_id=x.line(call).customer().id, cause=LegEnd.BUSY)
    assert x.live(call).phase is Phase.WRAP_UP
    done = x.tell(got.WrapUpSaved, interaction_id=call, agent_id="ann")
    assert ended(done).outcome is Outcome.UNREACHED


def test_one_agent_has_one_call_at_a_time():
    x = Exchange()
    _dial(x)
    call = x.call("wang")
    assert x.live(call).phase is Phase.QUEUED
