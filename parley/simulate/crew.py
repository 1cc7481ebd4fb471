"""The agents of a simulation: who is there when, and how much of that they were busy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from parley.simulate.scenario import AgentsSpec


@dataclass(slots=True)
class Group:
    """Agents who are alike: one line of the scenario."""

    agents: list[str]
    busy_s: dict[str, float] = field(default_factory=dict)
    present_s: dict[str, float] = field(default_factory=dict)
    surplus: int = 0  # so many leave when they become free
    late_busy_s: float = 0.0  # of all, after the horizon …
    late_present_s: float = 0.0  # … until the last customer is served


@dataclass(frozen=True, slots=True)
class Staffing:
    """From `at` on the group has `count` agents; or, if `agent` is given, they come or go."""

    at: float
    group: int
    count: int = 0
    agent: str | None = None
    here: bool = False


def hired(specs: Sequence[AgentsSpec]) -> tuple[list[Group], list[Staffing]]:
    """The groups of a scenario, and their rota in order of time, leaving before coming."""
    groups: list[Group] = []
    rota: list[Staffing] = []
    for n, spec in enumerate(specs):
        group = Group([f"g{n}-{k}" for k in range(spec.most)])
        groups.append(group)
        if spec.shifts is None:
            counts = [(0.0, spec.count)] if isinstance(spec.count, int) else spec.count
            rota += [Staffing(at, n, count) for at, count in counts]
            continue
        for agent in group.agents:
            for start, end in _joined(spec.shifts):
                rota.append(Staffing(start, n, agent=agent, here=True))
                rota.append(Staffing(end, n, agent=agent))
    rota.sort(key=lambda change: (change.at, change.here))
    return groups, rota


def _joined(shifts: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Shifts that touch or overlap are one; they are in ascending order."""
    joined: list[tuple[float, float]] = []
    for start, end in shifts:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
