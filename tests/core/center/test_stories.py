"""What happens to one customer, told from arrival to the end."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import pytest

from parley.core import commands as do
from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center.center import Center
from parley.core.center.consult import INVITED_S
from parley.core.center.term import GRACE_S
from parley.core.center.views import queue_row
from parley.core.insight.board import Board
from parley.core.insight.facts import Facts
from parley.core.model import (
    AgentProfile,
    Channel,
    CustomerRef,
    Outcome,
    Phase,
    PresenceStatus,
    Role,
    WrapUpMode,
)

from .world import CONFIG, SALES, World, kinds, with_queue


def one(events, kind):
    found = [e for e in events if isinstance(e, kind)]
    assert len(found) == 1, kinds(events)
    return found[0]


def none(events, kind):
    return not [e for e in events if isinstance(e, kind)]


def test_a_chat_from_the_first_word_to_the_end_of_wrap_up():
    w = World()
    w.ready("ann")
    assert kinds(w.write("wang")) == ["Arrived", "MessageAdded", "Queued", "Offered"]
    interaction = w.id_of("wang")
    w.now += 5
    assert kinds(w.accept("wang", "ann")) == ["Connected", "MessageAdded"]
    assert kinds(w.reply("wang", "ann")) == ["MessageAdded"]
    assert w.last.commands == [
        do.SendMessage(
            lane=interaction, interaction_id=interaction, entry_point="shop", address="web:wang",
            message_id=f"msg_{w.n}", text="hi",
        )
    ]  # fmt: skip
    assert kinds(w.close("wang", "ann")) == ["ConversationEnded", "MessageAdded", "WrapUpStarted"]
    w.now += 30
    done = w.tell(
        got.WrapUpSaved, interaction_id=interaction, agent_id="ann", disposition="d", note="ok"
    )
    assert kinds(done) == ["WrapUpEnded", "Ended"]
    assert one(done, ev.Ended).outcome is Outcome.SERVED
    assert w.center.state.interactions == {}
    assert w.center.state.timers == {}
    assert w.center.state.agents["ann"].work == {}


def test_whoever_rings_without_answer_becomes_not_ready_and_the_customer_keeps_the_place():
    w = World()
    w.ready("ann")
    w.write("wang")
    w.now += 1
    w.write("li")
    after = w.wait(20)
    ended = one(after, ev.OfferEnded)
    assert (ended.agent_id, ended.reason) == ("ann", "no_answer")
    assert w.center.state.agents["ann"].reason == "no_answer"
    assert w.of("wang").phase is Phase.QUEUED
    w.ready("bob")
    assert w.of("wang").offer.agent_id == "bob"  # before li, who came later


def test_a_declined_offer_goes_to_the_next_and_returns_only_after_the_pause():
    w = World(with_queue(decline_pause_s=30.0))
    w.ready("ann")
    w.write("wang")
    declined = w.tell(got.OfferDeclined, interaction_id=w.id_of("wang"), agent_id="ann")
    assert kinds(declined) == ["OfferEnded"]
    assert w.of("wang").offer is None
    after = w.wait(30)
    assert one(after, ev.Offered).agent_id == "ann"


def test_higher_priority_goes_first_and_a_raise_while_waiting_moves_at_once():
    w = World()
    w.write("wang")
    w.now += 1
    w.write("li")
    w.now += 1
    w.write("vip", customer=CustomerRef("cus_v", "V", "VIP", priority=5))
    w.tell(got.PriorityChanged, interaction_id=w.id_of("li"), priority=9)
    w.ready("bob")
    assert w.of("li").offer.agent_id == "bob"
    w.ready("ann")
    assert w.of("vip").offer.agent_id == "ann"


def test_skill_levels_and_tiers_decide_who_is_asked():
    w = World()
    w.ready("cat", "bob")
    w.write("wang")
    assert w.of("wang").offer.agent_id == "bob"  # cat's level 1 is below the needed 3
    w.ready("ann")
    w.write("li")
    assert w.of("li").offer.agent_id == "ann"


def test_among_equals_the_longest_idle_is_asked():
    config = replace(
        CONFIG,
        agents={
            n: AgentProfile(n, n, {"sales": 1}, {"zh": 5}, {Channel.CHAT: 1}) for n in ("x", "y")
        },
    )
    w = World(config)
    w.ready("y")
    w.now += 10
    w.ready("x")
    w.write("wang")
    assert w.of("wang").offer.agent_id == "y"


def test_a_customer_who_leaves_while_it_rings_is_abandoned_and_the_agent_is_free():
    w = World()
    w.ready("bob")
    w.write("wang")
    left = w.tell(got.CustomerEnded, address="web:wang")
    assert kinds(left) == ["OfferEnded", "Ended"]
    assert one(left, ev.Ended).outcome is Outcome.ABANDONED
    w.write("li")
    assert w.of("li").offer.agent_id == "bob"


def test_a_gone_screen_abandons_only_after_the_grace_and_a_return_keeps_the_place():
    w = World(with_queue(away_grace_s=120.0))
    w.write("wang")
    w.tell(got.CustomerScreenChanged, address="web:wang", online=False)
    w.wait(119)
    w.tell(got.CustomerScreenChanged, address="web:wang", online=True)
    assert none(w.wait(300), ev.Ended)
    w.tell(got.CustomerScreenChanged, address="web:wang", online=False)
    assert one(w.wait(120), ev.Ended).outcome is Outcome.ABANDONED


def test_a_repeated_message_changes_nothing():
    w = World()
    w.write("wang", client_id="same")
    assert w.write("wang", client_id="same") == []
    assert kinds(w.write("wang", client_id="other")) == ["MessageAdded"]


def test_an_agents_message_is_no_repeat_of_a_customers_with_the_same_client_id():
    w = World()
    w.ready("ann")
    w.write("wang", client_id="1")
    w.accept("wang", "ann")
    written = {
        "interaction_id": w.id_of("wang"), "agent_id": "ann", "client_id": "1", "text": "hi"
    }  # fmt: skip
    assert w.tell(got.MessageWritten, message_id="msg_a", **written)
    assert w.tell(got.MessageWritten, message_id="msg_b", **written) == []


def test_the_topic_and_the_language_choose_the_queue():
    w = World()
    w.write("a")
    w.write("b", language="en-US")
    w.write("c", topic="fix")
    assert [w.of(x).queue for x in "abc"] == ["sales", "help", "help"]


def test_outside_hours_a_message_is_asked_for_and_never_lost():
    w = World(with_queue(hours_id="office"), now=0.0)  # 08:00 in Shanghai
    events = w.write("wang", "is the white one in stock?")
    assert kinds(events) == ["Arrived", "MessageAdded", "WentAway", "MessageAdded"]
    assert one(events, ev.WentAway).reason == "closed"
    kept = w.wait(900)
    assert one(kept, ev.Ended).outcome is Outcome.MESSAGE_LEFT
    ticket = w.commands[-1]
    assert isinstance(ticket, do.OpenTicket)
    assert ticket.subject == "is the white one in stock?"
    assert ticket.queue == "sales"


BEFORE_CLOSING = 9 * 3600 + 3000.0  # 17:50 in Shanghai; the office closes at 18:00


def test_who_waits_at_closing_time_goes_on_as_who_comes_then():
    w = World(with_queue(hours_id="office"), now=BEFORE_CLOSING)
    w.write("wang")
    w.write("li")
    events = w.wait(600)
    gone = [e for e in events if isinstance(e, ev.WentAway)]
    assert [(e.interaction_id, e.reason, e.at) for e in gone] == [
        (w.id_of(who), "closed", 36_000.0) for who in ("wang", "li")
    ]
    w = World(with_queue(hours_id="office", overflow_queue="help"), now=BEFORE_CLOSING)
    w.write("wang")
    assert one(w.wait(600), ev.Queued).queue == "help"


def test_closing_time_leaves_conversations_and_tasks_alone():
    profile = replace(CONFIG.agents["bob"], capacity={Channel.CHAT: 1})
    config = with_queue(hours_id="office", inactivity_s=None, reply_timeout_s=None)
    w = World(replace(config, agents=CONFIG.agents | {"bob": profile}), now=BEFORE_CLOSING)
    w.ready("bob")
    w.write("wang")
    w.accept("wang", "bob")
    task = {"interaction_id": "int_t", "queue": "sales", "customer": CustomerRef("c", "c")}
    w.tell(got.TaskArrived, ticket_id="tkt_t", subject="call back", **task)
    assert kinds(w.wait(600)) == ["TimerLapsed"]
    assert w.of("wang").phase is Phase.CONNECTED
    assert w.center.state.interactions["int_t"].phase is Phase.QUEUED


def test_hours_that_change_hold_for_those_already_waiting():
    config = with_queue(hours_id="office")
    w = World(config, now=BEFORE_CLOSING)
    w.write("wang")
    office = config.hours["office"]
    longer = replace(office, holidays={"1970-01-01": ((540, 1140),)})
    w.tell(got.ConfigChanged, config=replace(config, hours={"office": longer}))
    assert none(w.wait(600), ev.WentAway)
    assert one(w.wait(3600), ev.WentAway).at == 36_000.0 + 3600
    w = World(config, now=BEFORE_CLOSING)
    w.write("wang")
    shut = replace(config, hours={"office": replace(office, override="closed")})
    assert one(w.tell(got.ConfigChanged, config=shut), ev.WentAway).reason == "closed"


def test_whoever_comes_back_to_a_queue_that_closed_meanwhile_is_asked_for_a_message():
    w = World(with_queue(hours_id="office", reply_timeout_s=900), now=BEFORE_CLOSING)
    w.ready("bob")
    w.write("wang")
    w.accept("wang", "bob")
    assert one(w.wait(900), ev.WentAway).reason == "closed"


def test_a_full_queue_overflows_and_without_overflow_asks_for_a_message():
    w = World(with_queue(max_waiting=1, overflow_queue="help"))
    w.write("a")
    w.write("b")
    assert [w.of(x).queue for x in "ab"] == ["sales", "help"]
    w = World(with_queue(max_waiting=1))
    w.write("a")
    assert one(w.write("b"), ev.WentAway).reason == "full"


def test_overflow_after_the_longest_wait():
    w = World(with_queue(max_wait_s=60.0, overflow_queue="help"))
    w.write("wang")
    moved = one(w.wait(60), ev.Queued)
    assert (moved.queue, moved.reason) == ("help", "overflow")


def test_a_waiting_customer_may_ask_to_be_called_back():
    w = World()
    w.write("wang")
    events = w.tell(
        got.LeaveMessageRequested, entry_point="shop", address="web:wang", interaction_id="int_x",
        message_id="msg_x", client_id="form", customer=CustomerRef("cus_wang", "wang"),
        text="call me", phone="+8613800138000", callback_at=9_000.0,
    )  # fmt: skip
    assert one(events, ev.Ended).outcome is Outcome.CALLBACK_BOOKED
    ticket = w.commands[-1]
    assert (ticket.kind, ticket.phone, ticket.callback_at) == ("callback", "+8613800138000", 9_000)


def test_a_ticket_that_needs_a_person_is_routed_like_a_chat():
    profile = replace(CONFIG.agents["ann"], capacity={Channel.TASK: 1})
    w = World(replace(CONFIG, agents=CONFIG.agents | {"ann": profile}))
    w.ready("ann")
    task = {
        "interaction_id": "int_t", "queue": "sales", "customer": CustomerRef("c", "C"),
        "ticket_id": "tkt_1", "subject": "call back",
    }  # fmt: skip
    assert kinds(w.tell(got.TaskArrived, **task)) == ["Arrived", "Queued", "Offered"]
    assert w.tell(got.TaskArrived, **task) == []


def test_a_ticket_whose_customer_is_to_be_called_later_is_held_until_then():
    profile = replace(CONFIG.agents["ann"], capacity={Channel.TASK: 1})
    w = World(replace(CONFIG, agents={"ann": profile}))
    w.ready("ann")
    task = {
        "interaction_id": "int_t", "ticket_id": "tkt_1", "queue": "sales", "subject": "call back",
        "customer": CustomerRef("cus_wang", "wang"), "phone": "+8613800", "callback_at": 9_000.0,
    }  # fmt: skip
    assert kinds(w.tell(got.TaskArrived, **task)) == ["Arrived", "CallbackPlanned"]
    assert w.tell(got.TaskArrived, **task) == []
    w.center = Center(deepcopy(w.center.state))  # a restart
    assert w.wait(7_999) == []
    events = w.wait(1)
    assert kinds(events) == ["Queued", "Offered"]
    assert one(events, ev.Offered).agent_id == "ann"


def test_an_agent_whose_screen_is_gone_too_long_loses_the_customer_to_the_head_of_the_queue():
    w = World()
    w.ready("bob")
    w.write("wang")
    w.accept("wang", "bob")
    w.now += 50
    w.write("li")
    w.tell(got.AgentScreenChanged, agent_id="bob", online=False)
    gone = w.wait(30)
    assert one(gone, ev.Released).reason == "agent_lost"
    assert w.center.state.agents["bob"].status is PresenceStatus.OFFLINE
    w.ready("ann")
    assert w.of("wang").offer.agent_id == "ann"


def test_a_reload_of_the_console_is_not_a_sign_out():
    w = World()
    w.ready("bob")
    w.write("wang")
    w.accept("wang", "bob")
    w.tell(got.AgentScreenChanged, agent_id="bob", online=False)
    w.wait(29)
    w.tell(got.AgentScreenChanged, agent_id="bob", online=True)
    w.wait(100)
    assert w.of("wang").owner == "bob"
    assert w.center.state.agents["bob"].status is PresenceStatus.READY


def test_unanswered_too_long_goes_to_another_agent():
    w = World(with_queue(reply_timeout_s=180.0))
    w.ready("bob", "ann")
    w.write("wang")
    w.accept("wang", "ann")
    w.tell(got.PresenceSet, agent_id="bob", status=PresenceStatus.READY)
    after = w.wait(180)
    assert one(after, ev.Released).reason == "reply_timeout"
    assert w.of("wang").offer.agent_id == "bob"
    assert w.center.state.agents["ann"].reason == "no_reply"


def test_a_silent_customer_is_closed_after_the_inactivity_time():
    w = World(with_queue(inactivity_s=600.0))
    w.ready("bob")
    w.write("wang")
    w.accept("wang", "bob")
    w.reply("wang", "bob")
    assert one(w.wait(600), ev.ConversationEnded).by == "inactivity"


def test_transfer_to_a_queue_takes_the_note_along():
    w = World()
    w.ready("bob")
    w.write("wang")
    w.accept("wang", "bob")
    w.ready("cat")
    events = w.tell(
        got.TransferRequested, interaction_id=w.id_of("wang"), agent_id="bob", to_queue="help",
        note="needs repair",
    )  # fmt: skip
    assert one(events, ev.Released).reason == "transfer"
    assert w.of("wang").offer.agent_id == "cat"
    assert w.of("wang").note == "needs repair"


def test_an_agent_freed_by_a_transfer_gets_whoever_has_the_turn_not_the_one_just_passed_on():
    w = World()
    w.ready("bob")
    w.write("wang")
    w.accept("wang", "bob")
    w.write("vip", customer=CustomerRef("cus_v", "V", "VIP", priority=5))
    w.tell(got.TransferRequested, interaction_id=w.id_of("wang"), agent_id="bob", to_queue="sales")
    assert w.of("vip").offer.agent_id == "bob"
    assert w.of("wang").offer is None


def test_transfer_to_a_colleague_is_kept_for_them_then_opens_to_the_queue():
    w = World()
    w.ready("ann")
    w.write("wang")
    w.accept("wang", "ann")
    w.ready("bob")
    w.tell(got.TransferRequested, interaction_id=w.id_of("wang"), agent_id="ann", to_agent="bob")
    assert w.of("wang").offer.agent_id == "bob"
    w.tell(got.OfferDeclined, interaction_id=w.id_of("wang"), agent_id="bob")
    assert w.of("wang").offer.agent_id == "ann"


def test_a_consulted_colleague_reads_along_and_may_be_handed_the_customer():
    w = World()
    w.ready("ann", "cat")
    w.write("wang")
    w.accept("wang", "ann")
    interaction = w.id_of("wang")
    w.tell(
        got.JoinRequested, interaction_id=interaction, agent_id="cat", role=Role.CONSULT, by="ann"
    )
    assert w.reply("wang", "cat", "try this", internal=True) == [], "asked, but not there yet"
    assert one(w.accept("wang", "cat"), ev.Joined).by == "ann"
    assert w.reply("wang", "cat", "try this", internal=True)
    assert w.reply("wang", "cat", "hello") == []
    assert w.refused == "not_yours"
    events = w.tell(
        got.TransferRequested, interaction_id=interaction, agent_id="ann", to_agent="cat"
    )
    assert one(events, ev.Connected).how == "transfer"
    assert w.of("wang").owner == "cat"
    assert w.of("wang").participants == {}


def test_a_supervisor_takes_over():
    w = World()
    w.ready("ann", "cat")
    w.write("wang")
    w.accept("wang", "ann")
    events = w.tell(got.TakenOver, interaction_id=w.id_of("wang"), agent_id="cat")
    assert kinds(events) == ["Released", "Connected", "MessageAdded"]
    assert w.of("wang").owner == "cat"


def test_a_supervisor_assigns_a_waiting_customer_to_one_agent():
    w = World()
    w.ready("bob")
    w.write("a")
    w.accept("a", "bob")
    w.write("wang")
    w.ready("cat")
    w.tell(got.Assigned, interaction_id=w.id_of("wang"), agent_id="cat", by="sup")
    assert w.of("wang").offer.agent_id == "cat"


def test_an_agent_picks_from_the_queue_only_where_it_is_allowed():
    w = World()
    w.ready("bob")
    w.write("a")
    w.write("b", topic="fix")
    w.tell(got.OfferDeclined, interaction_id=w.id_of("a"), agent_id="bob")
    w.tell(got.Pulled, interaction_id=w.id_of("b"), agent_id="bob")
    assert w.refused == "pull_not_allowed"
    events = w.tell(got.Pulled, interaction_id=w.id_of("a"), agent_id="bob")
    assert one(events, ev.Connected).how == "pull"


def test_the_last_agent_is_asked_first_within_the_time_limit():
    w = World()
    w.ready("ann", "bob")
    known = CustomerRef("cus_w", "wang", last_agent="bob", last_served_at=w.now - 3_600)
    w.write("wang", customer=known)
    assert w.of("wang").offer.agent_id == "bob"  # though ann's tier comes first
    old = CustomerRef("cus_l", "li", last_agent="bob", last_served_at=w.now - 90_000)
    w.write("li", customer=old)
    assert w.of("li").offer.agent_id == "ann"


def test_a_busy_last_agent_is_waited_for_only_briefly():
    w = World()
    w.ready("bob")
    w.write("a")
    w.accept("a", "bob")
    w.ready("ann")
    known = CustomerRef("cus_w", "wang", last_agent="bob", last_served_at=w.now)
    w.write("wang", customer=known)
    assert w.of("wang").offer is None
    assert one(w.wait(10), ev.Offered).agent_id == "ann"


@pytest.mark.parametrize(
    ("mode", "free_at_once"),
    [(WrapUpMode.OPTIONAL, True), (WrapUpMode.TIMED, False), (WrapUpMode.MANDATORY, False)],
)
def test_wrap_up_takes_capacity_as_its_mode_says(mode, free_at_once):
    w = World(with_queue(wrap_up=mode))
    w.ready("bob")
    w.write("wang")
    w.accept("wang", "bob")
    w.close("wang", "bob")
    w.write("li")
    assert (w.of("li").offer is not None) is free_at_once
    after = w.wait(60)
    assert none(after, ev.WrapUpEnded) is (mode is WrapUpMode.MANDATORY)


def test_wrap_up_needs_a_disposition_where_the_queue_says_so():
    w = World()
    w.ready("bob")
    w.write("wang")
    w.accept("wang", "bob")
    w.close("wang", "bob")
    assert w.tell(got.WrapUpSaved, interaction_id=w.id_of("wang"), agent_id="bob") == []
    assert w.refused == "disposition_required"


def test_a_customer_who_writes_during_wrap_up_can_be_taken_up_again():
    w = World()
    w.ready("bob")
    w.write("wang")
    w.accept("wang", "bob")
    w.close("wang", "bob")
    assert kinds(w.write("wang", "one more thing")) == ["MessageAdded"]
    events = w.tell(got.ConversationResumed, interaction_id=w.id_of("wang"), agent_id="bob")
    assert one(events, ev.Connected).how == "resume"
    assert w.reply("wang", "bob")


@pytest.mark.parametrize("saved", [True, False])
def test_a_customer_who_writes_during_wrap_up_is_served_again_by_the_same_agent(saved):
    w = World()
    w.ready("ann", "bob")
    w.write("wang")
    w.accept("wang", "ann")
    w.close("wang", "ann")
    w.write("wang", "one more thing")
    if saved:
        task = {"interaction_id": w.id_of("wang"), "agent_id": "ann", "disposition": "sold"}
        events = w.tell(got.WrapUpSaved, **task)
    else:
        events = w.wait(60)
    assert kinds(events) == ["WrapUpEnded", "Released", "Queued", "Offered"]
    assert one(events, ev.Queued).order_at == w.of("wang").arrived_at
    assert one(events, ev.Offered).agent_id == "ann"
    w.accept("wang", "ann")
    w.reply("wang", "ann", "here it is")
    w.close("wang", "ann")
    assert one(w.wait(60), ev.Ended).outcome is Outcome.SERVED
    facts = Facts()
    told = [fact for e in w.events if (fact := facts.apply(e)) is not None]
    assert told[-1].disposition == ("sold" if saved else None)


def test_who_writes_during_wrap_up_and_leaves_is_not_waited_for():
    w = World()
    w.ready("bob")
    w.write("wang")
    w.accept("wang", "bob")
    w.close("wang", "bob")
    w.write("wang", "thanks!")
    w.tell(got.PresenceSet, agent_id="bob", status=PresenceStatus.NOT_READY, reason="lunch")
    w.tell(got.CustomerScreenChanged, address="web:wang", online=False)
    assert one(w.wait(60 + SALES.away_grace_s), ev.Ended).outcome is Outcome.ABANDONED


def test_a_message_fails_once_and_only_while_somebody_could_send_another():
    w = World()
    w.ready("bob")
    w.write("wang")
    w.accept("wang", "bob")
    w.reply("wang", "bob")
    told = {"interaction_id": w.id_of("wang"), "message_id": f"msg_{w.n}", "reason": "gone"}
    assert kinds(w.tell(got.DeliveryFailed, **told)) == ["DeliveryChanged"]
    assert w.tell(got.DeliveryFailed, **told) == []
    assert w.tell(got.DeliveryFailed, **{**told, "message_id": "msg_none"}) == []
    assert w.tell(got.DeliveryFailed, **{**told, "interaction_id": "int_none"}) == []


def test_late_and_foreign_answers_to_an_offer_are_refused():
    w = World()
    w.ready("bob", "ann")
    w.write("wang")
    interaction = w.id_of("wang")
    assert w.accept("wang", "bob") == []
    assert w.refused == "offer_gone"
    w.accept("wang", "ann")
    assert w.accept("wang", "ann") == []
    w.tell(got.OfferAccepted, interaction_id=interaction, agent_id="bob")
    assert w.refused == "offer_gone"


def test_a_removed_agent_loses_nothing_and_a_removed_queue_rehomes_who_waits():
    w = World()
    w.ready("bob")
    w.write("wang")
    w.accept("wang", "bob")
    w.write("li", topic="fix")
    agents = {k: v for k, v in CONFIG.agents.items() if k != "bob"}
    w.tell(got.ConfigChanged, config=replace(CONFIG, agents=agents))
    assert w.of("wang").phase is Phase.QUEUED
    queues = {"sales": CONFIG.queues["sales"]}
    w.tell(got.ConfigChanged, config=replace(CONFIG, agents=agents, queues=queues))
    assert w.of("li").queue == "sales"


def test_reading_marks_move_forward_only():
    w = World()
    w.ready("bob")
    w.write("wang")
    w.accept("wang", "bob")
    w.reply("wang", "bob")
    first = f"msg_{w.n}"
    w.reply("wang", "bob")
    second = f"msg_{w.n}"
    assert w.tell(got.CustomerRead, address="web:wang", message_id=second, read=True)
    assert w.tell(got.CustomerRead, address="web:wang", message_id=first, read=True) == []
    assert w.tell(got.CustomerRead, address="web:wang", message_id="msg_?", read=True) == []
    assert w.of("wang").customer_read_to == second


def test_a_restart_is_not_held_against_whoever_had_no_way_to_answer():
    w = World()
    w.ready("bob")
    w.write("wang")
    assert w.of("wang").offer.until == w.now + SALES.ring_s
    w.now += 3_600  # the machine is down
    assert one(w.tell(got.TermBegan), ev.GraceGiven).until == w.now + GRACE_S
    assert w.center.due(w.now) == []
    assert w.of("wang").offer.until == w.now + GRACE_S
    w.accept("wang", "bob")
    w.write("wang", "are you there?")
    w.now += 3_600
    w.tell(got.TermBegan)
    assert w.wait(GRACE_S - 1) == []
    assert "Released" in kinds(w.wait(2)), "an answer that does not come is one still"
    assert w.center.state.agents["bob"].reason == "no_reply"


def test_a_new_term_with_nothing_to_wait_for_is_no_event():
    w = World()
    w.ready("bob")
    assert w.tell(got.TermBegan) == []


def test_a_colleague_who_is_asked_for_help_may_say_no_or_nothing():
    w = World()
    w.ready("ann", "cat")
    w.write("wang")
    w.accept("wang", "ann")
    ask = {"interaction_id": w.id_of("wang"), "agent_id": "cat", "role": Role.CONSULT, "by": "ann"}
    assert one(w.tell(got.JoinRequested, **ask), ev.Invited).until == w.now + INVITED_S
    assert w.tell(got.JoinRequested, **ask) == [], "asked already"
    answer = {"interaction_id": w.id_of("wang"), "agent_id": "cat"}
    assert one(w.tell(got.OfferDeclined, **answer), ev.InvitationEnded).reason == "declined"
    assert w.tell(got.OfferAccepted, **answer) == []
    assert w.refused == "offer_gone"
    w.tell(got.JoinRequested, **ask)
    assert one(w.wait(INVITED_S + 1), ev.InvitationEnded).reason == "no_answer"
    w.tell(got.JoinRequested, **ask)
    w.close("wang", "ann")
    assert w.tell(got.OfferAccepted, **answer) == [], "over: nobody to help"


def shared_out(w: World, queue: str) -> tuple[float | None, float | None]:
    """The queue's occupancy on the board, and between its busiest and its least busy agent."""
    row = queue_row(w.center.state, w.center.router, Board("UTC"), queue, w.now)
    return row["occupancy"], row["occupancy_spread"]


def test_the_board_tells_how_evenly_the_work_of_a_queue_is_shared_out():
    w = World()
    w.ready("ann", "bob")
    w.write("wang")
    w.accept("wang", "ann")
    w.now += 10
    assert shared_out(w, "sales") == (None, None)  # so short a time says nothing
    w.now += 90
    assert shared_out(w, "sales") == (0.5, 1.0)  # ann had work all the time, bob none
    w.tell(got.PresenceSet, agent_id="bob", status=PresenceStatus.NOT_READY)
    assert shared_out(w, "sales") == (1.0, None)
    w.now += 100
    w.tell(got.PresenceSet, agent_id="bob", status=PresenceStatus.READY)
    w.close("wang", "ann")  # to wrap-up, which is work
    w.now += 50
    w.tell(
        got.WrapUpSaved, interaction_id=w.id_of("wang"), agent_id="ann", disposition="d", note=""
    )
    w.now += 250
    assert w.center.state.agents["bob"].occupancy(w.now) == 0.0  # a break counts for nothing
    assert shared_out(w, "sales") == (0.25, 0.5)  # ann: 250 of 500 seconds
    w.tell(got.PresenceSet, agent_id="ann", status=PresenceStatus.OFFLINE)
    w.tell(got.PresenceSet, agent_id="ann", status=PresenceStatus.READY)
    w.now += 60
    assert w.center.state.agents["ann"].occupancy(w.now) == 0.0  # counted from this sign-in
