"""A scenario does what its document says, and says what is wrong with it."""

from __future__ import annotations

import json

import pytest

from parley.__main__ import main
from parley.core.errors import Invalid
from parley.simulate.report import simulate
from parley.simulate.run import replicate
from parley.simulate.scenario import parse

CERTAIN = {"dist": "deterministic", "mean_s": 100}


def scenario(**more):
    base = {
        "horizon_s": 1_000,
        "queues": [{"id": "q", "skill": "s"}],
        "arrivals": [{"trace": "trace.csv"}],
        "agents": [{"count": 1, "skills": {"s": 1}}],
    }
    return parse(json.dumps({**base, **more}))


def calls(folder, rows: str, **more):
    (folder / "trace.csv").write_text(rows)
    return replicate(scenario(**more), None, folder, 0).calls


def told(found) -> list[tuple[float, str, float]]:
    return sorted((c.visit.at, c.result, round(c.waited_s, 6)) for c in found)


def test_a_trace_brings_its_own_times_patience_and_priority(tmp_path):
    rows = "at_s,queue,patience_s,handle_s,priority\n0,q,,50,\n10,q,15,5,\n11,q,,5,0\n12,q,,5,3\n"
    assert told(calls(tmp_path, rows)) == [
        (0, "answered", 0), (10, "abandoned", 15), (11, "answered", 44), (12, "answered", 38),
    ]  # fmt: skip


def test_who_finds_the_queue_full_overflows_or_is_blocked(tmp_path):
    queues = [
        {"id": "q", "skill": "s", "capacity_waiting": 1, "overflow": "r"},
        {"id": "r", "skill": "t", "capacity_waiting": 0, "overflow": "q"},
    ]
    agents = [{"count": 1, "skills": {"s": 1}}, {"count": 1, "skills": {"t": 1}}]
    rows = "at_s,queue,handle_s\n0,q,90\n1,q,90\n2,q,90\n3,q,90\n"
    assert told(calls(tmp_path, rows, queues=queues, agents=agents)) == [
        (0, "answered", 0), (1, "answered", 89), (2, "answered", 0), (3, "blocked", 0),
    ]  # fmt: skip


def test_the_longest_wait_leads_to_the_overflow_or_out(tmp_path):
    queues = [
        {"id": "q", "skill": "s", "max_wait_s": 20, "overflow": "r"},
        {"id": "r", "skill": "t", "max_wait_s": 10},
    ]
    agents = [{"count": 1, "skills": {"s": 1}}, {"count": 1, "skills": {"t": 1}}]
    rows = "at_s,queue,handle_s\n0,q,90\n1,q,90\n2,q,90\n"
    assert told(calls(tmp_path, rows, queues=queues, agents=agents)) == [
        (0, "answered", 0), (1, "answered", 20), (2, "abandoned", 30),
    ]  # fmt: skip


def test_the_system_limit_counts_everybody_inside(tmp_path):
    rows = "at_s,queue,handle_s\n0,q,90\n1,q,90\n2,q,90\n200,q,5\n"
    found = calls(tmp_path, rows, system_limit=2)
    assert [r for _, r, _ in told(found)] == ["answered", "answered", "blocked", "answered"]


def test_shifts_and_steps_say_who_is_there(tmp_path):
    rows = "at_s,queue,handle_s\n0,q,5\n40,q,30\n65,q,5\n"
    agents = [{"count": 1, "skills": {"s": 1}, "shifts": [[30, 60], [100, 200]]}]
    assert told(calls(tmp_path, rows, agents=agents)) == [
        (0, "answered", 30), (40, "answered", 0), (65, "answered", 35),
    ]  # fmt: skip
    agents = [{"count": [[0, 2], [20, 0], [100, 1]], "skills": {"s": 1}}]
    rows = "at_s,queue,handle_s\n10,q,60\n30,q,5\n101,q,1\n"
    assert told(calls(tmp_path, rows, agents=agents)) == [
        (10, "answered", 0), (30, "answered", 70), (101, "answered", 4),
    ]  # fmt: skip


def test_durations_may_depend_on_when_a_customer_comes(tmp_path):
    late = {"dist": "deterministic", "mean_s": 7}
    found = calls(
        tmp_path, "at_s,queue\n0,q\n500,q\n", handle={"q": [[0, CERTAIN], [400, late]]},
        patience={"q": None},
    )  # fmt: skip
    assert [c.visit.handle_s for c in found] == [100, 7]


def test_files_of_durations_are_drawn_from(tmp_path):
    (tmp_path / "talks.txt").write_text("11\n13\n")
    found = calls(
        tmp_path, "at_s,queue\n" + "".join(f"{n},q\n" for n in range(50)),
        handle={"q": {"dist": "empirical", "file": "talks.txt"}},
    )  # fmt: skip
    assert {c.visit.handle_s for c in found} == {11.0, 13.0}


def test_the_same_seed_gives_the_same_run_and_another_seed_another(tmp_path):
    def offered(seed):
        drawn = scenario(
            arrivals=[{"queue": "q", "profile": [[0, 0.05], [500, 0.2]]}],
            handle={"q": {"dist": "lognormal", "mean_s": 30, "cv": 1.2}}, seed=seed,
            day_factor={"dist": "gamma", "shape": 30},
        )  # fmt: skip
        return [c.visit.at for c in replicate(drawn, None, tmp_path, 0).calls]

    assert offered(1) == offered(1) != offered(2)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"horizon_s": -1}, "horizon_s"),
        ({"warmup_s": 5_000}, "warmup_s"),
        ({"queues": [{"id": "q", "skill": "s", "overflow": "x"}]}, "queues.0.overflow"),
        ({"arrivals": [{"queue": "q", "rate_per_s": 1, "trace": "t"}]}, "arrivals.0"),
        ({"arrivals": [{"queue": "x", "rate_per_s": 1}]}, "arrivals.0.queue"),
        ({"arrivals": [{"queue": "q", "rate_per_s": 1}]}, "handle"),
        ({"agents": [{"count": [[5, 1], [0, 2]], "skills": {}}]}, "agents.0"),
        ({"agents": [{"count": 1, "skills": {}, "shifts": [[9, 3]]}]}, "agents.0"),
        ({"handle": {"q": {"dist": "uniform", "low_s": 9, "high_s": 3}}}, "handle.q"),
        ({"mistyped": 1}, "mistyped"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(change, place):
    with pytest.raises(Invalid) as wrong:
        scenario(**change)
    assert place in wrong.value.detail


@pytest.mark.parametrize("rows", ["when\n1\n", "at_s,queue\n1,x\n", "at_s,queue\nnan,q\n"])
def test_a_wrong_trace_names_the_file(tmp_path, rows):
    with pytest.raises(Invalid, match=r"trace\.csv"):
        calls(tmp_path, rows, handle={"q": CERTAIN})


def test_the_command_prints_json_and_wrong_scenarios_in_both_languages(tmp_path, capsys):
    good, bad, policy = (tmp_path / name for name in ("good.json", "bad.json", "policy.json"))
    (tmp_path / "trace.csv").write_text("at_s,queue,handle_s\n0,q,5\n1,q,5\n")
    good.write_text(scenario(policy="policy.json").model_dump_json())
    policy.write_text('{"picks": "turn"}')
    assert main(["simulate", str(good), "--json", "--seed", "7"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["total"]["offered"]["mean"] == 2
    assert report["queues"]["q"]["asa_s"]["mean"] == 2
    bad.write_text("{}")
    assert main(["simulate", str(bad)]) == 1
    said = capsys.readouterr().err
    assert "场景有误" in said
    assert "horizon_s" in said
    policy.write_text('{"rules": [{"id": "r", "when": {"fact": "moon", "is": "=", "value": 1}}]}')
    assert main(["simulate", str(good), "--policy", str(policy)]) == 1
    assert "unknown_fact:moon" in capsys.readouterr().err


# --- fairness (Y7) ------------------------------------------------------------------------------------

ANGRY = {
    "rules": [
        {"id": "a", "when": {"fact": "customer.tags", "is": "has", "value": "angry"}, "hard": True}
    ],
}


def angry_day(**fairness):
    return {
        "horizon_s": 14_400, "warmup_s": 0, "replications": 2, "seed": 5,
        "queues": [{"id": "q", "skill": "s"}],
        "arrivals": [
            {"queue": "q", "rate_per_s": 0.2,
             "kinds": [{"name": "angry", "share": 0.3, "tags": ["angry"]}]}
        ],
        "handle": {"q": {"dist": "exponential", "mean_s": 180}},
        "patience": {"q": {"dist": "exponential", "mean_s": 240}},
        "agents": [{"count": 40, "skills": {"s": 5}}],
        "policy": {**ANGRY, "fairness": fairness},
    }  # fmt: skip


def test_with_a_third_of_angry_customers_nobody_exceeds_the_cap_and_service_hardly_suffers():
    cap = 3
    free = simulate(parse(json.dumps(angry_day())))
    fair = simulate(parse(json.dumps(angry_day(run=cap, recovery_s=600))))
    assert free["groups"][0]["longest_hard_run"]["mean"] > cap
    assert fair["groups"][0]["longest_hard_run"]["mean"] <= cap
    lost = free["total"]["service_level"]["mean"] - fair["total"]["service_level"]["mean"]
    assert lost < 0.01
    assert fair["kinds"]["angry"]["p_abandon"]["mean"] < 0.1


def test_nobody_has_more_demanding_ones_among_their_last_than_the_share_allows():
    limit = {"share": 0.4, "window": 10, "recovery_s": 3_600}
    free = simulate(parse(json.dumps(angry_day(window=10, recovery_s=3_600))))
    fair = simulate(parse(json.dumps(angry_day(**limit))))
    assert free["groups"][0]["most_hard_recent"]["mean"] > 4
    assert fair["groups"][0]["most_hard_recent"]["mean"] <= 4
    lost = free["total"]["service_level"]["mean"] - fair["total"]["service_level"]["mean"]
    assert lost < 0.01
    assert fair["kinds"]["angry"]["p_abandon"]["mean"] < 0.1


def test_both_caps_together_hold_too():
    fair = simulate(parse(json.dumps(angry_day(run=2, share=0.4, window=10, recovery_s=1_800))))
    assert fair["groups"][0]["longest_hard_run"]["mean"] <= 2
    assert fair["groups"][0]["most_hard_recent"]["mean"] <= 4
