"""February 1999 of an Israeli bank, call by call, as a scenario with a trace.

An agent is present during the union of the service intervals with gaps of at most 600 s and has the
types served that day; service times are as recorded (of those who hung up: one of the same type);
who was answered would have waited longer by an exponential time of 348 s. Calls of the day's log that
asked for an agent: outcome AGENT, or HANG after a wait. The credit is for priority 2 alone.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from parley.core.model import (
    AgentProfile,
    CenterConfig,
    Channel,
    CustomerRef,
    Policy,
    Queue,
    QueueOrder,
    QueuePolicy,
    WrapUpMode,
)
from parley.simulate.crew import Group, Staffing
from parley.simulate.run import RING_S, Call, Plan, Replication
from parley.simulate.visits import Visit

GAP_S = 600.0
PATIENCE_S = 348.0
DAY_S = 86_400.0
IN_TARGET_S = 20.0
FIRST = "2"  # the logged priority of the best customers


@dataclass(frozen=True, slots=True)
class Rule:
    """An order, and what the logged priorities 0, 1 and 2 count in it."""

    order: QueuePolicy
    priorities: tuple[int, int, int] = (0, 1, 2)


RULES = {
    "first come": Rule(QueuePolicy(order=QueueOrder.ARRIVAL)),
    "90 s credit": Rule(QueuePolicy(order=QueueOrder.CREDIT, credit_s=90.0), (0, 0, 1)),
    "strict": Rule(QueuePolicy(order=QueueOrder.PRIORITY)),
}

Row = dict[str, str]


def days(path: Path) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    with gzip.open(path, "rt", newline="") as file:
        for row in csv.DictReader(file):
            waited = row["outcome"] == "HANG" and float(row["q_time"]) > 0
            if waited or row["outcome"] == "AGENT":
                found[int(row["day"])].append(row)
    return found


def plan(rows: list[Row], rule: Rule, seed: str) -> Plan:
    """One day. The agents' types and presence are its own."""
    random = Random(seed)
    types = sorted({row["type"] for row in rows})
    served: dict[str, dict[str, int]] = defaultdict(dict)
    spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in rows:
        if row["outcome"] == "AGENT" and row["server"] != "0" and float(row["ser_time"]) > 0:
            start = float(row["ser_start"])
            spans[row["server"]].append((start, start + float(row["ser_time"])))
            served[row["server"]][row["type"]] = 1
    queues = {t: Queue(t, {}, ring_s=RING_S, wrap_up=WrapUpMode.NONE) for t in types}
    agents = {
        a: AgentProfile(a, a, of_types, {}, {Channel.TASK: 1}) for a, of_types in served.items()
    }
    rota = [
        Staffing(at, 0, agent=agent, here=here)
        for agent, own in spans.items()
        for start, end in _union(own)
        for at, here in ((start, True), (end, False))
    ]
    rota.sort(key=lambda change: (change.at, change.here))
    talks = _talks(rows)
    drawn = (_visit(row, talks, random, rule.priorities) for row in rows)
    visits = sorted(drawn, key=lambda visit: visit.at)
    policy = Policy(queues=dict.fromkeys(types, rule.order))
    return Plan(
        CenterConfig(queues=queues, agents=agents, policy=policy),
        [Group(list(agents))], rota, [iter(visits)], {}, DAY_S,
    )  # fmt: skip


def _union(spans: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Spans that touch, or nearly, are one. None is empty: an agent would come as they go."""
    ordered = sorted(spans)
    start, end = ordered[0]
    for begin, finish in ordered[1:]:
        if begin - end > GAP_S:
            yield start, end
            start, end = begin, finish
        end = max(end, finish)
    yield start, end


def _talks(rows: list[Row]) -> dict[str, list[float]]:
    """Recorded service times of each type; of all types, for one that nobody was answered in."""
    talks: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row["outcome"] == "AGENT":
            talks[row["type"]].append(float(row["ser_time"]))
            talks[""].append(float(row["ser_time"]))
    return talks


def _visit(
    row: Row, talks: dict[str, list[float]], random: Random, priorities: tuple[int, int, int]
) -> Visit:
    queued, waited = float(row["q_start"]), float(row["q_time"])
    answered = row["outcome"] == "AGENT"
    at = queued or (float(row["ser_start"]) if answered else float(row["vru_exit"]))
    patience = waited + random.expovariate(1 / PATIENCE_S) if answered else waited
    handle = float(row["ser_time"]) if answered else random.choice(_alike(talks, row["type"]))
    customer = CustomerRef("cus", "", priority=priorities[int(row["priority"])])
    return Visit(at, row["type"], handle, patience, customer, kind=row["priority"])


def _alike(talks: dict[str, list[float]], kind: str) -> list[float]:
    return talks.get(kind) or talks[""]


def replay(path: Path, seed: int) -> dict[str, dict[str, float]]:
    """Each rule's figures over the month."""
    return {rule: replay_under(rule, path, seed) for rule in RULES}


def replay_under(rule: str, path: Path, seed: int) -> dict[str, float]:
    return figures(
        call
        for day, rows in days(path).items()
        for call in Replication(plan(rows, RULES[rule], f"{seed} {day}")).run().calls
    )


def figures(calls: Iterator[Call]) -> dict[str, float]:
    every = list(calls)
    answered = [c for c in every if c.result == "answered"]
    first = [c.waited_s for c in answered if c.visit.kind == FIRST]
    return {
        "wait_s": sum(c.waited_s for c in answered) / len(answered),
        "abandoned": 1 - len(answered) / len(every),
        "in_20_s": sum(c.waited_s <= IN_TARGET_S for c in answered) / len(every),
        "priority_2_s": sum(first) / len(first),
    }
