"""The simulator against theory and the literature, at full length.

    python -m bench.simulate [--days 1000] [--only msk,mmc,skills,bank,erlang]

Needs the shared data beside the repository; what is absent is skipped.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import Any

from bench.banklog import replay
from bench.cases import mmc, one_queue, simple_msk, six_types
from bench.measure import machine, table
from parley.core.workforce.erlang import Demand, service
from parley.simulate.report import simulate
from parley.simulate.scenario import parse

DATA = Path(__file__).parents[2] / "shared/data"
BANK = DATA / "arrivals/anonymous_bank_1999_02_calls.csv.gz"
BANK_EXPECTED = {
    "first come": (22.58, 0.0809, 0.682, 39.7),
    "90 s credit": (22.25, 0.0826, 0.696, 32.6),
    "strict": (20.98, 0.0854, 0.707, 28.1),
}

Rows = list[list[str]]


def run(scenario: dict[str, Any]) -> dict[str, Any]:
    return simulate(parse(json.dumps(scenario)))


def shown(figure: dict[str, float | None]) -> str:
    half = figure["half_width"]
    return f"{figure['mean'] or 0:.4f}" + ("" if half is None else f" ± {half:.4f}")


def erlang(days: int) -> Rows:
    rows = []
    for agents, load, patience in ((14, 0.857, None), (90, 0.92, None), (14, 1.1, 90.0)):
        rate = agents * load / 120
        total = run(
            one_queue(rate, 120, agents, patience, horizon_s=20 * days / rate * 10,
                      warmup_s=days / rate * 10, replications=10)
        )["total"]  # fmt: skip
        exact = service(Demand(rate, 120, patience), agents, 20.0)
        name = f"M/M/{agents}" + ("+M" if patience else "") + f", {agents * load:.1f} erl"
        pairs = {"p_wait": exact.p_wait, "mean_wait_s": exact.mean_wait_s,
                 "service_level": exact.service_level, "p_abandon": exact.p_abandon}  # fmt: skip
        rows += [[name, key, shown(total[key]), f"{value:.4f}"] for key, value in pairs.items()]
    return rows


def mmc_models(days: int) -> Rows:
    printed = _model("contactcenters_benchmarks.json")
    rows = []
    for name, patience, waiting in (
        ("MMC", None, None),
        ("MMCAb", 1.0, None),
        ("MMCBlocked", None, 5),
    ):
        report = run(mmc(patience, waiting, replications=days))
        published = printed[name]["published"]
        total, occupancy = report["total"], report["groups"][0]["occupancy"]
        asa = {k: v and v / 60 for k, v in total["asa_s"].items()}
        level = published.get("service_level_with_abandonment") or published["service_level"]
        rows += [
            [name, "service level", shown(total["service_level"]), str(level)],
            [name, "ASA min", shown(asa), str(published["speed_of_answer_min"])],
            [name, "in target", shown(total["answered_in_target"]),
             str(published["served_within_AWT"])],
            [name, "occupancy", shown(occupancy), str(published["occupancy"])],
        ]  # fmt: skip
        for key, figure in (("abandoned_per_day", "abandoned"), ("blocked_per_day", "blocked")):
            if key in published:
                rows.append([name, figure, shown(total[figure]), str(published[key])])
    return rows


def msk(days: int) -> Rows:
    model = _model("contactcenters_benchmarks.json")["SimpleMSK"]
    report, published = run(simple_msk(model, replications=days)), model["published"]
    level = published["service_level = E[served within AWT]/E[served + abandoned after AWT]"]
    total = report["total"]
    return [
        ["SimpleMSK", "served", shown(total["answered"]), str(published["served"]["ci95"])],
        ["SimpleMSK", "abandoned", shown(total["abandoned"]), str(published["abandoned"]["ci95"])],
        ["SimpleMSK", "service level (ratio of means)", f"{_of_means(total):.4f}",
         str(level["ci95"])],
        ["SimpleMSK", "occupancy, group 0, till empty",
         shown(report["groups"][0]["occupancy_to_empty"]), str(published["occupancy_group0"]["ci95"])],
    ]  # fmt: skip


def _of_means(total: dict[str, Any]) -> float:
    """E[in target] / E[answered + abandoned late], as ContactCenters counts it."""
    late = total["abandoned_late"]["mean"]
    return total["answered_in_target"]["mean"] / (total["answered"]["mean"] + late)


def skills(days: int) -> Rows:
    printed, rows = _model("six_types_90_agents.json"), []
    for load in (82.5, 84.0):
        for k in (1, 2, 3, 6):
            total = run(six_types(load, k, 250 * days, replications=3))["total"]
            known = printed.get(f"load{load}_k{k}")
            if known is None and k == 6:
                exact = printed[f"exact_MM90_120_{load}"]
                known = {name: [value] for name, value in exact.items()}
            wait = {key: value and value / 60 for key, value in total["mean_wait_s"].items()}
            for name, figure in (("p_block", total["p_blocked"]), ("p_delay", total["p_wait"]),
                                 ("mean_wait", wait)):  # fmt: skip
                told = " ± ".join(f"{v:.4f}" for v in known[name]) if known else "–"
                rows.append([f"load {load}, {k} skills", name, shown(figure), told])
    return rows


def bank(days: int) -> Rows:
    seeds = max(1, days // 250)
    runs = [replay(BANK, seed) for seed in range(seeds)]
    return [
        [f"February 1999, {rule}", name, f"{fmean(r[rule][name] for r in runs):.4f}", f"{value}"]
        for rule, expected in BANK_EXPECTED.items()
        for name, value in zip(runs[0][rule], expected, strict=True)
    ]


def _model(name: str) -> dict[str, Any]:
    return json.loads((DATA / "routing" / name).read_text())


PARTS: dict[str, Callable[[int], Rows]] = {
    "erlang": erlang, "mmc": mmc_models, "msk": msk, "skills": skills, "bank": bank,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=int, default=1000, help="of each model; calls in proportion")
    parser.add_argument("--only", default=",".join(PARTS))
    arguments = parser.parse_args()
    print(f"{machine()}\n")
    for name in arguments.only.split(","):
        try:
            rows = PARTS[name](arguments.days)
        except FileNotFoundError as missing:
            print(f"{name}: skipped, no {Path(missing.filename).name}\n")
            continue
        print(table(("model", "figure", "simulated", "exact or published"), rows), "\n", flush=True)


if __name__ == "__main__":
    main()
