"""The live board, also sent over the live socket. See the socket's frames in docs/reference."""

from __future__ import annotations

from parley.api.schemas.common import Wire


class QueueAgents(Wire):
    ready: int
    free: int
    busy: int
    not_ready: int


class QueueToday(Wire):
    offered: int
    answered: int
    abandoned: int
    short_abandoned: int
    messages_left: int
    answered_in_target: int
    service_level: float | None
    asa_s: float | None
    aht_s: float | None
    csat: float | None


class QueueRow(Wire):
    id: str
    names: dict[str, str]
    waiting: int
    oldest_at: str | None
    in_service: int
    agents: QueueAgents
    open: bool
    today: QueueToday
    estimated_wait_s: float | None
    service_level_s: float


class AgentBusy(Wire):
    interaction_id: str
    channel: str
    phase: str
    customer_name: str
    since: str | None
    role: str


class AgentRow(Wire):
    id: str
    name: str
    role: str | None = None
    status: str
    reason: str | None
    since: str | None
    online: bool
    busy: list[AgentBusy]
    capacity: dict[str, int]
    skills: dict[str, int] = {}
    queues: list[str]


class TotalAgents(Wire):
    ready: int
    not_ready: int
    offline: int
    busy: int


class Totals(Wire):
    waiting: int
    oldest_at: str | None
    in_service: int
    offered: int
    answered: int
    abandoned: int
    service_level: float | None
    asa_s: float | None
    abandonment: float | None
    csat: float | None
    agents: TotalAgents


class Board(Wire):
    at: str
    seq: int
    queues: list[QueueRow]
    agents: list[AgentRow]
    totals: Totals


class PartState(Wire):
    ok: bool
    detail: str = ""


class Readiness(Wire):
    ready: bool
    parts: dict[str, PartState]


class Alive(Wire):
    status: str = "ok"
