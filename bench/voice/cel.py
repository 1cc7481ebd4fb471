"""Delays as Asterisk itself saw them, from its channel event log: the same clock for both sides."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from bench.measure import percentile


@dataclass(slots=True)
class Call:
    """One customer's."""

    arrived: float
    bridged: float | None = None
    agent_answered: float | None = None


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds, each sorted."""

    calls: int
    to_bridged: list[float] = field(default_factory=list)  # INVITE until both hear each other
    after_answer: list[float] = field(default_factory=list)  # the agent's answer until then

    def figures(self) -> dict[str, float]:
        return {
            "calls": self.calls,
            "bridged": len(self.to_bridged),
            "p50_ms": 1000 * percentile(self.to_bridged, 0.5),
            "p99_ms": 1000 * percentile(self.to_bridged, 0.99),
            "answer_p50_ms": 1000 * percentile(self.after_answer, 0.5),
            "answer_p99_ms": 1000 * percentile(self.after_answer, 0.99),
        }


def read(path: Path, customers: str, agents: frozenset[str]) -> Delays:
    """`customers` is the endpoint that calls come from; `agents` are the phones' endpoints."""
    calls: dict[str, Call] = {}
    answered: dict[str, float] = {}
    bridges: dict[str, dict[str, tuple[str, float]]] = defaultdict(dict)
    with path.open(errors="replace", newline="") as file:
        for row in csv.reader(file):
            if len(row) < 5:
                continue
            at, kind, channel, endpoint = float(row[0]), row[1], row[2], _endpoint(row[3])
            is_agent = endpoint in agents
            if kind == "CHAN_START" and endpoint == customers:
                calls[channel] = Call(at)
            elif kind == "ANSWER" and is_agent:
                answered.setdefault(channel, at)
            elif kind == "BRIDGE_ENTER" and (is_agent or endpoint == customers):
                bridge = bridges[_bridge(",".join(row[4:]))]
                bridge.setdefault("agent" if is_agent else "customer", (channel, at))
    for bridge in bridges.values():
        _join(bridge, calls, answered)
    done = [call for call in calls.values() if call.bridged is not None]
    return Delays(
        len(calls),
        sorted(call.bridged - call.arrived for call in done if call.bridged),
        sorted(c.bridged - c.agent_answered for c in done if c.bridged and c.agent_answered),
    )


def _join(
    bridge: dict[str, tuple[str, float]], calls: dict[str, Call], answered: dict[str, float]
) -> None:
    """The first moment in which a customer and an agent are in the same bridge."""
    if len(bridge) < 2:
        return  # music, or an agent alone
    (customer, came), (agent, joined) = bridge["customer"], bridge["agent"]
    call = calls.get(customer)
    if call is not None and call.bridged is None:
        call.bridged = max(came, joined)
        call.agent_answered = answered.get(agent)


def _endpoint(name: str) -> str:
    """`PJSIP/p0123-0000a1` is of `p0123`."""
    return name.partition("/")[2].rpartition("-")[0]


def _bridge(extra: str) -> str:
    try:
        return str(json.loads(extra)["bridge_id"])
    except (ValueError, KeyError, TypeError):
        return extra
