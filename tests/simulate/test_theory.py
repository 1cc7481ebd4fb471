"""The simulator agrees with queueing theory: what it plays is the center, what it measures is known.

Runs are short here, so their intervals are wide; `python -m bench.simulate` runs the full lengths.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from bench.banklog import replay_under
from bench.cases import mmc, one_queue, simple_msk, six_types
from bench.simulate import BANK_EXPECTED
from parley.core.workforce.erlang import Demand, service
from parley.simulate.report import simulate
from parley.simulate.scenario import parse

MODELS = Path(__file__).parents[3] / "shared/data/routing"
SLACK = 1.5  # half-widths: a 95 % interval of few replications misses one time in twenty


def run(scenario: dict) -> dict:
    return simulate(parse(json.dumps(scenario)))


def model(name: str) -> dict:
    path = MODELS / name
    if not path.exists():
        pytest.skip(f"no {name}: the shared data are not beside the repository")
    return json.loads(path.read_text())


def agrees(figure: dict, expected: float, floor: float = 0.0) -> None:
    """Within the interval; `floor` is what a short run may err besides."""
    assert figure["mean"] == pytest.approx(expected, abs=SLACK * figure["half_width"] + floor)


@pytest.mark.parametrize(("agents", "load"), [(1, 0.6), (5, 0.8), (14, 0.857), (40, 0.95)])
def test_endless_patience_agrees_with_erlang_c(agents, load):
    rate = agents * load / 120
    calls = 1_000 if agents == 40 else 800
    horizon = calls / rate
    total = run(
        one_queue(rate, 120, agents, horizon_s=horizon, warmup_s=horizon / 5, replications=5)
    )["total"]
    expected = service(Demand(rate, 120), agents, 20.0)
    agrees(total["p_wait"], expected.p_wait, 0.01)
    agrees(total["asa_s"], expected.asa_s, 0.5)
    agrees(total["service_level"], expected.service_level, 0.01)


@pytest.mark.parametrize(("agents", "load"), [(3, 1.2), (14, 0.9), (30, 1.1)])
def test_impatience_agrees_with_erlang_a(agents, load):
    rate = agents * load / 120
    horizon = 800 / rate
    report = run(
        one_queue(rate, 120, agents, 90, horizon_s=horizon, warmup_s=horizon / 8, replications=5)
    )
    expected = service(Demand(rate, 120, 90), agents, 20.0)
    total = report["total"]
    agrees(total["p_wait"], expected.p_wait, 0.01)
    agrees(total["p_abandon"], expected.p_abandon, 0.005)
    agrees(total["mean_wait_s"], expected.mean_wait_s, 0.5)
    agrees(total["service_level"], expected.service_level, 0.01)
    agrees(report["groups"][0]["occupancy"], expected.occupancy, 0.01)


def test_a_center_without_waiting_places_blocks_what_erlang_b_says():
    total = run(
        one_queue(
            10 / 120, 120, 12, queue={"capacity_waiting": 0}, horizon_s=20_000, replications=4
        )
    )["total"]
    agrees(total["p_blocked"], 0.11974, 0.01)
    assert total["p_wait"]["mean"] == 0


def test_two_skills_an_agent_come_close_to_full_flexibility():
    published = model("six_types_90_agents.json")
    found = {k: run(six_types(82.5, k, 6_000, replications=2, seed=4))["total"] for k in (1, 2, 6)}
    waits = {k: total["mean_wait_s"]["mean"] for k, total in found.items()}
    assert waits[1] > 3 * waits[2]
    assert waits[2] - waits[6] < 20
    exact = published["exact_MM90_120_82.5"]
    agrees(found[6]["p_wait"], exact["p_delay"], 0.08)
    agrees(found[6]["p_blocked"], exact["p_block"], 0.004)


def test_days_from_empty_to_empty_agree_with_contact_centers():
    published = model("contactcenters_benchmarks.json")
    plain = run(mmc(replications=2))["total"]
    agrees(plain["service_level"], published["MMC"]["published"]["service_level"][0], 0.03)
    tired = run(mmc(patience_min=1.0, replications=2))["total"]
    expected = published["MMCAb"]["published"]
    agrees(tired["abandoned"], expected["abandoned_per_day"][0], 15)
    agrees(tired["service_level"], expected["service_level_with_abandonment"][0], 0.01)
    full = run(mmc(waiting=5, replications=2))["total"]
    agrees(full["blocked"], published["MMCBlocked"]["published"]["blocked_per_day"][0], 10)


def test_types_groups_and_periods_agree_with_contact_centers():
    data = model("contactcenters_benchmarks.json")["SimpleMSK"]
    report = run(simple_msk(data, replications=4, seed=3))
    expected = data["published"]
    agrees(report["total"]["answered"], expected["served"]["mean"], 200)
    level = expected["service_level = E[served within AWT]/E[served + abandoned after AWT]"]
    agrees(report["total"]["service_level"], level["mean"], 0.06)
    # published till the last one is served, not till the doors close
    group = report["groups"][0]
    agrees(group["occupancy_to_empty"], expected["occupancy_group0"]["mean"], 0.02)
    assert group["occupancy_to_empty"]["mean"] < group["occupancy"]["mean"]


BANK = MODELS.parent / "arrivals/anonymous_bank_1999_02_calls.csv.gz"


@cache
def bank(rule: str) -> dict[str, float]:
    return replay_under(rule, BANK, seed=4)


@pytest.mark.skipif(not BANK.exists(), reason="the shared data are not beside the repository")
@pytest.mark.parametrize("rule", BANK_EXPECTED)
def test_the_bank_of_february_1999_comes_out_as_expected(rule):
    wait, abandoned, in_target, first = BANK_EXPECTED[rule]
    assert bank(rule)["wait_s"] == pytest.approx(wait, abs=1)
    assert bank(rule)["abandoned"] == pytest.approx(abandoned, abs=0.005)
    assert bank(rule)["in_20_s"] == pytest.approx(in_target, abs=0.005)
    assert bank(rule)["priority_2_s"] == pytest.approx(first, abs=1)


@pytest.mark.skipif(not BANK.exists(), reason="the shared data are not beside the repository")
def test_the_three_rules_of_the_bank_come_in_the_expected_order():
    """Of one seed: the mean waits of the first two rules differ by less than its noise."""
    first_come, credit, strict = (bank(rule) for rule in BANK_EXPECTED)
    assert first_come["abandoned"] < credit["abandoned"] < strict["abandoned"]
    assert first_come["in_20_s"] < credit["in_20_s"] < strict["in_20_s"]
    assert first_come["priority_2_s"] > credit["priority_2_s"] > strict["priority_2_s"]
    assert min(first_come["wait_s"], credit["wait_s"]) > strict["wait_s"]
