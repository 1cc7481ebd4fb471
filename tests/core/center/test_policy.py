"""What a routing policy does, told feature by feature."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center.conditions import holds, problem_of
from parley.core.center.receipt import chosen_of
from parley.core.model import (
    AgentOrder,
    AgentProfile,
    Channel,
    CustomerRef,
    Fairness,
    Phase,
    Picks,
    Policy,
    PresenceStatus,
    Queue,
    QueueOrder,
    QueuePolicy,
    Rule,
    Stage,
)

from .world import CONFIG, SALES, World


def agent(name: str, level: int = 5, chats: int = 1, **more) -> AgentProfile:
    skills = more.pop("skills", {"zh": level})
    return AgentProfile(name, name, {"sales": 1, "help": 1}, skills, {Channel.CHAT: chats}, **more)


def world(policy: Policy, *agents: AgentProfile, queue: Queue = SALES) -> World:
    config = replace(
        CONFIG,
        policy=policy,
        queues=CONFIG.queues | {"sales": queue},
        agents={a.id: a for a in agents} or CONFIG.agents,
    )
    return World(config)


def own(**values: Any) -> Policy:
    return Policy(3, queues={"sales": QueuePolicy(**values)})


def vip(name: str = "vip", priority: int = 0) -> CustomerRef:
    return CustomerRef(f"cus_{name}", name, "VIP", priority)


def angry(**effects: Any) -> Rule:
    return Rule("angry", {}, {"fact": "emotion", "is": "=", "value": "angry"}, **effects)


def learn(w: World, who: str, emotion: str) -> None:
    w.tell(got.FactsLearned, interaction_id=w.id_of(who), known={"emotion": emotion})


def offered(w: World, who: str) -> str | None:
    return w.of(who).offer.agent_id if w.of(who).offer else None


# --- classification -------------------------------------------------------------------------------


def test_each_input_of_the_decision_tree_alone_can_change_who_serves():
    rules = (
        Rule("vip", {}, {"fact": "customer.tier", "is": "=", "value": "VIP"}, needs={"zh": 8}),
        Rule("fix", {}, {"fact": "topic", "is": "=", "value": "fix"}, queue="help", stop=True),
        angry(needs={"calm": 5}),
    )
    old = agent("old", 9, chats=3)
    calm = agent("calm", skills={"zh": 8, "calm": 9}, chats=3)
    w = world(Policy(1, rules), agent("new", 3, chats=3), old, calm)
    w.ready("new")
    w.now += 1
    w.ready("old")
    w.now += 1
    w.ready("calm")
    w.write("plain")
    assert offered(w, "plain") == "new"
    w.write("vip", customer=vip())
    assert offered(w, "vip") == "old"
    w.write("fix", topic="fix")
    assert w.of("fix").queue == "help"
    w.accept("fix", offered(w, "fix") or "")
    learn(w, "vip", "angry")
    assert offered(w, "vip") == "calm"


def test_a_tag_while_waiting_moves_the_customer_to_the_head_at_once():
    rule = Rule("pay", {}, {"fact": "tags", "is": "has", "value": "payment"}, priority=10)
    w = world(Policy(1, (rule,)), agent("a"))
    w.write("first")
    w.now += 5
    w.write("second")
    w.tell(got.FactsLearned, interaction_id=w.id_of("second"), add_tags=("payment",))
    w.ready("a")
    assert offered(w, "second") == "a"


def test_a_rule_may_ask_for_what_an_earlier_rule_tagged_and_stop_ends_the_list():
    rules = (
        Rule("tag", {}, {}, tags=("t",)),
        Rule("see", {}, {"fact": "tags", "is": "has", "value": "t"}, priority=2, stop=True),
        Rule("never", {}, {}, priority=100),
    )
    w = world(Policy(7, rules), agent("a"))
    events = w.write("wang")
    classified = next(e for e in events if isinstance(e, ev.Classified))
    assert (classified.version, classified.rules, classified.priority) == (7, ("tag", "see"), 2)


def test_publishing_a_policy_applies_to_those_already_waiting():
    w = world(Policy(), agent("a"))
    w.write("first")
    w.now += 1
    w.write("vip", customer=vip())
    rule = Rule("vip", {}, {"fact": "customer.tier", "is": "=", "value": "VIP"}, priority=5)
    config = replace(w.center.state.config, policy=Policy(2, (rule,)))
    w.tell(got.ConfigChanged, config=config)
    w.ready("a")
    assert offered(w, "vip") == "a"


CONDITIONS = [
    ({}, True),
    ({"fact": "n", "is": "=", "value": 1}, None),
    ({"fact": "customer.spend", "is": ">=", "value": 100}, True),
    ({"fact": "customer.spend", "is": "between", "value": [1, 99]}, False),
    ({"fact": "language", "is": "starts", "value": "zh"}, True),
    ({"fact": "customer.tags", "is": "has_any", "value": ["x", "b"]}, True),
    ({"fact": "customer.tags", "is": "has_not", "value": "b"}, False),
    ({"fact": "customer.new", "is": "=", "value": True}, True),
    ({"fact": "emotion", "is": "=", "value": "angry"}, False),  # not known
    ({"not": {"fact": "emotion", "is": "=", "value": "angry"}}, True),
    ({"all": [{}, {"not": {}}]}, False),
    ({"any": [{"not": {}}, {}]}, True),
]


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS)
def test_conditions(condition, expected):
    facts = {
        "customer.spend": 100.0, "language": "zh-CN", "customer.tags": ("a", "b"),
        "customer.new": True, "emotion": None,
    }  # fmt: skip
    if expected is None:
        assert problem_of(condition) == "unknown_fact:n"
    else:
        assert problem_of(condition) is None
        assert holds(condition, facts) is expected


# --- order and choice -----------------------------------------------------------------------------


def test_priority_as_credit_ages_exactly_like_waiting():
    w = world(own(order=QueueOrder.CREDIT, credit_s=90.0), agent("a"))
    w.write("early")
    w.now += 89
    w.write("vip", customer=vip(priority=1))
    w.now += 2
    w.write("vip2", customer=vip("vip2", priority=1))
    w.ready("a")
    assert offered(w, "vip") == "a"  # 89 s later, with a credit of 90
    w.accept("vip", "a")
    w.close("vip", "a")
    w.tell(got.WrapUpSaved, interaction_id=w.id_of("vip"), agent_id="a", disposition="d")
    assert offered(w, "early") == "a"  # vip2 came 91 s later


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (AgentOrder.LONGEST_IDLE, "mid"),
        (AgentOrder.HIGHEST_LEVEL, "top"),
        (AgentOrder.LOWEST_SUFFICIENT, "new"),
    ],
)
def test_who_is_asked_first(order, expected):
    w = world(own(agent_order=order), agent("new", 3), agent("mid", 6), agent("top", 9))
    for name in ("mid", "top", "new"):
        w.ready(name)
        w.now += 1
    events = w.write("wang")
    assert offered(w, "wang") == expected
    why = next(e for e in events if isinstance(e, ev.Offered)).why
    assert why["version"] == 3
    assert (why["by"], why["candidates"], why["order"]) == ("arrival", 3, order)
    assert chosen_of(why) == expected
    assert len(why["best"]) == 3


def test_the_least_occupied_is_asked_first():
    w = world(own(agent_order=AgentOrder.LEAST_OCCUPIED), agent("x"), agent("y"))
    w.ready("x")
    w.write("a")
    w.accept("a", "x")
    w.ready("y")
    w.now += 100
    w.close("a", "x")
    w.tell(got.WrapUpSaved, interaction_id=w.id_of("a"), agent_id="x", disposition="d")
    w.write("b")
    assert offered(w, "b") == "y"


def test_requirements_are_relaxed_stage_by_stage_then_other_queues_help():
    stages = (Stage(0, {"zh": 8}), Stage(20, {"zh": 5}), Stage(60, {"zh": 0}, ("help",)))
    helper = AgentProfile("helper", "H", {"help": 1}, {}, {Channel.CHAT: 1})
    w = world(own(stages=stages), agent("mid", 6), helper)
    w.write("wang")
    assert w.of("wang").needs == {"zh": 8}
    w.ready("helper")
    w.wait(19)
    w.ready("mid")
    assert offered(w, "wang") is None
    w.wait(1)
    assert offered(w, "wang") == "mid"
    w.tell(got.OfferDeclined, interaction_id=w.id_of("wang"), agent_id="mid")
    w.tell(got.PresenceSet, agent_id="mid", status=w.center.state.agents["helper"].status.NOT_READY)
    after = w.wait(40)
    assert [e.stage for e in after if isinstance(e, ev.Staged)] == [2]
    assert offered(w, "wang") == "helper"


def test_the_receipt_counts_who_could_not_be_asked_and_why():
    config = own(stages=(Stage(0, {"zh": 5}),))
    w = world(config, agent("ok", 9), agent("busy", 9), agent("away", 9), agent("low", 2))
    w.ready("busy")
    w.write("a")
    w.accept("a", "busy")
    w.ready("low", "ok")
    why = next(e for e in w.write("b") if isinstance(e, ev.Offered)).why
    assert why["not"] == {"busy": 1, "offline": 1, "level": 1}
    assert (why["needs"], why["level"], why["candidates"]) == ({"zh": 5}, 9, 1)


def test_the_dedicated_agent_is_waited_for_then_the_rule_applies():
    w = world(own(preferred_wait_s=15.0), agent("mine"), agent("any"))
    w.ready("mine")
    w.write("a")
    w.accept("a", "mine")
    w.ready("any")
    w.write("b", customer=replace(vip("b"), dedicated_agent="mine"))
    assert offered(w, "b") is None
    w.wait(15)
    assert offered(w, "b") == "any"
    w.write("c", customer=replace(vip("c"), open_agent="mine"))
    assert w.of("c").only_agent == "mine"


def test_a_freed_agent_takes_the_turn_or_what_they_are_best_at():
    best = AgentProfile(
        "best", "B", {"sales": 1, "help": 1}, {"zh": 4, "fix": 9}, {Channel.CHAT: 1}
    )
    for picks, expected in ((Picks.TURN, "sales"), (Picks.LEVEL, "help")):
        config = replace(
            CONFIG,
            agents={"best": best},
            queues={"sales": SALES, "help": Queue("help", {}, needs={"fix": 1})},
            policy=Policy(1, picks=picks),
        )
        w = World(config)
        w.write("early")
        w.now += 1
        w.write("late", topic="fix")
        w.ready("best")
        taken = next(i for i in w.center.state.interactions.values() if i.offer)
        assert taken.queue == expected


def test_a_newcomer_hands_over_after_their_time():
    policy = own(novice_below=5, novice_after_s=120.0)
    w = world(policy, agent("new", 3), agent("old", 9))
    w.ready("new")
    w.write("wang")
    w.accept("wang", "new")
    w.ready("old")
    after = w.wait(120)
    released = next(e for e in after if isinstance(e, ev.Released))
    assert (released.agent_id, released.reason) == ("new", "novice_timeout")
    assert offered(w, "wang") == "old"


# --- fairness --------------------------------------------------------------------------------------


def serve(w: World, who: str, name: str, *, hard: bool) -> None:
    w.write(who)
    if hard:
        learn(w, who, "angry")
    w.accept(who, name)
    w.close(who, name)
    w.tell(got.WrapUpSaved, interaction_id=w.id_of(who), agent_id=name, disposition="d")


def test_after_a_run_of_demanding_ones_somebody_else_is_asked():
    policy = Policy(1, (angry(hard=True),), fairness=Fairness(run=2, recovery_s=600))
    w = world(policy, agent("x"), agent("y"))
    w.ready("x")
    serve(w, "a", "x", hard=True)
    serve(w, "b", "x", hard=True)
    w.write("c")
    learn(w, "c", "angry")
    assert w.of("c").phase is Phase.OFFERED  # it rang before it was known to be demanding
    w.tell(got.OfferDeclined, interaction_id=w.id_of("c"), agent_id="x")
    w.wait(60)
    assert offered(w, "c") is None
    w.ready("y")
    assert offered(w, "c") == "y"
    w.accept("c", "y")
    serve(w, "d", "x", hard=False)
    w.write("e")
    learn(w, "e", "angry")
    w.tell(got.OfferDeclined, interaction_id=w.id_of("e"), agent_id="x")
    assert w.center.state.agents["x"].hard_run == 0  # an ordinary one in between


def test_the_run_is_forgotten_after_the_recovery_time():
    policy = Policy(1, (angry(hard=True),), fairness=Fairness(run=1, recovery_s=300))
    w = world(policy, agent("x"))
    w.ready("x")
    serve(w, "a", "x", hard=True)
    w.tell(got.PresenceSet, agent_id="x", status=PresenceStatus.NOT_READY)
    w.write("b")
    learn(w, "b", "angry")
    w.ready("x")
    assert offered(w, "b") is None
    w.wait(300)
    assert offered(w, "b") == "x"


def test_the_share_of_demanding_ones_is_capped():
    policy = Policy(1, (angry(hard=True),), fairness=Fairness(share=0.5, window=4))
    w = world(policy, agent("x"))
    w.ready("x")
    serve(w, "a", "x", hard=True)
    serve(w, "b", "x", hard=True)
    w.tell(got.PresenceSet, agent_id="x", status=PresenceStatus.NOT_READY)
    w.write("c")
    learn(w, "c", "angry")
    w.ready("x")
    assert offered(w, "c") is None
    serve(w, "d", "x", hard=False)
    assert offered(w, "c") is None
    serve(w, "e", "x", hard=False)
    assert w.center.state.agents["x"].recent == [True, True, False, False]
