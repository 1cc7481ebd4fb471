"""Which estimated wait comes closest: what customers are told on arrival beside what they then waited.

Estimators of `core.center.estimate` (after Ibrahim & Whitt 2009) beside two naive ones: the average wait of
the last hour, and position x mean handling time / agents. Judged are customers who had to wait and were
answered; the figure is the root mean squared error relative to their mean wait (smaller is better).

    python -m bench.estimate [--calls 20000]
"""

from __future__ import annotations

import argparse
import json
from collections import deque
from math import sqrt
from pathlib import Path
from typing import Any

from bench.cases import exponential, one_queue, six_types
from bench.measure import machine, table
from parley.core.center.center import Center
from parley.core.center.estimate import (
    Pace,
    last_to_enter_service_s,
    queue_length_s,
    queue_with_abandonment_s,
)
from parley.simulate.run import Replication, plan_of
from parley.simulate.scenario import Scenario, parse
from parley.simulate.visits import Visit

HOUR_S = 3600.0
NAMES = ("last hour", "position x AHT / agents", "LES", "HOL", "QL", "QLA")


class Witness:
    """Writes down what each estimator says to every customer who comes."""

    def __init__(self, scenario: Scenario) -> None:
        self.said: dict[int, tuple[float | None, ...]] = {}
        self._aht = 120.0
        self._serving = {
            q.id: sum(a.most for a in scenario.agents if a.skills.get(q.skill))
            for q in scenario.queues
        }
        self._hours: dict[str, deque[tuple[float, float]]] = {
            q.id: deque() for q in scenario.queues
        }

    def __call__(self, center: Center, visit: Visit) -> None:
        queue, now = visit.queue, visit.at
        waiting = center.router.waiting.get(queue, {})
        pace = center.state.pace.get(queue) or Pace()
        place = len(waiting) + 1
        first = min((center.state.interactions[i].queued_at for i in waiting), default=now)
        self.said[id(visit)] = (
            self._last_hour(queue, pace, now),
            place * self._aht / self._serving[queue],
            last_to_enter_service_s(pace, now),
            now - first,
            queue_length_s(pace, place, now),
            queue_with_abandonment_s(pace, place, now),
        )

    def _last_hour(self, queue: str, pace: Pace, now: float) -> float | None:
        hour = self._hours[queue]
        since = hour[-1][0] if hour else -1.0
        hour.extend((d.at, d.waited_s) for d in pace.departures if d.served and d.at > since)
        while hour and hour[0][0] < now - HOUR_S:
            hour.popleft()
        return sum(w for _, w in hour) / len(hour) if hour else None


def errors(document: dict[str, Any]) -> tuple[float, dict[str, float]]:
    """Mean wait of those judged, and each estimator's relative error. What an estimator does not
    know it may not be judged by: only customers whom all could tell something count."""
    scenario = parse(json.dumps(document))
    witness = Witness(scenario)
    plan = plan_of(scenario, None, Path(), 0)
    outcome = Replication(plan, watch=witness).run()
    judged = [
        (call, witness.said[id(call.visit)])
        for call in outcome.calls
        if call.result == "answered" and call.waited_s > 0
    ]
    judged = [(call, said) for call, said in judged if None not in said]
    mean = sum(call.waited_s for call, _ in judged) / len(judged)

    def error(place: int) -> float:
        squares = [(_told(said, place) - call.waited_s) ** 2 for call, said in judged]
        return sqrt(sum(squares) / len(squares)) / mean

    return mean, {name: error(place) for place, name in enumerate(NAMES)}


def _told(said: tuple[float | None, ...], place: int) -> float:
    return said[place] or 0.0


def cases(calls: int) -> dict[str, dict[str, Any]]:
    def single(agents: int, load: float, patience: float | None) -> dict[str, Any]:
        rate = agents * load / 120
        horizon = calls / rate
        return one_queue(rate, 120, agents, patience, horizon_s=horizon, warmup_s=horizon / 10)

    def rush(agents: int) -> dict[str, Any]:
        """Quiet, busy, quiet, again and again: 15 minutes each of 60 %, 130 %, 90 % load."""
        steps = [(n * 900.0, agents * (0.6, 1.3, 0.9)[n % 3] / 120) for n in range(calls // 90)]
        return {**single(agents, 1.0, 240), "arrivals": [{"queue": "q", "profile": steps}],
                "horizon_s": len(steps) * 900.0, "warmup_s": 3600.0}  # fmt: skip

    def skills(load: float, patience: float) -> dict[str, Any]:
        """Six types, two skills an agent, handling of 120 s."""
        base = six_types(load, 2, calls)
        return {
            **base, "system_limit": None,
            "horizon_s": base["horizon_s"] / 5, "warmup_s": base["warmup_s"] / 5,
            "arrivals": [{**a, "rate_per_s": a["rate_per_s"] * 5} for a in base["arrivals"]],
            "handle": {q: exponential(120) for q in base["handle"]},
            "patience": {q: exponential(patience) for q in base["handle"]},
        }  # fmt: skip

    return {
        "14 agents, 90 %, endless patience": single(14, 0.9, None),
        "14 agents, 100 %, patience 240 s": single(14, 1.0, 240),
        "50 agents, 110 %, patience 240 s": single(50, 1.1, 240),
        "100 agents, 140 %, patience 120 s": single(100, 1.4, 120),
        "20 agents, rushes, patience 240 s": rush(20),
        "six types, two skills, 97 %, patience 240 s": skills(87.0, 240),
        "six types, two skills, 120 %, patience 240 s": skills(108.0, 240),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=20_000, help="of each case")
    arguments = parser.parse_args()
    print(f"{machine()}\n")
    rows = []
    for name, document in cases(arguments.calls).items():
        mean, found = errors(document)
        rows.append([name, f"{mean:.0f}", *(f"{found[n]:.2f}" for n in NAMES)])
    print(table(("case", "mean wait s", *NAMES), rows))


if __name__ == "__main__":
    main()
