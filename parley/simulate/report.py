"""Figures over replications: means with 95 % confidence half-widths (Student's t).

service_level  answered within the queue's service_level_s, of the answered and those who
               abandoned later than that
p_wait         waited at all, of the accepted
mean_wait_s    over all accepted, also those who abandoned; asa_s over the answered
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from statistics import fmean, stdev
from time import perf_counter
from typing import Any

from parley.core.model import Fairness, Policy
from parley.simulate.confidence import half_width
from parley.simulate.crew import Group
from parley.simulate.run import ABANDONED, ANSWERED, BLOCKED, Call, Outcome, replicate
from parley.simulate.scenario import Scenario, policy_in

Figures = dict[str, float | None]


def simulate(
    scenario: Scenario,
    policy: Policy | None = None,
    folder: Path = Path(),
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> dict[str, Any]:
    """Run all replications and report: `queues`, `total`, `groups`, `kinds` (where the scenario has
    kinds of customers), `events`, `wall_s`, `events_per_s`. `progress` hears (done, of)."""
    began, events, calls = perf_counter(), 0, 0
    chosen = policy_in(scenario, folder) if policy is None else policy
    rows: list[dict[str, Figures]] = []
    groups: list[list[Figures]] = []
    for number in range(scenario.replications):
        outcome = replicate(scenario, chosen, folder, number)
        events, calls = events + outcome.events, calls + outcome.arrivals
        rows.append(_by_queue(scenario, outcome))
        carried = burdens(outcome.calls, chosen.fairness)
        groups.append([_group(group, carried) for group in outcome.groups])
        progress(number + 1, scenario.replications)
    wall = perf_counter() - began
    names = [q.id for q in scenario.queues]
    kinds = dict.fromkeys(kind.name for line in scenario.arrivals for kind in line.kinds)
    return {
        "queues": {name: _summary([row[name] for row in rows]) for name in names},
        "total": _summary([row["total"] for row in rows]),
        "groups": [_summary([g[n] for g in groups]) for n in range(len(scenario.agents))],
        "kinds": {name: _summary([row[f"kind {name}"] for row in rows]) for name in kinds},
        "replications": scenario.replications,
        "events": events,
        "calls": calls,
        "wall_s": round(wall, 3),
        "events_per_s": round(events / wall) if wall else None,
        "calls_per_s": round(calls / wall) if wall else None,
    }


def _by_queue(scenario: Scenario, outcome: Outcome) -> dict[str, Figures]:
    by_queue: dict[str, list[Call]] = {q.id: [] for q in scenario.queues}
    for call in outcome.calls:
        by_queue[call.visit.queue].append(call)
    target = {q.id: q.service_level_s for q in scenario.queues}
    rows = {queue: figures(calls, target) for queue, calls in by_queue.items()}
    rows["total"] = figures(outcome.calls, target)
    for name in dict.fromkeys(kind.name for line in scenario.arrivals for kind in line.kinds):
        rows[f"kind {name}"] = figures([c for c in outcome.calls if c.visit.kind == name], target)
    return rows


def figures(calls: Sequence[Call], target_s: dict[str, float]) -> Figures:
    """All figures of one replication over some calls."""
    accepted = [c for c in calls if c.result != BLOCKED]
    answered = [c for c in accepted if c.result == ANSWERED]
    late = sum(c.result == ABANDONED and c.waited_s > target_s[c.visit.queue] for c in accepted)
    in_target = sum(c.waited_s <= target_s[c.visit.queue] for c in answered)
    waits = sorted(c.waited_s for c in accepted)
    blocked = len(calls) - len(accepted)
    return {
        "offered": float(len(calls)),
        "answered": float(len(answered)),
        "abandoned": float(len(accepted) - len(answered)),
        "blocked": float(blocked),
        "answered_in_target": float(in_target),
        "abandoned_late": float(late),
        "p_blocked": _ratio(blocked, len(calls)),
        "p_wait": _ratio(sum(w > 0 for w in waits), len(accepted)),
        "p_abandon": _ratio(len(accepted) - len(answered), len(accepted)),
        "asa_s": fmean(c.waited_s for c in answered) if answered else None,
        "mean_wait_s": fmean(waits) if waits else None,
        "service_level": _ratio(in_target, len(answered) + late),
        "wait_p50_s": _quantile(waits, 0.50),
        "wait_p95_s": _quantile(waits, 0.95),
    }


@dataclass(slots=True)
class Burden:
    """What fairness caps of one agent: demanding conversations in a row, and among the last ones. Both
    begin anew when `recovery_s` have passed since the last demanding one began, as in the center."""

    run: int = 0
    longest_run: int = 0
    recent: list[bool] = field(default_factory=list)
    most_recent: int = 0
    at: float = inf  # when the last demanding one began

    def take(self, at: float, fairness: Fairness, *, hard: bool) -> None:
        if at - self.at >= fairness.recovery_s:
            self.run, self.recent = 0, []
        self.run = self.run + 1 if hard else 0
        self.recent = [*self.recent, hard][-fairness.window :]
        self.longest_run = max(self.longest_run, self.run)
        self.most_recent = max(self.most_recent, sum(self.recent))
        self.at = at if hard else self.at


def burdens(calls: Iterable[Call], fairness: Fairness) -> dict[str, Burden]:
    """By agent."""
    found: dict[str, Burden] = {}
    for call in sorted((c for c in calls if c.agent), key=lambda c: c.visit.at + c.waited_s):
        at = call.visit.at + call.waited_s
        found.setdefault(call.agent, Burden()).take(at, fairness, hard=call.hard)
    return found


def _group(group: Group, carried: dict[str, Burden]) -> Figures:
    busy, present = sum(group.busy_s.values()), sum(group.present_s.values())
    of_group = [carried[a] for a in group.agents if a in carried]
    each = [group.busy_s.get(a, 0.0) / t for a, t in group.present_s.items() if t > 0]
    return {
        "occupancy": _ratio(busy, present),
        "occupancy_to_empty": _ratio(busy + group.late_busy_s, present + group.late_present_s),
        "spread": max(each) - min(each) if each else None,  # between the most and the least busy
        "longest_hard_run": max((float(b.longest_run) for b in of_group), default=0.0),
        "most_hard_recent": max((float(b.most_recent) for b in of_group), default=0.0),
        "cv": stdev(each) / fmean(each) if len(each) > 1 and fmean(each) > 0 else None,
    }


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None


def _summary(rows: Sequence[Figures]) -> dict[str, dict[str, float | None]]:
    return {name: mean_of(row[name] for row in rows) for name in rows[0]}


def mean_of(values: Iterable[float | None]) -> dict[str, float | None]:
    """{mean, half_width} of the known ones; 95 %, None for fewer than two."""
    known = [v for v in values if v is not None]
    if not known:
        return {"mean": None, "half_width": None}
    return {"mean": fmean(known), "half_width": half_width(known)}
