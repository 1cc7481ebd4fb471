"""Two policies, or two staffings, on one recorded day: what changes, and how sure that is.

Both meet the same people (one seed for both), so the interval is that of the paired differences,
which is narrower than that of two separate samples.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from math import inf
from statistics import fmean
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from parley.core.errors import Unavailable
from parley.core.model import CenterConfig, Policy
from parley.simulate.confidence import LEAST, half_width
from parley.simulate.outcome import Figures
from parley.simulate.recorded import RecordedDay
from parley.simulate.replay import replay
from parley.simulate.staffing import staffed

SEED = 1

Figure = Callable[[Figures], float | None]


def try_policy(
    day: RecordedDay, config: CenterConfig, after: Policy, replications: int,
    within_s: float = inf, staffing: Mapping[str, int] = {},
) -> dict[str, Any]:  # fmt: skip
    """`config.policy` and `after` on one day, as schemas.policy.Trial; `after` with the people of
    `staffing.staffed`. Fewer pairs if time runs out; raises Unavailable(trial_too_long) if not even LEAST
    were done in `within_s` seconds."""
    deadline = monotonic() + within_s
    other_day, other = staffed(day, config, staffing)
    pairs: list[tuple[Figures, Figures]] = []
    for seed in range(SEED, SEED + replications):
        try:
            before = replay(day, config, config.policy, seed, deadline)
            pairs.append((before, replay(other_day, other, after, seed, deadline)))
        except Unavailable:
            if len(pairs) < LEAST:
                raise
            break
    return _trial(day, other, pairs)


def _trial(
    day: RecordedDay, config: CenterConfig, pairs: Sequence[tuple[Figures, Figures]]
) -> dict[str, Any]:
    some = pairs[0][0]
    queues = [q for q in config.queues if any(q in f.queues for pair in pairs for f in pair)]
    agents = [a for a in config.agents if any(a in f.occupancy for pair in pairs for f in pair)]
    return {
        "day": datetime.fromtimestamp(day.start_s, ZoneInfo(config.zone)).date().isoformat(),
        "interactions": day.interactions,
        "measured_service_level": day.measured.service_level,
        "total": {name: _compared(pairs, _total(name)) for name in some.total},
        "queues": [
            {
                "id": q,
                "names": dict(config.queues[q].names),
                "figures": {n: _compared(pairs, _queue(q, n)) for n in QUEUE_FIGURES},
            }
            for q in queues
        ],
        "agents": [
            {
                "id": a,
                "names": dict.fromkeys(LANGUAGES, config.agents[a].name),
                "figures": {"occupancy": _compared(pairs, _occupancy(a))},
            }
            for a in agents
        ],
    }


QUEUE_FIGURES = ("service_level", "asa_s", "abandonment", "occupancy_spread")
LANGUAGES = ("zh-CN", "en-US")  # a person's name is the same in all


def _total(name: str) -> Figure:
    return lambda figures: figures.total[name]


def _queue(queue: str, name: str) -> Figure:
    return lambda figures: figures.queues.get(queue, {}).get(name)


def _occupancy(agent: str) -> Figure:
    return lambda figures: figures.occupancy.get(agent)


def _compared(
    pairs: Sequence[tuple[Figures, Figures]], figure: Figure
) -> Mapping[str, float | None]:
    rows = [(figure(before), figure(after)) for before, after in pairs]
    known = [(b, a) for b, a in rows if b is not None and a is not None]
    differences = [a - b for b, a in known]
    return {
        "before": _mean([b for b, _ in rows]),
        "after": _mean([a for _, a in rows]),
        "delta": _mean(differences),
        "half_width": half_width(differences),
    }


def _mean(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return fmean(known) if known else None
