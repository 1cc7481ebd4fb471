"""Models from the literature as scenarios: what tests and benchmarks of the simulator share."""

from __future__ import annotations

from typing import Any

MINUTE = 60.0
TYPES = 6


def exponential(mean_s: float) -> dict[str, Any]:
    return {"dist": "exponential", "mean_s": mean_s}


def one_queue(
    rate_per_s: float, handle_s: float, agents: int, patience_s: float | None = None, **more: Any
) -> dict[str, Any]:
    """M/M/n, or M/M/n+M with patience."""
    return {
        "horizon_s": 100_000.0,
        "queues": [{"id": "q", "skill": "s", **more.pop("queue", {})}],
        "arrivals": [{"queue": "q", "rate_per_s": rate_per_s}],
        "handle": {"q": exponential(handle_s)},
        "patience": {"q": exponential(patience_s)} if patience_s else None,
        "agents": [{"count": agents, "skills": {"s": 5}}],
        **more,
    }


def six_types(load: float, skills: int, calls: int, **more: Any) -> dict[str, Any]:
    """After Wallace & Whitt 2005: 90 agents, 15 with each type as primary, 30 waiting places."""
    rate = load / 600 / TYPES
    return {
        "horizon_s": calls * 600 / load,
        "warmup_s": 0.2 * calls * 600 / load,
        "queues": [{"id": f"q{t}", "skill": f"s{t}", "service_level_s": 30} for t in range(TYPES)],
        "system_limit": 120,
        "arrivals": [{"queue": f"q{t}", "rate_per_s": rate} for t in range(TYPES)],
        "handle": {f"q{t}": exponential(600) for t in range(TYPES)},
        "agents": [{"count": n, "skills": ranked} for n, ranked in _teams(skills)],
        **more,
    }


def _teams(skills: int) -> list[tuple[int, dict[str, int]]]:
    """15 agents of each primary type, their further skills spread evenly over the other types."""
    teams = []
    for primary in range(TYPES):
        if skills in (1, TYPES):
            others = [[(primary + k) % TYPES for k in range(1, skills)]] * 5
        else:
            others = [
                [(primary + 1 + (n + k) % 5) % TYPES for k in range(skills - 1)] for n in range(5)
            ]
        for chosen in others:
            ranked = [primary, *chosen]
            teams.append((3, {f"s{t}": 10 - rank for rank, t in enumerate(ranked)}))
    return teams


def mmc(
    patience_min: float | None = None, waiting: int | None = None, **more: Any
) -> dict[str, Any]:
    """MMC, MMCAb and MMCBlocked of ContactCenters: a day of 480 minutes from empty to empty."""
    scenario = one_queue(
        4.2 / MINUTE, 2 * MINUTE, 12, patience_min and patience_min * MINUTE,
        queue={"service_level_s": 0.33333 * MINUTE, "capacity_waiting": waiting},
    )  # fmt: skip
    return {**scenario, "horizon_s": 480 * MINUTE, **more}


def simple_msk(model: dict[str, Any], **more: Any) -> dict[str, Any]:
    """SimpleMSK: three types, two groups, three periods of 120 minutes, busy and slack days."""
    period = model["period_min"] * MINUTE
    starts = [n * period for n in range(model["periods"])]

    def by_time(rates: list[float]) -> list[Any]:
        return [[at, exponential(MINUTE / rate)] for at, rate in zip(starts, rates, strict=True)]

    types = range(model["types"])
    rates, agents = model["lambda_per_min[type][period]"], model["agents[group][period]"]
    return {
        "horizon_s": period * model["periods"],
        "queues": [
            {"id": f"t{t}", "skill": f"s{t}", "service_level_s": model["AWT"] * MINUTE}
            for t in types
        ],
        "arrivals": [
            {
                "queue": f"t{t}",
                "profile": [[at, r / MINUTE] for at, r in zip(starts, rates[t], strict=True)],
            }
            for t in types
        ],
        "day_factor": {"dist": "gamma", "shape": 28.7},
        "handle": {f"t{t}": by_time(model["service_rate_by_period_of_arrival"]) for t in types},
        "patience": {f"t{t}": by_time(model["patience_rate_by_period_of_arrival"]) for t in types},
        "agents": [
            {"count": list(zip(starts, agents[0], strict=True)), "skills": {"s0": 5, "s1": 9}},
            {"count": list(zip(starts, agents[1], strict=True)), "skills": {"s1": 5, "s2": 5}},
        ],
        "policy": {"picks": "turn"},  # a freed agent takes whoever waited longest
        **more,
    }
