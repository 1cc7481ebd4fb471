"""Seeded policies: fifty good ones on which the linter is silent, fifty broken ones it sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from string import Formatter

import pytest

from parley.core.desk.lint import Finding, lint
from parley.core.desk.lint_words import WORDS, sentence
from parley.core.model import (
    AgentOrder,
    AgentProfile,
    CenterConfig,
    Channel,
    Fairness,
    Hours,
    Policy,
    Queue,
    QueueOrder,
    QueuePolicy,
    Rule,
    Skill,
    Stage,
)

DAY = ((540, 1080),)
NIGHT = ((0, 1440),)
FAMOUS: dict[str, tuple[tuple[int, int], ...]] = {"2026-10-01": ()}
SKILLS = ("product", "repair", "calm", "english")


def names(text: str) -> dict[str, str]:
    return {"zh-CN": f"中{text}", "en-US": text}


def tier(value: str) -> dict:
    return {"fact": "customer.tier", "is": "=", "value": value}


def good(seed: int) -> CenterConfig:
    """A sound center; sizes, orders and numbers vary with the seed."""
    r = Random(seed)
    office = Hours("office", "Office", "Asia/Shanghai", (DAY,) * 5 + ((), ()), FAMOUS)
    always = Hours("always", "Always", "Asia/Shanghai", (NIGHT,) * 7)
    ids = [f"q{n}" for n in range(r.randint(2, 6))]
    queues = {
        q: Queue(
            q, names(q), needs={r.choice(SKILLS): r.randint(1, 5)},
            hours_id=r.choice(["office", "always"]), max_wait_s=r.choice([300.0, 900.0]),
            overflow_queue=ids[n + 1] if n + 1 < len(ids) and r.random() < 0.7 else None,
        )
        for n, q in enumerate(ids)
    }  # fmt: skip
    agents = {
        f"a{n}": AgentProfile(
            f"a{n}", f"A{n}", dict.fromkeys(ids, 1), dict.fromkeys(SKILLS, r.randint(6, 10)),
            {Channel.CHAT: 3}, hours_id=r.choice([None, "always"]),
        )
        for n in range(r.randint(2, 8))
    }  # fmt: skip
    agents["new"] = AgentProfile("new", "New", dict.fromkeys(ids, 2), dict.fromkeys(SKILLS, 2), {})
    rules = (
        Rule("vip", names("VIP"), tier("VIP"), priority=5, stop=r.random() < 0.5),
        Rule("gold", names("Gold"), {"any": [tier("gold"), tier("silver")]}, priority=2),
        Rule("angry", names("Angry"), {"fact": "emotion", "is": "=", "value": "angry"},
             needs={"calm": 5}, hard=True),
        Rule("night", names("Night"), {"fact": "hour", "is": ">=", "value": 20}, tags=("night",)),
    )  # fmt: skip
    stages = (Stage(0.0, {"repair": 6}), Stage(20.0, {"repair": 3}), Stage(60.0, {"repair": 0}))
    own = {
        ids[0]: QueuePolicy(
            order=QueueOrder.CREDIT, credit_s=30.0, agent_order=r.choice(list(AgentOrder)),
            stages=stages, novice_below=5,
        ),
        ids[-1]: QueuePolicy(order=r.choice([QueueOrder.ARRIVAL, QueueOrder.PRIORITY])),
    }  # fmt: skip
    return CenterConfig(
        skills={s: Skill(s, names(s)) for s in SKILLS},
        hours={"office": office, "always": always},
        queues=queues,
        agents=agents,
        policy=Policy(1, rules, own, Fairness(run=3, share=0.5)),
    )


def queue(c: CenterConfig, which: int = 0, **changes) -> CenterConfig:
    chosen = list(c.queues.values())[which]
    return replace(c, queues=c.queues | {chosen.id: replace(chosen, **changes)})


def own(c: CenterConfig, **changes) -> CenterConfig:
    policy = replace(c.policy.queues["q0"], **changes)
    return replace(c, policy=replace(c.policy, queues=c.policy.queues | {"q0": policy}))


def rules(c: CenterConfig, *more: Rule) -> CenterConfig:
    return replace(c, policy=replace(c.policy, rules=(*more, *c.policy.rules)))


def rule(when: dict | None = None, **effects) -> Rule:
    effects = effects or {"tags": ("x",)}
    return Rule("extra", names("Extra"), when or {}, **effects)


def fairness(c: CenterConfig, **changes) -> CenterConfig:
    return replace(c, policy=replace(c.policy, fairness=Fairness(**changes)))


def nobody_works_at_night(c: CenterConfig) -> CenterConfig:
    agents = {k: replace(a, hours_id="office") for k, a in c.agents.items()}
    return queue(replace(c, agents=agents), hours_id="always")


def in_a_circle(c: CenterConfig) -> CenterConfig:
    return queue(queue(c, 0, overflow_queue="q1"), 1, overflow_queue="q0")


def without_agents(c: CenterConfig) -> CenterConfig:
    agents = {
        k: replace(a, queues={q: t for q, t in a.queues.items() if q != "q0"})
        for k, a in c.agents.items()
    }
    return replace(c, agents=agents)


def hours(c: CenterConfig, **changes) -> CenterConfig:
    return queue(
        replace(c, hours=c.hours | {"office": replace(c.hours["office"], **changes)}),
        hours_id="office",
    )


MORNING = {
    "all": [{"fact": "hour", "is": ">=", "value": 12}, {"fact": "hour", "is": "<", "value": 9}]
}
BROKEN: list[tuple[str, Callable[[CenterConfig], CenterConfig]]] = [
    ("duplicate_rule", lambda c: rules(c, replace(rule(), id="vip"))),
    ("duplicate_rule", lambda c: rules(c, rule(), rule(tier("VIP"), priority=1))),
    ("condition_invalid", lambda c: rules(c, rule({"fact": "moon", "is": "=", "value": "full"}))),
    ("condition_invalid", lambda c: rules(c, rule({"fact": "hour", "is": "in", "value": [1]}))),
    ("condition_invalid", lambda c: rules(c, rule({"all": {}}))),
    ("condition_invalid", lambda c: rules(c, rule({"fact": "hour", "is": "<", "value": "9"}))),
    ("condition_invalid", lambda c: rules(c, rule({"fact": "tags", "is": "has_any", "value": []}))),
    ("rule_unreachable", lambda c: rules(c, rule(stop=True))),
    ("rule_unreachable", lambda c: rules(c, rule(tier("VIP"), stop=True))),
    ("rule_unreachable", lambda c: rules(
        c, rule({"fact": "customer.tier", "is": "in", "value": ["VIP", "gold"]}, stop=True))),
    ("rule_unreachable", lambda c: rules(
        c, rule({"any": [tier("VIP"), tier("black")]}, stop=True))),
    ("rule_unreachable", lambda c: rules(
        c, rule({"fact": "hour", "is": ">=", "value": 18}, stop=True))),
    ("rule_unreachable", lambda c: rules(
        c, rule(tier("VIP"), stop=True),
        Rule("v2", names("V2"), {"all": [tier("VIP"), {"fact": "hour", "is": "<", "value": 9}]},
             priority=1))),
    ("condition_impossible", lambda c: rules(c, rule({"all": [tier("VIP"), tier("gold")]}))),
    ("condition_impossible", lambda c: rules(c, rule(MORNING))),
    ("condition_impossible", lambda c: rules(c, rule({"any": [MORNING]}))),
    ("condition_impossible", lambda c: rules(c, rule({"all": [
        {"fact": "customer.tier", "is": "in", "value": ["a", "b"]}, tier("c")]}))),
    ("unknown_queue", lambda c: rules(c, rule(queue="q99"))),
    ("unknown_queue", lambda c: queue(c, overflow_queue="q99")),
    ("unknown_queue", lambda c: own(c, novice_queue="q99")),
    ("unknown_queue", lambda c: own(c, stages=(Stage(0.0, {}), Stage(9.0, {}, ("q99",))))),
    ("unknown_queue", lambda c: replace(
        c, policy=replace(c.policy, queues=c.policy.queues | {"q99": QueuePolicy()}))),
    ("unknown_skill", lambda c: rules(c, rule(needs={"dance": 1}))),
    ("unknown_skill", lambda c: queue(c, needs={"dance": 1})),
    ("unknown_skill", lambda c: own(c, stages=(Stage(0.0, {"dance": 1}),))),
    ("level_out_of_range", lambda c: rules(c, rule(needs={"calm": 11}))),
    ("level_out_of_range", lambda c: queue(c, needs={"calm": -1})),
    ("rule_without_effect", lambda c: rules(c, Rule("extra", names("E"), tier("VIP")))),
    ("nobody_has_level", lambda c: rules(
        replace(c, agents={"new": c.agents["new"]}), rule(needs={"english": 9}))),
    ("nobody_has_level", lambda c: own(
        queue(replace(c, agents={"new": c.agents["new"]}), needs={"calm": 7}), stages=())),
    ("nobody_has_level", lambda c: own(
        replace(c, agents={"new": c.agents["new"]}), stages=(Stage(0.0, {"repair": 9}),))),
    ("name_missing", lambda c: queue(c, names={"zh-CN": "队列"})),
    ("name_missing", lambda c: rules(c, replace(rule(), names={"en-US": "Only"}))),
    ("queue_without_agents", without_agents),
    ("queue_without_agents", lambda c: replace(c, queues=c.queues | {
        "q98": replace(c.queues["q0"], id="q98")})),
    ("hour_without_skill", nobody_works_at_night),
    ("hour_without_skill", lambda c: queue(
        replace(c, agents={k: replace(a, hours_id="office") for k, a in c.agents.items()}), 1,
        hours_id="always")),
    ("queue_without_hours", lambda c: queue(c, hours_id=None)),
    ("unknown_hours", lambda c: queue(c, hours_id="moonlight")),
    ("never_open", lambda c: hours(c, week=((),) * 7)),
    ("hours_overridden", lambda c: hours(c, override="closed")),
    ("no_holidays", lambda c: hours(c, holidays={})),
    ("stages_not_ascending", lambda c: own(c, stages=(Stage(20.0, {}), Stage(10.0, {})))),
    ("stage_asks_more", lambda c: own(c, stages=(Stage(0.0, {"calm": 2}), Stage(9.0, {"calm": 5})))),
    ("stage_after_longest_wait", lambda c: own(
        queue(c, max_wait_s=30.0), stages=(Stage(0.0, {}), Stage(60.0, {})))),
    ("nobody_above_novices", lambda c: own(
        replace(c, agents={"new": c.agents["new"]}), novice_below=9)),
    ("credit_without_seconds", lambda c: own(c, order=QueueOrder.CREDIT, credit_s=0.0)),
    ("priority_without_effect", lambda c: own(
        rules(c, rule(queue="q0", priority=3)), order=QueueOrder.ARRIVAL)),
    ("queue_without_overflow", lambda c: queue(c, overflow_queue=None, max_wait_s=None)),
    ("overflow_loop", in_a_circle),
    ("overflow_loop", lambda c: queue(c, overflow_queue="q0")),
    ("overflow_also_closed", lambda c: queue(
        queue(c, 0, overflow_queue="q1", max_wait_s=None, hours_id="office"), 1,
        hours_id="office", overflow_queue=None)),
    ("cap_forbids_all", lambda c: fairness(c, run=0)),
    ("cap_forbids_all", lambda c: fairness(c, share=0.01, window=10)),
    ("nothing_is_demanding", lambda c: replace(c, policy=replace(
        c.policy, rules=tuple(r for r in c.policy.rules if not r.hard)))),
]  # fmt: skip


@pytest.mark.parametrize("seed", range(50))
def test_a_sound_policy_is_passed_in_silence(seed):
    assert lint(good(seed)) == []


@pytest.mark.parametrize(("number", "code", "break_it"), [(n, *b) for n, b in enumerate(BROKEN)])
def test_a_broken_policy_is_seen_for_what_is_wrong(number, code, break_it):
    found = lint(break_it(good(number)))
    assert code in {f.code for f in found}


def test_the_sets_are_as_large_as_promised_and_every_code_is_among_them():
    assert len(BROKEN) >= 50
    assert {code for code, _ in BROKEN} == set(WORDS)


@pytest.mark.parametrize("code", WORDS)
def test_every_finding_has_a_sentence_in_both_languages(code):
    fields = [
        {name for _, name, _, _ in Formatter().parse(text) if name} for text in WORDS[code].values()
    ]
    assert set(WORDS[code]) == {"zh-CN", "en-US"}
    assert fields[0] == fields[1]
    for number, (broken, break_it) in enumerate(BROKEN):
        if broken == code:
            finding = next(f for f in lint(break_it(good(number))) if f.code == code)
            assert "{" not in sentence(finding, "zh-CN") + sentence(finding, "en-US")


def test_an_unknown_language_reads_english():
    assert (
        sentence(Finding("duplicate_rule", "error", "x"), "fr") == WORDS["duplicate_rule"]["en-US"]
    )
