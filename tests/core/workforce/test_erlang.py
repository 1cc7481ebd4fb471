"""The Erlang formulas agree with published and exactly computed tables, and with each other."""

from __future__ import annotations

import csv
from math import sqrt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.core.workforce.erlang import (
    Demand,
    Target,
    agents_needed,
    erlang_b,
    erlang_c,
    service,
)

TABLES = Path(__file__).parents[4] / "shared/data/staffing"
HALF_HOUR_S = 1800.0
MANY = 10_000


def rows(name: str) -> list[dict[str, str]]:
    path = TABLES / name
    if not path.exists():
        pytest.skip(f"no {name}: the shared data are not beside the repository")
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_erlang_c_agrees_with_every_row_of_the_table():
    for row in rows("erlangC_reference.csv"):
        demand = Demand(float(row["calls_per_30min"]) / HALF_HOUR_S, float(row["aht_s"]))
        agents = agents_needed(demand, Target(0.8, 20.0))
        assert agents == int(row["agents_80_20"]), row
        assert agents_needed(demand, Target(0.9, 10.0)) == int(row["agents_90_10"]), row
        found = service(demand, agents, 20.0)
        assert found.p_wait == pytest.approx(float(row["p_wait"]), abs=1e-5), row
        assert found.service_level == pytest.approx(float(row["sl20"]), abs=1e-5), row
        assert found.asa_s == pytest.approx(float(row["asa_s"]), abs=1e-3), row
        assert found.occupancy == pytest.approx(float(row["occupancy"]), abs=1e-5), row


def test_erlang_a_agrees_with_every_row_of_the_table():
    for row in rows("erlangA_reference.csv"):
        demand = Demand(
            float(row["calls_per_30min"]) / HALF_HOUR_S, float(row["aht_s"]),
            float(row["patience_mean_s"]),
        )  # fmt: skip
        found = service(demand, int(row["agents"]), 20.0)
        answered_in_target = found.in_target / (1 - found.p_abandon)
        assert found.p_wait == pytest.approx(float(row["p_wait"]), abs=1e-6), row
        assert found.p_abandon == pytest.approx(float(row["p_abandon"]), abs=1e-6), row
        assert found.mean_wait_s == pytest.approx(float(row["mean_wait_all_s"]), abs=1e-5), row
        assert found.occupancy == pytest.approx(float(row["occupancy"]), abs=1e-6), row
        served = float(row["p_served_within_20s_of_offered"])
        assert found.in_target == pytest.approx(served, abs=1e-6), row
        assert answered_in_target == pytest.approx(float(row["sl20_of_answered"]), abs=2e-6), row
        assert found.p_wait_longer == pytest.approx(float(row["p_wait_gt_20s"]), abs=1e-6), row
        queue = found.mean_wait_s * demand.rate_per_s  # Little's law
        assert queue == pytest.approx(float(row["mean_queue"]), abs=1e-5), row


def test_with_ten_thousand_agents_the_formulas_reach_their_many_server_limits():
    ratios = {"theta_over_mu_0.1": 0.1, "0.25": 0.25, "0.5": 0.5, "1": 1.0, "2": 2.0, "10": 10.0}
    for row in rows("halfin_whitt_garnett_pwait.csv"):
        beta = float(row["beta"])
        erlangs = _load(beta)
        if row["HalfinWhitt_ErlangC"]:
            limit = float(row["HalfinWhitt_ErlangC"])
            assert erlang_c(MANY, erlangs) == pytest.approx(limit, abs=0.006)
        for name, ratio in ratios.items():
            found = service(Demand(erlangs, 1.0, 1 / ratio), MANY)
            assert found.p_wait == pytest.approx(float(row[name]), abs=0.012), (beta, ratio)


def _load(beta: float) -> float:
    """Erlangs for which 10,000 agents are the square-root rule with this beta."""
    return ((-beta + sqrt(beta * beta + 4 * MANY)) / 2) ** 2


def test_the_textbook_example_of_impatience_reads_as_printed():
    with_patience = service(Demand(48 / 60, 60, 120), 50)
    without = service(Demand(48 / 60, 60), 50)
    assert with_patience.p_abandon == pytest.approx(0.0309, abs=5e-5)
    assert with_patience.mean_wait_s == pytest.approx(3.71, abs=0.005)
    assert without.mean_wait_s == pytest.approx(20.83, abs=0.005)


@given(st.integers(1, 3_000), st.floats(0.05, 3.0), st.floats(0.01, 100.0), st.floats(0.0, 300.0))
@settings(deadline=None, max_examples=60)
def test_shares_are_shares_and_patience_only_shortens_waits(agents, load, ratio, within_s):
    demand = Demand(agents * load / 300, 300, 300 * ratio)
    found = service(demand, agents, within_s)
    assert 0 <= found.p_abandon <= found.p_wait <= 1
    assert 0 <= found.in_target <= 1 - found.p_abandon + 1e-9
    assert found.in_target <= found.service_level + 1e-9 <= 1 + 2e-9
    assert 0 < found.occupancy <= 1 + 1e-9
    mean = found.asa_s * (1 - found.p_abandon)
    assert mean <= found.mean_wait_s * (1 + 1e-9) + 1e-9
    patient = service(Demand(demand.rate_per_s, 300), agents, within_s)
    assert found.p_wait <= patient.p_wait + 1e-9


@given(st.integers(2, 400), st.floats(0.3, 1.4))
@settings(deadline=None, max_examples=40)
def test_the_integral_agrees_with_summing_the_birth_and_death_chain(agents, load):
    erlangs, ratio = agents * load, 0.5
    weights, total, weight, n = [1.0], 1.0, 1.0, 0
    while n < agents or weight > 1e-18 * total:
        n += 1
        weight *= erlangs / (min(n, agents) + ratio * max(0, n - agents))
        weights.append(weight)
        total += weight
    found = service(Demand(erlangs, 1.0, 1 / ratio), agents)
    assert found.p_wait == pytest.approx(sum(weights[agents:]) / total, rel=1e-8)
    queue = sum(max(0, k - agents) * w for k, w in enumerate(weights)) / total
    assert found.mean_wait_s == pytest.approx(queue / erlangs, rel=1e-7, abs=1e-14)


@given(st.integers(1, 10_000), st.floats(0.1, 20_000.0))
@settings(deadline=None, max_examples=60)
def test_one_more_agent_never_blocks_more(agents, erlangs):
    assert 0 <= erlang_b(agents + 1, erlangs) <= erlang_b(agents, erlangs) <= 1
    assert erlang_b(agents, erlangs) <= erlang_c(agents, erlangs) <= 1


def test_the_agents_needed_are_the_fewest_that_meet_the_target():
    for rate in (0.01, 0.5, 7.0, 40.0):
        for patience in (None, 90.0):
            demand, target = Demand(rate, 240, patience), Target(0.9, 10, max_occupancy=0.85)
            needed = agents_needed(demand, target)
            assert needed is not None
            assert target.met_by(service(demand, needed, 10))
            assert not target.met_by(service(demand, needed - 1, 10))


def test_nothing_to_do_needs_nobody_and_too_much_is_said():
    assert agents_needed(Demand(0.0, 300), Target()) == 0
    assert agents_needed(Demand(1.0, 300), Target(), most=200) is None
    assert service(Demand(1.0, 300), 200).occupancy == 1.0
