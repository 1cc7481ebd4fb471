"""A routing policy as it travels: what core.model.Policy holds, checked for shape. Whether it makes
sense for this center is the linter's business (core.desk.lint)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from parley.api.schemas.common import Body, Id, Instant, Level, Name, Wire
from parley.core.center.conditions import problem_of
from parley.core.model import AgentOrder, Picks, QueueOrder

MAX_RULES = 500
MAX_STAGES = 20
MAX_POLICY_S = 7 * 24 * 3600.0
PRIORITY_LIMIT = 1000


def _valid_condition(condition: dict[str, Any]) -> dict[str, Any]:
    if problem := problem_of(condition):
        code, _, what = problem.partition(":")
        raise PydanticCustomError("condition_invalid", "{problem}", {"problem": code, "what": what})
    return condition


Condition = Annotated[dict[str, Any], AfterValidator(_valid_condition)]
Seconds = Annotated[float, Field(ge=0, le=MAX_POLICY_S)]
Needs = dict[Id, Level | Literal[0]]


class RuleBody(Body):
    id: Id
    names: dict[str, Name] = {}
    when: Condition = {}
    queue: Id | None = None
    needs: Needs = {}
    priority: int = Field(default=0, ge=-PRIORITY_LIMIT, le=PRIORITY_LIMIT)
    hard: bool = False
    tags: list[Name] = Field(default=[], max_length=20)
    stop: bool = False


class StageBody(Body):
    after_s: Seconds
    needs: Needs = {}
    queues: list[Id] = Field(default=[], max_length=20)


class QueuePolicyBody(Body):
    order: QueueOrder = QueueOrder.PRIORITY
    credit_s: Seconds = 0.0
    agent_order: AgentOrder = AgentOrder.LONGEST_IDLE
    stages: list[StageBody] = Field(default=[], max_length=MAX_STAGES)
    preferred_wait_s: Seconds = 20.0
    novice_below: Level | None = None
    novice_after_s: Seconds = 300.0
    novice_queue: Id | None = None


class FairnessBody(Body):
    run: int | None = Field(default=None, ge=0, le=1000)
    share: float | None = Field(default=None, ge=0, le=1)
    window: int = Field(default=20, ge=1, le=200)
    recovery_s: Seconds = 600.0


class PolicyBody(Body):
    rules: list[RuleBody] = Field(default=[], max_length=MAX_RULES)
    queues: dict[Id, QueuePolicyBody] = {}
    fairness: FairnessBody = FairnessBody()
    picks: Picks = Picks.TURN


class GuardsBody(Body):
    """What must not get worse, tried on yesterday, for the draft to be published; None: no guard."""

    service_level_drop: float | None = Field(default=None, ge=0, le=1)
    vip_wait_rise_s: float | None = Field(default=None, ge=0, le=MAX_POLICY_S)


class Published(Wire):
    number: int  # 0: nothing was published yet, the queues' own settings hold
    policy: PolicyBody
    at: Instant | None
    by: str | None
    restored: int | None = None  # the number it was taken back to


class Draft(Wire):
    version: int  # for compare-and-set; 0: there is none yet
    policy: PolicyBody
    guards: GuardsBody
    at: Instant | None
    by: str | None


class PolicyState(Wire):
    published: Published
    draft: Draft | None


class DraftUpdate(Body):
    version: int = Field(ge=0)
    policy: PolicyBody
    guards: GuardsBody = GuardsBody()


class PolicyGiven(Body):
    policy: PolicyBody


class FindingRow(Wire):
    code: str
    severity: Literal["error", "warning"]
    where: str
    values: dict[str, str | int | float]
    texts: dict[str, str]  # the sentence in each language


class PublishRequest(Body):
    version: int = Field(ge=1)  # of the draft


class RollbackRequest(Body):
    number: int = Field(ge=0)


class FactRow(Wire):
    name: str
    type: Literal["text", "number", "list", "flag"]
    operators: list[str]


class Vocabulary(Wire):
    facts: list[FactRow]
    orders: list[QueueOrder]
    agent_orders: list[AgentOrder]
    picks: list[Picks]


class StaffChange(Body):
    agent_id: str
    count: int = Field(ge=0, le=10)  # who work like this agent did; 0: not even they


class TryRequest(Body):
    policy: PolicyBody
    replications: int = Field(default=5, ge=2, le=20)
    staffing: list[StaffChange] = Field(default_factory=list, max_length=500)


class Compared(Wire):
    """One figure before and after; half widths are of the 95 % confidence interval."""

    before: float | None
    after: float | None
    delta: float | None
    half_width: float | None


class TrialGroup(Wire):
    id: str
    names: dict[str, str]
    figures: dict[str, Compared]


class Trial(Wire):
    day: str  # ISO date of the recorded day
    interactions: int
    measured_service_level: float | None  # of the day itself
    total: dict[str, Compared]
    queues: list[TrialGroup]
    agents: list[TrialGroup]  # occupancy
