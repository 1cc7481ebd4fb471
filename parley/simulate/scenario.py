"""What to simulate, as a JSON document: see docs/reference/scenario.md. Wrong documents are refused
with the place and the reason of each mistake."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from parley.core.center.conditions import problem_of
from parley.core.desk.settings import policy_of
from parley.core.errors import Invalid
from parley.core.model import AgentOrder, Picks, Policy, QueuePolicy

MAX_AGENTS = 100_000
MAX_REPLICATIONS = 100_000
MAX_STEPS = 100_000  # of a profile or a list by time
MAX_QUEUES = 10_000
MAX_HORIZON_S = 10 * 366 * 86_400.0
DEFAULT = (
    "default"  # policy: a freed agent serves its highest level first, then the longest waiting
)


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

    @model_validator(mode="after")
    def _ordered(self) -> Uniform:
        if self.low_s > self.high_s:
            raise ValueError("low_s is more than high_s")
        return self


class Deterministic(_Strict):
    dist: Literal["deterministic"]
    mean_s: float = Field(ge=0)


class Empirical(_Strict):
    """Draws one of the numbers (seconds) in a file, one a line."""

    dist: Literal["empirical"]
    file: str


Duration = Exponential | Lognormal | Uniform | Deterministic | Empirical
OneDuration = Annotated[Duration, Field(discriminator="dist")]
Seconds = Annotated[float, Field(ge=0)]
Rate = Annotated[float, Field(ge=0)]
ByTime = Annotated[list[tuple[Seconds, OneDuration]], Field(min_length=1, max_length=MAX_STEPS)]
Durations = OneDuration | ByTime
Level = Annotated[int, Field(ge=0, le=10)]
Order = Literal["longest_idle", "least_occupied", "highest_level", "lowest_sufficient"]


class QueueSpec(_Strict):
    id: str = Field(min_length=1)
    skill: str
    capacity_waiting: int | None = Field(default=None, ge=0)
    service_level_s: float = Field(default=20.0, ge=0)
    overflow: str | None = None
    max_wait_s: float | None = Field(default=None, gt=0)
    agent_order: Order = "highest_level"


class KindSpec(_Strict):
    """A share of the customers of one source about whom the policy's rules know something."""

    name: str
    share: float = Field(gt=0, le=1)
    tags: list[str] = []
    tier: str | None = None
    priority: int = Field(default=0, ge=-1000, le=1000)


class ArrivalSpec(_Strict):
    """Exactly one of: a constant rate, a profile of rates, a recorded trace."""

    queue: str | None = None
    rate_per_s: Rate | None = None
    profile: list[tuple[Seconds, Rate]] | None = Field(
        default=None, min_length=1, max_length=MAX_STEPS
    )
    trace: str | None = None
    kinds: list[KindSpec] = []

    @model_validator(mode="after")
    def _one_source(self) -> ArrivalSpec:
        given = [v for v in (self.rate_per_s, self.profile, self.trace) if v is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of rate_per_s, profile and trace")
        if self.queue is None and self.trace is None:
            raise ValueError("queue is missing")
        if self.trace is not None and self.kinds:
            raise ValueError("kinds are for generated arrivals, not for a trace")
        if sum(kind.share for kind in self.kinds) > 1 + 1e-9:
            raise ValueError("the shares of kinds are more than 1")
        _ascending(self.profile)
        return self


class DayFactor(_Strict):
    dist: Literal["gamma"]
    shape: float = Field(gt=0)


Count = Annotated[int, Field(ge=0, le=MAX_AGENTS)]


class AgentsSpec(_Strict):
    count: Count | Annotated[list[tuple[Seconds, Count]], Field(min_length=1, max_length=MAX_STEPS)]
    skills: dict[str, Level]
    shifts: list[tuple[Seconds, Seconds]] | None = Field(default=None, max_length=MAX_STEPS)

    @model_validator(mode="after")
    def _plain(self) -> AgentsSpec:
        if not isinstance(self.count, int):
            _ascending(self.count)
            if self.shifts is not None:
                raise ValueError("give a list of counts or shifts, not both")
        if any(start >= end for start, end in self.shifts or ()):
            raise ValueError("a shift ends before it begins")
        _ascending(self.shifts)
        return self

    @property
    def most(self) -> int:
        return self.count if isinstance(self.count, int) else max(n for _, n in self.count)


def _ascending(steps: Sequence[tuple[float, Any]] | None) -> None:
    starts = [at for at, _ in steps or ()]
    if starts != sorted(starts):
        raise ValueError("the times are not in ascending order")


class Scenario(_Strict):
    horizon_s: float = Field(gt=0, le=MAX_HORIZON_S)
    warmup_s: float = Field(default=0, ge=0)
    seed: int = 1
    replications: int = Field(default=1, ge=1, le=MAX_REPLICATIONS)
    queues: list[QueueSpec] = Field(min_length=1, max_length=MAX_QUEUES)
    system_limit: int | None = Field(default=None, ge=1)
    arrivals: list[ArrivalSpec] = Field(min_length=1)
    day_factor: DayFactor | None = None
    handle: dict[str, Durations] = {}
    patience: dict[str, Durations | None] | None = None
    agents: list[AgentsSpec] = Field(min_length=1)
    policy: str | dict[str, Any] = DEFAULT

    @model_validator(mode="after")
    def _consistent(self) -> Scenario:
        ids = [q.id for q in self.queues]
        if len(set(ids)) != len(ids):
            raise ValueError("two queues have the same id")
        if self.warmup_s >= self.horizon_s:
            raise ValueError("warmup_s must be less than horizon_s")
        for place, queue in self._named():
            if queue not in ids:
                raise ValueError(f"{place}: there is no queue {queue!r}")
        drawn = {str(a.queue) for a in self.arrivals if a.trace is None}
        if missing := sorted(q for q in drawn if q not in self.handle):
            raise ValueError(f"handle: no distribution for {', '.join(missing)}")
        if sum(a.most for a in self.agents) > MAX_AGENTS:
            raise ValueError(f"more than {MAX_AGENTS} agents")
        return self

    def _named(self) -> Iterator[tuple[str, str]]:
        """Every place that names a queue."""
        yield from (
            (f"arrivals.{n}.queue", a.queue) for n, a in enumerate(self.arrivals) if a.queue
        )
        overflows = ((n, q.overflow) for n, q in enumerate(self.queues))
        yield from ((f"queues.{n}.overflow", over) for n, over in overflows if over)
        yield from (("handle", queue) for queue in self.handle)
        yield from (("patience", queue) for queue in self.patience or ())


def parse(text: str) -> Scenario:
    """Raises Invalid(scenario_invalid) whose detail names each place and mistake."""
    try:
        return Scenario.model_validate_json(text)
    except ValidationError as error:
        raise Invalid("scenario_invalid", "; ".join(map(_line, error.errors()))) from None


def _line(error: Any) -> str:
    """The place and the mistake; of the shapes that were tried only what the document says."""
    words = [str(part) for part in error["loc"] if "[" not in str(part)]
    return f"{'.'.join(words) or 'scenario'}: {error['msg'].removeprefix('Value error, ')}"


def read(path: Path) -> Scenario:
    """Raises Invalid(scenario_unreadable, scenario_invalid)."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("scenario_unreadable", f"{path.name}: {_reason(error)}") from None
    return parse(text)


def read_policy(path: Path) -> Policy:
    """A policy document from a file. Raises Invalid(policy_unreadable, policy_invalid)."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Invalid("policy_unreadable", f"{path.name}: {_reason(error)}") from None
    return policy_from(body)


def policy_from(body: Any) -> Policy:
    """Raises Invalid(policy_invalid)."""
    if not isinstance(body, dict):
        raise Invalid("policy_invalid", "not an object")
    unknown = sorted(body.keys() - {"rules", "queues", "fairness", "picks"})
    if unknown:
        raise Invalid("policy_invalid", f"unknown: {', '.join(unknown)}")
    try:
        policy = policy_of(body, 0)
        wrong = {rule.id: problem_of(rule.when) for rule in policy.rules}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Invalid("policy_invalid", str(error)) from None
    for rule, problem in wrong.items():
        if problem:
            raise Invalid("policy_invalid", f"rules.{rule}.when: {problem}")
    return policy


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def policy_in(scenario: Scenario, folder: Path) -> Policy:
    """The policy a scenario names: its own document, a file beside it, or the default rule: the
    agent with the highest level, and a freed agent serves its highest level first."""
    if isinstance(scenario.policy, dict):
        return policy_from(scenario.policy)
    if scenario.policy != DEFAULT:
        return read_policy(folder / scenario.policy)
    orders = {q.id: QueuePolicy(agent_order=AgentOrder(q.agent_order)) for q in scenario.queues}
    return Policy(queues=orders, picks=Picks.LEVEL)
