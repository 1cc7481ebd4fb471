"""The live board, also sent over the live socket. See the socket's frames in docs/reference."""

from __future__ import annotations

from parley.api.schemas.common import Wire


class QueueAgents(Wire):
    ready: int
    free: int
    busy: int
    not_ready: int
    offline: int


class Figures(Wire):
    """Today's figures of one queue or of several; see core/insight/board.py for their meaning."""

    offered: int
    answered: int
    abandoned: int
    short_abandoned: int
    messages_left: int
    answered_in_target: int
    rated: int
    service_level: float | None
    abandonment: float | None
    asa_s: float | None
    aht_s: float | None
    csat: float | None


class QueueRow(Wire):
    id: str
    names: dict[str, str]
    waiting: int
    oldest_at: str | None
    waiting_since: list[str]  # of those who wait, the longest first; at most 200
    in_service: int
    agents: QueueAgents
    occupancy: float | None  # mean of the agents at work, since each signed in
    occupancy_spread: float | None  # between the busiest and the least busy of them
    open: bool
    today: Figures
    estimated_wait_s: float | None
    service_level_s: float
    max_waiting: int | None
    pull: bool


class CallBrief(Wire):
    direction: str
    number: str
    state: str  # flow, waiting, ringing, talking, held, aside, callback, over


class AgentBusy(Wire):
    interaction_id: str
    channel: str
    phase: str
    customer_name: str
    since: str | None
    role: str | None
    unanswered_since: str | None
    call: CallBrief | None = None


class Asked(Wire):
    """Somebody's last question to listen in on a call."""

    interaction_id: str
    agent_name: str  # who is asked
    role: str
    until: str
    answer: str | None  # allowed, refused, no_answer, …; none: no answer yet


class AgentRow(Wire):
    id: str
    name: str
    status: str
    reason: str | None
    since: str | None
    online: bool
    phone: bool  # can be rung
    busy: list[AgentBusy]
    capacity: dict[str, int]
    queues: list[str]
    skills: dict[str, int]
    free: bool
    asked: Asked | None = None


class TotalAgents(Wire):
    ready: int
    not_ready: int
    offline: int
    busy: int


class BoardTargets(Wire):
    """Shares of 1: at least (service level, satisfied), at most (abandonment)."""

    service_level: float
    abandonment: float
    csat: float


class Totals(Figures):
    waiting: int
    oldest_at: str | None
    in_service: int
    agents: TotalAgents
    targets: BoardTargets


class AlertRow(Wire):
    """A queue that is off target now; see core/insight/alerts.py for when it is."""

    id: str
    queue: str
    kind: str  # oldest_wait, nobody_ready, service_level, abandonment
    since: str | None  # None: for the whole last hour
    value: float | None  # share of the last hour; None of a wait, which counts on
    target: float | None  # seconds of a wait, else a share
    counted: int | None  # interactions of the last hour that made it so
    queued_from: str | None  # where that hour began


class TrendRow(Wire):
    """The last 60 full minutes of a queue, oldest first."""

    id: str
    offered: list[int]
    waiting: list[int]  # at the end of the minute


class DeedRow(Wire):
    """What a supervisor did."""

    id: str
    at: str
    deed: str  # presence, assigned, took_over, priority, monitor, whisper, barge
    by: str | None  # name
    agent_id: str | None
    agent_name: str | None
    detail: str
    reason: str | None
    interaction_id: str | None
    customer_name: str


class Board(Wire):
    at: str
    seq: int
    queues: list[QueueRow]
    agents: list[AgentRow]
    totals: Totals
    alerts: list[AlertRow]
    trends: list[TrendRow]
    deeds: list[DeedRow]


class PartState(Wire):
    ok: bool
    detail: str = ""


class Readiness(Wire):
    ready: bool
    parts: dict[str, PartState]


class Alive(Wire):
    status: str = "ok"
