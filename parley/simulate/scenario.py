"""What to simulate, as a JSON document: see docs/reference/scenario.md. Wrong documents are refused
with the place and the reason of each mistake."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from parley.core.errors import Invalid

MAX_AGENTS = 100_000
MAX_REPLICATIONS = 100_000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Exponential(_Strict):
    dist: Literal["exponential"]
    mean_s: float = Field(gt=0)


class Lognormal(_Strict):
    dist: Literal["lognormal"]
    mean_s: float = Field(gt=0)
    cv: float = Field(gt=0)


class Uniform(_Strict):
    dist: Literal["uniform"]
    low_s: float = Field(ge=0)
    high_s: float = Field(gt=0)


class Deterministic(_Strict):
    dist: Literal["deterministic"]
    mean_s: float = Field(ge=0)


class Empirical(_Strict):
    """Draws one of the numbers (seconds) in a file, one a line."""

    dist: Literal["empirical"]
    file: str


Duration = Exponential | Lognormal | Uniform | Deterministic | Empirical
OneDuration = Annotated[Duration, Field(discriminator="dist")]
Durations = OneDuration | list[tuple[float, OneDuration]]


class QueueSpec(_Strict):
    id: str
    skill: str
    capacity_waiting: int | None = Field(default=None, ge=0)
    service_level_s: float = Field(default=20.0, ge=0)
    overflow: str | None = None
    max_wait_s: float | None = Field(default=None, gt=0)
    agent_order: Literal["longest_idle", "least_occupied", "highest_level", "lowest_sufficient"] = (
        "highest_level"
    )


class ArrivalSpec(_Strict):
    """Exactly one of: a constant rate, a profile of rates, a recorded trace."""

    queue: str | None = None
    rate_per_s: float | None = Field(default=None, ge=0)
    profile: list[tuple[float, float]] | None = None
    trace: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> ArrivalSpec:
        given = [v for v in (self.rate_per_s, self.profile, self.trace) if v is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of rate_per_s, profile and trace")
        if self.queue is None and self.trace is None:
            raise ValueError("queue is missing")
        return self


class DayFactor(_Strict):
    dist: Literal["gamma"]
    shape: float = Field(gt=0)


class AgentsSpec(_Strict):
    count: int | list[tuple[float, int]]
    skills: dict[str, int]
    shifts: list[tuple[float, float]] | None = None

    @property
    def most(self) -> int:
        return self.count if isinstance(self.count, int) else max(n for _, n in self.count)


class Scenario(_Strict):
    horizon_s: float = Field(gt=0)
    warmup_s: float = Field(default=0, ge=0)
    seed: int = 1
    replications: int = Field(default=1, ge=1, le=MAX_REPLICATIONS)
    queues: list[QueueSpec] = Field(min_length=1)
    system_limit: int | None = Field(default=None, ge=1)
    arrivals: list[ArrivalSpec] = Field(min_length=1)
    day_factor: DayFactor | None = None
    handle: dict[str, Durations] = {}
    patience: dict[str, Durations | None] | None = None
    agents: list[AgentsSpec] = Field(min_length=1)
    policy: str | dict[str, Any] = "default"

    @model_validator(mode="after")
    def _consistent(self) -> Scenario:
        ids = [q.id for q in self.queues]
        if len(set(ids)) != len(ids):
            raise ValueError("two queues have the same id")
        if self.warmup_s >= self.horizon_s:
            raise ValueError("warmup_s must be less than horizon_s")
        known = set(ids)
        named = [(f"arrivals[{n}].queue", a.queue) for n, a in enumerate(self.arrivals)]
        named += [(f"queues[{n}].overflow", q.overflow) for n, q in enumerate(self.queues)]
        named += [("handle", q) for q in self.handle]
        named += [("patience", q) for q in self.patience or ()]
        for place, queue in named:
            if queue is not None and queue not in known:
                raise ValueError(f"{place}: there is no queue {queue!r}")
        drawn = {str(a.queue) for a in self.arrivals if a.trace is None}
        if missing := sorted(q for q in drawn if q not in self.handle):
            raise ValueError(f"handle: no distribution for {', '.join(missing)}")
        if sum(a.most for a in self.agents) > MAX_AGENTS:
            raise ValueError(f"more than {MAX_AGENTS} agents")
        return self


def parse(text: str) -> Scenario:
    """Raises Invalid(scenario_invalid) whose detail names each place and mistake."""
    try:
        return Scenario.model_validate_json(text)
    except ValidationError as error:
        lines = [
            f"{'.'.join(map(str, e['loc'])) or 'scenario'}: {e['msg']}" for e in error.errors()
        ]
        raise Invalid("scenario_invalid", "; ".join(lines)) from None


def read(path: Path) -> Scenario:
    """Raises Invalid(scenario_unreadable, scenario_invalid)."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("scenario_unreadable", str(error)) from None


def read_policy(path: Path) -> dict[str, Any]:
    """The body of a policy document. Raises Invalid(policy_unreadable)."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Invalid("policy_unreadable", str(error)) from None
    if not isinstance(body, dict):
        raise Invalid("policy_unreadable", "not an object")
    return body
